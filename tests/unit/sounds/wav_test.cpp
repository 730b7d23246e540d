// What is made of sound files: 16 bits, mono, whatever they were.
#include <gmock/gmock.h>
#include <sndfile.h>

#include <bit>
#include <cmath>

#include "made_sounds.hpp"

namespace synergy::sounds_test {
namespace {

using test_support::put;
using test_support::wav_of;
using test_support::WavForm;

TEST(Wav, SixteenBitsComeAsTheyAre) {
  const Samples samples{0, 1, -1, 256, 32767, -32768};
  EXPECT_EQ(read(wav_of(samples, 8000)), (sounds::Sound{8000, samples}));
}

TEST(Wav, EightBitsAreUnsigned) {
  EXPECT_EQ(read(wav_of(WavForm{.bits = 8}, {0, 1, 127, 128, 129, 255})).samples,
            (Samples{-32768, -32512, -256, 0, 256, 32512}));
}

TEST(Wav, TwentyFourBitsAreRoundedHalfUp) {
  Bytes sound;
  for (const int value : {0, 127, 128, -128, -129, 256, 8388607, -8388608})
    put(sound, std::uint32_t(value), 3);
  EXPECT_EQ(read(wav_of(WavForm{.bits = 24}, sound)).samples, (Samples{0, 0, 1, 0, -1, 1, 32767, -32768}));
}

TEST(Wav, ThirtyTwoBitsAreRoundedHalfUp) {
  Bytes sound;
  for (const int value : {32767, 32768, -32768, -32769, 2147483647}) put(sound, std::uint32_t(value), 4);
  EXPECT_EQ(read(wav_of(WavForm{.bits = 32}, sound)).samples, (Samples{0, 1, 0, -1, 32767}));
}

Bytes floats(const std::vector<float>& values) {
  Bytes sound;
  for (const auto value : values) put(sound, std::bit_cast<std::uint32_t>(value), 4);
  return wav_of(WavForm{.tag = 3, .bits = 32}, sound);
}

TEST(Wav, FloatingPointIsClippedAtFullScale) {
  EXPECT_EQ(read(floats({0, 0.5F, -0.5F, 1, -1, 1.5F, -2, 1e30F})).samples,
            (Samples{0, 16384, -16384, 32767, -32768, 32767, -32768, 32767}));
}

TEST(Wav, SamplesThatAreNoNumbersAreRefused) {
  EXPECT_EQ(
      refusal(floats({0, 0.5F, std::nanf("")})),
      "sample 2 is no number (infinite, or not a number): save it anew with plain samples (PCM) of 16 bits");
  EXPECT_THAT(refusal(floats({INFINITY})), ::testing::StartsWith("sample 0 is no number"));
  EXPECT_THAT(refusal(floats({-INFINITY})), ::testing::StartsWith("sample 0 is no number"));
}

TEST(Wav, ChannelsAreMixedToTheirMeanRoundedHalfUp) {
  EXPECT_EQ(read(wav_of({10, 20, 1, 2, -1, -2, 32767, 32767, -32768, 32767}, 16000, 2)).samples,
            (Samples{15, 2, -1, 32767, 0}));
  EXPECT_EQ(read(wav_of({1, 1, 0, -1, -1, 0}, 16000, 3)).samples, (Samples{1, -1}));
  EXPECT_EQ(read(wav_of({8, 8, 8, 8, 8, 8, 8, 16}, 16000, 8)).samples, Samples{9});
}

TEST(Wav, TheMeanIsOfTheFilesOwnBits) {
  Bytes sound;  // 1/2 + 1/2 of a 16-bit step: rounded one by one they would be 1 and 1
  for (const int value : {128, 0}) put(sound, std::uint32_t(value), 3);
  EXPECT_EQ(read(wav_of(WavForm{.channels = 2, .bits = 24}, sound)).samples, Samples{0});
}

TEST(Wav, OtherChunksAreSteppedOver) {
  auto file = wav_of({1, 2, 3});
  const Bytes note{'L', 'I', 'S', 'T', 3, 0, 0, 0, 'a', 'b', 'c', 0};  // and the byte that makes it even
  file.insert(file.begin() + 12, note.begin(), note.end());
  file.insert(file.end(), note.begin(), note.end());
  EXPECT_EQ(read(file).samples, (Samples{1, 2, 3}));
}

TEST(Flac, ComesAsItWas) {
  const auto samples = tone(5000, 440, 22050);
  EXPECT_EQ(read(file_of(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, samples, 22050)),
            (sounds::Sound{22050, samples}));
}

TEST(Ogg, ComesNearlyAsItWas) {
  const auto samples = tone(16000, 440, 16000);
  for (const int kind : {SF_FORMAT_VORBIS, SF_FORMAT_OPUS}) {
    const auto sound = read(file_of(SF_FORMAT_OGG | kind, samples));
    EXPECT_EQ(sound.rate, 16000u);
    ASSERT_EQ(sound.samples.size(), samples.size());
    double error = 0, power = 0;
    for (std::size_t i = 2000; i < 14000; ++i) {
      error += std::pow(sound.samples[i] - samples[i], 2);
      power += std::pow(samples[i], 2);
    }
    EXPECT_LT(error, power / 100) << "20 dB below the tone";
  }
}

}  // namespace
}  // namespace synergy::sounds_test
