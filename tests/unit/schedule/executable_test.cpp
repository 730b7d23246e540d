#include "synergy/schedule/executable.hpp"

#include <gmock/gmock.h>

#include <set>

#include "schedule_fixtures.hpp"

namespace synergy::schedule {
namespace {

using schedule_test::Random;
using schedule_test::random_plan;

/// Every task of the cycle is in the order of each unit it holds, once.
void expect_complete_orders(const schemas::CollaborationPlan& plan) {
  std::multiset<std::tuple<DeviceId, schemas::Unit, std::uint32_t, std::uint32_t, std::uint32_t>> wanted,
      listed;
  const auto cycle = flatten(plan.pipelines);
  for (const auto& task : cycle.tasks)
    for (const auto unit : task.units)
      wanted.insert(
          {cycle.units[unit].device, cycle.units[unit].unit, task.ref.pipeline, task.ref.run, task.ref.step});
  for (const auto& unit : plan.units)
    for (const auto& ref : unit.order)
      listed.insert({unit.device, unit.unit, ref.pipeline, ref.run, ref.step});
  EXPECT_EQ(wanted, listed);
}

/// An accelerator finishes with one run before it begins another.
void expect_whole_chunks(const schemas::CollaborationPlan& plan) {
  for (const auto& unit : plan.units) {
    if (unit.unit != schemas::Unit::kAccelerator) continue;
    std::set<std::pair<std::uint32_t, std::uint32_t>> runs;
    std::size_t changes = 0;
    for (std::size_t i = 0; i < unit.order.size(); ++i) {
      const auto& ref = unit.order[i];
      const auto& before = unit.order[(i + unit.order.size() - 1) % unit.order.size()];
      changes += before.pipeline != ref.pipeline || before.run != ref.run;
      runs.insert({ref.pipeline, ref.run});
    }
    EXPECT_EQ(changes, runs.size() == 1 ? 0 : runs.size()) << unit.device.text();
  }
}

TEST(Executable, RandomPlansAreCompleteWithinTheSramAndNeverFasterThanTheirBusiestUnit) {
  int at_bound = 0, made_plans = 0, made_groups = 0;
  double excess = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    auto plan = random_plan(random, 2 + random.below(3), 1 + random.below(5), random.one_in(4));
    const auto room = schedule_test::sram(4, schedule_test::kSram * (1 + random.below(4)));
    const auto made = make_executable(plan, room);
    if (!made) {
      EXPECT_EQ(made.error().code, ErrorCode::kNoFit) << made.error().message;
      continue;
    }
    SCOPED_TRACE(seed);
    expect_complete_orders(plan);
    expect_whole_chunks(plan);
    for (const auto& [device, bytes] : sram_used(plan)) EXPECT_LE(bytes, room.at(device));
    ++made_plans;
    for (const auto& group : groups_of(plan)) {
      const auto& [rate, bound_ns] = made->at(group.front());
      EXPECT_GE(rate.cycle_ns, bound_ns * (1 - 1e-12));
      EXPECT_FALSE(rate.bottleneck.empty());
      ++made_groups;
      at_bound += rate.cycle_ns <= bound_ns * 1.000001;
      excess += rate.cycle_ns / bound_ns - 1;
    }
  }
  EXPECT_GT(made_plans, 150);
  RecordProperty("at_bound", at_bound);
  std::printf("%d of %d at the bound, mean excess %.4f\n", at_bound, made_groups, excess / made_groups);
  EXPECT_GT(at_bound, made_groups * 7 / 10);
}

TEST(Executable, CyclesOfSeveralRunsAreCompleteWithinTheSram) {
  int made_plans = 0;
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    Random random(seed);
    auto plan = random_plan(random, 2 + random.below(3), 1 + random.below(4), random.one_in(4));
    schedule_test::draw_runs(random, plan, 6);
    const auto room = schedule_test::sram(4, schedule_test::kSram * (1 + random.below(4)));
    const auto made = make_executable(plan, room, {4, 4});
    if (!made) continue;
    SCOPED_TRACE(seed);
    expect_complete_orders(plan);
    expect_whole_chunks(plan);
    for (const auto& [device, bytes] : sram_used(plan)) EXPECT_LE(bytes, room.at(device));
    const auto rates = plan_rate(plan);
    ASSERT_TRUE(rates) << rates.error().message;
    for (std::size_t p = 0; p < made->size(); ++p)
      EXPECT_DOUBLE_EQ((*rates)[p].cycle_ns, (*made)[p].rate.cycle_ns);
    ++made_plans;
  }
  EXPECT_GT(made_plans, 60);
}

/// A run of the given times on one device: sensed, moved into its accelerator, computed, moved out, shown.
schemas::PipelinePlan pipeline_on(std::uint64_t n, const std::string& app, std::int64_t infer_us,
                                  std::uint64_t bytes = 1000) {
  using schemas::TaskKind;
  const auto device = schedule_test::device(n);
  schemas::PipelinePlan pipeline;
  pipeline.app = AppId(app);
  pipeline.input_bytes = bytes;
  schedule_test::Steps steps(pipeline.executions.emplace_back());
  steps.add(TaskKind::kSense, device, 500);
  steps.add(TaskKind::kLoad, device, 1000, bytes);
  steps.add(TaskKind::kInfer, device, infer_us);
  steps.add(TaskKind::kUnload, device, 500, 10);
  steps.add(TaskKind::kInteract, device, 300);
  return pipeline;
}

TEST(Executable, AFastPipelineBesideASlowOneOnOtherUnitsKeepsItsOwnCycle) {
  // Alone, the fast one has a run every 2 ms: load, inference and unload. The slow one takes 60 ms.
  schemas::CollaborationPlan alone, both;
  alone.pipelines = {pipeline_on(0, "fast", 500)};
  both.pipelines = {pipeline_on(1, "slow", 58'500), pipeline_on(0, "fast", 500)};
  const auto one = make_executable(alone, schedule_test::sram(2));
  const auto two = make_executable(both, schedule_test::sram(2));
  ASSERT_TRUE(one && two);
  EXPECT_DOUBLE_EQ(one->at(0).rate.cycle_ns, 2e6);
  EXPECT_DOUBLE_EQ(two->at(1).rate.cycle_ns, 2e6);
  EXPECT_DOUBLE_EQ(two->at(0).rate.cycle_ns, 60e6);
  EXPECT_DOUBLE_EQ(two->at(1).bound_ns, 2e6);
  EXPECT_EQ(both.pipelines[1].depth, alone.pipelines[0].depth);
  EXPECT_EQ(both.pipelines[1].executions, alone.pipelines[0].executions);
  EXPECT_THAT(two->at(1).rate.bottleneck, testing::HasSubstr("d0 "));
  EXPECT_THAT(two->at(0).rate.bottleneck, testing::HasSubstr("d1 "));
}

TEST(Executable, GroupsShareTheSramOfADevice) {
  // Two groups on one device: one pipeline's tensor waits there for the sensor's unit and the radio, the
  // other's for the receiver and the actuator. Each alone has several runs in flight.
  using schemas::TaskKind;
  const auto here = schedule_test::device(0);
  const std::uint64_t bytes = 20 * 1024;
  schemas::CollaborationPlan plan;
  plan.pipelines.resize(2);
  plan.pipelines[0].app = AppId("sends");
  plan.pipelines[1].app = AppId("shows");
  for (auto& pipeline : plan.pipelines) pipeline.input_bytes = bytes;
  schedule_test::Steps sends(plan.pipelines[0].executions.emplace_back());
  sends.add(TaskKind::kSense, here, 4000);
  sends.add(TaskKind::kTransfer, here, 4000, bytes).to = schedule_test::device(1);
  sends.add(TaskKind::kInteract, schedule_test::device(1), 4000);
  schedule_test::Steps shows(plan.pipelines[1].executions.emplace_back());
  shows.add(TaskKind::kSense, schedule_test::device(2), 4000);
  shows.add(TaskKind::kTransfer, schedule_test::device(2), 4000, bytes).to = here;
  shows.add(TaskKind::kInteract, here, 4000);
  ASSERT_EQ(groups_of(plan).size(), 2u);
  std::vector<double> cycles;
  for (const std::uint64_t places : {2, 3, 4}) {  // tensors that the device holds
    auto made_plan = plan;
    const auto room = schedule_test::sram(3, bytes * places + 100);
    const auto made = make_executable(made_plan, room);
    ASSERT_TRUE(made) << made.error().message;
    for (const auto& [device, used] : sram_used(made_plan)) EXPECT_LE(used, room.at(device));
    cycles.push_back(made->at(0).rate.cycle_ns + made->at(1).rate.cycle_ns);
  }
  EXPECT_DOUBLE_EQ(cycles[2], 2 * 4e6) << "with two places each, both go at the pace of their units";
  EXPECT_GT(cycles[0], cycles[1]) << "with one place each, runs wait for it";
  EXPECT_GT(cycles[1], cycles[2]);
}

TEST(Executable, TheSameInputsGiveTheSamePlan) {
  Random one(3), two(3);
  auto first = random_plan(one, 3, 3, true), second = random_plan(two, 3, 3, true);
  ASSERT_TRUE(make_executable(first, schedule_test::sram(3)));
  ASSERT_TRUE(make_executable(second, schedule_test::sram(3)));
  EXPECT_EQ(first, second);
}

TEST(Executable, WithoutOverlapARoundTakesTheSumOfAllTasks) {
  Random random(5);
  auto plan = random_plan(random, 3, 3, false);
  plan.overlap = false;
  Duration sum{0};
  for (const auto& pipeline : plan.pipelines) sum += pipeline.executions.front().latency;
  const auto made = make_executable(plan, schedule_test::sram(3));
  ASSERT_TRUE(made) << made.error().message;
  for (const auto& one : *made) EXPECT_DOUBLE_EQ(one.rate.cycle_ns, double(sum.count()));
}

TEST(Executable, ATensorThatIsHeldLongWithOneSlotSlowsThePlanDown) {
  // 40 ms over the link, then 40 ms of inference that starts with the load: room for one tensor of 60 KiB on
  // each device, for two on none. The receiver's place is free again after the load, so both still overlap.
  schemas::CollaborationPlan plan;
  plan.pipelines.resize(1);
  plan.pipelines[0].app = AppId("a");
  plan.pipelines[0].input_bytes = 60 * 1024;
  plan.pipelines[0].executions.resize(1);
  schedule_test::Steps steps(plan.pipelines[0].executions[0]);
  using schemas::TaskKind;
  const auto here = schedule_test::device(0), there = schedule_test::device(1);
  steps.add(TaskKind::kSense, here, 1000);
  steps.add(TaskKind::kTransfer, here, 40'000, 60 * 1024).to = there;
  steps.add(TaskKind::kLoad, there, 2000, 60 * 1024);
  steps.add(TaskKind::kInfer, there, 30'000);
  steps.add(TaskKind::kUnload, there, 1000, 10);
  steps.add(TaskKind::kInteract, there, 300);
  const auto made = make_executable(plan, schedule_test::sram(2, schedule_test::kSram));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_DOUBLE_EQ(made->front().bound_ns, 40e6);
  EXPECT_DOUBLE_EQ(made->front().rate.cycle_ns, 42e6) << "one slot: the next transfer waits for the load";
}

TEST(Executable, AContradictoryOrderIsRefusedByTheRate) {
  Random random(11);
  auto plan = random_plan(random, 2, 2, false);
  ASSERT_TRUE(make_executable(plan, schedule_test::sram(2)));
  for (auto& unit : plan.units) std::reverse(unit.order.begin(), unit.order.end());
  for (auto& unit : plan.units)
    for (auto& ref : unit.order) ref.lag = 0;
  EXPECT_FALSE(plan_rate(plan));
}

/// Of a plan that somebody else wrote.
TEST(Executable, BuffersOfStepsThatAreNotThereAndRunsWithoutStepsAreRefusedByTheRate) {
  Random random(12);
  auto plan = random_plan(random, 3, 3, true);
  ASSERT_TRUE(make_executable(plan, schedule_test::sram(3)));
  ASSERT_TRUE(plan_rate(plan));
  std::size_t tried = 0;
  const auto refuses = [&tried](const schemas::CollaborationPlan& changed) {
    const auto rate = plan_rate(changed);
    ASSERT_FALSE(rate);
    EXPECT_EQ(rate.error().code, ErrorCode::kInvalid) << rate.error().message;
    ++tried;
  };
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    auto changed = plan;
    auto& execution = changed.pipelines[p].executions[0];
    for (std::size_t b = 0; b < execution.buffers.size(); ++b) {
      const auto buffer = execution.buffers[b];
      for (const auto step : {std::uint32_t(execution.steps.size()), ~std::uint32_t{0}}) {
        execution.buffers[b].last_step = step;
        refuses(changed);
        execution.buffers[b] = buffer;
        execution.buffers[b].first_step = step;
        refuses(changed);
        execution.buffers[b] = buffer;
      }
    }
    execution.steps.clear();
    refuses(changed);
  }
  EXPECT_GE(tried, 10U);
}

}  // namespace
}  // namespace synergy::schedule
