// What an app's runs came to: accuracy, classes, throughput, latency, energy by plan, and where they went,
// beside the prediction.
//
// What a reader gets wrong: counts, accuracy, classes and devices are of all runs that were looked at. Rate,
// latency, energy and the prediction beside them are of the newest plan among these runs. `plans` has the
// same figures of each plan.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/client/answer.hpp"
#include "synergy/client/plan_pace.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/store.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::client {

/// What a device draws, for all apps of the plan. Measured: now, where the plan is in force.
struct DevicePowerLine {
  DeviceId device;
  std::optional<double> power_mw, predicted_power_mw, hours, predicted_hours;
  static void fields(auto& f) {
    using D = DevicePowerLine;
    f.required("device", &D::device, "the device");
    f.required("power_mw", &D::power_mw,
               "measured over the last seconds: idle power and its part of all tasks; null: not known");
    f.required("predicted_power_mw", &D::predicted_power_mw, "the same, by the plan");
    f.required("hours", &D::hours, "until its battery is empty, at power_mw; null: not known");
    f.required("predicted_hours", &D::predicted_hours, "by the plan, when it was made");
  }
};

/// Times in us, energies in uJ, rates in runs per second of model time. What is missing is not known, and
/// null.
struct Report {
  AppId app;
  std::uint64_t runs = 0, completed = 0, failed = 0, repeated_attempts = 0, earlier_runs = 0;
  bool older_left_out = false;
  bool generated = false;      ///< some of the results were computed from generated noise
  std::uint64_t on_noise = 0;  ///< how many were
  std::optional<std::uint64_t> labels;
  std::optional<double> accuracy_percent;
  std::string result;  ///< class, map or values, by the newest plan that is known
  std::vector<ClassCount> classes;
  std::optional<std::uint64_t> plan_id;
  bool served = false;
  std::optional<double> runs_per_second, predicted_runs_per_second;
  std::optional<double> latency_p50_us, latency_p90_us, latency_p99_us, latency_max_us, predicted_latency_us;
  std::optional<double> energy_uj, predicted_energy_uj;
  std::vector<DevicePowerLine> devices;
  std::optional<schemas::BodyPower> body_power, predicted_body_power;
  std::vector<std::string> placement;        ///< `glasses layers 0-3`
  std::vector<std::string> devices_crossed;  ///< `glasses > watch: 100 runs`
  std::string bottleneck;
  std::optional<double> host_lag_p50_us, host_lag_p99_us;  ///< known to those who watched the results arrive
  std::vector<PlanPace> plans;
  /// The same in ms, by their old names.
  std::optional<double> latency_p50_ms, latency_p90_ms, latency_p99_ms, latency_max_ms, predicted_latency_ms,
      host_lag_p50_ms, host_lag_p99_ms;

  static void fields(auto& f) {
    using R = Report;
    f.required("app", &R::app, "the app");
    f.required("runs", &R::runs, "that ended, and were looked at");
    f.required("completed", &R::completed, "with a result");
    f.required("failed", &R::failed, "reported failed");
    f.required("repeated_attempts", &R::repeated_attempts, "attempts beyond the first of each run");
    f.required("older_left_out", &R::older_left_out,
               "there are older ones that nobody ruled out and that were not looked at");
    f.required("earlier_runs", &R::earlier_runs, "runs of earlier submissions, not looked at");
    f.required("generated", &R::generated, "results were computed from generated noise");
    f.required("on_noise", &R::on_noise, "how many results were; the accuracy is of the others");
    f.required("labels", &R::labels, "right labels given; run n has label n modulo their number; null: none");
    f.required("accuracy_percent", &R::accuracy_percent,
               "labels that are right; null without labels or results");
    f.required("result", &R::result, "class, map or values: the last two are not kept; empty: not known");
    f.required("classes", &R::classes, "of the results, the most frequent first");
    f.required("plan_id", &R::plan_id, "the newest plan of the runs, which figures and prediction are of");
    f.required("served", &R::served, "whether a plan serves the app now");
    f.required("runs_per_second", &R::runs_per_second, "model time, pauses left out");
    f.required("predicted_runs_per_second", &R::predicted_runs_per_second, "by the plan");
    f.required("latency_p50_us", &R::latency_p50_us, "model time, queueing included");
    f.required("latency_p90_us", &R::latency_p90_us, "model time");
    f.required("latency_p99_us", &R::latency_p99_us, "model time");
    f.required("latency_max_us", &R::latency_max_us, "model time");
    f.required("predicted_latency_us", &R::predicted_latency_us, "by the plan, in an empty mesh");
    f.required("energy_uj", &R::energy_uj, "tasks of a run, mean");
    f.required("energy_tasks_uj", &R::energy_uj, "old name of energy_uj");
    f.required("predicted_energy_uj", &R::predicted_energy_uj, "the same, by the plan");
    f.required("devices", &R::devices, "what each device draws under the plan, all its apps together");
    f.required("body_power", &R::body_power, "measured, all of them together; null: not known of each");
    f.required("predicted_body_power", &R::predicted_body_power, "the same, by the plan; null: not known");
    f.required("placement", &R::placement, "which layers run where");
    f.required("devices_crossed", &R::devices_crossed, "and by how many runs");
    f.required("bottleneck", &R::bottleneck, "unit that bounds the rate, by the plan");
    f.required("host_lag_p50_us", &R::host_lag_p50_us,
               "host time behind model time; null when nobody watched");
    f.required("host_lag_p99_us", &R::host_lag_p99_us,
               "host time behind model time; null when nobody watched");
    f.required("plans", &R::plans, "each plan of the runs by itself, the newest last");
    f.required("latency_p50_ms", &R::latency_p50_ms, "old name of latency_p50_us, in ms");
    f.required("latency_p90_ms", &R::latency_p90_ms, "old name of latency_p90_us, in ms");
    f.required("latency_p99_ms", &R::latency_p99_ms, "old name of latency_p99_us, in ms");
    f.required("latency_max_ms", &R::latency_max_ms, "old name of latency_max_us, in ms");
    f.required("predicted_latency_ms", &R::predicted_latency_ms, "old name of predicted_latency_us, in ms");
    f.required("host_lag_p50_ms", &R::host_lag_p50_ms, "old name of host_lag_p50_us, in ms");
    f.required("host_lag_p99_ms", &R::host_lag_p99_ms, "old name of host_lag_p99_us, in ms");
  }
};

/// `glasses > watch`.
[[nodiscard]] std::string way_of(const std::vector<DeviceId>& devices);

/// What a report is made of.
struct ReportSource {
  schemas::AppRequest app;
  std::vector<schemas::RunRecord> runs;                       ///< by number
  std::map<std::uint64_t, schemas::CollaborationPlan> plans;  ///< those of the runs that are known
  std::optional<schemas::CollaborationPlan> in_force;         ///< where it serves the app and was asked for
  bool served = false;                                        ///< by the plan in force
  std::optional<schemas::MeshUse> use;                        ///< the latest; nothing: not heard of
  /// An unsigned-byte .npy, or empty; run n is right when its label is entry n modulo their number.
  std::filesystem::path labels;
};

/// Fails with kNotFound or kInvalid where the labels can not be read.
[[nodiscard]] Result<Report> make_report(const ReportSource& source);

/// Adds how far the host was behind model time, from the results as they arrived.
void add_lags(std::vector<Duration> lags, Report& report);

[[nodiscard]] std::string to_text(const Report& report);

}  // namespace synergy::client

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::Report>();
