// Any bytes as a sound file: refused with a reason, or a sound within the limits, of which a model's windows
// can be made. Seeds, small files of each kind, are made here: they need not be kept as binaries.
#include <algorithm>
#include <string_view>

#include "synergy/base/check.hpp"
#include "synergy/frames/sound.hpp"
#include "synergy/sounds/sound.hpp"
#include "wav_file.hpp"

using namespace synergy;

namespace {

/// Files that a mutation begins with, where the fuzzer has nothing of its own.
const std::vector<std::vector<std::uint8_t>>& seeds() {
  using test_support::wav_of;
  using test_support::WavForm;
  const std::vector<std::uint8_t> sound(288, 7);
  static const std::vector<std::vector<std::uint8_t>> all{
      wav_of({1, -2, 300, -32768, 32767}, 16000),
      wav_of({1, 2, 3, 4}, 44100, 2),
      wav_of(WavForm{.bits = 8}, sound),
      wav_of(WavForm{.channels = 8, .bits = 24}, sound),
      wav_of(WavForm{.tag = 3, .bits = 32}, sound),
      wav_of(WavForm{.tag = 3, .bits = 64}, sound),
      wav_of(WavForm{.tag = 7, .rate = 8000, .bits = 8}, sound),
      wav_of(WavForm{.rate = 5}, sound),
      wav_of(WavForm{}, sound, 0xFFFFFFF0u),
  };
  return all;
}

}  // namespace

/// libsndfile 1.2.0 does not free what libvorbis and libogg took for an OGG file whose headers are damaged:
/// some kilobytes a file, not ours to free.
extern "C" const char* __lsan_default_suppressions() { return "leak:libvorbis\nleak:libogg\n"; }

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Now and then a seed takes the place of what is there; else libFuzzer's own mutations.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned int seed) {
  if (const auto& file = seeds()[seed / 64 % seeds().size()]; seed % 64 == 0 && file.size() <= most) {
    std::copy(file.begin(), file.end(), data);
    size = file.size();
  }
  return LLVMFuzzerMutate(data, size, most);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sound = sounds::read_sound({data, size});
  if (!sound) {
    SYNERGY_CHECK(sound.error().code == ErrorCode::kInvalid, "a damaged file is called invalid");
    SYNERGY_CHECK(!sound.error().message.empty(), "a refusal has a reason");
    return 0;
  }
  SYNERGY_CHECK(sounds::begins_as_sound({data, size}), "what is read begins as a sound");
  SYNERGY_CHECK(sound->rate >= sounds::kMinRate && sound->rate <= sounds::kMaxRate,
                "its rate is within the limits");
  SYNERGY_CHECK(!sound->samples.empty() && sound->samples.size() <= sounds::kMaxSamples,
                "and so is its length");
  if (sound->samples.size() > 100'000) return 0;  // resampling it would take the time of many other files
  const auto samples = frames::resampled({sound->rate, sound->samples}, 16000);
  SYNERGY_CHECK(samples.has_value(), "a sound that is read can be had at any rate");
  const schemas::FrameShape input{4, 16, 1};
  for (std::uint64_t i = 0; i < frames::window_count(samples->size(), 64, 32); ++i)
    SYNERGY_CHECK(
        frames::frame_of_window(frames::window_at(*samples, i, 64, 32), input, {16000, std::uint32_t(16)})
                .size() == 64,
        "a window has its bytes");
  return 0;
}
