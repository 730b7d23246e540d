// The cyclic order by itself: turns, turns passed over, guests.
#include "synergy/execution/cyclic_schedule.hpp"

#include <gtest/gtest.h>

namespace synergy::execution {
namespace {

using schemas::Unit;
using namespace std::chrono_literals;

const DeviceId kDevice("d");

/// Two pipelines of one step each that take turns on one cpu.
schemas::CollaborationPlan two_on_a_cpu() {
  schemas::CollaborationPlan plan;
  for (const auto* app : {"a", "b"}) {
    schemas::PipelinePlan pipeline;
    pipeline.app = AppId(app);
    schemas::ExecutionPlan execution;
    execution.steps = {{schemas::TaskKind::kPrepare, kDevice, {}, 0, 1ms, 0, 0}};
    pipeline.executions = {execution};
    plan.pipelines.push_back(pipeline);
  }
  plan.units = {{kDevice, Unit::kCpu, {{0, 0, 0}, {1, 0, 0}}, 2ms}};
  return plan;
}

WaitingTask task_of(TaskId id, std::uint32_t pipeline, std::uint64_t run) {
  WaitingTask task;
  task.id = id;
  task.units = {Unit::kCpu};
  task.place = {pipeline, 0, run};
  return task;
}

/// The next task's id, done at once; 0: none.
TaskId serve(CyclicSchedule& schedule) {
  const auto started = schedule.start_next();
  if (!started) return 0;
  schedule.finish(started->id, started->begin + 1ms);
  return started->id;
}

TEST(CyclicSchedule, ServesInTurnAndWaitsForWhoIsLate) {
  CyclicSchedule schedule(two_on_a_cpu(), kDevice);
  schedule.add(task_of(1, 0, 0));
  schedule.add(task_of(3, 0, 1));
  EXPECT_EQ(serve(schedule), 1u);
  EXPECT_EQ(serve(schedule), 0u) << "it is the other pipeline's turn";
  schedule.add(task_of(2, 1, 0));
  EXPECT_EQ(serve(schedule), 2u);
  EXPECT_EQ(serve(schedule), 3u);
}

TEST(CyclicSchedule, PassesOverSkippedTurnsOnly) {
  CyclicSchedule schedule(two_on_a_cpu(), kDevice);
  schedule.skip(1, 0, 2);
  for (TaskId run = 0; run < 4; ++run) schedule.add(task_of(10 + run, 0, run));
  EXPECT_EQ(serve(schedule), 10u);
  EXPECT_EQ(serve(schedule), 11u);
  EXPECT_EQ(serve(schedule), 12u) << "turn 2 of the first comes before turn 2 of the second";
  EXPECT_EQ(serve(schedule), 0u);
  schedule.add(task_of(22, 1, 2));
  EXPECT_EQ(serve(schedule), 22u);
  EXPECT_EQ(serve(schedule), 13u);
}

TEST(CyclicSchedule, JoinsSkipsThatTouchAndForgetsThoseBehind) {
  CyclicSchedule schedule(two_on_a_cpu(), kDevice);
  schedule.skip(1, 4, 2);
  schedule.skip(1, 0, 1);
  schedule.skip(1, 1, 3);
  EXPECT_EQ(schedule.skips_remembered(), 1u);
  for (std::uint64_t run = 0; run < 100'000; ++run) {
    if (run % 2 == 1) {
      schedule.skip(1, run, 1);
    } else if (run >= 6) {
      schedule.add(task_of(2 * run + 2, 1, run));
    }
    schedule.add(task_of(2 * run + 1, 0, run));
    while (serve(schedule) != 0) {
    }
  }
  EXPECT_LE(schedule.skips_remembered(), 3u);
}

TEST(CyclicSchedule, EndsWhereAllIsSkippedForEver) {
  CyclicSchedule schedule(two_on_a_cpu(), kDevice);
  schedule.skip(0, 1, kForEver);
  schedule.skip(1, 0, kForEver);
  schedule.add(task_of(1, 0, 0));
  schedule.add(task_of(2, 0, 1));
  EXPECT_EQ(serve(schedule), 1u);
  EXPECT_EQ(serve(schedule), 0u);
}

TEST(CyclicSchedule, SkipsOfNothingAndOfNobodyChangeNothing) {
  CyclicSchedule schedule(two_on_a_cpu(), kDevice);
  schedule.skip(7, 0, 1);
  schedule.skip(0, 0, 0);
  schedule.skip(0, kForEver, 5);
  EXPECT_EQ(schedule.skips_remembered(), 0u);
  schedule.add(task_of(1, 0, 0));
  EXPECT_EQ(serve(schedule), 1u);
}

TEST(CyclicSchedule, AGuestTakesIdleUnitsAndNobodysTurn) {
  CyclicSchedule schedule(two_on_a_cpu(), kDevice);
  WaitingTask guest;
  guest.id = 99;
  guest.units = {Unit::kCpu};
  guest.ready = ModelTime{5ms};
  guest.guest = true;
  schedule.add(task_of(1, 0, 0));
  const auto first = schedule.start_next();
  ASSERT_TRUE(first);
  schedule.add(guest);
  EXPECT_FALSE(schedule.start_next()) << "its unit is held";
  schedule.finish(1, ModelTime{1ms});
  const auto came = schedule.start_next();
  ASSERT_TRUE(came);
  EXPECT_EQ(came->id, 99u);
  EXPECT_EQ(came->begin, ModelTime{5ms});
  schedule.finish(99, ModelTime{8ms});
  schedule.add(task_of(2, 1, 0));
  const auto next = schedule.start_next();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->begin, ModelTime{8ms}) << "whose turn it is comes behind the guest";
}

}  // namespace
}  // namespace synergy::execution
