#include "synergy/client/report.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "synergy/schemas/encode.hpp"

namespace synergy::client {
namespace {

using namespace std::chrono_literals;
using schemas::RunRecord;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const AppId kApp("digits");
const DeviceId kGlasses("glasses"), kWatch("watch");

schemas::AppRequest request() {
  schemas::AppRequest made;
  made.app = kApp;
  return made;
}

schemas::CollaborationPlan plan() {
  schemas::CollaborationPlan made;
  made.rounds_per_second = 120.7;
  made.energy_uj = 4700;
  made.bottleneck = "glasses tx";
  made.devices = {{kGlasses, 4, 138.75}, {kWatch, 8, 69.375}};
  schemas::PipelinePlan pipeline;
  pipeline.app = kApp;
  pipeline.energy_uj = 60;
  schemas::ExecutionPlan execution;
  execution.latency = 12ms;
  execution.chunks = {{kGlasses, 0, 3}, {kWatch, 4, 4}};
  pipeline.executions = {execution};
  pipeline.runs_per_second = 120.7;
  pipeline.bottleneck = "glasses tx";
  auto other = pipeline;
  other.runs_per_second = 60;
  other.bottleneck = "watch rx";
  other.app = AppId("other");
  other.executions[0].latency = 99ms;
  made.pipelines = {other, pipeline};
  return made;
}

/// Run `number` took so long and ended at `number` x 10 ms.
RunRecord record(std::uint64_t number, Duration latency = 12ms, std::int32_t label = 0) {
  RunRecord run;
  run.app = kApp;
  run.run = number;
  run.ended = ModelTime{1s + std::int64_t(number) * 10ms};
  run.began = run.ended - latency;
  run.label = label;
  run.energy_uj = 100;
  run.devices = {kGlasses, kWatch};
  return run;
}

ReportSource source(const std::vector<RunRecord>& runs) {
  ReportSource made;
  made.app = request();
  made.runs = runs;
  made.in_force = plan();
  made.served = true;
  return made;
}

Report made(const ReportSource& from) {
  auto report = make_report(from);
  EXPECT_TRUE(report) << report.error().message;
  return report ? *report : Report{};
}

Report report_of(const std::vector<RunRecord>& runs, const std::filesystem::path& labels = {}) {
  auto from = source(runs);
  from.labels = labels;
  return made(from);
}

/// A version 1.0 .npy of unsigned bytes, removed with the object.
class LabelsFile {
 public:
  explicit LabelsFile(const std::string& labels, const std::string& type = "|u1") {
    std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" +
                         std::to_string(labels.size()) + ",), }";
    header.resize(117, ' ');
    header += '\n';
    std::ofstream file(path_, std::ios::binary);
    file << std::string("\x93NUMPY\x01\x00", 8) << char(header.size()) << '\0' << header << labels;
  }
  ~LabelsFile() { std::filesystem::remove(path_); }
  LabelsFile(const LabelsFile&) = delete;
  LabelsFile& operator=(const LabelsFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + "_labels.npy";
};

TEST(Report, MarksResultsThatWereComputedFromNoise) {
  auto runs = std::vector{record(0), record(1)};
  EXPECT_FALSE(report_of(runs).generated);
  EXPECT_EQ(to_text(report_of(runs)).find("noise"), std::string::npos);
  for (auto& run : runs) run.generated = true;
  EXPECT_TRUE(report_of(runs).generated);
  EXPECT_NE(to_text(report_of(runs)).find("input: generated noise; its labels say nothing\n"),
            std::string::npos);
}

TEST(Report, ComparesLabelsOfRunsOnFramesOnly) {
  const LabelsFile labels("\x05");
  auto noise = record(1, 12ms, 6), wrong = record(2, 12ms, 6);
  noise.generated = true;
  const auto report = report_of({record(0, 12ms, 5), noise, wrong}, labels.path());
  EXPECT_EQ(report.on_noise, 1u);
  EXPECT_DOUBLE_EQ(report.accuracy_percent.value(), 50);
  EXPECT_THAT(to_text(report),
              HasSubstr("input: generated noise in 1 of 3 results; their labels say nothing\n"));
  EXPECT_FALSE(report_of({noise}, labels.path()).accuracy_percent);
}

TEST(Report, CountsResultsFailuresAndRepeatedAttempts) {
  std::vector<RunRecord> runs{record(0), record(1), record(2), record(3)};
  runs[1].attempts = 3;
  runs[2].outcome = schemas::RunOutcome::kFailed;
  runs[2].attempts = 61;
  const auto report = report_of(runs);
  EXPECT_EQ(report.runs, 4u);
  EXPECT_EQ(report.completed, 3u);
  EXPECT_EQ(report.failed, 1u);
  EXPECT_EQ(report.repeated_attempts, 2u + 60u);
}

TEST(Report, TakesPercentilesByNearestRank) {
  std::vector<RunRecord> runs;
  for (int i = 100; i >= 1; --i) runs.push_back(record(std::uint64_t(i), std::chrono::milliseconds(i)));
  auto report = report_of(runs);
  EXPECT_DOUBLE_EQ(*report.latency_p50_us, 50e3);
  EXPECT_DOUBLE_EQ(*report.latency_p90_us, 90e3);
  EXPECT_DOUBLE_EQ(*report.latency_p99_us, 99e3);
  EXPECT_DOUBLE_EQ(*report.latency_max_us, 100e3);
  runs.resize(3);  // 100, 99, 98
  report = report_of(runs);
  EXPECT_DOUBLE_EQ(*report.latency_p50_us, 99e3);
  EXPECT_DOUBLE_EQ(*report.latency_p90_us, 100e3);
  runs.resize(1);
  EXPECT_DOUBLE_EQ(*report_of(runs).latency_p50_us, 100e3);
}

TEST(Report, KeepsTheOldNamesInMilliseconds) {
  auto report = report_of({record(0), record(1, 14ms)});
  add_lags({3ms}, report);
  EXPECT_DOUBLE_EQ(*report.latency_p50_ms, 12);
  EXPECT_DOUBLE_EQ(*report.latency_p90_ms, 14);
  EXPECT_DOUBLE_EQ(*report.latency_p99_ms, 14);
  EXPECT_DOUBLE_EQ(*report.latency_max_ms, 14);
  EXPECT_DOUBLE_EQ(*report.predicted_latency_ms, 12);
  EXPECT_DOUBLE_EQ(*report.host_lag_p50_ms, 3);
  EXPECT_DOUBLE_EQ(*report.host_lag_p99_ms, 3);
}

TEST(Report, MeasuresTheRateBetweenTheFirstAndTheLastEnd) {
  EXPECT_DOUBLE_EQ(*report_of({record(0), record(2), record(4)}).runs_per_second, 2 / 0.04);
  EXPECT_FALSE(report_of({record(4)}).runs_per_second) << "one run has no rate";
}

TEST(Report, TakesItsFiguresFromTheNewestPlanAlone) {
  std::vector<RunRecord> runs{record(0, 90ms), record(1, 90ms), record(10), record(12)};
  runs[0].plan_id = runs[1].plan_id = 7;
  runs[2].plan_id = runs[3].plan_id = 8;
  auto from = source(runs);
  from.in_force->id = 8;
  from.plans[7] = plan();
  from.plans[7].pipelines[1].runs_per_second = 3;
  const auto report = made(from);
  EXPECT_EQ(report.plan_id, 8u);
  EXPECT_DOUBLE_EQ(*report.runs_per_second, 50);
  EXPECT_DOUBLE_EQ(*report.latency_max_us, 12e3);
  EXPECT_DOUBLE_EQ(*report.predicted_runs_per_second, 120.7);
  ASSERT_EQ(report.plans.size(), 2u);
  EXPECT_DOUBLE_EQ(*report.plans[0].runs_per_second, 100);
  EXPECT_DOUBLE_EQ(*report.plans[0].plan_runs_per_second, 3);
  EXPECT_EQ(report.completed, 4u);
}

TEST(Report, ComparesWithThePlanOfItsRunsNotWithTheOneInForce) {
  std::vector<RunRecord> runs{record(0), record(1)};
  runs[0].plan_id = runs[1].plan_id = 7;
  auto from = source(runs);
  from.in_force->id = 8;
  from.plans[7] = plan();
  from.plans[7].pipelines[1].runs_per_second = 99;
  EXPECT_DOUBLE_EQ(*made(from).predicted_runs_per_second, 99);
  from.plans.clear();
  EXPECT_FALSE(made(from).predicted_runs_per_second) << "what plan 7 promised is not known";
}

TEST(Report, LeavesFailedRunsOutOfTimesAndEnergies) {
  auto failed = record(500, 10s);
  failed.outcome = schemas::RunOutcome::kFailed;
  failed.energy_uj = 1e6;
  const auto report = report_of({record(0), failed, record(1)});
  EXPECT_DOUBLE_EQ(*report.latency_max_us, 12e3);
  EXPECT_DOUBLE_EQ(*report.energy_uj, 100);
  EXPECT_DOUBLE_EQ(*report.runs_per_second, 100);
  EXPECT_THAT(report.devices_crossed, ElementsAre("glasses > watch: 2 runs"));
}

TEST(Report, MeasuredAndPredictedEnergyAreBothThatOfTheTasks) {
  const auto report = report_of({record(0), record(1)});
  EXPECT_DOUBLE_EQ(*report.energy_uj, 100);
  EXPECT_DOUBLE_EQ(*report.predicted_energy_uj, 60);
  EXPECT_THAT(schemas::to_json(report), HasSubstr(R"("energy_uj":100.0,"energy_tasks_uj":100.0)"));
}

/// What the monitor measured under plan `plan_id`; of the watch nothing where `only_glasses`.
schemas::MeshUse some_use(std::uint64_t plan_id, bool only_glasses = false) {
  schemas::MeshUse use;
  use.plan_id = plan_id;
  use.devices = {{kGlasses, 5, 4, 111, 138.75, 100}, {kWatch, 10, 8, 55.5, 69.375, 100}};
  if (only_glasses) use.devices[1].power_mw = use.devices[1].hours = std::nullopt;
  return use;
}

TEST(Report, ShowsThePowerOfEachDeviceOnceAndOfAllTogether) {
  auto from = source({record(0), record(1)});
  from.use = some_use(from.in_force->id);
  const auto report = made(from);
  ASSERT_EQ(report.devices.size(), 2u);
  EXPECT_EQ(report.devices[1].power_mw, 10);
  EXPECT_EQ(report.devices[1].predicted_power_mw, 8);
  EXPECT_EQ(report.devices[1].hours, 55.5);
  EXPECT_EQ(report.devices[1].predicted_hours, 69.375);
  EXPECT_DOUBLE_EQ(report.body_power->power_mw, 15);
  EXPECT_EQ(report.body_power->empty_first, kWatch);
  EXPECT_DOUBLE_EQ(report.predicted_body_power->power_mw, 12);
  EXPECT_DOUBLE_EQ(*report.predicted_body_power->hours, 69.375);
  EXPECT_THAT(to_text(report),
              HasSubstr("all devices        15.000                  12.000      55.5           69.4"));
}

TEST(Report, WhatWasMeasuredUnderAnotherPlanIsNotShown) {
  auto from = source({record(0), record(1)});
  from.use = some_use(from.in_force->id + 1);
  const auto report = made(from);
  EXPECT_FALSE(report.devices.at(0).power_mw);
  EXPECT_FALSE(report.body_power);
  EXPECT_DOUBLE_EQ(report.predicted_body_power->power_mw, 12);
  from.use = some_use(from.in_force->id, true);
  EXPECT_TRUE(made(from).devices.at(0).power_mw);
  EXPECT_FALSE(made(from).body_power) << "the watch's is not known";
}

TEST(Report, TakesThePredictionOfItsOwnPipeline) {
  const auto report = report_of({record(0)});
  EXPECT_DOUBLE_EQ(*report.predicted_latency_us, 12e3);
  EXPECT_DOUBLE_EQ(*report.predicted_runs_per_second, 120.7);
  EXPECT_EQ(report.bottleneck, "glasses tx");
  EXPECT_THAT(report.placement, ElementsAre("glasses layers 0-3", "watch layers 4-4"));
}

TEST(Report, PredictsWhatThePlanGivesTheApp) {
  auto from = source({record(0)});
  from.in_force->pipelines[1].runs_per_second = 50;
  from.in_force->pipelines[1].bottleneck = "its own rate";
  EXPECT_DOUBLE_EQ(*made(from).predicted_runs_per_second, 50);
  EXPECT_EQ(made(from).bottleneck, "its own rate");
  from.runs.clear();
  EXPECT_DOUBLE_EQ(*made(from).predicted_runs_per_second, 50) << "without a run: of the plan in force";
}

TEST(Report, PredictsNothingWhereNoPlanServesTheApp) {
  auto from = source({record(0)});
  from.in_force.reset();
  from.served = false;
  const auto report = made(from);
  EXPECT_FALSE(report.predicted_runs_per_second);
  EXPECT_FALSE(report.predicted_latency_us);
  EXPECT_FALSE(report.predicted_energy_uj);
  EXPECT_THAT(to_text(report), HasSubstr("no plan serves it now"));
  EXPECT_THAT(to_text(report), Not(HasSubstr("120.7")));
}

TEST(Report, SaysWhereMapsAndValuesAreShown) {
  auto from = source({record(0, 12ms, -1)});
  EXPECT_EQ(made(from).result, "class");
  EXPECT_THAT(to_text(made(from)), Not(HasSubstr("not kept")));
  from.in_force->pipelines[1].classes = 2;
  from.in_force->pipelines[1].output_pixels = 64;
  EXPECT_EQ(made(from).result, "map");
  EXPECT_THAT(to_text(made(from)),
              HasSubstr("results are maps, which are not kept: synergy results digits --follow"));
  from.in_force->pipelines[1].result = schemas::ResultKind::kRaw;
  EXPECT_EQ(made(from).result, "values");
  from.in_force.reset();
  EXPECT_EQ(made(from).result, "") << "not known";
}

TEST(Report, CountsTheClasses) {
  auto from = source({record(0, 12ms, 1), record(1, 12ms, 4), record(2, 12ms, 1), record(3, 12ms, -1)});
  from.in_force->pipelines[1].labels = {"zero", "one"};
  EXPECT_THAT(made(from).classes, ElementsAre(ClassCount{1, "one", 2}, ClassCount{4, "", 1}));
  EXPECT_THAT(to_text(made(from)), HasSubstr("classes: 1 (one) x 2, 4 x 1\n"));
}

TEST(Report, TellsWhichWaysRunsTook) {
  auto alone = record(2);
  alone.devices = {kGlasses};
  EXPECT_THAT(report_of({record(0), alone, record(1)}).devices_crossed,
              ElementsAre("glasses: 1 runs", "glasses > watch: 2 runs"));
}

TEST(Report, ComparesLabelsByRunNumberModuloTheirCount) {
  const LabelsFile labels(std::string("\x05\x06\x07", 3));
  EXPECT_FALSE(report_of({record(0)}).accuracy_percent);
  // Runs 0, 4 and 302 see pictures 0, 1 and 2; the last is wrong.
  const auto report = report_of(
      {record(0, 12ms, 5), record(4, 12ms, 6), record(302, 12ms, 6), record(3, 12ms, 5)}, labels.path());
  ASSERT_TRUE(report.accuracy_percent);
  EXPECT_DOUBLE_EQ(*report.accuracy_percent, 75);
  EXPECT_THAT(to_text(report), HasSubstr("accuracy: 75.0 % (3 labels; run n has label n modulo 3)\n"));
}

TEST(Report, HasNoAccuracyWhereNothingCompleted) {
  const LabelsFile labels("\x05");
  auto failed = record(0);
  failed.outcome = schemas::RunOutcome::kFailed;
  EXPECT_FALSE(report_of({failed}, labels.path()).accuracy_percent);
}

TEST(Report, RefusesLabelsThatAreNoIntegers) {
  const LabelsFile labels("1234", "|f4");
  auto from = source({record(0)});
  from.labels = labels.path();
  const auto report = make_report(from);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kInvalid);
  from.labels = "no-such-labels.npy";
  EXPECT_EQ(make_report(from).error().code, ErrorCode::kNotFound);
}

TEST(Report, OfNoRunsHasCountsAndNoFigures) {
  const auto report = report_of({});
  EXPECT_EQ(report.runs, 0u);
  EXPECT_FALSE(report.latency_p99_us);
  EXPECT_FALSE(report.runs_per_second);
  EXPECT_FALSE(report.energy_uj);
  EXPECT_FALSE(report.plan_id);
  EXPECT_THAT(to_text(report), HasSubstr("0 results, 0 failed"));
  EXPECT_THAT(schemas::to_json(report),
              HasSubstr(R"("runs_per_second":null,"predicted_runs_per_second":120.7)"));
}

TEST(Report, ShowsHostLagOnlyToThoseWhoWatched) {
  auto report = report_of({record(0)});
  add_lags({}, report);
  EXPECT_FALSE(report.host_lag_p50_us);
  EXPECT_THAT(to_text(report), testing::Not(HasSubstr("behind model time")));
  add_lags({3ms, 1ms, 2ms}, report);
  EXPECT_DOUBLE_EQ(*report.host_lag_p50_us, 2e3);
  EXPECT_DOUBLE_EQ(*report.host_lag_p99_us, 3e3);
  EXPECT_THAT(to_text(report), HasSubstr("p50 2.00 ms, p99 3.00 ms"));
}

TEST(Report, SaysItsFiguresInWords) {
  const auto text = to_text(report_of({record(0), record(1)}));
  for (const auto* part : {"app digits: 2 results, 0 failed, 0 attempts repeated", "100.00 runs/s",
                           "120.70 runs/s", "12.00 ms", "100 uJ", "60 uJ", "runs on: glasses layers 0-3",
                           "crossed: glasses > watch: 2 runs", "bounded by: glasses tx"})
    EXPECT_THAT(text, HasSubstr(part));
}

}  // namespace
}  // namespace synergy::client
