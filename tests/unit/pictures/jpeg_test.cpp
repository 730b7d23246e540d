// Every kind of JPEG that libjpeg-turbo writes. JPEG is lossy, so the pictures here are flat, or compared
// with what they were made of.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>

#include "made_pictures.hpp"

namespace synergy::pictures_test {
namespace {

using ::testing::Each;

Bytes flat(std::size_t pixels, const Bytes& pixel) {
  Bytes values;
  for (std::size_t i = 0; i < pixels; ++i) values.insert(values.end(), pixel.begin(), pixel.end());
  return values;
}

/// A slope, which survives JPEG nearly as it is: its value grows with row and column, in each channel
/// otherwise.
Bytes slope(std::uint32_t rows, std::uint32_t columns, std::uint32_t channels) {
  Bytes values;
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t c = 0; c < columns; ++c)
      for (std::uint32_t k = 0; k < channels; ++k)
        values.push_back(std::uint8_t(k == 1 ? 250 - 2 * r - c : 10 + 2 * r + c + 20 * k));
  return values;
}

int largest_difference(const Bytes& a, const Bytes& b) {
  EXPECT_EQ(a.size(), b.size());
  int most = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    most = std::max(most, std::abs(int(a[i]) - int(b[i])));
  return most;
}

TEST(Jpeg, GreyHasOneChannel) {
  const auto picture =
      read(jpeg_of({.rows = 20, .columns = 30, .components = 1, .values = slope(20, 30, 1)}));
  EXPECT_EQ(picture.rows, 20u);
  EXPECT_EQ(picture.columns, 30u);
  EXPECT_EQ(picture.channels, 1u);
  EXPECT_LE(largest_difference(picture.bytes, slope(20, 30, 1)), 2);
}

TEST(Jpeg, ColourOfEveryKindIsRedGreenBlue) {
  const JpegSketch base{.rows = 24, .columns = 40, .values = slope(24, 40, 3)};
  const auto check = [&](const JpegSketch& sketch, const char* kind) {
    const auto picture = read(jpeg_of(sketch));
    EXPECT_EQ(picture.channels, 3u) << kind;
    EXPECT_LE(largest_difference(picture.bytes, base.values), 4) << kind;
    return picture;
  };
  const auto plain = check(base, "4:2:0");
  auto other = base;
  other.subsampled = false;
  check(other, "4:4:4");
  other.as_rgb = true;
  check(other, "stored as RGB");
  other = base;
  other.progressive = true;
  EXPECT_EQ(check(other, "progressive"), plain) << "the same values in another order";
  other.arithmetic = true;
  EXPECT_EQ(check(other, "progressive, arithmetic"), plain);
  other.progressive = false;
  EXPECT_EQ(check(other, "arithmetic"), plain);
  other.arithmetic = false;
  other.restart_rows = 1;
  EXPECT_EQ(check(other, "with restarts"), plain);
}

TEST(Jpeg, CmykIsLightLessInk) {
  // 200 of 255 cyan and 51 of black, as ink: red = 55 x 204 / 255 = 44.
  const Bytes ink{200, 100, 0, 51}, light{55, 155, 255, 204}, colour{44, 124, 204};
  const auto check = [&](JpegSketch sketch, const char* kind) {
    sketch.rows = sketch.columns = 16;
    sketch.components = 4;
    const auto picture = read(jpeg_of(sketch));
    EXPECT_EQ(picture.channels, 3u);
    EXPECT_LE(largest_difference(picture.bytes, flat(256, colour)), 2) << kind;
  };
  check({.adobe = false, .values = flat(256, ink)}, "plain");
  check({.adobe = true, .values = flat(256, light)}, "with Adobe's marker");
  check({.as_ycck = true, .adobe = true, .values = flat(256, light)}, "YCCK");
}

TEST(Jpeg, OddSizesAreRead) {
  const std::pair<std::uint32_t, std::uint32_t> sizes[] = {{1, 1}, {1, 1000}, {1000, 1}, {7, 13}, {17, 31}};
  for (const auto& [rows, columns] : sizes)
    for (const bool progressive : {false, true}) {
      const auto picture = read(jpeg_of({.rows = rows,
                                         .columns = columns,
                                         .progressive = progressive,
                                         .values = flat(std::size_t(rows) * columns, {90, 90, 90})}));
      EXPECT_EQ(picture.rows, rows);
      EXPECT_EQ(picture.columns, columns);
      EXPECT_THAT(picture.bytes, Each(90));
    }
}

TEST(Jpeg, TheOrientationOfExifIsApplied) {
  // Above 100, below 200; whole blocks, so that the halves stay as they are.
  const auto halves = joined({flat(16 * 8, {100}), flat(16 * 8, {200})});
  JpegSketch sketch{.rows = 16, .columns = 16, .components = 1, .values = halves};
  EXPECT_LE(largest_difference(read(jpeg_of(sketch)).bytes, halves), 2);
  sketch.exif = exif_of(4, false);
  const auto mirrored = joined({flat(16 * 8, {200}), flat(16 * 8, {100})});
  EXPECT_LE(largest_difference(read(jpeg_of(sketch)).bytes, mirrored), 2);
  sketch.exif = exif_of(6, true);
  Bytes turned;
  for (int r = 0; r < 16; ++r) turned = joined({turned, flat(8, {200}), flat(8, {100})});
  EXPECT_LE(largest_difference(read(jpeg_of(sketch)).bytes, turned), 2);
}

TEST(Jpeg, StrayBytesBetweenMarkersLoseNothing) {
  auto file = jpeg_of({.rows = 8, .columns = 8, .components = 1, .values = flat(64, {77})});
  file.insert(file.begin() + 2, {0, 0, 0});
  EXPECT_THAT(read(file).bytes, Each(77));
}

}  // namespace
}  // namespace synergy::pictures_test
