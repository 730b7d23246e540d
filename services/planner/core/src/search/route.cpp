#include "route.hpp"

#include <algorithm>

namespace synergy::planner::search {
namespace {

class Sum {
 public:
  Sum(const Space& space, Route& route) : space_(space), route_(route) {
    route.loads.clear();
    route.sram.clear();
    route.time = route.energy = 0;
  }

  void load(int device, std::size_t unit, double ns) {
    if (ns == 0) return;
    const auto id = std::uint32_t(std::size_t(device) * kUnits + unit);
    for (auto& [other, sum] : route_.loads)
      if (other == id) {
        sum += ns;
        return;
      }
    route_.loads.emplace_back(id, ns);
  }

  void task(int device, std::size_t unit, double ns, double energy) {
    load(device, unit, ns);
    drain(device, energy);
    route_.time += ns;
    route_.energy += energy;
  }

  void drain(int device, double energy) { load(device, kBattery, energy * space_.per_uj(device)); }

  void edge(const Edge& edge, int from, int to) {
    route_.time += edge.time;
    route_.energy += edge.energy;
    drain(from, edge.energy_from);
    drain(to, edge.energy_to);
    load(from, kCpu, edge.cpu_from);
    load(from, kAccelerator, edge.accelerator_from);
    load(from, kTx, edge.radio);
    load(to, kRx, edge.radio);
    load(to, kCpu, edge.cpu_to);
    load(to, kAccelerator, edge.accelerator_to);
  }

  /// Stored there for a while, if it fits; streamed otherwise.
  void hold(int device, double bytes) {
    if (bytes > space_.capacity[space_.kind_of[std::size_t(device)]].sram) return;
    for (auto& [other, held] : route_.sram)
      if (other == device) {
        held = std::max(held, bytes);
        return;
      }
    route_.sram.emplace_back(device, bytes);
  }

 private:
  const Space& space_;
  Route& route_;
};

/// As many as there are devices where none has this id.
int number_of(const Space& space, const DeviceId& id) {
  return int(std::find(space.devices.begin(), space.devices.end(), id) - space.devices.begin());
}

}  // namespace

bool is_allowed(const Space& space, const Route& route) {
  const auto chunks = route.segments.size();
  if (chunks < space.pipelines[route.pipeline].at_least || chunks > space.max_chunks) return false;
  for (std::size_t k = 0; k < chunks; ++k)
    for (std::size_t l = 0; l < k; ++l)
      if (route.segments[k].device == route.segments[l].device) return false;
  return true;
}

void complete(const Space& space, Route& route) {
  const auto& table = space.pipelines[route.pipeline];
  const auto kind = [&](int device) { return space.kind_of[std::size_t(device)]; };
  Sum sum(space, route);
  sum.task(route.source, kSensor, table.sense, 0);
  sum.task(route.source, kCpu, table.prepare[kind(route.source)], table.prepare_energy[kind(route.source)]);
  sum.hold(route.source, table.tensor_bytes.front());
  int at = route.source;
  for (const auto& segment : route.segments) {
    const bool local = segment.i == 0 && at == segment.device;
    sum.edge(local ? table.first_local(kind(at)) : table.edge(segment.i, kind(at), kind(segment.device)), at,
             segment.device);
    if (!local) {
      sum.hold(at, table.tensor_bytes[segment.i]);
      sum.hold(segment.device, table.tensor_bytes[segment.i]);
    }
    const auto& node = table.node(kind(segment.device), segment.i, segment.j);
    sum.task(segment.device, kAccelerator, node.infer, node.energy);
    sum.load(segment.device, kBuffer, node.buffer);
    at = segment.device;
  }
  const bool local = at == route.target;
  sum.edge(local ? table.last_local(kind(at)) : table.edge(table.segments(), kind(at), kind(route.target)),
           at, route.target);
  sum.hold(at, table.tensor_bytes.back());
  if (!local) {
    sum.hold(at, table.result_bytes);
    sum.hold(route.target, table.result_bytes);
  }
  sum.task(route.target, kActuator, table.interact, 0);
}

ExecutionChoice choice_of(const Space& space, const Route& route) {
  const auto& bounds = space.pipelines[route.pipeline].bounds;
  ExecutionChoice choice;
  choice.source = space.devices[std::size_t(route.source)];
  choice.target = space.devices[std::size_t(route.target)];
  for (const auto& segment : route.segments)
    choice.chunks.push_back(
        {space.devices[std::size_t(segment.device)], bounds[segment.i], bounds[segment.j] - 1});
  return choice;
}

Route route_of(const Space& space, std::size_t pipeline, const ExecutionChoice& choice) {
  const auto number = [&](const DeviceId& id) { return number_of(space, id); };
  const auto& bounds = space.pipelines[pipeline].bounds;
  const auto bound = [&](std::uint32_t layer) {
    return std::uint16_t(std::lower_bound(bounds.begin(), bounds.end(), layer) - bounds.begin());
  };
  Route route;
  route.pipeline = pipeline;
  route.source = number(choice.source);
  route.target = number(choice.target);
  for (const auto& chunk : choice.chunks)
    route.segments.push_back({number(chunk.device), bound(chunk.first_layer), bound(chunk.last_layer + 1)});
  complete(space, route);
  return route;
}

std::optional<Route> possible_route(const Space& space, std::size_t pipeline, const ExecutionChoice& choice) {
  const auto& table = space.pipelines[pipeline];
  const auto offers = [&](const std::vector<int>& devices, const DeviceId& id) {
    return std::find(devices.begin(), devices.end(), number_of(space, id)) != devices.end();
  };
  if (!offers(table.sources, choice.source) || !offers(table.targets, choice.target)) return std::nullopt;
  std::uint32_t next = 0;
  for (const auto& chunk : choice.chunks) {
    if (number_of(space, chunk.device) == int(space.devices.size()) || chunk.first_layer != next ||
        chunk.last_layer < chunk.first_layer || chunk.last_layer >= table.bounds.back())
      return std::nullopt;
    next = chunk.last_layer + 1;
    if (!std::binary_search(table.bounds.begin(), table.bounds.end(), next)) return std::nullopt;
  }
  if (next != table.bounds.back()) return std::nullopt;
  auto route = route_of(space, pipeline, choice);
  for (const auto& segment : route.segments)
    if (!space.node(pipeline, segment.device, segment.i, segment.j).valid) return std::nullopt;
  if (!is_allowed(space, route)) return std::nullopt;
  return route;
}

}  // namespace synergy::planner::search
