#include <cmath>

#include "harvest_fixtures.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::Load;
using accel_model::PowerState;
using accel_model::StoreEvent;
using accel_model::StoreStep;
using accel_model::Watch;

constexpr Load kNothing{};
const ModelTime kDay = at(24h);

/// On, at the wake threshold less what the boot took.
EnergyStore booted(const StoreSettings& settings, const HarvestTrace& harvest) {
  EnergyStore store(settings, harvest, {.at = {}, .into_trace = {}, .volts = settings.thresholds.on_v});
  EXPECT_EQ(store.advance(kDay, kNothing), (StoreStep{StoreEvent::kWoke, at(0ns)}));
  EXPECT_EQ(store.state(), PowerState::kBooting);
  EXPECT_EQ(store.advance(kDay, kNothing), (StoreStep{StoreEvent::kBooted, at(settings.boot)}));
  EXPECT_EQ(store.state(), PowerState::kOn);
  return store;
}

TEST(EnergyStore, ChargesFromNothingWakesAndBoots) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(240'000);
  EnergyStore store(settings, harvest);
  EXPECT_EQ(store.state(), PowerState::kDead);
  const auto woke = store.advance(kDay, kNothing);
  EXPECT_EQ(woke.event, StoreEvent::kWoke);
  // W = A/a (1 - e^(-at)), A = 0.8 x 240 - 1.5 uW.
  const double a = 2.0 / 196, input = 0.8 * 240 - 1.5, level = 330 * 3.15 * 3.15 / 2;
  EXPECT_NEAR(seconds(woke.at.time_since_epoch()), -std::log(1 - a * level / input) / a, 1.01e-9);
  EXPECT_EQ(store.advance(kDay, kNothing), (StoreStep{StoreEvent::kBooted, woke.at + 2500us}));
  EXPECT_NEAR(store.charge_uj(), level - 7600 / 0.85 * 2.5e-3 + (input - a * level) * 2.5e-3, 1e-3);
}

TEST(EnergyStore, PassesAThresholdWithinTheNanosecond) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(240'000);
  EnergyStore store(settings, harvest), before(settings, harvest);
  const auto woke = store.advance(kDay, kNothing);
  const double level = settings.capacitor.charge_uj(3.15);
  EXPECT_GE(store.charge_uj(), level);
  EXPECT_LE(store.charge_uj(), level + 240e-9 * (1 + 1e-6));
  EXPECT_EQ(before.advance(woke.at - 1ns, kNothing).event, StoreEvent::kReached);
  EXPECT_LT(before.charge_uj(), level);
}

TEST(EnergyStore, LosesPowerWhereTheLoadSeesTheLowestVoltage) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(0);
  for (const double current_ma : {0.0, 22.0}) {
    auto store = booted(settings, harvest);
    const auto died = store.advance(kDay, {36, current_ma});
    EXPECT_EQ(died.event, StoreEvent::kDied);
    EXPECT_NEAR(store.volts(), 2.0 + current_ma / 1000, 1e-7);
    EXPECT_EQ(store.state(), current_ma > 0 ? PowerState::kOff : PowerState::kDead);
  }
}

TEST(EnergyStore, ALoadThatIsTooLargeKillsAtOnce) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(0);
  auto store = booted(settings, harvest);
  EXPECT_EQ(store.advance(kDay, {10, 1'300}), (StoreStep{StoreEvent::kDied, at(2500us)}));
}

TEST(EnergyStore, UsableEnergyIsWhatALoadGetsBetweenWakeAndBrownOut) {
  auto settings = tantalum();
  settings.capacitor.rc_s = 0;
  settings.converter.quiescent_uw = 0;
  settings.boot = 1ns;
  settings.boot_mw = 0;
  const auto harvest = HarvestTrace::constant(0);
  const double current = settings.current_ma(36);
  EXPECT_DOUBLE_EQ(current, 36 / 0.85 / 2);
  auto store = booted(settings, harvest);
  ASSERT_EQ(store.advance(kDay, {36, current}).event, StoreEvent::kDied);
  EXPECT_NEAR(store.books().used, settings.usable_uj(current), 1e-3);
  EXPECT_NEAR(settings.usable_uj(0), 0.85 * 330 / 2 * (3.15 * 3.15 - 4), 1e-9);
  EXPECT_EQ(settings.usable_uj(5'000), 0);
}

TEST(EnergyStore, ShuntsWhatDoesNotFit) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(10'000'000);
  auto store = booted(settings, harvest);
  EXPECT_EQ(store.advance(at(100s), kNothing).event, StoreEvent::kReached);
  EXPECT_DOUBLE_EQ(store.volts(), 3.3);
  const double most = 330 * 3.3 * 3.3 / 2, leak = most * 2 / 196;
  const auto before = store.books();
  (void)store.advance(at(101s), kNothing);
  EXPECT_NEAR(store.books().shunted - before.shunted, 8000 - 1.5 - leak, 1e-6);
  EXPECT_NEAR(store.books().leaked - before.leaked, leak, 1e-9);
  EXPECT_LT(store.books().imbalance(), 1e-12);
}

TEST(EnergyStore, AnEmptyOneStaysEmptyAndItsConverterTakesWhatComes) {
  auto settings = tantalum();
  settings.converter.quiescent_uw = 100;
  const auto harvest = HarvestTrace::constant(50'000);
  EnergyStore store(settings, harvest, {.at = {}, .into_trace = {}, .volts = 0.5});
  EXPECT_EQ(store.advance(at(100s), kNothing).event, StoreEvent::kReached);
  EXPECT_EQ(store.charge_uj(), 0);
  EXPECT_EQ(store.state(), PowerState::kDead);
  EXPECT_NEAR(store.books().quiescent + store.books().leaked, 0.8 * 5000 + 330 * 0.25 / 2, 1e-6);
  EXPECT_LT(store.books().imbalance(), 1e-12);
}

TEST(EnergyStore, AHarvestBelowLeakageNeverWakesIt) {
  auto settings = tantalum();
  settings.capacitor.capacitance_uf = 4'700;
  const auto harvest = HarvestTrace::constant(60'000);
  EnergyStore store(settings, harvest);
  EXPECT_EQ(store.advance(at(24h * 3650), kNothing).event, StoreEvent::kReached);
  EXPECT_NEAR(settings.capacitor.leakage_uw(store.charge_uj()), 0.8 * 60 - 1.5, 1e-6);
}

TEST(EnergyStore, RetainsAtItsOwnPowerAndResumes) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(0);
  auto store = booted(settings, harvest);
  store.retain();
  EXPECT_EQ(store.state(), PowerState::kRetained);
  const auto before = store.books();
  (void)store.advance(store.now() + 1s, {36, 22});
  EXPECT_NEAR(store.books().used - before.used, 250, 1e-9);
  store.resume();
  EXPECT_EQ(store.state(), PowerState::kOn);
  store.retain();
  EXPECT_EQ(store.advance(kDay, kNothing).event, StoreEvent::kDied);
}

TEST(EnergyStore, StopsWhereTheCallerWatches) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(1'000'000);
  auto store = booted(settings, harvest);
  const double charge = store.charge_uj();
  const auto rose = store.advance(kDay, kNothing, {.rises_to_uj = charge + 50});
  EXPECT_EQ(rose.event, StoreEvent::kRose);
  EXPECT_NEAR(store.charge_uj(), charge + 50, 1e-6);
  EXPECT_EQ(store.advance(kDay, kNothing, {.rises_to_uj = charge + 50}), rose);
  EXPECT_EQ(store.advance(kDay, {36, 0}, Watch{.falls_to_uj = 900}).event, StoreEvent::kFell);
  EXPECT_NEAR(store.charge_uj(), 900, 1e-4);
  EXPECT_LE(store.charge_uj(), 900);
}

TEST(EnergyStore, WakesWhereItIsTold) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(1'000'000);
  EnergyStore store(settings, harvest);
  store.wake_at(2.5);
  ASSERT_EQ(store.advance(kDay, kNothing).event, StoreEvent::kWoke);
  EXPECT_NEAR(store.volts(), 2.5, 1e-8);
  store.power_off();
  store.wake_at(3.3);  // the highest voltage is reached, too
  EXPECT_EQ(store.state(), PowerState::kOff);
  ASSERT_EQ(store.advance(kDay, kNothing).event, StoreEvent::kWoke);
  EXPECT_DOUBLE_EQ(store.volts(), 3.3);
}

TEST(EnergyStore, StartsColdBelowTheConvertersVoltage) {
  auto settings = tantalum();
  settings.capacitor.rc_s = 0;
  settings.converter.quiescent_uw = 0;
  settings.converter.cold_start_below_v = 1.8;
  settings.converter.cold_start_least_uw = 15;
  settings.converter.cold_start_efficiency = 0.1;
  const auto harvest = HarvestTrace::constant(100'000), weak = HarvestTrace::constant(14'000);
  EnergyStore store(settings, harvest);
  const auto woke = store.advance(kDay, kNothing);
  const double cold = 330 * 1.8 * 1.8 / 2, on = 330 * 3.15 * 3.15 / 2;
  EXPECT_NEAR(seconds(woke.at.time_since_epoch()), cold / 10 + (on - cold) / 80, 1e-7);
  EnergyStore never(settings, weak);
  EXPECT_EQ(never.advance(kDay, kNothing).event, StoreEvent::kReached);
  EXPECT_EQ(never.charge_uj(), 0);
  // Once it is warm, as little is enough; it falls back where it gets cold.
  EnergyStore warm(settings, weak, {.at = {}, .into_trace = {}, .volts = 1.8});
  EXPECT_EQ(warm.advance(kDay, kNothing).event, StoreEvent::kWoke);
}

TEST(EnergyStore, FallsBackIntoAColdStart) {
  auto settings = tantalum();
  settings.converter.cold_start_below_v = 1.8;
  settings.converter.cold_start_efficiency = 0;
  // A second of nothing, a second of 100 uW; from 1.801 V it is below 1.8 V before the second comes.
  const auto harvest = trace(2'000'000, {{0, 0}, {1'000'000, 100'000}});
  EnergyStore store(settings, harvest, {.at = {}, .into_trace = {}, .volts = 1.801});
  (void)store.advance(at(100s), kNothing);
  EXPECT_LT(store.volts(), 1.8);
}

TEST(EnergyStore, GoesThroughTheTraceFromWhereItIsTold) {
  auto settings = tantalum();
  const auto harvest = trace(2'000'000, {{0, 0}, {1'000'000, 100'000}});
  EnergyStore store(settings, harvest, {.at = at(5s), .into_trace = 1s, .volts = 1});
  (void)store.advance(at(6s), kNothing);
  EXPECT_NEAR(store.books().harvested, 100, 1e-12);
  (void)store.advance(at(7s), kNothing);
  EXPECT_NEAR(store.books().harvested, 100, 1e-12);
  EXPECT_LT(store.books().imbalance(), 1e-12);
}

TEST(EnergyStore, TheNextEventIsTheOneThatComes) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(240'000);
  EnergyStore store(settings, harvest);
  const auto foreseen = store.next_event(kDay, kNothing);
  EXPECT_EQ(store.now(), at(0ns));
  EXPECT_EQ(store.advance(kDay, kNothing), foreseen);
}

TEST(EnergyStore, EventsOfOneInstantComeOneByOneAndTheInstantLast) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(0);
  EnergyStore store(settings, harvest, {.at = {}, .into_trace = {}, .volts = 3.15});
  EXPECT_EQ(store.advance(at(0ns), kNothing).event, StoreEvent::kWoke);
  EXPECT_EQ(store.advance(at(0ns), kNothing).event, StoreEvent::kReached);
  EXPECT_EQ(store.advance(at(2500us), kNothing).event, StoreEvent::kBooted);
  EXPECT_EQ(store.advance(at(2500us), kNothing).event, StoreEvent::kReached);
}

TEST(EnergyStoreDeathTest, SettingsThatContradictThemselvesAreABug) {
  const auto harvest = HarvestTrace::constant(0);
  const auto with = [&](auto change) {
    auto settings = tantalum();
    change(settings);
    return EnergyStore(settings, harvest).now();
  };
  EXPECT_DEATH((void)with([](auto& s) { s.thresholds.on_v = 2; }), "do not cross");
  EXPECT_DEATH((void)with([](auto& s) { s.capacitor.capacitance_uf = 0; }), "has a capacitor");
  EXPECT_DEATH((void)with([](auto& s) { s.boot = 0ns; }), "takes time to boot");
  EXPECT_DEATH((void)with([](auto& s) { s.capacitor.esr_ohm = 1'000; }), "can begin to boot");
}

TEST(EnergyStore, StaysOffUntilItIsToldToWake) {
  const auto settings = tantalum();
  const auto harvest = HarvestTrace::constant(240'000);
  EnergyStore store(settings, harvest);
  store.stay_off();
  const auto full = settings.capacitor.charge_uj(3.3);
  EXPECT_EQ(store.advance(kDay, kNothing, Watch{.rises_to_uj = full}).event, StoreEvent::kRose);
  EXPECT_EQ(store.advance(kDay, kNothing).event, StoreEvent::kReached);
  EXPECT_EQ(store.state(), PowerState::kOff);
  store.wake_at(3.15);
  EXPECT_EQ(store.advance(kDay + 1s, kNothing), (StoreStep{StoreEvent::kWoke, kDay})) << "it is full";
}

}  // namespace
}  // namespace synergy::harvest_test
