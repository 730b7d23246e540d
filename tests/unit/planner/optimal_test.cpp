// `optimal` against every combination of every source, target, ordered choice of devices and cut, on 500
// small problems, or 10 000 behind --long. Nothing of the search is used: times come from the cost model's
// steps (which `verify` and exhaustive_test.cpp judge), memory from find_residents().
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <numeric>
#include <optional>

#include "planner_fixtures.hpp"
#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner/residency.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::CostModel;
using planner::ExecutionChoice;
using planner::Objective;
using planner::OutcomeStatus;
using planner::Problem;
using planner::SwitchKind;
using schemas::TaskKind;

/// One way to run a pipeline, and what it adds to a plan as long as no accelerator is shared.
struct Way {
  ExecutionChoice choice;
  std::map<schemas::UnitRef, double> loads;
  std::map<DeviceId, std::uint64_t> sram;
  std::map<DeviceId, double> drains;         ///< of batteries: uJ
  std::vector<double> switch_ns, switch_uj;  ///< of each chunk, where its accelerator is shared
  double time = 0, energy = 0;
  double buffer = 0;  ///< longest hold of a place that has room for one tensor at a time
};

/// All ways of one pipeline.
class Ways {
 public:
  Ways(const Problem& problem, CostModel& costs, std::size_t p) : problem_(problem), costs_(costs), p_(p) {
    const auto sources = planner::sources_for(problem.body, problem.pipelines[p]);
    const auto targets = planner::targets_for(problem.body, problem.pipelines[p]);
    if (!sources || !targets) return;
    for (const auto& source : *sources)
      for (const auto& target : *targets) {
        choice_.source = source;
        choice_.target = target;
        extend(0);
      }
  }

  std::vector<Way> all;

 private:
  [[nodiscard]] const schemas::AppRequest& app() const { return problem_.pipelines[p_].app; }

  void extend(std::uint32_t first) {
    const auto& program = problem_.pipelines[p_].model.program;
    const auto layers = std::uint32_t(program.layers.size());
    if (first == layers) return add();
    const auto cuts = accel_model::clean_cuts(program);
    for (const auto* device : planner::present_devices(problem_.body)) {
      if (std::any_of(choice_.chunks.begin(), choice_.chunks.end(),
                      [&](const auto& chunk) { return chunk.device == device->id; }))
        continue;
      for (auto end = first + 1; end <= layers; ++end) {
        if (end < layers && !std::binary_search(cuts.begin(), cuts.end(), end)) continue;
        if (!costs_.chunk(p_, first, end - 1, *device)) continue;
        choice_.chunks.push_back({device->id, first, end - 1});
        extend(end);
        choice_.chunks.pop_back();
      }
    }
  }

  void add() {
    if (choice_.chunks.size() < app().at_least_devices) return;
    Way way;
    way.choice = choice_;
    const std::vector<SwitchKind> none(choice_.chunks.size(), SwitchKind::kNone);
    const auto execution = costs_.execution(p_, choice_, none);
    for (const auto& step : execution.steps) {
      way.time += double(step.duration.count());
      way.energy += step.energy_uj;
      way.drains[step.device] += step.energy_of_end(false);
      if (step.kind == TaskKind::kTransfer) way.drains[step.to] += step.energy_of_end(true);
      for (const auto& unit : schemas::units_held(step)) way.loads[unit] += double(step.duration.count());
    }
    for (std::uint32_t k = 0; k < choice_.chunks.size(); ++k) {
      const auto step = costs_.switch_to(p_, choice_.chunks[k], k, SwitchKind::kProgram);
      way.switch_ns.push_back(double(step.duration.count()));
      way.switch_uj.push_back(step.energy_uj);
      way.buffer = std::max(way.buffer, hold(execution, k));
    }
    way.sram = planner::buffer_bytes(problem_.body, execution, problem_.pipelines[p_].input_bytes());
    all.push_back(std::move(way));
  }

  /// From the transfer that brings chunk `k` its input to the end of the one that takes its output away, if
  /// both are stored and its device has no room for both; without the ways of the source's and the target's.
  [[nodiscard]] double hold(const schemas::ExecutionPlan& execution, std::uint32_t k) const {
    const auto& chunk = choice_.chunks[k];
    const auto& program = problem_.pipelines[p_].model.program;
    const double in = k == 0 ? double(problem_.pipelines[p_].input_bytes())
                             : double(program.layers[chunk.first_layer - 1].output_bytes());
    const double out = double(program.layers[chunk.last_layer].output_bytes());
    const double sram =
        problem_.body.profile_of(*problem_.body.find(chunk.device)).sram_for_tensors_bytes.value;
    if (in > sram || out > sram || in + out <= sram) return 0;
    double sum = 0;
    for (const auto& step : execution.steps) {
      const bool here = step.device == chunk.device && step.chunk == k;
      const bool moves = step.kind == TaskKind::kTransfer;
      const bool in_way =
          moves && k > 0 && step.to == chunk.device && step.device == choice_.chunks[k - 1].device;
      const bool out_way = moves && k + 1 < choice_.chunks.size() && step.device == chunk.device &&
                           step.to == choice_.chunks[k + 1].device;
      const bool inside = here && step.kind != TaskKind::kTransfer && step.kind != TaskKind::kSwitch &&
                          step.kind != TaskKind::kSense && step.kind != TaskKind::kPrepare &&
                          step.kind != TaskKind::kInteract;
      const bool load = step.kind == TaskKind::kLoad,
                 leave = step.kind == TaskKind::kUnload || step.kind == TaskKind::kUnpack;
      if ((inside && (!load || k > 0) && (!leave || k + 1 < choice_.chunks.size())) || in_way || out_way)
        sum += double(step.duration.count());
    }
    return sum;
  }

  const Problem& problem_;
  CostModel& costs_;
  std::size_t p_;
  ExecutionChoice choice_;
};

/// By pipeline and unit: ns of a run.
using OwnLoads = std::vector<std::map<schemas::UnitRef, double>>;

/// What an app asks of its rate: runs per second.
struct Asked {
  double weight = 1, floor = 0, cap = 1e12;
};

Asked asked_by(const Problem& problem, std::size_t p) {
  const auto& app = problem.pipelines[p].app;
  Asked asked{app.weight, app.min_rate, app.rate > 0 ? app.rate : 1e12};
  const double fresh = problem.body.sensor_profiles.at(app.sensing.needs).fresh_per_second.value;
  if (!app.repeat && fresh > 0) asked.cap = std::min(asked.cap, fresh);
  return asked;
}

bool fits(const OwnLoads& loads, const std::vector<double>& rates) {
  std::map<schemas::UnitRef, double> sums;
  for (std::size_t p = 0; p < loads.size(); ++p)
    for (const auto& [unit, ns] : loads[p])
      if ((sums[unit] += rates[p] * ns * 1e-9) > 1 + 1e-12) return false;
  return true;
}

/// Rate / weight of each pipeline, ascending, the greatest in lexicographic order that these loads allow;
/// found by halving intervals: all that may still grow are raised together as far as they fit; then each of
/// them is tried alone, and who can not grow stays. Nothing where the floors do not fit.
std::optional<std::vector<double>> fairest_of(const OwnLoads& loads, const std::vector<Asked>& asked) {
  const std::size_t count = loads.size();
  std::vector<double> rates(count);
  for (std::size_t p = 0; p < count; ++p) {
    if (asked[p].floor > asked[p].cap) return std::nullopt;
    rates[p] = asked[p].floor;
  }
  if (!fits(loads, rates)) return std::nullopt;
  std::vector<bool> grows(count, true);
  const auto at = [&](double level) {
    auto tried = rates;
    for (std::size_t p = 0; p < count; ++p)
      if (grows[p]) tried[p] = std::min(asked[p].cap, std::max(tried[p], level * asked[p].weight));
    return tried;
  };
  while (std::find(grows.begin(), grows.end(), true) != grows.end()) {
    double low = 0, high = 1e13;
    for (int step = 0; step < 120; ++step)
      (fits(loads, at((low + high) / 2)) ? low : high) = (low + high) / 2;
    rates = at(low);
    for (std::size_t p = 0; p < count; ++p) {
      auto tried = rates;
      tried[p] *= 1 + 1e-7;
      if (grows[p] && (rates[p] >= asked[p].cap || !fits(loads, tried))) grows[p] = false;
    }
  }
  for (std::size_t p = 0; p < count; ++p) rates[p] /= asked[p].weight;
  std::sort(rates.begin(), rates.end());
  return rates;
}

/// One side of what a corner of the allowed rates lies on: sum of factor x rate = value.
struct Side {
  std::vector<double> factors;
  double value = 0;
};

/// Solves as many equations as unknowns; nothing where they do not determine them.
std::optional<std::vector<double>> corner_of(std::vector<Side> sides) {
  const std::size_t count = sides.size();
  for (std::size_t k = 0; k < count; ++k) {
    std::size_t pivot = k;
    for (std::size_t row = k + 1; row < count; ++row)
      if (std::abs(sides[row].factors[k]) > std::abs(sides[pivot].factors[k])) pivot = row;
    if (std::abs(sides[pivot].factors[k]) < 1e-14) return std::nullopt;
    std::swap(sides[k], sides[pivot]);
    for (std::size_t row = 0; row < count; ++row) {
      if (row == k) continue;
      const double times = sides[row].factors[k] / sides[k].factors[k];
      for (std::size_t col = 0; col < count; ++col) sides[row].factors[col] -= times * sides[k].factors[col];
      sides[row].value -= times * sides[k].value;
    }
  }
  std::vector<double> corner;
  for (std::size_t k = 0; k < count; ++k) corner.push_back(sides[k].value / sides[k].factors[k]);
  return corner;
}

/// The greatest weighted sum of rates that these loads, floors and caps allow, if it is above `least`: that
/// of some corner, and every corner is tried. Nothing where there is none.
std::optional<double> greatest_sum(const OwnLoads& loads, const std::vector<Asked>& asked, double least) {
  const std::size_t count = loads.size();
  std::vector<double> floors;
  double at_most = 0;
  for (std::size_t p = 0; p < count; ++p) {
    if (asked[p].floor > asked[p].cap) return std::nullopt;
    floors.push_back(asked[p].floor);
    double most = asked[p].cap;
    for (const auto& [unit, ns] : loads[p])
      if (ns > 0) most = std::min(most, 1e9 / ns);
    at_most += asked[p].weight * most;
  }
  if (at_most <= least || !fits(loads, floors)) return std::nullopt;
  std::map<schemas::UnitRef, Side> units;
  for (std::size_t p = 0; p < count; ++p)
    for (const auto& [unit, ns] : loads[p]) {
      auto& side = units.try_emplace(unit, Side{std::vector<double>(count, 0.0), 1}).first->second;
      side.factors[p] = ns * 1e-9;
    }
  std::vector<Side> sides;
  for (const auto& [unit, side] : units)
    if (std::none_of(sides.begin(), sides.end(), [&, &one = side](const Side& known) {
          return std::equal(one.factors.begin(), one.factors.end(), known.factors.begin(),
                            std::less_equal<>());  // never reached before the other
        }))
      sides.push_back(side);
  const auto units_in_sides = sides.size();
  for (std::size_t p = 0; p < count; ++p)
    for (const double value : {asked[p].floor, asked[p].cap}) {
      sides.push_back({std::vector<double>(count, 0.0), value});
      sides.back().factors[p] = 1;
    }
  std::optional<double> best;
  std::vector<Side> chosen;
  const std::function<void(std::size_t)> choose = [&](std::size_t from) {
    if (chosen.size() < count) {
      for (auto k = from; k < sides.size(); ++k) {
        chosen.push_back(sides[k]);
        choose(k + 1);
        chosen.pop_back();
      }
      return;
    }
    const auto corner = corner_of(chosen);
    if (!corner) return;
    double sum = 0;
    for (std::size_t p = 0; p < count; ++p) {
      const double rate = (*corner)[p];
      if (rate < asked[p].floor * (1 - 1e-9) || rate > asked[p].cap * (1 + 1e-9)) return;
      sum += asked[p].weight * rate;
    }
    if (sum <= std::max(least, best.value_or(0))) return;
    for (std::size_t k = 0; k < units_in_sides; ++k)
      if (std::inner_product(corner->begin(), corner->end(), sides[k].factors.begin(), 0.0) > 1 + 1e-9)
        return;
    best = sum;
  };
  choose(0);
  return best;
}

bool is_fairer(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t k = 0; k < a.size(); ++k)
    if (std::abs(a[k] - b[k]) > 1e-8 * b[k]) return a[k] > b[k];
  return false;
}

/// The least cost over all combinations, in the measure of bounds: ns of a round, us, or uJ; of objective
/// `fair` the fairest vector, of `lifetime` the longest.
class Combinations {
 public:
  Combinations(const Problem& problem, const planner::SolveOptions& options)
      : problem_(problem), options_(options), costs_(problem) {
    for (std::size_t p = 0; p < problem.pipelines.size(); ++p) ways_.push_back(Ways(problem, costs_, p).all);
  }

  [[nodiscard]] double count() const {
    double product = 1;
    for (const auto& ways : ways_) product *= double(ways.size());
    return product;
  }
  std::optional<double> best() {
    for (std::size_t p = 0; p < ways_.size(); ++p) {
      asked_.push_back(asked_by(problem_, p));
      if (options_.objective == Objective::kSum && asked_[p].floor == 0)
        asked_[p].floor = 0.01 * std::min(asked_[p].cap, alone(p));
    }
    chosen_.assign(ways_.size(), nullptr);
    descend(0);
    return best_;
  }
  /// After best(): rates / weights, or hours, ascending.
  [[nodiscard]] const std::vector<double>& fairest() const { return fairest_; }

 private:
  /// Runs per second that the pipeline would have alone; 0 where it has no way.
  double alone(std::size_t p) {
    double best = 0;
    for (const auto& way : ways_[p]) {
      double most = options_.overlap ? way.buffer : way.time;
      if (options_.overlap)
        for (const auto& [unit, ns] : way.loads) most = std::max(most, ns);
      const double deadline = problem_.pipelines[p].app.deadline_us;
      if (deadline > 0 && way.time > deadline * 1e3) continue;
      if (has_room(way.sram)) best = std::max(best, 1e9 / most);
    }
    return best;
  }
  template <class Bytes>
  [[nodiscard]] bool has_room(const std::map<DeviceId, Bytes>& sram) const {
    return std::all_of(sram.begin(), sram.end(), [&](const auto& held) {
      return double(held.second) <=
             problem_.body.profile_of(*problem_.body.find(held.first)).sram_for_tensors_bytes.value;
    });
  }

  void descend(std::size_t p) {
    if (p == ways_.size()) return judge();
    for (const auto& way : ways_[p]) {
      chosen_[p] = &way;
      descend(p + 1);
    }
  }

  /// Chunks of each device in plan order; nothing where they do not fit.
  std::optional<std::map<DeviceId, SwitchKind>> residents() {
    std::map<DeviceId, std::vector<std::array<std::uint32_t, 3>>> on;
    for (std::uint32_t p = 0; p < chosen_.size(); ++p)
      for (const auto& chunk : chosen_[p]->choice.chunks)
        on[chunk.device].push_back({p, chunk.first_layer, chunk.last_layer});
    std::map<DeviceId, SwitchKind> kinds;
    for (const auto& [device, chunks] : on) {
      const auto [known, fresh] = judged_.try_emplace({device, chunks});
      if (fresh) known->second = judge_device(device, chunks);
      if (!known->second) return std::nullopt;
      kinds[device] = *known->second;
    }
    return kinds;
  }

  std::optional<SwitchKind> judge_device(const DeviceId& device,
                                         const std::vector<std::array<std::uint32_t, 3>>& chunks) const {
    planner::Choices choices(problem_.pipelines.size());
    for (const auto& [p, first, last] : chunks)
      choices[p].executions = {{1, {}, {}, {{device, first, last}}}};
    const auto found = planner::find_residents(problem_, choices, options_.residency);
    if (!found) return std::nullopt;
    return found->at(device).switched;
  }

  void judge() {
    std::map<DeviceId, double> sram;
    for (const auto* way : chosen_)
      for (const auto& [device, bytes] : way->sram) sram[device] += double(bytes);
    if (!has_room(sram)) return;
    const auto kinds = residents();
    if (!kinds) return;
    std::map<schemas::UnitRef, double> loads;
    double time = 0, energy = 0, peak = 0;
    const auto parts = planner::energy_parts(problem_);
    OwnLoads own_loads;
    for (std::size_t p = 0; p < chosen_.size(); ++p) {
      const auto& way = *chosen_[p];
      double own = way.time;
      own_loads.push_back(loads_of(p, way, *kinds));
      for (const auto& [unit, ns] : way.loads) peak = std::max(peak, loads[unit] += ns);
      for (std::size_t k = 0; k < way.choice.chunks.size(); ++k) {
        const auto& device = way.choice.chunks[k].device;
        if (kinds->at(device) == SwitchKind::kNone) continue;
        own += way.switch_ns[k];
        energy += parts[p] * way.switch_uj[k];
        for (const auto unit : {schemas::Unit::kCpu, schemas::Unit::kAccelerator})
          peak = std::max(peak, loads[{device, unit}] += way.switch_ns[k]);
      }
      const double deadline = problem_.pipelines[p].app.deadline_us;
      if (deadline > 0 && own > deadline * 1e3) return;
      time += own;
      energy += parts[p] * way.energy;
      peak = std::max(peak, way.buffer);
    }
    const double round = options_.overlap ? peak : time, runs = double(chosen_.size());
    if (options_.objective == Objective::kSum) {
      const double least = best_ ? 1e9 / *best_ : 0;
      if (const auto sum = greatest_sum(own_loads, asked_, least); sum && *sum > least) best_ = 1e9 / *sum;
      return;
    }
    if (options_.objective == Objective::kLifetime) return judge_hours(own_loads, *kinds);
    const auto rates = fairest_of(own_loads, asked_);
    if (!rates) return;
    if (options_.objective == Objective::kFair) {
      if (!best_ || is_fairer(*rates, fairest_)) fairest_ = *rates;
      best_ = 1e9 / fairest_.front();
      return;
    }
    if (options_.objective == Objective::kRounds)
      for (const auto& pipeline : problem_.pipelines)
        if (pipeline.app.min_rate > 0 && round > 1e9 / pipeline.app.min_rate) return;
    double value = round;
    if (options_.objective == Objective::kLatency) value = time / runs / 1e3;
    if (options_.objective == Objective::kEnergy) value = energy;
    best_ = std::min(best_.value_or(value), value);
  }

  /// At the least rates that the apps ask for.
  void judge_hours(const OwnLoads& loads, const std::map<DeviceId, SwitchKind>& kinds) {
    std::vector<double> rates;
    for (const auto& asked : asked_) rates.push_back(asked.floor > 0 ? asked.floor : asked.cap);
    for (std::size_t p = 0; p < rates.size(); ++p)
      if (rates[p] > asked_[p].cap) return;
    if (!fits(loads, rates)) return;
    std::map<DeviceId, double> power_mw;
    for (std::size_t p = 0; p < rates.size(); ++p) {
      const auto& way = *chosen_[p];
      for (const auto& [device, uj] : way.drains) power_mw[device] += rates[p] * uj * 1e-3;
      for (std::size_t k = 0; k < way.choice.chunks.size(); ++k)
        if (const auto& device = way.choice.chunks[k].device; kinds.at(device) != SwitchKind::kNone)
          power_mw[device] += rates[p] * way.switch_uj[k] * 1e-3;
    }
    std::vector<double> hours;
    for (const auto* device : planner::present_devices(problem_.body)) {
      const double power = power_mw[device->id] + problem_.body.idle_power_mw(*device);
      const double mwh = problem_.body.profile_of(*device).battery_mwh.value *
                         problem_.body.batteries.at(device->id.text()) / 100;
      if (power > 0 && mwh > 0) hours.push_back(mwh / power);
    }
    std::sort(hours.begin(), hours.end());
    if (hours.empty()) hours.push_back(0);  // no battery that is not empty: refused
    if (!best_ || is_fairer(hours, fairest_)) fairest_ = hours;
    best_ = 1e9 / fairest_.front();
  }

  /// With its switches; without overlap of one unit, which every task holds.
  [[nodiscard]] std::map<schemas::UnitRef, double> loads_of(
      std::size_t p, const Way& way, const std::map<DeviceId, SwitchKind>& kinds) const {
    auto own = way.loads;
    double time = way.time;
    for (std::size_t k = 0; k < way.choice.chunks.size(); ++k) {
      const auto& device = way.choice.chunks[k].device;
      if (kinds.at(device) == SwitchKind::kNone) continue;
      time += way.switch_ns[k];
      for (const auto unit : {schemas::Unit::kCpu, schemas::Unit::kAccelerator})
        own[{device, unit}] += way.switch_ns[k];
    }
    if (!options_.overlap) return {{{}, time}};
    // A place that one run holds at a time: of this pipeline alone.
    if (way.buffer > 0) own[{DeviceId("place-" + std::to_string(p)), schemas::Unit::kCpu}] = way.buffer;
    return own;
  }

  const Problem& problem_;
  const planner::SolveOptions& options_;
  CostModel costs_;
  std::vector<std::vector<Way>> ways_;
  std::vector<const Way*> chosen_;
  std::map<std::pair<DeviceId, std::vector<std::array<std::uint32_t, 3>>>, std::optional<SwitchKind>> judged_;
  std::optional<double> best_;
  std::vector<Asked> asked_;
  std::vector<double> fairest_;
};

void ask_for_own_rate(schemas::AppRequest& app, Random& random) {
  app.weight = random.any_of<double>({1, 1, 1, 2, 0.5, 1.0 / 3, 7});
  if (random.one_in(4)) app.rate = double(1 + random.below(300)) / 3;
  app.repeat = !random.one_in(5);
}

/// Up to 3 pipelines on up to 3 devices, up to 6 layers each; memory, SRAM, deadlines and rates often matter.
Problem small_problem(std::uint64_t seed, const planner::SolveOptions& options) {
  Random random(seed);
  const auto pipelines = random.any_of<std::size_t>({1, 2, 2, 3});
  auto problem = random_problem(random.next(), pipelines);
  while (problem.body.devices.size() > 3) problem.body.devices.pop_back();
  std::erase_if(problem.body.absent, [&](const DeviceId& id) { return problem.body.find(id) == nullptr; });
  for (auto& pipeline : problem.pipelines) {
    for (auto* need : {&pipeline.app.sensing, &pipeline.app.interaction})
      if (problem.body.find(need->on) == nullptr) need->on = {};
    if (random.one_in(6)) pipeline.app.deadline_us = double(2'000 + random.below(40'000));
    pipeline.app.repeat = true;
    // With overlap the rate of a plan may be below what its busiest unit allows; where rates are raised one
    // by one, seldom below a low floor.
    const bool raises = options.objective == Objective::kFair || options.objective == Objective::kSum;
    if ((!options.overlap || raises) && random.one_in(8))
      pipeline.app.min_rate = double(1 + random.below(options.overlap ? 30 : 80));
    if (raises) ask_for_own_rate(pipeline.app, random);
    if (options.objective == Objective::kLifetime) {
      (random.one_in(2) ? pipeline.app.min_rate : pipeline.app.rate) = double(1 + random.below(60)) / 3;
      pipeline.app.repeat = !random.one_in(5);
    }
  }
  for (auto& [name, profile] : problem.body.device_profiles)
    if (random.one_in(2))
      profile.sram_for_tensors_bytes.value = random.any_of<double>({64, 300, 1'000, 3'000, 9'000, 40'000});
  if (options.objective == Objective::kLifetime) {
    for (auto& [name, profile] : problem.body.device_profiles)
      profile.battery_mwh.value = random.any_of<double>({40, 180, 180, 1'100});
    for (const auto& device : problem.body.devices)
      problem.body.batteries[device.id.text()] = random.any_of<std::uint32_t>({100, 100, 55, 3, 0});
  }
  return problem;
}

planner::SolveOptions options_of(std::uint64_t seed) {
  planner::SolveOptions options;
  options.objective =
      std::array{Objective::kRounds, Objective::kFair,   Objective::kLatency, Objective::kSum,
                 Objective::kFair,   Objective::kEnergy, Objective::kSum,     Objective::kLifetime}[seed % 8];
  options.overlap = seed / 8 % 4 != 0;
  return options;
}

double in_outcome_units(double cost, Objective objective) {
  return planner::more_is_better(objective) ? 1e9 / cost : cost;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kPerShard = 5;  // ten times as slow
#else
constexpr std::uint64_t kPerShard = 50;
#endif
/// Problems of each shard: kPerShard, or as many as SYNERGY_ENUMERATED says.
std::uint64_t problems_of_a_shard() {
  const char* asked = std::getenv("SYNERGY_ENUMERATED");
  return asked == nullptr ? kPerShard : std::stoull(asked);
}
constexpr double kMostCombinations = 40'000;

/// Every level is proved, and together they are the fairest rates, or hours, of all plans.
void expect_levels(const planner::Outcome& outcome, const std::vector<double>& fairest) {
  std::vector<double> levels;
  for (const auto& level : outcome.plan.levels) {
    EXPECT_EQ(level.value, level.bound);
    levels.insert(levels.end(), level.apps.size() + level.devices.size(), level.value);
  }
  std::sort(levels.begin(), levels.end());
  ASSERT_EQ(levels.size(), fairest.size());
  for (std::size_t k = 0; k < fairest.size(); ++k) EXPECT_NEAR(levels[k], fairest[k], 1e-6 * fairest[k]) << k;
}

/// `optimal-mixed` is never behind `optimal`, and never above its own bound.
void expect_mixture_within(const Problem& problem, planner::SolveOptions options,
                           const planner::Outcome& single) {
  options.policy = "optimal-mixed";
  const auto mixed = planner::solve(problem, options);
  ASSERT_TRUE(mixed.has_plan()) << mixed.reason;
  EXPECT_GE(planner::advantage(mixed.objective_value, single.objective_value, options.objective), -1e-6);
  EXPECT_LE(planner::advantage(mixed.objective_value, mixed.bound, options.objective), 1e-6);
}

bool asks_for_floor(const Problem& problem) {
  return std::any_of(problem.pipelines.begin(), problem.pipelines.end(),
                     [](const auto& pipeline) { return pipeline.app.min_rate > 0; });
}

class OptimalShard : public testing::TestWithParam<std::uint64_t> {};

TEST_P(OptimalShard, EqualsTheBestOfAllPlans) {
  const auto problems = problems_of_a_shard();
  std::uint64_t compared = 0, together = 0, infeasible = 0, reached = 0, missed = 0;
  for (std::uint64_t seed = GetParam() * 1'000'000; compared < problems; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto options = options_of(seed);
    const auto problem = small_problem(seed, options);
    Combinations combinations(problem, options);
    if (combinations.count() > kMostCombinations) continue;
    ++compared;
    const auto best = combinations.best();
    const auto outcome = planner::solve(problem, options);
    if (outcome.status == OutcomeStatus::kInvalid) {  // no battery that is not empty
      EXPECT_EQ(options.objective, Objective::kLifetime) << outcome.reason;
      continue;
    }
    if (!best) {
      ++infeasible;
      EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible) << outcome.reason;
      EXPECT_FALSE(outcome.reason.empty());
      continue;
    }
    // What fits where units are loaded to the full may not be met by whole runs in a cycle.
    if (outcome.status == OutcomeStatus::kOutOfResource && asks_for_floor(problem)) {
      ++missed;
      continue;
    }
    ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
    EXPECT_EQ(outcome.stopped_by, planner::StoppedBy::kProof);
    const double expected = in_outcome_units(*best, options.objective);
    EXPECT_NEAR(outcome.bound, expected, 1e-6 * expected);
    if (options.objective == Objective::kFair || options.objective == Objective::kLifetime)
      expect_levels(outcome, combinations.fairest());
    if (seed % 5 == 0) expect_mixture_within(problem, options, outcome);
    const auto verified = planner::verify(problem, outcome.plan);
    EXPECT_TRUE(verified) << verified.error().message;
    together += problem.pipelines.size() > 1;
    reached += outcome.plan.status == schemas::PlanStatus::kOptimal;
  }
  EXPECT_GE(together, problems / 8) << "the problems must be worth something";
  EXPECT_GE(infeasible, problems / 25);
  EXPECT_LE(missed, problems / 50);
  // A plan's real rate may be below what the busiest unit allows, but seldom is.
  if (problems >= 50) {
    EXPECT_GE(double(reached), 0.7 * double(compared - infeasible));
  }
  RecordProperty("reached", int(reached));
}

INSTANTIATE_TEST_SUITE_P(Enumerated, OptimalShard, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace synergy::planner_test
