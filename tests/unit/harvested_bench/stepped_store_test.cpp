// The steps that the closed form is compared with: right by themselves, and able to tell a difference.
#include "synergy/harvested_bench/stepped_store.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace synergy::harvested_bench_test {
namespace {

using namespace std::chrono_literals;
using namespace harvested_bench;
using accel_model::HarvestTrace;
using accel_model::StoreEvent;

/// 100 uF from 3 V (450 uJ) to 1 V (50 uJ); half of what leaves it reaches the load.
accel_model::StoreSettings round_store() {
  accel_model::StoreSettings store;
  store.capacitor = {.capacitance_uf = 100, .rc_s = 0, .esr_ohm = 0};
  store.converter.output_efficiency = 0.5;
  store.thresholds = {.on_v = 3, .off_v = 1, .max_v = 4};
  store.boot = std::chrono::milliseconds(1);
  store.boot_mw = 10;
  store.retained_mw = 0.25;
  return store;
}

/// Without losses 2 mW bring 2 uJ in a millisecond.
TEST(SteppedStore, ChargesByWhatComes) {
  const auto store = round_store();
  const auto trace = HarvestTrace::constant(2'000'000);
  SteppedStore stepped(store, trace, 2);  // 200 uJ
  while (stepped.now() < 1ms) EXPECT_EQ(stepped.step(1ms, {}), std::nullopt);
  EXPECT_NEAR(stepped.charge_uj(), 202, 1e-6);
}

/// At 3 V it wakes; a boot of 10 mW takes 20 mW of the store for 1 ms; then 45 mW at the load, 90 of the
/// store, take the 380 uJ down to 50 uJ in 4.222 ms.
TEST(SteppedStore, WakesBootsAndDiesWhenItMust) {
  const auto store = round_store();
  const auto trace = HarvestTrace::constant(0);
  SteppedStore stepped(store, trace, 3);
  std::vector<std::pair<StoreEvent, double>> events;
  while (stepped.now() < 10ms)
    if (const auto event = stepped.step(10ms, {.power_mw = 45, .current_ma = 0}))
      events.emplace_back(*event, microseconds(stepped.now()));
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].first, StoreEvent::kWoke);
  EXPECT_EQ(events[1].first, StoreEvent::kBooted);
  EXPECT_NEAR(events[1].second - events[0].second, 1000, 1e-6);
  EXPECT_EQ(events[2].first, StoreEvent::kDied);
  EXPECT_NEAR(events[2].second - events[1].second, 380 / 90e-3, 2);
}

TEST(SteppedStore, AgreesWithTheClosedFormToAStep) {
  auto store = round_store();
  store.capacitor.rc_s = 2;
  store.capacitor.esr_ohm = 1;
  const auto found = compare_with_steps(store, HarvestTrace::constant(30'000'000), 2.5,
                                        {.power_mw = 45, .current_ma = 22}, 100ms);
  EXPECT_TRUE(found.same_events);
  EXPECT_GE(found.events, 6u);
  EXPECT_LE(found.worst_us, 1.01);
  EXPECT_LE(found.worst_share, 1e-9);
}

}  // namespace
}  // namespace synergy::harvested_bench_test
