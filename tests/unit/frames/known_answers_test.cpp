// Answers worked out on paper, step by step of the header.
#include <gmock/gmock.h>

#include "frames_fixtures.hpp"

namespace synergy::frames_test {
namespace {

constexpr PictureDescription kStretch{Fit::kStretch}, kPad{Fit::kPad};

TEST(KnownAnswers, GreyIsTheLumaOfBt601) {
  // 0.299 x 255 = 76.2; 0.587 x 255 = 149.7; 0.114 x 255 = 29.1; 29.9 + 117.4 + 34.2 = 181.5
  EXPECT_EQ(to_model({1, 2, 3, {255, 0, 0, 0, 255, 0}}, {1, 1, 2}), (Bytes{76, 150}));
  EXPECT_EQ(to_model({1, 2, 3, {0, 0, 255, 100, 200, 300 - 256}}, {1, 1, 2}), (Bytes{29, 152}));
  EXPECT_EQ(to_model({1, 3, 3, {0, 0, 0, 255, 255, 255, 77, 77, 77}}, {1, 1, 3}), (Bytes{0, 255, 77}));
}

TEST(KnownAnswers, GreyIsMadeBeforeScaling) {
  // Lumas 76 and 29: 52.5, up. Scaled first, it would be 76.245 / 2 + 29.07 / 2 of rounded 128 each = 53 by
  // chance; of four pixels (76, 76, 76, 29) it is 64.25 here.
  EXPECT_EQ(to_model({1, 2, 3, {255, 0, 0, 0, 0, 255}}, {1, 1, 1}, kStretch), Bytes{53});
  EXPECT_EQ(to_model({2, 2, 3, {255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0, 255}}, {1, 1, 1}), Bytes{64});
}

TEST(KnownAnswers, ColourOfGreyIsThreeTimesTheGrey) {
  EXPECT_EQ(to_model({1, 2, 1, {7, 9}}, {3, 1, 2}), (Bytes{7, 9, 7, 9, 7, 9}));
}

TEST(KnownAnswers, FewerPixelsAreMeansOfWhatTheyCover) {
  EXPECT_EQ(to_model({2, 2, 1, {10, 20, 30, 41}}, {1, 1, 1}), Bytes{25}) << "25.25";
  EXPECT_EQ(to_model({1, 2, 1, {10, 21}}, {1, 1, 1}, kStretch), Bytes{16}) << "15.5";
  // 3 to 2: each covers one and a half: (0 + 90 / 2) / 1.5, (90 / 2 + 30) / 1.5
  EXPECT_EQ(to_model({1, 3, 1, {0, 90, 30}}, {1, 1, 2}, kStretch), (Bytes{30, 50}));
  EXPECT_EQ(to_model({3, 1, 1, {0, 90, 30}}, {1, 2, 1}, kStretch), (Bytes{30, 50}));
  // 5 to 3, 5/3 each: (0 + 60 x 2/3) x 3/5 = 24, (60 / 3 + 120 + 30 / 3) x 3/5 = 90, (30 x 2/3 + 200) x 3/5 =
  // 132
  EXPECT_EQ(to_model({1, 5, 1, {0, 60, 120, 30, 200}}, {1, 1, 3}, kStretch), (Bytes{24, 90, 132}));
  // 3 x 3 to 2 x 2: the weights 1, 1/2 of the rows times those of the columns, over 9/4:
  // (0 + 2 x 1/2 + 6 x 1/2 + 8 x 1/4) x 4/9 = 6 x 4/9 = 2.67
  EXPECT_EQ(to_model({3, 3, 1, {0, 2, 4, 6, 8, 10, 12, 14, 16}}, {1, 2, 2}), (Bytes{3, 5, 11, 13}));
}

TEST(KnownAnswers, MorePixelsLieBetweenTheirNeighbours) {
  // Middles of 4 among those of 2: -1/4, 1/4, 3/4, 5/4.
  EXPECT_EQ(to_model({1, 2, 1, {0, 100}}, {1, 1, 4}, kStretch), (Bytes{0, 25, 75, 100}));
  // Of 3 among 2: -1/6, 1/2, 7/6.
  EXPECT_EQ(to_model({2, 1, 1, {0, 101}}, {1, 3, 1}, kStretch), (Bytes{0, 51, 101}));
  // Of 5 among 3: -1/5, 2/5, 1, 8/5, 11/5.
  EXPECT_EQ(to_model({1, 3, 1, {0, 50, 200}}, {1, 1, 5}, kStretch), (Bytes{0, 20, 50, 140, 200}));
  EXPECT_EQ(to_model({1, 1, 1, {9}}, {1, 2, 2}), (Bytes{9, 9, 9, 9}));
  // Fewer rows and more columns at once: means (20, 40), then 20, 25, 35, 40.
  EXPECT_EQ(to_model({2, 2, 1, {10, 30, 30, 50}}, {1, 1, 4}, kStretch), (Bytes{20, 25, 35, 40}));
}

TEST(KnownAnswers, AsManyPixelsAreTheSamePixels) {
  EXPECT_EQ(to_model({2, 3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}}, {3, 2, 3}),
            (Bytes{1, 4, 7, 10, 13, 16, 2, 5, 8, 11, 14, 17, 3, 6, 9, 12, 15, 18}));
}

TEST(KnownAnswers, CropTakesTheMiddle) {
  EXPECT_EQ(to_model({2, 4, 1, {1, 2, 3, 4, 5, 6, 7, 8}}, {1, 2, 2}), (Bytes{2, 3, 6, 7}));
  EXPECT_EQ(to_model({4, 2, 1, {1, 2, 3, 4, 5, 6, 7, 8}}, {1, 2, 2}), (Bytes{3, 4, 5, 6}));
  // 3 columns, of which the middle 2 begin at half a pixel.
  EXPECT_EQ(to_model({2, 3, 1, {0, 10, 20, 30, 40, 50}}, {1, 2, 2}), (Bytes{5, 15, 35, 45}));
  // 2 x 6 to 1 x 2: the middle 4 columns, two by two.
  EXPECT_EQ(to_model({2, 6, 1, {99, 1, 3, 5, 7, 99, 99, 1, 3, 5, 7, 99}}, {1, 1, 2}), (Bytes{2, 6}));
}

TEST(KnownAnswers, PadShowsAllAndTheBackgroundBesideIt) {
  // 2 x 4 to 2 x 2: the window is 4 x 4, a row of background above and below; background (8 x 4 + 8) / 8 = 5.
  // Upper row: of 5, 5, 1, 3 and of 5, 5, 5, 7.
  EXPECT_EQ(to_model({2, 4, 1, {1, 3, 5, 7, 9, 7, 5, 3}}, {1, 2, 2}, kPad), (Bytes{4, 6, 7, 5}));
  // 1 x 2 to 2 x 2: the row is in the middle, half a row in each; background 30. Then 4 of those.
  EXPECT_EQ(to_model({1, 2, 1, {20, 40}}, {1, 2, 2}, kPad), (Bytes{25, 35, 25, 35}));
  // 1 x 1 to 1 x 3: as it is, between background of the same.
  EXPECT_EQ(to_model({1, 1, 3, {7, 8, 9}}, {3, 1, 3}, kPad), (Bytes{7, 7, 7, 8, 8, 8, 9, 9, 9}));
  // 2 x 1 to 2 x 5, as wide as high where 2 are: columns 0 and 4 see nothing but background.
  EXPECT_EQ(to_model({2, 1, 1, {10, 20}}, {1, 2, 5}, kPad), (Bytes{15, 15, 10, 15, 15, 15, 15, 20, 15, 15}));
}

TEST(KnownAnswers, TheBackgroundIsThatOfTheOutermostPixels) {
  const PictureDescription dark{Fit::kCrop, Background::kDark}, light{Fit::kCrop, Background::kLight};
  const OwnPicture ink{3, 3, 1, {200, 200, 200, 200, 0, 200, 200, 200, 200}};
  const Bytes as_it_is{200, 200, 200, 200, 0, 200, 200, 200, 200},
      inverted{55, 55, 55, 55, 255, 55, 55, 55, 55};
  EXPECT_EQ(to_model(ink, {1, 3, 3}, dark), as_it_is) << "a frame of the model's shape was made for it";
  const auto in_colour = [](const Bytes& grey) {
    Bytes bytes;
    for (const auto value : grey) bytes.insert(bytes.end(), 3, value);
    return bytes;
  };
  EXPECT_EQ(to_model({3, 3, 3, in_colour(as_it_is)}, {1, 3, 3}, dark), inverted);
  EXPECT_EQ(to_model({3, 3, 3, in_colour(as_it_is)}, {1, 3, 3}, light), as_it_is);
  EXPECT_EQ(to_model({3, 3, 3, in_colour(as_it_is)}, {1, 3, 3}), as_it_is);
  EXPECT_EQ(to_model({3, 3, 3, in_colour(inverted)}, {1, 3, 3}, dark), inverted);
  EXPECT_EQ(to_model({3, 3, 3, in_colour(inverted)}, {1, 3, 3}, light), as_it_is);
  // In colour: (255, 0, 0) has the luma 76, dark.
  EXPECT_EQ(to_model({1, 2, 3, {255, 0, 0, 255, 0, 0}}, {3, 1, 1}, light), (Bytes{0, 255, 255}));
}

TEST(KnownAnswers, LightBeginsAt128) {
  const PictureDescription dark{Fit::kStretch, Background::kDark};
  EXPECT_EQ(to_model({1, 2, 1, {127, 127}}, {1, 1, 1}, dark), Bytes{127});
  EXPECT_EQ(to_model({1, 2, 1, {127, 128}}, {1, 1, 1}, dark), Bytes{127})
      << "127.5 is light, and 128 inverted";
}

TEST(KnownAnswers, FoldingMakesChannelsOfRowsAndColumns) {
  const PictureDescription folded{Fit::kCrop, Background::kAny, 2};
  EXPECT_EQ(to_model({2, 4, 1, {1, 2, 3, 4, 5, 6, 7, 8}}, {4, 1, 2}, folded),
            (Bytes{1, 3, 2, 4, 5, 7, 6, 8}));
  EXPECT_EQ(to_model({2, 2, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}, {12, 1, 1}, folded),
            (Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
}

}  // namespace
}  // namespace synergy::frames_test
