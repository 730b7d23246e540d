#include <cmath>

#include "harvest_fixtures.hpp"

namespace synergy::harvest_test {
namespace {

using accel_model::Converter;
using accel_model::EfficiencyPoint;
using accel_model::EfficiencyTable;

TEST(EfficiencyTable, ByPowerIsLinearInTheLogarithm) {
  const EfficiencyTable table({{0, 1000, 0.9}, {0, 10, 0.5}});
  EXPECT_DOUBLE_EQ(table.at(10, 0), 0.5);
  EXPECT_DOUBLE_EQ(table.at(100, 0), 0.7);
  EXPECT_DOUBLE_EQ(table.at(1000, 0), 0.9);
}

TEST(EfficiencyTable, BeyondItsEndsIsThatOfTheEnd) {
  const EfficiencyTable table({{0, 10, 0.5}, {0, 1000, 0.9}});
  EXPECT_EQ(table.at(0.001, 0), 0.5);
  EXPECT_EQ(table.at(1e9, 0), 0.9);
  EXPECT_EQ(table.at(0, 0), 0);
}

TEST(EfficiencyTable, ByCurrentIsLinearBetweenTwoVoltagesAtTheSameCurrent) {
  const EfficiencyTable table({{1000, 10, 0.4}, {1000, 1000, 0.6}, {2000, 100, 0.8}, {3000, 1, 0.2}});
  EXPECT_DOUBLE_EQ(table.at(100, 1000), 0.5);              // 100 uA
  EXPECT_DOUBLE_EQ(table.at(150, 1500), (0.5 + 0.8) / 2);  // 100 uA
  EXPECT_DOUBLE_EQ(table.at(15, 1500), (0.4 + 0.8) / 2);   // 10 uA
  EXPECT_DOUBLE_EQ(table.at(2000, 2000), 0.8);
  EXPECT_NEAR(table.at(275, 2750), 0.8 + 0.75 * (0.2 - 0.8), 1e-12);
  EXPECT_DOUBLE_EQ(table.at(300, 3000), 0.2);
  EXPECT_DOUBLE_EQ(table.at(400, 4000), 0.2);
  EXPECT_DOUBLE_EQ(table.at(50, 500), 0.5);  // 100 uA, below the lowest voltage
}

TEST(EfficiencyTableDeathTest, ATableThatContradictsItselfIsABug) {
  using Points = std::vector<EfficiencyPoint>;
  EXPECT_DEATH(EfficiencyTable(Points{}), "has points");
  EXPECT_DEATH(EfficiencyTable(Points{{0, 1, 0.5}, {0, 1, 0.6}}), "one efficiency");
  EXPECT_DEATH(EfficiencyTable(Points{{0, 1, 0.5}, {5, 1, 0.6}}), "not both");
  EXPECT_DEATH(EfficiencyTable(Points{{0, 0, 0.5}}), "above 0");
  EXPECT_DEATH(EfficiencyTable(1.1), "from 0 to 1");
}

TEST(Converter, StoresBehindRectifierAndTable) {
  Converter converter;
  converter.rectifier_efficiency = 0.5;
  converter.efficiency = EfficiencyTable({{0, 10, 0.5}, {0, 1000, 0.9}});
  EXPECT_DOUBLE_EQ(converter.stored_uw(200'000, false), 100 * 0.7);
  EXPECT_EQ(converter.stored_uw(0, false), 0);
}

TEST(Converter, DoesNotRunBelowItsLeastInput) {
  Converter converter;
  converter.least_input_uw = 10;
  converter.rectifier_efficiency = 0.5;
  EXPECT_EQ(converter.stored_uw(19'999, false), 0);
  EXPECT_EQ(converter.stored_uw(20'000, false), 10);
}

TEST(Converter, AColdStartHasAnEfficiencyOfItsOwnNeverAboveTheTables) {
  Converter converter;
  converter.efficiency = EfficiencyTable({{0, 10, 0.1}, {0, 1000, 0.9}});
  converter.cold_start_least_uw = 15;
  converter.cold_start_efficiency = 0.3;
  EXPECT_EQ(converter.stored_uw(14'999, true), 0);
  EXPECT_DOUBLE_EQ(converter.stored_uw(1'000'000, true), 300);
  EXPECT_DOUBLE_EQ(converter.stored_uw(15'000, true), converter.stored_uw(15'000, false));
}

TEST(Converter, TakesMoreFromTheCapacitorThanTheLoadGets) {
  Converter converter;
  converter.output_efficiency = 0.8;
  EXPECT_DOUBLE_EQ(converter.taken_uw(2), 2500);
}

}  // namespace
}  // namespace synergy::harvest_test
