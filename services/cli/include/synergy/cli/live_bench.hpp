// What a running mesh delivers beside what its plan promises.
//
// Pure: results come in as they are heard; the report is made of them, of the plan in force and of that
// plan's virtual run.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::cli {

/// Results of one plan, as they were heard.
class LiveSamples {
 public:
  /// A run that was repeated counts once.
  void add(const schemas::RunResult& result, MonotonicTime heard);
  void fail() { ++failed_; }
  /// What an executor has counted. Of one that started again, what came before is forgotten.
  void add(const schemas::Health& health, MonotonicTime heard);

  struct Sample {
    std::uint64_t run = 0;
    ModelTime ended{};
    MonotonicTime heard{};
    Duration latency{0}, lag{0};
    double energy_uj = 0;
  };
  [[nodiscard]] const std::map<AppId, std::vector<Sample>>& of_apps() const { return apps_; }
  [[nodiscard]] std::uint64_t failed() const { return failed_; }
  /// Of the tasks that the device's executor counted, over the model time between the first heartbeat and the
  /// last: mW. Nothing where fewer than two were heard.
  [[nodiscard]] std::optional<double> tasks_mw(const DeviceId& device, double time_scale) const;

 private:
  struct Counted {
    std::uint64_t instance = 0, first_uj = 0, last_uj = 0;
    MonotonicTime first{}, last{};
  };
  std::map<DeviceId, Counted> counted_;
  std::set<std::pair<AppId, std::uint64_t>> runs_;
  std::map<AppId, std::vector<Sample>> apps_;
  std::uint64_t failed_ = 0;
};

/// Nothing where fewer than two results came; latencies and energy where none did.
struct LivePipeline {
  std::string app;
  std::uint64_t runs = 0;
  std::optional<double> runs_per_second, runs_per_host_second;
  std::optional<double> latency_p50_us, virtual_latency_p50_us, latency_p99_us;
  std::optional<double> predicted_runs_per_second, energy_uj, predicted_energy_uj;
  static void fields(auto& f) {
    using P = LivePipeline;
    f.required("app", &P::app, "the app");
    f.required("runs", &P::runs, "results in the window");
    f.required("runs_per_second", &P::runs_per_second, "model time; null: fewer than two results");
    f.required("predicted_runs_per_second", &P::predicted_runs_per_second, "computed");
    f.required("runs_per_host_second", &P::runs_per_host_second, "host time; null: fewer than two results");
    f.required("latency_p50_us", &P::latency_p50_us, "model time; null: no result");
    f.required("virtual_latency_p50_us", &P::virtual_latency_p50_us, "the same, of the virtual run");
    f.required("latency_p99_us", &P::latency_p99_us, "model time; null: no result");
    f.required("energy_uj", &P::energy_uj, "tasks of a run, mean; null: no result");
    f.required("energy_tasks_uj", &P::energy_uj, "old name of energy_uj");
    f.required("predicted_energy_uj", &P::predicted_energy_uj, "the same, computed");
    f.required("model_per_second", &P::runs_per_second, "old name of runs_per_second");
    f.required("wall_per_second", &P::runs_per_host_second, "old name of runs_per_host_second");
    f.required("p50_us", &P::latency_p50_us, "old name of latency_p50_us");
    f.required("virtual_p50_us", &P::virtual_latency_p50_us, "old name of virtual_latency_p50_us");
    f.required("p99_us", &P::latency_p99_us, "old name of latency_p99_us");
  }
};

/// Nothing where it was not measured.
struct LiveDevice {
  std::string device;
  std::optional<double> power_mw, predicted_power_mw, power_percent, hours, predicted_hours;
  static void fields(auto& f) {
    using D = LiveDevice;
    f.required("device", &D::device, "the device");
    f.required("power_mw", &D::power_mw, "idle power and its part of all tasks; null: not measured");
    f.required("predicted_power_mw", &D::predicted_power_mw, "the same, computed");
    f.required("power_percent", &D::power_percent, "off the prediction");
    f.required("hours", &D::hours, "until its battery is empty, at power_mw; null: as that");
    f.required("predicted_hours", &D::predicted_hours, "the same, computed");
  }
};

/// Nothing where a policy was not measured, which `reason` explains.
struct LivePolicy {
  std::string policy, reason;
  std::optional<std::uint64_t> plan_id;
  std::optional<double> predicted_rounds_per_second;
  /// Measured, the slowest app's; in host time times the time scale.
  std::optional<double> rounds_per_second, rounds_per_host_second;
  std::optional<double> model_percent, wall_percent;    ///< off the prediction
  std::optional<double> latency_percent;                ///< largest distance of a p50 from the virtual run's
  std::optional<double> energy_percent, power_percent;  ///< farthest an app's and a device's is off
  std::optional<double> lag_p50_us, lag_p99_us, shortest_task_us;
  std::optional<double> times_first, predicted_times_first;  ///< rate relative to the first policy's
  std::uint64_t runs = 0, failed = 0, out_of_order = 0;
  std::vector<LivePipeline> pipelines;
  std::vector<LiveDevice> devices;
  static void fields(auto& f) {
    using P = LivePolicy;
    f.required("policy", &P::policy, "what chose the plan");
    f.optional("reason", &P::reason, "why it was not measured: the figures are null");
    f.required("plan_id", &P::plan_id, "the plan");
    f.required("predicted_rounds_per_second", &P::predicted_rounds_per_second, "computed");
    f.required("rounds_per_second", &P::rounds_per_second, "measured in model time");
    f.required("rounds_per_host_second", &P::rounds_per_host_second, "in host time, times the time scale");
    f.required("model_percent", &P::model_percent, "off the prediction");
    f.required("wall_percent", &P::wall_percent, "off the prediction");
    f.required("latency_percent", &P::latency_percent, "farthest p50 from the virtual run's");
    f.required("energy_percent", &P::energy_percent,
               "energy of a run off its prediction, the farthest app's");
    f.required("power_percent", &P::power_percent, "power off its prediction, the farthest device's");
    f.required("lag_p50_us", &P::lag_p50_us, "host behind model time");
    f.required("lag_p99_us", &P::lag_p99_us, "host behind model time");
    f.required("shortest_task_us", &P::shortest_task_us, "of the plan, in host time");
    f.required("times_first", &P::times_first, "measured rate, the first policy's as 1");
    f.required("predicted_times_first", &P::predicted_times_first, "the same, computed");
    f.required("runs", &P::runs, "results in the window");
    f.required("failed", &P::failed, "attempts that failed in it");
    f.required("out_of_order", &P::out_of_order, "results not in the order of their runs");
    f.required("pipelines", &P::pipelines, "one for each app");
    f.required("devices", &P::devices, "one for each device that is present");
    f.required("predicted", &P::predicted_rounds_per_second, "old name of predicted_rounds_per_second");
    f.required("model", &P::rounds_per_second, "old name of rounds_per_second");
    f.required("wall", &P::rounds_per_host_second, "old name of rounds_per_host_second");
  }
};

/// `body`: that the plan is carried out on. Where an app has fewer than two results, the rate of the slowest
/// app is not known.
[[nodiscard]] LivePolicy measure_live(const schemas::CollaborationPlan& plan, const LiveSamples& samples,
                                      const schemas::BodyView& body);

struct LiveReport {
  std::string body, link;
  double time_scale = 1, seconds = 0;
  std::vector<LivePolicy> policies;
  std::uint64_t checked = 0, different = 0;  ///< results beside the whole network on one device
  static void fields(auto& f) {
    using R = LiveReport;
    f.required("body", &R::body, "the body");
    f.required("link", &R::link, "between all pairs");
    f.required("time_scale", &R::time_scale, "host seconds per model second");
    f.required("seconds", &R::seconds, "host time of each measurement");
    f.required("policies", &R::policies, "in the order asked for");
    f.required("checked", &R::checked, "results computed again on one device");
    f.required("different", &R::different, "of them, not equal to the bit");
  }
};

[[nodiscard]] std::string to_text(const LiveReport& report);

}  // namespace synergy::cli

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::LiveReport>();
