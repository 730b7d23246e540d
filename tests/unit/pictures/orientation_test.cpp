#include <gmock/gmock.h>

#include <utility>

#include "made_pictures.hpp"

namespace synergy::pictures_test {
namespace {

using pictures::Picture;

/// 1 2 3
/// 4 5 6, stored so that it is seen so with an orientation.
Picture seen_with(std::uint16_t orientation, const std::vector<Bytes>& stored, bool big = false) {
  return read(png_of(
      {.columns = std::uint32_t(stored[0].size()), .rows = stored, .exif = exif_of(orientation, big)}));
}

TEST(Orientation, EachIsSeenUpright) {
  const Picture upright{2, 3, 1, {1, 2, 3, 4, 5, 6}};
  // What the standard says of the stored row 0 and column 0, in its words.
  const std::vector<std::pair<const char*, std::vector<Bytes>>> stored{
      {"top, left-hand side", {{1, 2, 3}, {4, 5, 6}}},
      {"top, right-hand side", {{3, 2, 1}, {6, 5, 4}}},
      {"bottom, right-hand side", {{6, 5, 4}, {3, 2, 1}}},
      {"bottom, left-hand side", {{4, 5, 6}, {1, 2, 3}}},
      {"left-hand side, top", {{1, 4}, {2, 5}, {3, 6}}},
      {"right-hand side, top", {{3, 6}, {2, 5}, {1, 4}}},
      {"right-hand side, bottom", {{6, 3}, {5, 2}, {4, 1}}},
      {"left-hand side, bottom", {{4, 1}, {5, 2}, {6, 3}}}};
  for (std::uint16_t orientation = 1; orientation <= 8; ++orientation)
    for (const bool big : {false, true})
      EXPECT_EQ(seen_with(orientation, stored[orientation - 1u].second, big), upright)
          << orientation << ": " << stored[orientation - 1u].first;
}

TEST(Orientation, ColoursStayTogether) {
  const auto picture =
      read(png_of({.columns = 2, .colour_type = 2, .rows = {{1, 2, 3, 4, 5, 6}}, .exif = exif_of(6, false)}));
  EXPECT_EQ(picture, (Picture{2, 1, 3, {1, 2, 3, 4, 5, 6}}));
}

TEST(Orientation, WhatIsNoneStandsAsItWasStored) {
  for (const std::uint16_t none : {0, 9, 65535})
    EXPECT_EQ(seen_with(none, {{1, 2}}).bytes, (Bytes{1, 2})) << none;
}

TEST(Orientation, DamagedExifIsNoReasonToRefuseThePicture) {
  const auto whole = exif_of(3, false);
  // The value itself ends 6 bytes before the end.
  for (std::size_t size = 4; size + 6 < whole.size(); ++size)
    EXPECT_EQ(read(png_of({.columns = 2,
                           .rows = {{1, 2}},
                           .exif = Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size))}))
                  .bytes,
              (Bytes{1, 2}))
        << size;
  auto far = whole;
  far[4] = far[5] = far[6] = far[7] = 0xff;  // the directory lies beyond everything
  EXPECT_EQ(read(png_of({.columns = 2, .rows = {{1, 2}}, .exif = far})).bytes, (Bytes{1, 2}));
  auto many = whole;
  many[8] = many[9] = 0xff;  // it has more entries than there are
  many[22] = 0;              // and this one is of another tag
  EXPECT_EQ(read(png_of({.columns = 2, .rows = {{1, 2}}, .exif = many})).bytes, (Bytes{1, 2}));
}

}  // namespace
}  // namespace synergy::pictures_test
