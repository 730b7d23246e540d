#include "synergy/harvested/deadlines.hpp"

#include <algorithm>
#include <cmath>

#include "policies/planned.hpp"
#include "synergy/base/check.hpp"
#include "synergy/intermittent/once.hpp"

namespace synergy::harvested {
namespace {

using accel_model::StoreEvent;

/// A device that works off the segments of `once`, as costs alone.
class Scan {
 public:
  Scan(const Chain& chain, const DeviceFigures& device, const accel_model::HarvestTrace& trace,
       const RunSettings& settings, std::vector<Segment> plan)
      : chain_(chain),
        settings_(device.store),
        plan_(std::move(plan)),
        end_(settings.length),
        store_(device.store, trace, {.at = {}, .into_trace = settings.into_trace, .volts = settings.volts}) {}

  /// When an input that comes then is done.
  std::optional<ModelTime> serve(ModelTime arrival) {
    if (arrival > store_.now()) {
      give_up_power();
      store_.stay_off();
      (void)store_.advance(arrival, {});
      store_.wake_at(settings_.thresholds.on_v);
    }
    for (const auto& segment : plan_)
      if (!work_off(segment)) return std::nullopt;
    return store_.now();
  }

 private:
  bool work_off(const Segment& segment) {
    if (powered_ && store_.charge_uj() < charge_needed_uj(settings_, costs(segment))) give_up_power();
    if (!powered_) {
      if (store_.advance(end_, {}).event != StoreEvent::kWoke) return false;
      if (store_.advance(end_, {}).event != StoreEvent::kBooted) return false;
      powered_ = true;
    }
    for (const auto& cost : costs(segment)) {
      if (store_.now() + cost.time > end_) return false;
      (void)store_.advance(store_.now() + cost.time, load_of(settings_, cost));
    }
    resident_ = segment;
    return true;
  }
  void give_up_power() {
    store_.power_off();
    powered_ = false;
    resident_.reset();
  }
  [[nodiscard]] std::vector<Cost> costs(const Segment& segment) const {
    const auto& range = chain_.range(segment.from, segment.to);
    std::vector<Cost> costs;
    if (resident_ != segment) costs = {range.weights, range.registers};
    for (const auto& cost :
         {range.steps.restore, range.steps.load, range.steps.infer, range.steps.unload, range.steps.save})
      costs.push_back(cost);
    return costs;
  }

  const Chain& chain_;
  const accel_model::StoreSettings& settings_;
  std::vector<Segment> plan_;
  ModelTime end_;
  accel_model::EnergyStore store_;
  bool powered_ = false;
  std::optional<Segment> resident_;
};

}  // namespace

double share_within(const Latencies& latencies, Duration deadline) {
  if (latencies.empty()) return 1;
  const auto met = std::count_if(latencies.begin(), latencies.end(),
                                 [&](const auto& latency) { return latency && *latency <= deadline; });
  return double(met) / double(latencies.size());
}

std::optional<Duration> deadline_for(const Latencies& latencies, double share) {
  std::vector<Duration> done;
  for (const auto& latency : latencies)
    if (latency) done.push_back(*latency);
  std::sort(done.begin(), done.end());
  const auto needed = std::size_t(std::ceil(share * double(latencies.size()) - 1e-9));
  if (needed == 0) return Duration::zero();
  if (needed > done.size()) return std::nullopt;
  return done[needed - 1];
}

std::vector<Duration> every(Duration period, Duration length) {
  SYNERGY_CHECK(period > Duration::zero(), "a period is above 0");
  std::vector<Duration> arrivals;
  for (Duration at{}; at < length; at += period) arrivals.push_back(at);
  return arrivals;
}

Result<Latencies> computed_latencies(const Chain& chain, const DeviceFigures& device,
                                     const accel_model::HarvestTrace& trace, const RunSettings& settings,
                                     std::span<const Duration> arrivals) {
  const auto capacity = plan_capacity(chain, device);
  if (!capacity) return capacity.error();
  if (auto checked = check_segments(chain, device, *capacity); !checked) return checked.error();
  auto plan = intermittent::once(chain, *capacity);
  if (!plan) return plan.error();
  Scan scan(chain, device, trace, settings, std::move(plan->segments));
  Latencies latencies;
  bool over = false;
  for (const auto arrival : arrivals) {
    const auto done = over ? std::nullopt : scan.serve(ModelTime{arrival});
    over = !done;
    latencies.push_back(done ? std::optional(done->time_since_epoch() - arrival) : std::nullopt);
  }
  return latencies;
}

Latencies measured_latencies(const RunReport& report, std::span<const Duration> arrivals) {
  Latencies latencies(arrivals.size());
  for (const auto& result : report.results)
    latencies[result.number] = result.at.time_since_epoch() - arrivals[result.number];
  return latencies;
}

}  // namespace synergy::harvested
