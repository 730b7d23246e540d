// What flags of several commands have in common.
#pragma once

#include <optional>
#include <string>

#include "synergy/cli/commands.hpp"
#include "synergy/schemas/frame_shape.hpp"

namespace synergy::cli {

/// `--deploy`, which goes before the environment's SYNERGY_DEPLOY and the checkout's deploy/.
Option* add_deploy_option(Command& command, Shared& shared, const std::string& holds);

/// `--since` and `--until`, each refused at once where it is no moment. What both say: parse_time_range().
void add_time_options(Command& command, std::string& since, std::string& until, const std::string& what);

/// `--layout`: what the axes of a file's arrays are. `layout` is what the flag says, once it was parsed.
void add_layout_option(Command& command, std::string& layout, const std::string& whose);
[[nodiscard]] schemas::Layout layout_named(const std::string& layout);

/// `--hop`: of sounds.
void add_hop_option(Command& command, std::optional<double>& hop_s);

}  // namespace synergy::cli
