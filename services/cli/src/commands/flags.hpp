// What flags of several commands have in common.
#pragma once

#include <string>

#include "synergy/cli/commands.hpp"

namespace synergy::cli {

/// `--deploy`, which goes before the environment's SYNERGY_DEPLOY and the checkout's deploy/.
Option* add_deploy_option(Command& command, Shared& shared, const std::string& holds);

}  // namespace synergy::cli
