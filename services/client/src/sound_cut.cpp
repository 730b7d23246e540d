#include "synergy/client/sound_cut.hpp"

#include <algorithm>
#include <cmath>

#include "synergy/client/table.hpp"
#include "synergy/frames/sound.hpp"

namespace synergy::client {
namespace {

using schemas::FrameFeed;

/// Of a message, with room for what else is in it.
constexpr std::uint64_t kMostFrameBytes = schemas::kMaxTensorBytes - (1u << 16);

std::string seconds(double length) { return fixed(length, 3) + " s"; }

Error invalid(const std::string& name, const std::string& what) {
  return {ErrorCode::kInvalid, name + ": " + what};
}

FrameFeed frame_of(const frames::Samples& samples, std::uint32_t rate) {
  FrameFeed frame;
  frame.dtype = schemas::ElementType::kInt16;
  frame.shape = {samples.size()};
  frame.sound_rate = rate;
  frame.data.reserve(2 * samples.size());
  for (const std::uint16_t sample : samples) {
    frame.data.push_back(std::uint8_t(sample));
    frame.data.push_back(std::uint8_t(sample >> 8));
  }
  return frame;
}

/// Samples of a window, at `rate`.
Result<std::uint64_t> samples_of_window(const std::string& name, const SoundCut& how, std::uint32_t rate) {
  if (!how.window_s) {
    if (how.model) return how.model->samples;
    return invalid(name,
                   "no app takes sound of this sensor now, so its windows are not known: say how long they "
                   "are (--window SECONDS), or submit the app first");
  }
  // Rounded down: what the model makes of it is not longer than its window.
  const auto samples = std::max<std::uint64_t>(1, std::uint64_t(*how.window_s * rate + 1e-6));
  if (how.model && samples > how.model->samples)
    return invalid(name, "a window of " + seconds(*how.window_s) + " is longer than the " +
                             seconds(double(how.model->samples) / rate) +
                             " that the model takes: leave --window out");
  if (2 * samples > kMostFrameBytes)
    return invalid(name, "a window of " + seconds(*how.window_s) + " has " + std::to_string(samples) +
                             " samples, too many for one message");
  return samples;
}

}  // namespace

std::optional<SoundWindow> window_of(const schemas::PipelinePlan& pipeline) {
  if (!pipeline.sound) return std::nullopt;
  return SoundWindow{pipeline.sound->rate, frames::window_of(pipeline.input)};
}

Result<std::optional<SoundWindow>> window_of(const std::optional<schemas::CollaborationPlan>& plan,
                                             const DeviceId& device, const std::string& sensor) {
  std::optional<SoundWindow> found;
  AppId of;
  for (const auto& pipeline : plan ? plan->pipelines : std::vector<schemas::PipelinePlan>()) {
    if (pipeline.frames == schemas::FrameUse::kOwn || pipeline.sensing != sensor) continue;
    if (pipeline.executions.front().source != device) continue;
    const auto window = window_of(pipeline);
    if (!window) continue;
    if (found && *found != *window) {
      const auto text = [](const AppId& app, const SoundWindow& taken) {
        return "'" + app.text() + "' (" + std::to_string(taken.samples) + " samples at " +
               std::to_string(taken.rate) + " Hz)";
      };
      return Error{ErrorCode::kConflict,
                   "apps " + text(of, *found) + " and " + text(pipeline.app, *window) +
                       " take windows of different lengths: say which (--window SECONDS)"};
    }
    found = window;
    of = pipeline.app;
  }
  return found;
}

Result<SoundFrames> cut(const sounds::Sound& sound, const std::string& name, const SoundCut& how) {
  const auto rate = how.model ? how.model->rate : sound.rate;
  const auto window = samples_of_window(name, how, rate);
  if (!window) return window.error();
  const auto hop = how.hop_s ? std::uint64_t(std::max(1LL, std::llround(*how.hop_s * rate)))
                             : frames::default_hop(*window);
  const auto count =
      frames::window_count(frames::resampled_count(sound.samples.size(), sound.rate, rate), *window, hop);
  if (count > 1 && count > kMostSoundFrames / (2 * *window))
    return invalid(name, "gives " + std::to_string(count) + " windows of " + seconds(double(*window) / rate) +
                             ", more than fit the memory: cut the file into parts, or say a longer --hop");
  const auto samples = frames::resampled({sound.rate, sound.samples}, rate);
  if (!samples) return samples.error().at(name);
  SoundFrames made{{}, double(*window) / rate, double(hop) / rate};
  if (samples->size() <= *window)  // whoever takes it puts it in the middle of its window
    made.frames.push_back(frame_of(*samples, rate));
  else
    for (std::uint64_t i = 0; i < count; ++i)
      made.frames.push_back(frame_of(frames::window_at(*samples, i, *window, hop), rate));
  return made;
}

std::size_t loudest_of(const SoundFrames& sound) {
  std::vector<std::uint64_t> loud;
  for (const auto& frame : sound.frames) {
    frames::Samples samples;
    for (std::size_t at = 0; at + 1 < frame.data.size(); at += 2)
      samples.push_back(std::int16_t(frame.data[at] | frame.data[at + 1] << 8));
    loud.push_back(frames::loudness(samples));
  }
  return std::size_t(std::max_element(loud.begin(), loud.end()) - loud.begin());
}

std::string to_text(const SoundFrames& sound, const std::string& name) {
  const auto count = sound.frames.size();
  return name + ": " + std::to_string(count) + (count == 1 ? " frame" : " frames") + " of " +
         seconds(sound.window_s) + (count == 1 ? "" : ", one each " + seconds(sound.hop_s));
}

}  // namespace synergy::client
