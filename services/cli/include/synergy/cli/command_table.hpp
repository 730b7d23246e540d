// The one table of commands: `--help` and the list in services/cli/README.md come from it.
//
// To add a command: a function in a file of src/commands/, its declaration and its row in
// src/command_table.cpp, and what `commands_markdown()` says in README.md (a test compares them).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "synergy/cli/commands.hpp"

namespace synergy::cli {

struct CommandRow {
  std::string_view section;  ///< heading of `--help`
  std::string_view name;     ///< `apps`; `body link` stands in the group `body`, whose row comes before
  std::string_view summary;
  void (*add)(const NewCommand& made);  ///< nullptr: a group
};

/// In the order of `--help`.
[[nodiscard]] std::span<const CommandRow> command_table();

/// Hangs every command of the table into the parser.
void add_commands(Command& program, Shared& shared);

/// The list of README.md.
[[nodiscard]] std::string commands_markdown();

}  // namespace synergy::cli
