// A network with a rolling data buffer: the vendor tool's form of it computes what the known answer of the
// same network says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import_fixtures.hpp"
#include "synergy/accel/evaluate.hpp"
#include "synergy/accel_import/import_network.hpp"
#include "synergy/accel_kat/known_answer.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/documents/digest.hpp"

namespace synergy::accel_import {
namespace {

constexpr const char* kHistory = R"(arch: net
dataset: window
data_buffer:
  - {processors: 0xff, dim: [6, 1], channels: 8, offset: 0x4000, name: history}
layers:
  - {name: first, op: conv1d, kernel_size: 6, pad: 0, processors: 0xf, output_processors: 0xff,
     out_offset: 0x4014, buffer_insert: 1}
  - {name: move, op: none, in_sequences: history, in_channels: 8, in_dim: [6, 1], in_offset: 0x4000,
     processors: 0xff, out_offset: 0x4000, output_processors: 0xff, buffer_shift: 2}
  - {name: second, op: conv1d, kernel_size: 6, pad: 0, in_sequences: input, in_offset: 0x0, processors: 0xf,
     output_processors: 0xff, out_offset: 0x4014, buffer_insert: 1}
  - {name: last, op: conv1d, kernel_size: 3, pad: 0, in_sequences: history, in_channels: 8, in_dim: 6,
     in_offset: 0x4000, processors: 0xff, out_offset: 0x6000, output_processors: 0x7}
)";

std::vector<double> numbers(const std::vector<std::int8_t>& values) { return {values.begin(), values.end()}; }

accel_kat::KnownAnswer known_answer() {
  auto answer = accel_kat::read_known_answer(std::string(SYNERGY_SOURCE_DIR) +
                                             "/tests/data/known-answers/MAX78000/data-buffer");
  EXPECT_TRUE(answer) << answer.error().message;
  return *std::move(answer);
}

Result<ImportedModel> import_text(const std::string& text, const accel_kat::KnownAnswer& answer) {
  const auto network = parse_network_yaml(text, "net.yaml");
  if (!network) return network.error();
  const auto shift = [](const std::string& layer, float by) {
    return filled(layer + ".output_shift", {1}, by);
  };
  const auto checkpoint =
      checkpoint_of({tensor_of("a.weight", {8, 4, 6}, numbers(answer.weights[0].weights)), shift("a", -2),
                     tensor_of("b.weight", {8, 4, 6}, numbers(answer.weights[2].weights)), shift("b", -2),
                     tensor_of("c.weight", {3, 8, 3}, numbers(answer.weights[3].weights)), shift("c", -1)});
  const auto sample = documents::npy_of(answer.input.values, {4, 6, 1});
  ImportOptions options;
  options.name = ModelId("history");
  options.overlap_data = true;
  return import_network(*network, checkpoint, sample, options);
}

TEST(DataBuffer, IsInsertedIntoShiftedAndReadAsTheKnownAnswerSays) {
  const auto answer = known_answer();
  const auto model = import_text(kHistory, answer);
  ASSERT_TRUE(model) << model.error().message;
  const auto program = accel_model::build_program(model->description);
  ASSERT_TRUE(program) << program.error().message;
  const auto rules = accel_model::check_rules(*program, schemas::AcceleratorKind::kMax78000);
  EXPECT_TRUE(rules) << rules.error().message;
  const auto outputs = accel::run_all_layers(*program, answer.weights, answer.input);
  ASSERT_EQ(outputs.size(), 4u);
  for (std::size_t k = 0; k < outputs.size(); ++k)
    EXPECT_EQ(documents::sha256(accel::to_bytes(outputs[k])), answer.layers[k].output->sha256)
        << "layer " << k;
  // Both ends of what is told to the hardware are there, not only what the answers depend on.
  EXPECT_EQ(program->layers[0].buffer_insert, 1u);
  EXPECT_EQ(program->layers[1].buffer_shift, 2u);
}

TEST(DataBuffer, KeysThatItNeedsAreAskedFor) {
  const auto answer = known_answer();
  const auto without = [&](const std::string& part) {
    std::string text = kHistory;
    text.erase(text.find(part), part.size());
    const auto model = import_text(text, answer);
    if (!model) return model.error().message;
    const auto program = accel_model::build_program(model->description);
    return program ? std::string("no error") : program.error().message;
  };
  using ::testing::HasSubstr;
  EXPECT_THAT(without(", in_dim: [6, 1]"),
              HasSubstr("net.yaml:8:5: layer 1 'move': a layer that reads the data buffer needs in_offset"));
  EXPECT_THAT(without("in_sequences: history, "),
              HasSubstr("net.yaml:8:5: layer 1 'move': buffer_shift needs"));
  EXPECT_THAT(without("     out_offset: 0x4014, "),
              HasSubstr("net.yaml:6:5: layer 0 'first': buffer_insert needs"));
}

}  // namespace
}  // namespace synergy::accel_import
