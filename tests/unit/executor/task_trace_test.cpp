#include "synergy/execution/task_trace.hpp"

#include <gmock/gmock.h>

#include "synergy/executor/task_table.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::executor_test {
namespace {

using namespace std::chrono_literals;
using execution::TaskTrace;
using executor::task_table;
using testing::ElementsAre;
using testing::IsEmpty;

const DeviceId kWatch("watch");

ModelTime at(Duration time) { return ModelTime(time); }

schemas::TaskRecord task(std::uint64_t run, ModelTime begin, ModelTime end) {
  return {AppId("digits"), run, 1, schemas::TaskKind::kInfer, 3, 1, {schemas::Unit::kAccelerator},
          begin,           end};
}

std::vector<std::uint64_t> runs_of(const std::vector<schemas::TaskRecord>& tasks) {
  std::vector<std::uint64_t> runs;
  for (const auto& one : tasks) runs.push_back(one.run);
  return runs;
}

TEST(TaskTrace, IsEmptyAtFirst) {
  const TaskTrace trace;
  EXPECT_THAT(trace.since(ModelTime::min()), IsEmpty());
  EXPECT_FALSE(trace.forgot_since(ModelTime::min()));
}

TEST(TaskTrace, KeepsTheLastTasksInTheirOrder) {
  TaskTrace trace(3);
  for (int run = 0; run < 8; ++run) trace.add(task(std::uint64_t(run), at(run * 10ms), at(run * 10ms + 5ms)));
  EXPECT_THAT(runs_of(trace.since(ModelTime{})), ElementsAre(5, 6, 7));
}

TEST(TaskTrace, GivesTasksThatEndedAfterATime) {
  TaskTrace trace(3);
  for (int run = 0; run < 3; ++run) trace.add(task(std::uint64_t(run), at(run * 10ms), at(run * 10ms + 5ms)));
  EXPECT_THAT(runs_of(trace.since(at(15ms))), ElementsAre(2)) << "one that ended at the time is over";
  EXPECT_THAT(runs_of(trace.since(at(14ms))), ElementsAre(1, 2)) << "one that had begun by then is there";
  EXPECT_THAT(trace.since(at(25ms)), IsEmpty());
}

TEST(TaskTrace, KnowsWhatItForgot) {
  TaskTrace trace(2);
  for (int run = 0; run < 2; ++run) trace.add(task(std::uint64_t(run), at(run * 10ms), at(run * 10ms + 5ms)));
  EXPECT_FALSE(trace.forgot_since(ModelTime{}));
  trace.add(task(2, at(20ms), at(25ms)));
  EXPECT_TRUE(trace.forgot_since(at(4ms)));
  EXPECT_FALSE(trace.forgot_since(at(5ms))) << "what was forgotten had ended by then";
}

TEST(TaskTrace, OfNoSizeKeepsOneTask) {
  TaskTrace trace(0);
  for (std::uint64_t run = 0; run < 3; ++run) trace.add(task(run, at(0ms), at(1ms)));
  EXPECT_THAT(runs_of(trace.since(ModelTime{})), ElementsAre(2));
}

TEST(TaskTable, GivesTheTasksOfTheLastTimeAskedFor) {
  TaskTrace trace;
  for (int run = 0; run < 10; ++run)
    trace.add(task(std::uint64_t(run), at(run * 10ms), at(run * 10ms + 10ms)));
  const auto now = at(100ms);
  EXPECT_THAT(runs_of(task_table({{}, 20ms}, kWatch, trace, now).tasks), ElementsAre(8, 9));
  EXPECT_THAT(runs_of(task_table({at(70ms), {}}, kWatch, trace, now).tasks), ElementsAre(7, 8, 9));
  EXPECT_THAT(runs_of(task_table({at(90ms), 50ms}, kWatch, trace, now).tasks), ElementsAre(9));
  const auto all = task_table({}, kWatch, trace, now);
  EXPECT_EQ(all.device, kWatch);
  EXPECT_EQ(all.now, now);
  EXPECT_EQ(all.tasks.size(), 10u);
  EXPECT_FALSE(all.cut);
}

TEST(TaskTable, SaysWhenOlderTasksAreNotKnownAnyMore) {
  TaskTrace trace(4);
  for (int run = 0; run < 10; ++run)
    trace.add(task(std::uint64_t(run), at(run * 10ms), at(run * 10ms + 10ms)));
  EXPECT_TRUE(task_table({{}, 50ms}, kWatch, trace, at(100ms)).cut);
  EXPECT_FALSE(task_table({{}, 40ms}, kWatch, trace, at(100ms)).cut);
}

TEST(TaskTable, OfTheLargestTasksFitsAMessageAndHasTheNewest) {
  TaskTrace trace(2 * schemas::kMaxTasksOfTable);
  for (std::uint64_t run = 0; run < 2 * schemas::kMaxTasksOfTable; ++run) {
    auto large = task(schemas::kMaxRunNumber - run, at(1ms), schemas::kLastModelTime);
    large.app = AppId(std::string(64, 'a'));
    large.attempt = large.step = large.chunk = 0xffffffff;
    large.kind = schemas::TaskKind::kTransfer;
    large.units.clear();
    for (const auto& [unit, name] : schemas::kEnumNames<schemas::Unit>) large.units.push_back(unit);
    trace.add(large);
  }
  const auto table = task_table({}, kWatch, trace, at(2s));
  EXPECT_TRUE(table.cut);
  EXPECT_EQ(table.tasks.size(), schemas::kMaxTasksOfTable);
  EXPECT_EQ(table.tasks.back().run, schemas::kMaxRunNumber - 2 * schemas::kMaxTasksOfTable + 1);
  const auto bytes = schemas::to_msgpack(table);
  EXPECT_LT(bytes.size(), schemas::kMaxMessageBytes / 2);
  const auto back = schemas::from_msgpack<schemas::TaskTable>(bytes);
  EXPECT_TRUE(back) << back.error().message;
}

}  // namespace
}  // namespace synergy::executor_test
