// A new plan for a mesh that already runs one: the best, its cost of moving counted, and among equals the one
// that moves least. What happened (a device came or went, a link slowed, an app was added or removed) is
// contained in the problem; the running plan is what it was before.
#pragma once

#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/solve.hpp"

namespace synergy::planner {

/// What a device loads, beside what it holds already.
struct DeviceMove {
  DeviceId device;
  std::uint64_t weight_bytes = 0;
  Duration load{0};  ///< weights, biases and registers, word by word
  bool operator==(const DeviceMove&) const = default;
};

/// From one plan to another.
struct Move {
  std::vector<AppId> apps;          ///< that take another way, or end
  std::vector<DeviceMove> devices;  ///< those that load, in body order
  std::uint64_t weight_bytes = 0;   ///< of all of them
  std::uint64_t runs_to_drain = 0;  ///< in flight of these apps, at most
  Duration drain{0};                ///< the longest latency of these runs
  Duration load{0};                 ///< of the device that loads longest: they load at the same time
  [[nodiscard]] Duration time() const { return drain + load; }  ///< if loading waits until all has drained
  bool operator==(const Move&) const = default;
};

/// `next` must be a plan for the cost model's problem. Chunks are the same where device, model (by digest)
/// and layers are.
[[nodiscard]] Move move_between(CostModel& costs, const schemas::CollaborationPlan& running,
                                const schemas::CollaborationPlan& next);

struct ReplanOptions {
  SolveOptions solve;
  /// How long the new plan is thought to run. A move of time T costs T / horizon of its value, so that a
  /// small gain is not worth a long move.
  Duration horizon = std::chrono::seconds(60);
};

struct Replanned {
  Outcome outcome;  ///< as of solve(); its plan is the one decided for
  Move move;
  bool keeps = false;  ///< nothing moves
};

/// Deterministic, as solve() is. Only policies that certify consider other plans than their own choice.
[[nodiscard]] Replanned replan(const Problem& problem, const schemas::CollaborationPlan& running,
                               const ReplanOptions& options, Budget budget = Budget{});

}  // namespace synergy::planner
