// Files that are no sounds, damaged ones, and ones made to hurt: refused, with what to do, before memory is
// reserved.
#include <gmock/gmock.h>
#include <sndfile.h>
#include <sys/resource.h>

#include "made_sounds.hpp"

namespace synergy::sounds_test {
namespace {

using test_support::wav_of;
using test_support::WavForm;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Bytes text(const std::string& characters) { return {characters.begin(), characters.end()}; }

/// Most memory that this process ever had, in bytes.
std::size_t most_memory() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return std::size_t(use.ru_maxrss) * 1024;
}

TEST(HostileSounds, WhatIsNoSoundIsRefusedAndNamed) {
  EXPECT_EQ(refusal({}), "is empty: save the sound as WAV");
  EXPECT_EQ(refusal(text("hello")), "is neither WAV, FLAC nor OGG: save the sound as WAV");
  EXPECT_EQ(refusal(text("ID3\x04...........")),
            "is neither WAV, FLAC nor OGG, but begins as MP3: save the sound as WAV");
  EXPECT_THAT(refusal(text("RIFF....WEBPVP8 ")), HasSubstr("neither WAV"));
  EXPECT_THAT(refusal(text("RF64....WAVE")), HasSubstr("RF64"));
  for (const auto* begin : {"ID3\x04", "RF64....WAVE", "RIFF....WAVE", "fLaC", "OggS"})
    EXPECT_TRUE(sounds::begins_as_sound(text(begin))) << begin;
  for (const auto* begin : {"", "RIFF....WEBP", "hello", "\x89PNG"})
    EXPECT_FALSE(sounds::begins_as_sound(text(begin))) << begin;
}

TEST(HostileSounds, AFileThatPromises4GigabytesIsRefusedByItsHeader) {
  const auto before = most_memory();
  const auto refused = refusal(wav_of(WavForm{}, Bytes(1000), 0xFFFFFFF0u));
  EXPECT_THAT(refused,
              StartsWith("the WAV file is cut off: its header promises 4294967280 bytes of sound, and "
                         "1000 are there; get it whole"));
  EXPECT_LT(most_memory() - before, 16u << 20);
}

TEST(HostileSounds, AWavThatWasWrittenIntoAPipeGoesOnToItsEnd) {
  const auto whole = wav_of(tone(1000, 440, 16000));
  const auto expected = sounds::read_sound(whole);
  ASSERT_TRUE(expected);
  for (const std::uint32_t unknown : {0xFFFFFFFFu, 0x7FFFFFFFu, 0x7FFFF000u, 0x80000000u}) {
    auto piped = whole;
    for (int i = 0; i < 4; ++i) piped[40 + std::size_t(i)] = std::uint8_t(unknown >> (8 * i));
    const auto sound = sounds::read_sound(piped);
    ASSERT_TRUE(sound) << sound.error().message;
    EXPECT_EQ(sound->samples, expected->samples);
  }
}

TEST(HostileSounds, AFileThatEndsEarlySaysWhatIsThere) {
  auto file = wav_of(tone(1000, 440, 16000));
  file.resize(file.size() - 500);
  EXPECT_THAT(refusal(file),
              StartsWith("the WAV file is cut off: its header promises 2000 bytes of sound, and "
                         "1500 are there"));
  file.resize(30);
  EXPECT_THAT(refusal(file), StartsWith("the WAV file is damaged (its 'fmt ' chunk is too short)"));
  file.resize(14);
  EXPECT_THAT(refusal(file), HasSubstr("ends before its sound begins"));
}

TEST(HostileSounds, EveryCutOfAFlacFileIsRefused) {
  const auto whole = file_of(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, tone(9000, 440, 16000));
  for (std::size_t size = 4; size < whole.size(); size += 97)
    EXPECT_NE(refusal(Bytes(whole.begin(), whole.begin() + std::ptrdiff_t(size))), "") << size;
  EXPECT_EQ(refusal(whole), "");
}

TEST(HostileSounds, FormsBeyondTheLimitsAreRefused) {
  const auto of = [](const WavForm& form) { return refusal(wav_of(form, Bytes(288))); };
  EXPECT_EQ(of({.rate = 5}), "sound of 5 Hz is not read: save it at 4000 to 192000 samples per second");
  EXPECT_THAT(of({.rate = 0}), StartsWith("sound of 0 Hz is not read"));
  EXPECT_THAT(of({.rate = 3999}), StartsWith("sound of 3999 Hz"));
  EXPECT_EQ(of({.rate = 4000}), "");
  EXPECT_EQ(of({.rate = 192000}), "");
  EXPECT_THAT(of({.rate = 192001}), StartsWith("sound of 192001 Hz"));
  EXPECT_THAT(of({.rate = 0xFFFFFFFF}), StartsWith("sound of 4294967295 Hz"));
  EXPECT_EQ(of({.channels = 8}), "");
  EXPECT_EQ(of({.channels = 9}),
            "sound of 9 channels is not read: save it in mono, or in 8 at most, whose mean is taken");
  EXPECT_THAT(of({.channels = 0}), StartsWith("sound of 0 channels"));
  EXPECT_THAT(of({.channels = 65535}), StartsWith("sound of 65535 channels"));
  EXPECT_THAT(of({.tag = 0x55}), HasSubstr("the WAV file")) << "MP3 in a WAV";
  EXPECT_THAT(of({.tag = 2, .bits = 4}), HasSubstr("the WAV file")) << "ADPCM";
}

TEST(HostileSounds, ASoundWithoutSamplesIsRefused) {
  EXPECT_EQ(refusal(wav_of(Samples{})), "the WAV file has no samples: record it again");
  EXPECT_EQ(refusal(wav_of(WavForm{}, Bytes(100), 0)), "the WAV file has no samples: record it again")
      << "a file that was never closed";
}

TEST(HostileSounds, AFileAboveTheLimitIsRefusedByItsSize) {
  EXPECT_THAT(refusal(Bytes(sounds::kMaxFileBytes + 1)),
              StartsWith("a sound file of 67108865 bytes is too large"));
}

TEST(HostileSounds, AFlacThatDoesNotTellItsLengthIsRead) {
  const auto samples = tone(9000, 440, 16000);
  auto file = file_of(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, samples);
  file[21] &= 0xF0;  // the 36 bits of the count of samples begin here; 0: a stream
  std::fill_n(file.begin() + 22, 4, std::uint8_t(0));
  EXPECT_EQ(read(file).samples, samples);
}

TEST(HostileSounds, AFlacThatPromisesTooManySamplesIsRefusedByItsHeader) {
  auto file = file_of(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, tone(9000, 440, 16000));
  file[21] |= 0x0F;  // the 36 bits of the count of samples begin here
  file[22] = 0xFF;
  EXPECT_THAT(refusal(file), HasSubstr("samples is too long: cut it into parts of 33554432 at most"));
}

}  // namespace
}  // namespace synergy::sounds_test
