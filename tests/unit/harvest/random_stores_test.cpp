// Random devices, harvests and loads: what must hold of all of them. Seeded; SYNERGY_RANDOM_STORES says how
// many, 500 where it does not.
#include <cmath>
#include <cstdlib>

#include "harvest_fixtures.hpp"
#include "synergy/base/splitmix64.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::Load;
using accel_model::PowerState;
using accel_model::StoreEvent;
using accel_model::Watch;

std::uint64_t stores() {
  const char* asked = std::getenv("SYNERGY_RANDOM_STORES");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : 500;
}

/// Worth waiting for: some repetitions of the trace.
Duration patience(const HarvestTrace& harvest) { return std::min<Duration>(20s, 50 * harvest.duration()); }

class Random {
 public:
  explicit Random(std::uint64_t seed) : bits_(seed) {}
  std::uint64_t below(std::uint64_t n) { return bits_.below(n); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  double between(double least, double most) {
    return least + (most - least) * double(below(1u << 20)) / 0x1p20;
  }
  double in_decades(double least, double most) { return std::exp(between(std::log(least), std::log(most))); }

  StoreSettings settings() {
    StoreSettings s = tantalum();
    s.capacitor = {.capacitance_uf = in_decades(10, 50'000),
                   .rc_s = one_in(4) ? 0 : in_decades(0.2, 1e6),
                   .esr_ohm = one_in(3) ? 0 : between(0, 5)};
    s.thresholds.off_v = between(1.8, 2.5);
    s.thresholds.on_v = s.thresholds.off_v + between(0.2, 1);
    s.thresholds.max_v = s.thresholds.on_v + (one_in(3) ? 0 : between(0, 0.5));
    s.converter.efficiency =
        accel_model::EfficiencyTable({{0, 5, between(0, 0.6)}, {0, 500, between(0.5, 1)}});
    s.converter.rectifier_efficiency = one_in(2) ? 1 : between(0.3, 1);
    s.converter.quiescent_uw = one_in(3) ? 0 : in_decades(0.1, 20);
    s.converter.least_input_uw = one_in(2) ? 0 : between(0, 20);
    s.converter.output_efficiency = between(0.5, 1);
    if (one_in(2)) {
      s.converter.cold_start_below_v = one_in(3) ? s.thresholds.on_v : between(0.5, s.thresholds.off_v);
      s.converter.cold_start_efficiency = between(0, 0.5);
      s.converter.cold_start_least_uw = between(0, 30);
    }
    s.boot = Duration(std::int64_t(in_decades(1, 7e7)));
    s.boot_mw = between(0, 10);
    s.retained_mw = between(0, 1);
    return s;
  }

  HarvestTrace harvest() {
    std::vector<schemas::HarvestRow> rows;
    std::uint64_t t = 0;
    const double shortest_us = one_in(10) ? 1 : 3'000;
    for (auto left = 1 + below(8); left > 0; --left) {
      rows.push_back({t, one_in(4) ? 0 : std::uint64_t(in_decades(1e3, 2e7))});
      t += 1 + std::uint64_t(in_decades(shortest_us, 2e6));
    }
    return trace(t, rows);
  }

  Load load(const StoreSettings& s) {
    const double power = one_in(4) ? 0 : in_decades(0.01, 60);
    return {power, one_in(3) ? 0 : s.current_ma(power)};
  }

 private:
  SplitMix64 bits_;
};

TEST(RandomStores, EnergyIsConserved) {
  std::size_t died = 0, shunted = 0;
  for (std::uint64_t seed = 1; seed <= stores(); ++seed) {
    Random random(seed);
    const auto settings = random.settings();
    const auto harvest = random.harvest();
    EnergyStore store(settings, harvest,
                      {.at = at(Duration(std::int64_t(random.below(1u << 30)))),
                       .into_trace = Duration(std::int64_t(random.below(1u << 30))),
                       .volts = random.between(0, settings.thresholds.max_v)});
    const double most = settings.capacitor.charge_uj(settings.thresholds.max_v);
    for (int call = 0; call < 200; ++call) {
      const auto before = store.now();
      const auto until = before + Duration(std::int64_t(random.in_decades(1, 2e8)));
      Watch watch;
      if (random.one_in(5)) watch.rises_to_uj = random.between(0, most);
      if (random.one_in(5)) watch.falls_to_uj = random.between(0, most);
      const auto step = store.advance(until, random.load(settings), watch);
      ASSERT_EQ(step.at, store.now());
      ASSERT_LE(before, step.at);
      ASSERT_LE(step.at, until);
      ASSERT_TRUE(step.event != StoreEvent::kReached || step.at == until);
      ASSERT_TRUE(step.event != StoreEvent::kRose || store.charge_uj() >= watch.rises_to_uj);
      ASSERT_TRUE(step.event != StoreEvent::kFell || store.charge_uj() <= watch.falls_to_uj);
      if (store.state() == PowerState::kOn && random.one_in(8)) store.retain();
      if (store.state() == PowerState::kRetained && random.one_in(4)) store.resume();
      if (random.one_in(50)) store.power_off();
      const auto books = store.books();
      ASSERT_LT(books.imbalance(), 1e-11) << "seed " << seed << ", call " << call;
      ASSERT_GE(books.stored, 0);
      ASSERT_LE(books.stored, most);
      for (const double each :
           {books.conversion_loss, books.used, books.leaked, books.shunted, books.quiescent})
        ASSERT_GE(each, -1e-12) << "seed " << seed << ", call " << call;
      died += step.event == StoreEvent::kDied;
    }
    shunted += store.books().shunted > 0;
  }
  EXPECT_GT(died, stores() / 10);  // or the above says little
  EXPECT_GT(shunted, stores() / 10);
}

TEST(RandomStores, ComeToTheSameInOneGoAndInPieces) {
  for (std::uint64_t seed = 1; seed <= stores(); ++seed) {
    Random random(seed);
    const auto settings = random.settings();
    const auto harvest = random.harvest();
    EnergyStore::Start start;
    start.volts = random.between(0, settings.thresholds.max_v);
    EnergyStore whole(settings, harvest, start), pieces(settings, harvest, start);
    const auto load = random.load(settings);
    for (int event = 0; event < 10; ++event) {
      const auto once = whole.advance(whole.now() + patience(harvest), load);
      while (pieces.now() < once.at) {
        const auto next = pieces.now() + Duration(std::int64_t(random.in_decades(1, 1e10)));
        const auto step = pieces.advance(std::min(next, once.at), load);
        if (step.event != StoreEvent::kReached) {
          // Rounding may tell the nanosecond before, not another event.
          ASSERT_EQ(step.event, once.event) << "seed " << seed;
          ASSERT_LE(once.at - step.at, 1ns) << "seed " << seed;
          break;
        }
      }
      ASSERT_NEAR(pieces.charge_uj(), whole.charge_uj(), 1e-4) << "seed " << seed;
      // Both from the same state on: an event that one has had and the other has next is the same one.
      pieces = whole;
    }
  }
}

TEST(RandomStores, OfTwoIdleOnesTheFullerNeverFallsBehind) {
  for (std::uint64_t seed = 1; seed <= stores(); ++seed) {
    Random random(seed);
    auto settings = random.settings();
    const auto harvest = random.harvest();
    EnergyStore::Start low, high;
    const double a = random.between(0, settings.thresholds.on_v),
                 b = random.between(0, settings.thresholds.on_v);
    low.volts = std::min(a, b);
    high.volts = random.one_in(4) ? std::nextafter(low.volts, 9) : std::max(a, b);
    EnergyStore less(settings, harvest, low), more(settings, harvest, high);
    for (int piece = 0; piece < 50; ++piece) {
      const auto until = less.now() + Duration(std::int64_t(random.in_decades(1, 1e9)));
      const auto one = more.advance(until, {});
      if (one.event == StoreEvent::kWoke) {  // never after the other
        ASSERT_LE(one.at, less.next_event(until, {}).at) << "seed " << seed;
        break;
      }
      ASSERT_EQ(less.advance(until, {}).event, StoreEvent::kReached) << "seed " << seed;
      ASSERT_LE(less.charge_uj(), more.charge_uj() * (1 + 1e-14)) << "seed " << seed;
    }
  }
}

TEST(RandomStores, TheNextEventIsTheOneThatComes) {
  for (std::uint64_t seed = 1; seed <= stores(); ++seed) {
    Random random(seed);
    const auto settings = random.settings();
    const auto harvest = random.harvest();
    EnergyStore store(settings, harvest);
    for (int call = 0; call < 10; ++call) {
      const auto load = random.load(settings);
      const auto foreseen = store.next_event(store.now() + patience(harvest), load);
      ASSERT_EQ(store.advance(store.now() + patience(harvest), load), foreseen) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace synergy::harvest_test
