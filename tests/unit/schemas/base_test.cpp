// The vocabulary below the messages: time, errors, and the wording of errors about names.
#include <gtest/gtest.h>

#include "synergy/base/check.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/base/statistics.hpp"
#include "synergy/base/strong_id.hpp"
#include "synergy/base/text.hpp"

namespace synergy {
namespace {

using namespace std::chrono_literals;

TEST(TimeScale, RealTimeLeavesTimesAsTheyAre) {
  const TimeScale scale(1);
  EXPECT_EQ(scale.to_model(MonotonicTime(5s)), ModelTime(5s));
  EXPECT_EQ(scale.to_host(ModelTime(5s)), MonotonicTime(5s));
  EXPECT_EQ(scale.to_host(Duration(7ms)), Duration(7ms));
}

TEST(TimeScale, TenTimesSlowerMeansTenHostSecondsForOneOfTheModel) {
  const TimeScale scale(10);
  EXPECT_EQ(scale.host_per_model(), 10);
  EXPECT_EQ(scale.to_model(MonotonicTime(50s)), ModelTime(5s));
  EXPECT_EQ(scale.to_host(ModelTime(5s)), MonotonicTime(50s));
  EXPECT_EQ(scale.to_host(Duration(7ms)), Duration(70ms));
}

TEST(TimeScale, FasterThanTheHardwareWorksTheSameWay) {
  const TimeScale scale(0.25);
  EXPECT_EQ(scale.to_model(MonotonicTime(1s)), ModelTime(4s));
  EXPECT_EQ(scale.to_host(ModelTime(4s)), MonotonicTime(1s));
}

TEST(TimeScale, TimesBeyondItsRangeEndAtItsEnd) {
  const TimeScale scale(1e6);
  const auto end = Duration(std::int64_t(1) << 62);
  EXPECT_EQ(scale.to_host(ModelTime{Duration::max()}), MonotonicTime{end});
  EXPECT_EQ(scale.to_host(Duration::max()), end);
  EXPECT_EQ(TimeScale(1e-9).to_model(MonotonicTime{std::chrono::hours(1000000)}), ModelTime{end});
}

TEST(TimeScale, ModelTimesComeBackToTheNanosecondAfterAMonthOfUptime) {
  const TimeScale scale(8);
  const ModelTime time(Duration(720h) / 8 + 123456789ns);
  EXPECT_EQ(scale.to_model(scale.to_host(time)), time);
}

TEST(ManualClock, StandsStillUntilMovedAndMovesBothTimes) {
  ManualClock clock;
  const auto monotonic = clock.monotonic();
  const auto unix = clock.unix();
  EXPECT_EQ(clock.monotonic(), monotonic);
  clock.advance(3s);
  EXPECT_EQ(clock.monotonic() - monotonic, 3s);
  EXPECT_EQ(clock.unix() - unix, 3s);
}

TEST(HostClock, NeverGoesBack) {
  const HostClock clock;
  const auto first = clock.monotonic();
  EXPECT_GE(clock.monotonic(), first);
  EXPECT_GT(clock.unix().time_since_epoch(), Duration(24h * 365 * 50));
}

TEST(Nearest, FindsTheMisspeltNameAndNothingFarAway) {
  const std::vector<std::string> known{"camera", "microphone", "imu", "ppg"};
  EXPECT_EQ(nearest("camra", known), "camera");
  EXPECT_EQ(nearest("mircophone", known), "microphone");
  EXPECT_EQ(nearest("imu", known), "imu");
  EXPECT_EQ(nearest("ecg", known), std::nullopt);  // two letters from ppg: too far for so short a name
  EXPECT_EQ(nearest("zzzzzz", known), std::nullopt);
  EXPECT_EQ(nearest("", known), std::nullopt);
  EXPECT_EQ(nearest("camera", {}), std::nullopt);
}

TEST(Nearest, TakesTheFirstOfEquallyNearNames) {
  const std::vector<std::string> known{"max78000", "max78002"};
  EXPECT_EQ(nearest("max78001", known), "max78000");
}

TEST(UnknownName, SuggestsTheLikelyNameOrListsThemAll) {
  const std::vector<std::string> known{"camera", "imu"};
  EXPECT_EQ(unknown_name("sensor", "camer", known), "unknown sensor 'camer'; did you mean 'camera'?");
  EXPECT_EQ(unknown_name("sensor", "radar", known), "unknown sensor 'radar'; known: camera, imu");
  EXPECT_EQ(unknown_name("sensor", "radar", {}), "unknown sensor 'radar'; known: none");
}

TEST(UnknownName, SuggestsThreeAtMostTheNearestFirst) {
  const std::vector<std::string> known{"ring-30", "ring-1", "ring-2", "ring-2", "ring-3", "ring"};
  EXPECT_EQ(unknown_name("device", "ring-", known),
            "unknown device 'ring-'; did you mean 'ring-1', 'ring-2' or 'ring-3'?");
  EXPECT_EQ(unknown_name("device", "rinng-30", known),
            "unknown device 'rinng-30'; did you mean 'ring-30' or 'ring-3'?");
}

TEST(UnknownName, SuggestsNothingOfOrForAnEmptyName) {
  EXPECT_EQ(unknown_name("app", "", std::vector<std::string>{"a"}), "unknown app ''; known: a");
  EXPECT_EQ(unknown_name("app", "a", std::vector<std::string>{"", "abc"}), "unknown app 'a'; known: , abc");
}

TEST(ListOf, SeparatesByCommas) {
  EXPECT_EQ(list_of({}), "none");
  EXPECT_EQ(list_of(std::vector<std::string>{"a"}), "a");
  EXPECT_EQ(list_of(std::vector<std::string>{"a", "b", "c"}), "a, b, c");
}

TEST(ErrorCode, EveryCodeTravelsByNameAndComesBack) {
  for (int i = 0; i <= int(ErrorCode::kInternal); ++i) {
    const auto code = ErrorCode(i);
    EXPECT_EQ(error_code_from(name_of(code)), code) << name_of(code);
  }
  EXPECT_EQ(error_code_from("no such code"), std::nullopt);
  EXPECT_EQ(error_code_from(""), std::nullopt);
}

TEST(Error, ThePlaceGoesInFront) {
  const Error error{ErrorCode::kNoFit, "too big"};
  EXPECT_EQ(error.at("layer 3").at("digits"), (Error{ErrorCode::kNoFit, "digits: layer 3: too big"}));
}

TEST(Printable, LeavesNothingThatATerminalWouldAct) {
  EXPECT_EQ(printable("plan 7 ~"), "plan 7 ~");
  EXPECT_EQ(printable("\x1b[2J\n\t\x7f"), "?[2J???");
  EXPECT_EQ(printable("\xc3\xa9\xc2\x9b"), "????");
}

TEST(Percentile, IsTheNearestRank) {
  const std::vector<int> values{10, 20, 30, 40};
  EXPECT_EQ(percentile(values, 0), 10);
  EXPECT_EQ(percentile(values, 25), 10);
  EXPECT_EQ(percentile(values, 50), 20);
  EXPECT_EQ(percentile(values, 51), 30);
  EXPECT_EQ(percentile(values, 99), 40);
  EXPECT_EQ(percentile(values, 100), 40);
  EXPECT_EQ(percentile(std::vector<int>{}, 50), 0);
}

TEST(StrongId, OrdersAndComparesByItsText) {
  EXPECT_LT(DeviceId("a"), DeviceId("b"));
  EXPECT_EQ(DeviceId("a"), DeviceId(std::string("a")));
  EXPECT_TRUE(DeviceId().empty());
  static_assert(!std::is_convertible_v<DeviceId, AppId>);
  static_assert(!std::is_convertible_v<std::string, DeviceId>);
}

TEST(CheckDeathTest, ABrokenInvariantStopsTheProcessWithItsReason) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(SYNERGY_CHECK(1 + 1 == 3, "sums are right"),
               "Z error [a-z_]+ broken_invariant msg=\"sums are right\" expression=\"1 \\+ 1 == 3\" file=.* "
               "line=[0-9]+");
}

TEST(CheckDeathTest, WhatAResultDoesNotHoldIsNotRead) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const Result<int> failed = Error{ErrorCode::kInvalid, "wrong"}, done = 1;
  EXPECT_DEATH((void)*failed, "a result's value is read only where there is one");
  EXPECT_DEATH((void)done.error(), "a result's error is read only where there is one");
  EXPECT_DEATH((void)Status().error(), "a status's error is read only where there is one");
}

}  // namespace
}  // namespace synergy
