#include "synergy/accel_model/wake_outlook.hpp"

#include "harvest_fixtures.hpp"
#include "synergy/accel_model/harvest_families.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::StoreEvent;
using accel_model::why_never_wakes;
using testing::HasSubstr;

TEST(WakeOutlook, AHarvestBelowLeakageNeverWakesAndSaysSo) {
  auto settings = tantalum();
  settings.capacitor.capacitance_uf = 4'700;
  settings.converter.efficiency = accel_model::EfficiencyTable(1);
  const auto never = why_never_wakes(settings, HarvestTrace::constant(60'000));
  ASSERT_TRUE(never);
  EXPECT_THAT(never->text(), HasSubstr("no progress: it never wakes at 3.15 V, where it leaks 238 uW"));
  EXPECT_THAT(never->text(), HasSubstr("the harvest gives 60 uW"));
  // Where leakage is 60 - 1.5 uW.
  EXPECT_NEAR(settings.capacitor.leakage_uw(settings.capacitor.charge_uj(never->highest_v)), 58.5, 1e-3);
}

TEST(WakeOutlook, TheThresholdOfAConstantHarvestIsLeakageAndQuiescentPower) {
  auto settings = tantalum();
  settings.converter.efficiency = accel_model::EfficiencyTable(1);
  const double needed_nw = 1000 * (settings.capacitor.leakage_uw(settings.capacitor.charge_uj(3.15)) + 1.5);
  EXPECT_TRUE(why_never_wakes(settings, HarvestTrace::constant(std::uint64_t(needed_nw * 0.999))));
  EXPECT_FALSE(why_never_wakes(settings, HarvestTrace::constant(std::uint64_t(needed_nw * 1.001))));
}

TEST(WakeOutlook, ABurstCanWakeWhatTheMeanCanNot) {
  auto settings = tantalum();
  settings.capacitor.rc_s = 5;                                               // leaks 655 uW at the threshold
  const auto bursts = trace(60'000'000, {{0, 10'000'000}, {1'000'000, 0}});  // 167 uW in the mean
  EXPECT_FALSE(why_never_wakes(settings, bursts));
  EnergyStore store(settings, bursts);
  EXPECT_EQ(store.advance(at(1min), {}).event, StoreEvent::kWoke);
}

TEST(WakeOutlook, AColdStartCanHoldItDown) {
  auto settings = tantalum();
  settings.converter.cold_start_below_v = 1.8;
  settings.converter.cold_start_efficiency = 0.05;
  const auto harvest = HarvestTrace::constant(100'000);  // 5 uW while cold, of which 3.5 are left to leak
  const auto never = why_never_wakes(settings, harvest);
  ASSERT_TRUE(never);
  EXPECT_LT(never->highest_v, 1.8);
  settings.converter.cold_start_efficiency = 0.2;
  EXPECT_FALSE(why_never_wakes(settings, harvest));
}

TEST(WakeOutlook, NoHarvestNeverWakes) {
  auto settings = tantalum();
  settings.capacitor.rc_s = 0;
  settings.converter.quiescent_uw = 0;
  EXPECT_TRUE(why_never_wakes(settings, HarvestTrace::constant(0)));
  EXPECT_FALSE(why_never_wakes(settings, HarvestTrace::constant(1'000)));
}

TEST(WakeOutlook, AgreesWithALongRunOnEveryFamily) {
  for (const auto& family : accel_model::harvest_families()) {
    const auto harvest = *HarvestTrace::of(*accel_model::generate_harvest(family, 1));
    for (const double capacitance_uf : {100.0, 1'000.0, 4'700.0, 20'000.0}) {
      auto settings = tantalum();
      settings.capacitor.capacitance_uf = capacitance_uf;
      EnergyStore store(settings, harvest);
      const bool wakes = store.advance(at(2h), {}).event == StoreEvent::kWoke;
      EXPECT_EQ(!why_never_wakes(settings, harvest), wakes) << family << " " << capacitance_uf;
    }
  }
}

}  // namespace
}  // namespace synergy::harvest_test
