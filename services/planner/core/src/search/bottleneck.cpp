#include "bottleneck.hpp"

#include <algorithm>
#include <limits>

namespace synergy::planner::search {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

double most_of(const Edge& edge) {
  if (!edge.valid) return kInfinite;
  return std::max({edge.cpu_from, edge.accelerator_from, edge.radio, edge.cpu_to, edge.accelerator_to});
}

}  // namespace

Bottleneck::Bottleneck(const Space& space, std::size_t pipeline) : devices_(space.devices.size()) {
  const auto& table = space.pipelines[pipeline];
  const std::size_t n = table.segments();
  const auto kind = [&](std::size_t device) { return space.kind_of[device]; };
  after_.assign((n + 1) * devices_, kInfinite);
  std::vector<double> from(devices_);
  for (std::size_t d = 0; d < devices_; ++d)
    for (const int target : table.targets) {
      const auto t = std::size_t(target);
      const auto& edge = d == t ? table.last_local(kind(d)) : table.edge(n, kind(d), kind(t));
      after_[n * devices_ + d] = std::min(after_[n * devices_ + d], std::max(most_of(edge), table.interact));
    }
  for (std::size_t b = n; b-- > 1;) {
    for (std::size_t d = 0; d < devices_; ++d) {
      from[d] = kInfinite;
      for (std::size_t j = b + 1; j <= n; ++j) {
        const auto& node = table.node(kind(d), b, j);
        if (!node.valid) continue;
        from[d] = std::min(from[d], std::max({node.infer, node.buffer, after_[j * devices_ + d]}));
      }
    }
    for (std::size_t e = 0; e < devices_; ++e)
      for (std::size_t d = 0; d < devices_; ++d)
        if (d != e)
          after_[b * devices_ + e] =
              std::min(after_[b * devices_ + e], std::max(most_of(table.edge(b, kind(e), kind(d))), from[d]));
  }
}

}  // namespace synergy::planner::search
