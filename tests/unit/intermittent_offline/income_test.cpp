// What a harvest leaves, worked out by hand.
#include "synergy/intermittent_offline/income.hpp"

#include "cases.hpp"

namespace synergy::intermittent_offline {
namespace {

accel_model::StoreSettings tantalum() {
  accel_model::StoreSettings store;
  store.capacitor = {.capacitance_uf = 330, .rc_s = 196, .esr_ohm = 0};
  store.thresholds = {.on_v = 3.15, .off_v = 2, .max_v = 3.3};
  store.converter.efficiency = accel_model::EfficiencyTable(0.5);
  store.converter.quiescent_uw = 1.5;
  store.converter.least_input_uw = 20;
  return store;
}

TEST(Income, IsWhatTheConverterStoresLessWhatIsLost) {
  // Ten minutes: one of 10 uW, which is below the least input, two of 100 uW, seven of 300 uW.
  const auto minute = 60'000'000u;
  const auto income =
      income_of(recording(10 * minute, {{0, 10'000}, {minute, 100'000}, {3 * minute, 300'000}}), tantalum());
  ASSERT_TRUE(income);
  EXPECT_NEAR(income->mean_uw, (0 + 2 * 50 + 7 * 150) / 10.0, 1e-9);
  EXPECT_NEAR(income->low_uw, 50, 1e-9) << "a fifth of ten minutes are two";
  EXPECT_EQ(income->quiescent_uw, 1.5);
  const double leakage = 330 * 3.15 * 3.15 / 196;  // V^2 / R, R = 196 s / 330 uF
  EXPECT_NEAR(income->leakage_uw, leakage, 1e-9);
  EXPECT_NEAR(income->net_uw(), 115 - 1.5 - leakage, 1e-9);
  EXPECT_NEAR(income->low_net_uw(), 50 - 1.5 - leakage, 1e-9);
}

TEST(Income, OfARecordingWithAFaultIsRefused) {
  EXPECT_EQ(income_of(recording(10, {}), tantalum()).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace synergy::intermittent_offline
