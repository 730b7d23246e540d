// Sound, read from the bytes of WAV, FLAC and OGG files that anybody may have made.
//
// What a reader gets wrong: a file says how long it is before it proves it. What it says is judged first;
// memory is taken only for what is there.
//
// What is made of a file:
//   - mono: the mean of the channels (up to 8), sample by sample.
//   - 16 bits: full scale is 32768. A sample x of -1 to 1 (8 bits: (u - 128) / 128; 24 bits: s / 2^23; 32
//   bits:
//     s / 2^31; floating point as it stands) becomes floor(32768 x + 1/2), within -32768 to 32767: beyond
//     full scale it is clipped. Mean and rounding are one step, so nothing is rounded twice.
//   - the rate stays the file's. `synergy/frames/sound.hpp` makes it another.
// What is damaged or ends early is refused as a whole; no half sounds. (An OGG file does not say how long it
// is: of one that is cut off, what is there is read. One whose headers are damaged costs a few kilobytes of
// memory each, which libsndfile 1.2.0 does not free.)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::sounds {

/// Samples per second, at least and at most.
inline constexpr std::uint32_t kMinRate = 4'000, kMaxRate = 192'000;
inline constexpr std::uint32_t kMaxChannels = 8;
/// Of a file, once it is mono: 12 minutes at 44.1 kHz, 35 at 16 kHz. They take 64 MiB.
inline constexpr std::uint64_t kMaxSamples = 32u << 20;
/// Of a file.
inline constexpr std::size_t kMaxFileBytes = 64u << 20;

struct Sound {
  std::uint32_t rate = 0;             ///< samples per second
  std::vector<std::int16_t> samples;  ///< mono; at least one

  bool operator==(const Sound&) const = default;
};

/// Whether the bytes begin as a file of sound does: of one that is read, or of another kind, which
/// read_sound() refuses by name.
[[nodiscard]] bool begins_as_sound(std::span<const std::uint8_t> file);

/// The sound of a WAV, FLAC or OGG (Vorbis, Opus) file; which of them it is, its bytes tell. Fails with
/// kInvalid: the file is none of these, damaged, cut off, too long, without samples, with samples that are no
/// numbers, or beyond the limits. The message says what to do; it does not know the file's name. Any thread
/// may call it.
[[nodiscard]] Result<Sound> read_sound(std::span<const std::uint8_t> file);

}  // namespace synergy::sounds
