// What networks are given: one rule for every file that holds it.
#include "synergy/documents/input.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "temporary_folder.hpp"

namespace synergy::documents {
namespace {

using schemas::Axes;
using schemas::Bytes;
using schemas::FrameShape;
using schemas::Layout;

class Input : public ::testing::Test {
 protected:
  template <class T>
  std::filesystem::path write(const std::string& type, const Axes& shape, const std::vector<T>& values) {
    NpyArray array{type, {shape.begin(), shape.end()}, Bytes(values.size() * sizeof(T))};
    if (!values.empty()) std::memcpy(array.data.data(), values.data(), array.data.size());
    const auto bytes = to_npy(array);
    return folder_.write("x.npy", std::string(bytes.begin(), bytes.end()));
  }
  /// Signed bytes 0, 1, 2 ... of that shape.
  InputArray counted(const Axes& shape) {
    std::size_t items = 1;
    for (const auto length : shape) items *= length;
    std::vector<std::int8_t> values(items);
    std::iota(values.begin(), values.end(), std::int8_t(0));
    auto array = read_input(write("|i1", shape, values));
    EXPECT_TRUE(array) << array.error().message;
    return *array;
  }
  /// Behind the file's name.
  template <class T>
  std::string message(const Result<T>& result) {
    if (result) return "no error";
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
    const auto name = (folder_ / "x.npy").string() + ": ";
    EXPECT_TRUE(result.error().message.starts_with(name)) << result.error().message;
    return result.error().message.substr(name.size());
  }
  test_support::TemporaryFolder folder_;
};

TEST_F(Input, SignedBytesAreTakenAsTheyAre) {
  const auto array = read_input(write<std::int8_t>("|i1", {4}, {-128, -1, 0, 127}));
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->axes, (Axes{4}));
  EXPECT_EQ(array->values, (Bytes{0x80, 0xff, 0, 0x7f}));
}

TEST_F(Input, UnsignedBytesArePixelsLess128) {
  const auto array = read_input(write<std::uint8_t>("|u1", {4}, {0, 127, 128, 255}));
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->values, (Bytes{0x80, 0xff, 0, 0x7f}));
}

TEST_F(Input, WiderIntegersAreTakenWithinTheRangeOfSignedBytes) {
  const Bytes expected{0x80, 0xff, 0, 0x7f};
  EXPECT_EQ(read_input(write<std::int16_t>("<i2", {4}, {-128, -1, 0, 127}))->values, expected);
  EXPECT_EQ(read_input(write<std::int32_t>("<i4", {4}, {-128, -1, 0, 127}))->values, expected);
  EXPECT_EQ(read_input(write<std::int64_t>("<i8", {4}, {-128, -1, 0, 127}))->values, expected);
  EXPECT_EQ(read_input(write<std::uint16_t>("<u2", {2}, {0, 127}))->values, (Bytes{0, 127}));
  EXPECT_EQ(read_input(write<std::uint64_t>("<u8", {2}, {0, 127}))->values, (Bytes{0, 127}));
}

TEST_F(Input, AWiderIntegerBeyondItIsNamed) {
  const std::string rule = " is not within -128 to 127; pixels of 0 to 255 must be unsigned bytes (uint8)";
  EXPECT_EQ(message(read_input(write<std::int16_t>("<i2", {2}, {0, 128}))), "entry 1" + rule);
  EXPECT_EQ(message(read_input(write<std::int32_t>("<i4", {2}, {-129, 0}))), "entry 0" + rule);
  EXPECT_EQ(message(read_input(write<std::int64_t>("<i8", {1}, {std::int64_t(1) << 40}))), "entry 0" + rule);
  EXPECT_EQ(message(read_input(write<std::uint16_t>("<u2", {1}, {200}))), "entry 0" + rule);
  EXPECT_EQ(message(read_input(write<std::uint32_t>("<u4", {1}, {4294967295u}))), "entry 0" + rule);
  EXPECT_EQ(message(read_input_axes(write<std::int64_t>("<i8", {1}, {128}))), "entry 0" + rule)
      << "the axes of such a file are not told either";
}

TEST_F(Input, WhatIsNoIntegerIsRefused) {
  const std::string rule = ": a network takes signed bytes (int8), or pixels as unsigned bytes (uint8)";
  const auto floats = write<float>("<f4", {1}, {0.5f});
  EXPECT_EQ(message(read_input(floats)), "must hold integers, holds <f4" + rule);
  EXPECT_EQ(message(read_input_axes(floats)), "must hold integers, holds <f4" + rule);
  EXPECT_EQ(message(read_input(write<std::uint8_t>("|b1", {1}, {1}))),
            "must hold integers, holds |b1" + rule);
}

TEST_F(Input, AxesAreReadWithoutTheValues) {
  const auto file = write<std::uint8_t>("|u1", {2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(*read_input_axes(file), (Axes{2, 3}));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  EXPECT_EQ(message(read_input_axes(file)), "the shape needs 6 bytes, the file has 5");
  EXPECT_EQ(read_input_axes(folder_ / "y.npy").error().code, ErrorCode::kNotFound);
}

TEST_F(Input, AFrameIsTakenWithOrWithoutALeadingOne) {
  const Bytes counted_values{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  for (const Axes& shape : {Axes{2, 3, 2}, {1, 2, 3, 2}})
    EXPECT_EQ(*only_frame(counted(shape), {2, 3, 2}, Layout::kChw), counted_values);
}

TEST_F(Input, ChannelsLastAreConvertedWhereItIsSaid) {
  EXPECT_EQ(*only_frame(counted({3, 2, 2}), {2, 3, 2}, Layout::kHwc),
            (Bytes{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}));
  EXPECT_EQ(*only_frame(counted({6, 2}), {2, 6, 1}, Layout::kHwc),
            (Bytes{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}))
      << "length, channels";
}

TEST_F(Input, AWrongShapeTellsBothAndTheLayoutThatWouldFit) {
  EXPECT_EQ(message(only_frame(counted({4, 5, 3}), {3, 4, 5}, Layout::kChw)),
            "has the shape (4, 5, 3); the model's input is 3 x 4 x 5 (channels x rows x columns): these axes "
            "are rows, columns, channels, which --layout hwc converts");
  EXPECT_EQ(message(only_frame(counted({3, 4, 5}), {3, 4, 5}, Layout::kHwc)),
            "has the shape (3, 4, 5); the model's input is 3 x 4 x 5 (channels x rows x columns): these axes "
            "are channels, rows, columns already: leave out --layout hwc");
  EXPECT_EQ(message(only_frame(counted({60}), {3, 4, 5}, Layout::kChw)),
            "has the shape (60,); the model's input is 3 x 4 x 5 (channels x rows x columns)");
  EXPECT_EQ(
      message(only_frame(counted({2, 5, 3}), {3, 4, 5}, Layout::kHwc)),
      "has the shape (2, 5, 3); the model's input is 3 x 4 x 5 (channels x rows x columns), so its axes "
      "must be rows, columns, channels");
}

TEST_F(Input, SeveralFramesAreNotTakenForOne) {
  EXPECT_EQ(
      message(only_frame(counted({2, 3, 4}), {1, 3, 4}, Layout::kChw)),
      "has the shape (2, 3, 4); the model's input is 1 x 3 x 4 (channels x rows x columns): these are 2 "
      "inputs, of which one is taken here; save a single one");
}

TEST_F(Input, FramesAreCountedByTheFirstAxis) {
  const FrameShape frame{1, 2, 2};
  for (const Axes& shape : {Axes{3, 2, 2}, {3, 1, 2, 2}, {3, 2, 2, 1}}) {
    const auto frames = counted(shape);
    ASSERT_TRUE(check_frames(frames, frame, Layout::kChw));
    EXPECT_EQ(frame_at(frames, 1, frame, Layout::kChw), (Bytes{4, 5, 6, 7}));
    EXPECT_EQ(frame_at(frames, 5, frame, Layout::kChw), (Bytes{8, 9, 10, 11})) << "modulo their count";
  }
  const auto channels_last = counted({2, 3, 1, 2});
  ASSERT_TRUE(check_frames(channels_last, {2, 3, 1}, Layout::kHwc));
  EXPECT_EQ(frame_at(channels_last, 1, {2, 3, 1}, Layout::kHwc), (Bytes{6, 8, 10, 7, 9, 11}));
}

TEST_F(Input, FramesOfAnotherShapeAreRefused) {
  const auto error = [&](const Axes& shape, const FrameShape& frame) {
    const auto status = check_frames(counted(shape), frame, Layout::kChw);
    return status ? "no error" : message(Result<int>(status.error()));
  };
  EXPECT_EQ(error({2, 3, 4, 1}, {2, 3, 2}),
            "has the shape (2, 3, 4, 1); the model's input is 2 x 3 x 2 (channels x rows x columns)");
  EXPECT_EQ(
      error({2, 4, 3, 2}, {2, 4, 3}),
      "has the shape (2, 4, 3, 2); the model's input is 2 x 4 x 3 (channels x rows x columns): these axes "
      "are rows, columns, channels, which --layout hwc converts");
  EXPECT_EQ(
      error({2, 4, 3}, {2, 4, 3}),
      "has the shape (2, 4, 3); the model's input is 2 x 4 x 3 (channels x rows x columns): the first axis "
      "must count the frames; a single one is (1, ...)");
  EXPECT_EQ(error({4}, {1, 2, 2}), "has the shape (4,); frames are an array (N, ...) of one or more");
  EXPECT_EQ(error({0, 2, 2}, {1, 2, 2}),
            "has the shape (0, 2, 2); frames are an array (N, ...) of one or more");
}

}  // namespace
}  // namespace synergy::documents
