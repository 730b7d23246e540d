// Least cost of finishing a route, for any weights of time, energy and units: one backward pass over
// boundaries and devices instead of an enumeration.
//
// It forgets that a device serves a pipeline once at most, so it may be lower than any real route's cost,
// never higher: a bound to cut searches with, and (summed over the pipelines) the dual function of the whole
// problem.
#pragma once

#include <limits>
#include <vector>

#include "route.hpp"

namespace synergy::planner::search {

enum class Sharing : std::uint8_t {
  kUnknown,  ///< switches are not counted
  kShared,   ///< every chunk pays its switch
  kSingle,   ///< one chunk at most
};

struct Weights {
  double time = 0, energy = 0;   ///< of the sums over pipelines
  std::vector<double> unit;      ///< of a unit's load, by device x kUnits + unit; empty: none
  std::vector<double> chunk;     ///< per chunk on a device; empty: none
  std::vector<double> memory;    ///< per share of a device's weight memory; empty: none
  std::vector<Sharing> sharing;  ///< by device; empty: unknown
};

/// So large a part of the prices of `a`, and the rest of those of `b`. Both have prices of the same things.
[[nodiscard]] Weights between(const Weights& a, const Weights& b, double part_of_a);

/// What the parts of a route cost under some weights. Borrows both.
class Prices {
 public:
  Prices(const Space& space, std::size_t pipeline, const Weights& weights)
      : space_(space),
        table_(space.pipelines[pipeline]),
        weights_(weights),
        time_(weights.time * space.time_parts[pipeline]),
        energy_(weights.energy * space.energy_parts[pipeline]),
        rate_(space.rates[pipeline]) {}

  [[nodiscard]] double source(int device) const {
    const auto k = kind(device);
    return time_ * (table_.sense + table_.prepare[k]) + energy_ * table_.prepare_energy[k] +
           unit(device, kSensor) * table_.sense + unit(device, kCpu) * table_.prepare[k] +
           battery(device) * table_.prepare_energy[k];
  }
  [[nodiscard]] double target(int device) const {
    return (time_ + unit(device, kActuator)) * table_.interact;
  }
  [[nodiscard]] double edge(const Edge& edge, int from, int to) const {
    if (!edge.valid) return kInfinite;
    double sum = time_ * edge.time + energy_ * edge.energy;
    if (weights_.unit.empty()) return sum;
    sum += unit(from, kCpu) * edge.cpu_from + unit(from, kAccelerator) * edge.accelerator_from;
    sum += (unit(from, kTx) + unit(to, kRx)) * edge.radio;
    sum += battery(from) * edge.energy_from + battery(to) * edge.energy_to;
    return sum + unit(to, kCpu) * edge.cpu_to + unit(to, kAccelerator) * edge.accelerator_to;
  }
  [[nodiscard]] const Edge& edge_at(std::size_t b, int from, int to) const {
    return table_.edge(b, kind(from), kind(to));
  }
  [[nodiscard]] double first(int source, int device) const {
    return edge(source == device ? table_.first_local(kind(device)) : edge_at(0, source, device), source,
                device);
  }
  [[nodiscard]] double last(int device, int target) const {
    return edge(
        device == target ? table_.last_local(kind(device)) : edge_at(table_.segments(), device, target),
        device, target);
  }
  [[nodiscard]] double middle(std::size_t b, int from, int to) const {
    return edge(edge_at(b, from, to), from, to);
  }
  [[nodiscard]] double node(int device, std::size_t i, std::size_t j) const;

  static constexpr double kInfinite = std::numeric_limits<double>::infinity();

 private:
  [[nodiscard]] std::size_t kind(int device) const { return space_.kind_of[std::size_t(device)]; }
  [[nodiscard]] double unit(int device, std::size_t part) const {
    return weights_.unit.empty() ? 0 : rate_ * weights_.unit[std::size_t(device) * kUnits + part];
  }

  /// Of a uJ.
  [[nodiscard]] double battery(int device) const { return unit(device, kBattery) * space_.per_uj(device); }

  const Space& space_;
  const PipelineTable& table_;
  const Weights& weights_;
  double time_, energy_, rate_;  ///< the weights, and the pipeline's own in them
};

class Completion {
 public:
  Completion(const Space& space, std::size_t pipeline, const Weights& weights);

  /// Of any whole route.
  [[nodiscard]] double least() const { return least_; }
  /// After a chunk that ended at boundary `b` on `device`, its unload not yet paid.
  [[nodiscard]] double after(std::size_t b, int device) const { return after_[index(b, device)]; }
  /// With the input of a chunk loaded at boundary `b` on `device`.
  [[nodiscard]] double from(std::size_t b, int device) const { return from_[index(b, device)]; }
  /// A route of least cost; it may come back to a device. Nothing where there is none.
  [[nodiscard]] std::optional<Route> trace() const;

 private:
  [[nodiscard]] std::size_t index(std::size_t b, int device) const {
    return b * devices_ + std::size_t(device);
  }

  const Space& space_;
  std::size_t pipeline_, devices_;
  Prices prices_;
  std::vector<double> after_, from_;
  double least_ = Prices::kInfinite;
};

}  // namespace synergy::planner::search
