#include "enumeration.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "enumeration_rates.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/planner/cost_model.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner/residency.hpp"

namespace synergy::planner_test {

using planner::CostModel;
using planner::ExecutionChoice;
using planner::Objective;
using planner::Problem;
using planner::SwitchKind;
using schemas::TaskKind;

namespace {

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

}  // namespace

class Enumeration::Combinations {
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
      const double mwh = problem_.body.profile_of(*device).battery_mwh.value_or(schemas::Figure{}).value *
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

Enumeration::Enumeration(const Problem& problem, const planner::SolveOptions& options)
    : combinations_(std::make_unique<Combinations>(problem, options)) {}
Enumeration::~Enumeration() = default;

double Enumeration::count() const { return combinations_->count(); }
std::optional<double> Enumeration::best() { return combinations_->best(); }
const std::vector<double>& Enumeration::fairest() const { return combinations_->fairest(); }

}  // namespace synergy::planner_test
