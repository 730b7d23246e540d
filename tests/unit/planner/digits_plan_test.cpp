// The digit classifier on four MAX78000, figure by figure: every number below is worked out from the profiles
// by hand, and none is read from the planner.
#include <gmock/gmock.h>

#include "planner_fixtures.hpp"

namespace synergy::planner_test {
namespace {

using schemas::Chunk;
using schemas::TaskKind;
using testing::ElementsAre;

const DeviceId kGlasses("glasses"), kEarbud("earbud"), kWatch("watch");

// Layers' cycles, conv1 to fc; each start of the accelerator adds one.
constexpr std::int64_t kCycles[] = {48956, 16664, 4012, 332, 192};
constexpr std::int64_t kStart = 6600, kCycle = 20;  // ns: 6.6 us, and 1 / 50 MHz
constexpr std::int64_t kSense = 100'000 + 784 * 20, kPrepare = 784 * 10;
constexpr std::int64_t kLoadWord = 286, kUnloadWord = 230, kUnpackByte = 40, kArgmaxByte = 40;
constexpr std::int64_t kMessage = 6'200'000, kDisplayLabel = 2'000'000;
/// 28 x 28 bytes of one channel in CHW order: four pixels a word.
constexpr std::int64_t kPictureWords = 784 / 4;
/// conv4 writes 12 channels of 4 x 4: three words (of four channels) a pixel.
constexpr std::int64_t kTensorBytes = 12 * 4 * 4, kTensorWords = 4 * 4 * 3;
/// fc writes ten values of 32 bits.
constexpr std::int64_t kScoreWords = 10, kScoreBytes = 40;
constexpr std::int64_t kLabelBytes = 16;

/// The message, and bytes at 92 160 a second, to the nearest nanosecond.
constexpr std::int64_t transfer_ns(std::int64_t bytes) {
  return kMessage + (bytes * 1'000'000'000 + 92'160 / 2) / 92'160;
}

constexpr std::int64_t kWholeInfer = kStart + 70'157 * kCycle;
constexpr std::int64_t kFirstInfer = kStart + (1 + 48956 + 16664 + 4012 + 332) * kCycle;
constexpr std::int64_t kLastInfer = kStart + (1 + 192) * kCycle;
static_assert(1 + kCycles[0] + kCycles[1] + kCycles[2] + kCycles[3] + kCycles[4] == 70'157);

// mW x ns = pJ.
constexpr double kMcu = (7.6 - 1.6) * 1e-6, kAccelerator = 36e-6, kRadio = (400 + 180) * 1e-6;
constexpr double kWordUj = 12e-3;

std::vector<Duration> durations_of(const schemas::ExecutionPlan& plan) {
  std::vector<Duration> durations;
  for (const auto& step : plan.steps) durations.push_back(step.duration);
  return durations;
}

Duration busy(const schemas::CollaborationPlan& plan, const DeviceId& device, schemas::Unit unit) {
  for (const auto& order : plan.units)
    if (order.device == device && order.unit == unit) return order.busy;
  return Duration(-1);
}

class DigitsOnOneDevice : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(EveryPolicy, DigitsOnOneDevice, testing::Values("min-dev", "ind-e2e"),
                         [](const auto& policy) {
                           return std::string(policy.param) == "min-dev" ? "MinDev" : "IndE2e";
                         });

TEST_P(DigitsOnOneDevice, StaysOnTheGlassesAndSendsOnlyTheLabel) {
  const auto outcome = planner::solve(digits_problem(), GetParam());
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  const auto& execution = outcome.plan.pipelines.at(0).executions.at(0);
  EXPECT_EQ(execution.source, kGlasses);
  EXPECT_EQ(execution.target, kWatch);
  EXPECT_THAT(execution.chunks, ElementsAre(Chunk{kGlasses, 0, 4}));
  EXPECT_THAT(kinds_of(execution),
              ElementsAre(TaskKind::kSense, TaskKind::kPrepare, TaskKind::kLoad, TaskKind::kInfer,
                          TaskKind::kUnload, TaskKind::kUnpack, TaskKind::kTransfer, TaskKind::kInteract));
}

TEST_P(DigitsOnOneDevice, TakesTheTimeOfTheProfiles) {
  const auto outcome = planner::solve(digits_problem(), GetParam());
  const auto& execution = outcome.plan.pipelines.at(0).executions.at(0);
  const std::vector<Duration> expected{Duration(kSense),
                                       Duration(kPrepare),
                                       Duration(kPictureWords * kLoadWord),
                                       Duration(kWholeInfer),
                                       Duration(kScoreWords * kUnloadWord),
                                       Duration(kScoreBytes * (kUnpackByte + kArgmaxByte)),
                                       Duration(transfer_ns(kLabelBytes)),
                                       Duration(kDisplayLabel)};
  EXPECT_EQ(durations_of(execution), expected);
  EXPECT_EQ(execution.latency,
            Duration(115'680 + 7'840 + 56'056 + 1'409'740 + 2'300 + 3'200 + 6'373'611 + 2'000'000));
  EXPECT_EQ(outcome.plan.latency, execution.latency);
}

TEST_P(DigitsOnOneDevice, TakesTheEnergyOfTheProfiles) {
  const auto outcome = planner::solve(digits_problem(), GetParam());
  const double tasks =
      kMcu * (7'840 + 56'056 + 2'300 + 3'200) + 196 * kWordUj + kAccelerator * 1'409'740 + kRadio * 6'373'611;
  EXPECT_NEAR(outcome.plan.pipelines.at(0).executions.at(0).energy_uj, tasks, 1e-6);
  EXPECT_NEAR(outcome.plan.energy_uj, tasks, 1e-6);
}

TEST_P(DigitsOnOneDevice, IsBoundedByTheRadioThatSendsTheLabel) {
  const auto plan = planner::solve(digits_problem(), GetParam()).plan;
  EXPECT_EQ(plan.bottleneck, "glasses tx");
  EXPECT_NEAR(plan.rounds_per_second, 1e9 / 6'373'611, 1e-9);
  // 9 968 427 ns of latency need two runs in flight to send a label every 6 373 611 ns.
  EXPECT_EQ(plan.pipelines.at(0).depth, 2u);
  EXPECT_EQ(busy(plan, kGlasses, schemas::Unit::kSensor), Duration(115'680));
  EXPECT_EQ(busy(plan, kGlasses, schemas::Unit::kCpu), Duration(7'840 + 56'056 + 2'300 + 3'200));
  EXPECT_EQ(busy(plan, kGlasses, schemas::Unit::kAccelerator), Duration(56'056 + 1'409'740 + 2'300));
  EXPECT_EQ(busy(plan, kGlasses, schemas::Unit::kTx), Duration(6'373'611));
  EXPECT_EQ(busy(plan, kWatch, schemas::Unit::kRx), Duration(6'373'611));
  EXPECT_EQ(busy(plan, kWatch, schemas::Unit::kActuator), Duration(2'000'000));
}

TEST_P(DigitsOnOneDevice, OccupiesTheNetworksWeightsAPictureAndWhatWaitsForTheRadio) {
  const auto plan = planner::solve(digits_problem(), GetParam()).plan;
  schemas::MemoryUse glasses{kGlasses, 60 * 9 + 60 * 60 * 9 + 56 * 60 * 9 + 12 * 56 * 9 + 10 * 192,
                             60 + 60 + 56 + 12 + 10, 5, 784 + 2 * kScoreBytes};
  schemas::MemoryUse watch{kWatch, 0, 0, 0, 2 * 16};
  EXPECT_THAT(plan.memory, ElementsAre(glasses, watch));
}

TEST(DigitsOnTwoDevices, AreCutWhereTheTensorIsSmallestByLeastLatency) {
  const auto outcome = planner::solve(digits_problem(2), "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  const auto& execution = outcome.plan.pipelines.at(0).executions.at(0);
  EXPECT_THAT(execution.chunks, ElementsAre(Chunk{kGlasses, 0, 3}, Chunk{kWatch, 4, 4}));
  const std::vector<Duration> expected{Duration(kSense),
                                       Duration(kPrepare),
                                       Duration(kPictureWords * kLoadWord),
                                       Duration(kFirstInfer),
                                       Duration(kTensorWords * kUnloadWord),
                                       Duration(kTensorBytes * kUnpackByte),
                                       Duration(transfer_ns(kTensorBytes)),
                                       Duration(kTensorWords * kLoadWord),
                                       Duration(kLastInfer),
                                       Duration(kScoreWords * kUnloadWord),
                                       Duration(kScoreBytes * (kUnpackByte + kArgmaxByte)),
                                       Duration(kDisplayLabel)};
  EXPECT_EQ(durations_of(execution), expected);
  EXPECT_EQ(execution.latency, Duration(115'680 + 7'840 + 56'056 + 1'405'900 + 11'040 + 7'680 + 8'283'333 +
                                        13'728 + 10'460 + 2'300 + 3'200 + 2'000'000));
}

TEST(DigitsOnTwoDevices, GiveRateEnergyAndMemoryByTheirTransfer) {
  const auto plan = planner::solve(digits_problem(2), "ind-e2e").plan;
  EXPECT_EQ(plan.bottleneck, "glasses tx");
  EXPECT_NEAR(plan.rounds_per_second, 1e9 / 8'283'333, 1e-9);
  EXPECT_EQ(plan.pipelines.at(0).depth, 2u);
  const double tasks = kMcu * (7'840 + 56'056 + 11'040 + 7'680 + 13'728 + 2'300 + 3'200) +
                       (196 + 48) * kWordUj + kAccelerator * (1'405'900 + 10'460) + kRadio * 8'283'333;
  EXPECT_NEAR(plan.pipelines.at(0).executions.at(0).energy_uj, tasks, 1e-6);
  EXPECT_NEAR(plan.energy_uj, tasks, 1e-6);
  schemas::MemoryUse glasses{kGlasses, 60 * 9 + 60 * 60 * 9 + 56 * 60 * 9 + 12 * 56 * 9, 60 + 60 + 56 + 12, 4,
                             784 + 2 * kTensorBytes};
  schemas::MemoryUse watch{kWatch, 10 * 192, 10, 1, 2 * kTensorBytes + kScoreBytes};
  EXPECT_THAT(plan.memory, ElementsAre(glasses, watch));
}

TEST(DigitsOnTwoDevices, GoToTheLowestIdsByFewestDevices) {
  const auto outcome = planner::solve(digits_problem(2), "min-dev");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  const auto& execution = outcome.plan.pipelines.at(0).executions.at(0);
  EXPECT_THAT(execution.chunks, ElementsAre(Chunk{kGlasses, 0, 3}, Chunk{kEarbud, 4, 4}));
  EXPECT_EQ(execution.latency, Duration(115'680 + 7'840 + 56'056 + 1'405'900 + 11'040 + 7'680 + 8'283'333 +
                                        13'728 + 10'460 + 2'300 + 3'200 + 6'373'611 + 2'000'000));
}

TEST(DigitsPlan, CarriesWhatExecutorsNeedToKnowOfTheModel) {
  const auto pipeline = planner::solve(digits_problem(), "ind-e2e").plan.pipelines.at(0);
  EXPECT_EQ(pipeline.app, AppId("digits"));
  EXPECT_EQ(pipeline.model, ModelId("digits"));
  EXPECT_EQ(pipeline.sensing, "camera");
  EXPECT_EQ(pipeline.model_digest, digits_model().digest);
  EXPECT_EQ(pipeline.result, schemas::ResultKind::kArgmax);
  EXPECT_EQ(pipeline.output_width, 32u);
  EXPECT_EQ(pipeline.labels.size(), 10u);
  EXPECT_EQ(pipeline.input_bytes, 784u);
}

}  // namespace
}  // namespace synergy::planner_test
