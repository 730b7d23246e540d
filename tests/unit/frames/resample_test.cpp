// Sound of other rates: how many samples, and that a tone stays the tone it was.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "synergy/frames/sound.hpp"

namespace synergy::frames_test {
namespace {

using frames::Samples;

Samples tone(std::size_t count, double hertz, std::uint32_t rate) {
  Samples made(count);
  for (std::size_t i = 0; i < count; ++i)
    made[i] = std::int16_t(std::lround(16000 * std::sin(2 * std::numbers::pi * hertz * double(i) / rate)));
  return made;
}

double power(const Samples& samples, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += double(samples[i]) * samples[i];
  return sum / double(to - from);
}

TEST(Resampled, TheSameRateIsLeftAlone) {
  const Samples samples{1, -2, 32767, -32768};
  EXPECT_EQ(*frames::resampled({16000, samples}, 16000), samples);
}

TEST(Resampled, CountsAreRoundedAndNeverNothing) {
  EXPECT_EQ(frames::resampled_count(0, 44100, 16000), 0u);
  EXPECT_EQ(frames::resampled_count(1, 44100, 16000), 1u);
  EXPECT_EQ(frames::resampled_count(44100, 44100, 16000), 16000u);
  EXPECT_EQ(frames::resampled_count(3, 48000, 16000), 1u);
  EXPECT_EQ(frames::resampled_count(4, 48000, 32000), 3u) << "2.67";
  EXPECT_EQ(frames::resampled_count(5, 16000, 48000), 15u);
  for (const std::size_t count : {1u, 2u, 3u, 100u, 44101u})
    EXPECT_EQ(frames::resampled({44100, Samples(count, 100)}, 16000)->size(),
              frames::resampled_count(count, 44100, 16000));
}

TEST(Resampled, AToneIsTheToneOfItsFrequencyAtTheNewRate) {
  for (const std::uint32_t from : {44100u, 48000u, 8000u, 22050u, 192000u}) {
    SCOPED_TRACE(from);
    const auto made = *frames::resampled({from, tone(from, 1000, from)}, 16000);
    const auto wanted = tone(16000, 1000, 16000);
    ASSERT_EQ(made.size(), wanted.size());
    Samples difference(made.size());
    for (std::size_t i = 0; i < made.size(); ++i) difference[i] = std::int16_t(made[i] - wanted[i]);
    const auto error = power(difference, 1000, 15000);
    EXPECT_LT(error, power(wanted, 1000, 15000) / 1e6) << "60 dB below the tone, in place and frequency";
  }
}

TEST(Resampled, WhatTheNewRateCanNotHoldIsTakenOut) {
  const auto made = *frames::resampled({44100, tone(44100, 12000, 44100)}, 16000);
  EXPECT_LT(power(made, 1000, 15000), power(tone(16000, 1000, 16000), 0, 16000) / 1e6) << "it would be 4 kHz";
}

TEST(Resampled, FullScaleIsClippedAndNotWrapped) {
  Samples square(4410);
  for (std::size_t i = 0; i < square.size(); ++i) square[i] = i / 50 % 2 == 0 ? 32767 : -32768;
  const auto made = *frames::resampled({44100, square}, 16000);
  for (std::size_t i = 5; i + 5 < made.size(); ++i) {  // beyond the edges' ringing
    const auto at = i * 441 / 160;
    if (at % 50 < 15 || at % 50 > 35) continue;
    EXPECT_GT(made[i] * (square[at] > 0 ? 1 : -1), 20000) << i;
  }
}

TEST(Resampled, RatesThatCanNotBeAreRefused) {
  EXPECT_EQ(frames::resampled({0, Samples(4)}, 16000).error().message,
            "sound of 0 samples per second can not be made 16000: one is no rate, or more than 256 times the "
            "other");
  EXPECT_FALSE(frames::resampled({10, Samples(4)}, 16000));
}

}  // namespace
}  // namespace synergy::frames_test
