// What flags of several commands have in common.
#pragma once

#include <string>

#include "synergy/cli/commands.hpp"
#include "synergy/schemas/frame_shape.hpp"

namespace synergy::cli {

/// `--deploy`, which goes before the environment's SYNERGY_DEPLOY and the checkout's deploy/.
Option* add_deploy_option(Command& command, Shared& shared, const std::string& holds);

/// `--layout`: what the axes of a file's arrays are. `layout` is what the flag says, once it was parsed.
void add_layout_option(Command& command, std::string& layout, const std::string& whose);
[[nodiscard]] schemas::Layout layout_named(const std::string& layout);

}  // namespace synergy::cli
