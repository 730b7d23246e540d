#include "sharing_tree.hpp"

#include <algorithm>

namespace synergy::planner::search {

std::vector<Sharing> unknown_sharing(const Space& space) {
  return std::vector<Sharing>(space.devices.size(), Sharing::kUnknown);
}

std::optional<std::size_t> device_to_split(const std::vector<Sharing>& sharing, const Fractions& fractions) {
  constexpr std::size_t kMaxDevices = 12;
  if (sharing.size() > kMaxDevices) return std::nullopt;
  std::vector<double> chunks(sharing.size(), 0.0);
  for (const auto& parts : fractions)
    for (const auto& [route, share] : parts)
      for (const auto& segment : route.segments) chunks[std::size_t(segment.device)] += share;
  std::optional<std::size_t> device;
  for (std::size_t d = 0; d < chunks.size(); ++d)
    if (sharing[d] == Sharing::kUnknown && chunks[d] > 0 && (!device || chunks[d] > chunks[*device]))
      device = d;
  return device;
}

std::optional<Routes> rounded(const Fractions& fractions) {
  Routes routes;
  for (const auto& parts : fractions) {
    if (parts.empty()) return std::nullopt;
    const auto most = std::max_element(parts.begin(), parts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    routes.push_back(most->first);
  }
  return routes;
}

std::vector<Route> routes_in(const std::vector<Routes>& plans) {
  std::vector<Route> all;
  for (const auto& plan : plans) all.insert(all.end(), plan.begin(), plan.end());
  return all;
}

std::vector<Route> routes_in(const Fractions& fractions, const std::optional<Routes>& plan) {
  std::vector<Route> all;
  for (const auto& parts : fractions)
    for (const auto& [route, share] : parts) all.push_back(route);
  if (plan) all.insert(all.end(), plan->begin(), plan->end());
  return all;
}

}  // namespace synergy::planner::search
