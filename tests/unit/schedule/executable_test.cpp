#include "synergy/schedule/executable.hpp"

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
  int at_bound = 0, made_plans = 0;
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
    EXPECT_GE(made->rate.round_ns, made->bound_ns * (1 - 1e-12));
    EXPECT_FALSE(made->rate.bottleneck.empty());
    ++made_plans;
    at_bound += made->rate.round_ns <= made->bound_ns * 1.000001;
    excess += made->rate.round_ns / made->bound_ns - 1;
  }
  EXPECT_GT(made_plans, 150);
  RecordProperty("at_bound", at_bound);
  std::printf("%d of %d at the bound, mean excess %.4f\n", at_bound, made_plans, excess / made_plans);
  EXPECT_GT(at_bound, made_plans * 7 / 10);
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
  EXPECT_DOUBLE_EQ(made->rate.round_ns, double(sum.count()));
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
  EXPECT_DOUBLE_EQ(made->bound_ns, 40e6);
  EXPECT_DOUBLE_EQ(made->rate.round_ns, 42e6) << "one slot: the next transfer waits for the load";
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

}  // namespace
}  // namespace synergy::schedule
