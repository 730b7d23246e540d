// `once`: one inference at a time, by the segments that cost the least energy.
#include "synergy/intermittent/once.hpp"

#include "policies/planned.hpp"

namespace synergy::harvested {
namespace {

class Once : public PlannedPolicy {
 public:
  Once(const Chain& chain, const DeviceFigures& device, Picojoules capacity, const intermittent::Once& plan)
      : PlannedPolicy(chain, device),
        ends_(ends_of(chain, plan)),
        detour_(chain, capacity, stops_of(chain, plan)),
        energy_uj_(intermittent::microjoules(plan.cost.energy)) {}

  [[nodiscard]] std::optional<PowerCycle> next_cycle(const power::TensorLedger& ledger,
                                                     std::uint64_t inputs) const override {
    const auto from = ledger.furthest();
    if (from == 0 && inputs == 0) return std::nullopt;
    const auto to = ends_[from] ? ends_[from] : detour_.next(from);
    if (!to) return std::nullopt;
    return one_range(chain(), {from, *to}, 1);
  }
  [[nodiscard]] double uj_per_inference() const override { return energy_uj_; }
  [[nodiscard]] bool leads_on_from(std::uint32_t boundary) const override {
    return ends_[boundary] || detour_.next(boundary);
  }

 private:
  static std::vector<std::optional<std::uint32_t>> ends_of(const Chain& chain,
                                                           const intermittent::Once& plan) {
    std::vector<std::optional<std::uint32_t>> ends(chain.pieces());
    for (const auto& segment : plan.segments) ends[segment.from] = segment.to;
    return ends;
  }
  static std::vector<bool> stops_of(const Chain& chain, const intermittent::Once& plan) {
    std::vector<bool> stops(chain.pieces(), false);
    stops.push_back(true);
    for (const auto& segment : plan.segments) stops[segment.from] = true;
    return stops;
  }

  std::vector<std::optional<std::uint32_t>> ends_;
  Detour detour_;
  double energy_uj_;
};

}  // namespace

Result<std::unique_ptr<Policy>> make_once(const Chain& chain, const DeviceFigures& device,
                                          Picojoules capacity) {
  if (auto checked = check_segments(chain, device, capacity); !checked) return checked.error();
  const auto plan = intermittent::once(chain, capacity);
  if (!plan) return plan.error();
  return std::unique_ptr<Policy>(std::make_unique<Once>(chain, device, capacity, *plan));
}

}  // namespace synergy::harvested
