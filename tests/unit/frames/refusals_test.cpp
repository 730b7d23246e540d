// What passes unchanged, and what does not become a model's frame, with the words for people.
#include <gmock/gmock.h>

#include <numeric>

#include "frames_fixtures.hpp"

namespace synergy::frames_test {
namespace {

using ::testing::HasSubstr;

std::string why_not(const schemas::Axes& axes, Layout layout, const FrameShape& input,
                    const std::optional<PictureDescription>& picture) {
  const auto status = frames::check_convertible(axes, layout, input, picture);
  if (status) return "";
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
  const Bytes none;
  const auto made = frames::to_input({axes, layout, none}, input, picture);
  EXPECT_FALSE(made);
  EXPECT_EQ(made ? "" : made.error().message, status.error().message) << "both say the same";
  return status.error().message;
}

TEST(Unchanged, IsAFrameOfTheModelsShapeInEitherLayout) {
  Bytes bytes(24);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t(200));
  const FrameShape input{3, 2, 4};
  const PictureDescription dark{Fit::kPad, Background::kDark};
  for (const std::optional<PictureDescription>& picture :
       {std::optional<PictureDescription>(), std::optional(dark)}) {
    EXPECT_EQ(*frames::to_input({{3, 2, 4}, Layout::kChw, bytes}, input, picture), bytes);
    EXPECT_EQ(*frames::to_input({{2, 4, 3}, Layout::kHwc, bytes}, input, picture),
              to_chw(bytes, input, Layout::kHwc));
    EXPECT_EQ(*frames::to_input({{1, 3, 2, 4}, Layout::kChw, bytes}, input, picture), bytes)
        << "axes of length 1";
  }
}

TEST(Unchanged, IsNoPictureOfOneRowForAModelOfOneColumn) {
  const Bytes row{1, 2};
  EXPECT_EQ(*frames::to_input({{1, 2, 1}, Layout::kHwc, row}, {1, 2, 1}, PictureDescription{Fit::kPad}),
            (Bytes{2, 2}))
      << "half background, which is 2, and half the row's mean of 1.5: 1.75";
}

TEST(Unchanged, AreWindowsOfSoundOfTheModelsShape) {
  const Bytes bytes{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(*frames::to_input({{2, 3}, Layout::kChw, bytes}, {2, 3, 1}, std::nullopt), bytes);
  EXPECT_EQ(*frames::to_input({{3, 2}, Layout::kHwc, bytes}, {2, 3, 1}, std::nullopt),
            (Bytes{1, 3, 5, 2, 4, 6}));
}

TEST(Refused, IsAnyOtherShapeWhereTheModelTakesNoPictures) {
  EXPECT_EQ(why_not({480, 640, 3}, Layout::kHwc, {128, 128, 1}, std::nullopt),
            "a frame of the shape (480, 640, 3) does not become the model's input of 128 x 128 x 1 (channels "
            "x rows x "
            "columns): the model takes no others: give it frames of that shape, or, if it is one of "
            "pictures, say so "
            "in its model.yaml: input: {..., picture: {}}");
}

TEST(Refused, IsWhatIsNoPicture) {
  const FrameShape input{1, 28, 28};
  EXPECT_EQ(
      why_not({16000}, Layout::kHwc, input, PictureDescription{}),
      "a frame of the shape (16000,) does not become the model's input of 1 x 28 x 28 (channels x rows x "
      "columns): any picture is converted, (rows, columns, channels) of 1 (grey) or 3 (red, green, blue) "
      "channels, or (rows, columns): this is none");
  EXPECT_THAT(why_not({}, Layout::kHwc, input, PictureDescription{}), HasSubstr("the shape ()"));
  EXPECT_THAT(why_not({480, 640, 4}, Layout::kHwc, input, PictureDescription{}), HasSubstr("this is none"));
  EXPECT_THAT(why_not({480, 640, 2}, Layout::kHwc, input, PictureDescription{}), HasSubstr("this is none"));
  EXPECT_THAT(why_not({2, 480, 640, 3}, Layout::kHwc, input, PictureDescription{}),
              HasSubstr("this is none"));
  EXPECT_THAT(why_not({0, 640, 3}, Layout::kHwc, input, PictureDescription{}), HasSubstr("this is none"));
  EXPECT_THAT(why_not({3, 480, 640}, Layout::kHwc, input, PictureDescription{}),
              HasSubstr("these axes are channels, rows, columns: say that their layout is chw"));
  EXPECT_THAT(why_not({480, 640, 3}, Layout::kChw, input, PictureDescription{}),
              HasSubstr("these axes are rows, columns, channels: say that their layout is hwc"));
}

TEST(Refused, IsAPictureThatIsTooLarge) {
  EXPECT_THAT(why_not({20000, 20000, 3}, Layout::kHwc, {1, 28, 28}, PictureDescription{}),
              HasSubstr("at most 16384 rows or columns: scale it down"));
  EXPECT_EQ(why_not({16384, 16384, 3}, Layout::kHwc, {1, 28, 28}, PictureDescription{}), "");
  EXPECT_THAT(why_not({std::uint64_t(1) << 62, 4, 3}, Layout::kHwc, {1, 28, 28}, PictureDescription{}),
              HasSubstr("scale it down"));
}

TEST(Refused, IsAModelWhosePictureHasOtherChannels) {
  EXPECT_EQ(
      why_not({480, 640, 3}, Layout::kHwc, {48, 88, 88}, PictureDescription{}),
      "a picture has 1 channel (grey) or 3 (red, green, blue), times fold x fold = 1; this input has 48");
  EXPECT_EQ(
      why_not({480, 640, 3}, Layout::kHwc, {48, 88, 88}, PictureDescription{Fit::kCrop, Background::kAny, 4}),
      "");
}

TEST(Refused, IsAModelWithoutAnInput) {
  EXPECT_THAT(why_not({4, 4, 3}, Layout::kHwc, {}, PictureDescription{}), HasSubstr("is not told"));
  EXPECT_THAT(why_not({4, 4, 3}, Layout::kHwc, {3, 0, 4}, PictureDescription{}),
              HasSubstr("no channels, rows"));
  EXPECT_THAT(why_not({4, 4, 3}, Layout::kHwc, {3, 4096, 4096}, PictureDescription{}),
              HasSubstr("more than"));
}

TEST(Refused, AreBytesThatAreNotAsManyAsTheShapeSays) {
  const Bytes bytes(11);
  const auto made = frames::to_input({{2, 2, 3}, Layout::kHwc, bytes}, {1, 28, 28}, PictureDescription{});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message,
            "a frame of the shape (2, 2, 3) has 12 values, a byte each; these are 11 bytes");
  EXPECT_FALSE(frames::to_input({{2, 2, 3}, Layout::kHwc, bytes}, {3, 2, 2}, PictureDescription{}));
}

}  // namespace
}  // namespace synergy::frames_test
