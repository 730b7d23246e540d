// A plan's prediction beside what the virtual executor measures of it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "synergy/execution/virtual_run.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::planner_offline {

struct SimulatedPipeline {
  AppId app;
  std::uint64_t runs = 0;
  double predicted_runs_per_second = 0, runs_per_second = 0;
  double predicted_latency_us = 0, latency_mean_us = 0, latency_p50_us = 0, latency_p90_us = 0,
         latency_p99_us = 0, latency_max_us = 0;
  double predicted_energy_uj = 0, energy_uj = 0;
  double fresh_per_second = 0;
  static void fields(auto& f) {
    using P = SimulatedPipeline;
    f.required("app", &P::app, "the app");
    f.required("runs", &P::runs, "measured");
    f.required("predicted_runs_per_second", &P::predicted_runs_per_second, "computed from the plan");
    f.required("runs_per_second", &P::runs_per_second, "measured");
    f.required("predicted_latency_us", &P::predicted_latency_us, "in an empty mesh");
    f.required("latency_mean_us", &P::latency_mean_us, "queueing included");
    f.required("latency_p50_us", &P::latency_p50_us, "median");
    f.required("latency_p90_us", &P::latency_p90_us, "90th percentile");
    f.required("latency_p99_us", &P::latency_p99_us, "99th percentile");
    f.required("latency_max_us", &P::latency_max_us, "longest");
    f.required("predicted_energy_uj", &P::predicted_energy_uj, "tasks of a run, mean");
    f.required("energy_uj", &P::energy_uj, "measured, the same");
    f.required("energy_tasks_uj", &P::energy_uj, "old name of energy_uj");
    f.required("fresh_per_second", &P::fresh_per_second,
               "runs that can have a frame of their own: the lesser of runs and frames");
  }
};

struct SimulatedUnit {
  DeviceId device;
  schemas::Unit unit = schemas::Unit::kCpu;
  double busy = 0;
  static void fields(auto& f) {
    using U = SimulatedUnit;
    f.required("device", &U::device, "the device");
    f.required("unit", &U::unit, "the unit");
    f.required("busy", &U::busy, "part of the time held");
  }
};

struct SimulatedDevice {
  DeviceId device;
  double predicted_power_mw = 0, power_mw = 0;
  std::optional<double> predicted_hours, hours;
  static void fields(auto& f) {
    using D = SimulatedDevice;
    f.required("device", &D::device, "the device");
    f.required("predicted_power_mw", &D::predicted_power_mw, "idle power and its part of all tasks");
    f.required("power_mw", &D::power_mw, "measured, the same");
    f.required("predicted_hours", &D::predicted_hours, "until its battery is empty; null: nothing drains it");
    f.required("hours", &D::hours, "the same, at power_mw");
  }
};

struct SimulationReport {
  schemas::PlanStatus status = schemas::PlanStatus::kHeuristic;  ///< of the plan, as the next two
  std::optional<schemas::StoppedBy> stopped_by;
  std::uint64_t nodes = 0;
  std::string order;  ///< cyclic or dynamic
  std::uint64_t rounds = 0;
  double predicted_rounds_per_second = 0, rounds_per_second = 0, difference_percent = 0;
  double predicted_energy_uj = 0, energy_uj = 0;
  double simulated_us = 0, simulated_ms = 0;
  std::vector<SimulatedPipeline> pipelines;
  std::vector<SimulatedUnit> units;
  std::vector<SimulatedDevice> devices;
  schemas::BodyPower predicted_body_power, body_power;  ///< of all these together
  static void fields(auto& f) {
    using R = SimulationReport;
    f.required("status", &R::status, "of the plan: optimal, bounded or heuristic");
    f.required("stopped_by", &R::stopped_by,
               "what ended its search: proof, nodes or time; null: nothing did");
    f.required("nodes", &R::nodes, "of the budget that its search took");
    f.required("order", &R::order, "cyclic or dynamic");
    f.required("rounds", &R::rounds, "of the virtual run: each pipeline makes so many runs at least");
    f.required("predicted_rounds_per_second", &R::predicted_rounds_per_second,
               "the lowest of the pipelines' rates, computed from the plan");
    f.required("rounds_per_second", &R::rounds_per_second, "measured");
    f.required("difference_percent", &R::difference_percent, "measured less predicted");
    f.required("predicted_energy_uj", &R::predicted_energy_uj, "tasks of a run, mean over all runs");
    f.required("energy_uj", &R::energy_uj, "measured, the same");
    f.required("simulated_us", &R::simulated_us, "virtual time of all rounds");
    f.required("simulated_ms", &R::simulated_ms, "old name of simulated_us, in ms");
    f.required("pipelines", &R::pipelines, "one for each app");
    f.required("units", &R::units, "how long each was held");
    f.required("devices", &R::devices, "what each present device draws, in body order");
    f.required("predicted_body_power", &R::predicted_body_power, "all devices together, by the plan");
    f.required("body_power", &R::body_power, "measured, the same");
  }
};

/// Drives at least `rounds` runs of each pipeline, and measures the second half of them. `tell` hears now and
/// then which part of them has ended, from 0 to 1. Fails as execution::run_virtually.
[[nodiscard]] Result<SimulationReport> simulate(const planner::Problem& problem,
                                                const schemas::CollaborationPlan& plan, std::uint64_t rounds,
                                                const std::function<void(double part)>& tell = {});

}  // namespace synergy::planner_offline

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::planner_offline::SimulationReport>();
