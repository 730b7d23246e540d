// What an execution plan costs: the steps one run takes, the units each holds, for how long, and its energy.
//
// The rules are the table of `services/planner/README.md`. Cycles, words and memory come from accel_model,
// which the emulator uses too, so planner and emulator can not disagree.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "synergy/accel_model/cost.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// What a policy decides for one pipeline; everything else follows.
struct Choice {
  DeviceId source, target;
  std::vector<schemas::Chunk> chunks;
  bool operator==(const Choice&) const = default;
};

/// Bytes that go to a remote target for a result: label and score for an argmax (reference profiles).
inline constexpr std::uint64_t kArgmaxResultBytes = 16;

/// Costs of chunks, each computed once. Borrows the problem, which must outlive it.
class CostModel {
 public:
  explicit CostModel(const Problem& problem) : problem_(problem) {}

  /// Of layers [first, last] of pipeline `p` alone on `device`. Fails with kNoFit or kInvalid when the
  /// device's rules refuse the chunk, its memory does not hold it, or its tensors do not fit the device's
  /// SRAM.
  const Result<accel_model::ChunkCost>& chunk(std::size_t p, std::uint32_t first, std::uint32_t last,
                                              const schemas::Device& device);

  [[nodiscard]] schemas::Step sense(std::size_t p, const DeviceId& source) const;
  [[nodiscard]] schemas::Step prepare(std::size_t p, const DeviceId& source) const;
  [[nodiscard]] schemas::Step transfer(const DeviceId& from, const DeviceId& to, std::uint64_t bytes) const;
  [[nodiscard]] schemas::Step interact(std::size_t p, const DeviceId& target) const;
  /// Load, infer, unload and unpack of chunk number `index`, with the switch before them if `switched`. Only
  /// for a chunk that `chunk()` accepts.
  [[nodiscard]] std::vector<schemas::Step> chunk_steps(std::size_t p, const schemas::Chunk& chunk,
                                                       std::uint32_t index, bool switched);

  /// All steps of one run. `switched` tells for each chunk whether its accelerator serves another chunk in
  /// between.
  [[nodiscard]] schemas::ExecutionPlan execution(std::size_t p, const Choice& choice,
                                                 const std::vector<bool>& switched);

  /// Bytes that leave layer `layer` of pipeline `p` for the next device; of the last layer: the result's.
  [[nodiscard]] std::uint64_t bytes_after(std::size_t p, std::uint32_t layer) const;
  [[nodiscard]] const Problem& problem() const { return problem_; }

 private:
  struct Key {
    std::size_t pipeline;
    std::uint32_t first, last;
    std::string profile;
    auto operator<=>(const Key&) const = default;
  };
  [[nodiscard]] const schemas::DeviceProfile& profile(const DeviceId& device) const;
  /// A step of the MCU: its energy is what it takes above sleep.
  [[nodiscard]] schemas::Step cpu_step(schemas::TaskKind kind, const DeviceId& device, double ns) const;

  const Problem& problem_;
  std::map<Key, Result<accel_model::ChunkCost>> chunks_;
};

/// Power that a device takes while it does nothing, radio included: mW.
[[nodiscard]] double idle_power_mw(const schemas::BodyView& body, const schemas::Device& device);

}  // namespace synergy::planner
