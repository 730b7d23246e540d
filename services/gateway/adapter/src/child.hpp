// A program run to its end, without a shell: fixed words, a deadline, and what it says.
#pragma once

#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"

namespace synergy::gateway_adapter {

struct Ended {
  int code = 0;        ///< its exit code; -1: a signal ended it
  std::string output;  ///< standard output and error together, 64 KiB at most
};

/// Runs `words[0]`, which is looked for in PATH, with the other words, nothing to read and no file of ours
/// open. One that is not done at the deadline is killed. Fails with kEnvironment (it can not be started) or
/// kTimeout.
[[nodiscard]] Result<Ended> run_child(const std::vector<std::string>& words, Duration time);

}  // namespace synergy::gateway_adapter
