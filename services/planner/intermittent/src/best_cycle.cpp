#include "best_cycle.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace synergy::intermittent {
namespace {

/// Steps of branch and bound for one set of loaded layers and one set of prices.
constexpr std::size_t kMostSteps = 20'000;

struct Item {
  Segment range;
  Picojoules gain = 0, size = 0, charge = 0;  ///< charge: once, in energy and in room

  [[nodiscard]] double ratio() const { return double(gain) / double(size); }
};

class Knapsack {
 public:
  /// Looks for more than `worth_it`; everything within `slack` of the best found may be passed over.
  Knapsack(std::vector<Item> items, Picojoules worth_it, Picojoules slack)
      : items_(std::move(items)), counts_(items_.size(), 0), best_(worth_it), slack_(slack) {
    std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
      return a.ratio() != b.ratio() ? a.ratio() > b.ratio() : a.range < b.range;
    });
  }

  void solve(Picojoules room) {
    root_ = fractional(0, room, 0);
    search(0, room, 0);
  }

  /// No value is above it.
  [[nodiscard]] Picojoules at_most() const {
    return steps_ < kMostSteps ? best_ + slack_ : std::max(best_, root_);
  }
  /// Of the room that is taken by whoever gains more than `value`: at least so much. There is an item.
  [[nodiscard]] double least_room_for(Picojoules value) const {
    auto least = items_.front().size + items_.front().charge;
    for (const auto& item : items_) least = std::min(least, item.size + item.charge);
    return std::max(double(least), double(value) / items_.front().ratio() * (1 - 1e-12));
  }
  [[nodiscard]] std::vector<Stage> stages() const {
    std::vector<Stage> found;
    for (std::size_t i = 0; i < best_counts_.size(); ++i)
      if (best_counts_[i] > 0) found.push_back({items_[i].range, best_counts_[i]});
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  /// Items are sorted, so whatever room is left earns no more than the next one's ratio. Rounded up.
  [[nodiscard]] Picojoules fractional(std::size_t next, Picojoules room, Picojoules value) const {
    if (next == items_.size()) return value;
    const double earns = double(room) * items_[next].ratio();
    return value + Picojoules(std::ceil(earns * (1 + 1e-12))) + 1;
  }

  void search(std::size_t next, Picojoules room, Picojoules value) {
    if (value > best_) {
      best_ = value;
      best_counts_ = counts_;
    }
    if (next == items_.size() || ++steps_ >= kMostSteps) return;
    if (fractional(next, room, value) <= best_ + slack_) return;
    const auto& item = items_[next];
    const auto most = room >= item.charge ? (room - item.charge) / item.size : 0;
    for (auto n = most; n >= 0 && steps_ < kMostSteps; --n) {
      counts_[next] = n;
      const auto charge = n > 0 ? item.charge : 0;
      search(next + 1, room - charge - n * item.size, value - charge + n * item.gain);
      // Fewer of this item leave room for items that earn no more: stop where even that is too little. With
      // none of the last item, the value is the one that was noted on entry.
      if (n > 0 && (next + 1 == items_.size() || fractional(next + 1, room - (n - 1) * item.size,
                                                            value + (n - 1) * item.gain) <= best_ + slack_))
        break;
    }
    counts_[next] = 0;
  }

  std::vector<Item> items_;
  std::vector<std::int64_t> counts_, best_counts_;
  Picojoules best_, slack_, root_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

BestCycle best_cycle(const Chain& chain, const Loading& loading, Picojoules budget,
                     std::span<const Picojoules> prices, Picojoules slack) {
  BestCycle best{{loading.loaded, {}, loading.cost}, loading.cost.energy};
  const auto room = budget - loading.cost.energy;
  if (room < 0) return best;
  std::vector<Item> items;
  for (const auto& range : loading.ranges) {
    const auto size = chain.variable(range).energy;
    const auto charge = chain.range(range.from, range.to).registers.energy;
    const auto gain = prices[range.to] - prices[range.from] - size;
    if (gain > 0 && size + charge <= room) items.push_back({range, gain, size, charge});
  }
  if (items.empty()) return best;
  // Only what gains more than the loading costs is of use.
  Knapsack knapsack(std::move(items), loading.cost.energy, slack);
  knapsack.solve(room);
  best.cycle.stages = knapsack.stages();
  for (const auto& [range, inputs] : best.cycle.stages) {
    const auto own = chain.range(range.from, range.to).registers + inputs * chain.variable(range);
    best.cycle.cost += own;
    best.reduced_cost += own.energy - inputs * (prices[range.to] - prices[range.from]);
  }
  const auto loading_pj = loading.cost.energy;
  if (const auto most = knapsack.at_most(); most > loading_pj)
    best.excess =
        double(most - loading_pj) / (double(loading_pj) + knapsack.least_room_for(loading_pj)) * (1 + 1e-12);
  return best;
}

}  // namespace synergy::intermittent
