// The share of inputs that are done in time, computed by a scan and measured by runs.
#include "synergy/harvested/deadlines.hpp"

#include <gtest/gtest.h>

#include "device.hpp"

namespace synergy::harvested_test {
namespace {

using namespace std::chrono_literals;

TEST(Deadlines, AShareCountsWhatIsDoneInTime) {
  const Latencies latencies{3s, std::nullopt, 1s, 2s};
  EXPECT_EQ(share_within(latencies, 999ms), 0);
  EXPECT_EQ(share_within(latencies, 1s), 0.25);
  EXPECT_EQ(share_within(latencies, 2s), 0.5);
  EXPECT_EQ(share_within(latencies, 100s), 0.75);
  EXPECT_EQ(share_within({}, 1s), 1);
  EXPECT_EQ(deadline_for(latencies, 0.5), 2s);
  EXPECT_EQ(deadline_for(latencies, 0.51), 3s);
  EXPECT_EQ(deadline_for(latencies, 0.75), 3s);
  EXPECT_EQ(deadline_for(latencies, 0.76), std::nullopt);
  EXPECT_EQ(every(2s, 6s), (std::vector<Duration>{0s, 2s, 4s}));
}

/// ConvNet5 whole in 1 mF at a constant harvest, without leakage: an input that comes when the store is full
/// is done after a boot and a cold inference; the next ones wait for what these took.
TEST(Deadlines, OfAFullStoreIsTheTimeOfBootAndInference) {
  const auto& chain = chain_of("convnet5");
  auto device = device_of(chain, 1000);
  device.store.capacitor.rc_s = 0;
  const auto arrivals = every(30s, 300s);
  const auto trace = constant_uw(500);
  const auto computed = computed_latencies(chain, device, trace, {.length = 300s, .volts = 3.3}, arrivals);
  ASSERT_TRUE(computed) << computed.error().message;
  for (const auto& latency : *computed) EXPECT_EQ(latency, chain.cost({0, chain.pieces()}).time);
}

struct Case {
  std::string model, harvest;
  double microfarads;
  Duration period;
};

class Shares : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Devices, Shares,
                         testing::Values(Case{"kws", "office-wall-1", 330, 5s},
                                         Case{"kws", "rf-room-1", 150, 3s},
                                         Case{"convnet5", "wrist-office-1", 220, 1s},
                                         Case{"convnet5", "wrist-sun-1", 150, 100ms},
                                         Case{"ressimplenet", "wrist-office-1", 330, 20s},
                                         Case{"widenet", "office-wall-1", 1000, 7s}),
                         [](const auto& c) {
                           auto name = c.param.model + "_" + c.param.harvest;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(Shares, ComputedAreThoseThatARunMeasures) {
  const auto& [model, harvest, microfarads, period] = GetParam();
  const auto& chain = chain_of(model);
  auto device = device_of(chain, microfarads);
  device.store.converter.quiescent_uw = 1.5;
  const auto trace = deployed_harvest(harvest);
  const auto length = trace.duration();
  const auto arrivals = every(period, length);
  const auto computed = computed_latencies(chain, device, trace, {.length = length}, arrivals);
  ASSERT_TRUE(computed) << computed.error().message;
  const auto policy = policy_of("once", chain, device);
  const auto report = run(chain, device, trace, *policy, {.length = length, .arrivals = arrivals});
  ASSERT_TRUE(report) << report.error().message;
  const auto measured = measured_latencies(*report, arrivals);
  ASSERT_EQ(measured.size(), computed->size());
  for (std::size_t i = 0; i < measured.size(); ++i) ASSERT_EQ(measured[i], (*computed)[i]) << "input " << i;

  const auto half = deadline_for(*computed, 0.2);
  ASSERT_TRUE(half);
  const double share = share_within(*computed, *half);
  EXPECT_GE(share, 0.2);
  EXPECT_LT(share, 1);
  EXPECT_EQ(share, share_within(measured, *half));
  EXPECT_GT(report->inferences(), 20u);
}

}  // namespace
}  // namespace synergy::harvested_test
