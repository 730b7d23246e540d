#include "synergy/harvested_offline/case.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "synergy/intermittent/device_costs.hpp"

namespace synergy::harvested_offline {
namespace {

using intermittent_offline::Question;
using testing::HasSubstr;

const documents::DeployFolder kDeploy(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");

Question question() { return {.model = "kws", .device = "max78000-harvested", .trace = "rf-room-1"}; }

TEST(Case, IsOfTheDevicesOwnFigures) {
  const auto given = run_case(kDeploy, question());
  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(given->model, "kws");
  EXPECT_EQ(given->device, "max78000-harvested");
  EXPECT_EQ(given->harvest, "rf-room-1");
  EXPECT_EQ(given->figures.store.capacitor.capacitance_uf, 330);
  EXPECT_EQ(given->figures.store.retained_mw, 0.25);
  EXPECT_EQ(given->figures.store.boot, std::chrono::microseconds(2500));
  EXPECT_EQ(given->figures.margin, 0.85);
  // From sleep to work: 47 us at 7.6 mW.
  EXPECT_EQ(given->figures.resume.energy, 357'200);
  EXPECT_EQ(given->figures.store.converter.rectifier_efficiency, 1) << "recorded behind the rectifier";
}

TEST(Case, TakesTheDevicesOwnRecordingWithoutAnother) {
  auto asked = question();
  asked.trace.clear();
  const auto given = run_case(kDeploy, asked);
  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(given->harvest, "wrist-office-1");
  EXPECT_EQ(given->figures.store.converter.rectifier_efficiency, 1);
}

TEST(Case, TakesFiguresInThePlaceOfTheDevices) {
  auto asked = question();
  asked.capacitance_uf = 1000;
  asked.retained_mw = 0.5;
  asked.boot_ms = 70;
  const auto given = run_case(kDeploy, asked);
  ASSERT_TRUE(given) << given.error().message;
  EXPECT_EQ(given->figures.store.capacitor.capacitance_uf, 1000);
  EXPECT_EQ(given->figures.store.retained_mw, 0.5);
  EXPECT_EQ(given->figures.store.boot, std::chrono::milliseconds(70));
  EXPECT_EQ(given->chain.boot.time, std::chrono::milliseconds(70)) << "what is planned with, too";
}

TEST(Case, OfAnInputAtHandRestoresItForLess) {
  const auto queued = run_case(kDeploy, question());
  auto asked = question();
  asked.inputs_at_hand = true;
  const auto at_hand = run_case(kDeploy, asked);
  ASSERT_TRUE(queued && at_hand);
  const auto m = queued->chain.pieces();
  EXPECT_LT(at_hand->chain.range(0, m).steps.restore.energy, queued->chain.range(0, m).steps.restore.energy);
}

std::string refusal(const Question& asked) {
  const auto given = run_case(kDeploy, asked);
  return given ? "" : given.error().message;
}

TEST(Case, IsRefusedWithWhatIsWrong) {
  auto asked = question();
  asked.model = "kwss";
  EXPECT_THAT(refusal(asked), HasSubstr("did you mean 'kws'"));
  asked = question();
  asked.device = "max78000-harvestd";
  EXPECT_THAT(refusal(asked), HasSubstr("did you mean 'max78000-harvested'"));
  asked = question();
  asked.device = "max78000";
  EXPECT_THAT(refusal(asked), HasSubstr("device 'max78000' has a battery"));
  asked = question();
  asked.trace = "rf-rom-1";
  EXPECT_THAT(refusal(asked), HasSubstr("did you mean 'rf-room-1'"));
  asked = question();
  asked.capacitance_uf = 0;
  EXPECT_THAT(refusal(asked), HasSubstr("'capacitance_uf'"));
  asked = question();
  asked.retained_mw = -1;
  EXPECT_THAT(refusal(asked), HasSubstr("'retained_mw'"));
  asked = question();
  asked.boot_ms = 0;
  EXPECT_THAT(refusal(asked), HasSubstr("'boot_us'"));
}

}  // namespace
}  // namespace synergy::harvested_offline
