#include <numeric>

#include "harvest_fixtures.hpp"
#include "synergy/accel_model/harvest_families.hpp"
#include "synergy/base/splitmix64.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::Attojoules;
using schemas::fault_of;
using testing::ElementsAre;
using testing::HasSubstr;
using Now = HarvestTrace::Now;

std::string refusal(const HarvestRecording& of) {
  const auto made = HarvestTrace::of(of);
  return made ? "" : made.error().message;
}

TEST(HarvestTrace, PowerHoldsUntilTheNextRowAndRepeats) {
  const auto power = trace(10, {{0, 5}, {4, 7}, {6, 0}});
  EXPECT_EQ(power.at(0ns), (Now{5, 4us}));
  EXPECT_EQ(power.at(3999ns), (Now{5, 4us}));
  EXPECT_EQ(power.at(4us), (Now{7, 6us}));
  EXPECT_EQ(power.at(6us), (Now{0, 10us}));
  EXPECT_EQ(power.at(9999ns), (Now{0, 10us}));
  EXPECT_EQ(power.at(10us), (Now{5, 14us}));
  EXPECT_EQ(power.at(10us * 1'000'000 + 5us), (Now{7, 10us * 1'000'000 + 6us}));
}

TEST(HarvestTrace, ThePowerOfTheEndGoesOnWhereTheBeginningHasIt) {
  const auto power = trace(10, {{0, 5}, {4, 7}, {8, 5}});
  EXPECT_EQ(power.at(8us), (Now{5, 14us}));
  EXPECT_EQ(power.at(13us), (Now{5, 14us}));
}

TEST(HarvestTrace, RowsOfTheSamePowerAreOne) {
  const auto power = trace(10, {{0, 5}, {2, 5}, {4, 5}, {6, 9}, {7, 9}});
  EXPECT_EQ(power.at(1us), (Now{5, 6us}));
  EXPECT_EQ(power.energy(0us, 10us), 5 * 6000 + 9 * 4000);
  EXPECT_EQ(trace(10, {{0, 5}, {2, 5}}).at(3us), (Now{5, HarvestTrace::kForever}));
}

TEST(HarvestTrace, AConstantOneNeverChanges) {
  EXPECT_EQ(HarvestTrace::constant(240'000).at(77h), (Now{240'000, HarvestTrace::kForever}));
  EXPECT_EQ(HarvestTrace::constant(240'000).energy(1ns, 3ns), 480'000);
  EXPECT_EQ(HarvestTrace::constant(0).mean_nw(), 0);
}

TEST(HarvestTrace, EnergyBetweenTwoInstantsIsTheSumOverEveryNanosecond) {
  const auto power = trace(3, {{0, 5}, {1, 700'001}, {2, 3}});
  std::vector<Attojoules> until{0};
  for (Duration t{}; t < 7us; ++t) until.push_back(until.back() + Attojoules(power.at(t).power_nw));
  for (std::size_t from = 0; from < until.size(); from += 37)
    for (std::size_t to = from; to < until.size(); to += 41)
      ASSERT_EQ(power.energy(Duration(from), Duration(to)), until[to] - until[from]) << from << " " << to;
}

TEST(HarvestTrace, EnergyStaysExactOverTheLongestTimesAndTheHighestPowers) {
  const auto power =
      trace(schemas::kMaxHarvestUs, {{0, schemas::kMaxHarvestNw}, {1, schemas::kMaxHarvestNw - 1}});
  const auto year = 24h * 365;
  const auto repetitions = Duration(146 * year) / power.duration();
  const Attojoules once = Attojoules(schemas::kMaxHarvestNw - 1) * power.duration().count() + 1000;
  EXPECT_EQ(power.energy(0ns, repetitions * power.duration()), once * repetitions);
  // 146 years are a whole number of repetitions, so that the first microsecond begins.
  EXPECT_EQ(power.energy(146 * year, 146 * year + 1ns), schemas::kMaxHarvestNw);
  EXPECT_EQ(power.energy(146 * year + 1us, 146 * year + 1001ns), schemas::kMaxHarvestNw - 1);
}

TEST(HarvestTrace, MeansOfMinutesAreWholeAndTheLastRunsOnIntoTheRepetition) {
  // 150 s: 60 s of 100 nW, 60 s of 50.5 nW in the mean, 30 s of 8 nW and 30 s of 100 nW again.
  const auto power = trace(150'000'000, {{0, 100}, {60'000'000, 50}, {90'000'000, 51}, {120'000'000, 8}});
  EXPECT_THAT(power.means_nw(60s), ElementsAre(100u, 50u, 54u));
  EXPECT_EQ(power.quantile_of_means_nw(0), 50u);
  EXPECT_EQ(power.quantile_of_means_nw(0.2), 50u);
  EXPECT_EQ(power.quantile_of_means_nw(0.34), 54u);
  EXPECT_EQ(power.quantile_of_means_nw(1), 100u);
  EXPECT_THAT(trace(25'000'000, {{0, 7}}).means_nw(60s), ElementsAre(7u));
}

TEST(HarvestTrace, RoundingOfAShareTakesNoFurtherMinute) {
  ASSERT_GT(0.28 * 25, 7);  // by a rounding error
  std::vector<schemas::HarvestRow> rows;
  for (std::uint64_t minute = 0; minute < 25; ++minute) rows.push_back({minute * 60'000'000, minute + 1});
  const auto power = trace(25 * 60'000'000, rows);
  EXPECT_EQ(power.quantile_of_means_nw(0.28), 7u);
  EXPECT_EQ(power.quantile_of_means_nw(0.29), 8u);
}

TEST(HarvestTrace, AWholeRecordingAgreesWithTheSumOfItsRows) {
  const auto made = *accel_model::generate_harvest("rf-room", 7);
  const auto power = *HarvestTrace::of(made);
  Attojoules sum = 0;
  for (std::size_t i = 0; i < made.rows.size(); ++i)
    sum += Attojoules(made.rows[i].p_nw) * 1000 *
           ((i + 1 < made.rows.size() ? made.rows[i + 1].t_us : made.duration_us) - made.rows[i].t_us);
  EXPECT_EQ(power.energy(0ns, power.duration()), sum);
  EXPECT_DOUBLE_EQ(power.mean_nw(), double(sum) / double(power.duration().count()));
}

TEST(HarvestRecording, OneOfZerosIsARecording) {
  EXPECT_EQ(refusal(recording(10, {{0, 0}})), "");
  EXPECT_EQ(refusal(recording(10, {{0, 0}, {3, 0}})), "");
}

TEST(HarvestRecording, WhatIsWrongIsToldWithItsRow) {
  EXPECT_THAT(refusal(recording(10, {})), HasSubstr("holds no rows"));
  EXPECT_THAT(refusal(recording(10, {{1, 5}})), HasSubstr("row 1: the first row must begin at 0"));
  EXPECT_THAT(refusal(recording(10, {{0, 5}, {3, 1}, {3, 2}})),
              HasSubstr("row 3: begins at 3 us, not after"));
  EXPECT_THAT(refusal(recording(10, {{0, 5}, {3, 1}, {2, 2}})),
              HasSubstr("row 3: begins at 2 us, not after"));
  EXPECT_THAT(refusal(recording(10, {{0, 5}, {10, 1}})), HasSubstr("row 2: begins at 10 us, but"));
  EXPECT_THAT(refusal(recording(0, {{0, 5}})), HasSubstr("row 1: begins at 0 us, but"));
  EXPECT_THAT(refusal(recording(10, {{0, 10'000'000'001}})),
              HasSubstr("row 1: 10000000001 nW is above 10 W"));
  EXPECT_THAT(refusal(recording(864'000'000'001, {{0, 5}})), HasSubstr("longer than ten days"));
  EXPECT_EQ(fault_of(recording(11, {{0, 5}, {10, 10'000'000'000}})), std::nullopt);
}

}  // namespace
}  // namespace synergy::harvest_test
