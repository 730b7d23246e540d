// `--watch`: a command that shows a state, again and again.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "synergy/cli/commands.hpp"

namespace synergy::cli {

/// Seconds from one look to the next.
inline constexpr double kShortestWatch = 0.1, kLongestWatch = 86400, kUsualWatch = 2;

/// Runs `show` every `seconds` until Ctrl-C, which ends it without an error. On a terminal each outcome is
/// drawn over the last; elsewhere a line of time stands before each, and what is for programs is a Series.
/// Fails where the first look fails; later on what fails is told, and the next look follows. `show` must not
/// wait for signals itself.
Status watch(Shared& shared, double seconds, const std::function<Status()>& show);

/// `--watch` without a number is `--watch=2`: else the next word would be taken for its value.
void give_watch_its_seconds(std::vector<std::string>& words);

}  // namespace synergy::cli
