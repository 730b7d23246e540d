// Compares with recorded answers of the vendor's tool, where they are at hand: set SYNERGY_KAT_DIR to the
// folder that holds MAX78000/ and MAX78002/. Cases with features that are not modelled yet are counted and
// left out; of cases that stream, only the values are compared.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "synergy/accel/evaluate.hpp"
#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/accel_model/words.hpp"
#include "synergy/documents/digest.hpp"
#include "synergy/documents/npy.hpp"

namespace synergy::accel_test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read_json(const fs::path& path) { return json::parse(std::ifstream(path)); }

std::uint64_t mask_of(const json& text) { return std::stoull(text.get<std::string>(), nullptr, 16); }

/// The first feature of the case that is not modelled, or an empty text.
std::string unmodelled_in_network(const json& network) {
  const auto& g = network.at("globals");
  if (g.at("fast_fifo_quad")) return "quad fifo";
  if (g.at("avg_pool_rounding")) return "average rounding";
  if (!g.at("data_buffer").is_null()) return "data buffer";
  if (g.at("output_layers").size() != 1) return "several outputs";
  if (g.at("repeat_layers") != 1 || g.at("reshape_inputs")) return "repeated or reshaped";
  std::vector<int> in_order(g.at("layers").get<std::size_t>());
  for (std::size_t k = 0; k < in_order.size(); ++k) in_order[k] = int(k);
  if (g.at("execution_order") != in_order) return "order of execution";
  return {};
}

std::string unmodelled_in_layer(const json& layer) {
  const auto op = layer.at("operator").get<std::string>();
  if (op != "conv2d" && op != "linear" && op != "passthrough") return op;
  if (layer.at("eltwise").at("op") != "none") return "element-wise";
  const auto& sources = layer.at("sequence").at("in_sequences");
  if (!sources.is_null() && sources != json::array({layer.at("index").get<int>() - 1})) return "in_sequences";
  const auto& input = layer.at("input");
  if (input.at("crop_rows_top_bottom") != json::array({0, 0}) || input.at("read_gap") != 0)
    return "crop or gap";
  const auto& pooling = layer.at("pooling");
  if (pooling.at("size")[0] != pooling.at("size")[1]) return "pooling window not square";
  if (pooling.at("stride")[0] != pooling.at("stride")[1]) return "pooling stride not square";
  if (pooling.at("dilation") != json::array({1, 1})) return "pooling dilation";
  if (layer.at("output").at("write_gap") != 0) return "write gap";
  if (layer.at("activation") != "none" && layer.at("activation") != "relu") return "activation";
  if (layer.at("conv").is_null()) return {};
  if (layer.at("conv").at("groups") != 1) return "groups";
  if (layer.at("conv").at("bypass")) return "bypass";
  if (layer.at("weights").at("bits") != 8) return "weights of other width";
  if (layer.at("weights").at("source_layer") != layer.at("index")) return "shared weights";
  return {};
}

std::string unmodelled(const json& network) {
  if (auto why = unmodelled_in_network(network); !why.empty()) return why;
  for (const auto& layer : network.at("layers"))
    if (auto why = unmodelled_in_layer(layer); !why.empty()) return why;
  return {};
}

/// Files of equal content get one name: that is how shared tensors are told.
std::string tensor_name(const json& network, const json& file) {
  return network.at("files").at(file.get<std::string>()).at("data_sha256");
}

schemas::LayerDescription description_of(const json& network, const json& layer) {
  schemas::LayerDescription d;
  d.name = "layer" + std::to_string(layer.at("index").get<int>());
  const auto op = layer.at("operator").get<std::string>();
  for (const auto& [value, name] : schemas::kEnumNames<schemas::Operator>)
    if (name == op) d.op = value;
  const auto& pooling = layer.at("pooling");
  if (pooling.at("type") == "max") d.max_pool = pooling.at("size")[0].get<std::uint32_t>();
  if (pooling.at("type") == "avg" || pooling.at("type") == "average")
    d.avg_pool = pooling.at("size")[0].get<std::uint32_t>();
  d.pool_stride = pooling.at("stride")[0];
  d.flatten = layer.at("input").at("flatten");
  d.out_channels = layer.at("output").at("channels");
  d.processors = mask_of(layer.at("input").at("processors"));
  d.output_processors = mask_of(layer.at("output").at("processors"));
  d.in_offset = layer.at("input").at("in_offset");
  d.out_offset = layer.at("output").at("out_offset");
  d.output_width = layer.at("output").at("width_bits");
  d.activate = layer.at("activation") == "relu" ? schemas::Activation::kRelu : schemas::Activation::kNone;
  if (layer.at("weights").is_null()) return d;
  d.kernel_size = layer.at("conv").at("kernel_size")[0];
  d.pad = layer.at("conv").at("pad")[0];
  d.output_shift = layer.at("output_shift").at("effective");
  d.weights = tensor_name(network, layer.at("weights").at("file"));
  if (layer.at("bias").at("present")) d.bias = tensor_name(network, layer.at("bias").at("file"));
  return d;
}

schemas::ModelDescription description_of(const json& network) {
  schemas::ModelDescription d;
  d.name = ModelId(network.at("name").get<std::string>());
  const auto& shape = network.at("input").at("shape");
  d.input = {
      shape[0], shape[1], shape[2],
      network.at("input").at("data_format") == "CHW" ? schemas::DataFormat::kChw : schemas::DataFormat::kHwc};
  for (const auto& layer : network.at("layers")) d.layers.push_back(description_of(network, layer));
  return d;
}

std::vector<std::int8_t> int8_of(const fs::path& path) {
  auto array = documents::read_npy(path);
  if (!array) throw std::runtime_error(array.error().message);
  const auto values = array->as_int8();
  return {values.begin(), values.end()};
}

accel::ModelWeights weights_of(const fs::path& folder, const json& network) {
  accel::ModelWeights weights;
  for (const auto& layer : network.at("layers")) {
    accel::LayerWeights numbers;
    if (!layer.at("weights").is_null()) {
      numbers.weights = int8_of(folder / layer.at("weights").at("file").get<std::string>());
      if (layer.at("bias").at("present"))
        numbers.bias = int8_of(folder / layer.at("bias").at("file").get<std::string>());
    }
    weights.push_back(std::move(numbers));
  }
  return weights;
}

void compare_outputs(const fs::path& folder, const json& network, const accel_model::Program& program) {
  const auto weights = weights_of(folder, network);
  const auto status = check_weights(program, weights);
  ASSERT_TRUE(status) << status.error().message;
  const accel::Tensor input{program.input(), int8_of(folder / "input.npy")};
  const auto outputs = run_all_layers(program, weights, input);
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const std::string file = network.at("layers")[k].at("output").at("file");
    const auto bytes = to_bytes(outputs[k]);
    EXPECT_EQ(documents::sha256(bytes), network.at("files").at(file).at("data_sha256")) << file;
    if (!fs::exists(folder / file)) continue;
    const auto recorded = documents::read_npy(folder / file);
    ASSERT_TRUE(recorded) << recorded.error().message;
    EXPECT_TRUE(recorded->data == bytes) << file;
  }
}

void compare_cycles(const fs::path& folder, const accel_model::Program& program) {
  const json timing = read_json(folder / "timing.json");
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    EXPECT_EQ(layer_cycles(program.layers[k]), timing.at("layers")[k].at("cycles")) << "layer " << k;
  EXPECT_EQ(program_cycles(program), timing.at("total"));
}

/// Options of the recorded run that place weights otherwise than by default.
bool placed_specially(const json& network) {
  for (const auto& argument : network.at("source").at("command_line_arguments"))
    if (argument == "--weight-start") return true;
  for (const auto& layer : network.at("layers"))
    if (layer.at("flags").at("calcx4")) return true;
  return false;
}

void compare_placement(const fs::path& folder, const json& network, const accel_model::Program& program,
                       schemas::AcceleratorKind kind) {
  const accel_model::Program* programs[] = {&program};
  const auto placement = accel_model::place(programs, kind);
  ASSERT_TRUE(placement) << placement.error().message;
  const auto& placed = placement->programs.front();
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const auto& recorded = network.at("layers")[k].at("weights");
    if (recorded.is_null()) continue;
    EXPECT_EQ(placed.layers[k].start, recorded.at("kernel_offset_words")) << "layer " << k;
    EXPECT_EQ(placed.layers[k].length, recorded.at("kernel_length_words")) << "layer " << k;
  }
  const json resources = read_json(folder / "resources.json");
  for (std::uint32_t p = 0; p < accel_model::kProcessors; ++p)
    EXPECT_EQ(placed.columns_used(p), resources.at("weight_memory_words_programmed_per_processor")[p]) << p;
  for (std::uint32_t q = 0; q < accel_model::kQuadrants; ++q)
    EXPECT_EQ(placed.bias_levels[q], resources.at("bias_memory_bytes_used_per_quadrant")[q])
        << "quadrant " << q;
}

void compare_input_words(const json& network, const accel_model::Program& program) {
  std::uint64_t words = 0;
  for (const auto& load : network.at("input").at("memory_loads"))
    words += load.at("words").get<std::uint64_t>();
  EXPECT_EQ(input_words(program), words);
}

/// Host-side choices that change no layer, but where the input lies and what may overlap it.
bool input_handled_specially(const json& network) {
  const auto& g = network.at("globals");
  return g.at("fifo") || g.at("fast_fifo") || g.at("overlap_data_allowed");
}

/// Layers that run concurrently, with memory and timing of their own, but the same values.
bool streams(const json& network) {
  for (const auto& layer : network.at("layers"))
    if (layer.at("flags").at("streaming")) return true;
  return false;
}

void compare_case(const fs::path& folder, const json& network, schemas::AcceleratorKind kind) {
  const auto program = accel_model::build_program(description_of(network));
  ASSERT_TRUE(program) << program.error().message;
  compare_outputs(folder, network, *program);
  if (streams(network)) return;
  compare_cycles(folder, *program);
  if (!input_handled_specially(network)) {
    const auto legal = check_rules(*program, kind);
    EXPECT_TRUE(legal) << legal.error().message;
    compare_input_words(network, *program);
  }
  if (!placed_specially(network)) compare_placement(folder, network, *program, kind);
}

class KnownAnswers : public ::testing::TestWithParam<schemas::AcceleratorKind> {};

TEST_P(KnownAnswers, EveryLayerOfEveryModelledCaseIsEqual) {
  const char* root = std::getenv("SYNERGY_KAT_DIR");
  if (root == nullptr) GTEST_SKIP() << "NOT COMPARED WITH KNOWN ANSWERS: set SYNERGY_KAT_DIR to their folder";
  std::size_t ran = 0;
  std::map<std::string, std::size_t> left_out;
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(fs::path(root) / std::string(schemas::name_of(GetParam()))))
    if (entry.is_directory()) folders.push_back(entry.path());
  for (const auto& folder : folders) {
    SCOPED_TRACE(folder.filename().string());
    const json network = read_json(folder / "network.json");
    if (const auto why = unmodelled(network); !why.empty()) {
      ++left_out[why];
      continue;
    }
    compare_case(folder, network, GetParam());
    ++ran;
  }
  std::printf("%s: %zu of %zu cases compared; left out:", schemas::name_of(GetParam()).data(), ran,
              folders.size());
  for (const auto& [why, count] : left_out) std::printf(" %s %zu;", why.c_str(), count);
  std::printf("\n");
  EXPECT_GT(ran, 0u);
}

INSTANTIATE_TEST_SUITE_P(Chips, KnownAnswers,
                         ::testing::Values(schemas::AcceleratorKind::kMax78000,
                                           schemas::AcceleratorKind::kMax78002),
                         [](const auto& each) { return std::string(schemas::name_of(each.param)); });

}  // namespace
}  // namespace synergy::accel_test
