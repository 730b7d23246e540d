#include "synergy/planner/placement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cycles.hpp"
#include "demands.hpp"
#include "make_plan.hpp"
#include "placement_choices.hpp"
#include "rates.hpp"
#include "synergy/planner/measures.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner {
namespace {

constexpr double kSameRate = 1e-9;  ///< relative

/// Rounded down: who asks for what is written here gets it.
std::string rate_text(double runs_per_second) {
  constexpr double kDecimals = 1e6;
  return std::to_string(std::floor(std::max(0.0, runs_per_second) * kDecimals) / kDecimals);
}

/// Whether the rates that are asked for, by the placement and by the apps' minimum rates, fit its ways.
class RatesAsked {
 public:
  RatesAsked(const Problem& problem, const schemas::Placement& placement, const PlacedChoices& placed,
             const schemas::CollaborationPlan& ways)
      : problem_(problem),
        placement_(placement),
        placed_(placed),
        demands_(demands_of(problem)),
        loads_(loads_of(ways, sram_of(problem.body))),
        taken_(problem.pipelines.size(), 0.0) {
    most_ = ways.objective == Objective::kRounds ? 1e9 / round_time(loads_)
                                                 : std::numeric_limits<double>::infinity();
  }

  /// Minimum rates come first; then each rate of the placement, in its order, beside those before it.
  void check(PlacementFindings& findings) {
    for (std::size_t p = 0; p < taken_.size(); ++p)
      if (!given(p)) take(p, demands_[p].floor, "min_rate is ", place_of_app(placed_.place[p]), findings);
    for (std::size_t i = 0; i < placement_.apps.size(); ++i) {
      const auto p =
          std::size_t(std::find(placed_.place.begin(), placed_.place.end(), i) - placed_.place.begin());
      if (given(p)) check_given(p, place_of_app(i) + ".rate", findings);
    }
    for (std::size_t p = 0; p < taken_.size(); ++p)
      if (taken_[p] == 0 && !(greatest(p) > 0))
        findings.note(place_of_app(placed_.place[p]), "the rates of the others leave nothing for app '" +
                                                          problem_.pipelines[p].app.app.text() + "'");
  }

 private:
  [[nodiscard]] std::optional<double> given(std::size_t p) const {
    return placement_.apps[placed_.place[p]].rate;
  }

  /// Runs per second that the pipeline can have beside what is taken.
  [[nodiscard]] double greatest(std::size_t p) const {
    auto rates = taken_;
    rates[p] = 0;
    std::vector<double> held;
    for (std::size_t q = 0; q < loads_.size(); ++q)
      for (const auto& [unit, ns] : loads_[q]) {
        if (held.size() <= unit) held.resize(unit + 1, 0.0);
        held[unit] += rates[q] * ns * 1e-9;
      }
    double most = most_;
    for (const auto& [unit, ns] : loads_[p])
      if (ns > 0) most = std::min(most, (1 - held[unit]) / (ns * 1e-9));
    return most <= kSameRate ? 0 : most;
  }

  void check_given(std::size_t p, const std::string& where, PlacementFindings& findings) {
    const auto& app = problem_.pipelines[p].app;
    const double rate = *given(p);
    if (rate > demands_[p].cap * (1 + kSameRate)) {
      const bool by_app = app.rate > 0 && app.rate <= demands_[p].cap;
      findings.note(where, rate_text(rate) + " runs per second are more than app '" + app.app.text() +
                               (by_app ? "' asks for by its own rate: at most "
                                       : "' has fresh frames for (repeat: false): at most ") +
                               rate_text(demands_[p].cap));
    } else if (rate < app.min_rate * (1 - kSameRate)) {
      findings.note(where, rate_text(rate) + " runs per second are below the min_rate of app '" +
                               app.app.text() + "', " + rate_text(app.min_rate));
    } else {
      take(p, rate, "", where, findings);
    }
  }

  void take(std::size_t p, double rate, const std::string& what, const std::string& where,
            PlacementFindings& findings) {
    const double most = greatest(p);
    if (rate > most * (1 + kSameRate)) {
      const bool alone = std::all_of(taken_.begin(), taken_.end(), [](double other) { return other == 0; });
      findings.note(where,
                    what + rate_text(rate) + " runs per second, more than this placement allows app '" +
                        problem_.pipelines[p].app.app.text() + "'" +
                        (alone ? "" : " beside the rates asked for so far") + ": at most " + rate_text(most));
    } else {
      taken_[p] = rate;
    }
  }

  const Problem& problem_;
  const schemas::Placement& placement_;
  const PlacedChoices& placed_;
  std::vector<Demand> demands_;
  Loads loads_;
  std::vector<double> taken_;  ///< runs per second that are promised, by pipeline
  double most_;                ///< that any pipeline may have
};

void check_deadlines(const Problem& problem, const PlacedChoices& placed,
                     const schemas::CollaborationPlan& ways, PlacementFindings& findings) {
  for (std::size_t p = 0; p < problem.pipelines.size(); ++p)
    for (const auto& execution : ways.pipelines[p].executions) {
      const double us = double(execution.latency.count()) / 1e3, limit = problem.pipelines[p].app.deadline_us;
      if (limit > 0 && us > limit)
        findings.note(
            place_of_app(placed.place[p]),
            "a run takes " + std::to_string(us) + " us this way; deadline_us is " + std::to_string(limit));
    }
}

/// Makes the plan in which the apps have the placement's rates, or a part of them.
class PacedPlan {
 public:
  /// `ways`: the placement's plan before any rate is known.
  PacedPlan(const Problem& problem, const schemas::Placement& placement, const PlacedChoices& placed,
            const schemas::CollaborationPlan& ways, const SolveOptions& options)
      : problem_(problem), placed_(placed), ways_(ways), options_(options) {
    for (std::size_t p = 0; p < problem.pipelines.size(); ++p)
      rates_.push_back(placement.apps[placed.place[p]].rate);
  }

  /// Cycles hold whole runs, and orders may take longer than units need: where no order keeps the rates, the
  /// apps without a given one have less than units would leave them.
  [[nodiscard]] Planned<schemas::CollaborationPlan> make(double part = 1) const {
    const auto asked = with_rates(part);
    auto plan = make_for(asked);
    CostModel costs(asked);
    const auto targets = targets_of(asked, ways_, demands_for(costs, options_));
    if (plan || !targets) return plan;
    for (const double left : {0.99, 0.97, 0.93, 0.85, 0.7, 0.5, 0.25}) {
      auto others_less = asked;
      for (std::size_t p = 0; p < rates_.size(); ++p)
        if (auto& app = others_less.pipelines[p].app; !rates_[p])
          app.rate = std::max(app.min_rate, (*targets)[p].rate * left);
      if (auto made = make_for(others_less)) return made;
    }
    return plan;
  }

 private:
  [[nodiscard]] Problem with_rates(double part) const {
    auto asked = problem_;
    for (std::size_t p = 0; p < rates_.size(); ++p)
      if (rates_[p]) asked.pipelines[p].app.rate = asked.pipelines[p].app.min_rate = *rates_[p] * part;
    return asked;
  }
  [[nodiscard]] Planned<schemas::CollaborationPlan> make_for(const Problem& asked) const {
    CostModel costs(asked);
    auto plan = make_plan(costs, placed_.choices, options_);
    if (!plan) return plan;
    for (std::size_t p = 0; p < rates_.size(); ++p)
      if (auto& pipeline = plan->pipelines[p];
          pipeline.paced && asked.pipelines[p].app != problem_.pipelines[p].app)
        pipeline.bottleneck =
            rates_[p] ? "the rate that the placement gives it" : "rates that the placement gives";
    predict_from_rates(problem_, *plan);
    return plan;
  }

  const Problem& problem_;
  const PlacedChoices& placed_;
  const schemas::CollaborationPlan& ways_;
  const SolveOptions& options_;
  std::vector<std::optional<double>> rates_;  ///< of each pipeline
};

/// Units could do more than the orders that were found: which part of all given rates these keep.
Error missed_by_orders(const PacedPlan& paced, const schemas::Placement& placement, const Refusal& why) {
  constexpr int kSteps = 8;
  double kept = 0, missed = 1;
  for (int step = 0; step < kSteps; ++step) {
    const double part = (kept + missed) / 2;
    (paced.make(part) ? kept : missed) = part;
  }
  PlacementFindings findings;
  for (std::size_t i = 0; i < placement.apps.size() && kept > 0; ++i)
    if (const auto& rate = placement.apps[i].rate)
      findings.note(place_of_app(i) + ".rate",
                    rate_text(*rate) +
                        " runs per second, more than the orders found for this "
                        "placement keep; with all its rates lowered alike: at most " +
                        rate_text(*rate * kept));
  if (!findings.any()) findings.note("apps", why.reason);
  return findings.error(ErrorCode::kNoFit);
}

bool has_shares(const Choices& choices) {
  return std::any_of(choices.begin(), choices.end(),
                     [](const Choice& choice) { return choice.executions.size() > 1; });
}

}  // namespace

Result<PlacedPlan> plan_of_placement(const Problem& problem, const schemas::Placement& placement,
                                     const SolveOptions& options) {
  if (auto status = check_problem(problem); !status) return status.error();
  if (auto status = check_objective(problem, options.objective); !status) return status.error();
  CostModel costs(problem);
  auto placed = choices_of(costs, placement, options);
  if (!placed) return placed.error();
  const auto residents = find_residents(problem, placed->choices, options.residency);
  if (!residents) return Error{ErrorCode::kNoFit, residents.error().reason};
  const auto ways = ways_of(costs, placed->choices, *residents, options);
  PlacementFindings findings;
  check_deadlines(problem, *placed, ways, findings);
  RatesAsked(problem, placement, *placed, ways).check(findings);
  if (findings.any()) return findings.error(ErrorCode::kNoFit);
  const PacedPlan paced(problem, placement, *placed, ways, options);
  auto plan = paced.make();
  if (!plan) return missed_by_orders(paced, placement, plan.error());
  plan->policy = kPlacementPolicy;
  plan->reason = "the placement was given";
  if (const auto verified = verify(problem, *plan); !verified)
    return Error{ErrorCode::kInternal, "the placement's plan does not hold: " + verified.error().message};
  return PlacedPlan{std::move(*plan), std::move(placed->choices)};
}

Result<JudgedPlacement> judge_placement(const Problem& problem, const schemas::Placement& placement,
                                        const SolveOptions& options, Budget budget) {
  auto placed = plan_of_placement(problem, placement, options);
  if (!placed) return placed.error();
  auto best_options = options;
  best_options.policy = has_shares(placed->choices) ? "optimal-mixed" : "optimal";
  JudgedPlacement judged;
  judged.sought_by = best_options.policy;
  judged.best = solve(problem, best_options, std::move(budget));
  auto& outcome = judged.outcome;
  outcome.plan = std::move(placed->plan);
  outcome.choices = std::move(placed->choices);
  outcome.objective_value = outcome.plan.objective_value;
  outcome.status = OutcomeStatus::kHeuristic;
  outcome.nodes = judged.best.nodes;
  const auto& best = judged.best;
  if (best.status != OutcomeStatus::kOptimal && best.status != OutcomeStatus::kBounded) return judged;
  // The bound is on plans that give every app what the objective demands; given rates may give it less.
  if (advantage(outcome.objective_value, best.bound, options.objective) > kSameValue) return judged;
  outcome.bound = best.bound;
  outcome.stopped_by = best.stopped_by;
  outcome.plan.levels = best.plan.levels;
  certify(outcome, options.objective, best.status == OutcomeStatus::kOptimal);
  // They say what the best plan's apps have.
  if (outcome.status != OutcomeStatus::kOptimal) outcome.plan.levels.clear();
  return judged;
}

schemas::Placement placement_of(const Problem& problem, const Choices& choices) {
  schemas::Placement placement;
  for (std::size_t p = 0; p < choices.size(); ++p) {
    schemas::PlacedApp app;
    app.app = problem.pipelines[p].app.app;
    const auto& executions = choices[p].executions;
    if (executions.size() == 1) {
      app.source = executions.front().source;
      app.target = executions.front().target;
      app.chunks = executions.front().chunks;
    } else {
      for (const auto& execution : executions)
        app.ways.push_back({execution.share, execution.source, execution.target, execution.chunks});
    }
    placement.apps.push_back(std::move(app));
  }
  return placement;
}

}  // namespace synergy::planner
