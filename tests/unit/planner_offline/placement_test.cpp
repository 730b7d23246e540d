// Placements from files: what is said of them, and that they run as it says.
#include "synergy/documents/placement.hpp"

#include <gmock/gmock.h>

#include <map>

#include "synergy/planner/placement.hpp"
#include "synergy/planner_offline/question.hpp"
#include "synergy/planner_offline/simulation.hpp"
#include "synergy/planner_offline/solve_report.hpp"
#include "temporary_folder.hpp"

namespace synergy::planner_offline_test {
namespace {

using namespace planner_offline;

planner::Problem problem_of(const std::string& apps, const std::string& link = {}) {
  const auto deploy = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy";
  const auto problem =
      read_problem({deploy, deploy / "bodies" / "four-78000.yaml", link, {deploy / "apps" / apps}});
  EXPECT_TRUE(problem) << problem.error().message;
  return problem ? *problem : planner::Problem{};
}

/// What a file of this text says.
schemas::Placement placement_in(const std::string& text) {
  const test_support::TemporaryFolder folder;
  const auto read = documents::read_placement(folder.write("placement.yaml", text));
  EXPECT_TRUE(read) << read.error().message;
  return read ? *read : schemas::Placement{};
}

const std::string kDigitsByTheEarbud = R"(apps:
  - app: digits
    chunks:
      - {device: earbud, first_layer: 0, last_layer: 3}
      - {device: watch, first_layer: 4, last_layer: 4}
)";

TEST(PlacementReport, HasRatesEnergyPowerMemoryAndTheBestPlanBesideIt) {
  const auto problem = problem_of("digits.yaml");
  const auto judged = planner::judge_placement(problem, placement_in(kDigitsByTheEarbud), {});
  ASSERT_TRUE(judged) << judged.error().message;
  const auto report = make_report(problem, {}, *judged, 5);
  EXPECT_EQ(report.policy, "placement");
  EXPECT_EQ(report.status, planner::OutcomeStatus::kBounded);
  ASSERT_EQ(report.pipelines.size(), 1u);
  // By hand (tests/unit/planner/placement_test.cpp): the picture takes 14 706 944 ns to the earbud.
  const double ours = 1e9 / 14'706'944;
  EXPECT_NEAR(report.pipelines[0].runs_per_second, ours, 1e-9);
  EXPECT_NEAR(report.pipelines[0].cycle_us, 14'706.944, 1e-3);
  EXPECT_NEAR(report.pipelines[0].latency_us, 26'624.161, 1e-3);
  EXPECT_EQ(report.devices.size(), 4u);
  ASSERT_EQ(report.memory.size(), 3u);
  EXPECT_EQ(report.memory[1].device, DeviceId("earbud"));
  EXPECT_EQ(report.memory[1].weight_bytes, 71'148u - 1'920u);
  EXPECT_EQ(report.memory[2].weight_bytes, 1'920u);
  ASSERT_TRUE(report.best);
  EXPECT_EQ(report.best->policy, "optimal");
  EXPECT_EQ(report.best->status, planner::OutcomeStatus::kOptimal);
  ASSERT_EQ(report.best->pipelines.size(), 1u);
  // The app wants two devices at least: glasses and watch, cut before the last layer, send 192 bytes of
  // tensor.
  const double best = 1e9 / 8'283'333;
  EXPECT_NEAR(*report.best->objective_value, best, 1e-6);
  EXPECT_NEAR(*report.best->behind, (best - ours) / best, 1e-9);
}

TEST(PlacementReport, SaysHowFarItIsBehindByTheObjective) {
  const auto problem = problem_of("digits.yaml");
  planner::SolveOptions options;
  options.objective = schemas::Objective::kLatency;
  const auto judged = planner::judge_placement(problem, placement_in(kDigitsByTheEarbud), options);
  ASSERT_TRUE(judged) << judged.error().message;
  const auto report = make_report(problem, options, *judged, 5);
  // The best way sends the tensor only; the earbud's adds the picture.
  const double ours = 26'624.161, best = ours - 14'706.944;
  EXPECT_NEAR(*report.objective_value, ours, 1e-3);
  EXPECT_NEAR(*report.best->objective_value, best, 1e-3);
  EXPECT_NEAR(*report.bound, best, 1e-3);
  EXPECT_NEAR(*report.best->behind, (ours - best) / best, 1e-9);
  EXPECT_NEAR(*report.gap, (ours - best) / ours, 1e-6);
}

TEST(PlacementFiles, OfAPlanGiveThatPlanAgain) {
  const auto problem = problem_of("w1");
  for (const char* policy : {"ind-e2e", "synergy", "optimal-mixed"}) {
    planner::SolveOptions options;
    options.policy = policy;
    const auto outcome = planner::solve(problem, options, planner::Budget(50'000));
    if (!outcome.has_plan()) continue;
    const auto text = documents::placement_text(planner::placement_of(problem, outcome.choices), policy);
    const auto again = planner::plan_of_placement(problem, placement_in(text), options);
    ASSERT_TRUE(again) << policy << ": " << again.error().message;
    EXPECT_EQ(again->plan.pipelines, outcome.plan.pipelines) << policy;
    EXPECT_EQ(again->plan.units, outcome.plan.units) << policy;
    EXPECT_EQ(again->plan.memory, outcome.plan.memory) << policy;
    EXPECT_EQ(again->plan.devices, outcome.plan.devices) << policy;
  }
}

/// The three apps of W1, whole models on three devices.
schemas::Placement w1_placement(const planner::Problem& problem) {
  const std::map<std::string, std::string> devices{
      {"w1-unet", "glasses"}, {"w1-convnet5", "ring"}, {"w1-ressimplenet", "watch"}};
  schemas::Placement placement;
  for (const auto& pipeline : problem.pipelines) {
    const auto last = std::uint32_t(pipeline.model.program.layers.size() - 1);
    const DeviceId device(devices.at(pipeline.app.app.text()));
    placement.apps.push_back({pipeline.app.app, DeviceId("glasses"), {}, {{device, 0, last}}, {}, {}});
  }
  return placement;
}

/// By app: measured over computed rate, in virtual time.
std::map<std::string, double> measured_over_computed(const planner::Problem& problem,
                                                     const schemas::Placement& placement,
                                                     schemas::Objective objective) {
  planner::SolveOptions options;
  options.objective = objective;
  const auto placed = planner::plan_of_placement(problem, placement, options);
  EXPECT_TRUE(placed) << placed.error().message;
  const auto ran = simulate(problem, placed->plan, 1000);
  EXPECT_TRUE(ran) << ran.error().message;
  std::map<std::string, double> parts;
  for (const auto& app : ran->pipelines)
    parts[app.app.text()] = app.runs_per_second / app.predicted_runs_per_second;
  return parts;
}

TEST(PlacementRun, InVirtualTimeHasTheRatesThatAreComputed) {
  for (const std::string link : {"", "ideal"})
    for (const auto objective : {schemas::Objective::kFair, schemas::Objective::kRounds}) {
      const auto problem = problem_of("w1", link);
      for (const auto& [app, part] : measured_over_computed(problem, w1_placement(problem), objective))
        EXPECT_NEAR(part, 1, 1e-3) << app << " " << link << " " << schemas::name_of(objective);
    }
}

TEST(PlacementRun, InVirtualTimeHasTheRatesThatAreGiven) {
  const auto problem = problem_of("w1");
  auto placement = w1_placement(problem);
  for (auto& app : placement.apps)
    if (app.app == AppId("w1-convnet5")) app.rate = 3;
  for (const auto& [app, part] : measured_over_computed(problem, placement, schemas::Objective::kFair)) {
    if (app == "w1-convnet5") {
      EXPECT_NEAR(part, 1, 1e-3);
    } else {  // what is computed holds while no turn is passed over; the app above passes over some
      EXPECT_GE(part, 1 - 1e-3) << app;
      EXPECT_LE(part, 1.02) << app;
    }
  }
}

}  // namespace
}  // namespace synergy::planner_offline_test
