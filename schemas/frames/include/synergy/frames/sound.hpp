// From sound of any rate and length to the frames that a model takes: windows of samples, made bytes. Pure.
//
// The steps, for a model whose description has a `sound`. A window is as many samples as its input has
// values.
//   1. Rate. Where it is another than the model's, the sound is resampled (libsamplerate,
//   SRC_SINC_MEDIUM_QUALITY:
//      a signal-to-noise ratio of 121 dB, 90 % of the bandwidth). n samples become (2 n to + from) div (2
//      from), one at least. That is arithmetic in floating point: the same on machines of one kind. All other
//      steps are in whole numbers.
//   2. Windows. Sound that is no longer than the window is put in its middle: (window - n) div 2 zeros before
//   it,
//      the others behind it. Longer sound becomes windows that begin at 0, hop, 2 hop ..., as many as it
//      fills; what then remains at its end becomes one more, filled with zeros at its end.
//   3. Bytes. Of a sample s, with floor division:
//      without `gain`  (2 s + 256) div 512, within -128 to 127;
//      with gain g     peak is the largest |s| of the window. Where peak g >= 32512: (254 s + peak) div (2
//      peak), so
//                      the loudest sample becomes 127 or -127. Else: (2 g s + 256) div 512. Zeros stay zeros.
//   4. Order. Sample t x channels + c of the window is value t (row by row) of channel c.
//
// The bytes are made unsigned (v + 128), as a sensor gives them; `synergy/execution/prepare.hpp` makes them
// signed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/frame_shape.hpp"
#include "synergy/schemas/input_kinds.hpp"

namespace synergy::frames {

using Samples = std::vector<std::int16_t>;

/// Mono sound in its own rate, samples per second. Borrows the samples.
struct OwnSound {
  std::uint32_t rate = 0;
  std::span<const std::int16_t> samples;
};

/// How many samples resampled() makes of so many. Rates below 2^20, fewer than 2^40 samples.
[[nodiscard]] std::uint64_t resampled_count(std::uint64_t samples, std::uint32_t from, std::uint32_t to);

/// The sound in another rate; unchanged where it is the same. Fails with kInvalid where one rate is 0, or
/// more than 256 times the other. It takes about 0.1 us a sample of the higher rate.
[[nodiscard]] Result<Samples> resampled(const OwnSound& sound, std::uint32_t rate);

/// Samples of one window of a model.
[[nodiscard]] inline std::uint64_t window_of(const schemas::FrameShape& input) { return input.values(); }
/// From one window to the next where nothing is said.
[[nodiscard]] inline std::uint64_t default_hop(std::uint64_t window) { return window < 2 ? 1 : window / 2; }

/// How many windows a sound gives: none where it has no samples. `window` and `hop` are 1 at least.
[[nodiscard]] std::uint64_t window_count(std::uint64_t samples, std::uint64_t window, std::uint64_t hop);
/// Window `number`, below window_count().
[[nodiscard]] Samples window_at(std::span<const std::int16_t> samples, std::uint64_t number,
                                std::uint64_t window, std::uint64_t hop);
/// How loud it is: the sum of the squares.
[[nodiscard]] std::uint64_t loudness(std::span<const std::int16_t> samples);

/// The model's frame of a window of just its samples, in its rate.
[[nodiscard]] schemas::Bytes frame_of_window(const Samples& window, const schemas::FrameShape& input,
                                             const schemas::SoundDescription& sound);

/// Whether a model takes sound. Fails with kInvalid; the message says what to do.
[[nodiscard]] Status check_takes_sound(const schemas::InputKinds& kinds);

/// The model's frame of one sound. Fails as check_takes_sound(), and with kInvalid where it has no samples,
/// or is longer than the model's window; the message says what to do. Any thread may call it.
[[nodiscard]] Result<schemas::Bytes> to_input(const OwnSound& own, const schemas::FrameShape& input,
                                              const schemas::InputKinds& kinds);

}  // namespace synergy::frames
