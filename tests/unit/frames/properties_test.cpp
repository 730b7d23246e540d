// What holds for every picture, tried on many sizes; and a second way to the same answer, too slow for
// anything but this.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "frames_fixtures.hpp"
#include "synergy/base/splitmix64.hpp"

namespace synergy::frames_test {
namespace {

using ::testing::Each;

constexpr std::pair<std::uint32_t, std::uint32_t> kSizes[] = {
    {1, 1}, {1, 1000}, {1000, 1}, {2, 3}, {7, 13}, {13, 7}, {28, 28}, {31, 29}, {97, 3}, {101, 64}};
constexpr FrameShape kInputs[] = {{1, 1, 1}, {1, 28, 28}, {3, 5, 3}, {1, 3, 17}, {3, 32, 32}};
constexpr Fit kFits[] = {Fit::kCrop, Fit::kPad, Fit::kStretch};

OwnPicture random_picture(std::uint32_t rows, std::uint32_t columns, std::uint32_t channels) {
  OwnPicture picture{rows, columns, channels, Bytes(std::size_t(rows) * columns * channels)};
  SplitMix64 numbers(rows * 1000 + columns);
  for (auto& value : picture.bytes) value = std::uint8_t(numbers.next());
  return picture;
}

/// The same picture with another pixel at each place: `from(row, column)` tells which.
template <class From>
Bytes moved(const Bytes& bytes, std::size_t rows, std::size_t columns, std::size_t pixel_step,
            std::size_t planes, const From& from) {
  Bytes made;
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c)
        for (std::size_t k = 0; k < pixel_step; ++k)
          made.push_back(bytes[(p * rows * columns + from(r, c)) * pixel_step + k]);
  return made;
}

void for_all(const auto& check) {
  for (const auto& [rows, columns] : kSizes)
    for (const auto& input : kInputs)
      for (const auto fit : kFits)
        for (const std::uint32_t channels : {1u, 3u}) {
          SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(columns) + " x " +
                       std::to_string(channels) + " to " + to_text(input) + " by " +
                       std::string(name_of(fit)));
          check(random_picture(rows, columns, channels), input, PictureDescription{fit});
        }
}

TEST(Properties, APictureOfOneColourStaysSo) {
  for_all([](OwnPicture picture, const FrameShape& input, const PictureDescription& description) {
    for (const std::uint8_t value : {0, 1, 128, 254, 255}) {
      std::fill(picture.bytes.begin(), picture.bytes.end(), value);
      EXPECT_THAT(to_model(picture, input, description), Each(value));
    }
  });
}

TEST(Properties, AMirroredPictureIsTheMirroredFrame) {
  for_all([](const OwnPicture& picture, const FrameShape& input, const PictureDescription& description) {
    const auto mirrored = [&](bool upside_down) {
      const auto at = [&](std::size_t rows, std::size_t columns) {
        return [=](std::size_t r, std::size_t c) {
          return upside_down ? (rows - 1 - r) * columns + c : r * columns + columns - 1 - c;
        };
      };
      auto other = picture;
      other.bytes = moved(picture.bytes, picture.rows, picture.columns, picture.channels, 1,
                          at(picture.rows, picture.columns));
      EXPECT_EQ(to_model(other, input, description),
                moved(to_model(picture, input, description), input.rows, input.columns, 1, input.channels,
                      at(input.rows, input.columns)));
    };
    mirrored(false);
    mirrored(true);
  });
}

TEST(Properties, RowsAndColumnsAreTreatedAlike) {
  const auto transposed = [](std::size_t rows) {
    return [=](std::size_t r, std::size_t c) { return c * rows + r; };  // of what has as many columns
  };
  for_all([&](const OwnPicture& picture, const FrameShape& input, const PictureDescription& description) {
    OwnPicture other{picture.columns, picture.rows, picture.channels, {}};
    // moved() takes the sizes that it makes; both have the same number of pixels.
    other.bytes =
        moved(picture.bytes, picture.columns, picture.rows, picture.channels, 1, transposed(picture.columns));
    const FrameShape turned{input.channels, input.columns, input.rows};
    EXPECT_EQ(to_model(other, turned, description),
              moved(to_model(picture, input, description), input.columns, input.rows, 1, input.channels,
                    transposed(input.columns)));
  });
}

TEST(Properties, ThePlanesOfALayoutAreTheSamePicture) {
  for_all([](const OwnPicture& picture, const FrameShape& input, const PictureDescription& description) {
    if (picture.channels != 3) return;
    Bytes planes;
    for (std::size_t k = 0; k < 3; ++k)
      for (std::size_t i = k; i < picture.bytes.size(); i += 3) planes.push_back(picture.bytes[i]);
    const auto made =
        frames::to_input({{3, picture.rows, picture.columns}, Layout::kChw, planes}, input, description);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(*made, to_model(picture, input, description));
  });
}

TEST(Properties, ThatOfAnInvertedPictureIsTheSameWhereTheBackgroundIsTold) {
  OwnPicture ink{50, 40, 1, Bytes(2000, 230)};
  for (std::size_t r = 10; r < 40; ++r) ink.bytes[r * 40 + 20] = ink.bytes[r * 40 + 21] = 20;
  auto chalk = ink;
  for (auto& value : chalk.bytes) value = std::uint8_t(255 - value);
  for (const auto fit : kFits)
    for (const auto background : {Background::kDark, Background::kLight}) {
      const auto a = to_model(ink, {1, 28, 28}, {fit, background}),
                 b = to_model(chalk, {1, 28, 28}, {fit, background});
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1) << "but for rounding";
      EXPECT_EQ(a.front() < 128, background == Background::kDark);
    }
}

TEST(Properties, WhatWasMadeLargerPixelByPixelIsMadeSmallerToTheSame) {
  const auto small = random_picture(28, 28, 1);
  for (const std::uint32_t times : {2u, 3u, 10u}) {
    OwnPicture large{28 * times, 28 * times, 1, {}};
    for (std::uint32_t r = 0; r < large.rows; ++r)
      for (std::uint32_t c = 0; c < large.columns; ++c)
        large.bytes.push_back(small.bytes[r / times * 28 + c / times]);
    for (const auto fit : kFits) EXPECT_EQ(to_model(large, {1, 28, 28}, {fit}), small.bytes) << times;
  }
}

/// One new value by definition, in floating point: the mean over its square of the picture, each pixel as
/// large as it is covered; or between its neighbours.
class ByDefinition {
 public:
  ByDefinition(const OwnPicture& picture, const FrameShape& input, Fit fit)
      : picture_(picture), input_(input) {
    const double r = picture.rows, c = picture.columns, wide = c * input.rows - r * input.columns;
    rows_ = r, columns_ = c;
    if (fit == Fit::kStretch) return;
    if ((wide > 0) == (fit == Fit::kCrop))
      columns_ = std::max(1.0, std::floor(r * input.columns / input.rows + 0.5));
    else
      rows_ = std::max(1.0, std::floor(c * input.rows / input.columns + 0.5));
    double sum = 0, count = 0;
    for (std::int64_t y = 0; y < picture.rows; ++y)
      for (std::int64_t x = 0; x < picture.columns; ++x)
        if (y == 0 || x == 0 || y == picture.rows - 1 || x == picture.columns - 1)
          sum += at(y, x), count += 1;
    background_ = std::floor(sum / count + 0.5);
  }
  [[nodiscard]] double value(std::uint32_t row, std::uint32_t column) const {
    double sum = 0;
    for (const auto& [y, wy] : mix(row, picture_.rows, rows_, input_.rows))
      for (const auto& [x, wx] : mix(column, picture_.columns, columns_, input_.columns))
        sum += wy * wx * at(y, x);
    return sum;
  }

 private:
  using Mixed = std::vector<std::pair<std::int64_t, double>>;
  [[nodiscard]] static Mixed mix(std::uint32_t i, double length, double window, double target) {
    Mixed mixed;
    const double begin = (length - window) / 2, step = window / target;
    if (target <= window) {
      const double from = begin + i * step, to = from + step;
      for (auto k = std::int64_t(std::floor(from)); double(k) < to; ++k)
        mixed.emplace_back(k, (std::min(to, double(k + 1)) - std::max(from, double(k))) / step);
    } else {
      const double at = begin + (i + 0.5) * step - 0.5, before = std::floor(at);
      mixed.emplace_back(before, 1 - (at - before));
      mixed.emplace_back(before + 1, at - before);
    }
    if (window > length) return mixed;
    for (auto& [k, weight] : mixed) k = std::clamp<std::int64_t>(k, 0, std::int64_t(length) - 1);
    return mixed;
  }
  [[nodiscard]] double at(std::int64_t y, std::int64_t x) const {
    if (y < 0 || x < 0 || y >= picture_.rows || x >= picture_.columns) return background_;
    return picture_.bytes[std::size_t(y * picture_.columns + x)];
  }
  const OwnPicture& picture_;
  FrameShape input_;
  double rows_ = 0, columns_ = 0, background_ = 0;
};

TEST(Properties, EveryValueIsThatOfTheDefinition) {
  for_all([](const OwnPicture& picture, const FrameShape& input, const PictureDescription& description) {
    if (picture.channels != 1) return;
    const auto made = to_model(picture, input, description);
    const ByDefinition defined(picture, input, description.fit);
    const std::size_t pixels = std::size_t(input.rows) * input.columns;
    for (std::size_t i = 0; i < pixels; ++i) {
      const double value = defined.value(std::uint32_t(i / input.columns), std::uint32_t(i % input.columns));
      ASSERT_NEAR(made[i], value, 0.5 + 1e-6) << i;
    }
  });
}

TEST(Properties, TheLargestPictureOverflowsNothing) {
  const OwnPicture line{1, 16384, 1, Bytes(16384, 255)};
  const auto check = [&](const FrameShape& input, Fit fit) {
    const auto made = to_model(line, input, {fit});
    EXPECT_TRUE(std::all_of(made.begin(), made.end(), [](auto value) { return value == 255; }))
        << to_text(input);
  };
  check({1, 1u << 22, 1}, Fit::kPad);  // the longest window: 2^36 rows around the one
  check({1, 1u << 22, 1}, Fit::kCrop);
  check({1, 1, 1u << 22}, Fit::kPad);
  check({1, 2048, 2048}, Fit::kStretch);
}

}  // namespace
}  // namespace synergy::frames_test
