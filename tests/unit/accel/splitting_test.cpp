#include "accel_fixtures.hpp"

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

}  // namespace
}  // namespace synergy::accel_test
