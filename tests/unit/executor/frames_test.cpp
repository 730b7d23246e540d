#include "synergy/executor/frames.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "synergy/documents/npy.hpp"

namespace synergy::executor {
namespace {

const std::filesystem::path kImages =
    std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy/models/digits/heldout/images.npy";

TEST(Frames, TakesThePictureOfTheRunsNumberModuloTheirCount) {
  const auto frames = Frames::read(kImages);
  ASSERT_TRUE(frames) << frames.error().message;
  const auto images = documents::read_npy(kImages);
  ASSERT_TRUE(images);
  const auto count = images->shape.at(0);
  for (const std::uint64_t run : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t(count - 1)}) {
    const auto frame = frames->frame(run, 784);
    const auto begin = images->data.begin() + std::ptrdiff_t(run * 784);
    EXPECT_EQ(frame, schemas::Bytes(begin, begin + 784));
    EXPECT_EQ(frame, frames->frame(run + count, 784));
    EXPECT_EQ(frame, frames->frame(run + 1'000'000 * count, 784));
  }
}

TEST(Frames, OfAnotherSizeThanTheFilesPicturesAreMadeUp) {
  const auto frames = Frames::read(kImages);
  ASSERT_TRUE(frames) << frames.error().message;
  EXPECT_EQ(frames->frame(3, 785), Frames().frame(3, 785));
}

TEST(Frames, WithoutAFileAreTheSameForTheSameRunAndOtherwiseNot) {
  const Frames frames;
  const auto a = frames.frame(7, 1000), again = Frames().frame(7, 1000), b = frames.frame(8, 1000);
  EXPECT_EQ(a.size(), 1000u);
  EXPECT_EQ(a, again);
  EXPECT_NE(a, b);
  EXPECT_TRUE(frames.frame(7, 0).empty());
}

TEST(Frames, AreTheNumbersOfSplitmix64) {
  // Its first two values from state 0 are 0xe220a8397b1dcdaf and 0x6e789e6aa1b965f4.
  EXPECT_EQ(Frames().frame(0, 2), (schemas::Bytes{0xaf, 0xf4}));
}

TEST(Frames, RefusesAFileThatHoldsNoPictures) {
  EXPECT_EQ(Frames::read("no-such-file.npy").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Frames::read(kImages.parent_path() / "labels.npy").error().code, ErrorCode::kInvalid)
      << "one dimension";
  EXPECT_EQ(Frames::read(kImages.parent_path() / "logits.npy").error().code, ErrorCode::kInvalid)
      << "32-bit values";
}

}  // namespace
}  // namespace synergy::executor
