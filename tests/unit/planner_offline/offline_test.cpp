// Planning from files: the standard workloads, reports, the benchmark's summary.
#include <gmock/gmock.h>

#include <cstdlib>
#include <map>

#include "synergy/planner/policy.hpp"
#include "synergy/planner_offline/benchmark.hpp"
#include "synergy/planner_offline/chart.hpp"
#include "synergy/planner_offline/simulation.hpp"
#include "synergy/planner_offline/solve_report.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::planner_offline_test {
namespace {

using namespace planner_offline;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::filesystem::path deploy_path() { return std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy"; }

planner::Problem workload_problem(const std::string& name, const std::string& link) {
  const auto workloads = read_workloads(deploy_path());
  EXPECT_TRUE(workloads) << workloads.error().message;
  for (const auto& workload : *workloads) {
    if (workload.name != name) continue;
    auto problem = read_problem(question_of(deploy_path(), workload, link));
    EXPECT_TRUE(problem) << problem.error().message;
    if (problem) return *problem;
  }
  ADD_FAILURE() << "no workload " << name;
  return {};
}

TEST(Offline, EveryStandardWorkloadHasTheAppsOfItsTable) {
  const std::map<std::string, std::size_t> sizes{{"w1", 3}, {"w2", 3}, {"w3", 2}, {"w4", 8}, {"w5", 8}};
  for (const auto& [name, size] : sizes) {
    const auto problem = workload_problem(name, "");
    EXPECT_EQ(problem.pipelines.size(), size) << name;
    EXPECT_EQ(problem.body.link.name, "esp8266-uart-921600") << name;
    EXPECT_TRUE(planner::check_problem(problem)) << name;
  }
}

TEST(Offline, PlansOfAWorkloadRunVirtuallyAtTheirComputedRate) {
  for (const auto& [name, link] : std::map<std::string, std::string>{{"w1", "wired-spi"}, {"w2", "ideal"}}) {
    const auto problem = workload_problem(name, link);
    for (const bool overlap : {true, false}) {
      planner::SolveOptions options;
      options.policy = "synergy";
      options.overlap = overlap;
      const auto outcome = planner::solve(problem, options, planner::Budget(200'000));
      ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
      const auto ran = simulate(problem, outcome.plan, 1000);
      ASSERT_TRUE(ran) << ran.error().message;
      EXPECT_NEAR(ran->difference_percent, 0, 0.1) << name << (overlap ? "" : " without overlap");
      EXPECT_NEAR(ran->energy_uj / ran->predicted_energy_uj, 1, 1e-3) << name;
    }
  }
}

/// Of one workload, without a clock.
BenchSettings settings_for(const std::string& name) {
  BenchSettings settings;
  settings.deploy = deploy_path();
  settings.now_us = [] { return 0.0; };
  settings.residencies = {planner::Residency::kResident};
  settings.virtual_rounds = 600;
  const auto workloads = read_workloads(deploy_path());
  EXPECT_TRUE(workloads) << workloads.error().message;
  for (const auto& workload : *workloads)
    if (workload.name == name) settings.workloads = {workload};
  return settings;
}

/// Every policy and overlap setting on one workload and its links, weights resident, each plan run virtually.
class StandardWorkload : public testing::TestWithParam<const char*> {};

TEST_P(StandardWorkload, OptimalIsBehindNobodyAndPlansRunAtTheirComputedRate) {
  auto settings = settings_for(GetParam());
  ASSERT_EQ(settings.workloads.size(), 1u);
  settings.policies = planner::policy_names();
  settings.objectives = {planner::Objective::kRounds, planner::Objective::kLatency};
#if defined(__SANITIZE_ADDRESS__)  // ten times as slow
  settings.policies = {"pri-min-dev", "synergy", "optimal", "optimal-mixed"};
#endif
  settings.budget = [](const auto&) { return planner::Budget(300'000); };
  const auto report = run_benchmark(settings);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(report->behind, testing::IsEmpty());
  int ran = 0, proved = 0;
  for (const auto& row : report->rows) {
    const auto name = row.link + ", " + row.policy + (row.overlap ? "" : ", without overlap");
    if (row.virtual_rounds_per_second) {
      ++ran;
      EXPECT_NEAR(*row.virtual_rounds_per_second / row.rounds_per_second.value(), 1, 2e-3) << name;
    }
    if (row.policy != "optimal") continue;
    ASSERT_TRUE(row.has_plan()) << name;
    ASSERT_TRUE(row.gap) << name;
    EXPECT_LE(*row.gap, 0.05) << name;
    proved += row.status == planner::OutcomeStatus::kOptimal;
  }
  EXPECT_GE(ran, 8);
  EXPECT_GE(proved, 3);
}

/// On the workload's own link, each app by itself; on all links as a long test (SYNERGY_ALL_LINKS).
TEST_P(StandardWorkload, EveryAppRunsAtItsComputedRateByEveryPolicyAndObjective) {
  auto settings = settings_for(GetParam());
  ASSERT_EQ(settings.workloads.size(), 1u);
  const bool all = std::getenv("SYNERGY_ALL_LINKS") != nullptr;
  if (!all) settings.workloads.front().links.resize(1);
#if defined(__SANITIZE_ADDRESS__)  // ten times as slow
  settings.policies = {"pri-min-dev", "optimal"};
#else
  settings.policies = planner::policy_names();
#endif
  settings.objectives = {planner::Objective::kFair, planner::Objective::kSum};
  if (all) settings.objectives.push_back(planner::Objective::kRounds);
  settings.overlaps = {true};
  // Runs of a fast app come in bursts; a window that ends within one is off by that much of all cycles.
  if (all) settings.virtual_rounds = 3000;
  settings.budget = [&](const auto&) { return planner::Budget(all ? 300'000 : 20'000); };
  const auto report = run_benchmark(settings);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(report->behind, testing::IsEmpty());
  std::size_t ran = 0;
  for (const auto& row : report->rows)
    for (const auto& rate : row.rates) {
      ASSERT_TRUE(rate.virtual_runs_per_second) << row.policy;
      ++ran;
      EXPECT_NEAR(*rate.virtual_runs_per_second / rate.runs_per_second, 1, 1e-3)
          << row.link << ", " << row.policy << ", " << schemas::name_of(row.objective) << ", "
          << rate.app.text();
    }
  EXPECT_GE(ran, settings.policies.size());
}

INSTANTIATE_TEST_SUITE_P(W1toW5, StandardWorkload, testing::Values("w1", "w2", "w3", "w4", "w5"),
                         [](const auto& instance) { return std::string(instance.param); });

/// With fast links one UNet bounds every plan without shares; two of them do not.
TEST(OptimalMixed, IsAheadOfOptimalWhereOneModelBoundsEveryPlan) {
  const auto problem = workload_problem("w1", "wired-spi");
  const auto optimal = planner::solve(problem, "optimal"), mixed = planner::solve(problem, "optimal-mixed");
  ASSERT_TRUE(optimal.has_plan() && mixed.has_plan());
  EXPECT_GT(mixed.objective_value, 1.5 * optimal.objective_value);
  EXPECT_EQ(mixed.plan.status, schemas::PlanStatus::kOptimal);
  const auto& unet = mixed.plan.pipelines.back();
  EXPECT_GE(unet.executions.size(), 2u);
  EXPECT_EQ(unet.sequence.size(), unet.runs_per_cycle);
  const auto ran = simulate(problem, mixed.plan, 1000);
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_NEAR(ran->difference_percent, 0, 0.1);
}

TEST(Offline, WhereEveryRateIsMetNoEnergyIsWasted) {
  // All plans that give these rates are equal in them. One that was found first sent raw sound through the
  // air for 184 ms.
  Question question;
  question.deploy = deploy_path();
  question.body = deploy_path() / "bodies/four-78000.yaml";
  question.apps = {deploy_path() / "apps/ask-digits.yaml", deploy_path() / "apps/ask-keywords.yaml"};
  const auto problem = read_problem(question);
  ASSERT_TRUE(problem) << problem.error().message;
  const auto plan_by = [&](schemas::Objective objective) {
    planner::SolveOptions options;
    options.policy = "optimal";
    options.objective = objective;
    auto outcome = planner::solve(*problem, options, planner::Budget(200'000));
    EXPECT_TRUE(outcome.has_plan()) << outcome.reason;
    return outcome.plan;
  };
  const auto fair = plan_by(schemas::Objective::kFair), lasting = plan_by(schemas::Objective::kLifetime);
  const auto power_of = [](const schemas::CollaborationPlan& plan) {
    double mw = 0;
    for (const auto& device : plan.devices) mw += device.power_mw;
    return mw;
  };
  EXPECT_DOUBLE_EQ(fair.find(AppId("ask-digits"))->runs_per_second, 10);
  EXPECT_DOUBLE_EQ(fair.find(AppId("ask-keywords"))->runs_per_second, 2);
  EXPECT_LE(power_of(fair), 1.01 * power_of(lasting));
  EXPECT_LT(fair.find(AppId("ask-keywords"))->executions.front().latency, std::chrono::milliseconds(20));
}

TEST(Offline, AReportHoldsWhatThePlanHolds) {
  const auto read = read_problem(
      {deploy_path(), deploy_path() / "bodies/four-78000.yaml", "", {deploy_path() / "apps/digits.yaml"}});
  ASSERT_TRUE(read) << read.error().message;
  const auto& problem = *read;
  planner::SolveOptions options;
  options.policy = "ind-e2e";
  const auto outcome = planner::solve(problem, options);
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  const auto report = make_report(problem, options, outcome, 1);
  EXPECT_EQ(report.pipelines.size(), 1u);
  EXPECT_EQ(report.pipelines[0].chunks.size(), 2u);
  EXPECT_EQ(report.units.size(), outcome.plan.units.size());
  EXPECT_GE(report.units.front().load, report.units.back().load);
  EXPECT_FALSE(report.bound) << "a policy that claims nothing has no bound";
  for (const auto& of : {report, make_report(outcome.plan)}) {
    EXPECT_EQ(of.status, planner::OutcomeStatus::kHeuristic);
    EXPECT_FALSE(of.stopped_by);
    EXPECT_EQ(of.nodes, outcome.nodes);
  }
  EXPECT_THAT(report.assumed, testing::Contains("max78000 prepare_ns_per_byte (assumed)"));
}

TEST(Offline, ReportsSayHowTheSearchEnded) {
  const auto problem = workload_problem("w1", "");
  planner::SolveOptions options;
  for (const auto stopped_by : {planner::StoppedBy::kNodes, planner::StoppedBy::kTime}) {
    const bool time = stopped_by == planner::StoppedBy::kTime;
    const planner::Budget budget(time ? planner::Budget::kNoLimit : 100, [time] { return time; });
    const auto outcome = planner::solve(problem, options, budget);
    const auto report = make_report(problem, options, outcome, 1);
    EXPECT_EQ(report.status, planner::OutcomeStatus::kBounded);
    EXPECT_EQ(report.stopped_by, stopped_by);
    EXPECT_EQ(report.nodes, time ? 0u : 100u);
    ASSERT_TRUE(report.gap);
    EXPECT_GT(*report.gap, 0);
    const auto ran = simulate(problem, outcome.plan, 20);
    ASSERT_TRUE(ran) << ran.error().message;
    EXPECT_EQ(ran->status, schemas::PlanStatus::kBounded);
    EXPECT_EQ(ran->stopped_by, stopped_by);
    EXPECT_EQ(ran->nodes, report.nodes);
  }
}

TEST(Offline, AReportWithoutAPlanSaysWhy) {
  const auto problem = workload_problem("w1", "");
  planner::SolveOptions options;
  options.policy = "min-dev";
  const auto report = make_report(problem, options, planner::solve(problem, options), 1);
  EXPECT_EQ(report.status, planner::OutcomeStatus::kOutOfResource);
  EXPECT_THAT(report.reason, AllOf(testing::StartsWith("OOR: "), HasSubstr("glasses")));
  EXPECT_FALSE(report.objective_value);
}

TEST(Offline, AMissingAppFileIsNamed) {
  const auto problem =
      read_problem({deploy_path(), deploy_path() / "bodies/four-78000.yaml", "", {"no/such.yaml"}});
  ASSERT_FALSE(problem);
  EXPECT_THAT(problem.error().message, HasSubstr("no/such.yaml"));
}

TEST(Offline, AnUnknownLinkIsAnErrorThatListsTheLinks) {
  const auto problem = read_problem({deploy_path(),
                                     deploy_path() / "bodies/four-78000.yaml",
                                     "wifi",
                                     {deploy_path() / "apps/digits.yaml"}});
  ASSERT_FALSE(problem);
  EXPECT_THAT(problem.error().message, AllOf(HasSubstr("wifi"), HasSubstr("wired-spi")));
}

TEST(Offline, TheGeneratedWorkloadIsTheSameForTheSameSeedAndOtherForAnother) {
  const auto one = generate(8, 4), two = generate(8, 4), other = generate(8, 4, 1);
  EXPECT_EQ(one.apps, two.apps);
  EXPECT_NE(one.apps, other.apps);
  EXPECT_EQ(one.body.devices[0].profile, "max78000");
  EXPECT_EQ(one.body.devices[1].profile, "max78002");
  for (const auto& app : one.apps) {
    EXPECT_FALSE(app.sensing.on.empty() || app.interaction.on.empty());
    EXPECT_TRUE(app.repeat) << "its rates are not to be those of the sensors";
  }
}

TEST(Offline, TheGeneratedWorkloadsSensorsServeEveryModel) {
  const auto made = generate(2, 3);
  for (const auto& device : made.body.devices)
    for (const auto& sensor : device.sensors) {
      ASSERT_TRUE(sensor.sources) << "nothing said is nothing there, once the file is loaded";
      EXPECT_TRUE(sensor.may_serve({7, 11, 13}, schemas::Trigger::kFree, {}));
    }
}

BenchRow row(const std::string& policy, std::optional<double> value,
             schemas::Objective objective = schemas::Objective::kRounds) {
  BenchRow made;
  made.workload = "w1";
  made.link = "ideal";
  made.policy = policy;
  made.objective = objective;
  made.status = value ? planner::OutcomeStatus::kBounded : planner::OutcomeStatus::kOutOfResource;
  if (value) made.stopped_by = planner::StoppedBy::kNodes;
  made.objective_value = value;
  return made;
}

TEST(Offline, AGeneratedWorkloadIsKnownByItsName) {
  const auto made = generated_by_name("w6-3x2");
  ASSERT_TRUE(made);
  EXPECT_EQ(made->apps.size(), 3u);
  EXPECT_EQ(made->body.devices.size(), 2u);
  EXPECT_EQ(made->body.name, "w6-3x2");
  for (const auto* name : {"", "w6", "w6-", "w6-3", "w6-3x", "w6-x3", "w6-0x3", "w6-3x0", "w6-3x2x1",
                           "w6-1001x1", "w6--1x2", "w7-3x2", "w6-99999999999x1"})
    EXPECT_FALSE(generated_by_name(name)) << name;
}

TEST(Offline, TheBenchmarkComparesOursWithWhoeverHasAPlanAndCountsTheOthers) {
  BenchReport report;
  report.rows = {row("min-dev", std::nullopt), row("max-dev", 2.0), row("synergy", 4.0), row("optimal", 8.0)};
  summarise(report);
  EXPECT_TRUE(report.behind.empty());
  std::map<std::string, BenchRatio> to;
  for (const auto& ratio : report.ratios)
    if (ratio.policy == "optimal") to[ratio.to] = ratio;
  EXPECT_DOUBLE_EQ(to["max-dev"].ratio.value(), 4);
  EXPECT_DOUBLE_EQ(to["synergy"].ratio.value(), 2);
  EXPECT_FALSE(to["min-dev"].ratio) << "nothing was compared";
  EXPECT_FALSE(to["min-dev"].best);
  EXPECT_FALSE(to["min-dev"].worst);
  EXPECT_EQ(to["min-dev"].cases, 0u);
  EXPECT_EQ(to["min-dev"].oor, 1u);
  ASSERT_FALSE(report.headlines.empty());
  EXPECT_DOUBLE_EQ(report.headlines.front().ours, 4) << "an OOR plan enters no mean";
  EXPECT_DOUBLE_EQ(report.headlines.front().paper, 23.0);
}

TEST(Offline, TheBenchmarkSaysWhereOptimalIsBehind) {
  BenchReport report;
  report.rows = {row("synergy", 4.1), row("optimal", 4.0)};
  summarise(report);
  EXPECT_EQ(report.behind.size(), 1u);
  BenchReport latency;
  latency.rows = {row("synergy", 4.1, schemas::Objective::kLatency),
                  row("optimal", 4.0, schemas::Objective::kLatency)};
  summarise(latency);
  EXPECT_TRUE(latency.behind.empty()) << "less is better";
}

/// The number in front of which `before` stands, after `from`.
double number_after(const std::string& text, const std::string& before, std::size_t from = 0) {
  const auto at = text.find(before, from);
  return at == std::string::npos ? -1 : std::stod(text.substr(at + before.size()));
}

/// The length of the bar whose title begins so.
double bar_of(const std::string& svg, const std::string& title) {
  const auto at = svg.find("<title>" + title);
  return at == std::string::npos ? -1 : number_after(svg, "width=\"", svg.rfind("<rect", at));
}

TEST(Offline, TheChartMarksWhatDoesNotFit) {
  BenchReport report;
  report.rows = {row("min-dev", std::nullopt), row("optimal", 8.0)};
  const auto svg = to_svg(report, schemas::Objective::kRounds);
  EXPECT_THAT(svg, AllOf(HasSubstr(">OOR</text>"), HasSubstr(">optimal</text>"), HasSubstr("8 rounds/s"),
                         HasSubstr("</svg>")));
  EXPECT_THAT(to_svg(report, schemas::Objective::kEnergy), Not(HasSubstr(">optimal</text>")));
}

TEST(Offline, TheBarsOfAllCasesHaveOneScaleWhateverTheirFigures) {
  BenchReport report;
  report.rows = {row("synergy", 4.0), row("optimal", 8.0), row("synergy", 500.0), row("optimal", 1000.0)};
  report.rows[2].workload = report.rows[3].workload = "w2";
  const auto svg = to_svg(report, schemas::Objective::kRounds);
  EXPECT_GT(bar_of(svg, "synergy: 4 "), 0);
  EXPECT_DOUBLE_EQ(bar_of(svg, "synergy: 4 "), bar_of(svg, "synergy: 500 "));
  EXPECT_DOUBLE_EQ(bar_of(svg, "optimal: 8 "), 2 * bar_of(svg, "synergy: 4 "));
  EXPECT_THAT(svg, AllOf(HasSubstr(">0.50</text>"), HasSubstr(">1.00</text>"), HasSubstr("1000 rounds/s")));
}

TEST(Offline, AnOutlierIsCutAndItsNumberWritten) {
  BenchReport report;
  report.rows = {row("max-dev", 870.0, schemas::Objective::kEnergy),
                 row("synergy", 20.0, schemas::Objective::kEnergy),
                 row("optimal", 10.0, schemas::Objective::kEnergy)};
  const auto svg = to_svg(report, schemas::Objective::kEnergy);
  EXPECT_DOUBLE_EQ(bar_of(svg, "max-dev: 870 "), 2 * bar_of(svg, "synergy: 20 ")) << "the scale ends at 4";
  EXPECT_THAT(svg, AllOf(HasSubstr(">87.0</text>"), HasSubstr("stroke=\"#ffffff\"")));
  report.rows.erase(report.rows.begin());
  EXPECT_THAT(to_svg(report, schemas::Objective::kEnergy), Not(HasSubstr("stroke=\"#ffffff\"")));
}

TEST(Offline, WithoutAnOptimalTheBestIsTheMeasureAndIsNamed) {
  BenchReport report;
  report.rows = {row("min-dev", 5.0), row("synergy", 10.0), row("optimal", std::nullopt)};
  for (auto& each : report.rows) each.overlap = false;
  const auto svg = to_svg(report, schemas::Objective::kRounds);
  EXPECT_THAT(svg, AllOf(HasSubstr("10 rounds/s, synergy"), HasSubstr(">0.50</text>"),
                         HasSubstr("Tasks do not overlap.")));
}

TEST(Offline, TheWholeBenchmarkFitsOnAScreen) {
  BenchReport report;
  for (int workload = 0; workload < 11; ++workload)
    for (const auto residency : {schemas::Residency::kResident, schemas::Residency::kReload})
      for (const auto& policy : planner::policy_names()) {
        report.rows.push_back(row(policy, 3.0));
        report.rows.back().workload = "w" + std::to_string(workload);
        report.rows.back().residency = residency;
      }
  const auto svg = to_svg(report, schemas::Objective::kRounds);
  EXPECT_LE(number_after(svg, " width=\""), 1600);
  EXPECT_LE(number_after(svg, " height=\""), 900);
}

TEST(Offline, TheCsvHasALineForEachRow) {
  BenchReport report;
  report.rows = {row("min-dev", std::nullopt), row("optimal", 8.0)};
  const auto csv = to_csv(report);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
  EXPECT_THAT(csv, HasSubstr("w1,ideal,optimal,rounds,on,resident,bounded,nodes,8,"));
  // Six figures of the plan that there is not; the search took no time and no node.
  EXPECT_THAT(csv, HasSubstr("w1,ideal,min-dev,rounds,on,resident,oor,,,,,,,,0,0,,\"\",0,\"\"\n"));
}

TEST(Offline, WithoutAPlanARowAndAnAnswerHaveNoFigures) {
  BenchReport report;
  report.rows = {row("min-dev", std::nullopt)};
  EXPECT_THAT(schemas::to_json(report),
              HasSubstr(R"("objective_value":null,"bound":null,"gap":null,"rounds_per_second":null,)"
                        R"("latency_us":null,"energy_uj":null)"));
  const auto problem =
      read_problem(question_of(deploy_path(), read_workloads(deploy_path())->front(), "ideal"));
  ASSERT_TRUE(problem);
  planner::SolveOptions options;
  options.policy = "min-dev";
  const auto refused = make_report(*problem, options, planner::solve(*problem, options), 1);
  ASSERT_FALSE(refused.has_plan());
  for (const auto& figure : {refused.rounds_per_second, refused.latency_us, refused.worst_latency_us,
                             refused.energy_uj, refused.bound, refused.gap})
    EXPECT_FALSE(figure);
  EXPECT_THAT(refused.devices, testing::IsEmpty());
}

}  // namespace
}  // namespace synergy::planner_offline_test
