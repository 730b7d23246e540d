#include "synergy/cli/report.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace synergy::cli {
namespace {

using namespace std::chrono_literals;
using schemas::RunRecord;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const AppId kApp("digits");
const DeviceId kGlasses("glasses"), kWatch("watch");

schemas::AppRequest request(double rate = 0) {
  schemas::AppRequest made;
  made.app = kApp;
  made.rate = rate;
  return made;
}

/// Two devices of 1.6 mW asleep, with radios of 50 mW.
schemas::BodyView body() {
  schemas::BodyView view;
  view.devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}};
  view.device_profiles["max78000"].mcu_sleep_mw.value = 1.6;
  view.link.idle_mw.value = 50;
  return view;
}

schemas::CollaborationPlan plan() {
  schemas::CollaborationPlan made;
  made.rounds_per_second = 120.7;
  made.energy_uj = 4700;
  made.bottleneck = "glasses tx";
  schemas::PipelinePlan pipeline;
  pipeline.app = kApp;
  schemas::ExecutionPlan execution;
  execution.latency = 12ms;
  execution.chunks = {{kGlasses, 0, 3}, {kWatch, 4, 4}};
  pipeline.executions = {execution};
  auto other = pipeline;
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

Report report_of(const std::vector<RunRecord>& runs, const std::filesystem::path& labels = {}) {
  auto made = make_report(request(), runs, plan(), body(), labels);
  EXPECT_TRUE(made) << made.error().message;
  return made ? *made : Report{};
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
  EXPECT_DOUBLE_EQ(report.latency_p50_ms, 50);
  EXPECT_DOUBLE_EQ(report.latency_p90_ms, 90);
  EXPECT_DOUBLE_EQ(report.latency_p99_ms, 99);
  EXPECT_DOUBLE_EQ(report.latency_max_ms, 100);
  runs.resize(3);  // 100, 99, 98
  report = report_of(runs);
  EXPECT_DOUBLE_EQ(report.latency_p50_ms, 99);
  EXPECT_DOUBLE_EQ(report.latency_p90_ms, 100);
  runs.resize(1);
  EXPECT_DOUBLE_EQ(report_of(runs).latency_p50_ms, 100);
}

TEST(Report, MeasuresTheRateBetweenTheFirstAndTheLastEnd) {
  EXPECT_DOUBLE_EQ(report_of({record(4), record(0), record(2)}).runs_per_second, 2 / 0.04);
  EXPECT_DOUBLE_EQ(report_of({record(4)}).runs_per_second, 0) << "one run has no rate";
}

TEST(Report, LeavesFailedRunsOutOfTimesAndEnergies) {
  auto failed = record(500, 10s);
  failed.outcome = schemas::RunOutcome::kFailed;
  failed.energy_uj = 1e6;
  const auto report = report_of({record(0), failed, record(1)});
  EXPECT_DOUBLE_EQ(report.latency_max_ms, 12);
  EXPECT_DOUBLE_EQ(report.energy_tasks_uj, 100);
  EXPECT_DOUBLE_EQ(report.runs_per_second, 100);
  EXPECT_THAT(report.devices_crossed, ElementsAre("glasses > watch: 2 runs"));
}

TEST(Report, AddsARunsPartOfTheIdlePowerOfPresentDevices) {
  // 100 runs a second: 10 ms of 2 x 51.6 mW each.
  EXPECT_NEAR(report_of({record(0), record(1)}).energy_idle_uj, 1032, 1e-9);
  EXPECT_NEAR(report_of({record(0), record(1)}).energy_uj, 1132, 1e-9);
  auto view = body();
  view.absent = {kWatch};
  const auto alone = make_report(request(), {record(0), record(1)}, plan(), view, {});
  EXPECT_NEAR(alone->energy_idle_uj, 516, 1e-9);
}

TEST(Report, TakesThePredictionOfItsOwnPipeline) {
  const auto report = report_of({record(0)});
  EXPECT_DOUBLE_EQ(report.predicted_latency_ms, 12);
  EXPECT_DOUBLE_EQ(report.predicted_runs_per_second, 120.7);
  EXPECT_DOUBLE_EQ(report.predicted_energy_uj, 4700);
  EXPECT_EQ(report.bottleneck, "glasses tx");
  EXPECT_THAT(report.placement, ElementsAre("glasses layers 0-3", "watch layers 4-4"));
}

TEST(Report, PredictsNoMoreThanTheAppsOwnRate) {
  const auto paced = make_report(request(50), {record(0)}, plan(), body(), {});
  EXPECT_DOUBLE_EQ(paced->predicted_runs_per_second, 50);
  EXPECT_EQ(paced->bottleneck, "its own rate");
  EXPECT_DOUBLE_EQ(make_report(request(500), {}, plan(), body(), {})->predicted_runs_per_second, 120.7);
}

TEST(Report, PredictsNothingWhereNoPlanServesTheApp) {
  auto others = plan();
  others.pipelines.pop_back();
  const auto report = make_report(request(), {record(0)}, others, body(), {});
  EXPECT_EQ(report->predicted_runs_per_second, 0);
  EXPECT_THAT(to_text(*report), HasSubstr("no plan serves it now"));
  EXPECT_THAT(to_text(*report), Not(HasSubstr("120.7")));
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
}

TEST(Report, HasNoAccuracyWhereNothingCompleted) {
  const LabelsFile labels("\x05");
  auto failed = record(0);
  failed.outcome = schemas::RunOutcome::kFailed;
  EXPECT_FALSE(report_of({failed}, labels.path()).accuracy_percent);
}

TEST(Report, RefusesLabelsThatAreNotUnsignedBytes) {
  const LabelsFile labels("123", "|i1");
  const auto report = make_report(request(), {record(0)}, plan(), body(), labels.path());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(make_report(request(), {}, plan(), body(), "no-such-labels.npy").error().code,
            ErrorCode::kNotFound);
}

TEST(Report, OfNoRunsIsAllZeros) {
  const auto report = report_of({});
  EXPECT_EQ(report.runs, 0u);
  EXPECT_DOUBLE_EQ(report.latency_p99_ms, 0);
  EXPECT_DOUBLE_EQ(report.runs_per_second, 0);
  EXPECT_DOUBLE_EQ(report.energy_uj, 0);
  EXPECT_THAT(to_text(report), HasSubstr("0 results, 0 failed"));
}

TEST(Report, ShowsHostLagOnlyToThoseWhoWatched) {
  auto report = report_of({record(0)});
  add_lags({}, report);
  EXPECT_FALSE(report.host_lag_p50_ms);
  EXPECT_THAT(to_text(report), testing::Not(HasSubstr("behind model time")));
  add_lags({3ms, 1ms, 2ms}, report);
  EXPECT_DOUBLE_EQ(*report.host_lag_p50_ms, 2);
  EXPECT_DOUBLE_EQ(*report.host_lag_p99_ms, 3);
  EXPECT_THAT(to_text(report), HasSubstr("p50 2.00 ms, p99 3.00 ms"));
}

TEST(Report, SaysItsFiguresInWords) {
  const auto text = to_text(report_of({record(0), record(1)}));
  for (const auto* part : {"app digits: 2 results, 0 failed, 0 attempts repeated", "100.00 runs/s",
                           "120.70 runs/s", "12.00 ms", "4700 uJ", "runs on: glasses layers 0-3",
                           "crossed: glasses > watch: 2 runs", "bounded by: glasses tx"})
    EXPECT_THAT(text, HasSubstr(part));
}

}  // namespace
}  // namespace synergy::cli
