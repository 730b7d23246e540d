// The flags that the offline planning commands share.
#pragma once

#include <string>
#include <vector>

#include "synergy/cli/commands.hpp"
#include "synergy/cli/search_progress.hpp"
#include "synergy/planner/solve.hpp"
#include "synergy/planner_offline/workloads.hpp"

namespace synergy::cli {

/// Where neither nodes nor milliseconds are given: enough for the standard workloads, the same on every
/// machine.
inline constexpr std::uint64_t kDefaultNodes = 2'000'000;

struct PlanningFlags {
  std::string deploy, body, link, plan_file, placement, placement_file;
  std::vector<std::string> apps;
  std::string policy = "optimal", objective = "fair", residency = "resident", overlap = "on";
  std::uint64_t budget_nodes = 0;
  double budget_ms = 0;
  double horizon_s = 60;
  std::uint32_t max_chunks = 0;
  bool dynamic = false;

  /// What a file of events takes the place of, and what says how one plan is made.
  struct Added {
    Option* body = nullptr;
    Option* apps = nullptr;
    Option* link = nullptr;
    Option* policy = nullptr;
    std::vector<Option*> of_one_plan;
  };
  /// `files`: whether body and apps must be given; the caller sees to it that there is something in place of
  /// apps where only the body must be.
  enum class Files { kOptional, kBody, kBodyAndApps };
  Added add_to(Command& command, Files files);
  /// `--placement`, in the place of a policy.
  Option* add_placement_to(Command& command, const Added& added);
  [[nodiscard]] planner_offline::Question question(const Shared& shared) const;
  /// Fails with kInvalid naming the values there are.
  [[nodiscard]] Result<planner::SolveOptions> options() const;
  [[nodiscard]] planner::Budget budget() const;
  [[nodiscard]] SearchLimits limits() const;
};

/// What `--budget-ms` takes.
inline constexpr double kLeastMs = 1e-3, kMostMs = 1e9;

/// Of `nodes` or, where that is 0, of `ms` from now on; of the default where both are 0.
[[nodiscard]] SearchLimits make_limits(std::uint64_t nodes, double ms);
[[nodiscard]] planner::Budget make_budget(const SearchLimits& limits);

/// All of its files below `folder`, or none. Fails with kEnvironment.
Status write_workload(const planner_offline::GeneratedWorkload& workload,
                      const std::filesystem::path& folder);

[[nodiscard]] Result<schemas::Objective> objective_named(const std::string& name);
[[nodiscard]] Result<schemas::Residency> residency_named(const std::string& name);

}  // namespace synergy::cli
