// A small linear program: minimise c x subject to rows `a x = b` or `a x <= b`, x >= 0, b >= 0, with columns
// that are added as they are found.
//
// The revised simplex method with an explicit inverse, for some hundred rows and thousands of columns. Right
// hand sides are spread a little, which keeps degenerate problems from cycling; so its answers are good to
// about 1e-7, and whoever needs a bound checks it by other means.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace synergy::planner::search {

class Simplex {
 public:
  using Column = std::vector<std::pair<std::size_t, double>>;  ///< (row, coefficient)

  /// `penalty`: the cost of leaving an equality row short by 1, above any real cost.
  Simplex(std::vector<double> right, std::vector<bool> equality, double penalty);

  std::size_t add(double cost, Column column);
  void solve();
  [[nodiscard]] double dual(std::size_t row) const { return duals_[row]; }
  [[nodiscard]] double value(std::size_t column) const;
  [[nodiscard]] double objective() const;

 private:
  [[nodiscard]] double cost_of(std::size_t variable) const;
  void update_duals();
  [[nodiscard]] std::ptrdiff_t entering(bool first_found) const;
  [[nodiscard]] std::vector<double> direction(std::size_t variable) const;
  bool pivot(std::size_t variable);

  std::size_t rows_;
  std::vector<double> basic_;  ///< values of the basis
  std::vector<bool> equality_;
  double penalty_;
  std::vector<std::size_t> basis_;  ///< variable of each row: below rows_ a slack, then columns
  std::vector<double> inverse_;
  std::vector<double> duals_;
  std::vector<double> costs_;
  std::vector<Column> columns_;
};

}  // namespace synergy::planner::search
