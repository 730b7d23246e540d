// Files that commands write.
#pragma once

#include <span>
#include <string>

#include "synergy/base/result.hpp"

namespace synergy::cli {

/// Writes the file whole or not at all; a pipe or a device is written to; to standard output without a name.
/// Fails with kEnvironment.
Status write_text(const std::string& text, const std::string& output);

struct OutputFile {
  std::string name, content;
};
/// All of the files, or none: each is written beside its place, and only when all are written do they take
/// their places. Should a place be refused then, the files before it have theirs. Fails with kEnvironment.
Status write_files(std::span<const OutputFile> files);

}  // namespace synergy::cli
