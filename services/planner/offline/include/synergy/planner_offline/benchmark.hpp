// Every policy on every workload, side by side, on one cost model.
//
// The seven baselines are our own reading of the paper's baseline names (services/planner/README.md says what
// each chooses). A plan that does not fit is out of resource (OOR) and enters no mean.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "synergy/planner/solve.hpp"
#include "synergy/planner_offline/workloads.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::planner_offline {

struct BenchRate {
  AppId app;
  double runs_per_second = 0;
  std::optional<double> virtual_runs_per_second;
  static void fields(auto& f) {
    using R = BenchRate;
    f.required("app", &R::app, "the app");
    f.required("runs_per_second", &R::runs_per_second, "exact for the plan");
    f.required("virtual_runs_per_second", &R::virtual_runs_per_second,
               "measured by the virtual executor; null: not run");
  }
};

struct BenchRow {
  std::string workload, link, policy;
  schemas::Objective objective = schemas::Objective::kRounds;
  bool overlap = true;
  schemas::Residency residency = schemas::Residency::kResident;
  planner::OutcomeStatus status = planner::OutcomeStatus::kInvalid;
  std::optional<planner::StoppedBy> stopped_by;
  /// Nothing where there is no plan: 0 would enter means and pictures.
  std::optional<double> objective_value, bound, gap, rounds_per_second, latency_us, energy_uj;
  double planning_us = 0, planning_ms = 0;
  std::uint64_t nodes = 0;
  std::optional<double> virtual_rounds_per_second;
  std::vector<BenchRate> rates;  ///< of each app; none without a plan
  std::string reason;

  [[nodiscard]] bool has_plan() const { return objective_value.has_value(); }
  static void fields(auto& f) {
    using R = BenchRow;
    f.required("workload", &R::workload, "w1 ...");
    f.required("link", &R::link, "between all pairs");
    f.required("policy", &R::policy, "what chose");
    f.required("objective", &R::objective, "what was sought");
    f.required("overlap", &R::overlap, "whether tasks overlap");
    f.required("residency", &R::residency, "resident: strict; reload: weights loaded at each switch");
    f.required("status", &R::status,
               "optimal, bounded, heuristic: with a plan; budget_spent, oor, infeasible, invalid: without");
    f.required("stopped_by", &R::stopped_by,
               "what ended the search: proof, nodes or time; null: nothing did");
    f.required("objective_value", &R::objective_value,
               "rounds/s, runs/s or hours (more is better), us or uJ (less is better); null without a plan");
    f.required("bound", &R::bound, "no plan is better; null: none claimed");
    f.required("gap", &R::gap, "relative to the bound; null: none claimed");
    f.required("rounds_per_second", &R::rounds_per_second, "exact for the plan; null without one");
    f.required("latency_us", &R::latency_us, "mean over the apps, empty mesh; null without a plan");
    f.required("energy_uj", &R::energy_uj, "tasks of a run, mean over all runs; null without a plan");
    f.required("planning_us", &R::planning_us, "time spent");
    f.required("planning_ms", &R::planning_ms, "old name of planning_us, in ms");
    f.required("nodes", &R::nodes, "of the budget that the search took");
    f.required("virtual_rounds_per_second", &R::virtual_rounds_per_second,
               "measured by the virtual executor; null: not run");
    f.required("rates", &R::rates, "of each app; none without a plan");
    f.required("reason", &R::reason, "why there is no plan");
  }
};

/// Of one of our two policies to another, over all cases where both have a plan: how much better ours is.
struct BenchRatio {
  std::string policy, to;
  schemas::Objective objective = schemas::Objective::kRounds;
  schemas::Residency residency = schemas::Residency::kResident;
  std::uint64_t cases = 0, oor = 0;   ///< compared; cases in which `to` had no plan and ours did
  std::optional<double> ratio;        ///< mean of ours / theirs
  std::optional<double> best, worst;  ///< of these ratios, from our point of view
  static void fields(auto& f) {
    using R = BenchRatio;
    f.required("policy", &R::policy, "ours");
    f.required("to", &R::to, "compared with");
    f.required("objective", &R::objective, "compared by");
    f.required("residency", &R::residency, "of the other");
    f.required("cases", &R::cases, "both have a plan");
    f.required("oor", &R::oor, "only ours has a plan");
    f.required("ratio", &R::ratio, "mean of ours / theirs; null: no case");
    f.required("best", &R::best, "most in our favour; null: no case");
    f.required("worst", &R::worst, "least in our favour; null: no case");
  }
};

/// Mean over the seven baselines, beside the figure that the paper gives for its own.
struct Headline {
  std::string policy;
  schemas::Objective objective = schemas::Objective::kRounds;
  schemas::Residency residency = schemas::Residency::kResident;
  std::uint64_t cases = 0;
  double ours = 0;   ///< throughput: times; latency, energy: percent (negative is less)
  double paper = 0;  ///< the same; arXiv 2401.08637, abstract
  static void fields(auto& f) {
    using H = Headline;
    f.required("policy", &H::policy, "ours");
    f.required("objective", &H::objective, "compared by");
    f.required("residency", &H::residency, "of the baselines");
    f.required("cases", &H::cases, "baseline plans compared with");
    f.required("ours", &H::ours, "throughput: times; else percent");
    f.required("paper", &H::paper, "the paper's, for its own baselines");
  }
};

struct BenchReport {
  std::vector<BenchRow> rows;
  std::vector<BenchRatio> ratios;
  std::vector<Headline> headlines;
  std::vector<std::string> behind;  ///< where `optimal` is behind another policy, or optimal-mixed behind it
  static void fields(auto& f) {
    using R = BenchReport;
    f.required("rows", &R::rows, "one for each case and policy");
    f.required("ratios", &R::ratios, "ours to the others");
    f.required("headlines", &R::headlines, "mean over the seven baselines (our reading of them)");
    f.required("behind", &R::behind, "cases in which optimal is behind: none, or a defect");
  }
};

struct BenchSettings {
  std::filesystem::path deploy;
  std::vector<Workload> workloads;
  std::vector<std::string> policies;
  std::vector<schemas::Objective> objectives;
  std::vector<bool> overlaps{true, false};
  std::vector<schemas::Residency> residencies{schemas::Residency::kResident, schemas::Residency::kReload};
  std::uint32_t max_chunks = 0;
  std::uint64_t virtual_rounds = 0;  ///< 0: no virtual run
  /// A fresh budget for each plan, and the time in microseconds: the library has no clock.
  std::function<planner::Budget(const planner::SolveOptions&)> budget;
  std::function<double()> now_us;
  std::function<void(std::size_t done, std::size_t all, const std::string& what)> progress;
};

[[nodiscard]] bool is_baseline(std::string_view policy);

/// Fails when a workload can not be read. A policy that finds no plan is a row, not a failure.
[[nodiscard]] Result<BenchReport> run_benchmark(const BenchSettings& settings);

/// Ratios, headlines and the check that `optimal` is behind no one, from the rows.
void summarise(BenchReport& report);

[[nodiscard]] std::string to_csv(const BenchReport& report);

}  // namespace synergy::planner_offline

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::planner_offline::BenchReport>();
