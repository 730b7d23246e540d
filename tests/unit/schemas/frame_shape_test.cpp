#include "synergy/schemas/frame_shape.hpp"

#include <gtest/gtest.h>

namespace synergy::schemas {
namespace {

constexpr FrameShape kPicture{3, 4, 5};

TEST(FrameShape, AnArrayOfTheSameAxesIsTheFrame) {
  EXPECT_TRUE(is_frame({3, 4, 5}, kPicture, Layout::kChw));
  EXPECT_TRUE(is_frame({4, 5, 3}, kPicture, Layout::kHwc));
}

TEST(FrameShape, AsManyValuesInOtherAxesAreNotTheFrame) {
  for (const Axes& axes : {Axes{4, 5, 3}, {5, 4, 3}, {3, 5, 4}, {60}, {12, 5}, {3, 20}, {1, 60}, {}})
    EXPECT_FALSE(is_frame(axes, kPicture, Layout::kChw)) << to_text(axes);
  for (const Axes& axes : {Axes{3, 4, 5}, {5, 4, 3}, {60}})
    EXPECT_FALSE(is_frame(axes, kPicture, Layout::kHwc)) << to_text(axes);
}

TEST(FrameShape, AxesOfLengthOneDoNotCount) {
  for (const Axes& axes : {Axes{28, 28}, {1, 28, 28}, {1, 1, 28, 28}, {28, 28, 1}})
    for (const auto layout : {Layout::kChw, Layout::kHwc})
      EXPECT_TRUE(is_frame(axes, {1, 28, 28}, layout)) << to_text(axes);
  EXPECT_FALSE(is_frame({2, 28, 28}, {1, 28, 28}, Layout::kChw));
}

TEST(FrameShape, DataOfOneDimensionIsChannelsAndLength) {
  constexpr FrameShape kSound{4, 128, 1};
  for (const Axes& axes : {Axes{4, 128}, {4, 128, 1}, {1, 4, 128}}) {
    EXPECT_TRUE(is_frame(axes, kSound, Layout::kChw)) << to_text(axes);
    EXPECT_FALSE(is_frame(axes, kSound, Layout::kHwc)) << to_text(axes);
  }
  EXPECT_TRUE(is_frame({128, 4}, kSound, Layout::kHwc));
}

TEST(FrameShape, TheSameFramesAreKnownInEitherLayout) {
  EXPECT_TRUE(are_same_frames({3, 4, 5}, Layout::kChw, {4, 5, 3}, Layout::kHwc));
  EXPECT_TRUE(are_same_frames({28, 28}, Layout::kChw, {1, 28, 28}, Layout::kChw));
  EXPECT_FALSE(are_same_frames({3, 4, 5}, Layout::kChw, {4, 5, 3}, Layout::kChw));
}

TEST(FrameShape, RowsColumnsChannelsAreConverted) {
  // Pixels 0 to 5 of 2 rows and 3 columns; the value of channel c of pixel p is 10 p + c.
  const Bytes hwc{0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51};
  const Bytes chw{0, 10, 20, 30, 40, 50, 1, 11, 21, 31, 41, 51};
  EXPECT_EQ(to_chw(hwc, {2, 2, 3}, Layout::kHwc), chw);
  EXPECT_EQ(to_chw(chw, {2, 2, 3}, Layout::kChw), chw);
}

TEST(FrameShape, IsRefusedWhereItIsNoneOrEnormous) {
  EXPECT_TRUE(FrameShape{}.check()) << "not told";
  EXPECT_TRUE(kPicture.check());
  EXPECT_FALSE((FrameShape{0, 4, 5}).check());
  EXPECT_FALSE((FrameShape{3, 0, 5}).check());
  EXPECT_FALSE((FrameShape{3, 4, 0}).check());
  EXPECT_TRUE((FrameShape{1, 2048, 2048}).check());
  EXPECT_FALSE((FrameShape{2, 2048, 2048}).check());
  EXPECT_FALSE((FrameShape{4294967295u, 4294967295u, 4294967295u}).check());
  EXPECT_FALSE((FrameShape{65536, 65536, 4294967295u}).check()) << "the product of all three overflows";
}

TEST(FrameShape, IsWrittenAsPeopleKnowIt) {
  EXPECT_EQ(to_text(kPicture), "3 x 4 x 5");
  EXPECT_EQ(to_text(Axes{3, 4, 5}), "(3, 4, 5)");
  EXPECT_EQ(to_text(Axes{7}), "(7,)");
  EXPECT_EQ(to_text(Axes{}), "()");
}

}  // namespace
}  // namespace synergy::schemas
