#include "synergy/planner/linear_program.hpp"

#include <ClpSimplex.hpp>
#include <numeric>

#include "synergy/base/check.hpp"

namespace synergy::planner {
namespace {

constexpr double kTolerance = 1e-9;
constexpr int kSeed = 1;

double clp_bound(double bound) {
  if (bound == LinearProgram::kUnlimited) return COIN_DBL_MAX;
  return bound == -LinearProgram::kUnlimited ? -COIN_DBL_MAX : bound;
}

}  // namespace

LinearProgram::LinearProgram(const std::vector<Row>& rows) : clp_(std::make_unique<ClpSimplex>()) {
  clp_->setLogLevel(0);
  clp_->scaling(0);
  clp_->setPrimalTolerance(kTolerance);
  clp_->setDualTolerance(kTolerance);
  std::vector<double> lower, upper;
  for (const auto& row : rows) {
    SYNERGY_CHECK(row.lower <= row.upper, "a row's lower bound is not above its upper one");
    lower.push_back(clp_bound(row.lower));
    upper.push_back(clp_bound(row.upper));
  }
  const int no_columns[] = {0};
  clp_->loadProblem(0, int(rows.size()), no_columns, nullptr, nullptr, nullptr, nullptr, nullptr,
                    lower.data(), upper.data());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].shortage == kUnlimited) continue;
    add(rows[i].shortage, {{i, 1.0}});
    shortages_.push_back(i);
  }
  hand_over_columns();
  clear();
}

LinearProgram::~LinearProgram() = default;

std::size_t LinearProgram::add(double cost, const Column& column, double upper) {
  added_.costs.push_back(cost);
  added_.uppers.push_back(clp_bound(upper));
  for (const auto& [row, coefficient] : column) {
    SYNERGY_CHECK(row < std::size_t(clp_->getNumRows()), "a column's rows are rows of its program");
    added_.rows.push_back(int(row));
    added_.coefficients.push_back(coefficient);
  }
  added_.starts.push_back(int(added_.rows.size()));
  return std::size_t(clp_->getNumCols()) + added_.costs.size() - 1 - shortages_.size();
}

void LinearProgram::clear() {
  added_ = {};
  solved_ = false;
  std::vector<int> all(std::size_t(clp_->getNumCols()) - shortages_.size());
  std::iota(all.begin(), all.end(), int(shortages_.size()));
  if (!all.empty()) clp_->deleteColumns(int(all.size()), all.data());
  // In the first basis shortages make up for what rows lack, so that no search for a feasible one is needed.
  clp_->createStatus();
  for (std::size_t k = 0; k < shortages_.size(); ++k) {
    if (clp_->rowLower()[shortages_[k]] <= 0) continue;
    clp_->setRowStatus(int(shortages_[k]), ClpSimplex::atLowerBound);
    clp_->setColumnStatus(int(k), ClpSimplex::basic);
  }
}

void LinearProgram::hand_over_columns() {
  if (added_.costs.empty()) return;
  clp_->addColumns(int(added_.costs.size()), nullptr, added_.uppers.data(), added_.costs.data(),
                   added_.starts.data(), added_.rows.data(), added_.coefficients.data());
  added_ = {};
}

LinearProgram::Status LinearProgram::solve() {
  hand_over_columns();
  clp_->setRandomSeed(kSeed);  // Clp draws lots where columns are equally good
  clp_->primal();
  solved_ = clp_->status() == 0;
  switch (clp_->status()) {
    case 0:
      return Status::kOptimal;
    case 1:
      return Status::kInfeasible;
    case 2:
      return Status::kUnbounded;
    default:
      return Status::kUnfinished;
  }
}

double LinearProgram::value(std::size_t column) const {
  const auto at = shortages_.size() + column;
  return solved_ && at < std::size_t(clp_->getNumCols()) ? clp_->primalColumnSolution()[at] : 0;
}

double LinearProgram::dual(std::size_t row) const { return solved_ ? clp_->dualRowSolution()[row] : 0; }

double LinearProgram::objective() const { return solved_ ? clp_->objectiveValue() : 0; }

}  // namespace synergy::planner
