// `optimal` against every combination of every source, target, ordered choice of devices and cut, on 1000
// small problems, or 10 000 behind --long. Nothing of the search is used: times come from the cost model's
// steps (which `verify` and exhaustive_test.cpp judge), memory from find_residents().
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
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
      const bool in_way = step.kind == TaskKind::kTransfer && step.to == chunk.device && k > 0;
      const bool out_way =
          step.kind == TaskKind::kTransfer && step.device == chunk.device && k + 1 < choice_.chunks.size();
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
std::optional<std::vector<double>> fairest(const OwnLoads& loads, const std::vector<Asked>& asked) {
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

bool is_fairer(const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t k = 0; k < a.size(); ++k)
    if (std::abs(a[k] - b[k]) > 1e-8 * b[k]) return a[k] > b[k];
  return false;
}

/// The least cost over all combinations, in the measure of bounds: ns of a round, us, or uJ; of objective
/// `fair` the fairest vector.
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
    chosen_.assign(ways_.size(), nullptr);
    descend(0);
    return best_;
  }
  /// After best().
  [[nodiscard]] const std::vector<double>& fairest_rates() const { return fairest_; }

 private:
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
    for (const auto& [device, bytes] : sram)
      if (bytes > problem_.body.profile_of(*problem_.body.find(device)).sram_for_tensors_bytes.value) return;
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
    std::vector<Asked> asked;
    for (std::size_t p = 0; p < chosen_.size(); ++p) asked.push_back(asked_by(problem_, p));
    const auto rates = fairest(own_loads, asked);
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
    // With overlap the rate of a plan may be below what its busiest unit allows.
    if (!options.overlap && random.one_in(8)) pipeline.app.min_rate = double(1 + random.below(80));
    if (options.objective == Objective::kFair) ask_for_own_rate(pipeline.app, random);
  }
  for (auto& [name, profile] : problem.body.device_profiles)
    if (random.one_in(2))
      profile.sram_for_tensors_bytes.value = random.any_of<double>({64, 300, 1'000, 3'000, 9'000, 40'000});
  return problem;
}

planner::SolveOptions options_of(std::uint64_t seed) {
  planner::SolveOptions options;
  options.objective = std::array{Objective::kRounds, Objective::kFair,   Objective::kLatency,
                                 Objective::kFair,   Objective::kEnergy, Objective::kFair}[seed % 6];
  options.overlap = seed / 6 % 4 != 0;
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
/// Problems of each shard: kPerShard, or as many as SYNERGY_ENUMERATED says. One in two asks for `fair`.
std::uint64_t problems_of_a_shard() {
  const char* asked = std::getenv("SYNERGY_ENUMERATED");
  return asked == nullptr ? kPerShard : std::stoull(asked);
}
constexpr double kMostCombinations = 40'000;

/// Every level is proved, and together they are the fairest rates of all plans.
void expect_levels(const planner::Outcome& outcome, const std::vector<double>& fairest) {
  std::vector<double> levels;
  for (const auto& level : outcome.plan.levels) {
    EXPECT_EQ(level.value, level.bound);
    levels.insert(levels.end(), level.apps.size(), level.value);
  }
  std::sort(levels.begin(), levels.end());
  ASSERT_EQ(levels.size(), fairest.size());
  for (std::size_t k = 0; k < fairest.size(); ++k) EXPECT_NEAR(levels[k], fairest[k], 1e-6 * fairest[k]) << k;
}

class OptimalShard : public testing::TestWithParam<std::uint64_t> {};

TEST_P(OptimalShard, EqualsTheBestOfAllPlans) {
  const auto problems = problems_of_a_shard();
  std::uint64_t compared = 0, together = 0, infeasible = 0, reached = 0;
  for (std::uint64_t seed = GetParam() * 1'000'000; compared < problems; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto options = options_of(seed);
    const auto problem = small_problem(seed, options);
    Combinations combinations(problem, options);
    if (combinations.count() > kMostCombinations) continue;
    ++compared;
    const auto best = combinations.best();
    const auto outcome = planner::solve(problem, options);
    if (!best) {
      ++infeasible;
      EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible) << outcome.reason;
      EXPECT_FALSE(outcome.reason.empty());
      continue;
    }
    ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
    EXPECT_EQ(outcome.stopped_by, planner::StoppedBy::kProof);
    const double expected = in_outcome_units(*best, options.objective);
    EXPECT_NEAR(outcome.bound, expected, 1e-6 * expected);
    if (options.objective == Objective::kFair) expect_levels(outcome, combinations.fairest_rates());
    const auto verified = planner::verify(problem, outcome.plan);
    EXPECT_TRUE(verified) << verified.error().message;
    together += problem.pipelines.size() > 1;
    reached += outcome.plan.status == schemas::PlanStatus::kOptimal;
  }
  EXPECT_GE(together, problems / 8) << "the problems must be worth something";
  EXPECT_GE(infeasible, problems / 25);
  // A plan's real rate may be below what the busiest unit allows, but seldom is.
  if (problems >= 50) {
    EXPECT_GE(double(reached), 0.8 * double(compared - infeasible));
  }
  RecordProperty("reached", int(reached));
}

INSTANTIATE_TEST_SUITE_P(Enumerated, OptimalShard, testing::Range<std::uint64_t>(1, 11));

}  // namespace
}  // namespace synergy::planner_test
