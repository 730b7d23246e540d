#include "synergy/harvested_offline/virtual_run.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>

#include "synergy/harvested_offline/picture.hpp"

namespace synergy::harvested_offline {
namespace {

using namespace std::chrono_literals;
using accel_model::PowerState;
using testing::HasSubstr;

const documents::DeployFolder kDeploy(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");

/// Without a cold start, which the recordings of an office do not get over in minutes.
Case given(const std::string& model, const std::string& trace, double microfarads = 330) {
  auto made = run_case(
      kDeploy,
      {.model = model, .device = "max78000-harvested", .trace = trace, .capacitance_uf = microfarads});
  EXPECT_TRUE(made) << made.error().message;
  made->figures.store.converter.cold_start_below_v = 0;
  return *std::move(made);
}

TEST(VirtualRun, TellsWhatTheReportHolds) {
  const auto of = given("kws", "rf-room-1");
  const RunAsked asked{.length = 120s};
  const auto outcome = virtual_run(of, asked);
  ASSERT_TRUE(outcome) << outcome.error().message;
  const auto& [summary, report] = *outcome;
  EXPECT_GT(summary.inferences, 0u);
  EXPECT_EQ(summary.inferences, report.results.size());
  EXPECT_EQ(summary.policy, "adaptive");
  EXPECT_EQ(summary.harvest, "rf-room-1");
  EXPECT_DOUBLE_EQ(summary.time_s, 120);
  EXPECT_DOUBLE_EQ(summary.inferences_per_hour, double(summary.inferences) * 30);
  EXPECT_DOUBLE_EQ(*summary.used_uj_per_inference, summary.used_uj / double(summary.inferences));
  EXPECT_NEAR(summary.dead_s + summary.off_s + summary.booting_s + summary.on_s + summary.retained_s, 120,
              1e-6);
  EXPECT_NEAR(summary.began_uj + summary.harvested_uj,
              summary.conversion_loss_uj + summary.quiescent_uj + summary.used_uj + summary.leaked_uj +
                  summary.shunted_uj + summary.stored_uj,
              1e-6 * summary.harvested_uj);
  EXPECT_DOUBLE_EQ(summary.share_of_bound, double(summary.inferences) / summary.bound_inferences);
  EXPECT_EQ(summary.inputs, std::nullopt);
  EXPECT_EQ(summary.results_compared, std::nullopt);
}

TEST(VirtualRun, NeverPassesItsBound) {
  std::size_t by_program = 0;
  for (const std::string model : {"convnet5", "kws"})
    for (const std::string trace : {"office-wall-1", "rf-room-1", "wrist-sun-1"})
      for (const auto& policy : harvested::policy_names()) {
        const auto outcome =
            virtual_run(given(model, trace), {.policy = policy, .length = 120s, .volts = 3.3});
        if (!outcome) {
          EXPECT_EQ(outcome.error().code, ErrorCode::kNoFit) << outcome.error().message;
          continue;
        }
        EXPECT_LE(outcome->summary.share_of_bound, 1) << model << " " << trace << " " << policy;
        if (outcome->summary.bound_by == BoundKind::kCycleProgram) ++by_program;
      }
  EXPECT_GT(by_program, 6u);
}

TEST(VirtualRun, EndsWithTheLastOfSoManyInputs) {
  const auto outcome =
      virtual_run(given("convnet5", "wrist-sun-1"), {.length = 600s, .inputs = {.count = 5}});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->summary.inferences, 5u);
  EXPECT_LT(outcome->summary.time_s, 600);
  EXPECT_GT(outcome->summary.bound_inferences, 5) << "in that time, not of the inputs";
}

TEST(VirtualRun, SharesOutADeadlineOverTheInputsThatCame) {
  const auto of = given("convnet5", "wrist-sun-1");
  RunAsked asked{.length = 60s, .volts = 3.3, .inputs = {.every = 1s}, .deadline = 59s};
  const auto long_one = virtual_run(of, asked);
  asked.deadline = 1ms;
  const auto short_one = virtual_run(of, asked);
  ASSERT_TRUE(long_one && short_one);
  EXPECT_EQ(long_one->summary.inputs, 60u);
  EXPECT_DOUBLE_EQ(*long_one->summary.share_within_deadline, double(long_one->summary.inferences) / 60)
      << "all that ended did so in time";
  EXPECT_EQ(*short_one->summary.share_within_deadline, 0);
  EXPECT_DOUBLE_EQ(*short_one->summary.deadline_ms, 1);
}

TEST(VirtualRun, RefusesWhatCanNotBe) {
  const auto of = given("convnet5", "rf-room-1");
  const auto refusal = [&](const RunAsked& asked, RealBytes* bytes = nullptr) {
    const auto outcome = virtual_run(of, asked, bytes);
    return outcome ? "" : outcome.error().message;
  };
  EXPECT_THAT(refusal({.length = 0s}), HasSubstr("at most a day"));
  EXPECT_THAT(refusal({.length = 25h}), HasSubstr("at most a day"));
  EXPECT_THAT(refusal({.deadline = 1s}), HasSubstr("every=1s"));
  EXPECT_THAT(refusal({.length = 20h, .inputs = {.every = 1ms}}), HasSubstr("more than 1000000 inputs"));
  EXPECT_THAT(refusal({.volts = 3.4}), HasSubstr("highest voltage"));
  EXPECT_THAT(refusal({.policy = "best"}), HasSubstr("no policy 'best'"));
  auto bytes = RealBytes::of(kDeploy, "convnet5", of.chain);
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_THAT(refusal({.length = 2h}, &*bytes), HasSubstr("an hour at most"));
}

TEST(VirtualRun, WithoutProgressIsAnErrorWithTheReason) {
  const auto never = virtual_run(given("kws", "teg-arm-1", 4700), {});
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, ErrorCode::kNoFit);
  EXPECT_THAT(never.error().message, HasSubstr("no progress: it never wakes"));
  const auto small = virtual_run(given("kws", "rf-room-1", 50), {});
  ASSERT_FALSE(small);
  EXPECT_EQ(small.error().code, ErrorCode::kNoFit);
  EXPECT_THAT(small.error().message, HasSubstr("50.0 uF give"));
}

TEST(RealBytes, AreThoseOfAnUninterruptedRun) {
  const auto of = given("convnet5", "rf-room-1");
  auto bytes = RealBytes::of(kDeploy, "convnet5", of.chain);
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto outcome = virtual_run(of, {.length = 120s}, &*bytes);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_GT(outcome->summary.results_compared, 0u);
  EXPECT_EQ(outcome->summary.results_wrong, 0u);
  auto results = outcome->report.results;
  ASSERT_GE(results.size(), 2u);
  results[1].bytes.back() ^= 1;
  EXPECT_EQ(bytes->wrong(results), 1u) << "a bit that flipped is found";
  results[0].number = 1;
  EXPECT_EQ(bytes->wrong(results), 2u) << "and the result of another input";
}

TEST(CourseOf, HasTheTimesAndResultsOfTheReportAndTheChargeBetweenItsPoints) {
  for (const std::string policy : {"adaptive", "once", "restart"}) {
    const auto of = given("convnet5", "wrist-sun-1");
    const RunAsked asked{.policy = policy, .length = 60s, .into_trace = 7s};
    const auto outcome = virtual_run(of, asked);
    ASSERT_TRUE(outcome) << outcome.error().message;
    const auto course = course_of(of, asked, outcome->report, kPictureColumns);
    ASSERT_TRUE(course) << course.error().message;
    std::map<std::size_t, Duration> times;
    std::uint64_t results = 0;
    double harvest_uj = 0;
    for (const auto& column : course->columns) {
      for (std::size_t state = 0; state < column.time_in.size(); ++state)
        times[state] += column.time_in[state];
      results += column.results;
      harvest_uj += column.harvest_uw * 0.06;
      EXPECT_FALSE(column.empty) << "no gap in the line of " << policy;
    }
    for (const auto& [state, time] : times)
      EXPECT_EQ(time, outcome->report.time_in[state]) << policy << state;
    EXPECT_EQ(results, outcome->summary.inferences);
    EXPECT_NEAR(harvest_uj, outcome->summary.harvested_uj, 1e-6 * harvest_uj);
    EXPECT_DOUBLE_EQ(course->columns.back().last.uj, outcome->summary.stored_uj);
  }
}

TEST(CourseOf, EndsWhereTheRunDid) {
  const auto of = given("convnet5", "wrist-sun-1");
  const RunAsked asked{.length = 600s, .inputs = {.count = 3}};
  const auto outcome = virtual_run(of, asked);
  ASSERT_TRUE(outcome);
  const auto course = course_of(of, asked, outcome->report, 100);
  ASSERT_TRUE(course);
  EXPECT_EQ(course->length, outcome->report.end.time_since_epoch());
  EXPECT_GE(course->columns.back().results, 1u) << "the run ends with its last result";
}

}  // namespace
}  // namespace synergy::harvested_offline
