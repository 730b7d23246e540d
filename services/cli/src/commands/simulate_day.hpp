// simulate --events: a day of the mesh in virtual time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "planning_flags.hpp"
#include "synergy/cli/commands.hpp"

namespace synergy::cli {

struct DayFlags {
  std::optional<std::string> events;
  std::optional<double> for_s;
  double planning_ms = 100;
  std::uint64_t quick_nodes = 0, full_nodes = 0;  ///< 0: the planner's own

  Option* option = nullptr;  ///< `--events`, once add_to() was called

  void add_to(Command& command);
};

/// Runs the day and prints it; the speed goes to standard error. Fails with kInternal where the mesh broke a
/// promise.
Status simulate_day(const Shared& shared, const PlanningFlags& planning, const DayFlags& flags);

}  // namespace synergy::cli
