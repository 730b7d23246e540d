// Policies that play power cycles out of an exact plan, each begun only with the charge for all of it.
#pragma once

#include <optional>

#include "policies.hpp"

namespace synergy::harvested {

class PlannedPolicy : public Policy {
 public:
  [[nodiscard]] Decision next(const View& view) override;

  /// What to do next, of what waits in FRAM and at the input; nothing where there is nothing. Depends on what
  /// survives a loss of power only. Its cost is within the plan's capacity.
  [[nodiscard]] virtual std::optional<PowerCycle> next_cycle(const power::TensorLedger& ledger,
                                                             std::uint64_t inputs) const = 0;
  /// Of one inference in the long run.
  [[nodiscard]] virtual double uj_per_inference() const = 0;
  /// Whether the plan goes on from a tensor that waits there.
  [[nodiscard]] virtual bool leads_on_from(std::uint32_t boundary) const = 0;

 protected:
  PlannedPolicy(const Chain& chain, const DeviceFigures& device) : Policy(chain), device_(device) {}

 private:
  const DeviceFigures& device_;
};

/// Plans that must go on from any tensor, also one that lies where the plan itself never stops: the cheapest
/// safe segments to a boundary of the plan.
class Detour {
 public:
  /// `stops`, by boundary 0..m: where the plan goes on from, and whether the result is a good end.
  Detour(const Chain& chain, Picojoules capacity, const std::vector<bool>& stops);

  /// The next boundary on the way; nothing where no safe way leads on. `boundary` < m, and none of the plan.
  [[nodiscard]] std::optional<std::uint32_t> next(std::uint32_t boundary) const { return next_[boundary]; }

 private:
  std::vector<std::optional<std::uint32_t>> next_;
};

/// make_sequence and make_batch, as plans.
[[nodiscard]] Result<std::unique_ptr<PlannedPolicy>> plan_sequence(const Chain& chain,
                                                                   const DeviceFigures& device,
                                                                   Picojoules capacity);
[[nodiscard]] Result<std::unique_ptr<PlannedPolicy>> plan_batch(const Chain& chain,
                                                                const DeviceFigures& device,
                                                                Picojoules capacity);

/// Fails with kNoFit where no inference ever ends by safe segments, saying which layers need how much.
Status check_segments(const Chain& chain, const DeviceFigures& device, Picojoules capacity);

}  // namespace synergy::harvested
