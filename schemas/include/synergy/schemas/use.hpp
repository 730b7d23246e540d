// How the mesh is used: what the monitor counts over a sliding window, published once a second.
//
// What a reader gets wrong: rates come twice, in model time and in host time. They differ by the body's
// time_scale, and by what a host that is too slow loses; only the one in model time compares with a plan.
#pragma once

#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// The lag p99 above which the host is too slow for the body's time_scale: what people see on the bus is then
/// not when it happens on the hardware.
inline constexpr Duration kTooSlowLag = std::chrono::milliseconds(100);

struct UnitUse {
  DeviceId device;
  Unit unit = Unit::kCpu;
  double busy = 0;          ///< share of the window's model time, 0 to 1
  std::uint64_t queue = 0;  ///< tasks that wait for it

  static void fields(auto& f) {
    using U = UnitUse;
    f.required("device", &U::device, "the device", kPlainName);
    f.required("unit", &U::unit, "the unit");
    f.required("busy", &U::busy, "share of the window that tasks held it, 0 to 1",
               in_unit("share", amount(1)));
    f.required("queue", &U::queue, "tasks that wait for it");
  }
  bool operator==(const UnitUse&) const = default;
};

/// One app's pipeline. Latencies are model time, queueing included; lags are host time.
struct PipelineUse {
  AppId app;
  std::uint64_t completed = 0, failed = 0;
  double runs_per_second = 0, runs_per_host_second = 0;
  std::optional<double> predicted_runs_per_second = std::nullopt;  ///< nothing: not of the plan in force
  double latency_p50_us = 0, latency_p95_us = 0, latency_p99_us = 0;
  double lag_p50_us = 0, lag_p99_us = 0;
  double energy_uj = 0;
  std::optional<double> predicted_energy_uj = std::nullopt;  ///< nothing: as predicted_runs_per_second
  bool generated = false;  ///< some of the results were computed from generated noise

  static void fields(auto& f) {
    using P = PipelineUse;
    f.required("app", &P::app, "the app", kPlainName);
    f.required("completed", &P::completed, "runs with a result, in the window");
    f.required("failed", &P::failed, "attempts that did not come through, in the window");
    f.required("runs_per_second", &P::runs_per_second, "in model time", amount());
    f.optional("predicted_runs_per_second", &P::predicted_runs_per_second,
               "by the plan in force; null: it does not serve the app", amount());
    f.required("runs_per_host_second", &P::runs_per_host_second, "in host time", amount());
    f.required("latency_p50_us", &P::latency_p50_us, "of a run, model time, queueing included", amount());
    f.required("latency_p95_us", &P::latency_p95_us, "95th percentile", amount());
    f.required("latency_p99_us", &P::latency_p99_us, "99th percentile", amount());
    f.required("lag_p50_us", &P::lag_p50_us, "host time behind model time when a run ended", amount());
    f.required("lag_p99_us", &P::lag_p99_us, "99th percentile", amount());
    f.required("energy_uj", &P::energy_uj, "tasks of a run, mean", amount());
    f.optional("predicted_energy_uj", &P::predicted_energy_uj,
               "the same, by the plan in force; null: it does not serve the app", amount());
    f.optional("generated", &P::generated, "results in the window were computed from generated noise");
  }
  bool operator==(const PipelineUse&) const = default;
};

/// What a device draws: its idle power, and the energy of the tasks that its executor counted in the window,
/// over the window's model time. A task counts when it ends, whole.
struct DeviceUse {
  DeviceId device;
  std::optional<double> power_mw = std::nullopt;  ///< nothing: not told of two times in the window
  std::optional<double> predicted_power_mw = std::nullopt;
  std::optional<double> hours = std::nullopt, predicted_hours = std::nullopt;
  std::uint32_t battery_percent = 100;

  static void fields(auto& f) {
    using D = DeviceUse;
    f.required("device", &D::device, "the device", kPlainName);
    f.optional("power_mw", &D::power_mw,
               "measured, in model time: idle power and its part of all tasks; null: not known", amount());
    f.optional("predicted_power_mw", &D::predicted_power_mw,
               "by the plan in force; null: it does not know the device", amount());
    f.optional("hours", &D::hours, "until its battery is empty, at power_mw; null: as that",
               in_unit("hours", amount()));
    f.optional("predicted_hours", &D::predicted_hours, "the same, at predicted_power_mw; null: as that",
               in_unit("hours", amount()));
    f.required("battery_percent", &D::battery_percent, "left of its battery", in_unit("percent"));
  }
  bool operator==(const DeviceUse&) const = default;
};

/// What participants counted at their place on the bus.
struct BusUse {
  std::uint64_t sent = 0, received = 0;
  std::uint64_t bytes_sent = 0, bytes_received = 0;
  std::uint64_t gaps = 0, dropped = 0, retries = 0;

  static void fields(auto& f) {
    using B = BusUse;
    f.required("sent", &B::sent, "messages");
    f.required("received", &B::received, "messages");
    f.required("bytes_sent", &B::bytes_sent, "of them");
    f.required("bytes_received", &B::bytes_received, "of them");
    f.required("gaps", &B::gaps, "messages missed, by their sequence numbers");
    f.required("dropped", &B::dropped, "messages given up at a full queue");
    f.required("retries", &B::retries, "commands sent again");
  }
  bool operator==(const BusUse&) const = default;
};

struct ProcessUse {
  std::string process;
  double lag_p99_us = 0;  ///< as the process itself reports; 0 where it does not
  BusUse bus;             ///< in the window

  static void fields(auto& f) {
    using P = ProcessUse;
    f.required("process", &P::process, "the process's name", text_of(1, kMaxProcessNameBytes));
    f.required("lag_p99_us", &P::lag_p99_us, "host time behind model time; 0: not told", amount());
    f.required("bus", &P::bus, "its counters, in the window");
  }
  bool operator==(const ProcessUse&) const = default;
};

/// State topic `state/use`.
struct MeshUse {
  Duration window{0};  ///< host time that the figures cover; less than usual after a start
  double time_scale = 1;
  std::uint64_t plan_id = 0;  ///< in force; 0: none
  double rounds_per_second = 0, predicted_rounds_per_second = 0;
  std::uint64_t planning_us = 0, switch_us = 0;
  double lag_p99_us = 0;
  std::vector<UnitUse> units;
  std::vector<DeviceUse> devices;  ///< present ones, in body order
  std::vector<PipelineUse> pipelines;
  std::vector<ProcessUse> processes;
  BusUse bus;

  static constexpr MessageName kMessage{"use", 1, 1, "state/use"};
  static void fields(auto& f) {
    using U = MeshUse;
    f.required("window_ns", &U::window, "host time that the figures cover", kIsDuration);
    f.required("time_scale", &U::time_scale, "host seconds per emulated second",
               in_unit("host seconds per model second", amount(kMaxTimeScale)));
    f.required("plan_id", &U::plan_id, "the plan in force; 0: none");
    f.required("rounds_per_second", &U::rounds_per_second,
               "measured, model time: of the app that is to have the lowest rate", amount());
    f.required("predicted_rounds_per_second", &U::predicted_rounds_per_second,
               "by the plan: the lowest of its apps' rates", amount());
    f.required("planning_us", &U::planning_us, "time spent on the plan in force");
    f.required("switch_us", &U::switch_us, "the last change of plans, from drain to deployed; 0: not told");
    f.required("lag_p99_us", &U::lag_p99_us, "the worst of all pipelines and processes", amount());
    f.required("units", &U::units, "of every device heard of in the window");
    f.optional("devices", &U::devices, "what each present device draws, in body order");
    f.required("pipelines", &U::pipelines, "of the plan, and others with results in the window");
    f.required("processes", &U::processes, "heard of in the window, by name");
    f.required("bus", &U::bus, "counters of these processes since they started, summed");
  }
  bool operator==(const MeshUse&) const = default;
  [[nodiscard]] bool host_is_too_slow() const { return lag_p99_us * 1e3 > double(kTooSlowLag.count()); }
};

// The field lists are instantiated once, in src/.
extern template const StructInfo& describe<UnitUse>();
extern template const StructInfo& describe<DeviceUse>();
extern template const StructInfo& describe<PipelineUse>();
extern template const StructInfo& describe<BusUse>();
extern template const StructInfo& describe<ProcessUse>();
extern template const StructInfo& describe<MeshUse>();

}  // namespace synergy::schemas
