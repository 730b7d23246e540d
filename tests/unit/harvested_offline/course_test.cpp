#include "synergy/harvested_offline/course.hpp"

#include <gmock/gmock.h>

namespace synergy::harvested_offline {
namespace {

using namespace std::chrono_literals;
using accel_model::HarvestTrace;
using accel_model::PowerState;
using harvested::RunReport;
using testing::SizeIs;

ModelTime at(Duration time) { return ModelTime(time); }

Duration in(const Column& column, PowerState state) { return column.time_in[std::size_t(state)]; }

/// 3 uW for 3 s, then 1 uW for 5 s, again and again.
HarvestTrace trace() {
  schemas::HarvestRecording recording;
  recording.kind = schemas::HarvestKind::kHarvesterOutput;
  recording.duration_us = 8'000'000;
  recording.rows = {{0, 3000}, {3'000'000, 1000}};
  return *HarvestTrace::of(recording);
}

RunReport with_results(std::initializer_list<Duration> times) {
  RunReport report;
  for (const auto time : times) report.results.push_back({report.results.size(), at(time), {}});
  return report;
}

/// 10 s in columns of 2 s, with all that happens worked out by hand.
Course course() {
  CourseMaker maker(10s, 5);
  maker.add({at(0s), 0, PowerState::kDead});
  maker.add({at(1s), 5, PowerState::kOff});
  maker.add({at(3s), 10, PowerState::kOn});
  maker.add({at(3200ms), 4, PowerState::kOn});
  maker.add({at(3400ms), 12, PowerState::kOn});
  maker.add({at(3600ms), 8, PowerState::kRetained});
  maker.add({at(10s), 6, PowerState::kRetained});
  return std::move(maker).finish(with_results({3100ms, 3500ms, 10s}), trace(), 1s);
}

TEST(Course, KeepsFirstLowestHighestAndLastOfAColumn) {
  const auto made = course();
  ASSERT_THAT(made.columns, SizeIs(5));
  EXPECT_EQ(made.width, 2s);
  const auto& second = made.columns[1];
  EXPECT_EQ(second.first, (ChargeAt{at(3s), 10}));
  EXPECT_EQ(second.lowest, (ChargeAt{at(3200ms), 4}));
  EXPECT_EQ(second.highest, (ChargeAt{at(3400ms), 12}));
  EXPECT_EQ(second.last, (ChargeAt{at(3600ms), 8}));
  EXPECT_TRUE(made.columns[2].empty);
  EXPECT_EQ(made.columns[4].last, (ChargeAt{at(10s), 6})) << "the end belongs to the last column";
}

TEST(Course, SpreadsTheTimeInAStateOverItsColumns) {
  const auto made = course();
  EXPECT_EQ(in(made.columns[0], PowerState::kDead), 1s);
  EXPECT_EQ(in(made.columns[0], PowerState::kOff), 1s);
  EXPECT_EQ(in(made.columns[1], PowerState::kOff), 1s);
  EXPECT_EQ(in(made.columns[1], PowerState::kOn), 600ms);
  EXPECT_EQ(in(made.columns[1], PowerState::kRetained), 400ms);
  for (const std::size_t column : {2, 3, 4})
    EXPECT_EQ(in(made.columns[column], PowerState::kRetained), 2s) << column;
}

TEST(Course, CountsResultsAndMeansTheHarvestFromWhereTheRunBegan) {
  const auto made = course();
  std::vector<std::uint64_t> results;
  std::vector<double> harvest;
  for (const auto& column : made.columns) {
    results.push_back(column.results);
    harvest.push_back(column.harvest_uw);
  }
  EXPECT_THAT(results, testing::ElementsAre(0, 2, 0, 0, 1));
  // The recording from 1 s on: 3 uW until 3 s, 1 until 8, 3 until 11.
  EXPECT_THAT(harvest, testing::ElementsAre(3, 1, 1, testing::DoubleEq(2), 3));
}

TEST(Course, HasNoColumnBeyondItsEnd) {
  CourseMaker of_three_ns(Duration(3), 1000);
  of_three_ns.add({at(Duration(3)), 1, PowerState::kOff});
  EXPECT_THAT(std::move(of_three_ns).finish({}, trace(), {}).columns, SizeIs(3));
  // 1001 ns in 1000 columns: each has 2, the last has 1.
  CourseMaker uneven(Duration(1001), 1000);
  uneven.add({at(Duration(1001)), 1, PowerState::kOff});
  const auto made = std::move(uneven).finish({}, trace(), {});
  EXPECT_THAT(made.columns, SizeIs(501));
  EXPECT_EQ(in(made.columns.back(), PowerState::kDead), Duration(1));
}

}  // namespace
}  // namespace synergy::harvested_offline
