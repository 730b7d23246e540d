// `sequence`: the repeating pattern of power cycles in which successive inferences share weights.
#include "synergy/intermittent/sequence.hpp"

#include "policies/planned.hpp"

namespace synergy::harvested {
namespace {

class Sequence : public PlannedPolicy {
 public:
  Sequence(const Chain& chain, const DeviceFigures& device, Picojoules capacity,
           const intermittent::Sequence& plan)
      : PlannedPolicy(chain, device),
        cycles_(cycles_of(chain, plan)),
        to_pattern_(chain, capacity, stops_of(plan, chain.pieces())),
        to_result_(chain, capacity, only_the_result(chain.pieces())),
        energy_uj_(plan.uj_per_inference()) {}

  [[nodiscard]] std::optional<PowerCycle> next_cycle(const power::TensorLedger& ledger,
                                                     std::uint64_t inputs) const override {
    const auto from = ledger.furthest();
    if (from == 0 && inputs == 0) return std::nullopt;
    if (const auto& cycle = cycles_[from]; cycle && begins(*cycle) <= std::int64_t(inputs)) return cycle;
    // Into the pattern; where inputs are too few for it, or no way leads there, to the result.
    auto to = to_pattern_.next(from);
    if (!to) to = to_result_.next(from);
    if (!to) return std::nullopt;
    return one_range(chain(), {from, *to}, 1);
  }
  [[nodiscard]] double uj_per_inference() const override { return energy_uj_; }
  [[nodiscard]] bool leads_on_from(std::uint32_t boundary) const override {
    return to_result_.next(boundary).has_value();
  }

 private:
  static std::vector<std::optional<PowerCycle>> cycles_of(const Chain& chain,
                                                          const intermittent::Sequence& plan) {
    std::vector<std::optional<PowerCycle>> cycles(chain.pieces());
    for (const auto& cycle : plan.pattern) cycles[cycle.stages.front().range.from] = cycle;
    return cycles;
  }
  static std::vector<bool> stops_of(const intermittent::Sequence& plan, std::uint32_t pieces) {
    std::vector<bool> stops(pieces + 1, false);
    for (const auto& cycle : plan.pattern) stops[cycle.stages.front().range.from] = true;
    stops[pieces] = stops[0];  // the next inference begins where this one ends
    return stops;
  }
  static std::vector<bool> only_the_result(std::uint32_t pieces) {
    std::vector<bool> stops(pieces, false);
    stops.push_back(true);
    return stops;
  }
  /// Inputs that it takes.
  static std::int64_t begins(const PowerCycle& cycle) {
    std::int64_t taken = 0;
    for (const auto& [range, inputs] : cycle.stages) taken += range.from == 0 ? inputs : 0;
    return taken;
  }

  std::vector<std::optional<PowerCycle>> cycles_;
  Detour to_pattern_, to_result_;
  double energy_uj_;
};

}  // namespace

Result<std::unique_ptr<PlannedPolicy>> plan_sequence(const Chain& chain, const DeviceFigures& device,
                                                     Picojoules capacity) {
  if (auto checked = check_segments(chain, device, capacity); !checked) return checked.error();
  const auto plan = intermittent::sequence(chain, capacity);
  if (!plan) return plan.error();
  return std::unique_ptr<PlannedPolicy>(std::make_unique<Sequence>(chain, device, capacity, *plan));
}

Result<std::unique_ptr<Policy>> make_sequence(const Chain& chain, const DeviceFigures& device,
                                              Picojoules capacity) {
  auto plan = plan_sequence(chain, device, capacity);
  if (!plan) return plan.error();
  return std::unique_ptr<Policy>(std::move(*plan));
}

}  // namespace synergy::harvested
