// A plan's cycle, laid flat: every run of every pipeline in it, every task, every unit, by number.
//
// Each group of pipelines (`schemas::groups_of`) has a cycle of its own, so that a fast pipeline which shares
// no unit with a slow one is not held back by it.
#pragma once

#include <cstdint>
#include <vector>

#include "synergy/schemas/plan.hpp"

namespace synergy::schedule {

/// One run of a pipeline in the cycle. Its tasks stand together in Cycle::tasks, in the order of the steps.
struct CycleRun {
  std::uint32_t pipeline = 0, execution = 0;
  std::uint32_t number = 0;  ///< among the pipeline's runs of the cycle
  std::uint32_t first_task = 0, tasks = 0;
};

struct CycleTask {
  schemas::TaskRef ref;  ///< its lag is not set
  std::uint32_t run = 0;
  std::int64_t duration = 0;  ///< ns
  std::vector<std::uint32_t> units;
};

struct Cycle {
  std::vector<schemas::UnitRef> units;
  std::vector<CycleRun> runs;  ///< the runs of each pipeline spread evenly; at a tie, the pipelines in order
  std::vector<CycleTask> tasks;
  std::vector<std::vector<std::uint32_t>> runs_of;  ///< runs of each pipeline, in order

  /// How long each unit is held in the cycle: ns.
  [[nodiscard]] std::vector<std::int64_t> loads() const;
  /// The task at step `ref.step` of the pipeline's run number `ref.run`; nullptr when there is none.
  [[nodiscard]] const CycleTask* find(const schemas::TaskRef& ref) const;
};

/// The execution plan of each of the pipeline's runs in a cycle: its sequence, or always the first.
[[nodiscard]] std::vector<std::uint32_t> sequence_of(const schemas::PipelinePlan& pipeline);
/// From now on the pipeline's runs take these execution plans in turn, which must all be there: sets its runs
/// in a cycle, its sequence and the shares.
void set_sequence(schemas::PipelinePlan& pipeline, const std::vector<std::uint32_t>& sequence);

/// The plan with the pipelines of a group only: these, the orders of their units, `overlap`, `order` and
/// `objective`.
[[nodiscard]] schemas::CollaborationPlan part_of(const schemas::CollaborationPlan& plan,
                                                 const schemas::PipelineGroup& group);
/// Writes into the plan what was made of a part: depths, buffers and orders of its pipelines and units.
void put_back(schemas::CollaborationPlan& plan, const schemas::PipelineGroup& group,
              schemas::CollaborationPlan part);

/// Every pipeline must have an execution plan, and indices in its sequence must be right.
[[nodiscard]] Cycle flatten(const std::vector<schemas::PipelinePlan>& pipelines);

/// Spreads runs over execution plans in proportion to whole numbers, as evenly as can be: {2, 1} gives 0, 1,
/// 0.
[[nodiscard]] std::vector<std::uint32_t> alternate(const std::vector<std::uint32_t>& counts);

/// Whole numbers in proportion to shares that sum to 1: so many runs of each in a cycle of `runs` runs, each
/// above 0 at least 1 (which needs `runs` >= their number).
[[nodiscard]] std::vector<std::uint32_t> counts_of(const std::vector<double>& shares, std::uint32_t runs);

}  // namespace synergy::schedule
