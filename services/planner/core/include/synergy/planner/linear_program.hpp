// A linear program: the least `sum of cost * x` where each row, a sum of coefficient * x, stays between two
// bounds, and each column's x between 0 and a bound of its own. Rows are given once; columns are added as
// they are found.
//
// Clp (COIN-OR) does the work, by the primal simplex method. Presolve and scaling are off, because programs
// here have tens of rows and numbers of about 1. It prints nothing. Each solve begins from the basis of the
// one before. The same calls give the same answer, bit by bit; clear() leaves nothing of what was before.
//
// Accuracy. Rows, columns and reduced costs keep to their limits within 1e-9. Whoever needs a bound to be
// certain computes it from the duals.
//
// Duals. `dual(row)` is by how much the objective rises when the row's bounds rise by 1. It is at most 0
// where the upper bound holds the row, at least 0 where the lower bound does, of either sign in an equality,
// and 0 where neither holds it. A column lowers the objective if `cost - sum of dual(row) * coefficient` is
// below 0.
//
// Owns all it holds. One thread at a time for each object; objects share nothing.
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

class ClpSimplex;

namespace synergy::planner {

class LinearProgram {
 public:
  static constexpr double kUnlimited = std::numeric_limits<double>::infinity();

  /// Where `shortage` is finite, the row may stay below `lower`, and each 1 that it lacks costs that much. A
  /// shortage dearer than anything else is used only where there is no other way: the program is never
  /// infeasible for that row.
  struct Row {
    double lower = -kUnlimited, upper = kUnlimited;
    double shortage = kUnlimited;
  };
  static Row equal(double value) { return {value, value, kUnlimited}; }
  static Row at_most(double value) { return {-kUnlimited, value, kUnlimited}; }
  static Row at_least(double value) { return {value, kUnlimited, kUnlimited}; }

  using Column = std::vector<std::pair<std::size_t, double>>;  ///< (row, coefficient), each row once

  enum class Status {
    kOptimal,
    kInfeasible,  ///< no x keeps to all bounds
    kUnbounded,   ///< the objective falls without end
    kUnfinished,  ///< the method gave up: its steps are spent, or rounding hides what is true
  };

  explicit LinearProgram(const std::vector<Row>& rows);
  ~LinearProgram();

  /// A further column with `0 <= x <= upper`, for the next solve(). Gives its number; the first is 0.
  std::size_t add(double cost, const Column& column, double upper = kUnlimited);
  /// Takes all columns out. Cheaper than a new program with the same rows.
  void clear();
  /// Whatever it ends with, more columns can be added and the program solved again.
  [[nodiscard]] Status solve();

  /// What the last solve() found. 0 unless it ended with kOptimal, and for columns that were added since.
  [[nodiscard]] double value(std::size_t column) const;
  [[nodiscard]] double dual(std::size_t row) const;
  [[nodiscard]] double objective() const;  ///< shortages included

 private:
  void hand_over_columns();

  std::unique_ptr<ClpSimplex> clp_;
  std::vector<std::size_t> shortages_;  ///< the rows that may be short, in the order of Clp's first columns
  bool solved_ = false;
  /// Columns that Clp does not have yet, as it takes them: all at once is cheaper.
  struct {
    std::vector<double> costs, uppers, coefficients;
    std::vector<int> starts{0}, rows;
  } added_;
};

}  // namespace synergy::planner
