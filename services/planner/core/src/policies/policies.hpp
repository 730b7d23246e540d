// The policies' functions, and what several of them need.
#pragma once

#include <functional>

#include "../search/certified.hpp"
#include "synergy/planner/policy.hpp"

namespace synergy::planner {

Planned<Chosen> choose_min_dev(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_max_dev(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_pri_min_dev(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_pri_max_dev(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_ind_model(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_joint_model(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_ind_e2e(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_synergy(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_optimal(CostModel& costs, const SolveOptions& options, Budget& budget);
Planned<Chosen> choose_optimal_mixed(CostModel& costs, const SolveOptions& options, Budget& budget);

/// Whether a policy would put this chunk of pipeline `p` on a device.
using AcceptChunk = std::function<bool(const search::Segment&)>;
/// One pipeline's chunks, or none where nothing is accepted.
using Spread = std::vector<search::Segment>;

/// The fewest devices, lowest first, each chunk as long as it is accepted.
[[nodiscard]] Spread fewest_devices(const search::Space& space, std::size_t p, const AcceptChunk& accept,
                                    Budget& budget);
/// As many devices as accept a chunk, in body order, with the least maximum of cycles.
[[nodiscard]] Spread most_devices(const search::Space& space, std::size_t p, const AcceptChunk& accept);

/// Spreads every pipeline by `spread`, source and target the lowest device. With `by_priority`: in descending
/// data intensity, where chunks must also fit beside those placed before. `finds_any`: where a pipeline alone
/// has a place, `spread` finds one, so that none means kInfeasible; else none means kOutOfResource.
using SpreadFunction =
    std::function<Spread(const search::Space&, std::size_t p, const AcceptChunk&, Budget&)>;
[[nodiscard]] Planned<Chosen> spread_each(CostModel& costs, const SolveOptions& options, Budget& budget,
                                          const SpreadFunction& spread, bool by_priority, bool finds_any);

/// Why no plan was found for pipeline `p` alone: kInfeasible when there is none, kBudgetSpent when the budget
/// ended the search before the first.
/// `all_tried`: the search looked at every spread; else only kOutOfResource is claimed, of this policy.
[[nodiscard]] Refusal why_nothing_fits(CostModel& costs, std::size_t p, const SolveOptions& options,
                                       const Budget& budget, bool all_tried = true);
/// Why a policy found no place for all pipelines together: kOutOfResource, with an example, or kBudgetSpent.
[[nodiscard]] Refusal why_no_room(CostModel& costs, search::Context& context, const Budget& budget);
/// "'a', 'b', 'c'"
[[nodiscard]] std::string names_of(const Problem& problem, const std::vector<std::size_t>& pipelines);
/// Why the first present device that refuses the whole model of pipeline `p` does so; empty where none does.
[[nodiscard]] std::string why_not_whole(CostModel& costs, std::size_t p);
/// What does not fit when each of these pipelines is where it would be best alone; empty where all do.
[[nodiscard]] std::string example_of_no_room(CostModel& costs, search::Context& context,
                                             const std::vector<std::size_t>& pipelines);

/// Sets source and target of every choice to the lowest device that offers them.
void set_lowest_ends(const Problem& problem, Choices& choices);

/// What every policy that does not certify would choose.
[[nodiscard]] std::vector<Proposal> proposals(CostModel& costs, const SolveOptions& options, Budget& budget);
/// Their routes, where they have any; notes what each costs.
[[nodiscard]] std::vector<search::Routes> routes_of(search::Context& context,
                                                    std::vector<Proposal>& proposals);

struct Certification {
  std::vector<Proposal> others;
  search::Certified found;  ///< has a plan
  /// Of objective `fair`: the levels; the first of them, and what shares can not beat, in runs per ns.
  std::vector<schemas::RateLevel> levels{};
  double first_level = 0, relaxed_level = 0;
  StoppedBy stopped_by = StoppedBy::kProof;
};
/// The search was cut short by `budget`, before it had what `missing` names.
[[nodiscard]] Refusal budget_spent(const Budget& budget, std::string_view missing);
/// The exact search, begun from every other policy's plan. Where the budget ends before the search began,
/// or before any plan, the others get a few nodes more each, and the best of their plans counts. Refuses
/// where no plan was found, with the reason.
[[nodiscard]] Planned<Certification> certify_from_all(CostModel& costs, search::Context& context,
                                                      const SolveOptions& options, Budget& budget);
/// Nodes for mixing at most.
inline constexpr std::uint64_t kNodesToMix = 400'000;

/// Each pipeline's own best route by the objective of `options`, no other pipeline considered. Refuses with
/// kInfeasible only where every route of one was tried.
[[nodiscard]] Planned<search::Routes> best_alone(CostModel& costs, search::Context& context, Budget& budget);

}  // namespace synergy::planner
