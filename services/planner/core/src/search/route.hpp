// One way through the mesh for one pipeline, with everything it adds to a plan.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "space.hpp"

namespace synergy::planner::search {

/// Boundaries [i, j) of a pipeline on a device.
struct Segment {
  int device = 0;
  std::uint16_t i = 0, j = 0;
  bool operator==(const Segment&) const = default;
};

/// Loads and sums leave switches out: whether a chunk pays one depends on its neighbours.
struct Route {
  std::size_t pipeline = 0;
  int source = 0, target = 0;
  std::vector<Segment> segments;
  std::vector<std::pair<std::uint32_t, double>> loads;  ///< (device x kUnits + unit, ns), each unit once
  std::vector<std::pair<int, double>> sram;             ///< (device, bytes)
  double time = 0, energy = 0;

  [[nodiscard]] bool same_way(const Route& other) const {
    return source == other.source && target == other.target && segments == other.segments;
  }
};

/// Whether a plan may take it: no device twice, as many chunks as the app and the options ask for. (Routes of
/// the relaxation need not be.)
[[nodiscard]] bool is_allowed(const Space& space, const Route& route);

/// Sums up a route whose ends and segments are set. Its segments must be valid and follow each other.
void complete(const Space& space, Route& route);

[[nodiscard]] ExecutionChoice choice_of(const Space& space, const Route& route);
/// The other way round; the choice must be made of clean cuts and present devices.
[[nodiscard]] Route route_of(const Space& space, std::size_t pipeline, const ExecutionChoice& choice);
/// The same of a choice from elsewhere; nothing where the pipeline can not go that way alone.
[[nodiscard]] std::optional<Route> possible_route(const Space& space, std::size_t pipeline,
                                                  const ExecutionChoice& choice);

}  // namespace synergy::planner::search
