// The problem as tables of numbers, so that a search never asks the cost model twice: what every chunk, and
// every way from one chunk to the next, adds to time, energy and the load of units.
//
// Devices are numbered among those present, in body order; boundaries of a pipeline are its clean cuts with 0
// and the number of layers, so a chunk is a pair of boundaries. Costs depend on a device's profile ("kind")
// only. Times in ns, energies in uJ, as doubles (whole ns below 2^53 are exact).
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/planner/refusal.hpp"

namespace synergy::planner::search {

inline constexpr std::size_t kUnits = 8;
inline constexpr std::size_t kSensor = 0, kCpu = 1, kAccelerator = 2, kTx = 3, kRx = 4, kActuator = 5;
/// SRAM that holds input and output of a chunk one at a time only: as a unit, taken from the one's arrival to
/// the other's departure.
inline constexpr std::size_t kBuffer = 6;
/// In objective `lifetime` a device's battery is a unit, too: its load is the part of it that an hour takes.
inline constexpr std::size_t kBattery = 7;

/// From the accelerator of one device to that of the next: unload, unpack, transfer, load.
struct Edge {
  bool valid = false;
  double time = 0, energy = 0;
  double energy_from = 0, energy_to = 0;  ///< by end; their sum is `energy`
  double cpu_from = 0, accelerator_from = 0, radio = 0, cpu_to = 0, accelerator_to = 0;
};

/// What a switch to a chunk costs: cpu and accelerator for `time`.
struct SwitchCost {
  double time = 0, energy = 0;
};

/// A chunk on a kind of device.
struct Node {
  bool valid = false;
  double infer = 0, energy = 0;
  double buffer = 0;  ///< how long a run takes kBuffer, at least; 0 where both tensors have room
  double cycles = 0;
  SwitchCost program, weights;  ///< for SwitchKind::kProgram and kWeights
  double weight_bytes = 0;
  std::uint32_t layers = 0;
  std::array<std::uint16_t, accel_model::kProcessors> columns{};  ///< of weight memory, in each processor
  double columns_total = 0;
};

/// What a kind of device holds.
struct Capacity {
  bool counts_layers = false;  ///< registers of all resident chunks stay
  double layers = 0, weight_bytes = 0, sram = 0;
  std::array<std::uint16_t, accel_model::kProcessors> columns{};
  double columns_total = 0;
};

class PipelineTable {
 public:
  std::vector<std::uint32_t> bounds;  ///< layers: 0, clean cuts, count
  std::vector<int> sources, targets;  ///< device numbers, in body order
  bool has_one_source = false;        ///< all its runs take frames of one sensor, because these are fed
  std::size_t at_least = 1;
  double deadline = 0;  ///< ns; 0 = none
  double sense = 0, interact = 0;
  std::vector<double> prepare, prepare_energy;  ///< by kind
  std::vector<double> tensor_bytes;             ///< by boundary; the last: unreduced
  double result_bytes = 0;
  double intensity_input = 0, intensity_weights = 0;  ///< data intensity: input, then weight bytes

  [[nodiscard]] std::size_t segments() const { return bounds.size() - 1; }
  [[nodiscard]] const Node& node(std::size_t kind, std::size_t i, std::size_t j) const {
    return nodes[(kind * bounds.size() + i) * bounds.size() + j];
  }
  /// At boundary `b` from kind to kind; b = 0: from the source, b = segments(): to the target.
  [[nodiscard]] const Edge& edge(std::size_t b, std::size_t from, std::size_t to) const {
    return edges[(b * kinds + from) * kinds + to];
  }
  /// Source and first chunk, or last chunk and target, on one device.
  [[nodiscard]] const Edge& first_local(std::size_t kind) const { return locals[kind]; }
  [[nodiscard]] const Edge& last_local(std::size_t kind) const { return locals[kinds + kind]; }

  std::size_t kinds = 0;
  std::vector<Node> nodes;
  std::vector<Edge> edges, locals;
};

/// A device's battery, in parts of it an hour.
struct Battery {
  double per_uj = 0;  ///< for a run per ns that takes a uJ; 0: the device has none that could last
  double base = 0;    ///< what the device takes while it does nothing
  double limit = std::numeric_limits<double>::infinity();  ///< no plan may take more
  bool in_peak = false;                                    ///< whether it is to last as long as can be
};

class Space {
 public:
  /// Refuses with kInfeasible where a pipeline's source or target is nowhere. `model_only`: sensing,
  /// interaction and the ways to the first and from the last chunk cost nothing.
  [[nodiscard]] static Planned<Space> build(CostModel& costs, const SolveOptions& options,
                                            bool model_only = false);

  std::vector<DeviceId> devices;
  std::vector<std::size_t> kind_of;  ///< of each device
  std::vector<schemas::AcceleratorKind> chip_of;
  std::vector<Capacity> capacity;  ///< by kind
  std::vector<PipelineTable> pipelines;
  SolveOptions options;
  std::size_t max_chunks = 0;

  /// By pipeline: what its loads are multiplied with. A unit's load is the sum over the pipelines of rate x
  /// time that a run holds it. Where every pipeline runs once in a round, all rates are 1, and loads are ns a
  /// round; where rates are runs per ns, loads are parts of a unit's time.
  std::vector<double> rates;
  /// No unit's load may be greater; infinite: any may.
  double load_limit = std::numeric_limits<double>::infinity();
  /// By pipeline: runs per ns that it must be able to make, all at the same time. Empty: none has a floor.
  std::vector<double> floors;
  /// Memories hold whatever is put there. Only where it is asked what stands in the way of a plan.
  bool unlimited_memory = false;
  /// By pipeline: its weight in sums of time and of energy over the pipelines.
  std::vector<double> time_parts, energy_parts;

  /// By device, where batteries are what counts (objective `lifetime`); else empty. The peak is then that of
  /// the batteries that are `in_peak`; the other units only keep to their limits.
  std::vector<Battery> batteries;

  [[nodiscard]] bool in_peak(std::size_t unit) const {
    if (unit % kUnits != kBattery) return batteries.empty();
    return !batteries.empty() && batteries[unit / kUnits].in_peak;
  }
  [[nodiscard]] double limit_of(std::size_t unit) const {
    return batteries.empty() || unit % kUnits != kBattery ? load_limit : batteries[unit / kUnits].limit;
  }
  /// The unit's load where no pipeline runs.
  [[nodiscard]] double base_of(std::size_t unit) const {
    return batteries.empty() || unit % kUnits != kBattery ? 0 : batteries[unit / kUnits].base;
  }
  [[nodiscard]] double per_uj(int device) const {
    return batteries.empty() ? 0 : batteries[std::size_t(device)].per_uj;
  }

  [[nodiscard]] const Node& node(std::size_t p, int device, std::size_t i, std::size_t j) const {
    return pipelines[p].node(kind_of[std::size_t(device)], i, j);
  }
  [[nodiscard]] const SwitchCost& switch_cost(const Node& node) const {
    return options.residency == Residency::kReload ? node.weights : node.program;
  }
  /// Weights of the objective: time_weight x sum of task times + energy_weight x sum of task energies +
  /// peak_weight x load of the busiest unit.
  double time_weight = 0, energy_weight = 0, peak_weight = 0;
};

}  // namespace synergy::planner::search
