#include "synergy/documents/sensor_sources.hpp"

#include <utility>

#include "synergy/documents/frame_folder.hpp"
#include "synergy/documents/input.hpp"
#include "synergy/documents/pictures.hpp"
#include "synergy/documents/sounds.hpp"

namespace synergy::documents {
namespace {

namespace fs = std::filesystem;

/// Whether a source is a folder of pictures or sounds; else it is a file. Fails where it is not there.
Result<bool> is_folder(const fs::path& root, const schemas::SensorSource& source) {
  std::error_code failure;
  const auto status = fs::status(root / source.frames, failure);
  if (fs::exists(status)) return fs::is_directory(status);
  if (failure && status.type() != fs::file_type::not_found)
    return Error{ErrorCode::kEnvironment, "frames file '" + source.frames + "': " + failure.message()};
  return Error{ErrorCode::kNotFound,
               "frames file '" + source.frames + "' does not exist in " + root.string()};
}

/// Counts what a source has that is a folder: pictures, or sounds.
Status load_folder(const fs::path& root, schemas::SensorSource& source) {
  const auto folder = root / source.frames;
  const auto invalid = [&](const std::string& what) {
    return Error{ErrorCode::kInvalid, folder.string() + ": " + what};
  };
  const auto kind = kind_of_folder(folder);
  if (!kind) return kind.error();
  const bool is_sound = *kind == FrameFiles::kSounds;
  const std::string name = is_sound ? "sounds" : "pictures";
  if (source.layout != schemas::Layout::kChw || !source.shape.empty())
    return invalid("'layout' and 'shape' are of a file; " + name + " in a folder have their own");
  if (source.hop != 0 && !is_sound) return invalid("'hop' is of sounds, and these are pictures");
  if ((is_sound ? source.pictures : source.sounds) != 0)
    return invalid("holds " + name + ", not " + (is_sound ? "'pictures'" : "'sounds'"));
  const auto count = is_sound ? count_sounds(folder) : count_pictures(folder);
  if (!count) return count.error();
  auto& told = is_sound ? source.sounds : source.pictures;
  if (told != 0 && told != *count)
    return invalid("holds " + std::to_string(*count) + " " + name + ", not " + std::to_string(told) +
                   " as '" + name + "' says");
  told = *count;
  return {};
}

/// The shape of the frames of a source that is a file.
Result<schemas::Axes> frame_axes(const fs::path& root, const schemas::SensorSource& source) {
  const auto file = root / source.frames;
  if (source.pictures != 0 || source.sounds != 0 || source.hop != 0)
    return Error{ErrorCode::kInvalid,
                 file.string() + ": 'pictures', 'sounds' and 'hop' are of a folder, and this is a file"};
  const auto axes = read_input_axes(file);
  if (!axes) return axes.error();
  auto shape = axes_of_frames(*axes, file.string());
  if (shape && !source.shape.empty() && *shape != source.shape)
    return Error{ErrorCode::kInvalid, file.string() + ": its frames are " + schemas::to_text(*shape) +
                                          ", not " + schemas::to_text(source.shape) + " as 'shape' says"};
  return shape;
}

bool are_alike(const schemas::SensorSource& a, const schemas::SensorSource& b) {
  if (a.frames.empty() || b.frames.empty()) return false;
  if ((a.pictures != 0) != (b.pictures != 0) || (a.sounds != 0) != (b.sounds != 0)) return false;
  return a.pictures != 0 || a.sounds != 0 || are_same_frames(a.shape, a.layout, b.shape, b.layout);
}

}  // namespace

Status check_sources(const schemas::Sensor& sensor) {
  const auto wrong = [](const std::string& what) { return Error{ErrorCode::kInvalid, what}; };
  if (!sensor.sources) return {};
  if (!sensor.frames.empty())
    return wrong("'frames' is short for one source: write it in 'sources', beside the others");
  bool generator = false, feed = false;
  for (const auto& source : *sensor.sources) {
    if (int(!source.frames.empty()) + int(source.generator.has_value()) + int(source.feed) != 1)
      return wrong("a source is one of 'frames', 'generator' and 'feed: true'");
    if (!source.frames.empty()) continue;
    if (source.layout != schemas::Layout::kChw || !source.shape.empty() || source.pictures != 0 ||
        source.sounds != 0 || source.hop != 0)
      return wrong(
          "'layout', 'shape', 'pictures', 'sounds' and 'hop' are of 'frames'; a generator makes any shape, "
          "and "
          "so does a feed");
    if (std::exchange(source.feed ? feed : generator, true))
      return wrong(source.feed ? "a sensor has one feed: the second would be the same"
                               : "a sensor has one generator at most: the first would serve everything");
  }
  return {};
}

Status load_source(const fs::path& root, schemas::SensorSource& source) {
  const auto folder = is_folder(root, source);
  if (!folder) return folder.error();
  if (*folder) return load_folder(root, source);
  auto shape = frame_axes(root, source);
  if (!shape) return shape.error();
  source.shape = *std::move(shape);
  return {};
}

Status check_unlike(const schemas::SensorSource& before, const schemas::SensorSource& source) {
  if (!are_alike(before, source)) return {};
  return Error{ErrorCode::kInvalid, "'" + before.frames + "' and '" + source.frames +
                                        (source.pictures != 0 ? "' are both folders of pictures"
                                         : source.sounds != 0 ? "' are both folders of sounds"
                                                              : "' have frames of one shape") +
                                        ", of which only the first would be taken: leave one out"};
}

Status load_sources(const fs::path& root, schemas::Sensor& sensor) {
  if (auto status = check_sources(sensor); !status) return status;
  auto sources = std::move(sensor.sources).value_or(std::vector<schemas::SensorSource>());
  if (!sensor.frames.empty()) sources.push_back({std::exchange(sensor.frames, {}), {}, {}, {}});
  for (auto source = sources.begin(); source != sources.end(); ++source) {
    if (source->frames.empty()) continue;
    if (auto status = load_source(root, *source); !status) return status;
    for (auto before = sources.begin(); before != source; ++before)
      if (auto status = check_unlike(*before, *source); !status) return status;
  }
  sensor.sources = std::move(sources);
  return {};
}

}  // namespace synergy::documents
