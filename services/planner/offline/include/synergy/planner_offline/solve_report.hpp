// What `synergy solve` and `synergy explain` say of an outcome: for scripts (JSON, by its fields) and for
// people.
//
// What a reader gets wrong: `bounded` says that there is a bound, not that the search was cut short; that is
// `stopped_by`. `bound` and `gap` are null where a policy claims nothing about other plans (`heuristic`), and
// where there is no plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/planner/placement.hpp"
#include "synergy/planner/replan.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::planner_offline {

struct PipelineLine {
  AppId app;
  double share = 1;
  DeviceId source, target;
  std::vector<schemas::Chunk> chunks;
  double latency_us = 0, energy_uj = 0;
  bool generated = false;
  double runs_per_second = 0;  ///< of the app, all its ways together, as what follows
  std::uint32_t runs_per_cycle = 1;
  double cycle_us = 0;
  bool paced = false;
  std::string bottleneck;
  static void fields(auto& f) {
    using L = PipelineLine;
    f.required("app", &L::app, "the app");
    f.required("share", &L::share, "of its runs that go this way");
    f.required("source", &L::source, "device that senses");
    f.required("target", &L::target, "device that interacts");
    f.required("chunks", &L::chunks, "which layers run where");
    f.required("latency_us", &L::latency_us, "one run in an empty mesh");
    f.required("energy_uj", &L::energy_uj, "tasks of one run");
    f.required("energy_tasks_uj", &L::energy_uj, "old name of energy_uj");
    f.required("generated", &L::generated, "its frames are generated noise");
    f.required("runs_per_second", &L::runs_per_second, "of the app, all its ways together");
    f.required("runs_per_cycle", &L::runs_per_cycle,
               "of the app, in the cycle of those it shares units with");
    f.required("cycle_us", &L::cycle_us, "that cycle, where no run is passed over");
    f.required("paced", &L::paced,
               "its runs start at runs_per_second at most; surplus turns are passed over");
    f.required("bottleneck", &L::bottleneck, "what bounds its rate");
  }
};

struct UnitLine {
  DeviceId device;
  schemas::Unit unit = schemas::Unit::kCpu;
  double busy_us_per_cycle = 0;
  double load = 0;
  static void fields(auto& f) {
    using L = UnitLine;
    f.required("device", &L::device, "the device");
    f.required("unit", &L::unit, "the unit");
    f.required("busy_us_per_cycle", &L::busy_us_per_cycle, "held in a cycle of the apps that it serves");
    f.required("load", &L::load, "part of the cycle's time");
  }
};

struct RunnerUpLine {
  std::string name, plan;
  std::optional<double> objective_value;
  std::string why;
  static void fields(auto& f) {
    using L = RunnerUpLine;
    f.required("name", &L::name, "what proposed it");
    f.required("plan", &L::plan, "in short");
    f.required("objective_value", &L::objective_value, "null: it has no plan");
    f.required("why", &L::why, "it lost");
  }
};

struct DeviceMoveLine {
  DeviceId device;
  std::uint64_t weight_bytes = 0;
  double load_us = 0;
  static void fields(auto& f) {
    using L = DeviceMoveLine;
    f.required("device", &L::device, "which loads");
    f.required("weight_bytes", &L::weight_bytes, "loaded");
    f.required("load_us", &L::load_us, "time of that");
  }
};

/// From a running plan to this one.
struct MoveLine {
  std::vector<AppId> apps;
  std::vector<DeviceMoveLine> devices;
  std::uint64_t weight_bytes = 0, runs_to_drain = 0;
  double drain_us = 0, load_us = 0;
  static void fields(auto& f) {
    using L = MoveLine;
    f.required("apps", &L::apps, "that take another way, or end");
    f.required("devices", &L::devices, "those that load weights");
    f.required("weight_bytes", &L::weight_bytes, "of all of them");
    f.required("runs_to_drain", &L::runs_to_drain, "in flight of these apps, at most");
    f.required("drain_us", &L::drain_us, "longest latency of these runs");
    f.required("load_us", &L::load_us, "of the device that loads longest");
  }
};

/// The best plan that was found, beside a placement that was given.
struct BestLine {
  std::string policy;
  planner::OutcomeStatus status = planner::OutcomeStatus::kInvalid;
  std::optional<planner::StoppedBy> stopped_by;
  std::optional<double> objective_value;
  std::optional<double> behind;
  std::vector<PipelineLine> pipelines;
  std::string reason;
  static void fields(auto& f) {
    using L = BestLine;
    f.required("policy", &L::policy, "what sought it");
    f.required("status", &L::status, "optimal, bounded or another of the same words as 'status'");
    f.required("stopped_by", &L::stopped_by,
               "what ended the search: proof, nodes or time; null: nothing did");
    f.required("objective_value", &L::objective_value, "as 'objective_value'; null: no plan was found");
    f.required("behind", &L::behind,
               "how far the placement is behind it, as a part of its value; below 0: ahead; null: no plan");
    f.required("pipelines", &L::pipelines, "one for each way");
    f.required("reason", &L::reason, "why there is no plan");
  }
};

struct SolveReport {
  std::string policy;
  schemas::Objective objective = schemas::Objective::kFair;
  planner::OutcomeStatus status = planner::OutcomeStatus::kInvalid;
  std::optional<planner::StoppedBy> stopped_by;
  std::string reason;
  std::optional<schemas::Conflict> conflict;  ///< the demands that are in the way of a plan, where known
  /// Nothing where there is no plan.
  std::optional<double> objective_value, bound, gap, rounds_per_second, latency_us, worst_latency_us,
      energy_uj;
  std::string bottleneck;
  std::string body, link;
  bool overlap = true;
  schemas::Residency residency = schemas::Residency::kResident;
  std::vector<schemas::DevicePower> devices;
  std::vector<schemas::RateLevel> levels;
  std::optional<schemas::BodyPower> body_power;  ///< of all these together; nothing without a plan
  std::vector<PipelineLine> pipelines;
  std::vector<UnitLine> units;
  std::vector<schemas::MemoryUse> memory;
  std::vector<RunnerUpLine> runner_ups;
  std::optional<MoveLine> move;
  std::vector<std::string> assumed;
  std::vector<std::string> warnings;  ///< on where inputs come from
  std::uint64_t nodes = 0;
  double planning_us = 0, planning_ms = 0;
  std::optional<BestLine> best;  ///< of a placement that was given

  [[nodiscard]] bool has_plan() const { return objective_value.has_value(); }
  static void fields(auto& f) {
    using R = SolveReport;
    f.required("policy", &R::policy, "what chose");
    f.required("objective", &R::objective, "what was sought: fair, rounds, sum, latency, energy or lifetime");
    f.required("status", &R::status,
               "optimal, bounded, heuristic: with a plan; budget_spent, oor, infeasible, invalid: without");
    f.required("stopped_by", &R::stopped_by,
               "what ended the search: proof, nodes or time; null: nothing did");
    f.required("reason", &R::reason, "in words");
    f.required("conflict", &R::conflict,
               "where there is no plan: the demands that can not hold together; null: not known");
    f.required("objective_value", &R::objective_value, "rounds/s, us or uJ; null without a plan");
    f.required("bound", &R::bound, "no plan is better; null: none claimed");
    f.required("gap", &R::gap, "relative to the bound; null: none claimed");
    f.required("rounds_per_second", &R::rounds_per_second,
               "the lowest of the apps' rates; exact for the plan's orders");
    f.required("latency_us", &R::latency_us, "mean over the apps, empty mesh");
    f.required("worst_latency_us", &R::worst_latency_us, "of the slowest app, empty mesh");
    f.required("energy_uj", &R::energy_uj, "tasks of a run, mean over all runs");
    f.required("bottleneck", &R::bottleneck, "what bounds the rate");
    f.required("body", &R::body, "the body");
    f.required("link", &R::link, "between all pairs");
    f.required("overlap", &R::overlap, "whether tasks overlap");
    f.required("residency", &R::residency, "resident, reload or needed");
    f.required("levels", &R::levels,
               "of objective fair, the lowest first: what its apps have, and what no plan can give them");
    f.required("devices", &R::devices, "what each present device draws, and for how many hours");
    f.required("body_power", &R::body_power, "all devices together; null without a plan");
    f.required("pipelines", &R::pipelines, "one for each way");
    f.required("units", &R::units, "most loaded first");
    f.required("memory", &R::memory, "per device");
    f.required("runner_ups", &R::runner_ups, "plans that lost");
    f.required("move", &R::move, "from the running plan; null: none was given");
    f.required("assumed", &R::assumed, "figures it rests on that are assumed or unverified");
    f.required("warnings", &R::warnings, "on where the apps' inputs come from");
    f.required("nodes", &R::nodes, "of the budget that the search took");
    f.required("planning_us", &R::planning_us, "time spent");
    f.required("planning_ms", &R::planning_ms, "old name of planning_us, in ms");
    f.required("best", &R::best, "the best plan beside a placement that was given; null: none was given");
  }
};

/// A status without a plan as tables and charts print it: "OOR", else its name.
[[nodiscard]] std::string to_text(planner::OutcomeStatus status);

[[nodiscard]] SolveReport make_report(const planner::Problem& problem, const planner::SolveOptions& options,
                                      const planner::Outcome& outcome, double planning_us);

/// Of a placement that was given, with the best plan beside it.
[[nodiscard]] SolveReport make_report(const planner::Problem& problem, const planner::SolveOptions& options,
                                      const planner::JudgedPlacement& judged, double planning_us);

[[nodiscard]] MoveLine make_line(const planner::Move& move);

/// For a plan without the search that made it: no bound, no runner-ups.
[[nodiscard]] SolveReport make_report(const schemas::CollaborationPlan& plan);

}  // namespace synergy::planner_offline

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::planner_offline::SolveReport>();
