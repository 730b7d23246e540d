// Power and hours of devices: what a virtual run measures beside what the plan promises, and what reports
// say.
#include <gmock/gmock.h>

#include "synergy/planner_offline/question.hpp"
#include "synergy/planner_offline/simulation.hpp"
#include "synergy/planner_offline/solve_report.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::planner_offline_test {
namespace {

using namespace planner_offline;
using testing::HasSubstr;

planner::Problem w2(double rate) {
  const auto deploy = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy";
  auto problem = read_problem({deploy, deploy / "bodies/mixed-4.yaml", "ble-2m", {deploy / "apps/w2"}});
  EXPECT_TRUE(problem) << problem.error().message;
  if (!problem) return {};
  for (auto& pipeline : problem->pipelines) pipeline.app.rate = rate;
  problem->body.batteries = {{"ring", 30}};
  return *problem;
}

/// Unpaced apps as fast as they can, and paced ones.
TEST(PowerOffline, AVirtualRunMeasuresThePowerThatThePlanPromises) {
  for (const double rate : {0.0, 2.0}) {
    SCOPED_TRACE("rate " + std::to_string(rate));
    const auto problem = w2(rate);
    const auto outcome = planner::solve(problem, "ind-e2e");
    ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
    const auto ran = simulate(problem, outcome.plan, 600);
    ASSERT_TRUE(ran) << ran.error().message;
    ASSERT_EQ(ran->devices.size(), 4u);
    double sum = 0;
    int working = 0;
    for (std::size_t d = 0; d < 4; ++d) {
      const auto& device = ran->devices[d];
      EXPECT_EQ(device.device, problem.body.devices[d].id);
      EXPECT_EQ(device.predicted_power_mw, outcome.plan.devices[d].power_mw);
      EXPECT_NEAR(device.power_mw / device.predicted_power_mw, 1, 2e-3) << device.device.text();
      EXPECT_NEAR(*device.hours / *device.predicted_hours, 1, 2e-3) << device.device.text();
      sum += device.power_mw;
      working += device.power_mw > 1.8 ? 1 : 0;  // 1.65 and 1.69 mW are rest
    }
    EXPECT_GT(working, 1);
    EXPECT_DOUBLE_EQ(ran->body_power.power_mw, sum);
    EXPECT_NEAR(ran->body_power.power_mw / ran->predicted_body_power.power_mw, 1, 2e-3);
    EXPECT_EQ(ran->body_power.empty_first, ran->predicted_body_power.empty_first);
    EXPECT_NEAR(*ran->devices[3].hours, 0.3 * 555 / ran->devices[3].power_mw, 1e-6) << "30 % are left";
  }
}

TEST(PowerOffline, AReportTellsThePowerOfEachDeviceAndOfTheBody) {
  const auto problem = w2(2);
  planner::SolveOptions options;
  options.policy = "ind-e2e";
  const auto outcome = planner::solve(problem, options);
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  const auto report = make_report(problem, options, outcome, 1);
  EXPECT_EQ(report.devices, outcome.plan.devices);
  ASSERT_TRUE(report.body_power);
  EXPECT_EQ(*report.body_power, schemas::body_power(outcome.plan.devices));
  const auto json = schemas::to_json(report);
  for (const auto* name : {"\"body_power\":{\"power_mw\":", "\"empty_first\":\"", "\"hours\":"})
    EXPECT_THAT(json, HasSubstr(name));
}

TEST(PowerOffline, WithoutAPlanThereIsNoPower) {
  auto problem = w2(0);
  for (auto& pipeline : problem.pipelines) pipeline.app.min_rate = 1e6;
  planner::SolveOptions options;
  options.policy = "ind-e2e";
  const auto outcome = planner::solve(problem, options);
  ASSERT_FALSE(outcome.has_plan());
  const auto report = make_report(problem, options, outcome, 1);
  EXPECT_FALSE(report.body_power);
  EXPECT_TRUE(report.devices.empty());
}

}  // namespace
}  // namespace synergy::planner_offline_test
