// What the parser knows of an option, as data (command_tree.hpp).
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "synergy/cli/command_tree.hpp"

namespace synergy::cli {

/// `--output` of `-o,--output`; of an argument its word.
[[nodiscard]] std::string longest_name(const CLI::Option& option);

/// Of the command called `command`.
[[nodiscard]] OptionInfo info_of(const CLI::Option& option, const std::string& command);

/// A command with all below it; options in groups of options are the command's.
[[nodiscard]] CommandInfo info_of(CLI::App& app);

}  // namespace synergy::cli
