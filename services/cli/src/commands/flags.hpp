// What flags of several commands have in common.
#pragma once

#include <functional>
#include <string>

#include "synergy/cli/commands.hpp"

namespace CLI {
class Option;
}

namespace synergy::cli {

/// A flag's number from `least` to `most`: unlike CLI::Range, it also refuses what is no number ("nan").
[[nodiscard]] std::function<std::string(const std::string&)> number_between(double least, double most);

/// `--deploy`, which goes before the environment's SYNERGY_DEPLOY and the checkout's deploy/.
CLI::Option* add_deploy_option(CLI::App& command, Shared& shared, const std::string& holds);

}  // namespace synergy::cli
