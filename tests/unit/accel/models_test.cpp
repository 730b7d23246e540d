// The models of deploy/models against the published figures of the networks they stand for:
// `tests/data/models` holds them layer by layer. Where the environment variable SYNERGY_REFERENCE_DIR names a
// folder with `model-layers.csv`, the same is compared with that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "synergy/accel/generated_weights.hpp"
#include "synergy/accel/inference.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/documents/digest.hpp"
#include "synergy/documents/model_folder.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::Program;
using schemas::AcceleratorKind;
using testing::ValuesIn;
namespace fs = std::filesystem;

constexpr auto k78000 = AcceleratorKind::kMax78000;
constexpr auto k78002 = AcceleratorKind::kMax78002;

/// A model, the chip its figures are for, and where it is cut so that the chunks fit that chip.
struct Case {
  std::string name, reference;
  AcceleratorKind kind;
  std::vector<std::uint32_t> cuts;
};

void PrintTo(const Case& model, std::ostream* out) { *out << model.name; }

const std::vector<Case>& cases() {
  static const std::vector<Case> all{{"convnet5", "ConvNet5", k78000, {}},
                                     {"kws", "KWS", k78000, {}},
                                     {"simplenet", "SimpleNet", k78000, {}},
                                     {"ressimplenet", "ResSimpleNet", k78000, {}},
                                     {"widenet", "WideNet", k78000, {}},
                                     {"unet", "UNet", k78000, {}},
                                     {"efficientnetv2", "EfficientNetV2 MAX78002", k78002, {}},
                                     {"efficientnetv2-custom", "EfficientNetV2 custom", k78000, {20}},
                                     {"mobilenetv2-0.75", "MobileNetV2-0.75 MAX78002", k78002, {}},
                                     {"mobilenetv2-0.75-custom", "MobileNetV2 custom", k78000, {32, 42, 52}}};
  return all;
}

fs::path model_folder(const std::string& name) {
  return fs::path(SYNERGY_SOURCE_DIR) / "deploy" / "models" / name;
}

accel::LoadedModel load(const std::string& name) {
  auto model = accel::load_model(model_folder(name));
  if (!model) throw std::runtime_error(model.error().message);
  return *std::move(model);
}

std::vector<Program> chunks_of(const Program& program, const std::vector<std::uint32_t>& cuts) {
  std::vector<Program> chunks;
  std::uint32_t first = 0;
  for (const auto cut : cuts) {
    chunks.push_back(chunk_of(program, first, cut - 1));
    first = cut;
  }
  chunks.push_back(chunk_of(program, first, std::uint32_t(program.layers.size() - 1)));
  return chunks;
}

Result<accel_model::ProgramPlacement> place_alone(const Program& program, AcceleratorKind kind) {
  const Program* const programs[] = {&program};
  auto placement = place(programs, kind);
  if (!placement) return placement.error();
  return placement->programs.front();
}

/// One layer's figures as text, in the order of the columns of our tables.
using Row = std::vector<std::string>;

std::vector<Row> rows_of(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path.string() + " can not be read");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    Row row;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
    row.resize(std::max<std::size_t>(row.size(), 10));  // empty last cells
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string size_of(const accel_model::Shape& shape) {
  return std::to_string(shape.channels) + "x" + std::to_string(shape.height) + "x" +
         std::to_string(shape.width);
}

std::vector<Row> figures(const Case& model) {
  std::vector<Row> rows;
  for (const auto& chunk : chunks_of(load(model.name).program, model.cuts)) {
    const auto placement = place_alone(chunk, model.kind);
    if (!placement) throw std::runtime_error(placement.error().message);
    for (std::size_t k = 0; k < chunk.layers.size(); ++k) {
      const auto& layer = chunk.layers[k];
      const auto& place = placement->layers[k];
      const bool weights = has_weights(layer);
      const auto count = weight_count(layer);
      rows.push_back(
          {layer.name, size_of(layer.input), size_of(layer.output),
           weights ? std::to_string(layer.weight_bits) : "", std::to_string(count * layer.weight_bits / 8),
           std::to_string(layer.has_bias ? layer.output.channels : 0), std::to_string(macs(layer)),
           std::to_string(layer_cycles(layer, model.kind, place.start)),
           weights ? std::to_string(place.start) : "", weights ? std::to_string(place.length) : ""});
    }
  }
  return rows;
}

class Models : public testing::TestWithParam<Case> {};

TEST_P(Models, EveryLayerHasTheFiguresOfTheTable) {
  const auto table = rows_of(fs::path(SYNERGY_SOURCE_DIR) / "tests/data/models" / (GetParam().name + ".csv"));
  const auto found = figures(GetParam());
  ASSERT_EQ(table.size(), found.size() + 1) << "layers, and the heading";
  for (std::size_t k = 0; k < found.size(); ++k) EXPECT_EQ(found[k], table[k + 1]);
}

TEST_P(Models, EveryLayerHasTheFiguresOfTheReferenceWhereItIsAtHand) {
  const char* folder = std::getenv("SYNERGY_REFERENCE_DIR");
  if (folder == nullptr)
    GTEST_SKIP() << "NOT COMPARED with model-layers.csv: SYNERGY_REFERENCE_DIR is not set";
  const auto table = rows_of(fs::path(folder) / "model-layers.csv");
  std::map<std::string, std::size_t> column;
  for (std::size_t i = 0; i < table.front().size(); ++i) column[table.front()[i]] = i;
  const auto found = figures(GetParam());
  std::size_t compared = 0;
  for (const auto& row : table) {
    if (row[column.at("model")] != GetParam().reference) continue;
    const auto cell = [&](const char* name) { return row.at(column.at(name)); };
    ASSERT_LT(compared, found.size());
    const Row expected{found[compared][0],
                       cell("in_channels") + "x" + cell("in_rows") + "x" + cell("in_cols"),
                       cell("out_channels") + "x" + cell("out_rows") + "x" + cell("out_cols"),
                       cell("weight_bits"),
                       cell("weight_bytes"),
                       cell("bias_values"),
                       cell("macc"),
                       cell("cycles_formula"),
                       cell("column_offset"),
                       cell("columns")};
    EXPECT_EQ(found[compared], expected) << "layer " << compared;
    ++compared;
  }
  EXPECT_EQ(compared, found.size());
}

TEST_P(Models, EveryChunkIsAcceptedByItsChip) {
  const auto chunks = chunks_of(load(GetParam().name).program, GetParam().cuts);
  for (const auto& chunk : chunks) {
    EXPECT_TRUE(check_rules(chunk, GetParam().kind)) << check_rules(chunk, GetParam().kind).error().message;
    const auto placement = place_alone(chunk, GetParam().kind);
    EXPECT_TRUE(placement) << placement.error().message;
  }
}

TEST_P(Models, EveryCutIsClean) {
  const auto clean = clean_cuts(load(GetParam().name).program);
  for (const auto cut : GetParam().cuts)
    EXPECT_NE(std::find(clean.begin(), clean.end(), cut), clean.end()) << "before layer " << cut;
}

TEST_P(Models, NoLayerVanishesOrSaturates) {
  const auto model = load(GetParam().name);
  accel::Inference inference(model.program, model.weights);
  inference.keep_all_outputs(true);
  std::vector<std::int8_t> input(model.program.input().values());
  for (std::size_t i = 0; i < input.size(); ++i)
    input[i] = std::int8_t(std::uint8_t((i * 2654435761u) >> 13));
  inference.run(input);
  for (std::size_t k = 0; k < model.program.layers.size(); ++k) {
    if (model.program.layers[k].output_width != 8) continue;
    std::array<std::size_t, 256> counts{};
    const auto output = inference.output_of(k);
    for (const auto byte : output) ++counts[byte];
    const auto label = layer_label(model.program, k);
    const auto distinct =
        std::size_t(std::count_if(counts.begin(), counts.end(), [](auto n) { return n > 0; }));
    EXPECT_GE(distinct, std::min<std::size_t>(24, output.size() / 8)) << label;
    EXPECT_LT(counts[0x7f] + counts[0x80], output.size() * 2 / 5) << label << " is cut off";
    EXPECT_LT(counts[0], output.size() * 9 / 10) << label << " is zero";
  }
}

INSTANTIATE_TEST_SUITE_P(Deployed, Models, ValuesIn(cases()), [](const auto& instance) {
  auto name = instance.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(std::uint8_t(c)); }, '_');
  return name;
});

/// Why a chip does not take the whole model; empty: it does.
std::string refusal(const std::string& name, AcceleratorKind kind) {
  const auto program = load(name).program;
  if (const auto status = check_rules(program, kind); !status) return status.error().message;
  const auto placement = place_alone(program, kind);
  return placement ? "" : placement.error().message;
}

TEST(ModelsAndChips, ModelsFitTheChipsTheyAreFor) {
  for (const auto* name : {"convnet5", "kws", "simplenet", "ressimplenet", "widenet", "unet", "unet-352"})
    EXPECT_EQ(refusal(name, k78000), "") << name;
  for (const auto* name :
       {"convnet5", "simplenet", "ressimplenet", "widenet", "unet", "unet-352", "efficientnetv2",
        "efficientnetv2-custom", "mobilenetv2-0.75", "mobilenetv2-0.75-custom"})
    EXPECT_EQ(refusal(name, k78002), "") << name;
}

TEST(ModelsAndChips, ModelsAreRefusedByTheOtherChipsForTheirReason) {
  EXPECT_THAT(refusal("kws", k78002), testing::HasSubstr("pad"));
  EXPECT_THAT(refusal("efficientnetv2", k78000), testing::HasSubstr("layers"));
  EXPECT_THAT(refusal("mobilenetv2-0.75", k78000), testing::HasSubstr("layers"));
  EXPECT_THAT(refusal("efficientnetv2-custom", k78000), testing::HasSubstr("columns"));
  EXPECT_THAT(refusal("mobilenetv2-0.75-custom", k78000), testing::HasSubstr("layers"));
}

// In the custom MobileNetV2 the tensors that a residual keeps and those between do not fit into data memory
// together: the vendor's tool takes it, since each layer alone is right, and so do we.
TEST(ModelsAndChips, EveryLayerReadsWhereItsSourcesWroteExceptInOneModelThatTheToolTakes) {
  for (const auto& model : cases()) {
    const auto status = check_reads(load(model.name).program);
    if (model.name == "mobilenetv2-0.75-custom")
      EXPECT_FALSE(status) << model.name << " is right now; say so in deploy/models/README.md";
    else
      EXPECT_TRUE(status) << status.error().message;
  }
}

TEST(ModelsAndChips, TheLargePictureOfUnetTakesTheCyclesPublished) {
  const auto program = load("unet-352").program;
  const auto placement = place_alone(program, k78000);
  ASSERT_TRUE(placement);
  EXPECT_EQ(program_cycles(program, k78000, *placement), 4'729'258u);
}

TEST(GeneratedWeights, AreTheSameEverywhere) {
  const auto model = load("convnet5");
  const auto& first = model.weights.front().weights;
  const std::vector<std::int8_t> expected(first.begin(), first.begin() + 8);
  EXPECT_THAT(expected, testing::ElementsAreArray(std::vector<std::int8_t>{65, -22, -44, 8, 9, 24, -92, 2}));
}

TEST(GeneratedWeights, FollowFromTheModelFileWhichAloneMakesTheDigest) {
  std::ifstream file(model_folder("kws") / documents::kModelFile, std::ios::binary);
  const std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(load("kws").digest, documents::sha256(bytes));
}

TEST(GeneratedWeights, OfALayerDoNotDependOnTheOtherLayers) {
  const auto model = load("simplenet");
  const auto chunk = chunk_of(model.program, 5, 9);
  EXPECT_EQ(accel::generate_weights(chunk, *model.description.weights_seed),
            accel::weights_of_chunk(model.weights, chunk));
}

TEST(GeneratedWeights, UseTheWholeRangeOfTheirWidthAndAverageZero) {
  const auto model = load("simplenet");
  for (std::size_t k = 1; k < model.program.layers.size(); ++k) {
    const auto& values = model.weights[k].weights;
    const int half = 1 << (model.program.layers[k].weight_bits - 1);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    EXPECT_EQ(*low, -half) << k;
    EXPECT_EQ(*high, half - 1) << k;
    double sum = 0;
    for (const auto value : values) sum += value;
    EXPECT_LT(std::abs(sum) / double(values.size()), 0.1 * half) << k;
  }
}

TEST(GeneratedWeights, ChangeWithTheSeedAndPassTheCheck) {
  const auto model = load("widenet");
  EXPECT_TRUE(check_weights(model.program, model.weights));
  const auto other = accel::generate_weights(model.program, *model.description.weights_seed + 1);
  for (std::size_t k = 0; k < other.size(); ++k) EXPECT_NE(other[k], model.weights[k]) << k;
}

TEST(GeneratedWeights, LayersThatNameTheSameTensorGetTheSameNumbers) {
  auto model = load("simplenet");
  auto& layers = model.program.layers;
  ASSERT_EQ(weight_count(layers[2]), weight_count(layers[3]));
  layers[3].weights = layers[2].weights;
  const auto made = accel::generate_weights(model.program, 1);
  EXPECT_EQ(made[2].weights, made[3].weights);
  EXPECT_NE(made[2].bias, made[3].bias);
}

}  // namespace
}  // namespace synergy::accel_test
