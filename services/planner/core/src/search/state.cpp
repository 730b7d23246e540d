#include "state.hpp"

#include <algorithm>

namespace synergy::planner::search {

State::State(const Space& space)
    : space_(space), loads_(space.devices.size() * kUnits, 0.0), devices_(space.devices.size()) {}

bool State::fits(const Route& route) const {
  const bool together = space_.options.residency == Residency::kResident;
  for (const auto& segment : route.segments) {
    const auto& on = devices_[std::size_t(segment.device)];
    const auto& capacity = space_.capacity[space_.kind_of[std::size_t(segment.device)]];
    const auto& node = space_.node(route.pipeline, segment.device, segment.i, segment.j);
    if (on.weight_bytes + node.weight_bytes > capacity.weight_bytes) return false;
    if (!together || on.chunks == 0) continue;
    if (capacity.counts_layers && on.layers + node.layers > capacity.layers) return false;
    for (std::size_t q = 0; q < node.columns.size(); ++q)
      if (on.columns[q] + node.columns[q] > capacity.columns[q]) return false;
  }
  return std::all_of(route.sram.begin(), route.sram.end(), [&](const auto& held) {
    const auto device = std::size_t(held.first);
    return devices_[device].sram + held.second <= space_.capacity[space_.kind_of[device]].sram;
  });
}

void State::apply(const Route& route, double sign) {
  for (const auto& [unit, ns] : route.loads) loads_[unit] += sign * ns;
  for (const auto& [device, bytes] : route.sram) devices_[std::size_t(device)].sram += sign * bytes;
  for (const auto& segment : route.segments) {
    auto& on = devices_[std::size_t(segment.device)];
    const auto& node = space_.node(route.pipeline, segment.device, segment.i, segment.j);
    const auto& cost = space_.switch_cost(node);
    on.chunks += sign > 0 ? 1 : std::size_t(-1);
    on.switches.time += sign * cost.time;
    on.switches.energy += sign * cost.energy;
    on.weight_bytes += sign * node.weight_bytes;
    on.layers += sign * node.layers;
    for (std::size_t q = 0; q < node.columns.size(); ++q)
      on.columns[q] += sign > 0 ? node.columns[q] : -std::uint32_t(node.columns[q]);
  }
  time_ += sign * route.time;
  energy_ += sign * route.energy;
}

bool State::add(const Route& route) {
  if (!fits(route)) return false;
  apply(route, 1);
  return true;
}

void State::remove(const Route& route) { apply(route, -1); }

double State::load(std::uint32_t unit) const {
  const auto& on = devices_[unit / kUnits];
  const std::size_t part = unit % kUnits;
  const bool switches = on.chunks > 1 && (part == kCpu || part == kAccelerator);
  return loads_[unit] + (switches ? on.switches.time : 0);
}

Value State::value() const {
  Value sum{0, time_, energy_, 0};
  for (const auto& on : devices_)
    if (on.chunks > 1) {
      sum.time += on.switches.time;
      sum.energy += on.switches.energy;
    }
  for (std::uint32_t unit = 0; unit < loads_.size(); ++unit) sum.peak = std::max(sum.peak, load(unit));
  sum.value =
      space_.time_weight * sum.time + space_.energy_weight * sum.energy + space_.peak_weight * sum.peak;
  return sum;
}

std::optional<Value> State::judge(const Space& space, Fit& fit, const std::vector<const Route*>& routes) {
  State state(space);
  std::vector<std::vector<Fit::Chunk>> chunks(space.devices.size());
  auto sorted = routes;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->pipeline < b->pipeline; });
  for (const auto* route : sorted) {
    if (!is_allowed(space, *route) || !state.add(*route)) return std::nullopt;
    for (const auto& segment : route->segments)
      chunks[std::size_t(segment.device)].push_back({std::uint16_t(route->pipeline), segment.i, segment.j});
  }
  std::vector<SwitchKind> kinds(space.devices.size(), SwitchKind::kNone);
  for (std::size_t d = 0; d < chunks.size(); ++d) {
    if (chunks[d].empty()) continue;
    const auto kind = fit.judge(int(d), chunks[d]);
    if (!kind) return std::nullopt;
    kinds[d] = *kind;
  }
  // `switch_cost` is what residency says; only `needed` learns here that a device must reload.
  std::vector<double> latency;
  for (const auto* route : sorted) {
    double time = route->time;
    for (const auto& segment : route->segments) {
      if (kinds[std::size_t(segment.device)] == SwitchKind::kNone) continue;
      const auto& node = space.node(route->pipeline, segment.device, segment.i, segment.j);
      const auto& counted = space.switch_cost(node);
      const bool weights = kinds[std::size_t(segment.device)] == SwitchKind::kWeights;
      const auto& paid = weights ? node.weights : node.program;
      time += paid.time;
      auto& on = state.devices_[std::size_t(segment.device)];
      on.switches.time += paid.time - counted.time;
      on.switches.energy += paid.energy - counted.energy;
    }
    const double deadline = space.pipelines[route->pipeline].deadline;
    if (deadline > 0 && time > deadline) return std::nullopt;
  }
  const auto value = state.value();
  const double round = space.options.overlap ? value.peak : value.time;
  if (space.round_limit > 0 && round > space.round_limit) return std::nullopt;
  return value;
}

}  // namespace synergy::planner::search
