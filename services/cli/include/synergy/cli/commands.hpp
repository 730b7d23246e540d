// What the commands of `synergy` share. Which there are: command_table.hpp.
#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/command.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::cli {

/// What every command shares: flags that stand before or behind it, and where its outcome goes.
struct Shared {
  std::filesystem::path run_folder;
  std::filesystem::path deploy_folder;  ///< models and devices that commands name
  bool deploy_is_chosen = false;        ///< by SYNERGY_DEPLOY; else it is the checkout's
  bool json = false;
  Status status;  ///< of the command that ran
};

/// A command that is about to be made: where it goes, and what its row of the table says (command_table.hpp).
struct NewCommand {
  Command& parent;
  Shared& shared;  ///< outlives the parser
  std::string name, summary;
};

/// Adds the subcommand; `run` is called when it is chosen, after all flags are read. Its outcome is a value
/// that print() shows, with `--json` or without.
Command* add_command(const NewCommand& made, const std::function<Status()>& run);
/// One whose outcome is a file, plain lines or an exit code: it has no `--json`.
Command* add_plain_command(const NewCommand& made, const std::function<Status()>& run);

/// Prints a value as JSON with `--json`, else as `text` says.
template <class T>
void print(const Shared& shared, const T& value, const std::function<std::string(const T&)>& text) {
  const auto output = shared.json ? schemas::to_json(value, 2) + "\n" : text(value);
  std::fwrite(output.data(), 1, output.size(), stdout);
}

}  // namespace synergy::cli
