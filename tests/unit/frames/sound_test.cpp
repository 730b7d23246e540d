// From samples to a model's bytes, and from a long sound to windows; each computed here once more, by the
// sentences of the specification and in other arithmetic.
#include "synergy/frames/sound.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "synergy/base/splitmix64.hpp"

namespace synergy::frames_test {
namespace {

using frames::Samples;
using schemas::Bytes;
using schemas::FrameShape;
using schemas::SoundDescription;

constexpr SoundDescription kPlain{16000, {}};

SoundDescription with_gain(std::uint32_t gain) { return {16000, gain}; }

/// Signed, of an input of one channel.
std::vector<int> bytes_of(const Samples& window, const SoundDescription& sound) {
  std::vector<int> made;
  for (const int byte : frames::frame_of_window(window, {1, std::uint32_t(window.size()), 1}, sound))
    made.push_back(byte - 128);
  return made;
}

/// The same in floating point, where every value here is exact or far from a whole number.
int expected(int sample, int peak, const SoundDescription& sound) {
  const double gain = sound.gain ? *sound.gain : 1;
  if (sound.gain && peak * gain >= 32512) return int(std::floor(127.0 * sample / peak + 0.5));
  return int(std::clamp(std::floor(sample * gain / 256 + 0.5), -128.0, 127.0));
}

TEST(SoundBytes, WithoutGainAreTheUpperByteRounded) {
  EXPECT_EQ(bytes_of({0, 127, 128, -128, -129, 255, 256, 32511, 32512, 32640, 32767, -32640, -32641, -32768},
                     kPlain),
            (std::vector<int>{0, 0, 1, 0, -1, 1, 1, 127, 127, 127, 127, -127, -128, -128}));
}

TEST(SoundBytes, WithGainTheLoudestIsFullScale) {
  EXPECT_EQ(bytes_of({4064, -4064, 2032, -2032, 16, -16, 0}, with_gain(8)),
            (std::vector<int>{127, -127, 64, -63, 1, 0, 0}));
  EXPECT_EQ(bytes_of({-32768, 32767, 0}, with_gain(1)), (std::vector<int>{-127, 127, 0}));
}

TEST(SoundBytes, AQuietWindowIsMadeNoLouderThanTheGain) {
  EXPECT_EQ(bytes_of({4063, -4063, 16, -16, -17, 0}, with_gain(8)),
            (std::vector<int>{127, -127, 1, 0, -1, 0}));
  EXPECT_EQ(bytes_of({1, -1}, with_gain(256)), (std::vector<int>{1, -1}));
  EXPECT_EQ(bytes_of(Samples(64), with_gain(256)), std::vector<int>(64)) << "silence stays silence";
}

TEST(SoundBytes, AreThoseOfTheFormulaForEverySample) {
  Samples all(65536);
  std::iota(all.begin(), all.end(), std::int16_t(-32768));
  for (const auto& sound : {kPlain, with_gain(1), with_gain(3), with_gain(256)}) {
    const auto made = bytes_of(all, sound);
    for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(made[i], expected(all[i], 32768, sound)) << all[i];
  }
  SplitMix64 numbers(16);
  for (int round = 0; round < 200; ++round) {
    Samples some(50);
    const int loud = 1 + int(numbers.next() % 5000);
    for (auto& sample : some) sample = std::int16_t(int(numbers.next() % std::uint64_t(2 * loud + 1)) - loud);
    int peak = 0;
    for (const int sample : some) peak = std::max(peak, std::abs(sample));
    const auto sound = with_gain(1 + std::uint32_t(numbers.next() % 256));
    const auto made = bytes_of(some, sound);
    for (std::size_t i = 0; i < some.size(); ++i)
      ASSERT_EQ(made[i], expected(some[i], peak, sound))
          << some[i] << " of " << peak << ", gain " << *sound.gain;
  }
}

TEST(SoundBytes, ConsecutiveSamplesGoToConsecutiveChannels) {
  Samples window(24);
  for (int i = 0; i < 24; ++i) window[std::size_t(i)] = std::int16_t(256 * i);
  const FrameShape shape{4, 3, 2};
  const auto made = frames::frame_of_window(window, shape, kPlain);
  for (std::size_t c = 0; c < 4; ++c)
    for (std::size_t t = 0; t < 6; ++t) EXPECT_EQ(made[c * 6 + t] - 128, int(t * 4 + c)) << c << ", " << t;
}

Samples counting(std::size_t count) {
  Samples samples(count);
  std::iota(samples.begin(), samples.end(), std::int16_t(1));
  return samples;
}
std::vector<Samples> windows(std::size_t count, std::uint64_t window, std::uint64_t hop) {
  const auto samples = counting(count);
  std::vector<Samples> made;
  for (std::uint64_t i = 0; i < frames::window_count(count, window, hop); ++i)
    made.push_back(frames::window_at(samples, i, window, hop));
  return made;
}

TEST(SoundWindows, AShortSoundStandsInTheMiddle) {
  EXPECT_EQ(windows(0, 4, 2), std::vector<Samples>{});
  EXPECT_EQ(windows(1, 4, 2), (std::vector<Samples>{{0, 1, 0, 0}}));
  EXPECT_EQ(windows(2, 4, 2), (std::vector<Samples>{{0, 1, 2, 0}}));
  EXPECT_EQ(windows(3, 4, 2), (std::vector<Samples>{{1, 2, 3, 0}}));
  EXPECT_EQ(windows(4, 4, 2), (std::vector<Samples>{{1, 2, 3, 4}}));
}

TEST(SoundWindows, OfALongSoundTheLastIsFilledWithZerosUnlessAllIsHeld) {
  EXPECT_EQ(windows(5, 4, 2), (std::vector<Samples>{{1, 2, 3, 4}, {3, 4, 5, 0}}));
  EXPECT_EQ(windows(6, 4, 2), (std::vector<Samples>{{1, 2, 3, 4}, {3, 4, 5, 6}}));
  EXPECT_EQ(windows(7, 4, 2), (std::vector<Samples>{{1, 2, 3, 4}, {3, 4, 5, 6}, {5, 6, 7, 0}}));
  EXPECT_EQ(windows(9, 4, 4), (std::vector<Samples>{{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 0, 0, 0}}));
  EXPECT_EQ(windows(5, 4, 1), (std::vector<Samples>{{1, 2, 3, 4}, {2, 3, 4, 5}}));
}

TEST(SoundWindows, WhatAHopLeavesOutIsLeftOut) {
  EXPECT_EQ(windows(6, 2, 5), (std::vector<Samples>{{1, 2}, {6, 0}}));
  EXPECT_EQ(windows(5, 2, 5), (std::vector<Samples>{{1, 2}})) << "the rest lies between two windows";
}

TEST(SoundWindows, HoldEverySampleWhateverTheLengths) {
  for (std::size_t count = 1; count < 40; ++count)
    for (std::uint64_t window = 1; window < 12; ++window)
      for (std::uint64_t hop = 1; hop <= window; ++hop) {
        std::vector<bool> held(count + 1);
        for (const auto& one : windows(count, window, hop)) {
          ASSERT_EQ(one.size(), window);
          EXPECT_NE(one, Samples(window)) << "a window of nothing";
          for (const auto sample : one) held[std::size_t(sample)] = true;
        }
        EXPECT_EQ(std::count(held.begin() + 1, held.end(), true), std::ptrdiff_t(count));
      }
  EXPECT_EQ(frames::default_hop(16384), 8192u);
  EXPECT_EQ(frames::default_hop(1), 1u);
}

TEST(SoundInput, IsTheWindowOfAShortSound) {
  const FrameShape shape{2, 2, 1};
  const schemas::InputKinds kinds{{}, kPlain};
  EXPECT_EQ(*frames::to_input({16000, Samples{256, 512, 768}}, shape, kinds), (Bytes{129, 131, 130, 128}));
  EXPECT_EQ(
      frames::to_input({16000, Samples(5)}, shape, kinds).error().message,
      "a sound of 0.000 s is longer than the window of 0.000 s that the model takes: feed it in windows, as "
      "'synergy feed' does");
  EXPECT_EQ(frames::to_input({16000, {}}, shape, kinds).error().message,
            "a sound without samples is no input");
  EXPECT_EQ(
      frames::to_input({16000, Samples(4)}, shape, {}).error().message,
      "the model takes no sound; if it is one that listens, say so in its model.yaml: input: {..., sound: "
      "{rate: 16000}}");
}

}  // namespace
}  // namespace synergy::frames_test
