// Linear programs with answers worked out on paper, columns that come later, and what is no program at all.
#include "synergy/planner/linear_program.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

namespace synergy::planner_test {
namespace {

using planner::LinearProgram;
using Status = LinearProgram::Status;
using Rows = std::vector<LinearProgram::Row>;

constexpr double kNear = 1e-8;

/// The greatest 3x + 5y where x <= 4, 2y <= 12, 3x + 2y <= 18: 36 at (2, 6), with duals 0, 3/2 and 1.
TEST(LinearProgram, SolvesTheTextbooksExample) {
  LinearProgram program({LinearProgram::at_most(4), LinearProgram::at_most(12), LinearProgram::at_most(18)});
  const auto x = program.add(-3, {{0, 1}, {2, 3}});
  const auto y = program.add(-5, {{1, 2}, {2, 2}});
  EXPECT_EQ(x, 0u);
  EXPECT_EQ(y, 1u);
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), -36, kNear);
  EXPECT_NEAR(program.value(x), 2, kNear);
  EXPECT_NEAR(program.value(y), 6, kNear);
  EXPECT_NEAR(program.dual(0), 0, kNear);
  EXPECT_NEAR(program.dual(1), -1.5, kNear);
  EXPECT_NEAR(program.dual(2), -1, kNear);
}

/// The least 2x + 3y where x + y >= 4 and x + 3y >= 6: 9 at (3, 1), with duals 3/2 and 1/2.
TEST(LinearProgram, DualsOfLowerBoundsArePositive) {
  LinearProgram program({LinearProgram::at_least(4), LinearProgram::at_least(6)});
  program.add(2, {{0, 1}, {1, 1}});
  program.add(3, {{0, 1}, {1, 3}});
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), 9, kNear);
  EXPECT_NEAR(program.value(0), 3, kNear);
  EXPECT_NEAR(program.value(1), 1, kNear);
  EXPECT_NEAR(program.dual(0), 1.5, kNear);
  EXPECT_NEAR(program.dual(1), 0.5, kNear);
}

TEST(LinearProgram, DualsOfEqualitiesHaveEitherSign) {
  for (const double cost : {2.0, -2.0}) {
    LinearProgram program({LinearProgram::equal(3)});
    program.add(cost, {{0, 1}});
    ASSERT_EQ(program.solve(), Status::kOptimal);
    EXPECT_NEAR(program.objective(), 3 * cost, kNear);
    EXPECT_NEAR(program.dual(0), cost, kNear);
  }
}

/// A row between 1 and 3 is held by the bound that the cost leads to, and by neither where it costs nothing.
TEST(LinearProgram, ARangeIsHeldByTheBoundThatBinds) {
  const auto solved = [](double cost, double upper) {
    LinearProgram program({{1, 3}});
    program.add(cost, {{0, 1}}, upper);
    EXPECT_EQ(program.solve(), Status::kOptimal);
    return std::pair(program.value(0), program.dual(0));
  };
  EXPECT_EQ(solved(5, 10), std::pair(1.0, 5.0));
  EXPECT_EQ(solved(-5, 10), std::pair(3.0, -5.0));
  EXPECT_EQ(solved(-5, 2), std::pair(2.0, 0.0));  // the column's own bound holds it, not the row
}

/// Weighted rates on one unit: 3a + b, a load of a + b <= 1, a <= 0.25, b at least 0.5.
TEST(LinearProgram, ColumnsHaveUpperBounds) {
  LinearProgram program({LinearProgram::at_most(1), LinearProgram::at_least(0.5)});
  program.add(-3, {{0, 1}}, 0.25);
  program.add(-1, {{0, 1}, {1, 1}});
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), -1.5, kNear);
  EXPECT_NEAR(program.value(0), 0.25, kNear);
  EXPECT_NEAR(program.value(1), 0.75, kNear);
  EXPECT_NEAR(program.dual(0), -1, kNear);
  EXPECT_NEAR(program.dual(1), 0, kNear);
}

/// Beale's program, on which the simplex method goes round for ever with the simplest rule: -1/20.
TEST(LinearProgram, DegenerateProgramsEnd) {
  LinearProgram program({LinearProgram::at_most(0), LinearProgram::at_most(0), LinearProgram::at_most(1)});
  program.add(-0.75, {{0, 0.25}, {1, 0.5}});
  program.add(150, {{0, -60}, {1, -90}});
  program.add(-0.02, {{0, -0.04}, {1, -0.02}, {2, 1}});
  program.add(6, {{0, 9}, {1, 3}});
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), -0.05, kNear);
  EXPECT_NEAR(program.value(0), 0.04, kNear);
  EXPECT_NEAR(program.value(2), 1, kNear);
}

/// Two pipelines, each with a route over either of two units: the peak is shared until a better route is
/// found.
TEST(LinearProgram, ColumnsThatComeLaterAreTakenIn) {
  LinearProgram program({LinearProgram::equal(1), LinearProgram::at_most(0), LinearProgram::at_most(0)});
  const auto peak = program.add(1, {{1, -1}, {2, -1}});
  const auto first = program.add(0, {{0, 1}, {1, 4}});
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), 4, kNear);
  EXPECT_NEAR(program.dual(0), 4, kNear);
  EXPECT_NEAR(program.dual(1), -1, kNear);

  const auto second = program.add(0, {{0, 1}, {2, 12}});
  EXPECT_EQ(program.value(second), 0);  // not solved with it yet
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), 3, kNear);
  EXPECT_NEAR(program.value(peak), 3, kNear);
  EXPECT_NEAR(program.value(first), 0.75, kNear);
  EXPECT_NEAR(program.value(second), 0.25, kNear);
  EXPECT_NEAR(program.dual(1), -0.75, kNear);
  EXPECT_NEAR(program.dual(2), -0.25, kNear);

  program.add(0.5, {{0, 1}});  // without a load
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), 0.5, kNear);
}

TEST(LinearProgram, AShortageIsPaidWhereThereIsNoOtherWay) {
  LinearProgram program({{5, 5, 100}, LinearProgram::at_most(3)});
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), 500, kNear);
  EXPECT_NEAR(program.dual(0), 100, kNear);

  program.add(1, {{0, 1}, {1, 1}});
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.value(0), 3, kNear);  // the other row lets no more
  EXPECT_NEAR(program.objective(), 203, kNear);
  EXPECT_NEAR(program.dual(1), -99, kNear);

  program.add(2, {{0, 1}});
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), 7, kNear);
}

TEST(LinearProgram, SaysWhatIsInfeasible) {
  LinearProgram program({LinearProgram::at_most(1), LinearProgram::at_least(3)});
  program.add(7, {{0, 1}, {1, 2}});
  ASSERT_EQ(program.solve(), Status::kInfeasible);
  EXPECT_EQ(program.value(0), 0);
  EXPECT_EQ(program.dual(1), 0);
  EXPECT_EQ(program.objective(), 0);

  program.add(10, {{1, 1}});  // makes it feasible
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), 17, kNear);
}

TEST(LinearProgram, SaysWhatIsUnbounded) {
  LinearProgram program({LinearProgram::at_least(1)});
  program.add(-1, {{0, 1}});
  ASSERT_EQ(program.solve(), Status::kUnbounded);
  EXPECT_EQ(program.objective(), 0);

  program.clear();
  program.add(2, {{0, 1}});
  ASSERT_EQ(program.solve(), Status::kOptimal);
  EXPECT_NEAR(program.objective(), 2, kNear);
}

TEST(LinearProgram, MayBeEmpty) {
  LinearProgram nothing({});
  EXPECT_EQ(nothing.solve(), Status::kOptimal);
  EXPECT_EQ(nothing.objective(), 0);

  LinearProgram no_rows({});
  no_rows.add(-2, {}, 3);
  no_rows.add(1, {});
  ASSERT_EQ(no_rows.solve(), Status::kOptimal);
  EXPECT_NEAR(no_rows.objective(), -6, kNear);
  EXPECT_NEAR(no_rows.value(0), 3, kNear);
  no_rows.add(-1, {});
  EXPECT_EQ(no_rows.solve(), Status::kUnbounded);

  LinearProgram no_columns({LinearProgram::at_most(1), LinearProgram::equal(0)});
  ASSERT_EQ(no_columns.solve(), Status::kOptimal);
  EXPECT_EQ(no_columns.objective(), 0);
  EXPECT_EQ(no_columns.dual(0), 0);
  LinearProgram unmet({LinearProgram::at_least(1)});
  EXPECT_EQ(unmet.solve(), Status::kInfeasible);
}

/// A program of a planner's kind: runs of pipelines, units below a peak, random loads; some of them twice.
struct Random {
  Rows rows;
  std::vector<std::pair<double, LinearProgram::Column>> columns;

  Random(std::mt19937& generator, std::size_t pipelines, std::size_t units) {
    rows.assign(pipelines, {1, 1, 1e4});
    rows.resize(pipelines + units, LinearProgram::at_most(0));
    LinearProgram::Column peak;
    for (std::size_t u = 0; u < units; ++u) peak.emplace_back(pipelines + u, -1.0);
    columns.emplace_back(1, peak);
    for (std::size_t r = pipelines * (1 + generator() % 10); r-- > 0;) {
      LinearProgram::Column column{{r % pipelines, 1.0}};
      for (std::size_t u = 0; u < units; ++u)
        if (generator() % 3 == 0) column.emplace_back(pipelines + u, double(1 + generator() % 8) / 8);
      columns.emplace_back(double(generator() % 4) / 4, column);
    }
  }
};

std::vector<double> answer(LinearProgram& program, const Random& random) {
  EXPECT_EQ(program.solve(), Status::kOptimal);
  std::vector<double> all{program.objective()};
  for (std::size_t k = 0; k < random.columns.size(); ++k) all.push_back(program.value(k));
  for (std::size_t i = 0; i < random.rows.size(); ++i) all.push_back(program.dual(i));
  return all;
}

/// The value of an optimum is known without any method: feasible values and duals with the same objective.
void expect_optimal(const LinearProgram& program, const Random& random) {
  double cost = 0, priced = 0;
  std::vector<double> sums(random.rows.size(), 0.0);
  for (std::size_t k = 0; k < random.columns.size(); ++k) {
    const auto& [own, column] = random.columns[k];
    double reduced = own;
    EXPECT_GE(program.value(k), -kNear);
    for (const auto& [row, coefficient] : column) {
      sums[row] += program.value(k) * coefficient;
      reduced -= program.dual(row) * coefficient;
    }
    EXPECT_GE(reduced, -kNear);
    cost += own * program.value(k);
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    EXPECT_GE(sums[i], random.rows[i].lower - kNear);
    EXPECT_LE(sums[i], random.rows[i].upper + kNear);
    if (random.rows[i].lower < random.rows[i].upper) {
      EXPECT_LE(program.dual(i), kNear);
    }
    priced += program.dual(i) * random.rows[i].upper;
  }
  EXPECT_NEAR(cost, program.objective(), 1e-7);
  EXPECT_NEAR(priced, program.objective(), 1e-7);
}

TEST(LinearProgram, ValuesAndDualsProveEachOther) {
  std::mt19937 generator(20);
  for (int n = 0; n < 300; ++n) {
    const Random random(generator, 1 + generator() % 5, 2 + generator() % 20);
    LinearProgram at_once(random.rows), one_by_one(random.rows);
    for (const auto& [cost, column] : random.columns) {
      at_once.add(cost, column);
      one_by_one.add(cost, column);
      ASSERT_EQ(one_by_one.solve(), Status::kOptimal);
    }
    ASSERT_EQ(at_once.solve(), Status::kOptimal);
    expect_optimal(at_once, random);
    expect_optimal(one_by_one, random);
    EXPECT_NEAR(at_once.objective(), one_by_one.objective(), 1e-7);
    if (HasFailure()) FAIL() << "program " << n;
  }
}

/// Nothing of earlier programs is left: the same bits as from a new one, over programs with the same rows.
TEST(LinearProgram, AnswersAreTheSameBitsAgainAndAfterClear) {
  std::mt19937 generator(4);
  LinearProgram reused(Random(generator, 4, 12).rows);
  for (int n = 0; n < 500; ++n) {
    const Random random(generator, 4, 12);
    LinearProgram fresh(random.rows);
    reused.clear();
    for (const auto& [cost, column] : random.columns) {
      fresh.add(cost, column);
      reused.add(cost, column);
    }
    ASSERT_EQ(answer(fresh, random), answer(reused, random)) << "program " << n;
  }
}

TEST(LinearProgram, PrintsNothing) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  for (const auto& row : {LinearProgram::at_least(1), LinearProgram::at_most(-1), LinearProgram::at_most(1)})
    for (const double cost : {1.0, -1.0})
      for (const double coefficient : {1.0, -1.0, 0.0}) {
        LinearProgram program({row});
        program.add(cost, {{0, coefficient}});
        (void)program.solve();
      }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(LinearProgramDeathTest, RowsThatAreNotThereAreABug) {
  LinearProgram program({LinearProgram::at_most(1)});
  EXPECT_DEATH(program.add(1, {{1, 1.0}}), "rows of its program");
  EXPECT_DEATH(LinearProgram({{2, 1}}), "lower bound");
}

}  // namespace
}  // namespace synergy::planner_test
