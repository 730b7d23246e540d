// `batch`: segments that take several inputs through one load of their weights; tensors queue in FRAM.
//
// The segment nearest to the result whose queue holds a whole power cycle's inputs goes first. So a queue
// between a segment of k and one of l inputs never holds more than k + l - gcd(k, l) tensors (batch.hpp).
// After a loss of power in the middle a queue may hold any number; a segment then takes no more inputs than
// the queue behind it has room for. Where no more inputs are at hand, what waits is finished in smaller
// numbers.
#include "synergy/intermittent/batch.hpp"

#include <algorithm>
#include <numeric>
#include <ranges>

#include "policies/planned.hpp"

namespace synergy::harvested {
namespace {

class Batch : public PlannedPolicy {
 public:
  Batch(const Chain& chain, const DeviceFigures& device, Picojoules capacity, intermittent::Batch plan)
      : PlannedPolicy(chain, device), plan_(std::move(plan)), detour_(chain, capacity, stops()) {}

  [[nodiscard]] std::optional<PowerCycle> next_cycle(const power::TensorLedger& ledger,
                                                     std::uint64_t inputs) const override {
    // A tensor that waits where the plan has no queue goes first: those behind it must not overtake it.
    const auto stops_here = stops();
    for (auto b = chain().pieces() - 1; b > 0; --b)
      if (ledger.waiting(b) > 0 && !stops_here[b])
        if (const auto to = detour_.next(b)) return one_range(chain(), {b, *to}, 1);
    std::optional<PowerCycle> smaller;
    for (auto segment = plan_.segments.rbegin(); segment != plan_.segments.rend(); ++segment) {
      const auto& [range, most] = *segment;
      const auto waiting = range.from == 0 ? inputs : ledger.waiting(range.from);
      const auto takes = std::min<std::uint64_t>({std::uint64_t(most), waiting, ledger.room(range.to)});
      if (takes == 0) continue;
      const auto cycle = one_range(chain(), range, std::int64_t(takes));
      if (waiting >= std::uint64_t(most)) return cycle;
      if (!smaller) smaller = cycle;
    }
    return smaller;
  }
  [[nodiscard]] double uj_per_inference() const override { return intermittent::microjoules(plan_.energy); }
  [[nodiscard]] bool leads_on_from(std::uint32_t boundary) const override {
    return stops()[boundary] || detour_.next(boundary);
  }
  [[nodiscard]] std::vector<std::uint32_t> places() const override {
    auto places = Policy::places();
    const auto at_least = [&](std::uint32_t boundary, std::int64_t count) {
      places[boundary - 1] = std::max(places[boundary - 1], std::uint32_t(count));
    };
    for (std::size_t s = 1; s < plan_.segments.size(); ++s) {
      const auto k = plan_.segments[s - 1].inputs, l = plan_.segments[s].inputs;
      at_least(plan_.segments[s].range.from, k + l - std::gcd(k, l));
    }
    at_least(chain().pieces(), plan_.segments.back().inputs);
    return places;
  }
  /// With the inputs of a power cycle, where these lie in FRAM.
  [[nodiscard]] bool fits_fram() const {
    auto bytes = chain().kept_bytes[0] * std::uint64_t(plan_.segments.front().inputs);
    const auto all = places();
    for (std::uint32_t b = 1; b <= chain().pieces(); ++b) bytes += chain().kept_bytes[b] * all[b - 1];
    return bytes <= chain().fram_bytes;
  }

 private:
  [[nodiscard]] std::vector<bool> stops() const {
    std::vector<bool> stops(chain().pieces(), false);
    stops.push_back(true);
    for (const auto& [range, inputs] : plan_.segments) stops[range.from] = true;
    return stops;
  }

  intermittent::Batch plan_;
  Detour detour_;
};

}  // namespace

Result<std::unique_ptr<PlannedPolicy>> plan_batch(const Chain& chain, const DeviceFigures& device,
                                                  Picojoules capacity) {
  if (auto checked = check_segments(chain, device, capacity); !checked) return checked.error();
  constexpr double kAnyHarvestMw = 1;  // only latencies depend on it
  const auto front = intermittent::batch_front(chain, capacity, kAnyHarvestMw);
  if (!front) return front.error();
  // Of the front, the shortest queues that cost little more than the longest: these may take an hour to fill.
  constexpr double kNearBest = 1.1;
  double least_uj = 0;
  std::unique_ptr<Batch> best;
  for (auto& point : std::views::reverse(*front)) {
    const bool near = !best || intermittent::microjoules(point.plan.energy) <= kNearBest * least_uj;
    if (!near) break;
    auto policy = std::make_unique<Batch>(chain, device, capacity, point.plan);
    if (!policy->fits_fram()) continue;
    if (!best) least_uj = policy->uj_per_inference();
    best = std::move(policy);
  }
  if (best) return std::unique_ptr<PlannedPolicy>(std::move(best));
  return Error{ErrorCode::kNoFit, chain.label + ": the FRAM holds no queue of any batch; take 'once'"};
}

Result<std::unique_ptr<Policy>> make_batch(const Chain& chain, const DeviceFigures& device,
                                           Picojoules capacity) {
  auto plan = plan_batch(chain, device, capacity);
  if (!plan) return plan.error();
  return std::unique_ptr<Policy>(std::move(*plan));
}

}  // namespace synergy::harvested
