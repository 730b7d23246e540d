// Policies side by side for what runs now.
#include "gateway_fixtures.hpp"
#include "synergy/gateway/comparer.hpp"
#include "synergy/planner/policy.hpp"

namespace synergy::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ComparerTest : public ::testing::Test {
 protected:
  void run_digits(std::uint64_t plan_id = 7) {
    (void)board_.set(body_view(), {});
    (void)board_.set(schemas::AppSet{{digits_status()}}, {});
    auto plan = digits_plan();
    plan.id = plan_id;
    (void)board_.set(plan, {});
  }
  HostClock clock_;
  Board board_;
  Comparer comparer_{deploy_folder(), board_, clock_};
};

TEST_F(ComparerTest, WithoutAPlanThereIsNothingToCompare) {
  const auto made = comparer_.compare({});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->plan_id, 0u);
  EXPECT_THAT(made->policies, IsEmpty());
}

TEST_F(ComparerTest, EachPolicyIsAskedTheSameAndTheBestIsNotWorse) {
  run_digits();
  const auto made = comparer_.compare({"min-dev", "optimal"});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->plan_id, 7u);
  ASSERT_THAT(made->policies, SizeIs(2));
  const auto& simple = made->policies[0];
  const auto& best = made->policies[1];
  EXPECT_EQ(simple.policy, "min-dev");
  EXPECT_EQ(simple.status, planner::OutcomeStatus::kHeuristic);
  EXPECT_EQ(best.status, planner::OutcomeStatus::kOptimal);
  ASSERT_TRUE(simple.rates.contains("digits") && best.rates.contains("digits"));
  EXPECT_GE(best.rates.at("digits"), simple.rates.at("digits"));
  EXPECT_GT(best.energy_uj.value(), 0);
  EXPECT_GT(best.latency_us.value(), 0);
  EXPECT_THAT(made->runners_up, ::testing::Not(IsEmpty()));
}

TEST_F(ComparerTest, WhatWasFoundIsKnownUntilAnotherPlanIsInForce) {
  run_digits();
  ASSERT_TRUE(comparer_.compare({"min-dev"}));
  EXPECT_THAT(comparer_.known().policies, SizeIs(1));
  ASSERT_TRUE(comparer_.compare({"max-dev"}));
  EXPECT_THAT(comparer_.known().policies, SizeIs(2));
  EXPECT_THAT(comparer_.compare({"max-dev"})->policies, SizeIs(1)) << "what was asked for, in its order";
  run_digits(8);
  EXPECT_THAT(comparer_.known().policies, IsEmpty());
  EXPECT_EQ(comparer_.known().plan_id, 8u);
}

TEST_F(ComparerTest, APolicyThatThereIsNotIsRefused) {
  run_digits();
  const auto made = comparer_.compare({"min-dev", "optimum"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(made.error().message, HasSubstr("did you mean 'optimal'"));
}

TEST_F(ComparerTest, OnceStoppedItSaysThatItEnds) {
  run_digits();
  comparer_.stop();
  EXPECT_EQ(comparer_.compare({"min-dev"}).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace synergy::gateway
