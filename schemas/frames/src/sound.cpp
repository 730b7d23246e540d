#include "synergy/frames/sound.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace synergy::frames {
namespace {

/// Rounded down; `divisor` is positive.
std::int64_t floor_div(std::int64_t number, std::int64_t divisor) {
  return number / divisor - (number % divisor < 0 ? 1 : 0);
}

std::int64_t peak_of(const Samples& window) {
  std::int64_t peak = 0;
  for (const std::int64_t sample : window) peak = std::max(peak, std::abs(sample));
  return peak;
}

/// From a sample to a signed byte.
class ToByte {
 public:
  ToByte(const Samples& window, const schemas::SoundDescription& sound)
      : gain_(sound.gain.value_or(1)), peak_(sound.gain ? peak_of(window) : 0) {}

  [[nodiscard]] std::int64_t of(std::int64_t sample) const {
    constexpr std::int64_t kFullScale = 32512;  // 127 x 256
    if (peak_ * gain_ >= kFullScale) return floor_div(254 * sample + peak_, 2 * peak_);
    return std::clamp<std::int64_t>(floor_div(2 * gain_ * sample + 256, 512), -128, 127);
  }

 private:
  std::int64_t gain_, peak_;
};

std::string seconds(std::uint64_t samples, std::uint32_t rate) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", double(samples) / std::max(1u, rate));
  return text;
}

}  // namespace

std::uint64_t window_count(std::uint64_t samples, std::uint64_t window, std::uint64_t hop) {
  if (samples <= window) return samples == 0 ? 0 : 1;
  const auto filled = (samples - window) / hop + 1;
  const bool holds_all = (filled - 1) * hop + window >= samples;
  return filled + (!holds_all && filled * hop < samples ? 1 : 0);
}

Samples window_at(std::span<const std::int16_t> samples, std::uint64_t number, std::uint64_t window,
                  std::uint64_t hop) {
  Samples made(window);
  if (samples.size() <= window) {
    std::copy(samples.begin(), samples.end(), made.begin() + std::ptrdiff_t((window - samples.size()) / 2));
    return made;
  }
  const auto rest = samples.subspan(std::min<std::uint64_t>(number * hop, samples.size()));
  std::copy_n(rest.begin(), std::min<std::size_t>(rest.size(), window), made.begin());
  return made;
}

std::uint64_t loudness(std::span<const std::int16_t> samples) {
  std::uint64_t sum = 0;
  for (const std::int64_t sample : samples) sum += std::uint64_t(sample * sample);
  return sum;
}

schemas::Bytes frame_of_window(const Samples& window, const schemas::FrameShape& input,
                               const schemas::SoundDescription& sound) {
  const ToByte byte(window, sound);
  schemas::Bytes made;
  made.reserve(window.size());
  for (const auto sample : window) made.push_back(std::uint8_t(byte.of(sample) + 128));
  return schemas::to_chw(std::move(made), input, schemas::Layout::kHwc);
}

Status check_takes_sound(const schemas::InputKinds& kinds) {
  if (kinds.sound) return {};
  return Error{ErrorCode::kInvalid,
               "the model takes no sound; if it is one that listens, say so in its model.yaml: input: {..., "
               "sound: {rate: 16000}}"};
}

Result<schemas::Bytes> to_input(const OwnSound& own, const schemas::FrameShape& input,
                                const schemas::InputKinds& kinds) {
  if (auto status = check_takes_sound(kinds); !status) return status.error();
  const auto& sound = *kinds.sound;
  if (own.samples.empty()) return Error{ErrorCode::kInvalid, "a sound without samples is no input"};
  const auto window = window_of(input);
  const auto count = resampled_count(own.samples.size(), own.rate, sound.rate);
  if (count > window)  // before the time is spent
    return Error{ErrorCode::kInvalid,
                 "a sound of " + seconds(own.samples.size(), own.rate) + " is longer than the window of " +
                     seconds(window, sound.rate) +
                     " that the model takes: feed it in windows, as 'synergy feed' does"};
  const auto samples = resampled(own, sound.rate);
  if (!samples) return samples.error();
  return frame_of_window(window_at(*samples, 0, window, default_hop(window)), input, sound);
}

}  // namespace synergy::frames
