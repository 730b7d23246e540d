// Every kind of PNG that there is: colour types, bit depths, palettes, transparency, interlacing.
#include <gmock/gmock.h>
#include <png.h>

#include "made_pictures.hpp"

namespace synergy::pictures_test {
namespace {

using pictures::Picture;

TEST(Png, GreyOf8BitsIsTakenAsItIs) {
  EXPECT_EQ(read(png_of({.columns = 3, .rows = {{0, 1, 127}, {128, 254, 255}}})),
            (Picture{2, 3, 1, {0, 1, 127, 128, 254, 255}}));
}

TEST(Png, ColourIsRedGreenBlue) {
  EXPECT_EQ(
      read(png_of({.columns = 2, .colour_type = PNG_COLOR_TYPE_RGB, .rows = {{1, 2, 3, 250, 251, 252}}})),
      (Picture{1, 2, 3, {1, 2, 3, 250, 251, 252}}));
}

TEST(Png, FewBitsAreUnfoldedToTheWholeRange) {
  EXPECT_EQ(read(png_of({.columns = 9, .bits = 1, .rows = {{0b10100101, 0b10000000}}})).bytes,
            (Bytes{255, 0, 255, 0, 0, 255, 0, 255, 255}));
  EXPECT_EQ(read(png_of({.columns = 4, .bits = 2, .rows = {{0b00011011}}})).bytes, (Bytes{0, 85, 170, 255}));
  EXPECT_EQ(read(png_of({.columns = 3, .bits = 4, .rows = {{0x0f, 0x80}}})).bytes, (Bytes{0, 255, 136}));
}

TEST(Png, SixteenBitsAreRoundedToEight) {
  // 257 of 65535 are 1 of 255: 128 / 257 rounds down to 0, 129 / 257 up to 1.
  EXPECT_EQ(
      read(png_of({.columns = 5, .bits = 16, .rows = {{0, 128, 0, 129, 1, 1, 0xff, 0x7e, 0xff, 0xff}}})),
      (Picture{1, 5, 1, {0, 1, 1, 254, 255}}));
  EXPECT_EQ(read(png_of({.columns = 1,
                         .bits = 16,
                         .colour_type = PNG_COLOR_TYPE_RGB,
                         .rows = {{0, 0, 0x80, 0x80, 0xff, 0xff}}})),
            (Picture{1, 1, 3, {0, 128, 255}}));
}

TEST(Png, AGammaValueDoesNotChangeThem) {
  for (const double gamma : {1.0, 0.45455, 0.3})
    EXPECT_EQ(read(png_of({.columns = 3, .rows = {{0, 100, 255}}, .gamma = gamma})).bytes,
              (Bytes{0, 100, 255}));
}

TEST(Png, APaletteIsColourInEveryDepth) {
  const std::vector<std::array<std::uint8_t, 3>> two{{10, 20, 30}, {200, 210, 220}};
  const Bytes colours{200, 210, 220, 10, 20, 30};
  const int type = PNG_COLOR_TYPE_PALETTE;
  EXPECT_EQ(
      read(png_of({.columns = 2, .bits = 1, .colour_type = type, .rows = {{0x80}}, .palette = two})).bytes,
      colours);
  EXPECT_EQ(
      read(png_of({.columns = 2, .bits = 2, .colour_type = type, .rows = {{0x40}}, .palette = two})).bytes,
      colours);
  EXPECT_EQ(
      read(png_of({.columns = 2, .bits = 4, .colour_type = type, .rows = {{0x10}}, .palette = two})).bytes,
      colours);
  EXPECT_EQ(
      read(png_of({.columns = 2, .bits = 8, .colour_type = type, .rows = {{1, 0}}, .palette = two})).bytes,
      colours);
}

TEST(Png, WhatIsTransparentIsOverWhite) {
  // 100 x 128 / 255 + 127 = 177.2; 100 x 1 / 255 + 254 = 254.4.
  EXPECT_EQ(read(png_of({.columns = 4,
                         .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA,
                         .rows = {{100, 255, 100, 128, 100, 1, 100, 0}}})),
            (Picture{1, 4, 1, {100, 177, 254, 255}}));
  EXPECT_EQ(read(png_of({.columns = 2,
                         .colour_type = PNG_COLOR_TYPE_RGB_ALPHA,
                         .rows = {{0, 100, 200, 128, 1, 2, 3, 255}}})),
            (Picture{1, 2, 3, {127, 177, 227, 1, 2, 3}}));
  EXPECT_EQ(read(png_of({.columns = 2,
                         .bits = 16,
                         .colour_type = PNG_COLOR_TYPE_GRAY_ALPHA,
                         .rows = {{0, 0, 0x80, 0x80, 0, 0, 0xff, 0xff}}})),
            (Picture{1, 2, 1, {127, 0}}));
}

TEST(Png, ATransparentValueOfAnyKindIsOverWhite) {
  EXPECT_EQ(read(png_of({.columns = 3, .rows = {{7, 8, 9}}, .transparent = {8}})).bytes, (Bytes{7, 255, 9}));
  EXPECT_EQ(read(png_of({.columns = 2, .bits = 1, .rows = {{0x80}}, .transparent = {0}})).bytes,
            (Bytes{255, 255}));
  EXPECT_EQ(read(png_of({.columns = 2, .bits = 16, .rows = {{0, 8, 0, 9}}, .transparent = {8}})).bytes,
            (Bytes{255, 0}));
  EXPECT_EQ(read(png_of({.columns = 2,
                         .colour_type = PNG_COLOR_TYPE_RGB,
                         .rows = {{1, 2, 3, 1, 2, 4}},
                         .transparent = {1, 2, 3}}))
                .bytes,
            (Bytes{255, 255, 255, 1, 2, 4}));
  EXPECT_EQ(read(png_of({.columns = 2,
                         .bits = 8,
                         .colour_type = PNG_COLOR_TYPE_PALETTE,
                         .rows = {{0, 1}},
                         .palette = {{0, 0, 0}, {9, 8, 7}},
                         .palette_alpha = {128}}))
                .bytes,
            (Bytes{127, 127, 127, 9, 8, 7}));
}

TEST(Png, InterlacedIsTheSamePicture) {
  for (const std::uint32_t side : {1u, 2u, 3u, 8u, 13u, 37u}) {
    PngSketch sketch{.columns = side, .colour_type = PNG_COLOR_TYPE_RGB};
    for (std::uint32_t r = 0; r < side; ++r) {
      auto& row = sketch.rows.emplace_back();
      for (std::uint32_t i = 0; i < 3 * side; ++i) row.push_back(std::uint8_t(r * 31 + i * 7));
    }
    const auto plain = read(png_of(sketch));
    EXPECT_EQ(plain.bytes, joined(sketch.rows));
    sketch.interlaced = true;
    EXPECT_EQ(read(png_of(sketch)), plain) << side;
  }
}

TEST(Png, OddSizesAreRead) {
  EXPECT_EQ(read(png_of({.columns = 1, .rows = {{9}}})), (Picture{1, 1, 1, {9}}));
  const PngSketch line{.columns = 1000, .rows = {Bytes(1000, 5)}};
  EXPECT_EQ(read(png_of(line)), (Picture{1, 1000, 1, Bytes(1000, 5)}));
  const PngSketch column{.columns = 1, .rows = std::vector<Bytes>(1000, Bytes{6})};
  EXPECT_EQ(read(png_of(column)), (Picture{1000, 1, 1, Bytes(1000, 6)}));
}

TEST(Png, TheOrientationOfExifIsApplied) {
  EXPECT_EQ(read(png_of({.columns = 2, .rows = {{1, 2}}, .exif = exif_of(3, true)})),
            (Picture{1, 2, 1, {2, 1}}));
}

}  // namespace
}  // namespace synergy::pictures_test
