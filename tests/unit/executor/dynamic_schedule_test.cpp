#include "synergy/execution/dynamic_schedule.hpp"

#include <gtest/gtest.h>

#include <random>

namespace synergy::execution {
namespace {

using namespace std::chrono_literals;
using schemas::Unit;

ModelTime at(Duration time) { return ModelTime{time}; }

WaitingTask task(TaskId id, UnitList units, Duration ready, std::int32_t priority = 0) {
  return {id, units, at(ready), priority, 0, false};
}
WaitingTask chained(TaskId id, UnitList units, ChainId chain, bool ends = false, Duration ready = 0s) {
  return {id, units, at(ready), 0, chain, ends};
}
const UnitList kMove{Unit::kCpu, Unit::kAccelerator}, kInfer{Unit::kAccelerator};

/// The id of the task that starts next; 0: none.
TaskId next(DynamicSchedule& schedule) {
  const auto started = schedule.start_next();
  return started ? started->id : 0;
}

TEST(DynamicSchedule, StartsNothingWhenNothingWaits) {
  DynamicSchedule schedule;
  EXPECT_FALSE(schedule.start_next());
}

TEST(DynamicSchedule, StartsTheHighestPriorityThenTheFirstReadyThenTheLowestId) {
  DynamicSchedule schedule;
  schedule.add(task(4, {Unit::kCpu}, 1ms));
  schedule.add(task(3, {Unit::kCpu}, 1ms));
  schedule.add(task(2, {Unit::kCpu}, 0ms));
  schedule.add(task(5, {Unit::kCpu}, 9ms, 7));
  for (const TaskId expected : {5u, 2u, 3u, 4u}) {
    EXPECT_EQ(next(schedule), expected);
    EXPECT_FALSE(schedule.start_next()) << "the unit is held";
    schedule.finish(expected, at(10ms));
  }
}

TEST(DynamicSchedule, RunsTasksOfDifferentUnitsTogether) {
  DynamicSchedule schedule;
  schedule.add(task(1, {Unit::kSensor}, 0ms));
  schedule.add(task(2, {Unit::kTx}, 0ms));
  schedule.add(task(3, {Unit::kCpu, Unit::kAccelerator}, 0ms));
  schedule.add(task(4, {Unit::kCpu}, 0ms));
  EXPECT_EQ(next(schedule), 1u);
  EXPECT_EQ(next(schedule), 2u);
  EXPECT_EQ(next(schedule), 3u);
  EXPECT_EQ(next(schedule), 0u) << "the cpu is held";
  schedule.finish(3, at(1ms));
  EXPECT_EQ(next(schedule), 4u);
}

TEST(DynamicSchedule, BeginsAtTheLaterOfReadyAndUnitsFree) {
  DynamicSchedule schedule;
  schedule.add(task(1, {Unit::kCpu}, 5ms));
  EXPECT_EQ(schedule.start_next()->begin, at(5ms));
  schedule.finish(1, at(8ms));
  schedule.add(task(2, {Unit::kCpu, Unit::kAccelerator}, 6ms));
  EXPECT_EQ(schedule.start_next()->begin, at(8ms)) << "when the later of its units became free";
  schedule.finish(2, at(9ms));
  schedule.add(task(3, {Unit::kAccelerator}, 20ms));
  EXPECT_EQ(schedule.start_next()->begin, at(20ms));
}

TEST(DynamicSchedule, KeepsOtherChainsOffTheAcceleratorBetweenLoadAndUnload) {
  DynamicSchedule schedule;
  schedule.add(chained(1, kMove, 10));
  schedule.add(chained(2, kMove, 20, false, 1ms));
  EXPECT_EQ(next(schedule), 1u);
  schedule.finish(1, at(2ms));
  EXPECT_EQ(next(schedule), 0u) << "chain 10 has its input there";
  schedule.add(chained(3, kInfer, 10, false, 2ms));
  EXPECT_EQ(next(schedule), 3u);
  schedule.finish(3, at(3ms));
  EXPECT_EQ(next(schedule), 0u);
  schedule.add(chained(4, kMove, 10, true, 3ms));
  EXPECT_EQ(next(schedule), 4u);
  EXPECT_EQ(next(schedule), 0u) << "not before the last task has ended";
  schedule.finish(4, at(4ms));
  EXPECT_EQ(next(schedule), 2u);
}

TEST(DynamicSchedule, LeavesTheOtherUnitsToTasksOfNoChain) {
  DynamicSchedule schedule;
  schedule.add(chained(1, kMove, 10));
  (void)schedule.start_next();
  schedule.finish(1, at(1ms));
  schedule.add(task(2, {Unit::kCpu}, 0ms));
  EXPECT_EQ(next(schedule), 2u) << "the MCU may work while the network is there";
}

TEST(DynamicSchedule, LetsAGuestInBetweenTasksOfAChain) {
  DynamicSchedule schedule;
  schedule.add(chained(1, kMove, 10));
  auto guest = task(2, kMove, 0ms);
  guest.guest = true;
  schedule.add(guest);
  EXPECT_EQ(next(schedule), 1u);
  EXPECT_EQ(next(schedule), 0u) << "its units are held";
  schedule.finish(1, at(1ms));
  EXPECT_EQ(next(schedule), 2u);
}

TEST(DynamicSchedule, HoldsItsPromisesOnRandomSequences) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    struct Running {
      WaitingTask task;
      ModelTime begin;
    };
    struct Interval {
      ModelTime begin, end;
    };
    DynamicSchedule schedule;
    std::map<TaskId, WaitingTask> waiting;
    std::map<TaskId, Running> running;
    std::map<Unit, std::vector<Interval>> held;
    ChainId chain = 0;
    TaskId last = 0;
    const auto could_start = [&](const WaitingTask& candidate) {
      if (candidate.chain != 0 && chain != 0 && candidate.chain != chain) return false;
      for (const auto& [id, other] : running)
        for (const auto unit : other.task.units)
          if (std::find(candidate.units.begin(), candidate.units.end(), unit) != candidate.units.end())
            return false;
      return true;
    };
    for (int step = 0; step < 400; ++step) {
      switch (random() % 6) {
        case 0:
        case 1: {
          WaitingTask added;
          added.id = ++last;
          for (const auto& [unit, name] : schemas::kEnumNames<Unit>)
            if (random() % 4 == 0) added.units.push_back(unit);
          if (added.units.empty()) added.units.push_back(Unit::kCpu);
          added.ready = at(std::chrono::microseconds(random() % 1000));
          added.priority = std::int32_t(random() % 3);
          if (random() % 3 == 0) {
            added.chain = 1 + random() % 3;
            added.ends_chain = random() % 2 == 0;
          }
          schedule.add(added);
          waiting[added.id] = added;
          break;
        }
        case 2:
        case 3: {
          const auto started = schedule.start_next();
          const WaitingTask* best = nullptr;
          for (const auto& [id, candidate] : waiting)
            if (could_start(candidate) &&
                (best == nullptr || candidate.priority > best->priority ||
                 (candidate.priority == best->priority && candidate.ready < best->ready)))
              best = &candidate;
          ASSERT_EQ(started.has_value(), best != nullptr);
          if (!started) break;
          ASSERT_EQ(started->id, best->id);
          ASSERT_GE(started->begin, best->ready);
          if (best->chain != 0) chain = best->chain;
          running[best->id] = {*best, started->begin};
          waiting.erase(started->id);
          break;
        }
        case 4: {
          if (running.empty()) break;
          auto found = running.begin();
          std::advance(found, random() % running.size());
          const auto end = found->second.begin + std::chrono::microseconds(random() % 500);
          schedule.finish(found->first, end);
          for (const auto unit : found->second.task.units) held[unit].push_back({found->second.begin, end});
          if (found->second.task.ends_chain && found->second.task.chain == chain) chain = 0;
          running.erase(found);
          break;
        }
        default:
          break;
      }
    }
    for (const auto& [unit, intervals] : held) {
      for (std::size_t i = 0; i < intervals.size(); ++i) {
        if (i > 0) {
          ASSERT_GE(intervals[i].begin, intervals[i - 1].end) << "a unit was held twice at one time";
        }
      }
    }
  }
}

}  // namespace
}  // namespace synergy::execution
