#include "synergy/execution/result_value.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace synergy::execution {
namespace {

Argmax of_bytes(const std::vector<std::int8_t>& values) {
  return argmax(std::vector<std::uint8_t>(values.begin(), values.end()), 8);
}
Argmax of_words(const std::vector<std::int32_t>& values) {
  std::vector<std::uint8_t> bytes;
  for (const auto value : values)
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(std::uint8_t(std::uint32_t(value) >> shift));
  return argmax(bytes, 32);
}

TEST(Argmax, TakesTheFirstOfTheLargest) {
  EXPECT_EQ(of_bytes({3, 9, 9, 2}).label, 1);
  EXPECT_EQ(of_words({5, 5, 5}).label, 0);
}

TEST(Argmax, ComparesSignedValues) {
  const auto bytes = of_bytes({-128, -1, -5});
  EXPECT_EQ(bytes.label, 1);
  EXPECT_EQ(bytes.score, -1);
  EXPECT_EQ(of_bytes({127, -128}).label, 0);
}

TEST(Argmax, ReadsAllFourBytesLowestFirst) {
  const auto best = of_words({70'000, -70'000, 70'001, INT32_MIN});
  EXPECT_EQ(best.label, 2);
  EXPECT_EQ(best.score, 70'001);
  EXPECT_EQ(of_words({INT32_MIN, INT32_MAX}).score, INT32_MAX);
  EXPECT_EQ(of_words({INT32_MIN}).score, INT32_MIN);
}

TEST(Argmax, OfNothingIsNoLabel) {
  EXPECT_EQ(of_bytes({}).label, -1);
  EXPECT_EQ(argmax(std::vector<std::uint8_t>{1, 2, 3}, 32).label, -1) << "three bytes are no word";
}

TEST(ArgmaxBytes, ComeBackAsTheyWent) {
  for (const Argmax value :
       {Argmax{0, 0}, Argmax{9, -1}, Argmax{255, -(1 << 30)}, Argmax{1 << 20, 1 << 30}}) {
    const auto bytes = to_bytes(value);
    ASSERT_EQ(bytes.size(), 8u);
    EXPECT_EQ(argmax_from(bytes), value);
    EXPECT_EQ(argmax_from(std::span(bytes).first(7)), std::nullopt);
  }
  EXPECT_EQ(to_bytes({1, -2}), (schemas::Bytes{1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff}));
}

}  // namespace
}  // namespace synergy::execution
