// Which process may publish what.
#include "synergy/bus/rights.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "bus_fixture.hpp"
#include "child.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::bus {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr pid_t kDispatcher = 11, kMonitor = 12, kExecutor = 13, kReplayer = 14, kStranger = 15;

class RightsTest : public ::testing::Test {
 protected:
  std::optional<std::vector<std::string>> names_of(pid_t process) {
    ++looks_;
    if (!can_be_told_) return std::nullopt;
    const auto found = names_.find(process);
    return found == names_.end() ? std::vector<std::string>() : found->second;
  }
  /// Empty where it may.
  std::string reason(std::string_view topic, pid_t process, const Bytes& payload = {}) {
    const auto refusal = rights_.refusal(topic, payload, process, clock_.monotonic());
    return refusal ? refusal->reason : std::string();
  }
  template <schemas::Message T>
  static Bytes command(const T& message, const std::string& sender) {
    Envelope envelope;
    envelope.sender = sender;
    envelope.request_id = "7";
    return schemas::seal(envelope, message);
  }

  std::map<pid_t, std::vector<std::string>> names_{{kDispatcher, {"dispatcher"}},
                                                   {kMonitor, {"monitor"}},
                                                   {kExecutor, {"executor/watch"}},
                                                   {kReplayer, {"replay"}}};
  int looks_ = 0;
  bool can_be_told_ = true;
  ManualClock clock_;
  Rights rights_{[this](pid_t process) { return names_of(process); }};
};

TEST_F(RightsTest, StatesEventsAndHeartbeatsComeFromTheirOwners) {
  EXPECT_EQ(reason("state/plan", kDispatcher), "");
  EXPECT_EQ(reason("state/body", kMonitor), "");
  EXPECT_EQ(reason("event/result/digits", kExecutor), "");
  EXPECT_EQ(reason("health/executor/watch", kExecutor), "");
  EXPECT_EQ(reason("state/plan", kMonitor),
            "only 'dispatcher' publishes on 'state/plan'; it came from process 12");
  EXPECT_EQ(reason("event/result/digits", kStranger),
            "only an executor publishes on 'event/result/digits'; it came from process 15");
  EXPECT_EQ(reason("health/executor/ring", kExecutor),
            "only 'executor/ring' publishes on 'health/executor/ring'; it came from process 13");
  EXPECT_NE(reason("health/x", kStranger), "");
}

TEST_F(RightsTest, WhatNobodyOwnsAnybodyMayPublish) {
  for (const auto* topic : {"state/of-an-app", "run/watch", "cmd/planner", "news"})
    EXPECT_EQ(reason(topic, kStranger), "") << topic;
  EXPECT_EQ(looks_, 0);
}

TEST_F(RightsTest, AnswersComeFromProcessesOfTheMesh) {
  EXPECT_EQ(reason("@dispatcher/reply", kMonitor), "");
  EXPECT_EQ(reason("@cli-7/reply", kExecutor), "");
  EXPECT_EQ(reason("@dispatcher/reply", kStranger),
            "only processes of the mesh answer commands; it came from process 15");
  names_[kStranger] = {"a-lock-of-its-own"};
  clock_.advance(1s);
  EXPECT_NE(reason("@dispatcher/reply", kStranger), "");
}

TEST_F(RightsTest, ANameIsOfWhoWasSeenUnderItFirstWhileThatProcessLives) {
  Child real([] { ::pause(); });
  names_[real.pid()] = names_[::getpid()] = {"planner"};
  EXPECT_EQ(reason("health/planner", real.pid()), "");
  EXPECT_NE(reason("health/planner", ::getpid()), "")
      << "it locked a file that it put in the place of the lock";
  real.end();
  clock_.advance(1s);
  EXPECT_EQ(reason("health/planner", ::getpid()), "");
}

TEST_F(RightsTest, AProcessLosesItsNamesWhenItHasEnded) {
  Child real([] { ::pause(); });
  names_[real.pid()] = {"planner"};
  EXPECT_EQ(reason("health/planner", real.pid()), "");
  names_.erase(real.pid());
  clock_.advance(1min);
  EXPECT_EQ(reason("health/planner", real.pid()), "") << "a living process gives no lock back";
  const auto gone = real.pid();
  real.end();
  clock_.advance(1min);
  EXPECT_NE(reason("health/planner", gone), "");
}

TEST_F(RightsTest, WhatWasKnownHoldsWhileNothingCanBeTold) {
  EXPECT_EQ(reason("state/plan", kDispatcher), "");
  can_be_told_ = false;
  clock_.advance(1min);
  EXPECT_EQ(reason("state/plan", kDispatcher), "");
  EXPECT_NE(reason("state/plan", kStranger), "");
}

TEST_F(RightsTest, AReplayAndAProcessThatCanNotBeToldMayPublishAll) {
  EXPECT_EQ(reason("state/plan", kReplayer), "");
  EXPECT_EQ(reason("cmd/store", kReplayer, command(schemas::StoreDecision{}, "dispatcher")), "");
  EXPECT_EQ(reason("state/plan", 0), "");
  Rights open;
  EXPECT_FALSE(open.refusal("state/plan", {}, kStranger, clock_.monotonic()));
}

TEST_F(RightsTest, CommandsThatChangeTheStoreComeFromTheirOwnersAndQuestionsFromAnybody) {
  EXPECT_EQ(reason("cmd/store", kDispatcher, command(schemas::StoreRuns{}, "dispatcher")), "");
  EXPECT_EQ(reason("cmd/store", kMonitor, command(schemas::StoreBody{}, "monitor")), "");
  EXPECT_EQ(reason("cmd/store", kStranger, command(schemas::QueryHistory{1}, "cli")), "");
  EXPECT_EQ(reason("cmd/store", kMonitor, command(schemas::StoreDecision{}, "dispatcher")),
            "'store.decision' is only taken from 'dispatcher'; it came from process 12");
  const auto bytes = command(schemas::StoreSwitch{}, "dispatcher");
  const auto refusal = rights_.refusal("cmd/store", bytes, kStranger, clock_.monotonic());
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->sender, "dispatcher");
  EXPECT_EQ(refusal->request_id, "7");
}

TEST_F(RightsTest, FramesAreToldByExecutorsAndAppsAreAskedForByAnybody) {
  EXPECT_NE(reason("cmd/dispatcher", kStranger,
                   command(schemas::FramesOpen{DeviceId("ring"), {}}, "executor/ring")),
            "");
  EXPECT_NE(
      reason("cmd/dispatcher", kMonitor, command(schemas::FramesOpen{DeviceId("ring"), {}}, "executor/ring")),
      "");
  EXPECT_EQ(reason("cmd/dispatcher", kStranger, command(schemas::AppStop{AppId("digits")}, "cli")), "");
  EXPECT_EQ(reason("cmd/dispatcher", kStranger, Bytes(Rights::kMostOfStranger + 1)), "");
}

TEST_F(RightsTest, ALargeCommandOfAStrangerToTheStoreIsRefusedUnread) {
  EXPECT_EQ(reason("cmd/store", kStranger, Bytes(Rights::kMostOfStranger)), "")
      << "damaged: the store says so";
  EXPECT_EQ(reason("cmd/store", kStranger, Bytes(Rights::kMostOfStranger + 1)),
            "a command to 'cmd/store' has at most 4096 bytes; it came from process 15");
  EXPECT_EQ(reason("cmd/store", kMonitor, Bytes(Rights::kMostOfStranger + 1)), "");
  EXPECT_EQ(reason("cmd/dispatcher", kStranger, Bytes(Rights::kMostOfStranger + 1)), "");
}

TEST_F(RightsTest, ANameBelongsToWhoJoinedUnderItWhileThatProcessLives) {
  Child other([] { ::pause(); });
  const auto join = command(schemas::Join{}, "cli-7");
  EXPECT_EQ(reason("cmd/broker", other.pid(), join), "");
  EXPECT_EQ(reason("cmd/broker", other.pid(), join), "") << "a broker that restarted is joined again";
  EXPECT_THAT(reason("cmd/broker", ::getpid(), join), HasSubstr("'cli-7' is taken by process"));
  other.end();
  EXPECT_EQ(reason("cmd/broker", ::getpid(), join), "");
}

TEST_F(RightsTest, NobodyJoinsUnderTheNameOfAProcessOfTheMesh) {
  EXPECT_EQ(reason("cmd/broker", kDispatcher, command(schemas::Join{}, "dispatcher")), "");
  EXPECT_EQ(reason("cmd/broker", kStranger, command(schemas::Join{}, "dispatcher")),
            "'dispatcher' is the name of a process of the mesh; take another; it came from process 15");
  EXPECT_NE(reason("cmd/broker", kExecutor, command(schemas::Join{}, "executor/ring")), "");
}

TEST_F(RightsTest, AskingForNamesIsRareAndWhoTakesItsLockLaterIsKnownSoon) {
  for (int i = 0; i < 1000; ++i) EXPECT_NE(reason("state/plan", kStranger), "");
  EXPECT_EQ(looks_, 1);
  names_[kStranger] = {"dispatcher"};
  clock_.advance(100ms);
  EXPECT_EQ(reason("state/plan", kStranger), "");
  EXPECT_EQ(looks_, 2);
}

class RightsOnTheBusTest : public BusTest {};

TEST_F(RightsOnTheBusTest, ARefusedPacketIsCountedWithItsReasonAndARefusedCommandIsAnswered) {
  start_broker(ShareLimits::none(), {}, [](pid_t) { return std::vector<std::string>{"broker", "store"}; });
  joined("store", [](Participant& bus) {
    bus.serve<schemas::StoreDecision>("cmd/store",
                                      [](const auto&) -> Result<schemas::Done> { return schemas::Done{}; });
  });
  std::size_t plans = 0;
  auto& client = joined("client", [&](Participant& bus) {
    bus.subscribe<Note>("state/plan", [&](const Envelope&, const Note&) { ++plans; });
  });
  ASSERT_TRUE(client.publish("state/plan", Note{1, {}}));
  std::optional<Result<schemas::Done>> answer;
  client.call("cmd/store", schemas::StoreDecision{}, 60s,
              [&](Result<schemas::Done> done) { answer = std::move(done); });
  ASSERT_TRUE(run_until([&] { return answer.has_value(); }));
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error().code, ErrorCode::kConflict);
  EXPECT_THAT(answer->error().message, HasSubstr("'store.decision' is only taken from 'dispatcher'"));
  EXPECT_EQ(plans, 0u);
  EXPECT_GE(broker_->counter("refused.packets"), 2u);
  EXPECT_THAT(broker_->forwarder().last_refusal(), HasSubstr("is only taken from 'dispatcher'"));
}

}  // namespace
}  // namespace synergy::bus
