// What an app's runs came to: accuracy, throughput, latency, energy, and where they went, beside the
// prediction.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::cli {

struct Report {
  AppId app;
  std::uint64_t runs = 0, completed = 0, failed = 0, repeated_attempts = 0;
  std::optional<double> accuracy_percent;
  double runs_per_second = 0, predicted_runs_per_second = 0;
  double latency_p50_ms = 0, latency_p90_ms = 0, latency_p99_ms = 0, latency_max_ms = 0,
         predicted_latency_ms = 0;
  double energy_tasks_uj = 0, energy_idle_uj = 0, energy_uj = 0, predicted_energy_uj = 0;
  std::vector<std::string> placement;        ///< `glasses layers 0-3`
  std::vector<std::string> devices_crossed;  ///< `glasses > watch: 100 runs`
  std::string bottleneck;
  std::optional<double> host_lag_p50_ms, host_lag_p99_ms;  ///< known to those who watched the results arrive

  static void fields(auto& f) {
    using R = Report;
    f.required("app", &R::app, "the app");
    f.required("runs", &R::runs, "that ended");
    f.required("completed", &R::completed, "with a result");
    f.required("failed", &R::failed, "reported failed");
    f.required("repeated_attempts", &R::repeated_attempts, "attempts beyond the first of each run");
    f.required("accuracy_percent", &R::accuracy_percent,
               "labels that are right; null without labels or results");
    f.required("runs_per_second", &R::runs_per_second, "model time");
    f.required("predicted_runs_per_second", &R::predicted_runs_per_second, "by the plan");
    f.required("latency_p50_ms", &R::latency_p50_ms, "model time, queueing included");
    f.required("latency_p90_ms", &R::latency_p90_ms, "model time");
    f.required("latency_p99_ms", &R::latency_p99_ms, "model time");
    f.required("latency_max_ms", &R::latency_max_ms, "model time");
    f.required("predicted_latency_ms", &R::predicted_latency_ms, "by the plan, in an empty mesh");
    f.required("energy_tasks_uj", &R::energy_tasks_uj, "tasks of a run, mean");
    f.required("energy_idle_uj", &R::energy_idle_uj, "idle power of all devices, a run's part");
    f.required("energy_uj", &R::energy_uj, "both");
    f.required("predicted_energy_uj", &R::predicted_energy_uj, "by the plan");
    f.required("placement", &R::placement, "which layers run where");
    f.required("devices_crossed", &R::devices_crossed, "and by how many runs");
    f.required("bottleneck", &R::bottleneck, "unit that bounds the rate, by the plan");
    f.required("host_lag_p50_ms", &R::host_lag_p50_ms,
               "host time behind model time; null when nobody watched");
    f.required("host_lag_p99_ms", &R::host_lag_p99_ms,
               "host time behind model time; null when nobody watched");
  }
};

/// `glasses > watch`.
[[nodiscard]] std::string way_of(const std::vector<DeviceId>& devices);

/// `labels`: an unsigned-byte .npy; run n is right when its label is entry n modulo their number.
[[nodiscard]] Result<Report> make_report(const schemas::AppRequest& app,
                                         const std::vector<schemas::RunRecord>& runs,
                                         const schemas::CollaborationPlan& plan,
                                         const schemas::BodyView& body, const std::filesystem::path& labels);

/// Adds how far the host was behind model time, from the results as they arrived.
void add_lags(std::vector<Duration> lags, Report& report);

[[nodiscard]] std::string to_text(const Report& report);

}  // namespace synergy::cli
