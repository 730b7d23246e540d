// Results now and then, and tasks once.
#include "gateway_fixtures.hpp"
#include "synergy/gateway/result_pace.hpp"
#include "synergy/gateway/task_deltas.hpp"

namespace synergy::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto at(Duration time) { return MonotonicTime(100s + time); }

schemas::RunResult result(std::uint64_t run, const char* app = "digits") {
  schemas::RunResult made;
  made.run.key = {AppId(app), run, 1};
  return made;
}

TEST(ResultPace, ShowsTheNewestOfABurstAndCountsTheOthers) {
  ResultPace pace;
  const auto first = pace.hear(result(0), at(0ms));
  ASSERT_TRUE(first);
  EXPECT_THAT(*first, EndsWith("\"skipped\":0}"));
  for (int run = 1; run <= 4; ++run) EXPECT_FALSE(pace.hear(result(std::uint64_t(run)), at(10ms * run)));
  EXPECT_THAT(pace.due(at(49ms)), IsEmpty());
  const auto shown = pace.due(at(50ms));
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_THAT(shown[0], HasSubstr("\"run\":4,"));
  EXPECT_THAT(shown[0], EndsWith("\"skipped\":3}"));
  EXPECT_THAT(pace.due(at(200ms)), IsEmpty()) << "each is shown once";
}

TEST(ResultPace, AtMostTwentyASecondOfAnAppAndNoneIsLostFromTheCount) {
  ResultPace pace;
  int shown = 0;
  std::uint64_t skipped = 0;
  const auto count = [&](const std::string& json) {
    ++shown;
    skipped += std::stoull(json.substr(json.rfind(':') + 1));
  };
  for (int ms = 0; ms < 1000; ++ms) {
    if (const auto json = pace.hear(result(std::uint64_t(ms)), at(1ms * ms))) count(*json);
    for (const auto& json : pace.due(at(1ms * ms))) count(json);
  }
  for (const auto& json : pace.due(at(2s))) count(json);
  EXPECT_LE(shown, 21);
  EXPECT_EQ(shown + int(skipped), 1000);
}

TEST(ResultPace, AppsDoNotWaitForEachOther) {
  ResultPace pace;
  EXPECT_TRUE(pace.hear(result(0, "digits"), at(0ms)));
  EXPECT_TRUE(pace.hear(result(0, "kws"), at(0ms)));
}

schemas::TaskRecord task(std::uint64_t run, Duration end) {
  schemas::TaskRecord made;
  made.app = AppId("digits");
  made.run = run;
  made.begin = ModelTime(end - 1ms);
  made.end = ModelTime(end);
  return made;
}

std::vector<std::uint64_t> runs_of(const schemas::TaskTable& table) {
  std::vector<std::uint64_t> runs;
  for (const auto& one : table.tasks) runs.push_back(one.run);
  return runs;
}

TEST(TaskDeltas, TellsEachTaskOnceThoughQuestionsOverlap) {
  const DeviceId ring("ring");
  TaskDeltas deltas;
  EXPECT_EQ(deltas.question(ring).last, kFirstReach);
  schemas::TaskTable answer{ring, ModelTime(10s), false, {task(0, 9s), task(1, 9900ms)}};
  EXPECT_THAT(runs_of(deltas.fresh(answer)), ElementsAre(0, 1));
  EXPECT_EQ(deltas.question(ring).since, ModelTime(9900ms - kReachBack));
  EXPECT_EQ(deltas.question(ring).last, Duration{});
  // Task 2 ended before task 1 did, and was recorded after it.
  answer = {ring, ModelTime(10100ms), false, {task(1, 9900ms), task(2, 9850ms), task(3, 10050ms)}};
  EXPECT_THAT(runs_of(deltas.fresh(answer)), ElementsAre(2, 3));
  answer.now = ModelTime(10200ms);
  EXPECT_THAT(runs_of(deltas.fresh(answer)), IsEmpty());
}

TEST(TaskDeltas, ATimeLineThatBeganAnewIsToldFromItsBeginning) {
  const DeviceId ring("ring");
  TaskDeltas deltas;
  (void)deltas.fresh({ring, ModelTime(100s), false, {task(0, 99s)}});
  EXPECT_THAT(runs_of(deltas.fresh({ring, ModelTime(3s), false, {task(1, 2s)}})), ElementsAre(1));
  EXPECT_EQ(deltas.question(ring).since, ModelTime(2s - kReachBack));
  deltas.forget();
  EXPECT_EQ(deltas.question(ring).last, kFirstReach);
}

}  // namespace
}  // namespace synergy::gateway
