// Which packets are replayed, and when: nothing here waits.
#include "synergy/client/replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synergy::client {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

TEST(Pace, KeepsTheDistancesFromTheFirstPacketOn) {
  Pace pace(1);
  EXPECT_EQ(pace.due(seconds(10)), Duration(0)) << "what is left out before it is not waited for";
  EXPECT_EQ(pace.due(seconds(10)), Duration(0));
  EXPECT_EQ(pace.due(milliseconds(10'250)), milliseconds(250));
}

TEST(Pace, TwiceTheSpeedIsHalfTheTime) {
  Pace twice(2), half(0.5);
  for (auto* pace : {&twice, &half}) EXPECT_EQ(pace->due(seconds(1)), Duration(0));
  EXPECT_EQ(twice.due(seconds(2)), milliseconds(500));
  EXPECT_EQ(half.due(seconds(2)), seconds(2));
}

TEST(Pace, WithoutSpeedEverythingIsDueAtOnce) {
  Pace pace(0);
  EXPECT_EQ(pace.due(seconds(1)), Duration(0));
  EXPECT_EQ(pace.due(hours(1)), Duration(0));
}

TEST(Pace, TheSlowestReplayOfTheLongestRecordingIsStillATime) {
  Pace pace(1e-300);
  EXPECT_EQ(pace.due(Duration(0)), Duration(0));
  EXPECT_EQ(pace.due(hours(24 * 366)), Duration(std::int64_t(1) << 62));
}

TEST(Fate, WhatMakesAMeshActIsLeftOutUnlessAskedFor) {
  for (const auto* topic : {"cmd/planner", "@dispatcher/reply", "run/watch", "tensor/watch"}) {
    EXPECT_EQ(fate_of(topic, {}), Fate::kLeftOut) << topic;
    EXPECT_EQ(fate_of(topic, {1, {}, true}), Fate::kReplayed) << topic;
    EXPECT_EQ(fate_of(topic, {1, {topic}, false}), Fate::kLeftOut) << "naming it is not enough: " << topic;
  }
  for (const auto* topic : {"state/body", "event/result/digits", "health/planner", "anything"})
    EXPECT_EQ(fate_of(topic, {}), Fate::kReplayed) << topic;
}

TEST(Fate, OnlyTopicsThatBeginAsAskedForAreChosen) {
  const ReplayRules rules{1, {"state/", "event/result/a"}, false};
  EXPECT_EQ(fate_of("state/plan", rules), Fate::kReplayed);
  EXPECT_EQ(fate_of("event/result/app", rules), Fate::kReplayed);
  EXPECT_EQ(fate_of("event/failed/app", rules), Fate::kNotChosen);
  EXPECT_EQ(fate_of("cmd/planner", rules), Fate::kNotChosen) << "not counted among those left out";
}

TEST(Outermost, APrefixWithinAnotherIsDropped) {
  EXPECT_THAT(outermost({"state/body", "event/", "state/", "state/", "statement"}),
              ElementsAre("event/", "state/", "statement"));
  EXPECT_THAT(outermost({"a", ""}), ElementsAre(""));
  EXPECT_THAT(outermost({}), ElementsAre());
}

}  // namespace
}  // namespace synergy::client
