#include "completion.hpp"

#include <algorithm>

namespace synergy::planner::search {

Weights between(const Weights& a, const Weights& b, double part_of_a) {
  Weights mixed = b;
  const auto mix = [&](double& to, double from) { to = part_of_a * from + (1 - part_of_a) * to; };
  mix(mixed.time, a.time);
  for (std::size_t k = 0; k < mixed.unit.size(); ++k) mix(mixed.unit[k], a.unit[k]);
  for (std::size_t k = 0; k < mixed.memory.size(); ++k) mix(mixed.memory[k], a.memory[k]);
  for (std::size_t k = 0; k < mixed.chunk.size(); ++k) mix(mixed.chunk[k], a.chunk[k]);
  return mixed;
}

double Prices::node(int device, std::size_t i, std::size_t j) const {
  const auto& node = table_.node(kind(device), i, j);
  if (!node.valid) return kInfinite;
  const double of_energy = energy_ + battery(device);
  double sum = (time_ + unit(device, kAccelerator)) * node.infer + of_energy * node.energy +
               unit(device, kBuffer) * node.buffer;
  const auto d = std::size_t(device);
  if (!weights_.chunk.empty()) sum += weights_.chunk[d];
  if (!weights_.memory.empty())
    sum += weights_.memory[d] * node.columns_total / space_.capacity[kind(device)].columns_total;
  if (!weights_.sharing.empty() && weights_.sharing[d] == Sharing::kShared) {
    const auto& cost = space_.switch_cost(node);
    sum += (time_ + unit(device, kCpu) + unit(device, kAccelerator)) * cost.time + of_energy * cost.energy;
  }
  return sum;
}

Completion::Completion(const Space& space, std::size_t pipeline, const Weights& weights)
    : space_(space), pipeline_(pipeline), devices_(space.devices.size()), prices_(space, pipeline, weights) {
  const auto& table = space.pipelines[pipeline];
  const std::size_t n = table.segments();
  const int count = int(devices_);
  after_.assign((n + 1) * devices_, Prices::kInfinite);
  from_.assign((n + 1) * devices_, Prices::kInfinite);
  for (int d = 0; d < count; ++d)
    for (const int t : table.targets)
      after_[index(n, d)] = std::min(after_[index(n, d)], prices_.last(d, t) + prices_.target(t));
  for (std::size_t b = n; b-- > 0;) {
    for (int d = 0; d < count; ++d)
      for (std::size_t j = b + 1; j <= n; ++j)
        from_[index(b, d)] = std::min(from_[index(b, d)], prices_.node(d, b, j) + after_[index(j, d)]);
    if (b == 0) break;
    for (int e = 0; e < count; ++e)
      for (int d = 0; d < count; ++d)
        if (d != e)
          after_[index(b, e)] = std::min(after_[index(b, e)], prices_.middle(b, e, d) + from_[index(b, d)]);
  }
  for (const int s : table.sources)
    for (int d = 0; d < count; ++d)
      least_ = std::min(least_, prices_.source(s) + prices_.first(s, d) + from_[index(0, d)]);
}

std::optional<Route> Completion::trace() const {
  if (!(least_ < Prices::kInfinite)) return std::nullopt;
  const auto& table = space_.pipelines[pipeline_];
  const std::size_t n = table.segments();
  const int count = int(devices_);
  Route route;
  route.pipeline = pipeline_;
  int at = -1;
  for (const int s : table.sources)
    for (int d = 0; d < count && at < 0; ++d)
      if (prices_.source(s) + prices_.first(s, d) + from_[index(0, d)] == least_) {
        route.source = s;
        at = d;
      }
  for (std::size_t b = 0; b < n;) {
    std::size_t end = b + 1;
    while (end < n && prices_.node(at, b, end) + after_[index(end, at)] != from_[index(b, at)]) ++end;
    route.segments.push_back({at, std::uint16_t(b), std::uint16_t(end)});
    b = end;
    if (b == n) break;
    for (int d = 0; d < count; ++d)
      if (d != at && prices_.middle(b, at, d) + from_[index(b, d)] == after_[index(b, at)]) {
        at = d;
        break;
      }
  }
  for (const int t : table.targets)
    if (prices_.last(at, t) + prices_.target(t) == after_[index(n, at)]) {
      route.target = t;
      break;
    }
  complete(space_, route);
  return route;
}

}  // namespace synergy::planner::search
