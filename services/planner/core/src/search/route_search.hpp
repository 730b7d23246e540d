// Walks the routes of one pipeline, cheapest first, and leaves out all that can not come below a limit.
//
// Two bounds are compared with the limit, each valid by itself:
//   dual:  base + cost so far + least completion, where units have a price (the weights' `unit`)
//   plain: base + cost so far + least completion without prices, + peak weight x the busiest unit, so far or
//          at least to come
#pragma once

#include <functional>

#include "bottleneck.hpp"
#include "completion.hpp"
#include "state.hpp"
#include "synergy/planner/budget.hpp"

namespace synergy::planner::search {

struct RouteQuery {
  std::size_t pipeline = 0;
  const Weights* dual = nullptr;
  const Completion* dual_completion = nullptr;
  double dual_base = 0;
  const Weights* plain = nullptr;
  const Completion* plain_completion = nullptr;
  double plain_base = 0;
  const Bottleneck* bottleneck = nullptr;
  const State* beside = nullptr;  ///< what is chosen for other pipelines
  bool ignores_peak = false;      ///< the busiest unit does not count in `plain`
  double limit = 0;
  std::size_t most_chunks = 0;  ///< fewer than the problem's limit; 0: that one
};

class RouteSearch {
 public:
  /// Called with each route and its dual cost (base included); may return a lower limit.
  using Visit = std::function<double(const Route&, double)>;

  RouteSearch(const Space& space, const RouteQuery& query);
  /// False when the budget was spent before the end.
  bool run(Budget& budget, const Visit& visit);

 private:
  struct Step {
    double dual, plain, peak;  ///< with completion
    double dual_cost, plain_cost;
    int source, device;
    std::uint16_t i, j;
  };
  [[nodiscard]] std::vector<Step> openings() const;
  [[nodiscard]] std::vector<Step> extensions(const Step& last) const;
  void consider(std::vector<Step>& steps, Step from, double dual, double plain, int device,
                std::size_t i) const;
  bool descend(const Step& step, Budget& budget, const Visit& visit);
  bool finish(const Step& step, const Visit& visit);
  void load(int device, std::size_t part, double ns) { add_load(device, part, rate_ * ns); }
  void add_load(int device, std::size_t part, double load);
  void drain(int device, double energy) { load(device, kBattery, energy * space_.per_uj(device)); }
  void load_edge(const Edge& edge, int from, int to);
  [[nodiscard]] bool within(double dual, double plain, double peak) const;

  const Space& space_;
  const PipelineTable& table_;
  RouteQuery query_;
  Prices dual_, plain_;
  double peak_weight_ = 0, rate_ = 1;
  std::size_t most_chunks_ = 0;
  std::vector<double> own_;
  double peak_ = 0;
  std::vector<bool> used_;
  Route route_;
};

}  // namespace synergy::planner::search
