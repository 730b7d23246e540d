// FLAC and OGG files, made by the library that the decoder uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "synergy/sounds/sound.hpp"
#include "wav_file.hpp"

namespace synergy::sounds_test {

using Bytes = std::vector<std::uint8_t>;
using Samples = std::vector<std::int16_t>;

/// A file of libsndfile's format number, mono.
[[nodiscard]] Bytes file_of(int format, const Samples& samples, std::uint32_t rate = 16000);

/// A tone, half of full scale.
[[nodiscard]] Samples tone(std::size_t samples, double hertz, std::uint32_t rate);

/// The sound, or one without samples where it is refused (and a failed test).
[[nodiscard]] sounds::Sound read(const Bytes& file);
/// Why it is refused; empty where it is not.
[[nodiscard]] std::string refusal(const Bytes& file);

}  // namespace synergy::sounds_test
