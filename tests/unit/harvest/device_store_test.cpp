// What a device file says is what its energy store does.
#include "synergy/accel_model/device_store.hpp"

#include "harvest_fixtures.hpp"
#include "synergy/documents/load.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::store_settings;
using schemas::DeviceProfile;
using schemas::HarvestKind;

DeviceProfile harvested() {
  const documents::DeployFolder deploy(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
  const auto profile = deploy.device_profile("max78000-harvested");
  EXPECT_TRUE(profile) << profile.error().message;
  return *profile;
}

TEST(DeviceStore, HasTheFiguresOfTheProfile) {
  const auto settings = store_settings(harvested(), HarvestKind::kHarvesterOutput);
  EXPECT_EQ(settings.capacitor, (accel_model::Capacitor{330, 196, 1}));
  EXPECT_EQ(settings.thresholds, (accel_model::Thresholds{3.15, 2.0, 3.3}));
  EXPECT_EQ(settings.boot, 2500us);
  EXPECT_EQ(settings.boot_mw, 7.6) << "the MCU works";
  EXPECT_EQ(settings.retained_mw, 0.25);
  EXPECT_EQ(settings.converter.output_efficiency, 0.85);
  EXPECT_EQ(settings.converter.quiescent_uw, 1.7);
  // 100 uW at 1408 mV are 71 uA: between the points of 64 and of 128 uA.
  EXPECT_GT(settings.converter.stored_uw(100'000, false), 85);
  EXPECT_LT(settings.converter.stored_uw(100'000, false), 87);
  EXPECT_EQ(settings.converter.stored_uw(9'999, false), 0) << "below the least input";
  EXPECT_EQ(settings.converter.stored_uw(14'999, true), 0) << "no cold start with that";
  EXPECT_NEAR(settings.converter.stored_uw(100'000, true), 5, 1e-9);
}

TEST(DeviceStore, HasARectifierOnlyWhereTheHarvestWasRecordedInFrontOfIt) {
  const auto behind = store_settings(harvested(), HarvestKind::kHarvesterOutput);
  auto before = store_settings(harvested(), HarvestKind::kRfInput);
  EXPECT_EQ(behind.converter.rectifier_efficiency, 1);
  EXPECT_EQ(before.converter.rectifier_efficiency, 0.5);
  before.converter.rectifier_efficiency = 1;
  EXPECT_EQ(before, behind) << "and differs in nothing else";
}

TEST(DeviceStore, TakesATableByPower) {
  auto profile = harvested();
  profile.harvest->efficiency = {{10, {}, {}, {0.5, schemas::Mark::kAssumed, ""}},
                                 {1000, {}, {}, {0.7, schemas::Mark::kAssumed, ""}}};
  const auto converter = store_settings(profile, HarvestKind::kHarvesterOutput).converter;
  EXPECT_NEAR(converter.stored_uw(100'000, false), 60, 1e-9);
}

/// Each figure is changed alone: one that changes no setting is one that people set for nothing. Those of the
/// checkpoints cost power cycles, and are planning's (intermittent_test).
TEST(DeviceStore, EveryFigureOfHarvestAndStoreChangesIt) {
  const auto of = [](const DeviceProfile& profile) { return store_settings(profile, HarvestKind::kRfInput); };
  auto profile = harvested();
  const auto usual = of(profile);
  const auto names = schemas::figures_of(profile);
  std::vector<std::string> idle;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto changed = harvested();
    auto& value = schemas::figures_in(changed)[i]->value;
    value = value * 0.9 + 0.01;
    const auto& name = names[i].name;
    if ((name.starts_with("harvest.") || name.starts_with("store.")) && of(changed) == usual)
      idle.push_back(name);
  }
  EXPECT_THAT(idle, testing::ElementsAre("store.margin")) << "which is planning's";
}

TEST(DeviceStore, OfTheCommittedProfileWakesOnItsRecording) {
  const documents::DeployFolder deploy(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
  const auto profile = harvested();
  const auto recorded = deploy.harvest(profile.harvest->trace);
  ASSERT_TRUE(recorded);
  const auto settings = store_settings(profile, recorded->kind);
  const auto trace = *HarvestTrace::of(*recorded);
  EnergyStore store(settings, trace);
  EXPECT_EQ(store.advance(at(1h), {}).event, accel_model::StoreEvent::kWoke);
}

}  // namespace
}  // namespace synergy::harvest_test
