// The checker sees each kind of difference: one fact of a folder is changed, and the report says which.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "case_copy.hpp"

namespace synergy::accel_kat_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Checker, AnUntouchedCopyPasses) {
  const auto report = CaseCopy().check();
  EXPECT_TRUE(report.passed) << report.error;
  EXPECT_THAT(report.differences, IsEmpty());
  EXPECT_EQ(report.layers, 1u);
}

TEST(Checker, AnotherActivationIsAMismatchingLayer) {
  const CaseCopy copy;
  copy.replace("network.json", "\"activation\": \"none\"", "\"activation\": \"relu\"");
  const auto report = copy.check();
  EXPECT_FALSE(report.passed);
  EXPECT_EQ(report.error, "");
  EXPECT_THAT(report.mismatching_layers, ElementsAre(0u));
  EXPECT_THAT(report.cycle_mismatches, IsEmpty());
  EXPECT_THAT(report.image_mismatches, ElementsAre("mem/outmem_0.npy"));
  EXPECT_THAT(report.differences.front(), HasSubstr("layer 0: layer_0.npy differs from byte"));
}

TEST(Checker, OtherRoundingOfAveragesIsSeenBeforeTheOperator) {
  const CaseCopy copy;
  copy.replace("network.json", "\"avg_rounding\": true", "\"avg_rounding\": false");
  const auto report = copy.check();
  EXPECT_THAT(report.mismatching_layers, ElementsAre(0u));
  bool seen = false;
  for (const auto& difference : report.differences)
    seen |= difference.find("opin_0.npy") != std::string::npos;
  EXPECT_TRUE(seen);
}

TEST(Checker, OtherCyclesAreACycleMismatchAndSoIsTheirSum) {
  const CaseCopy copy;
  copy.replace("timing.json", "\"cycles\": ", "\"cycles\": 1");
  const auto report = copy.check();
  EXPECT_THAT(report.cycle_mismatches, ElementsAre(0u));
  EXPECT_THAT(report.mismatching_layers, IsEmpty());
  copy.replace("timing.json", "\"cycles\": 1", "\"cycles\": ");
  copy.replace("timing.json", "\"total\": ", "\"total\": 1");
  EXPECT_THAT(copy.check().cycle_mismatches, IsEmpty());
  EXPECT_THAT(copy.check().resource_mismatches, ElementsAre("total cycles"));
}

TEST(Checker, CyclesMarkedAsAnEstimateAreCountedApart) {
  const CaseCopy copy;
  copy.replace("timing.json", "\"cycles\": ", "\"cycles\": 1");
  copy.replace("timing.json", "\"streaming_estimate\": false", "\"streaming_estimate\": true");
  const auto report = copy.check();
  EXPECT_THAT(report.cycle_mismatches, IsEmpty());
  EXPECT_THAT(report.estimate_mismatches, ElementsAre(0u));
  EXPECT_EQ(report.estimates, 1u);
  EXPECT_FALSE(report.passed);
}

TEST(Checker, AnotherColumnIsAPlacementMismatch) {
  const CaseCopy copy;
  copy.replace("network.json", "\"kernel_offset_words\": 0", "\"kernel_offset_words\": 4");
  EXPECT_THAT(copy.check().placement_mismatches, ElementsAre(0u));
}

TEST(Checker, OtherBytesOfWeightsAreAResourceMismatch) {
  const CaseCopy copy;
  copy.replace("resources.json", "\"weight_memory_bytes_used\": ", "\"weight_memory_bytes_used\": 1");
  EXPECT_THAT(copy.check().resource_mismatches, ElementsAre("bytes of weights"));
}

TEST(Checker, AnotherPlaceOfTheInputIsAnImageMismatch) {
  const CaseCopy copy;
  copy.replace("network.json", "\"address\": \"0x50400000\"", "\"address\": \"0x50400004\"");
  EXPECT_THAT(copy.check().image_mismatches, ElementsAre("input.memory_loads"));
}

TEST(Checker, AProgramThatTheRulesRefuseDoesNotPass) {
  const CaseCopy copy;
  copy.replace("network.json", "\"out_offset\": 8192", "\"out_offset\": 32764");
  const auto report = copy.check();
  EXPECT_FALSE(report.passed);
  EXPECT_THAT(report.resource_mismatches, ::testing::Contains("rules"));
}

TEST(Checker, ASummaryAddsUpWhatItsReportsSay) {
  accel_kat::CaseReport good, bad, unreadable;
  good.passed = true;
  good.layers = 3;
  bad.layers = 2;
  bad.mismatching_layers = {0, 1};
  bad.cycle_mismatches = {1};
  unreadable.error = "gone";
  const auto summary = accel_kat::summarize({good, bad, unreadable});
  EXPECT_EQ(summary.cases, 3u);
  EXPECT_EQ(summary.passed, 1u);
  EXPECT_EQ(summary.failed, 2u);
  EXPECT_EQ(summary.unreadable, 1u);
  EXPECT_EQ(summary.layers, 5u);
  EXPECT_EQ(summary.mismatching_layers, 2u);
  EXPECT_EQ(summary.cycle_mismatches, 1u);
}

}  // namespace
}  // namespace synergy::accel_kat_test
