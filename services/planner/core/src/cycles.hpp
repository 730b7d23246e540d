// From ways to rates and cycles: how many runs per second each pipeline is to have, and how many of its runs
// a cycle of its group holds.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "rates.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner/refusal.hpp"
#include "synergy/schedule/executable.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner {

/// What a pipeline is to have.
struct Target {
  double rate = 0;        ///< runs per second
  double turns = 0;       ///< that its group's cycle is to have for it, per second; not below `rate`
  double least = 0;       ///< turns that it must have: its minimum rate, or `rate` where it is paced
  bool is_paced = false;  ///< no more than that, though its units could do more
  std::string paced_by;   ///< why it may have no more, for people
  double at_most = std::numeric_limits<double>::infinity();  ///< its cap, whatever turns it gets
};

/// The rates of the plan's pipelines by its objective, where units are loaded as much as they can be.
/// `demands` are those of the objective (demands.hpp). Refuses
/// with kOutOfResource where the apps' minimum rates do not fit, or leave nothing for an app.
[[nodiscard]] Planned<std::vector<Target>> targets_of(const Problem& problem,
                                                      const schemas::CollaborationPlan& plan,
                                                      const std::vector<Demand>& demands);

/// Part of an unpaced rate that a shorter cycle may cost.
inline constexpr double kMostLoss = 0.02;

/// Sets `runs_per_cycle`, sequences and shares. A cycle holds whole runs, so that rates are met only nearly:
/// of paced pipelines it holds as many as their rate asks for or more (what is too much is passed over), of
/// the others as many or fewer, but never fewer than `least` asks for where any cycle can hold so many. No
/// more than kMostLoss of a rate is lost where the group's part of kMaxRunsPerCycle allows that, and a longer
/// cycle is taken as long as each run more gains one part in ten thousand of a rate: groups that gain from
/// longer cycles share it evenly. Every way of a pipeline has a run, so that more ways than kMaxRunsPerCycle
/// make as many runs. A cycle is as long as its busiest unit's load, or that of a place in the SRAM
/// (loads_of); `sram` empty: there is room for all.
void choose_cycles(schemas::CollaborationPlan& plan, const std::vector<Target>& targets,
                   const schedule::Sram& sram = {});

/// SRAM for tensors of each device of the body: bytes.
[[nodiscard]] schedule::Sram sram_of(const schemas::BodyView& body);

/// What units do for one run of each pipeline, shares counted, by the unit's place in the list: ns. A place
/// in the SRAM that one run takes at a time, because it holds a chunk's input or its output but not both,
/// counts as a unit. Without overlap there is one unit, which every step holds. `sram` empty: there is room
/// for all.
[[nodiscard]] std::vector<std::vector<std::pair<std::uint32_t, double>>> loads_of(
    const schemas::CollaborationPlan& plan, const schedule::Sram& sram = {});

}  // namespace synergy::planner
