#include "rates.hpp"

#include <algorithm>

namespace synergy::planner {
namespace {

constexpr double kPerSecond = 1e-9;  ///< ns times runs per second
constexpr double kSame = 1e-12;      ///< relative

/// Progressive filling over a set of pipelines and units.
class Filling {
 public:
  Filling(const Loads& loads, const std::vector<Demand>& demands)
      : loads_(loads), demands_(demands), rates_(demands.size(), 0.0), is_held_(demands.size(), false) {
    std::uint32_t units = 0;
    for (const auto& of_pipeline : loads)
      for (const auto& [unit, ns] : of_pipeline) units = std::max(units, unit + 1);
    users_.resize(units);
    for (std::size_t p = 0; p < loads.size(); ++p)
      for (const auto& [unit, ns] : loads[p]) users_[unit].emplace_back(p, ns * kPerSecond);
  }

  std::vector<double> run() {
    for (std::size_t held = 0; held < demands_.size();) {
      std::vector<double> level_of(users_.size());
      double level = std::numeric_limits<double>::infinity();
      for (std::size_t u = 0; u < users_.size(); ++u) level = std::min(level, level_of[u] = highest(u));
      for (std::size_t p = 0; p < demands_.size(); ++p)
        if (!is_held_[p]) level = std::min(level, demands_[p].cap / demands_[p].weight);
      held += hold_at(level, level_of);
    }
    return rates_;
  }

 private:
  [[nodiscard]] double rate_at(std::size_t p, double level) const {
    if (is_held_[p]) return rates_[p];
    const auto& demand = demands_[p];
    return std::min(demand.cap, std::max(demand.floor, demand.weight * level));
  }

  /// The highest level that leaves the unit's load at 1 or below, caps not counted.
  [[nodiscard]] double highest(std::size_t unit) const {
    double load = 0;
    std::vector<std::pair<double, double>> growing;  // from which level on, and by how much a level
    for (const auto& [p, seconds] : users_[unit]) {
      load += rate_at(p, 0) * seconds;
      if (!is_held_[p])
        growing.emplace_back(demands_[p].floor / demands_[p].weight, demands_[p].weight * seconds);
    }
    std::sort(growing.begin(), growing.end());
    double slope = 0, level = 0;
    for (const auto& [from, more] : growing) {
      const double reached = load + slope * (from - level);
      if (slope > 0 && reached >= 1) break;
      load = reached;
      level = from;
      slope += more;
    }
    if (!(slope > 0)) return std::numeric_limits<double>::infinity();
    return std::max(level, level + (1 - load) / slope);
  }

  /// Those that can not grow beyond the level keep the rate that they have there; how many they are.
  std::size_t hold_at(double level, const std::vector<double>& level_of) {
    std::vector<std::size_t> now;
    const double reached = level * (1 + kSame);
    for (std::size_t p = 0; p < demands_.size(); ++p) {
      if (is_held_[p]) continue;
      const bool is_full = std::any_of(loads_[p].begin(), loads_[p].end(), [&](const auto& load) {
        return load.second > 0 && level_of[load.first] <= reached;
      });
      if (is_full || demands_[p].cap / demands_[p].weight <= reached) now.push_back(p);
    }
    for (const auto p : now) rates_[p] = rate_at(p, level);
    for (const auto p : now) is_held_[p] = true;
    return now.size();
  }

  const Loads& loads_;
  const std::vector<Demand>& demands_;
  std::vector<std::vector<std::pair<std::size_t, double>>> users_;  ///< by unit: pipeline, s a run
  std::vector<double> rates_;
  std::vector<bool> is_held_;
};

}  // namespace

bool is_bound_by_frames(const schemas::AppRequest& app) {
  return app.trigger == schemas::Trigger::kFrame ? app.rate == 0 : !app.repeat;
}

Demand demand_of(const schemas::BodyView& body, const Pipeline& pipeline) {
  Demand demand;
  demand.weight = pipeline.app.weight;
  demand.floor = pipeline.app.min_rate;
  if (pipeline.app.rate > 0) demand.cap = pipeline.app.rate;
  const auto sensor = body.sensor_profiles.find(pipeline.app.sensing.needs);
  if (is_bound_by_frames(pipeline.app) && sensor != body.sensor_profiles.end())
    if (const double fresh = sensor->second.fresh_per_second.value; fresh > 0)
      demand.cap = std::min(demand.cap, fresh);
  return demand;
}

double lasting_rate(const schemas::BodyView& body, const Pipeline& pipeline) {
  const auto& app = pipeline.app;
  return app.min_rate > 0 ? app.min_rate : std::min(app.rate, demand_of(body, pipeline).cap);
}

std::optional<Refusal> floor_above_cap(const schemas::BodyView& body, const Pipeline& pipeline) {
  const auto demand = demand_of(body, pipeline);
  if (demand.floor <= demand.cap * (1 + 1e-9)) return std::nullopt;
  const auto& app = pipeline.app;
  const auto what = "min_rate is " + std::to_string(app.min_rate) + " runs per second, ";
  if (app.rate > 0 && app.rate <= demand.cap)
    return Refusal{RefusalKind::kInfeasible, what + "its rate only " + std::to_string(app.rate)};
  return Refusal{RefusalKind::kInfeasible,
                 what + "but sensor '" + app.sensing.needs + "' has only " + std::to_string(demand.cap) +
                     " fresh frames per second: lower min_rate, or " +
                     (app.trigger == schemas::Trigger::kFrame
                          ? "say at which 'rate' frames come"
                          : "say 'repeat: true' where several runs may take the same frame")};
}

std::vector<Demand> demands_of(const Problem& problem) {
  std::vector<Demand> demands;
  for (const auto& pipeline : problem.pipelines) demands.push_back(demand_of(problem.body, pipeline));
  return demands;
}

std::vector<double> fair_rates(const Loads& loads, const std::vector<Demand>& demands) {
  return Filling(loads, demands).run();
}

double busiest(const Loads& loads, const std::vector<double>& rates) {
  std::map<std::uint32_t, double> sums;
  double most = 0;
  for (std::size_t p = 0; p < loads.size(); ++p)
    for (const auto& [unit, ns] : loads[p]) most = std::max(most, sums[unit] += rates[p] * ns * kPerSecond);
  return most;
}

bool floors_fit(const Loads& loads, const std::vector<Demand>& demands) {
  std::vector<double> floors;
  for (const auto& demand : demands) floors.push_back(demand.floor);
  return busiest(loads, floors) <= 1 + 1e-9;
}

double round_time(const Loads& loads) {
  return busiest(loads, std::vector<double>(loads.size(), 1.0)) / kPerSecond;
}

}  // namespace synergy::planner
