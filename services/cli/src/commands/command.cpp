#include <CLI/CLI.hpp>

#include "synergy/cli/commands.hpp"

namespace synergy::cli {

CLI::App* add_plain_command(CLI::App& parent, Shared& shared, const std::string& name,
                            const std::string& about, const std::function<Status()>& run) {
  auto* command = parent.add_subcommand(name, about);
  command->fallthrough();
  command->callback([&shared, run] { shared.status = run(); });
  return command;
}

CLI::App* add_command(CLI::App& parent, Shared& shared, const std::string& name, const std::string& about,
                      const std::function<Status()>& run) {
  auto* command = add_plain_command(parent, shared, name, about, run);
  command->add_flag("--json", shared.json, "print JSON");
  return command;
}

}  // namespace synergy::cli
