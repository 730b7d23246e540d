#include "synergy/dispatcher/better_plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace synergy::dispatcher {
namespace {

using schemas::CollaborationPlan;
using schemas::Objective;

using Rates = std::vector<std::pair<std::string, double>>;

CollaborationPlan plan_of(Objective objective, const Rates& rates) {
  CollaborationPlan plan;
  plan.objective = objective;
  for (const auto& [app, rate] : rates) {
    auto& pipeline = plan.pipelines.emplace_back();
    pipeline.app = AppId(app);
    pipeline.runs_per_second = rate;
  }
  return plan;
}

class BetterPlan : public ::testing::Test {
 protected:
  BetterPlan() { set_weight("kws", 1), set_weight("unet", 1); }
  void set_weight(const std::string& app, double weight) { apps_[AppId(app)].status.request.weight = weight; }
  [[nodiscard]] bool better(Objective objective, const Rates& rates, const Rates& than) const {
    return is_better(plan_of(objective, rates), plan_of(objective, than), apps_);
  }
  [[nodiscard]] bool fairer(const Rates& rates, const Rates& than) const {
    return better(Objective::kFair, rates, than);
  }
  Apps apps_;
};

TEST_F(BetterPlan, ByFairnessIsTheOneWhoseLowestRateIsHigher) {
  EXPECT_TRUE(fairer({{"kws", 100}, {"unet", 18}}, {{"kws", 300}, {"unet", 17}}));
  EXPECT_FALSE(fairer({{"kws", 300}, {"unet", 17}}, {{"kws", 100}, {"unet", 18}}));
}

TEST_F(BetterPlan, ByFairnessTheNextLowestRateDecidesWhereTheLowestIsTheSame) {
  EXPECT_TRUE(fairer({{"unet", 17.7}, {"kws", 381.9}}, {{"kws", 17.7}, {"unet", 17.7}}));
  EXPECT_FALSE(fairer({{"unet", 17.7}, {"kws", 17.7}}, {{"kws", 381.9}, {"unet", 17.7}}));
  // A lowest rate that differs by rounding alone decides nothing.
  EXPECT_TRUE(fairer({{"unet", 17.7 * (1 - 1e-8)}, {"kws", 40}}, {{"kws", 30}, {"unet", 17.7}}));
  EXPECT_FALSE(fairer({{"unet", 17.7}, {"kws", 30}}, {{"kws", 30}, {"unet", 17.7}}));
}

TEST_F(BetterPlan, ByFairnessRatesCountByTheirWeights) {
  set_weight("kws", 10);
  EXPECT_TRUE(fairer({{"kws", 200}, {"unet", 20}}, {{"kws", 150}, {"unet", 30}}));
  set_weight("kws", 1);
  EXPECT_FALSE(fairer({{"kws", 200}, {"unet", 20}}, {{"kws", 150}, {"unet", 30}}));
}

TEST_F(BetterPlan, ByRoundsIsTheOneWithMoreRoundsWhateverAnAppOfARateHas) {
  EXPECT_TRUE(better(Objective::kRounds, {{"kws", 5}, {"unet", 18}}, {{"kws", 5}, {"unet", 17}}));
  EXPECT_FALSE(better(Objective::kRounds, {{"kws", 5}, {"unet", 17}}, {{"kws", 5}, {"unet", 17}}));
}

TEST_F(BetterPlan, ByLatencyOrEnergyIsTheOneWithLess) {
  auto plan = plan_of(Objective::kLatency, {{"kws", 10}}), than = plan_of(Objective::kLatency, {{"kws", 20}});
  plan.latency = Duration(5'000'000);
  than.latency = Duration(6'000'000);
  EXPECT_TRUE(is_better(plan, than, apps_));
  EXPECT_FALSE(is_better(than, plan, apps_));
  plan.objective = than.objective = Objective::kEnergy;
  plan.energy_uj = 700;
  than.energy_uj = 650;
  EXPECT_FALSE(is_better(plan, than, apps_));
  EXPECT_TRUE(is_better(than, plan, apps_));
}

TEST_F(BetterPlan, ThatServesOtherAppsIsBetterWhereItServesAsMany) {
  EXPECT_TRUE(better(Objective::kRounds, {{"kws", 1}}, {{"unet", 2}}));
  EXPECT_FALSE(better(Objective::kRounds, {{"kws", 9}}, {{"kws", 1}, {"unet", 2}}));
}

}  // namespace
}  // namespace synergy::dispatcher
