// A WAV file, put together by hand: for tests that need a sound and have no business with libsndfile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace synergy::test_support {

/// What stands in the header, whatever the sound is.
struct WavForm {
  std::uint16_t tag = 1;  ///< 1: whole numbers; 3: floating point
  std::uint16_t channels = 1;
  std::uint32_t rate = 16000;
  std::uint16_t bits = 16;
};

inline void put(std::vector<std::uint8_t>& file, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) file.push_back(std::uint8_t(number >> 8 * i));
}
inline void put(std::vector<std::uint8_t>& file, const std::string& text) {
  file.insert(file.end(), text.begin(), text.end());
}

/// `promised`: bytes of sound that the header tells.
inline std::vector<std::uint8_t> wav_of(const WavForm& form, const std::vector<std::uint8_t>& sound,
                                        std::uint32_t promised) {
  const std::uint32_t frame = form.channels * form.bits / 8u;
  std::vector<std::uint8_t> file;
  put(file, "RIFF");
  put(file, 36u + promised, 4);
  put(file, "WAVEfmt ");
  put(file, 16, 4);
  put(file, form.tag, 2);
  put(file, form.channels, 2);
  put(file, form.rate, 4);
  put(file, form.rate * frame, 4);
  put(file, frame, 2);
  put(file, form.bits, 2);
  put(file, "data");
  put(file, promised, 4);
  file.insert(file.end(), sound.begin(), sound.end());
  return file;
}
inline std::vector<std::uint8_t> wav_of(const WavForm& form, const std::vector<std::uint8_t>& sound) {
  return wav_of(form, sound, std::uint32_t(sound.size()));
}

/// 16 bits; of several channels a value each, one after the other.
inline std::vector<std::uint8_t> wav_of(const std::vector<std::int16_t>& samples, std::uint32_t rate = 16000,
                                        std::uint16_t channels = 1) {
  std::vector<std::uint8_t> sound;
  for (const auto sample : samples) put(sound, std::uint16_t(sample), 2);
  return wav_of({.channels = channels, .rate = rate}, sound);
}

}  // namespace synergy::test_support
