#include "synergy/executor/frames.hpp"

#include "synergy/base/check.hpp"
#include "synergy/base/splitmix64.hpp"
#include "synergy/execution/prepare.hpp"

namespace synergy::executor {

schemas::Bytes generated_frame(std::uint64_t seed, std::uint64_t run, std::size_t bytes) {
  schemas::Bytes noise(bytes);
  SplitMix64 numbers(run ^ SplitMix64::mix(seed));
  for (auto& byte : noise) byte = std::uint8_t(numbers.next());
  return noise;
}

Result<Frames> Frames::read(const std::filesystem::path& deploy, schemas::Sensor sensor) {
  Frames frames;
  frames.sensor_ = std::move(sensor);
  auto& sources = frames.sensor_.sources;
  if (!sources) sources.emplace();
  for (auto& source : *sources) {
    auto& file = frames.files_.emplace_back();
    if (source.generator) continue;
    auto array = documents::read_input(deploy / source.frames);
    if (!array) return array.error();
    file = *std::move(array);
    auto shape = documents::axes_of_frames(file.axes, file.name);
    if (!shape) return shape.error();
    if (!source.shape.empty() && source.shape != *shape)
      return Error{ErrorCode::kConflict, file.name + ": its frames are " + schemas::to_text(*shape) +
                                             " now, and were " + schemas::to_text(source.shape) +
                                             " when the body was loaded; start the mesh again"};
    source.shape = *std::move(shape);
  }
  return frames;
}

Frames::Frame Frames::frame(std::uint64_t run, const schemas::FrameShape& input) const {
  const auto* source = sensor_.source_for(input);
  SYNERGY_CHECK(source != nullptr, "only a sensor that serves the model is asked for a frame");
  if (source->generator) return {generated_frame(*source->generator, run, input.values()), true};
  const auto& file = files_[std::size_t(source - sensor_.sources->data())];
  auto bytes = documents::frame_at(file, run, input, source->layout);
  execution::prepare(bytes);  // back to pixels: the MCU of the device prepares them
  return {std::move(bytes), false};
}

std::string Frames::sources() const {
  return to_text(sensor_.sources.value_or(std::vector<schemas::SensorSource>()));
}

}  // namespace synergy::executor
