// What an execution plan costs: the steps one run takes, the units each holds, for how long, and its energy.
//
// The rules are the table of `services/planner/README.md`. Cycles, words and memory come from accel_model,
// which the emulator uses too, so planner and emulator can not disagree.
//
// A tensor that fits the SRAM a device keeps for tensors is stored there between its tasks. One that does not
// is streamed: the transfer is then one step with the unload before it or the load after it, holds the
// accelerator and cpu of that end too, and takes as long as the slower side. An input too large for its
// source's SRAM stays in the sensor's own buffer; a last output too large for it is unpacked (and reduced to
// its result) while it is unloaded.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "synergy/accel_model/cost.hpp"
#include "synergy/planner/choice.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner/residency.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// Bytes that go to a remote target for a single label and its score. A map takes a byte for each label.
inline constexpr std::uint64_t kArgmaxResultBytes = 16;

/// Costs of chunks, each computed once. Borrows the problem, which must outlive it.
/// Of a pipeline alone in an empty mesh.
struct LoneRate {
  double rate = 0;  ///< runs per second, its cap not counted; infinite where its tasks take no time
  /// No plan gives it more, whether the search for `rate` came to its end or not; the second: no plan with
  /// shares.
  double at_most = 0, at_most_shared = 0;
};

class CostModel {
 public:
  explicit CostModel(const Problem& problem) : problem_(problem) {}

  /// Of layers [first, last] of pipeline `p` alone on `device`. Fails with kNoFit or kInvalid when the
  /// device's rules refuse the chunk or its memory does not hold it.
  const Result<accel_model::ChunkCost>& chunk(std::size_t p, std::uint32_t first, std::uint32_t last,
                                              const schemas::Device& device);

  [[nodiscard]] schemas::Step sense(std::size_t p, const DeviceId& source) const;
  [[nodiscard]] schemas::Step prepare(std::size_t p, const DeviceId& source) const;
  [[nodiscard]] schemas::Step transfer(const DeviceId& from, const DeviceId& to, std::uint64_t bytes) const;
  [[nodiscard]] schemas::Step interact(std::size_t p, const DeviceId& target) const;

  /// Steps of a chunk that `chunk()` accepts. `index` is its number in the execution plan.
  [[nodiscard]] schemas::Step switch_to(std::size_t p, const schemas::Chunk& chunk, std::uint32_t index,
                                        SwitchKind kind);
  [[nodiscard]] schemas::Step load(std::size_t p, const schemas::Chunk& chunk, std::uint32_t index);
  [[nodiscard]] schemas::Step infer(std::size_t p, const schemas::Chunk& chunk, std::uint32_t index);
  /// Unload and unpack where the output is stored; one step for both where it is not.
  [[nodiscard]] std::vector<schemas::Step> unload(std::size_t p, const schemas::Chunk& chunk,
                                                  std::uint32_t index);
  /// From `from` (the source if `sender` is null, else that chunk) to `to` (the target if `receiver` is null,
  /// else that chunk), unload and load included where the tensor is streamed. `index` is the sender's number,
  /// or the receiver's where there is no sender.
  [[nodiscard]] schemas::Step move(std::size_t p, const DeviceId& from, const schemas::Chunk* sender,
                                   const DeviceId& to, const schemas::Chunk* receiver, std::uint32_t index);

  /// All steps of one run. `switched` tells for each chunk what its accelerator writes before its load.
  [[nodiscard]] schemas::ExecutionPlan execution(std::size_t p, const ExecutionChoice& choice,
                                                 const std::vector<SwitchKind>& switched);

  /// Bytes that leave layer `layer` of pipeline `p` for the next device; of the last layer: the result's.
  [[nodiscard]] std::uint64_t bytes_after(std::size_t p, std::uint32_t layer) const;
  /// Whether a tensor is stored on the device, not streamed.
  [[nodiscard]] bool fits_sram(const DeviceId& device, std::uint64_t bytes) const;
  [[nodiscard]] const Problem& problem() const { return problem_; }

  /// What `lone_rates` (src/demands.hpp) has found of the problem, kept for who asks again.
  [[nodiscard]] std::optional<std::vector<LoneRate>>& known_lone_rates() { return lone_rates_; }

 private:
  struct Key {
    std::size_t pipeline;
    std::uint32_t first, last;
    std::string profile;
    auto operator<=>(const Key&) const = default;
  };
  [[nodiscard]] const schemas::DeviceProfile& profile(const DeviceId& device) const;
  [[nodiscard]] const accel_model::ChunkCost& cost(std::size_t p, const schemas::Chunk& chunk);
  /// A step of the MCU: its energy is what it takes above sleep.
  [[nodiscard]] schemas::Step cpu_step(schemas::TaskKind kind, const DeviceId& device, double ns) const;
  [[nodiscard]] schemas::Step unload_step(std::size_t p, const schemas::Chunk& chunk);
  [[nodiscard]] schemas::Step unpack_step(std::size_t p, const schemas::Chunk& chunk) const;

  const Problem& problem_;
  std::map<Key, Result<accel_model::ChunkCost>> chunks_;
  std::optional<std::vector<LoneRate>> lone_rates_;
};

/// Power that all present devices together take while they do nothing: mW.
[[nodiscard]] double idle_power_mw(const schemas::BodyView& body);

/// Labels that a model's result holds: 1 for a classifier, one for each pixel of a map.
[[nodiscard]] std::uint64_t label_count(const Model& model);
/// Values that each label is chosen from: of a map whose channels are a multiple of its classes (an output
/// that is folded), the classes; else the channels.
[[nodiscard]] std::uint32_t class_count(const Model& model);

/// SRAM that one run's stored tensors take on each device, the largest at a time; streamed ones take none.
[[nodiscard]] std::map<DeviceId, std::uint64_t> buffer_bytes(const schemas::BodyView& body,
                                                             const schemas::ExecutionPlan& execution,
                                                             std::uint64_t input_bytes);

}  // namespace synergy::planner
