#include <cmath>

#include "harvest_fixtures.hpp"
#include "synergy/base/splitmix64.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::Capacitor;
using accel_model::Course;

TEST(Capacitor, ChargeAndVoltageAreEachOthersInverse) {
  const Capacitor capacitor{.capacitance_uf = 330, .rc_s = 196, .esr_ohm = 1};
  EXPECT_DOUBLE_EQ(capacitor.charge_uj(2), 660);
  EXPECT_DOUBLE_EQ(capacitor.volts(660), 2);
  EXPECT_EQ(capacitor.volts(0), 0);
}

TEST(Capacitor, LeakageIsThatOfAResistor) {
  // Tantalum of 4.7 mF at 3.15 V: R = 196 s / 4.7 mF = 41.7 kohm, V^2 / R = 238 uW.
  const Capacitor tantalum{.capacitance_uf = 4700, .rc_s = 196, .esr_ohm = 0};
  EXPECT_NEAR(tantalum.leakage_uw(tantalum.charge_uj(3.15)), 3.15 * 3.15 / (196 / 4700e-6) * 1e6, 1e-9);
  EXPECT_NEAR(tantalum.leakage_uw(tantalum.charge_uj(3.15)), 238, 0.5);
  EXPECT_EQ((Capacitor{.capacitance_uf = 330, .rc_s = 0, .esr_ohm = 0}.leakage_uw(600)), 0);
}

TEST(Course, RunsTowardsItsEquilibriumAndNeverMeetsIt) {
  const Course course{.input_uw = 10, .decay_per_s = 0.01};  // 1000 uJ
  EXPECT_NEAR(course.after(0, 1e5), 1000, 1e-9);
  EXPECT_NEAR(course.after(5000, 1e5), 1000, 1e-9);
  EXPECT_EQ(course.after(1000, 77), 1000);
  EXPECT_EQ(course.time_to(0, 1000), std::nullopt);
  EXPECT_EQ(course.time_to(0, 1001), std::nullopt);
  EXPECT_EQ(course.time_to(5000, 1000), std::nullopt);
  EXPECT_EQ(course.time_to(1000, 999), std::nullopt);
  EXPECT_NEAR(*course.time_to(0, 500), std::log(2) / 0.01, 1e-9);
}

TEST(Course, WithoutLeakageIsAStraightLine) {
  const Course course{.input_uw = -3, .decay_per_s = 0};
  EXPECT_DOUBLE_EQ(course.after(100, 10), 70);
  EXPECT_DOUBLE_EQ(*course.time_to(100, 70), 10);
  EXPECT_EQ(course.time_to(100, 101), std::nullopt);
  EXPECT_EQ(course.leaked_uj(100, 10), 0);
  EXPECT_EQ((Course{0, 0}.time_to(5, 6)), std::nullopt);
  EXPECT_EQ((Course{0, 0}.time_to(5, 5)), 0);
  EXPECT_EQ((Course{0, 0}.after(5, 1e9)), 5);
}

TEST(Course, WithoutInputDecays) {
  const Course course{.input_uw = 0, .decay_per_s = 2.0 / 196};
  EXPECT_DOUBLE_EQ(course.after(660, 98 * std::log(2)), 330);
  EXPECT_NEAR(*course.time_to(660, 330), 98 * std::log(2), 1e-12);
  EXPECT_EQ(course.time_to(660, 0), std::nullopt);
  EXPECT_NEAR(course.leaked_uj(660, 98 * std::log(2)), 330, 1e-12);
}

/// The same by the formulas as they are first written, in the longest numbers at hand.
long double after_plainly(long double charge, long double input, long double decay, long double seconds) {
  const long double rest = input / decay;
  return rest + (charge - rest) * std::exp(-decay * seconds);
}

TEST(Course, AgreesWithThePlainFormulaOverAllMagnitudes) {
  SplitMix64 random(1);
  const auto in_decades = [&](double from, double to) {
    return std::pow(10, from + (to - from) * double(random.below(1'000'001)) / 1e6);
  };
  for (int i = 0; i < 20'000; ++i) {
    const double charge = random.below(10) == 0 ? 0 : in_decades(-3, 5);
    const Course course{in_decades(-3, 5) * (random.below(2) == 0 ? 1 : -1), in_decades(-6, 1)};
    const double seconds = in_decades(-5, 3);
    const double scale = charge + std::abs(course.input_uw) * seconds;
    const double after = course.after(charge, seconds);
    const auto plain = double(after_plainly(charge, course.input_uw, course.decay_per_s, seconds));
    // The plain formula itself loses digits where the equilibrium is far away.
    const double near = 1e-12 * scale + 4e-19 * std::abs(course.input_uw) / course.decay_per_s;
    ASSERT_NEAR(after, plain, near) << i;
    ASSERT_NEAR(course.leaked_uj(charge, seconds), charge + course.input_uw * seconds - plain, near) << i;
    // Back from the charge to the time, where the charge still tells it.
    const double moved = std::abs(after - charge), left = std::abs(course.slope_uw(after));
    if (moved < 1e-9 * scale || left * seconds < 1e-6 * scale) continue;
    const auto back = course.time_to(charge, after);
    ASSERT_TRUE(back) << i;
    ASSERT_NEAR(course.after(charge, *back), after, 1e-12 * scale) << i;
  }
}

TEST(Course, LeakageOfAFewNanosecondsKeepsItsDigits) {
  // From nothing, at 240 uW: a x A x t^2 / 2 to first order. Written as A t - W(t) it would be 0, or noise.
  const Course course{.input_uw = 240, .decay_per_s = 2.0 / 196};
  const double t = 5e-9, first_order = course.decay_per_s * 240 * t * t / 2;
  EXPECT_NEAR(course.leaked_uj(0, t) / first_order, 1, 1e-9);
  const double small = 0.05 / course.decay_per_s;  // where the series gives way to the formula
  EXPECT_NEAR(course.leaked_uj(0, small * (1 + 1e-12)) / course.leaked_uj(0, small * (1 - 1e-12)), 1, 1e-11);
}

}  // namespace
}  // namespace synergy::harvest_test
