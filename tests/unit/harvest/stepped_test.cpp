// The closed form against the same physics in steps of a microsecond, by the rule of Runge and Kutta: a
// second program, which shares nothing with the store but the settings and the trace.
#include <algorithm>
#include <cmath>

#include "harvest_fixtures.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::Load;
using accel_model::StoreEvent;

class Stepped {
 public:
  Stepped(const StoreSettings& settings, const HarvestTrace& trace, double volts)
      : s_(settings), trace_(trace), charge_(charge(volts)) {}

  [[nodiscard]] Duration now() const { return now_; }
  [[nodiscard]] double charge() const { return charge_; }
  [[nodiscard]] double leaked() const { return leaked_; }
  [[nodiscard]] double shunted() const { return shunted_; }

  /// A microsecond, or up to `until`, to where the harvest changes, or to the end of the boot. Says whether
  /// it woke, booted or died at its end.
  std::optional<StoreEvent> step(Duration until, Load load) {
    const auto [nw, changes] = trace_.at(now_);
    auto time = std::min<Duration>({1us, until - now_, changes - now_});
    if (boots_) time = std::min(time, boot_ends_ - now_);
    integrate(seconds(time), double(nw), boots_ ? s_.boot_mw : load.power_mw);
    now_ += time;
    const double current =
        boots_ ? s_.boot_mw / s_.converter.output_efficiency / s_.thresholds.off_v : load.current_ma;
    if (powered_ && charge_ < charge(s_.thresholds.off_v + current * 1e-3 * s_.capacitor.esr_ohm)) {
      powered_ = boots_ = false;
      return StoreEvent::kDied;
    }
    if (!powered_ && charge_ >= charge(s_.thresholds.on_v)) {
      powered_ = boots_ = true;
      boot_ends_ = now_ + s_.boot;
      return StoreEvent::kWoke;
    }
    if (boots_ && now_ == boot_ends_) {
      boots_ = false;
      return StoreEvent::kBooted;
    }
    return std::nullopt;
  }

  /// Steps see an event up to a microsecond late. Goes on from where the other program saw it.
  void follow(const EnergyStore& store) {
    const auto there = store.now().time_since_epoch();
    boot_ends_ += there - now_;
    now_ = there;
    charge_ = store.charge_uj();
    leaked_ = store.books().leaked;
    shunted_ = store.books().shunted;
  }

 private:
  [[nodiscard]] double charge(double volts) const { return s_.capacitor.capacitance_uf * volts * volts / 2; }
  /// I = V / R and P = V I; R = RC / C, in Mohm where C is in uF.
  [[nodiscard]] double leak(double w) const {
    if (s_.capacitor.rc_s == 0) return 0;
    const double volts_squared = 2 * w / s_.capacitor.capacitance_uf;
    return volts_squared / (s_.capacitor.rc_s / s_.capacitor.capacitance_uf);
  }

  void integrate(double time, double nw, double load_mw) {
    const bool cold = charge_ < charge(s_.converter.cold_start_below_v);
    const double in = s_.converter.stored_uw(std::uint64_t(nw), cold);
    const double out = powered_ ? load_mw * 1000 / s_.converter.output_efficiency : 0;
    const auto slope = [&](double w) { return in - out - s_.converter.quiescent_uw - leak(w); };
    const double k1 = slope(charge_), k2 = slope(charge_ + time / 2 * k1),
                 k3 = slope(charge_ + time / 2 * k2), k4 = slope(charge_ + time * k3);
    const double before = charge_;
    charge_ += time / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    const double most = charge(s_.thresholds.max_v);
    leaked_ += leak((before + std::min(charge_, most)) / 2) * time;
    if (charge_ > most) shunted_ += charge_ - most;
    charge_ = std::clamp(charge_, 0.0, most);
  }

  const StoreSettings& s_;
  const HarvestTrace& trace_;
  Duration now_{}, boot_ends_{};
  bool powered_ = false, boots_ = false;
  double charge_, leaked_ = 0, shunted_ = 0;
};

/// Both for so long, the device always at `load`: the same events, each within a microsecond of the other's
/// where both began alike, with the same charge and losses.
void expect_alike(const StoreSettings& settings, const HarvestTrace& harvest, double volts, Load load,
                  Duration time, int least_events) {
  Stepped stepped(settings, harvest, volts);
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
    ASSERT_NEAR(store.charge_uj(), stepped.charge(), near + 1e-6) << "event " << events;
    ASSERT_NEAR(books.leaked, stepped.leaked(), near + 1e-6) << "event " << events;
    ASSERT_NEAR(books.shunted, stepped.shunted(), near + 0.04) << "event " << events;
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
