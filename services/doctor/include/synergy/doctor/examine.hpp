// Every check, in order: the machine first, then what runs, then what the logs tell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/doctor/finding.hpp"

namespace synergy::doctor {

struct Settings {
  std::filesystem::path run_folder, store;
  std::string listen;            ///< what SYNERGY_LISTEN says; empty: the usual place
  std::vector<Finding> found{};  ///< by deploy/mesh before; they stand first
};

/// Changes nothing. Takes some seconds where a mesh runs: it listens for heartbeats.
[[nodiscard]] Report examine(const Settings& settings, const Clock& clock);

}  // namespace synergy::doctor
