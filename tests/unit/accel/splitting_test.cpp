#include <algorithm>
#include <filesystem>

#include "accel_fixtures.hpp"
#include "synergy/accel/inference.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/accel_model/pieces.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::accel_test {
namespace {

using accel::Tensor;
using accel_model::chunk_of;

/// Runs the chunks one after another, handing bytes over as devices do.
std::vector<std::uint8_t> run_in_chunks(const Program& whole, const accel::ModelWeights& weights,
                                        const std::vector<std::uint32_t>& cuts) {
  auto bytes = accel::to_bytes(sample_input(whole));
  std::uint32_t first = 0;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::uint32_t next = i < cuts.size() ? cuts[i] : std::uint32_t(whole.layers.size());
    const Program chunk = chunk_of(whole, first, next - 1);
    EXPECT_EQ(chunk.input_bytes(), bytes.size());
    bytes = accel::to_bytes(run_program(chunk, accel::weights_of_chunk(weights, chunk),
                                        accel::tensor_from_bytes(chunk.input(), bytes)));
    first = next;
  }
  return bytes;
}

TEST(Splitting, AtAnyCutGivesTheBytesOfTheWhole) {
  const Program whole = *accel_model::build_program(digits_model());
  const auto weights = sample_weights(whole);
  const auto expected = accel::to_bytes(run_program(whole, weights, sample_input(whole)));
  for (const auto cut : clean_cuts(whole)) EXPECT_EQ(run_in_chunks(whole, weights, {cut}), expected) << cut;
}

TEST(Splitting, AtEveryCutAtOnceGivesTheBytesOfTheWhole) {
  for (const Program& whole : {*accel_model::build_program(digits_model()), simple_net().build()}) {
    const auto weights = sample_weights(whole, 5);
    const auto expected = accel::to_bytes(run_program(whole, weights, sample_input(whole)));
    EXPECT_EQ(run_in_chunks(whole, weights, clean_cuts(whole)), expected);
  }
}

/// `wanted` of the cuts, spread over them; `turn` moves the choice.
std::vector<std::uint32_t> some_of(const std::vector<std::uint32_t>& cuts, std::size_t wanted,
                                   std::size_t turn) {
  std::vector<std::uint32_t> chosen;
  for (std::size_t i = 0; i < wanted; ++i)
    chosen.push_back(cuts[(i * cuts.size() + turn * cuts.size() / 3) / wanted % cuts.size()]);
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

/// Whether some chip takes the chunk alone: a device would refuse it otherwise.
bool has_a_device(const Program& chunk) {
  for (const auto kind : {schemas::AcceleratorKind::kMax78000, schemas::AcceleratorKind::kMax78002}) {
    const Program* const alone[] = {&chunk};
    if (check_rules(chunk, kind) && place(alone, kind)) return true;
  }
  return false;
}

class SplittingOfModels : public testing::TestWithParam<const char*> {};

TEST_P(SplittingOfModels, IntoTwoToSixChunksGivesTheBytesOfTheWhole) {
  const auto model =
      accel::load_model(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy/models" / GetParam());
  ASSERT_TRUE(model) << model.error().message;
  const Program& whole = model->program;
  const auto input = accel::to_bytes(sample_input(whole));
  const auto bytes_of = [](const Program& program, const accel::ModelWeights& weights,
                           const std::vector<std::uint8_t>& from) {
    accel::Inference inference(program, weights);
    const auto result = inference.run(accel::tensor_from_bytes(program.input(), from).values);
    return std::vector<std::uint8_t>(result.begin(), result.end());
  };
  const auto expected = bytes_of(whole, model->weights, input);
  const auto cuts = clean_cuts(whole);
  std::size_t splits = 0;
  for (std::size_t chunks = 2; chunks <= std::min<std::size_t>(6, cuts.size() + 1); ++chunks)
    for (std::size_t turn = 0; turn < 3; ++turn) {
      auto bytes = input;
      std::uint32_t first = 0;
      auto ends = some_of(cuts, chunks - 1, turn);
      ends.push_back(std::uint32_t(whole.layers.size()));
      for (const auto end : ends) {
        const Program chunk = chunk_of(whole, first, end - 1);
        EXPECT_TRUE(has_a_device(chunk)) << "layers " << first << " to " << end - 1;
        bytes = bytes_of(chunk, accel::weights_of_chunk(model->weights, chunk), bytes);
        first = end;
      }
      EXPECT_EQ(bytes, expected) << chunks << " chunks, choice " << turn;
      ++splits;
    }
  EXPECT_GE(splits, 3u);
}

INSTANTIATE_TEST_SUITE_P(Deployed, SplittingOfModels,
                         testing::Values("convnet5", "kws", "simplenet", "ressimplenet", "widenet", "unet",
                                         "efficientnetv2", "efficientnetv2-custom", "mobilenetv2-0.75",
                                         "mobilenetv2-0.75-custom"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !std::isalnum(std::uint8_t(c)); }, '_');
                           return name;
                         });

TEST(Evaluate, AllLayersEndWithTheProgramsOutput) {
  const Program whole = *accel_model::build_program(digits_model());
  const auto weights = sample_weights(whole);
  const auto layers = run_all_layers(whole, weights, sample_input(whole));
  ASSERT_EQ(layers.size(), 5u);
  EXPECT_EQ(std::get<Tensor>(layers[1]).shape, whole.layers[1].output);
  EXPECT_EQ(layers.back(), run_program(whole, weights, sample_input(whole)));
}

TEST(Evaluate, TheSampleOutputsAreNotAllAlike) {
  // Guards the comparisons above: equal outputs prove nothing when every value saturates.
  const Program whole = *accel_model::build_program(digits_model());
  const auto values =
      std::get<accel::WideTensor>(run_program(whole, sample_weights(whole), sample_input(whole))).values;
  EXPECT_NE(values.front(), values.back());
}

TEST(Pieces, HoldWhatIsTooMuchForOneChipOnly) {
  // Three layers of 64 x 64 x 9 weights take 64 columns each; 15 of them take more than the 768 that there
  // are.
  ModelBuilder many(64, 4, 4);
  for (int k = 0; k < 15; ++k)
    many.conv(64).writes_at(k % 2 == 0 ? 0x2000 : 0).reads_at(k % 2 == 0 ? 0 : 0x2000);
  const auto program = many.build();
  const accel_model::Program* whole = &program;
  EXPECT_FALSE(accel_model::place({&whole, 1}, schemas::AcceleratorKind::kMax78000));
  const auto status = accel_model::check_pieces(program, schemas::AcceleratorKind::kMax78000);
  EXPECT_TRUE(status) << status.error().message;
}

TEST(Pieces, EachMustFitAlone) {
  // 600 biases are more than a quadrant's 512, however the rest is divided.
  ModelBuilder wide(64, 1, 1);
  wide.conv(64).writes_at(0x2000).conv(600, 1, 0).bias().reads_at(0x2000).writes_at(0);
  const auto status = accel_model::check_pieces(wide.build(), schemas::AcceleratorKind::kMax78000);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kNoFit);
  EXPECT_NE(status.error().message.find("layer 1 'layer1' needs 600 bytes"), std::string::npos)
      << status.error().message;
}

}  // namespace
}  // namespace synergy::accel_test
