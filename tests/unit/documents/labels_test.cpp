// Labels are integers of any width, one or several for each input.
#include "synergy/documents/labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"

namespace synergy::documents {
namespace {

using ::testing::HasSubstr;

class LabelsTest : public ::testing::Test {
 protected:
  template <class T>
  std::filesystem::path write(const std::string& type, std::vector<std::size_t> shape,
                              const std::vector<T>& values) {
    NpyArray array{type, std::move(shape), std::vector<std::uint8_t>(values.size() * sizeof(T))};
    if (!values.empty()) std::memcpy(array.data.data(), values.data(), array.data.size());
    const auto bytes = to_npy(array);
    std::ofstream(folder_ / "labels.npy", std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
    return folder_ / "labels.npy";
  }
  static std::string refusal(const std::filesystem::path& file, std::size_t each = 1) {
    const auto labels = read_labels(file, each);
    return labels ? "no error" : labels.error().message;
  }

  test_support::TemporaryFolder folder_;
};

TEST_F(LabelsTest, AreIntegersOfAnyWidth) {
  const std::vector<std::int32_t> expected{0, 7, 100};
  EXPECT_EQ(*read_labels(write<std::uint8_t>("|u1", {3}, {0, 7, 100}), 1), expected);
  EXPECT_EQ(*read_labels(write<std::int8_t>("|i1", {3}, {0, 7, 100}), 1), expected);
  EXPECT_EQ(*read_labels(write<std::int16_t>("<i2", {3}, {0, 7, 100}), 1), expected);
  EXPECT_EQ(*read_labels(write<std::uint32_t>("<u4", {3, 1}, {0, 7, 100}), 1), expected);
  EXPECT_EQ(*read_labels(write<std::int64_t>("<i8", {3}, {0, 7, 100}), 1), expected);
  EXPECT_EQ(*read_labels(write<std::uint16_t>("<u2", {1}, {999}), 1), (std::vector<std::int32_t>{999}));
}

TEST_F(LabelsTest, OfMapsAreSeveralForEachInput) {
  EXPECT_EQ(read_labels(write<std::uint8_t>("|u1", {2, 2}, {0, 1, 1, 0}), 2)->size(), 4u);
  EXPECT_THAT(
      refusal(write<std::uint8_t>("|u1", {2, 2}, {0, 1, 1, 0})),
      HasSubstr("labels.npy: labels are (N), i.e. 1 for each input; it holds 4 numbers for 2 inputs"));
}

TEST_F(LabelsTest, WhatIsNoClassNumberIsRefused) {
  EXPECT_THAT(refusal(write<std::int64_t>("<i8", {2}, {3, -1})), HasSubstr("entry 1 is no class number"));
  EXPECT_THAT(refusal(write<std::uint64_t>("<u8", {1}, {1ull << 40})),
              HasSubstr("entry 0 is no class number"));
  EXPECT_THAT(refusal(write<float>("<f4", {1}, {1.0f})), HasSubstr("integers; it holds <f4"));
  EXPECT_THAT(refusal(write<std::uint8_t>("|u1", {0}, {})), HasSubstr("0 numbers for 0 inputs"));
  EXPECT_THAT(refusal(folder_ / "none.npy"), HasSubstr("none.npy"));
}

}  // namespace
}  // namespace synergy::documents
