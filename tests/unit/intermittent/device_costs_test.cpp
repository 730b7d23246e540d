// What a device file says is what planning counts with.
#include "synergy/intermittent/device_costs.hpp"

#include <gmock/gmock.h>

#include "standard_models.hpp"

namespace synergy::intermittent_test {
namespace {

using schemas::DeviceProfile;

DeviceProfile harvested() { return standard_profile("max78000-harvested"); }

Chain digits_chain(const DeviceProfile& profile) {
  auto chain = make_chain(standard_model("convnet5"), profile, checkpoint_figures(profile));
  EXPECT_TRUE(chain) << chain.error().message;
  return std::move(*chain);
}

TEST(DeviceCosts, TheMcuWorksWhileTheDeviceBootsMovesBytesAndCommits) {
  const auto figures = checkpoint_figures(harvested());
  EXPECT_NEAR(figures.boot_uj, 2500 * 7.6e-3, 1e-12);
  EXPECT_NEAR(figures.fram_nj_per_byte, 1.5 + 320 * 7.6e-3, 1e-12);
  EXPECT_NEAR(figures.checkpoint_uj, 60 * 7.6e-3, 1e-12);
  EXPECT_EQ(figures.fram_bytes, 512u * 1024);
  // The defaults, which tests of the algorithms use, are these but for what was rounded.
  EXPECT_NEAR(figures.fram_nj_per_byte, CheckpointFigures{}.fram_nj_per_byte, 0.05);
  EXPECT_EQ(figures.boot_us, CheckpointFigures{}.boot_us);
  EXPECT_EQ(figures.checkpoint_us, CheckpointFigures{}.checkpoint_us);
}

TEST(DeviceCosts, ThePeakIsTheLoadingOfAnInput) {
  // 12 nJ in 286 ns, beside the MCU.
  const auto chain = digits_chain(harvested());
  EXPECT_NEAR(chain.peak_mw, 12e3 / 286 + 7.6, 0.01);
  auto hungry = harvested();
  hungry.checkpoint->fram_nj_per_byte.value = 320;  // 1 W
  EXPECT_NEAR(digits_chain(hungry).peak_mw, 1000 + 7.6, 0.01);
  hungry = harvested();
  hungry.accelerator_active_mw.value = 2000;
  EXPECT_NEAR(digits_chain(hungry).peak_mw, 2000 + 1.6, 0.01);
}

TEST(DeviceCosts, TheSupplyIsTheStoreUnderThatPeak) {
  const auto chain = digits_chain(harvested());
  const auto supply = supply_of(harvested(), chain);
  EXPECT_EQ(supply.peak_mw, chain.peak_mw);
  EXPECT_EQ(supply.margin, 0.85);
  const double low = 2 + chain.peak_mw / 0.85 / 2 / 1000;  // 1 ohm
  EXPECT_NEAR(microjoules(*usable_energy(supply)), 0.85 * 0.85 * 330 / 2 * (3.15 * 3.15 - low * low), 1e-5);
}

/// Each figure is changed alone; those that change nothing here belong to what is simulated, not planned.
TEST(DeviceCosts, EveryFigureOfStoreAndCheckpointChangesThePlan) {
  const auto of = [](const DeviceProfile& profile) {
    const auto chain = digits_chain(profile);
    return std::tuple(chain.cost({0, chain.pieces()}, 3), chain.cost({0, 1}), chain.fram_bytes,
                      *usable_energy(supply_of(profile, chain)));
  };
  const auto usual = of(harvested());
  std::vector<std::string> idle;
  const auto profile = harvested();
  const auto figures = schemas::figures_of(profile);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (!figures[i].name.starts_with("store.") && !figures[i].name.starts_with("checkpoint.")) continue;
    auto changed = harvested();
    schemas::figures_in(changed)[i]->value *= 0.9;
    if (of(changed) == usual) idle.push_back(figures[i].name);
  }
  EXPECT_THAT(idle, testing::ElementsAre("store.max_v", "store.leakage_rc_s", "checkpoint.retained_mw"));
}

}  // namespace
}  // namespace synergy::intermittent_test
