
#include "synergy/cli/commands.hpp"

namespace synergy::cli {

Command* add_plain_command(Command& parent, Shared& shared, const std::string& name, const std::string& about,
                           const std::function<Status()>& run) {
  return parent.add_command(name, about, [&shared, run] { shared.status = run(); });
}

Command* add_command(Command& parent, Shared& shared, const std::string& name, const std::string& about,
                     const std::function<Status()>& run) {
  auto* command = add_plain_command(parent, shared, name, about, run);
  command->add_flag("--json", shared.json, "print JSON");
  return command;
}

}  // namespace synergy::cli
