#include "synergy/planner/conflict.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include "conflict_trials.hpp"
#include "make_plan.hpp"
#include "policies/policies.hpp"
#include "rates.hpp"
#include "synergy/planner/assemble.hpp"

namespace synergy::planner {
namespace {

using conflict::Kept;
using conflict::Trials;
using conflict::Verdict;
using schemas::Conflict;
using schemas::DemandKind;

/// Demands whose fitting value is looked for, at most: each takes a search, and plans are made.
constexpr std::size_t kMostValues = 8;
/// More apps are not taken apart: each trial makes tables and prices for all of them, which no budget counts.
constexpr std::size_t kMostApps = 64;
/// Plans that are made from one value downwards, each asked for what the one before gave.
constexpr int kTriesNearby = 2;

/// Takes demands out for as long as the rest has no plan.
class Filter {
 public:
  explicit Filter(Trials& trials) : trials_(trials), kept_(trials.all()) {}

  Kept run() {
    std::vector<std::size_t> apps;
    for (std::size_t k = trials_.items().size(); k-- > 0;)
      if (trials_.items()[k].kind == DemandKind::kApp) apps.push_back(k);
    if (!begin_with_one_of(apps)) drop_any(apps);
    while (drop_one_by_one()) {
    }
    // Nobody can give up the devices' memories: they count until the end, where it is asked what part they
    // play.
    auto without = trials_.without(kept_, Trials::kMemoryItem);
    const auto verdict = trials_.judge(without);
    if (verdict == Verdict::kInfeasible) kept_ = std::move(without);
    if (verdict == Verdict::kUnknown) is_smallest_ = false;
    return kept_;
  }
  /// After run(): every demand that is kept is proved to be needed.
  [[nodiscard]] bool is_smallest() const { return is_smallest_; }

 private:
  /// An app that can not be served whatever the others do is the shortest reason, and quickly found.
  bool begin_with_one_of(const std::vector<std::size_t>& apps) {
    for (const auto one : apps) {
      auto alone = kept_;
      for (const auto k : apps)
        if (k != one) alone = trials_.without(alone, k);
      if (trials_.judge(alone) != Verdict::kInfeasible) continue;
      kept_ = std::move(alone);
      return true;
    }
    return false;
  }

  /// Whole blocks first: most of many apps play no part.
  void drop_any(const std::vector<std::size_t>& items) {
    if (items.empty()) return;
    auto without = kept_;
    for (const auto k : items) without = trials_.without(without, k);
    if (trials_.judge(without) == Verdict::kInfeasible) {
      kept_ = std::move(without);
      return;
    }
    if (items.size() == 1) return;
    const auto half = items.begin() + std::ptrdiff_t(items.size() / 2);
    drop_any({items.begin(), half});
    drop_any({half, items.end()});
  }

  /// True where something was taken out. Then all are asked again: what fits is not monotone where chunks
  /// share a memory, and a smaller question may be decided where a larger one was not.
  bool drop_one_by_one() {
    bool changed = false;
    is_smallest_ = true;
    for (std::size_t k = 0; k < kept_.size(); ++k) {
      if (!kept_[k] || k == Trials::kMemoryItem) continue;
      auto without = trials_.without(kept_, k);
      const auto verdict = trials_.judge(without);
      if (verdict == Verdict::kUnknown) is_smallest_ = false;
      if (verdict != Verdict::kInfeasible) continue;
      kept_ = std::move(without);
      changed = true;
    }
    return changed;
  }

  Trials& trials_;
  Kept kept_;
  bool is_smallest_ = false;
};

/// Three digits, rounded down: what is said to fit must fit.
double rounded_down(double value) {
  if (!(value > 0)) return 0;
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 2);
  return std::floor(value / unit * (1 + 1e-12)) * unit;
}

/// Finds the values that fit, and has plans made of them.
class Values {
 public:
  Values(const Problem& problem, const SolveOptions& options, Trials& trials)
      : problem_(problem), options_(options), trials_(trials) {}

  /// Of demand `k`, while the others of `kept` stay.
  std::optional<double> of(std::size_t k, const Kept& kept) {
    const auto& item = trials_.items()[k];
    if (item.kind == DemandKind::kMinimumRate) return rate(k, kept);
    if (item.kind == DemandKind::kDeadline) return deadline(k, kept);
    if (item.kind == DemandKind::kAtLeastDevices) return devices(k, kept);
    return std::nullopt;
  }

  /// The part of each of these minimum rates that fits at once.
  std::optional<double> of_all(const std::vector<std::size_t>& rates, const Kept& kept) {
    const auto found = trials_.greatest_part(rates, kept);
    if (!found) return std::nullopt;
    const auto set = [&](Problem& asked, double part) {
      for (const auto k : rates)
        if (auto* app = app_of(asked, trials_.items()[k].pipeline))
          app->min_rate = part * trials_.value_of(k);
    };
    const auto given = [&](const schemas::CollaborationPlan& plan) {
      double least = 1;
      for (const auto k : rates) least = std::min(least, rate_in(plan, k) / trials_.value_of(k));
      return least;
    };
    const auto planned = planned_value(*found, kept, set, given);
    return planned ? std::optional(std::min(1.0, *planned)) : std::nullopt;
  }

 private:
  std::optional<double> rate(std::size_t k, const Kept& kept) {
    const auto found = trials_.greatest_rate(k, kept);
    if (!found) return std::nullopt;
    const auto set = [&](Problem& asked, double value) {
      app_of(asked, trials_.items()[k].pipeline)->min_rate = value;
    };
    return planned_value(*found, kept, set, [&](const auto& plan) { return rate_in(plan, k); });
  }

  std::optional<double> deadline(std::size_t k, const Kept& kept) {
    const auto found = trials_.least_latency(k, kept);
    if (!found) return std::nullopt;
    auto asked = trials_.asked(kept);
    const double us = std::ceil(found->value / 1e3);
    app_of(asked, trials_.items()[k].pipeline)->deadline_us = us;
    CostModel costs(asked);
    if (!make_plan(costs, found->choices, options_)) return std::nullopt;
    return us;
  }

  std::optional<double> devices(std::size_t k, const Kept& kept) {
    const auto asked = std::uint32_t(trials_.value_of(k));
    const auto most = std::min<std::uint32_t>(asked, std::uint32_t(trials_.most_chunks(k)) + 1);
    for (auto count = most; count-- > 1;)
      if (trials_.judge_with(kept, k, count) == Verdict::kFeasible) return count;
    return std::nullopt;
  }

  /// The greatest value, of some up to the found one, with which a plan of the found ways keeps everything.
  /// Orders lose some of what loads allow. What a plan gives that misses the value is tried next (`given`).
  template <class Set, class Given>
  std::optional<double> planned_value(const conflict::FoundValue& found, const Kept& kept, const Set& set,
                                      const Given& given) {
    auto asked = trials_.asked(kept);
    double best = 0;
    for (const double part : {1.0, 0.98, 0.9, 0.75, 0.5, 0.25}) {
      double value = rounded_down(part * found.value);
      for (int tries = 0; tries < kTriesNearby && value > best; ++tries) {
        set(asked, value);
        CostModel costs(asked);
        if (make_plan(costs, found.choices, options_)) {
          best = value;
          break;
        }
        const auto missed = assemble(costs, found.choices, options_);
        if (!missed) break;
        value = rounded_down(std::min(given(*missed), 0.999 * value));
      }
    }
    return best > 0 ? std::optional(best) : std::nullopt;
  }

  [[nodiscard]] double rate_in(const schemas::CollaborationPlan& plan, std::size_t k) const {
    const auto* pipeline = plan.find(problem_.pipelines[trials_.items()[k].pipeline].app.app);
    return pipeline != nullptr ? pipeline->runs_per_second : 0;
  }

  [[nodiscard]] schemas::AppRequest* app_of(Problem& asked, std::size_t p) const {
    for (auto& pipeline : asked.pipelines)
      if (pipeline.app.app == problem_.pipelines[p].app.app) return &pipeline.app;
    return nullptr;
  }

  const Problem& problem_;
  const SolveOptions& options_;
  Trials& trials_;
};

/// That nobody senses or interacts for an app needs no search, and no demand beside it.
std::optional<Conflict> nobody_offers(const Problem& problem) {
  for (const auto& pipeline : problem.pipelines) {
    auto anywhere = pipeline;
    anywhere.app.sensing.on = anywhere.app.interaction.on = {};
    const auto only = [&](DemandKind kind, const Error& error) {
      return Conflict{{{kind, pipeline.app.app, 0, error.message}}, true, problem.pipelines.size() == 1};
    };
    if (const auto sources = sources_for(problem.body, anywhere); !sources)
      return only(DemandKind::kSensing, sources.error());
    if (const auto targets = targets_for(problem.body, anywhere); !targets)
      return only(DemandKind::kInteraction, targets.error());
  }
  return std::nullopt;
}

/// What is missing where each app of the set is where it would be best alone, and a residency that has room.
std::string what_memory_lacks(const Problem& problem, const SolveOptions& options, Trials& trials,
                              const Kept& kept) {
  std::vector<std::string> parts;
  auto part = trials.asked(kept);
  for (auto& pipeline : part.pipelines) pipeline.app.min_rate = pipeline.app.deadline_us = 0;
  CostModel costs(part);
  if (auto space = search::Space::build(costs, options); space) {
    search::Context context(part, std::move(*space));
    std::vector<std::size_t> all(part.pipelines.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    auto example = example_of_no_room(costs, context, all);
    if (example.empty() && all.size() == 1) example = why_not_whole(costs, 0);
    if (!example.empty()) parts.push_back(std::move(example));
  }
  if (options.residency == Residency::kResident && !problem.pipelines.empty() &&
      trials.fits_with(Residency::kNeeded))
    parts.emplace_back("residency 'needed' has room: it loads weights again where they do not fit together");
  std::string text;
  for (const auto& one : parts) text += (text.empty() ? "" : "; ") + one;
  return text;
}

}  // namespace

std::optional<Conflict> find_conflict(const Problem& problem, const SolveOptions& options, Budget& budget) {
  if (auto conflict = nobody_offers(problem)) return conflict;
  if (problem.pipelines.empty() || problem.pipelines.size() > kMostApps) return std::nullopt;
  const auto nodes = budget.left();
  auto own = budget.part(nodes / 3 * 2);  // then a sixth for what is enough for all, and one for the values
  Trials trials(problem, options, own);
  const auto all = trials.all();
  if (trials.judge(all) == Verdict::kFeasible) return std::nullopt;
  Filter filter(trials);
  const auto kept = filter.run();
  if (own.spent() && kept == all && kept.size() > 2) return std::nullopt;  // nothing is known
  budget.take(own);
  own = budget.part(nodes / 6);
  Conflict conflict;
  conflict.is_smallest = filter.is_smallest();
  std::vector<std::size_t> items;
  for (std::size_t k = 0; k < kept.size(); ++k)
    if (kept[k]) items.push_back(k);
  std::vector<bool> is_enough(items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    is_enough[i] = trials.judge(trials.without(all, items[i])) == Verdict::kFeasible;
  conflict.is_enough = std::find(is_enough.begin(), is_enough.end(), true) != is_enough.end();
  budget.take(own);
  own = budget.part(budget.left());
  // Values are those with which all apps are served; where no one demand is the only obstacle, those of the
  // set.
  const auto scope = conflict.is_enough ? all : trials.with_memory(kept);
  Values values(problem, options, trials);
  std::vector<std::size_t> rates;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto k = items[i];
    auto demand = trials.demand(k);
    if (i < kMostValues && (is_enough[i] || !conflict.is_enough)) demand.fits = values.of(k, scope);
    if (demand.kind == DemandKind::kMinimumRate) rates.push_back(k);
    if (demand.kind == DemandKind::kApp &&
        items.size() == 1) {  // its chunks fit no device, whatever else is asked
      CostModel costs(problem);
      demand.detail = why_not_whole(costs, trials.items()[k].pipeline);
    }
    if (demand.kind == DemandKind::kMemory) demand.detail = what_memory_lacks(problem, options, trials, kept);
    conflict.demands.push_back(std::move(demand));
  }
  if (rates.size() > 1) conflict.min_rates_fit = values.of_all(rates, scope);
  budget.take(own);
  return conflict;
}

Refusal explain(const Refusal& refusal, const Problem& problem, const SolveOptions& options, Budget& budget) {
  if (refusal.kind != RefusalKind::kInfeasible) return refusal;
  if (options.objective == Objective::kLifetime) {  // the least rates that apps ask for are all they have
    auto held = problem;
    for (auto& pipeline : held.pipelines) pipeline.app.min_rate = lasting_rate(problem.body, pipeline);
    auto fair = options;
    fair.objective = Objective::kFair;
    return explain(refusal, held, fair, budget);
  }
  auto conflict = find_conflict(problem, options, budget);
  if (!conflict) return refusal;
  return {refusal.kind, text_of(*conflict, problem, options), std::move(conflict)};
}

}  // namespace synergy::planner
