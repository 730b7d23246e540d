// Files that are no pictures, damaged ones, and ones made to hurt: refused, with what to do, before memory is
// reserved.
#include <gmock/gmock.h>
#include <png.h>
#include <sys/resource.h>
#include <zlib.h>

#include "made_pictures.hpp"
#include "synergy/base/splitmix64.hpp"

namespace synergy::pictures_test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Bytes text(const std::string& characters) { return {characters.begin(), characters.end()}; }

Bytes noise(std::size_t size) {
  SplitMix64 numbers(5);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = std::uint8_t(numbers.next());
  return bytes;
}

Bytes some_png() {
  PngSketch sketch{.columns = 40, .colour_type = PNG_COLOR_TYPE_RGB};
  for (int r = 0; r < 30; ++r) sketch.rows.push_back(noise(120));
  return png_of(sketch);
}
JpegSketch some_jpeg() { return {.rows = 30, .columns = 40, .values = noise(3600)}; }

/// Most memory that this process ever had, in bytes.
std::size_t most_memory() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return std::size_t(use.ru_maxrss) * 1024;
}

TEST(HostileFiles, WhatIsNoPictureIsRefusedAndNamed) {
  EXPECT_EQ(refusal({}), "is empty: save the picture as PNG or JPEG");
  EXPECT_EQ(refusal(text("hello")), "is neither PNG nor JPEG: save the picture as PNG or JPEG");
  EXPECT_EQ(refusal(text("GIF89a......")),
            "is neither PNG nor JPEG, but begins as a GIF file: save the picture as PNG or JPEG");
  EXPECT_THAT(refusal(text("RIFF....WEBPVP8 ")), HasSubstr("a WebP file"));
  EXPECT_THAT(refusal(text("....ftypheic")), HasSubstr("a HEIF or AVIF file"));
  EXPECT_THAT(refusal(text("\x89PNG")), HasSubstr("neither PNG nor JPEG")) << "only half of its signature";
}

TEST(HostileFiles, APictureOfTooManyPixelsIsRefusedByItsFirstBytes) {
  const auto before = most_memory();
  const auto check = [](const Bytes& file) {
    EXPECT_EQ(refusal(file),
              "a picture of 20000 x 20000 pixels is too large: scale it down to 16777216 pixels at most, "
              "16384 a side");
  };
  const auto idat = png_chunk("IDAT", {0x78, 0x9c});
  check(joined({png_begin(20000, 20000, 8, PNG_COLOR_TYPE_RGB), idat}));
  check(joined({png_begin(20000, 20000, 16, PNG_COLOR_TYPE_RGB_ALPHA), idat}));
  auto jpeg = jpeg_of(some_jpeg());
  for (std::size_t i = 0; i + 8 < jpeg.size(); ++i)
    if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0) {
      jpeg[i + 5] = jpeg[i + 7] = 20000 >> 8;
      jpeg[i + 6] = jpeg[i + 8] = 20000 & 0xff;
      break;
    }
  check(jpeg);
  EXPECT_LT(most_memory() - before, 32u << 20) << "nothing of such a size was reserved";
}

TEST(HostileFiles, LimitsAreOfEachSideAndOfAllPixels) {
  const auto png = [](std::uint32_t columns, std::uint32_t rows) {
    return refusal(
        joined({png_begin(columns, rows, 1, PNG_COLOR_TYPE_GRAY), png_chunk("IDAT", {0x78, 0x9c})}));
  };
  EXPECT_THAT(png(16385, 1), HasSubstr("too large"));
  EXPECT_THAT(png(1, 16385), HasSubstr("too large"));
  EXPECT_THAT(png(4097, 4096), HasSubstr("too large"));
  EXPECT_THAT(png(4096, 4096), HasSubstr("damaged")) << "not too large";
  EXPECT_THAT(png(0x7fffffff, 0x7fffffff), HasSubstr("too large"));
  EXPECT_THAT(png(0xffffffff, 1), HasSubstr("damaged"));
  EXPECT_THAT(png(0, 1), HasSubstr("damaged"));
}

TEST(HostileFiles, TheLargestPictureIsRead) {
  PngSketch sketch{.columns = 4096, .bits = 1, .rows = std::vector<Bytes>(4096, Bytes(512, 0xff))};
  const auto picture = read(png_of(sketch));
  EXPECT_EQ(picture.bytes, Bytes(4096 * 4096, 255));
}

TEST(HostileFiles, AFileOfTooManyBytesIsNotLookedInto) {
  EXPECT_EQ(
      refusal(Bytes(pictures::kMaxFileBytes + 1)),
      "a picture file of 67108865 bytes is too large: at most 67108864 are read; scale the picture down");
}

TEST(HostileFiles, APngThatEndsAnywhereIsRefused) {
  const auto whole = some_png();
  ASSERT_EQ(refusal(whole), "");
  for (std::size_t size = 8; size < whole.size(); ++size)
    ASSERT_THAT(refusal(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size))),
                AllOf(StartsWith("the PNG file is damaged (it ends early)"), HasSubstr("get it again")))
        << size;
}

TEST(HostileFiles, AJpegThatEndsAnywhereIsRefused) {
  for (const bool progressive : {false, true}) {
    auto sketch = some_jpeg();
    sketch.progressive = progressive;
    const auto whole = jpeg_of(sketch);
    ASSERT_EQ(refusal(whole), "");
    for (std::size_t size = 2; size + 2 < whole.size(); ++size)
      ASSERT_THAT(refusal(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size))),
                  StartsWith("the JPEG file is damaged ("))
          << size;
    EXPECT_THAT(refusal(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(whole.size() / 2))),
                StartsWith("the JPEG file is damaged (it ends early)"));
  }
}

TEST(HostileFiles, ABitThatIsTurnedInAPngIsNoticed) {
  const auto whole = some_png();
  for (std::size_t at = 8; at < whole.size(); at += 3) {
    auto spoilt = whole;
    spoilt[at] ^= 0x10;
    EXPECT_THAT(refusal(spoilt), StartsWith("the PNG file is damaged (")) << at;
  }
}

TEST(HostileFiles, BytesThatAreSpoiltInAJpegAreReadOrRefused) {
  SplitMix64 numbers(11);
  for (const bool progressive : {false, true}) {
    auto sketch = some_jpeg();
    sketch.progressive = progressive;
    const auto whole = jpeg_of(sketch);
    int refused = 0;
    for (int trial = 0; trial < 300; ++trial) {
      auto spoilt = whole;
      for (int i = 0; i < 8; ++i)
        spoilt[2 + numbers.next() % (whole.size() - 2)] = std::uint8_t(numbers.next());
      const auto picture = pictures::read_picture(spoilt);
      refused += picture ? 0 : 1;
      if (!picture) continue;
      EXPECT_EQ(picture->bytes.size(), std::size_t(picture->rows) * picture->columns * picture->channels);
    }
    EXPECT_GT(refused, 50) << "much of what is spoilt is noticed";
  }
}

TEST(HostileFiles, TextsThatUnfoldToManyBytesAreLeftOut) {
  Bytes packed(200'000);
  const Bytes zeros(64u << 20);
  uLongf size = packed.size();
  ASSERT_EQ(compress(packed.data(), &size, zeros.data(), zeros.size()), Z_OK);
  packed.resize(size);
  const auto png = png_of({.columns = 1, .rows = {{9}}});
  const auto begin = png_begin(1, 1, 8, PNG_COLOR_TYPE_GRAY);
  ASSERT_EQ(Bytes(png.begin(), png.begin() + std::ptrdiff_t(begin.size())), begin);
  const Bytes rest(png.begin() + std::ptrdiff_t(begin.size()), png.end());
  const auto before = most_memory();
  for (const auto& [type, header] :
       {std::pair("zTXt", std::string("a\0\0", 3)), std::pair("iCCP", std::string("a\0\0", 3))})
    EXPECT_EQ(read(joined({begin, png_chunk(type, joined({text(header), packed})), rest})).bytes, Bytes{9})
        << type;
  EXPECT_LT(most_memory() - before, 16u << 20);
}

TEST(HostileFiles, AJpegOfTooManyScansIsRefused) {
  const auto file =
      jpeg_of({.rows = 8, .columns = 8, .components = 1, .whole_bits = true, .values = Bytes(64, 9)});
  std::size_t scan = 0;  // the last scan header
  for (std::size_t i = 0; i + 1 < file.size(); ++i)
    if (file[i] == 0xff && file[i + 1] == 0xda) scan = i;
  const Bytes last(file.begin() + std::ptrdiff_t(scan), file.end() - 2);
  const Bytes first(file.begin(), file.begin() + std::ptrdiff_t(scan));
  Bytes many = first;
  for (int i = 0; i < 200; ++i) many.insert(many.end(), last.begin(), last.end());
  EXPECT_EQ(refusal(joined({many, {0xff, 0xd9}})),
            "the JPEG file has more than 100 scans: save it anew, without 'progressive'");
}

TEST(HostileFiles, AJpegOf12BitsIsCalledAKindThatIsNotRead) {
  auto jpeg = jpeg_of(some_jpeg());
  for (std::size_t i = 0; i + 8 < jpeg.size(); ++i)
    if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0) {
      jpeg[i + 1] = 0xc1;
      jpeg[i + 4] = 12;
      break;
    }
  EXPECT_THAT(refusal(jpeg), HasSubstr("save it as an ordinary JPEG of 8 bits, or as PNG"));
}

}  // namespace
}  // namespace synergy::pictures_test
