// A device has a battery, or a harvest, a capacitor and checkpoints in its place: what is refused of each.
#include <gmock/gmock.h>

#include "samples.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::schemas_test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;

/// What decoding says of a sample that `change` has spoilt; empty when nothing.
template <class T, class Change>
std::string complaint(Change change) {
  auto value = sample<T>();
  change(value);
  const auto back = from_msgpack<T>(to_msgpack(value));
  if (back) return {};
  EXPECT_EQ(back.error().code, ErrorCode::kInvalid);
  return back.error().message;
}

/// Expects the sample to be refused once `change` has spoilt it, and the complaint to hold `part`.
template <class T, class Change>
void expect_refused(const std::string& part, Change change) {
  const auto message = complaint<T>(change);
  EXPECT_NE(message.find(part), std::string::npos) << "expected '" << part << "', found '" << message << "'";
}

/// The sample's battery taken out, and three blocks in its place.
DeviceProfile harvested() {
  auto profile = sample<DeviceProfile>();
  profile.battery_mwh.reset();
  profile.harvest = sample<HarvestProfile>();
  profile.harvest->cold_start_below_v.value = 1;
  profile.store = sample<StoreProfile>();
  profile.checkpoint = sample<CheckpointProfile>();
  return profile;
}

std::string complaint_of(const DeviceProfile& profile) {
  const auto status = profile.check();
  return status ? "" : status.error().message;
}

TEST(DevicePower, ADeviceHasABatteryOrThreeBlocksInItsPlace) {
  EXPECT_EQ(complaint_of(harvested()), "");
  auto profile = sample<DeviceProfile>();
  profile.battery_mwh.reset();
  EXPECT_THAT(complaint_of(profile), HasSubstr("neither a battery nor a harvest: give 'battery_mwh', or"));
  profile = harvested();
  profile.battery_mwh = sample<DeviceProfile>().battery_mwh;
  EXPECT_THAT(complaint_of(profile), HasSubstr("'battery_mwh' stands beside"));
  profile = harvested();
  profile.store.reset();
  profile.checkpoint.reset();
  EXPECT_THAT(complaint_of(profile), HasSubstr("'store' is missing"));
  EXPECT_THAT(complaint_of(profile), HasSubstr("'checkpoint' is missing"));
  EXPECT_THAT(complaint_of(profile), Not(HasSubstr("'harvest' is missing")));
  profile = harvested();
  profile.harvest->cold_start_below_v.value = profile.store->on_v.value + 0.1;
  EXPECT_THAT(complaint_of(profile), StartsWith("harvest.cold_start_below_v: it must be at most the on_v"));
}

TEST(DevicePower, AStoreHasThresholdsThatDoNotCross) {
  const std::vector<std::pair<Figure StoreProfile::*, std::vector<double>>> wrong{
      {&StoreProfile::capacitance_uf, {0, 1e-4, 1'000'001}},
      {&StoreProfile::off_v, {0, 3, 3.2}},
      {&StoreProfile::on_v, {1.9, 2, 3.6}},
      {&StoreProfile::max_v, {2.9, 41}},
      {&StoreProfile::leakage_rc_s, {1e-4}},
      {&StoreProfile::output_efficiency, {0, 1.01}},
      {&StoreProfile::margin, {0, 1.01}}};
  for (const auto& [figure, values] : wrong)
    for (const double value : values)
      EXPECT_NE(complaint<StoreProfile>([&, f = figure](auto& store) { (store.*f).value = value; }), "")
          << value;
  EXPECT_EQ(complaint<StoreProfile>([](auto& store) { store.capacitance_uf.value = 1e6; }), "") << "1 F";
  EXPECT_EQ(complaint<StoreProfile>([](auto& store) { store.leakage_rc_s.value = 0; }), "");
  EXPECT_EQ(complaint<StoreProfile>([](auto& store) { store.max_v.value = store.on_v.value; }), "");
  expect_refused<CheckpointProfile>("'boot_us' must be at least 0.001",
                                    [](auto& checkpoint) { checkpoint.boot_us.value = 0; });
}

TEST(DevicePower, AConvertersEfficiencyIsATableOfOneKind) {
  const EfficiencyPoint at_5_uw{5, {}, {}, {0.5, Mark::kSheet, ""}},
      at_2_ua{{}, 1000, 2, {0.5, Mark::kSheet, ""}};
  EXPECT_EQ(complaint<HarvestProfile>([&](auto& harvest) { harvest.efficiency = {at_5_uw}; }), "");
  expect_refused<HarvestProfile>("efficiency[1]: all points go by power", [&](auto& harvest) {
    harvest.efficiency = {at_5_uw, at_2_ua};
  });
  expect_refused<HarvestProfile>("efficiency[1]: a point at the same input stands above", [&](auto& harvest) {
    harvest.efficiency = {at_2_ua, at_2_ua};
  });
  expect_refused<HarvestProfile>("'input_mv' must be above 0",
                                 [&](auto& harvest) { harvest.input_mv.value = 0; });
  expect_refused<HarvestProfile>("'rectifier_efficiency' must be above 0",
                                 [&](auto& harvest) { harvest.rectifier_efficiency.value = 0; });
  expect_refused<HarvestProfile>("'cold_start_efficiency' must be from 0 to 1",
                                 [&](auto& harvest) { harvest.cold_start_efficiency.value = 1.1; });
  expect_refused<EfficiencyPoint>("'stored' must be from 0 to 1",
                                  [](auto& point) { point.stored.value = 2; });
  for (const bool both : {false, true})
    expect_refused<EfficiencyPoint>("has input_uw, or input_mv and input_ua", [=](auto& point) {
      if (both)
        point.input_uw = 1;
      else
        point.input_mv.reset();
    });
}

TEST(DevicePower, ABodyHasNoDeviceThatLosesItsPower) {
  expect_refused<BodyView>("profile 'drop' has no battery", [](auto& body) {
    auto profile = harvested();
    profile.name = "drop";
    body.device_profiles.at("first") = profile;
  });
}

TEST(Figures, AreThoseOfTheProfileAndOfItsBlocks) {
  auto profile = harvested();
  std::vector<std::string> names;
  for (const auto& [name, figure] : figures_of(profile)) names.push_back(name);
  EXPECT_THAT(names, IsSupersetOf({"cnn_clock_mhz", "store.on_v", "checkpoint.boot_us", "harvest.input_mv",
                                   "harvest.efficiency[1].stored"}));
  EXPECT_THAT(names, Not(Contains("battery_mwh")));
  EXPECT_THAT(figures_of(sample<DeviceProfile>()).back().name, "battery_mwh");
  const auto inside = figures_in(profile);
  ASSERT_EQ(inside.size(), names.size());
  inside.back()->value = 7;
  EXPECT_EQ(profile.checkpoint->commit_us.value, 7);
}

}  // namespace
}  // namespace synergy::schemas_test
