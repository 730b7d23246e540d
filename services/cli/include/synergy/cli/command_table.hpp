// The one table of commands: `--help` with its groups and examples, and the list in services/cli/README.md
// come from it.
//
// To add a command: a function in a file of src/commands/, its declaration and its row in
// src/command_table.cpp, and what `commands_markdown()` says in README.md (a test compares them).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/cli/commands.hpp"

namespace synergy::cli {

struct CommandRow {
  std::string_view section;  ///< heading of `--help`
  std::string_view name;     ///< `apps`; `body link` stands below `body`, whose row comes before
  std::string_view summary;
  void (*add)(const NewCommand& made);  ///< nullptr: a group
  /// Whole command lines, one a line, as typed in the checkout's folder; of a command at least one. Files of
  /// theirs below deploy/ and tests/ exist.
  std::string_view examples = {};
  /// Its name by the rule of nouns and verbs (README.md), where `name` is the short one: `apps submit`. Both
  /// work. The noun is another row.
  std::string_view also = {};
};

/// The lines of `row.examples`.
[[nodiscard]] std::vector<std::string> examples_of(const CommandRow& row);

/// In the order of `--help`.
[[nodiscard]] std::span<const CommandRow> command_table();

/// Hangs every command of the table into the parser, and what `--help` of each says at its end.
void add_commands(Command& program, Shared& shared);

/// The list of README.md.
[[nodiscard]] std::string commands_markdown();

}  // namespace synergy::cli
