// How the mesh is used: makes `state/use` of the heartbeats, results, failures and plans of the last seconds.
//
// The window slides with host time. Percentiles are exact: by nearest rank, over the runs in the window. Of
// an app that makes more than kMostRunsOfApp runs in a window, only the newest count. Memory is bounded,
// however many processes and apps send.
//
// Pure: time comes in as an argument. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/monitor/followed.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::monitor {

/// Host time that the figures cover: twenty heartbeats, so that the last one's age hardly matters.
inline constexpr Duration kUseWindow = std::chrono::seconds(5);
inline constexpr Duration kUsePeriod = std::chrono::seconds(1);
/// Apps followed at most, beside and including the plan's; those of the plan are never forgotten for others.
inline constexpr std::size_t kMostApps = 128;
inline constexpr std::size_t kMostRunsOfApp = 2048;

/// The last runs of one app.
class RunWindow {
 public:
  /// A result that was heard already is not counted again.
  void add(const schemas::RunResult& result, MonotonicTime now);
  void add_failure(MonotonicTime now);
  void forget_before(MonotonicTime begin);
  [[nodiscard]] bool empty() const { return ended_.empty() && failed_.empty(); }

  /// `window`: what the runs kept are the whole of. Rates are between the first and the last of them, and
  /// fall when the next is overdue.
  [[nodiscard]] schemas::PipelineUse use(const AppId& app, MonotonicTime now, Duration window,
                                         double time_scale) const;

 private:
  struct Ended {
    std::uint64_t run = 0;
    MonotonicTime heard{};
    ModelTime ended{};
    double latency_us = 0, lag_us = 0, energy_uj = 0;
    bool generated = false;
  };
  void forget_first();
  void add_rates(MonotonicTime now, Duration window, double time_scale, schemas::PipelineUse& use) const;

  std::deque<Ended> ended_;
  std::set<std::uint64_t> runs_;  ///< of ended_
  std::deque<MonotonicTime> failed_;
};

/// The last heartbeats' counters of one process.
class CounterWindow {
 public:
  /// Of a process that started again, what was counted before is forgotten.
  void add(const schemas::Health& health, MonotonicTime now);
  /// Keeps one sample from before `begin`, to count from; none when there is none after it.
  void forget_before(MonotonicTime begin);
  [[nodiscard]] bool empty() const { return samples_.empty(); }
  [[nodiscard]] std::size_t size() const { return samples_.size(); }

  [[nodiscard]] schemas::BusUse since_start() const;
  [[nodiscard]] schemas::BusUse in_window() const;
  [[nodiscard]] double lag_p99_us() const;  ///< the worst told in the window
  /// Share of the model time between the first and the last sample; 0 to 1.
  [[nodiscard]] double busy(schemas::Unit unit, double time_scale) const;
  [[nodiscard]] std::uint64_t queue(schemas::Unit unit) const;
  /// Of the tasks that the process counted, over the model time between the first and the last sample: mW.
  /// Nothing where it does not count them, or was heard of once only.
  [[nodiscard]] std::optional<double> tasks_mw(double time_scale) const;

 private:
  static constexpr std::size_t kBusCounters = 7, kUnits = 6;
  struct Sample {
    MonotonicTime time{};
    std::array<std::uint64_t, kBusCounters> bus{};
    std::array<std::uint64_t, kUnits> busy_us{}, queue{};
    std::optional<std::uint64_t> energy_uj;
    double lag_p99_us = 0;
  };
  static Sample sample_of(const schemas::Health& health, MonotonicTime now);
  static schemas::BusUse bus_use(const Sample& first, const Sample& last);

  std::uint64_t instance_ = 0;
  std::deque<Sample> samples_;
};

class Usage {
 public:
  explicit Usage(const schemas::BodyView& body, MonotonicTime now);

  void hear(const schemas::Health& health, MonotonicTime now);
  void hear(const schemas::RunResult& result, MonotonicTime now);
  void hear(const schemas::RunFailed& failed, MonotonicTime now);
  void hear(const schemas::CollaborationPlan& plan);
  /// The body as it is now. Until the first, nothing is known of what its devices draw.
  void hear(const schemas::BodyView& body) { body_ = body; }

  /// What the last kUseWindow was like; forgets what is older.
  [[nodiscard]] schemas::MeshUse use(MonotonicTime now);

 private:
  void add_pipelines(MonotonicTime now, schemas::MeshUse& use) const;
  /// The rate of the pipelines that are to have the lowest.
  void add_lowest_rate(schemas::MeshUse& use) const;
  void add_units(schemas::MeshUse& use) const;
  void add_devices(schemas::MeshUse& use) const;
  void add_processes(schemas::MeshUse& use) const;

  double time_scale_;
  std::vector<DeviceId> devices_;
  MonotonicTime begun_;
  Followed<std::string, CounterWindow> processes_;
  Followed<AppId, RunWindow> apps_;
  struct Planned {
    AppId app;
    double runs_per_second = 0, energy_uj = 0;
  };
  std::vector<Planned> planned_;           ///< the plan's apps, in its order
  std::map<DeviceId, double> planned_mw_;  ///< what the plan says of each device's power
  std::optional<schemas::BodyView> body_;
  schemas::MeshUse plan_;  ///< what the plan in force tells; the rest of it stays as it is
  std::uint64_t switch_us_ = 0;
};

}  // namespace synergy::monitor
