// Where the frames of a body's sensors come from, as its file says it: what contradicts itself, what is not
// there, and what the files themselves tell.
#pragma once

#include <filesystem>

#include "synergy/base/result.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::documents {

/// What is contradictory in a sensor as people write it. No file is looked at.
Status check_sources(const schemas::Sensor& sensor);

/// Fills in what the file or folder of a source below `root` itself tells: the shape of a file's frames, how
/// many pictures or sounds a folder has. The source has `frames`. Fails where they are not there or hold no
/// frames, and where the source says otherwise.
Status load_source(const std::filesystem::path& root, schemas::SensorSource& source);

/// Fails where only the first of two sources would ever be taken. Both are loaded.
Status check_unlike(const schemas::SensorSource& before, const schemas::SensorSource& source);

/// All of these: writes the short form `frames` out, and loads every source. Fails at the first that is
/// wrong.
Status load_sources(const std::filesystem::path& root, schemas::Sensor& sensor);

}  // namespace synergy::documents
