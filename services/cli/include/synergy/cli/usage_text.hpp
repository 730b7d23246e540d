// The commands of a script, read from what its `--help` prints: deploy/mesh is completed, and has its manual
// page, from its own words.
#pragma once

#include <string>
#include <string_view>

#include "synergy/cli/command_tree.hpp"

namespace synergy::cli {

/// Reads lines of these shapes; what is indented further goes on with the line before. What else stands in
/// the text is no command: the paragraphs behind the list become `help_end`.
///
///     COMMAND ARGUMENT [-f] [--option VALUE] [ARGUMENT]...   what it does
///                       --option VALUE   what it says
///                       ARGUMENT         what it is
[[nodiscard]] CommandInfo read_usage(const std::string& name, const std::string& about,
                                     std::string_view text);

}  // namespace synergy::cli
