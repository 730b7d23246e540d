#include "flags.hpp"

namespace synergy::cli {

Option* add_deploy_option(Command& command, Shared& shared, const std::string& holds) {
  return command
      .add_option("--deploy", shared.deploy_folder, "folder with " + holds + " (Env:SYNERGY_DEPLOY)")
      ->show_default();
}

}  // namespace synergy::cli
