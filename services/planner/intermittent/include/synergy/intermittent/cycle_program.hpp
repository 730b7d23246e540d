// A lower bound on the energy of an inference, by a linear program over types of power cycle.
//
// The class: every power cycle loads the weights of layers that lie next to each other (also over the end of
// an inference, power_cycle.hpp) and runs any ranges of them, each for any number of inputs, within the
// budget. `once`, `sequence`, `batch` and all mixtures of them belong to it. Nothing survives a power cycle
// but tensors in FRAM, of which there is no end here. A policy that keeps weights while it waits is outside.
//
// The program. x(t): power cycles of type t for each inference, in the long run.
//
//   least  sum over t of x(t) cost(t)
//   where  at each boundary 0 < i < m as many tensors arrive as leave, and at m one arrives
//
// A tensor that is made in vain only costs, and none leaves that has not come, so the long-run frequencies of
// any policy of the class satisfy the program, and its value is a bound. The other way round, its optimum can
// be played as a schedule, as near as one likes, with FRAM enough: the bound is met in the class.
//
// Prices y(0) = 0, y(1), .., y(m) of a tensor at each boundary are the duals. A type gains sum over its
// stages of inputs x (y(to) - y(from)). Given any prices, if no type gains more than cost x (1 + excess),
// then y(m) / (1 + excess) is a bound: y(m) is the sum over t of x(t) x gain(t), because tensors balance. The
// solver only proposes prices; the bound is computed from them in whole numbers, but for the last division
// (Farley: A note on bounding a class of linear programming problems, Operations Research 38(5), 1990).
//
// Columns come by generation. For each set of loaded layers the dearest type at given prices is an unbounded
// knapsack with a fixed charge for each range used; it is solved by branch and bound against the fractional
// bound. Where that takes too many steps the fractional bound itself goes into the excess: the bound stays
// true and is weaker.
#pragma once

#include <vector>

#include "synergy/intermittent/power_cycle.hpp"

namespace synergy::intermittent {

struct CycleProgram {
  double bound_uj = 0;    ///< of each inference, whatever policy of the class
  double optimum_uj = 0;  ///< of the types found: a policy of the class comes as near as one likes
  /// The types of the optimum, with their power cycles for each inference.
  struct Part {
    PowerCycle cycle;
    double share = 0;
  };
  std::vector<Part> parts;
  std::vector<Picojoules> prices;  ///< y(0..m) that gave the bound
  std::size_t columns = 0, rounds = 0;
};

/// `budget`: what a power cycle can use at most. For a bound on every policy of the class with a given
/// capacitor: the energy between the full store and its lower threshold, and what is harvested while on.
/// Fails with kNoFit where no inference ends with it by segments (once.hpp), with kInvalid as check_costs(),
/// and with kInternal where the solver gives up before it has begun.
[[nodiscard]] Result<CycleProgram> cycle_program(const Chain& chain, Picojoules budget);

}  // namespace synergy::intermittent
