#include "synergy/executor/frames.hpp"

#include <algorithm>

#include "synergy/base/check.hpp"
#include "synergy/base/splitmix64.hpp"
#include "synergy/documents/frame_folder.hpp"
#include "synergy/execution/prepare.hpp"

namespace synergy::executor {

schemas::Bytes generated_frame(std::uint64_t seed, std::uint64_t run, std::size_t bytes) {
  schemas::Bytes noise(bytes);
  SplitMix64 numbers(run ^ SplitMix64::mix(seed));
  for (auto& byte : noise) byte = std::uint8_t(numbers.next());
  return noise;
}

Status Frames::read_folder(const std::filesystem::path& place, schemas::SensorSource& source,
                           Content& content) {
  const auto kind = documents::kind_of_folder(place);
  if (!kind) return kind.error();
  if (*kind == documents::FrameFiles::kSounds) {
    auto sounds = documents::read_sounds(place);
    if (!sounds) return sounds.error();
    source.sounds = sounds->size();
    content.sounds = *std::move(sounds);
  } else {
    auto pictures = documents::read_pictures(place);
    if (!pictures) return pictures.error();
    source.pictures = pictures->size();
    content.pictures = *std::move(pictures);
  }
  content.made.resize(std::max(content.pictures.size(), content.sounds.size()));
  return {};
}

Status Frames::read_source(const std::filesystem::path& place, schemas::SensorSource& source,
                           Content& content) {
  const auto changed = [&](const std::string& now, const std::string& before) {
    return Error{ErrorCode::kConflict, place.string() + ": its frames are " + now + " now, and were " +
                                           before + " when the body was loaded; start the mesh again"};
  };
  std::error_code failure;
  if (std::filesystem::is_directory(place, failure)) {
    const auto told = [](const schemas::SensorSource& made) {
      return made.sounds != 0 ? std::to_string(made.sounds) + " sounds"
                              : std::to_string(made.pictures) + " pictures";
    };
    auto now = source;
    now.pictures = now.sounds = 0;
    if (auto status = read_folder(place, now, content); !status) return status;
    const bool is_known = source.pictures != 0 || source.sounds != 0;
    if (is_known && now != source) return changed(told(now), told(source));
    source = std::move(now);
    return {};
  }
  auto array = documents::read_input(place);
  if (!array) return array.error();
  content.array = *std::move(array);
  auto shape = documents::axes_of_frames(content.array.axes, content.array.name);
  if (!shape) return shape.error();
  if (!source.shape.empty() && source.shape != *shape)
    return changed(schemas::to_text(*shape), schemas::to_text(source.shape));
  source.shape = *std::move(shape);
  return {};
}

Result<Frames> Frames::read(const std::filesystem::path& deploy, schemas::Sensor sensor) {
  Frames frames;
  frames.sensor_ = std::move(sensor);
  auto& sources = frames.sensor_.sources;
  if (!sources) sources.emplace();
  for (auto& source : *sources) {
    auto& content = frames.contents_.emplace_back();
    if (source.frames.empty()) continue;
    if (auto status = read_source(deploy / source.frames, source, content); !status) return status.error();
  }
  return frames;
}

const schemas::SensorSource* Frames::own_source(const schemas::FrameShape& input,
                                                const schemas::InputKinds& kinds) const {
  const auto* source = sensor_.source_for(input, schemas::Trigger::kFree, kinds);
  return source == nullptr || source->feed ? nullptr : source;
}

Result<std::vector<schemas::Bytes>> Frames::make(const Content& content, std::size_t file,
                                                 const schemas::FrameShape& input,
                                                 const schemas::InputKinds& kinds, double hop) {
  if (!content.sounds.empty())
    return documents::frames_of(content.sounds[file], "a sound", input, kinds, hop);
  auto frame = documents::frame_of(content.pictures[file], "a picture", input, kinds.picture);
  if (!frame) return frame.error();
  return std::vector<schemas::Bytes>{*std::move(frame)};
}

const std::vector<schemas::Bytes>& Frames::made_of(Content& content, std::size_t file,
                                                   const schemas::FrameShape& input,
                                                   const schemas::InputKinds& kinds, double hop) {
  for (const auto& made : content.made[file])
    if (made.input == input && made.kinds == kinds) return made.frames;
  auto frames = make(content, file, input, kinds, hop);
  SYNERGY_CHECK(frames.has_value(), "a model that takes pictures, or sound, takes any that was read");
  const auto bytes = frames->size() * input.values();
  made_bytes_ += bytes;
  if (made_bytes_ > kMostMade) {
    for (auto& each : contents_)
      for (auto& made : each.made) made.clear();
    made_bytes_ = bytes;
  }
  return content.made[file].emplace_back(Made{input, kinds, *std::move(frames)}).frames;
}

const schemas::Bytes& Frames::window_of(Content& content, std::uint64_t run, const schemas::FrameShape& input,
                                        const schemas::InputKinds& kinds, double hop) {
  const documents::SoundWindows windows(input, *kinds.sound, hop);
  std::uint64_t all = 0;
  for (const auto& sound : content.sounds) all += windows.count(sound);
  std::uint64_t number = run % all;
  std::size_t file = 0;
  for (auto count = windows.count(content.sounds[0]); number >= count;
       count = windows.count(content.sounds[++file]))
    number -= count;
  return made_of(content, file, input, kinds, hop)[number];
}

Frames::Frame Frames::frame(std::uint64_t run, const schemas::FrameShape& input,
                            const schemas::InputKinds& kinds) {
  const auto* source = own_source(input, kinds);
  SYNERGY_CHECK(source != nullptr, "only a sensor that serves the model is asked for a frame");
  if (source->generator) return {generated_frame(*source->generator, run, input.values()), true};
  auto& content = contents_[std::size_t(source - sensor_.sources->data())];
  if (!content.sounds.empty()) return {window_of(content, run, input, kinds, source->hop), false};
  if (!content.pictures.empty())
    return {made_of(content, std::size_t(run % content.pictures.size()), input, kinds, 0).front(), false};
  auto bytes = documents::frame_at(content.array, run, input, source->layout);
  execution::prepare(bytes);  // back to pixels: the MCU of the device prepares them
  return {std::move(bytes), false};
}

std::string Frames::sources() const {
  return to_text(sensor_.sources.value_or(std::vector<schemas::SensorSource>()));
}

}  // namespace synergy::executor
