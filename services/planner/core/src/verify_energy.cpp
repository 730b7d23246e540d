#include "verify_energy.hpp"

#include <cmath>
#include <map>
#include <optional>

#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/mcu.hpp"
#include "synergy/accel_model/placement.hpp"

namespace synergy::planner {
namespace {

using schemas::Step;
using schemas::TaskKind;

Error wrong(const std::string& what) { return {ErrorCode::kInvalid, what}; }

bool is_same(double expected, double found, double rounding = 0) {
  return std::abs(expected - found) <= rounding + 1e-9 * std::abs(expected);
}

Status expect(double expected, double found, const std::string& what, const char* unit, double rounding = 0) {
  if (is_same(expected, found, rounding)) return {};
  return wrong(what + " is " + std::to_string(expected) + " " + unit + ", not " + std::to_string(found));
}

struct Ends {
  double sender_uj = 0, receiver_uj = 0;
};

class Energies {
 public:
  Energies(const Problem& problem, const Pipeline& pipeline, const schemas::ExecutionPlan& execution,
           const std::set<DeviceId>& reloads)
      : body_(problem.body), pipeline_(pipeline), execution_(execution), reloads_(reloads) {}

  Status check() {
    for (const auto& chunk : execution_.chunks)
      if (auto status = add_cost(chunk); !status) return status;
    double sum = 0;
    for (std::size_t s = 0; s < execution_.steps.size(); ++s) {
      const auto& step = execution_.steps[s];
      const auto ends = of(step);
      // Durations are rounded to whole ns, part by part.
      const double rounding = 4e-6 * (radio_mw() + mcu_mw(step.device) +
                                      (step.kind == TaskKind::kTransfer ? mcu_mw(step.to) : 0));
      const auto what = "step " + std::to_string(s) + ", " + std::string(schemas::name_of(step.kind));
      if (auto status = expect(ends.sender_uj + ends.receiver_uj, step.energy_uj, what + ": its energy", "uJ",
                               rounding);
          !status)
        return status;
      if (auto status = expect(ends.receiver_uj, step.receiver_energy_uj, what + ": its receiver's energy",
                               "uJ", rounding);
          !status)
        return status;
      sum += step.energy_uj;
    }
    return expect(sum, execution_.energy_uj, "the energy of a run", "uJ", 1e-9);
  }

 private:
  [[nodiscard]] const schemas::DeviceProfile& profile(const DeviceId& device) const {
    return body_.profile_of(*body_.find(device));
  }
  /// Above sleep, in proportion to the clock.
  [[nodiscard]] double mcu_mw(const DeviceId& device) const {
    const auto& mcu = profile(device);
    return (mcu.mcu_active_mw.value - mcu.mcu_sleep_mw.value) * mcu.mcu_clock_mhz.value /
           accel_model::measured_at_mcu_mhz(mcu);
  }
  [[nodiscard]] double radio_mw() const { return body_.link.tx_mw.value + body_.link.rx_mw.value; }

  Status add_cost(const schemas::Chunk& chunk) {
    const auto cut = accel_model::chunk_of(pipeline_.model.program, chunk.first_layer, chunk.last_layer);
    const accel_model::Program* alone[] = {&cut};
    const auto placed = accel_model::place(alone, profile(chunk.device).accelerator);
    if (!placed) return placed.error();
    costs_.push_back(accel_model::chunk_cost(cut, profile(chunk.device), placed->programs.front()));
    return {};
  }

  /// The MCU of each end is awake for as long as a streamed transfer takes.
  [[nodiscard]] Ends of_transfer(const Step& step) const {
    const auto& link = body_.link;
    double air_ns = link.message_overhead_us.value * 1e3;
    if (link.bytes_per_second.value > 0) air_ns += double(step.bytes) * 1e9 / link.bytes_per_second.value;
    const double held_ms = double(step.duration.count()) * 1e-6;
    Ends ends{link.tx_mw.value * air_ns * 1e-6, link.rx_mw.value * air_ns * 1e-6};
    if (step.unloads) ends.sender_uj += mcu_mw(step.device) * held_ms + costs_[step.chunk].unload_uj;
    if (step.loads)
      ends.receiver_uj += mcu_mw(step.to) * held_ms + costs_[step.chunk + (step.unloads ? 1 : 0)].load_uj;
    return ends;
  }

  [[nodiscard]] Ends of(const Step& step) const {
    const double by_mcu = mcu_mw(step.device) * double(step.duration.count()) * 1e-6;
    switch (step.kind) {
      case TaskKind::kSense:
      case TaskKind::kInteract:
        return {};
      case TaskKind::kPrepare:
      case TaskKind::kUnpack:
        return {by_mcu, 0};
      case TaskKind::kSwitch: {
        const auto& cost = costs_[step.chunk];
        return {by_mcu + cost.switch_uj + (reloads_.contains(step.device) ? cost.weight_load_uj : 0), 0};
      }
      case TaskKind::kLoad:
        return {by_mcu + costs_[step.chunk].load_uj, 0};
      case TaskKind::kInfer:
        return {costs_[step.chunk].infer_uj, 0};
      case TaskKind::kUnload:
        return {by_mcu + costs_[step.chunk].unload_uj, 0};
      case TaskKind::kTransfer:
        return of_transfer(step);
    }
    return {};
  }

  const schemas::BodyView& body_;
  const Pipeline& pipeline_;
  const schemas::ExecutionPlan& execution_;
  const std::set<DeviceId>& reloads_;
  std::vector<accel_model::ChunkCost> costs_;
};

/// Tasks of all apps by device, at the plan's rates: uJ a second.
std::map<DeviceId, double> task_power_uw(const schemas::CollaborationPlan& plan) {
  std::map<DeviceId, double> power;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions) {
      const double often = execution.share * pipeline.runs_per_second;
      for (const auto& step : execution.steps) {
        power[step.device] += often * (step.energy_uj - step.receiver_energy_uj);
        if (step.receiver_energy_uj > 0) power[step.to] += often * step.receiver_energy_uj;
      }
    }
  return power;
}

Status verify_hours(const schemas::BodyView& body, const schemas::Device& device,
                    const schemas::DevicePower& told) {
  const auto where = "device '" + device.id.text() + "'";
  const auto known = body.batteries.find(device.id.text());
  const double part = known == body.batteries.end() ? 1 : known->second / 100.0;
  const double energy_mwh = body.profile_of(device).battery_energy_mwh() * part;
  if (told.hours.has_value() != (told.power_mw > 0))
    return wrong(where + ": a battery lasts for hours where something drains it, and only there");
  if (!told.hours || *told.hours == schemas::kMaxNumber) return {};
  return expect(energy_mwh, *told.hours * told.power_mw, where + ": what its battery holds", "mWh");
}

}  // namespace

Status verify_energy(const Problem& problem, const schemas::CollaborationPlan& plan,
                     const std::set<DeviceId>& reloads) {
  double energy = 0, runs = 0;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& pipeline = plan.pipelines[p];
    const auto where = "app '" + pipeline.app.text() + "'";
    double mean = 0;
    for (const auto& execution : pipeline.executions) {
      if (auto status = Energies(problem, problem.pipelines[p], execution, reloads).check(); !status)
        return status.error().at(where);
      mean += execution.share * execution.energy_uj;
    }
    if (auto status = expect(mean, pipeline.energy_uj, where + ": the energy of a run", "uJ", 1e-9); !status)
      return status;
    energy += pipeline.runs_per_second * pipeline.energy_uj;
    runs += pipeline.runs_per_second;
  }
  if (!(runs > 0)) return expect(0, plan.energy_uj, "the energy of a run of a plan without runs", "uJ");
  return expect(energy, plan.energy_uj * runs, "the energy of all runs of a second", "uJ", 1e-9);
}

Status verify_power(const schemas::BodyView& body, const schemas::CollaborationPlan& plan) {
  const auto tasks_uw = task_power_uw(plan);
  std::size_t next = 0;
  for (const auto& device : body.devices) {
    if (body.is_absent(device.id)) continue;
    if (next == plan.devices.size() || plan.devices[next].device != device.id)
      return wrong("the power of device '" + device.id.text() + "' is not told in its place");
    const auto& told = plan.devices[next++];
    const auto tasks = tasks_uw.find(device.id);
    const double idle_mw = body.profile_of(device).mcu_sleep_mw.value + body.link.idle_mw.value;
    const double expected = idle_mw + (tasks == tasks_uw.end() ? 0 : tasks->second / 1000);
    if (auto status = expect(expected, told.power_mw, "device '" + device.id.text() + "': its power", "mW");
        !status)
      return status;
    if (auto status = verify_hours(body, device, told); !status) return status;
  }
  if (next != plan.devices.size()) return wrong("the power of a device that is not there is told");
  return {};
}

}  // namespace synergy::planner
