// Sizes of capacitors: the smallest, and the best between too little work and too much leakage.
#include "synergy/intermittent_offline/size_report.hpp"

#include <map>

#include "cases.hpp"

namespace synergy::intermittent_offline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Size, TheCapacitorsAreThoseThatAreSold) {
  EXPECT_THAT(sold_capacitors_uf(118.7, 1000), ElementsAre(118.7, 150, 220, 330, 470, 680, 1000));
  EXPECT_THAT(sold_capacitors_uf(100, 150), ElementsAre(100, 150)) << "each once";
  EXPECT_THAT(sold_capacitors_uf(200, 100), IsEmpty());
}

TEST(Size, BestCutsNeedNoMoreThanAnyOther) {
  for (const auto* model : {"convnet5", "kws", "unet"}) {
    const auto report = size(case_of(model, 330), 1000);
    ASSERT_TRUE(report) << report.error().message;
    std::map<std::string, double> smallest;
    for (const auto& line : report->sizes)
      if (line.smallest_uf) smallest[line.cut] = *line.smallest_uf;
    EXPECT_LE(smallest.at("best"), smallest.at("whole")) << model;
    EXPECT_LE(smallest.at("best"), smallest.at("layer")) << model;
    EXPECT_EQ(report->sweep.front().capacitance_uf, smallest.at("best"));
  }
}

TEST(Size, AModelThatIsNeverWholeSaysWhy) {
  const auto report = size(case_of("efficientnetv2-custom", 1000), 1000);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->sizes.front().smallest_uf);
  EXPECT_NE(report->sizes.front().reason, "");
  EXPECT_TRUE(report->sizes.back().smallest_uf);
}

TEST(Size, TheBestOfTheSweepHasTheMostInferences) {
  const auto report = size(case_of("kws", 330), 10'000);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(report->best);
  std::map<PolicyClass, double> energy;
  for (const auto& line : report->sweep) {
    EXPECT_LE(line.inferences_per_hour.value_or(0), *report->best->inferences_per_hour);
    EXPECT_NEAR(line.leakage_uw, line.capacitance_uf * 3.15 * 3.15 / 196, 1e-6);
    if (line.policy == PolicyClass::kSequence) continue;  // patterns are not compared here
    const auto [before, first] = energy.emplace(line.policy, line.energy_uj_per_inference);
    EXPECT_LE(line.energy_uj_per_inference, before->second * (1 + 1e-9)) << "more energy, less reloading";
    before->second = line.energy_uj_per_inference;
  }
  EXPECT_GT(report->best->capacitance_uf, report->sweep.front().capacitance_uf);
  EXPECT_LT(report->best->capacitance_uf, 10'000) << "leakage grows";
}

TEST(Size, ASweepBeyondWhatIsComputedExactlySaysWhere) {
  const auto report = size(case_of("kws", 330), 1e6);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(report.error().message, testing::AllOf(testing::StartsWith("policy sequence with "),
                                                     testing::HasSubstr("plan with a smaller capacitor")));
}

TEST(Size, AHarvestThatPaysForNoneHasNoBest) {
  auto given = case_of("kws", 330);
  given.harvest = recording(1'000'000, {{0, 1'000}});
  const auto report = size(given, 1000);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->best);
  EXPECT_FALSE(report->sweep.empty());
}

}  // namespace
}  // namespace synergy::intermittent_offline
