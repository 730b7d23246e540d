#include "synergy/cli/commands.hpp"

namespace synergy::cli {

Command* add_plain_command(const NewCommand& made, const std::function<Status()>& run) {
  return made.parent.add_command(made.name, made.summary,
                                 [&shared = made.shared, run] { shared.status = run(); });
}

Command* add_command(const NewCommand& made, const std::function<Status()>& run) {
  auto* command = add_plain_command(made, run);
  command->add_flag("--json", made.shared.json, "print JSON");
  return command;
}

}  // namespace synergy::cli
