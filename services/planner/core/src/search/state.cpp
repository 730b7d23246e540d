#include "state.hpp"

#include <algorithm>

#include "completion.hpp"

namespace synergy::planner::search {
namespace {
constexpr double kNearly = 1 + 1e-9;  ///< what rounding of sums may make of a limit
}  // namespace

State::State(const Space& space)
    : space_(space),
      loads_(space.devices.size() * kUnits, 0.0),
      floor_loads_(space.floors.empty() ? 0 : loads_.size(), 0.0),
      devices_(space.devices.size()) {
  for (std::size_t unit = 0; unit < loads_.size(); ++unit) loads_[unit] = space.base_of(unit);
}

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
  if (space_.load_limit < Prices::kInfinite)
    for (const auto& [unit, ns] : route.loads)
      if (load(unit) + space_.rates[route.pipeline] * ns > space_.limit_of(unit) * kNearly) return false;
  if (!space_.floors.empty())
    for (const auto& [unit, ns] : route.loads)
      if (floor_loads_[unit] + space_.floors[route.pipeline] * ns > kNearly) return false;
  return std::all_of(route.sram.begin(), route.sram.end(), [&](const auto& held) {
    const auto device = std::size_t(held.first);
    return devices_[device].sram + held.second <= space_.capacity[space_.kind_of[device]].sram;
  });
}

void State::add_switch(std::size_t pipeline, int device, double time, double energy, double times) {
  auto& switches = devices_[std::size_t(device)].switches;
  switches.time += times * space_.time_parts[pipeline] * time;
  switches.energy += times * space_.energy_parts[pipeline] * energy;
  switches.load += times * space_.rates[pipeline] * time;
  switches.battery += times * space_.rates[pipeline] * energy * space_.per_uj(device);
  if (!space_.floors.empty()) switches.floor_load += times * space_.floors[pipeline] * time;
}

void State::apply(const Route& route, double sign) {
  const double rate = space_.rates[route.pipeline];
  for (const auto& [unit, ns] : route.loads) loads_[unit] += sign * rate * ns;
  if (!space_.floors.empty())
    for (const auto& [unit, ns] : route.loads)
      floor_loads_[unit] += sign * space_.floors[route.pipeline] * ns;
  for (const auto& [device, bytes] : route.sram) devices_[std::size_t(device)].sram += sign * bytes;
  for (const auto& segment : route.segments) {
    auto& on = devices_[std::size_t(segment.device)];
    const auto& node = space_.node(route.pipeline, segment.device, segment.i, segment.j);
    const auto& cost = space_.switch_cost(node);
    on.chunks += sign > 0 ? 1 : std::size_t(-1);
    add_switch(route.pipeline, segment.device, cost.time, cost.energy, sign);
    on.weight_bytes += sign * node.weight_bytes;
    on.layers += sign * node.layers;
    for (std::size_t q = 0; q < node.columns.size(); ++q)
      on.columns[q] += sign > 0 ? node.columns[q] : -std::uint32_t(node.columns[q]);
  }
  time_ += sign * space_.time_parts[route.pipeline] * route.time;
  energy_ += sign * space_.energy_parts[route.pipeline] * route.energy;
}

bool State::keeps_floors() const {
  for (std::size_t unit = 0; unit < floor_loads_.size(); ++unit) {
    const auto& on = devices_[unit / kUnits];
    const auto part = unit % kUnits;
    const bool switches = on.chunks > 1 && (part == kCpu || part == kAccelerator);
    if (floor_loads_[unit] + (switches ? on.switches.floor_load : 0) > kNearly) return false;
  }
  return true;
}

bool State::keeps_limits() const {
  if (space_.load_limit == Prices::kInfinite && space_.batteries.empty()) return true;
  for (std::uint32_t unit = 0; unit < loads_.size(); ++unit) {
    // Without overlap, units other than batteries have no load of their own.
    if (!space_.options.overlap && unit % kUnits != kBattery) continue;
    if (load(unit) > space_.limit_of(unit) * kNearly) return false;
  }
  return true;
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
  if (on.chunks < 2) return loads_[unit];
  if (part == kBattery) return loads_[unit] + on.switches.battery;
  return loads_[unit] + (part == kCpu || part == kAccelerator ? on.switches.load : 0);
}

Value State::value() const {
  Value sum{0, time_, energy_, 0};
  for (const auto& on : devices_)
    if (on.chunks > 1) {
      sum.time += on.switches.time;
      sum.energy += on.switches.energy;
    }
  for (std::uint32_t unit = 0; unit < loads_.size(); ++unit)
    if (space_.in_peak(unit)) sum.peak = std::max(sum.peak, load(unit));
  sum.value =
      space_.time_weight * sum.time + space_.energy_weight * sum.energy + space_.peak_weight * sum.peak;
  return sum;
}

namespace {

/// In the order of pipelines.
std::vector<const Route*> sorted(std::vector<const Route*> routes) {
  std::sort(routes.begin(), routes.end(),
            [](const auto* a, const auto* b) { return a->pipeline < b->pipeline; });
  return routes;
}

/// What a run pays on each device; nothing where the chunks of a device do not fit.
std::optional<std::vector<SwitchKind>> switches_of(const Space& space, Fit& fit,
                                                   const std::vector<const Route*>& routes) {
  std::vector<std::vector<Fit::Chunk>> chunks(space.devices.size());
  for (const auto* route : routes)
    for (const auto& segment : route->segments)
      chunks[std::size_t(segment.device)].push_back({std::uint16_t(route->pipeline), segment.i, segment.j});
  std::vector<SwitchKind> kinds(space.devices.size(), SwitchKind::kNone);
  for (std::size_t d = 0; d < chunks.size(); ++d) {
    if (chunks[d].empty()) continue;
    const auto kind = fit.judge(int(d), chunks[d]);
    if (!kind) return std::nullopt;
    kinds[d] = *kind;
  }
  return kinds;
}

/// What a run of the route pays on the device of one of its chunks.
SwitchCost paid_at(const Space& space, const std::vector<SwitchKind>& kinds, const Route& route,
                   const Segment& segment) {
  const auto kind = kinds[std::size_t(segment.device)];
  if (kind == SwitchKind::kNone) return {};
  const auto& node = space.node(route.pipeline, segment.device, segment.i, segment.j);
  return kind == SwitchKind::kWeights ? node.weights : node.program;
}

}  // namespace

/// With every route and every switch in it; nothing where the growing sums or the chunks do not fit.
std::optional<State> State::finished(const Space& space, Fit& fit, const std::vector<const Route*>& in_order,
                                     std::vector<double>& times) {
  State state(space);
  for (const auto* route : in_order)
    if (!is_allowed(space, *route) || !state.add(*route)) return std::nullopt;
  const auto kinds = switches_of(space, fit, in_order);
  if (!kinds) return std::nullopt;
  for (const auto* route : in_order) {
    times.push_back(route->time);
    for (const auto& segment : route->segments) {
      if ((*kinds)[std::size_t(segment.device)] == SwitchKind::kNone) continue;
      // `switch_cost` is what residency says; only `needed` learns here that a device must reload.
      const auto& counted =
          space.switch_cost(space.node(route->pipeline, segment.device, segment.i, segment.j));
      const auto paid = paid_at(space, *kinds, *route, segment);
      times.back() += paid.time;
      state.add_switch(route->pipeline, segment.device, paid.time - counted.time,
                       paid.energy - counted.energy, 1);
    }
  }
  return state;
}

std::optional<Value> State::judge(const Space& space, Fit& fit, const std::vector<const Route*>& routes) {
  const auto in_order = sorted(routes);
  std::vector<double> times;
  const auto state = finished(space, fit, in_order, times);
  if (!state) return std::nullopt;
  double turn_load = 0, floor_turn_load = 0;  // of the mesh, where one run is under way at a time
  for (std::size_t k = 0; k < in_order.size(); ++k) {
    const auto p = in_order[k]->pipeline;
    turn_load += space.rates[p] * times[k];
    if (!space.floors.empty()) floor_turn_load += space.floors[p] * times[k];
    const double deadline = space.pipelines[p].deadline;
    if (deadline > 0 && times[k] > deadline) return std::nullopt;
  }
  if (!state->keeps_limits() || (!space.options.overlap && turn_load > space.load_limit * kNearly))
    return std::nullopt;
  if (space.options.overlap ? !state->keeps_floors() : floor_turn_load > kNearly) return std::nullopt;
  return state->value();
}

std::optional<std::vector<double>> State::loads_at_rates(const Space& space, Fit& fit,
                                                         const std::vector<const Route*>& routes) {
  std::vector<double> times;
  const auto state = finished(space, fit, sorted(routes), times);
  if (!state) return std::nullopt;
  std::vector<double> loads;
  for (std::uint32_t unit = 0; unit < state->loads_.size(); ++unit) loads.push_back(state->load(unit));
  return loads;
}

std::optional<UnitLoads> State::loads_in_plan(const Space& space, Fit& fit,
                                              const std::vector<const Route*>& routes) {
  const auto in_order = sorted(routes);
  const auto kinds = switches_of(space, fit, in_order);
  if (!kinds) return std::nullopt;
  UnitLoads loads(space.pipelines.size());
  for (const auto* route : in_order) {
    auto& own = loads[route->pipeline];
    double time = route->time;
    if (space.options.overlap) own = route->loads;
    for (const auto& segment : route->segments) {
      const auto paid = paid_at(space, *kinds, *route, segment);
      time += paid.time;
      if (!space.options.overlap || paid.time == 0) continue;
      const auto base = std::uint32_t(std::size_t(segment.device) * kUnits);
      own.emplace_back(base + kCpu, paid.time);
      own.emplace_back(base + kAccelerator, paid.time);
    }
    if (!space.options.overlap) own.emplace_back(0, time);
  }
  return loads;
}

}  // namespace synergy::planner::search
