#include <samplerate.h>

#include <algorithm>
#include <cmath>

#include "synergy/frames/sound.hpp"

namespace synergy::frames {

std::uint64_t resampled_count(std::uint64_t samples, std::uint32_t from, std::uint32_t to) {
  if (samples == 0 || from == to) return samples;
  return std::max<std::uint64_t>(1, (2 * samples * to + from) / (2 * std::uint64_t(from)));
}

Result<Samples> resampled(const OwnSound& sound, std::uint32_t rate) {
  if (sound.rate == rate || sound.samples.empty()) return Samples(sound.samples.begin(), sound.samples.end());
  const auto refusal = [&](const std::string& why) {
    return Error{ErrorCode::kInvalid, "sound of " + std::to_string(sound.rate) +
                                          " samples per second can not be made " + std::to_string(rate) +
                                          ": " + why};
  };
  const double ratio = sound.rate == 0 ? 0 : double(rate) / sound.rate;
  if (src_is_valid_ratio(ratio) == 0) return refusal("one is no rate, or more than 256 times the other");
  std::vector<float> from(sound.samples.size()), to(resampled_count(from.size(), sound.rate, rate));
  std::transform(sound.samples.begin(), sound.samples.end(), from.begin(),
                 [](std::int16_t sample) { return float(sample) / 32768; });
  SRC_DATA data{};
  data.data_in = from.data();
  data.data_out = to.data();
  data.input_frames = long(from.size());
  data.output_frames = long(to.size());
  data.src_ratio = ratio;
  if (const int failure = src_simple(&data, SRC_SINC_MEDIUM_QUALITY, 1); failure != 0)
    return refusal(src_strerror(failure));
  Samples made(to.size());  // those that the library did not make at the end stay 0
  std::transform(to.begin(), to.begin() + data.output_frames_gen, made.begin(), [](float value) {
    return std::int16_t(std::clamp(std::floor(double(value) * 32768 + 0.5), -32768.0, 32767.0));
  });
  return made;
}

}  // namespace synergy::frames
