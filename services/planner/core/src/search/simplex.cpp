#include "simplex.hpp"

#include <cmath>

namespace synergy::planner::search {
namespace {
constexpr double kTolerance = 1e-9;
constexpr double kSpread = 1e-8;
}  // namespace

Simplex::Simplex(std::vector<double> right, std::vector<bool> equality, double penalty)
    : rows_(right.size()),
      basic_(std::move(right)),
      equality_(std::move(equality)),
      penalty_(penalty),
      basis_(rows_),
      inverse_(rows_ * rows_, 0.0),
      duals_(rows_, 0.0) {
  for (std::size_t i = 0; i < rows_; ++i) {
    basis_[i] = i;
    inverse_[i * rows_ + i] = 1;
    if (!equality_[i]) basic_[i] += kSpread * (1 + std::fmod(double(i) * 0.618, 1.0));
  }
}

std::size_t Simplex::add(double cost, Column column) {
  costs_.push_back(cost);
  columns_.push_back(std::move(column));
  return columns_.size() - 1;
}

double Simplex::cost_of(std::size_t variable) const {
  if (variable >= rows_) return costs_[variable - rows_];
  return equality_[variable] ? penalty_ : 0;
}

double Simplex::value(std::size_t column) const {
  for (std::size_t i = 0; i < rows_; ++i)
    if (basis_[i] == rows_ + column) return basic_[i];
  return 0;
}

double Simplex::objective() const {
  double sum = 0;
  for (std::size_t i = 0; i < rows_; ++i) sum += cost_of(basis_[i]) * basic_[i];
  return sum;
}

void Simplex::update_duals() {
  duals_.assign(rows_, 0);
  for (std::size_t i = 0; i < rows_; ++i) {
    const double cost = cost_of(basis_[i]);
    if (cost == 0) continue;
    for (std::size_t k = 0; k < rows_; ++k) duals_[k] += cost * inverse_[i * rows_ + k];
  }
}

/// The variable whose reduced cost is least, or the first below zero; -1 when none is.
std::ptrdiff_t Simplex::entering(bool first_found) const {
  std::ptrdiff_t best = -1;
  double least = -kTolerance;
  const auto judge = [&](std::size_t variable, double reduced) {
    if (reduced >= least) return false;
    best = std::ptrdiff_t(variable);
    least = reduced;
    return first_found;
  };
  for (std::size_t i = 0; i < rows_; ++i)
    if (!equality_[i] && judge(i, -duals_[i])) return best;
  for (std::size_t k = 0; k < columns_.size(); ++k) {
    double reduced = costs_[k];
    for (const auto& [row, value] : columns_[k]) reduced -= duals_[row] * value;
    if (judge(rows_ + k, reduced)) return best;
  }
  return best;
}

std::vector<double> Simplex::direction(std::size_t variable) const {
  std::vector<double> result(rows_, 0);
  const auto add = [&](std::size_t row, double value) {
    for (std::size_t i = 0; i < rows_; ++i) result[i] += inverse_[i * rows_ + row] * value;
  };
  if (variable < rows_)
    add(variable, 1);
  else
    for (const auto& [row, value] : columns_[variable - rows_]) add(row, value);
  return result;
}

bool Simplex::pivot(std::size_t variable) {
  const auto move = direction(variable);
  std::size_t leaving = rows_;
  double step = 0;
  for (std::size_t i = 0; i < rows_; ++i) {
    if (move[i] <= kTolerance) continue;
    const double ratio = basic_[i] / move[i];
    if (leaving == rows_ || ratio < step || (ratio == step && basis_[i] < basis_[leaving])) {
      leaving = i;
      step = ratio;
    }
  }
  if (leaving == rows_) return false;
  for (std::size_t i = 0; i < rows_; ++i)
    if (i != leaving) basic_[i] = std::max(0.0, basic_[i] - step * move[i]);
  basic_[leaving] = step;
  basis_[leaving] = variable;
  double* pivot_row = &inverse_[leaving * rows_];
  for (std::size_t k = 0; k < rows_; ++k) pivot_row[k] /= move[leaving];
  for (std::size_t i = 0; i < rows_; ++i) {
    if (i == leaving || move[i] == 0) continue;
    double* row = &inverse_[i * rows_];
    for (std::size_t k = 0; k < rows_; ++k) row[k] -= move[i] * pivot_row[k];
  }
  return true;
}

void Simplex::solve() {
  const std::size_t many = 20 * (rows_ + 50);
  for (std::size_t step = 0; step < 2 * many; ++step) {
    update_duals();
    const auto variable = entering(step > many);
    if (variable < 0 || !pivot(std::size_t(variable))) return;
  }
}

}  // namespace synergy::planner::search
