// A question of files becomes a case, or says which of them is wrong.
#include "synergy/intermittent_offline/case.hpp"

#include "cases.hpp"

namespace synergy::intermittent_offline {
namespace {

using testing::HasSubstr;

Question question() {
  Question asked;
  asked.model = "convnet5";
  asked.device = "max78000-harvested";
  return asked;
}

std::string refusal(const Question& asked) {
  const auto read = read_case(deploy_folder(), asked);
  return read ? "no error" : read.error().message;
}

TEST(Case, TakesTheDevicesOwnRecordingAndCapacitorWhereNoneIsNamed) {
  const auto read = read_case(deploy_folder(), question());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->harvest.name, "wrist-office-1");
  EXPECT_EQ(read->store().capacitor.capacitance_uf, 330);
  EXPECT_GT(read->chain.kept_bytes.front(), 0u) << "inputs wait in the FRAM";
  auto asked = question();
  asked.trace = "rf-room-1";
  asked.capacitance_uf = 100;
  asked.inputs_at_hand = true;
  const auto other = read_case(deploy_folder(), asked);
  EXPECT_EQ(other->harvest.name, "rf-room-1");
  EXPECT_EQ(other->store().capacitor.capacitance_uf, 100);
  EXPECT_EQ(other->chain.kept_bytes.front(), 0u);
}

TEST(Case, AnotherCapacitorIsOfTheSameKind) {
  const auto read = read_case(deploy_folder(), question());
  const auto usual = read->store(), larger = read->store_with(1000);
  EXPECT_EQ(larger.capacitor, (accel_model::Capacitor{1000, usual.capacitor.rc_s, usual.capacitor.esr_ohm}));
  EXPECT_EQ(larger.converter, usual.converter);
  EXPECT_EQ(read->supply_with(1000).store.capacitor, larger.capacitor);
  EXPECT_EQ(read->supply_with(1000).peak_mw, read->chain.peak_mw);
}

TEST(Case, WhatIsWrongIsNamed) {
  auto asked = question();
  asked.model = "convnet6";
  EXPECT_THAT(refusal(asked), HasSubstr("convnet5"));
  asked = question();
  asked.device = "max78000";
  EXPECT_THAT(refusal(asked), HasSubstr("device 'max78000' has a battery; name one that has 'harvest'"));
  asked.device = "max78000-havested";
  EXPECT_THAT(refusal(asked), HasSubstr("did you mean 'max78000-harvested'?"));
  asked = question();
  asked.trace = "rf-rom-1";
  EXPECT_THAT(refusal(asked), HasSubstr("did you mean 'rf-room-1'?"));
  for (const double wrong : {0.0, -1.0, 1'000'001.0, std::nan("")}) {
    asked = question();
    asked.capacitance_uf = wrong;
    EXPECT_THAT(refusal(asked), HasSubstr("'capacitance_uf' must be from 0.001 to 1000000 (1 F)")) << wrong;
  }
  asked.capacitance_uf = 1e6;
  EXPECT_EQ(refusal(asked), "no error") << "1 F";
}

}  // namespace
}  // namespace synergy::intermittent_offline
