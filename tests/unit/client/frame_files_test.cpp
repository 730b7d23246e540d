// Files of frames: pictures and arrays, as messages that feed them.
#include "synergy/client/frame_files.hpp"

#include <gmock/gmock.h>

#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"

namespace synergy::client {
namespace {

using ::testing::HasSubstr;

/// A PNG of one white pixel, grey: made by hand, with the checksums that the format asks for.
const schemas::Bytes kWhitePixel{
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0x0f, 0x00, 0x01, 0x01, 0x01, 0x00,
    0xb1, 0x38, 0xf6, 0x14, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

std::vector<std::uint8_t> array_of(const std::string& type, std::vector<std::size_t> shape,
                                   std::vector<std::uint8_t> data) {
  return documents::to_npy({type, std::move(shape), std::move(data)});
}

TEST(FrameFiles, APictureIsOneFrameOfRowsColumnsAndChannels) {
  const auto frames = frames_in(kWhitePixel, "white.png", schemas::Layout::kChw);
  ASSERT_TRUE(frames) << frames.error().message;
  ASSERT_EQ(frames->frames.size(), 1u);
  EXPECT_EQ(frames->frames.front().shape, (schemas::Axes{1, 1, 1}));
  EXPECT_EQ(frames->frames.front().layout, schemas::Layout::kHwc);
  EXPECT_EQ(frames->frames.front().dtype, schemas::ElementType::kUint8);
  EXPECT_EQ(frames->frames.front().data, (schemas::Bytes{255}));
  EXPECT_TRUE(frames->frames.front().check());
}

TEST(FrameFiles, AnArrayHoldsAFrameForEachOfItsFirstAxis) {
  const auto frames =
      frames_in(array_of("|u1", {2, 1, 3}, {0, 128, 255, 1, 2, 3}), "a.npy", schemas::Layout::kHwc);
  ASSERT_TRUE(frames) << frames.error().message;
  ASSERT_EQ(frames->frames.size(), 2u);
  EXPECT_EQ(frames->frames[1].shape, (schemas::Axes{1, 3}));
  EXPECT_EQ(frames->frames[1].layout, schemas::Layout::kHwc);
  EXPECT_EQ(frames->frames[0].dtype, schemas::ElementType::kInt8);
  EXPECT_EQ(frames->frames[0].data, (schemas::Bytes{0x80, 0, 127})) << "pixels, less 128";
  EXPECT_TRUE(frames->frames[1].check());
}

TEST(FrameFiles, WhatHoldsNoFramesIsRefusedByName) {
  const auto refusal = [](const std::vector<std::uint8_t>& bytes) {
    const auto frames = frames_in(bytes, "given", schemas::Layout::kChw);
    EXPECT_FALSE(frames);
    return frames ? std::string() : frames.error().message;
  };
  EXPECT_THAT(refusal({}), HasSubstr("given: "));
  EXPECT_THAT(refusal({'h', 'e', 'l', 'l', 'o'}), HasSubstr("given: "));
  EXPECT_THAT(refusal(array_of("|u1", {7}, std::vector<std::uint8_t>(7))), HasSubstr("given: "));
  EXPECT_THAT(refusal(array_of("<f4", {1, 1}, std::vector<std::uint8_t>(4))),
              HasSubstr("must hold integers"));
  EXPECT_THAT(refusal(array_of("|u1", {1, 5 << 20}, std::vector<std::uint8_t>(5 << 20))),
              HasSubstr("too many for one message"));
  auto cut = kWhitePixel;
  cut.resize(40);
  EXPECT_THAT(refusal(cut), HasSubstr("given: "));
}

TEST(FrameFiles, AreReadFromDisk) {
  const synergy::test_support::TemporaryFolder folder;
  const auto file = folder.write("white.png", std::string(kWhitePixel.begin(), kWhitePixel.end()));
  EXPECT_EQ(read_frames(file, schemas::Layout::kChw)->frames.size(), 1u);
  const auto missing = read_frames(folder / "no-such.png", schemas::Layout::kChw);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace synergy::client
