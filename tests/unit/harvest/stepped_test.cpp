// The closed form against the same physics in steps of a microsecond (stepped_store.hpp): a second program,
// which shares nothing with the store but the settings and the trace.
#include "harvest_fixtures.hpp"
#include "synergy/harvested_bench/stepped_store.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::Load;
using accel_model::StoreEvent;

/// Both for so long, the device always at `load`: the same events, each within a microsecond of the other's
/// where both began alike, with the same charge and losses.
void expect_alike(const StoreSettings& settings, const HarvestTrace& harvest, double volts, Load load,
                  Duration time, int least_events) {
  harvested_bench::SteppedStore stepped(settings, harvest, volts);
  EnergyStore store(settings, harvest, {.at = {}, .into_trace = {}, .volts = volts});
  const double most = settings.capacitor.charge_uj(settings.thresholds.max_v);
  // The largest power by which a microsecond can tell the two apart.
  const double late_uj = 1.01e-6 * (load.power_mw * 2000 + 40'000 + settings.capacitor.leakage_uw(most));
  int events = 0;
  while (stepped.now() < time) {
    const auto event = stepped.step(time, load);
    if (!event && stepped.now() < time) continue;
    const auto own = store.advance(at(time), load);
    ASSERT_EQ(own.event, event.value_or(StoreEvent::kReached))
        << "event " << events << " at " << stepped.now().count();
    const double late_us = microseconds(stepped.now() - own.at.time_since_epoch());
    ASSERT_GE(late_us, -0.01) << "event " << events;
    ASSERT_LE(late_us, 1.01) << "event " << events;
    const auto books = store.books();
    const double near = event ? late_uj : 0;
    ASSERT_NEAR(store.charge_uj(), stepped.charge_uj(), near + 1e-6) << "event " << events;
    ASSERT_NEAR(books.leaked, stepped.leaked_uj(), near + 1e-6) << "event " << events;
    ASSERT_NEAR(books.shunted, stepped.shunted_uj(), near + 0.04) << "event " << events;
    ASSERT_LT(books.imbalance(), 1e-12);
    if (event) ++events;
    stepped.follow(store);
  }
  EXPECT_GE(events, least_events);
}

TEST(SteppedStore, OnAndOffUnderASteadyHarvest) {
  const auto settings = tantalum();
  expect_alike(settings, HarvestTrace::constant(3'300'000), 1.0, {45, 22}, 3s, 8);
}

TEST(SteppedStore, ThroughAHarvestThatComesAndGoes) {
  auto settings = tantalum();
  settings.capacitor.capacitance_uf = 150;
  const auto harvest =
      trace(1'700'000, {{0, 900'000}, {400'000, 20'000}, {900'000, 5'000'000}, {1'000'000, 0}});
  expect_alike(settings, harvest, 2.5, {45, 22}, 5s, 6);
}

TEST(SteppedStore, FullWithALoadThatTheHarvestCarries) {
  const auto settings = tantalum();
  expect_alike(settings, HarvestTrace::constant(30'000'000), 3.0, {5, 2}, 1s, 2);
}

TEST(SteppedStore, WithAVeryLeakyCapacitorAndAColdStart) {
  auto settings = tantalum();
  settings.capacitor = {.capacitance_uf = 47, .rc_s = 0.5, .esr_ohm = 3};
  settings.converter.cold_start_below_v = 1.8;
  settings.converter.cold_start_efficiency = 0.3;
  const auto harvest = trace(700'000, {{0, 4'000'000}, {500'000, 100'000}});
  expect_alike(settings, harvest, 0, {20, 10}, 3s, 6);
}

TEST(SteppedStore, WithoutLeakage) {
  auto settings = tantalum();
  settings.capacitor.rc_s = 0;
  expect_alike(settings, HarvestTrace::constant(2'000'000), 2.9, {36, 22}, 2s, 5);
}

}  // namespace
}  // namespace synergy::harvest_test
