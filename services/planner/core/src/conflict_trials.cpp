#include "conflict_trials.hpp"

#include <algorithm>
#include <utility>

#include "rates.hpp"
#include "search/level.hpp"
#include "synergy/base/check.hpp"

namespace synergy::planner::conflict {
namespace {

using schemas::DemandKind;

constexpr double kPerNs = 1e-9;  ///< runs per second in runs per ns
constexpr double kSame = 1e-9;
/// Of one trial, and the part of what is left that it takes at most. Undecided by then, a demand stays.
constexpr std::uint64_t kNodesPerTrial = 20'000, kTrialPart = 6;
/// What tables and the relaxation of a trial take that no budget counts, by pipeline.
constexpr std::uint64_t kNodesToBegin = 200;

/// The problem without all that is asked of rates, deadlines and devices.
Problem lifted(Problem problem) {
  for (auto& pipeline : problem.pipelines) {
    auto& app = pipeline.app;
    app.min_rate = app.deadline_us = 0;
    app.at_least_devices = 1;
    app.sensing.on = app.interaction.on = {};
  }
  return problem;
}

search::Space tables_of(const Problem& problem, const SolveOptions& options) {
  CostModel costs(problem);
  auto space = search::Space::build(costs, options);
  SYNERGY_CHECK(space.has_value(), space ? "" : space.error().reason.c_str());
  space->floors.clear();
  space->load_limit = search::Prices::kInfinite;
  // Every trial asks for the least load of the busiest unit, or, without overlap, of the mesh.
  space->options.objective = Objective::kFair;
  space->energy_weight = 0;
  space->peak_weight = options.overlap ? 1 : 0;
  space->time_weight = options.overlap ? 0 : 1;
  return std::move(*space);
}

void lift_memory(search::Space& space) {
  space.unlimited_memory = true;
  for (auto& capacity : space.capacity) {
    capacity.layers = capacity.weight_bytes = capacity.sram = capacity.columns_total = 1e18;
    capacity.columns.fill(std::numeric_limits<std::uint16_t>::max());
  }
}

}  // namespace

Trials::Trials(const Problem& problem, const SolveOptions& options, Budget& budget)
    : problem_(problem),
      options_(options),
      budget_(budget),
      lifted_(lifted(problem)),
      base_(tables_of(lifted_, options)),
      tables_(std::move(base_.pipelines)) {
  base_.pipelines.clear();
  list_items();
  for (std::size_t k = 0; k < items_.size(); ++k) numbers_[{items_[k].pipeline, items_[k].kind}] = k;
}

void Trials::list_items() {
  items_.push_back({DemandKind::kMemory, problem_.pipelines.size()});
  const auto add = [&](DemandKind kind, const auto& asks) {
    for (std::size_t p = 0; p < problem_.pipelines.size(); ++p)
      if (asks(problem_.pipelines[p].app, p)) items_.push_back({kind, p});
  };
  using App = schemas::AppRequest;
  add(DemandKind::kAtLeastDevices, [](const App& app, std::size_t) { return app.at_least_devices > 1; });
  add(DemandKind::kSensingOn, [](const App& app, std::size_t) { return !app.sensing.on.empty(); });
  add(DemandKind::kInteractionOn, [](const App& app, std::size_t) { return !app.interaction.on.empty(); });
  add(DemandKind::kDeadline, [](const App& app, std::size_t) { return app.deadline_us > 0; });
  const auto is_above = [](double floor, double cap) { return floor > cap * (1 + kSame); };
  add(DemandKind::kRate,
      [&](const App& app, std::size_t) { return app.rate > 0 && is_above(app.min_rate, app.rate); });
  add(DemandKind::kFreshFrames,
      [&](const App& app, std::size_t p) { return is_above(app.min_rate, cap_of(p)); });
  add(DemandKind::kMinimumRate, [](const App& app, std::size_t) { return app.min_rate > 0; });
  for (std::size_t p = problem_.pipelines.size(); p-- > 0;) items_.push_back({DemandKind::kApp, p});
}

/// By its sensor alone; infinite where runs may share a frame.
double Trials::cap_of(std::size_t p) const {
  auto unpaced = problem_.pipelines[p];
  if (!is_bound_by_frames(unpaced.app)) return std::numeric_limits<double>::infinity();
  unpaced.app.rate = 0;
  return demand_of(problem_.body, unpaced).cap;
}

bool Trials::keeps(const Kept& kept, DemandKind kind, std::size_t p) const {
  const auto found = numbers_.find({p, kind});
  return found != numbers_.end() && kept[found->second];
}

Kept Trials::without(Kept kept, std::size_t item) const {
  kept[item] = false;
  if (items_[item].kind == DemandKind::kApp)
    for (std::size_t k = 0; k < items_.size(); ++k)
      if (items_[k].pipeline == items_[item].pipeline) kept[k] = false;
  return kept;
}

Kept Trials::with_memory(Kept kept) const {
  kept[kMemoryItem] = true;
  return kept;
}

double Trials::value_of(std::size_t item) const {
  const auto& [kind, p] = items_[item];
  if (kind == DemandKind::kMemory) return 0;
  const auto& app = problem_.pipelines[p].app;
  switch (kind) {
    case DemandKind::kMinimumRate:
      return app.min_rate;
    case DemandKind::kRate:
      return app.rate;
    case DemandKind::kFreshFrames:
      return cap_of(p);
    case DemandKind::kDeadline:
      return app.deadline_us;
    case DemandKind::kAtLeastDevices:
      return app.at_least_devices;
    default:
      return 0;
  }
}

schemas::Demand Trials::demand(std::size_t item) const {
  const auto& [kind, p] = items_[item];
  schemas::Demand demand{kind, {}, value_of(item), {}};
  if (kind == DemandKind::kMemory) return demand;
  const auto& app = problem_.pipelines[p].app;
  demand.app = app.app;
  if (kind == DemandKind::kSensingOn) demand.detail = app.sensing.on.text();
  if (kind == DemandKind::kInteractionOn) demand.detail = app.interaction.on.text();
  return demand;
}

Problem Trials::asked(const Kept& kept) const {
  Problem asked{problem_.body, {}};
  for (std::size_t p = 0; p < problem_.pipelines.size(); ++p) {
    if (!keeps(kept, DemandKind::kApp, p)) continue;
    asked.pipelines.push_back(lifted_.pipelines[p]);
    auto& app = asked.pipelines.back().app;
    const auto& whole = problem_.pipelines[p].app;
    if (keeps(kept, DemandKind::kMinimumRate, p)) app.min_rate = whole.min_rate;
    if (keeps(kept, DemandKind::kDeadline, p)) app.deadline_us = whole.deadline_us;
    if (keeps(kept, DemandKind::kAtLeastDevices, p)) app.at_least_devices = whole.at_least_devices;
    if (keeps(kept, DemandKind::kSensingOn, p)) app.sensing.on = whole.sensing.on;
    if (keeps(kept, DemandKind::kInteractionOn, p)) app.interaction.on = whole.interaction.on;
  }
  return asked;
}

/// False where no device is left for one of them.
bool Trials::set_ends(const Kept& kept, std::size_t p, search::PipelineTable& table) const {
  auto pipeline = lifted_.pipelines[p];
  const auto& whole = problem_.pipelines[p].app;
  if (keeps(kept, DemandKind::kSensingOn, p)) pipeline.app.sensing.on = whole.sensing.on;
  if (keeps(kept, DemandKind::kInteractionOn, p)) pipeline.app.interaction.on = whole.interaction.on;
  const auto sources = sources_for(problem_.body, pipeline);
  const auto targets = targets_for(problem_.body, pipeline);
  if (!sources || !targets) return false;
  const auto number = [&](const DeviceId& id) {
    return int(std::find(base_.devices.begin(), base_.devices.end(), id) - base_.devices.begin());
  };
  table.sources.clear();
  table.targets.clear();
  for (const auto& id : *sources) table.sources.push_back(number(id));
  for (const auto& id : *targets) table.targets.push_back(number(id));
  return true;
}

std::optional<Trials::Part> Trials::part_of(const Kept& kept) const {
  Part part{{problem_.body, {}}, {}, base_, {}};
  for (std::size_t p = 0; p < problem_.pipelines.size(); ++p) {
    if (!keeps(kept, DemandKind::kApp, p)) continue;
    const auto& app = problem_.pipelines[p].app;
    auto table = tables_[p];
    if (!set_ends(kept, p, table)) return std::nullopt;
    if (keeps(kept, DemandKind::kDeadline, p)) table.deadline = app.deadline_us * 1e3;
    if (keeps(kept, DemandKind::kAtLeastDevices, p)) table.at_least = app.at_least_devices;
    if (table.at_least > std::min({base_.devices.size(), base_.max_chunks, table.segments()}))
      return std::nullopt;
    const bool has_floor = keeps(kept, DemandKind::kMinimumRate, p);
    if (has_floor && (keeps(kept, DemandKind::kRate, p) || keeps(kept, DemandKind::kFreshFrames, p)))
      return std::nullopt;
    part.floors.push_back(has_floor ? app.min_rate * kPerNs : 0);
    part.pipelines.push_back(p);
    part.problem.pipelines.push_back(lifted_.pipelines[p]);
    part.space.pipelines.push_back(std::move(table));
  }
  const auto count = part.pipelines.size();
  // In rounds, each app's floor is every app's.
  if (is_rounds() && count > 0)
    part.floors.assign(count, *std::max_element(part.floors.begin(), part.floors.end()));
  part.space.rates.assign(count, 1);
  part.space.time_parts.assign(count, 1);
  part.space.energy_parts.assign(count, 1);
  if (!kept[kMemoryItem]) lift_memory(part.space);
  return part;
}

std::size_t Trials::index_of(const Part& part, std::size_t p) const {
  return std::size_t(std::find(part.pipelines.begin(), part.pipelines.end(), p) - part.pipelines.begin());
}

Verdict Trials::judge(const Kept& kept) {
  if (const auto known = judged_.find(kept); known != judged_.end()) return known->second;
  auto part = part_of(kept);
  return judged_[kept] = part ? search(std::move(*part)) : Verdict::kInfeasible;
}

Verdict Trials::judge_with(const Kept& kept, std::size_t item, std::size_t at_least) {
  auto part = part_of(without(kept, item));
  if (!part) return Verdict::kInfeasible;
  part->space.pipelines[index_of(*part, items_[item].pipeline)].at_least = at_least;
  return search(std::move(*part));
}

bool Trials::fits_with(Residency residency) {
  auto part = part_of(all());
  if (!part) return false;
  part->space.options.residency = residency;
  return search(std::move(*part)) == Verdict::kFeasible;
}

std::size_t Trials::most_chunks(std::size_t item) const {
  const auto& table = tables_[items_[item].pipeline];
  return std::min({base_.devices.size(), base_.max_chunks, table.segments()});
}

Verdict Trials::search(Part part) {
  if (part.pipelines.empty()) return Verdict::kFeasible;
  for (std::size_t i = 0; i < part.pipelines.size(); ++i)
    if (const double deadline = part.space.pipelines[i].deadline;
        deadline > 0 && least_alone(part, i) > deadline)
      return Verdict::kInfeasible;
  budget_.take(kNodesToBegin * part.pipelines.size());
  auto own = budget_.part(std::min(kNodesPerTrial, budget_.left() / kTrialPart));
  search::Context context(part.problem, std::move(part.space));
  const auto reached = search::reach(context, part.floors, {}, own);
  budget_.take(own);
  if (reached.plan) return Verdict::kFeasible;
  return reached.is_proved ? Verdict::kInfeasible : Verdict::kUnknown;
}

double Trials::least_alone(const Part& part, std::size_t index) {
  const Problem alone{part.problem.body, {part.problem.pipelines[index]}};
  auto space = part.space;
  space.pipelines = {part.space.pipelines[index]};
  space.pipelines.front().deadline = 0;
  space.rates = space.time_parts = space.energy_parts = {1};
  space.peak_weight = 0;
  space.time_weight = 1;
  budget_.take(kNodesToBegin);
  auto own = budget_.part(kNodesPerTrial / 4);
  search::Context context(alone, std::move(space));
  const auto found = search::certify(context, {}, own);
  budget_.take(own);
  return found.complete && !found.best ? search::Prices::kInfinite : found.bound;
}

std::optional<FoundValue> Trials::raised(Part part,
                                         const std::vector<std::pair<std::size_t, double>>& weights) {
  std::vector<search::Wanted> wanted;
  for (const double floor : part.floors) wanted.push_back({1, floor, search::Prices::kInfinite, true});
  for (const auto& [index, weight] : weights) {
    wanted[index].weight = weight;
    wanted[index].floor = 0;
    wanted[index].is_held = false;
  }
  budget_.take(kNodesToBegin * part.pipelines.size());
  auto own = budget_.part(2 * kNodesPerTrial);
  search::Context context(part.problem, std::move(part.space));
  const auto level = search::raise(context, wanted, {}, own);
  budget_.take(own);
  if (!level.best || !(level.value > 0)) return std::nullopt;
  return FoundValue{level.value, search::choices_of(context.space, *level.best)};
}

std::optional<FoundValue> Trials::greatest_rate(std::size_t item, const Kept& kept) {
  auto part = part_of(without(kept, item));
  if (!part) return std::nullopt;
  std::vector<std::pair<std::size_t, double>> weights;
  double least = 0;  // that the round must keep
  if (is_rounds()) {
    for (std::size_t i = 0; i < part->pipelines.size(); ++i) weights.emplace_back(i, kPerNs);
    least = part->floors.front() / kPerNs;
  } else {
    weights.emplace_back(index_of(*part, items_[item].pipeline), kPerNs);
  }
  auto found = raised(std::move(*part), weights);
  return found && found->value >= least * (1 - kSame) ? found : std::nullopt;
}

std::optional<FoundValue> Trials::greatest_part(const std::vector<std::size_t>& items, const Kept& kept) {
  if (is_rounds()) return std::nullopt;  // the greatest of them is everybody's
  auto lowered = kept;
  for (const auto k : items) lowered[k] = false;
  auto part = part_of(lowered);
  if (!part) return std::nullopt;
  std::vector<std::pair<std::size_t, double>> weights;
  for (const auto k : items) weights.emplace_back(index_of(*part, items_[k].pipeline), value_of(k) * kPerNs);
  return raised(std::move(*part), weights);
}

std::optional<FoundValue> Trials::least_latency(std::size_t item, const Kept& kept) {
  auto part = part_of(without(kept, item));
  if (!part) return std::nullopt;
  const auto p = index_of(*part, items_[item].pipeline);
  auto& space = part->space;
  if (!is_rounds()) {
    space.floors = part->floors;
  } else if (part->floors.front() > 0) {
    space.load_limit = 1 / part->floors.front();
  }
  space.peak_weight = 0;
  space.time_weight = 1;
  space.time_parts.assign(part->pipelines.size(), 0);
  space.time_parts[p] = 1;
  budget_.take(kNodesToBegin * part->pipelines.size());
  auto own = budget_.part(2 * kNodesPerTrial);
  search::Context context(part->problem, std::move(space));
  const auto found = search::certify(context, {}, own);
  budget_.take(own);
  if (!found.best) return std::nullopt;
  return FoundValue{found.value.time, search::choices_of(context.space, *found.best)};
}

}  // namespace synergy::planner::conflict
