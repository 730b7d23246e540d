// What the offline planning commands print for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "synergy/planner_offline/benchmark.hpp"
#include "synergy/planner_offline/simulation.hpp"
#include "synergy/planner_offline/solve_report.hpp"

namespace synergy::cli {

/// In words, with its unit: rounds/s, ms or uJ.
[[nodiscard]] std::string value_text(double value, schemas::Objective objective);
/// `bounded, search ended by nodes`; only the status where nothing is known of the search's end.
[[nodiscard]] std::string status_text(std::string_view status, std::optional<schemas::StoppedBy> stopped_by);

/// A battery's hours; "-" where nothing drains it.
[[nodiscard]] std::string hours_text(const std::optional<double>& hours);
/// What each device draws and how long its battery lasts so, and the same of all together. Empty without
/// devices.
[[nodiscard]] std::string power_text(const std::vector<schemas::DevicePower>& devices);

/// Short: what `solve` prints.
[[nodiscard]] std::string to_text(const planner_offline::SolveReport& report);
/// Long: what `explain` prints.
[[nodiscard]] std::string to_explanation(const planner_offline::SolveReport& report);
[[nodiscard]] std::string to_text(const planner_offline::SimulationReport& report);
[[nodiscard]] std::string to_text(const planner_offline::BenchReport& report);

}  // namespace synergy::cli
