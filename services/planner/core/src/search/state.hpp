// A collaboration plan under construction: a route for some of the pipelines, and what they add up to.
//
// Everything it says of an unfinished plan is a lower bound for all plans that continue it, because every sum
// only grows as routes are added. Memory is judged in two steps: sums that can only grow (columns of each
// processor, weight store, layer registers, tensor buffers) at once, and the exact placement at the end.
// (Exact placement is not monotone: a set that does not fit may fit with one more chunk in between, which
// moves what follows.)
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "fit.hpp"
#include "route.hpp"

namespace synergy::planner::search {

/// What a plan costs. `value` is minimised.
struct Value {
  double value = 0, time = 0, energy = 0, peak = 0;
};

/// By pipeline: (device x kUnits + unit, ns); a unit may stand more than once.
using UnitLoads = std::vector<std::vector<std::pair<std::uint32_t, double>>>;

class State {
 public:
  explicit State(const Space& space);

  /// Whether every growing sum stays within its limit.
  [[nodiscard]] bool admits(const Route& route) const { return fits(route); }
  /// False, and nothing changed, where one would not.
  [[nodiscard]] bool add(const Route& route);
  void remove(const Route& route);

  [[nodiscard]] Value value() const;
  [[nodiscard]] double load(std::uint32_t unit) const;
  /// Load of cpu and accelerator that switches add where a chunk of the pipeline, with this cost, comes to a
  /// device, the other chunk's included if it is the second there.
  [[nodiscard]] double added_switch(std::size_t pipeline, int device, const SwitchCost& cost) const {
    const auto& on = devices_[std::size_t(device)];
    if (on.chunks == 0) return 0;
    return space_.rates[pipeline] * cost.time + (on.chunks == 1 ? on.switches.load : 0);
  }
  [[nodiscard]] std::size_t chunks_on(int device) const { return devices_[std::size_t(device)].chunks; }

  /// Of a finished plan (a route for every pipeline, in any order): its exact value, or nothing where the
  /// chunks of a device do not fit or a deadline or rate is missed.
  [[nodiscard]] static std::optional<Value> judge(const Space& space, Fit& fit,
                                                  const std::vector<const Route*>& routes);

  /// Of a finished plan: each unit's load at the space's rates, by device x kUnits + unit. Nothing where the
  /// chunks of a device do not fit.
  [[nodiscard]] static std::optional<std::vector<double>> loads_at_rates(
      const Space& space, Fit& fit, const std::vector<const Route*>& routes);

  /// How long a run of each pipeline holds each unit in a finished plan, its switches included: (unit, ns),
  /// by pipeline. Without overlap there is one unit, which every task holds. Nothing where the plan is not
  /// allowed, rates and floors left out.
  [[nodiscard]] static std::optional<UnitLoads> loads_in_plan(const Space& space, Fit& fit,
                                                              const std::vector<const Route*>& routes);

 private:
  /// Sums, each with the pipelines' weights in it.
  struct Switches {
    double time = 0, energy = 0, load = 0, floor_load = 0, battery = 0;
  };
  struct OnDevice {
    std::size_t chunks = 0;
    Switches switches;  ///< of all chunks, paid where there are two or more
    std::array<std::uint32_t, accel_model::kProcessors> columns{};
    double weight_bytes = 0, layers = 0, sram = 0;
  };
  [[nodiscard]] static std::optional<State> finished(const Space& space, Fit& fit,
                                                     const std::vector<const Route*>& in_order,
                                                     std::vector<double>& times);
  [[nodiscard]] bool fits(const Route& route) const;
  [[nodiscard]] bool keeps_floors() const;
  [[nodiscard]] bool keeps_limits() const;
  void apply(const Route& route, double sign);
  /// Adds what a switch of the pipeline costs, so many times.
  void add_switch(std::size_t pipeline, int device, double time, double energy, double times);

  const Space& space_;
  std::vector<double> loads_;        ///< without switches
  std::vector<double> floor_loads_;  ///< where every pipeline runs at its floor; empty: none has one
  std::vector<OnDevice> devices_;
  double time_ = 0, energy_ = 0;
};

}  // namespace synergy::planner::search
