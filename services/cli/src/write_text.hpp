// Files that commands write.
#pragma once

#include <string>

#include "synergy/base/result.hpp"

namespace synergy::cli {

/// Writes the file whole or not at all; a pipe or a device is written to; to standard output without a name.
/// Fails with kEnvironment.
Status write_text(const std::string& text, const std::string& output);

}  // namespace synergy::cli
