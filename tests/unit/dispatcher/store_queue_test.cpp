// What goes to the store, alone: the order of commands, what waits, and what a status may count.
#include "synergy/dispatcher/store_queue.hpp"

#include <gmock/gmock.h>

#include "manual_ports.hpp"

namespace synergy::dispatcher_test {
namespace {

using dispatcher::StoreQueue;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Error kDiskFull{ErrorCode::kEnvironment, "no space left"};

class WhatIsStored : public testing::Test {
 protected:
  ManualPorts world;
  dispatcher::Apps apps;
  std::vector<std::string> said;
  StoreQueue store{world.ports(),
                   apps,
                   {[this] { said.emplace_back("changed"); }, [this] { said.emplace_back("room"); },
                    [this](const AppId& app) { said.push_back("stop of " + app.text()); },
                    [this] { said.emplace_back("again"); }}};
  std::vector<std::string> decided;

  WhatIsStored() { know("a"); }

  void know(const std::string& name) {
    auto& app = apps[AppId(name)];
    app.status = status_of(name);
    app.status.phase = schemas::AppPhase::kRunning;
    app.book.emplace(0, 0);
  }
  /// The app's next run ends.
  void end_run(const std::string& name) {
    auto& book = *apps.at(AppId(name)).book;
    const auto run = book.start_next(1000, world.now(), 1s)->run;
    book.complete(run);
    store.keep(record_of(name, run));
  }
  void decide(const std::string& cause) {
    store.send_decision(
        [cause] {
          schemas::StoreDecision decision;
          decision.cause = cause;
          return decision;
        },
        [this, cause](const Result<schemas::Done>& done) {
          decided.push_back(cause + (done ? "" : ": " + done.error().message));
        },
        "request");
  }
};

TEST_F(WhatIsStored, HasOneCommandOnItsWayAndDecisionsGoBeforeRuns) {
  decide("first");
  end_run("a");
  world.run_for(1s);
  decide("second");
  EXPECT_THAT(world.decisions, SizeIs(1));
  EXPECT_THAT(world.runs, IsEmpty());
  EXPECT_FALSE(store.is_empty());

  ManualPorts::answer(world.decisions, schemas::Done{});
  EXPECT_THAT(decided, ElementsAre("first"));
  ASSERT_THAT(world.decisions, SizeIs(1));
  EXPECT_EQ(world.decisions.front().question.cause, "second");
  EXPECT_THAT(world.runs, IsEmpty());

  ManualPorts::answer(world.decisions, schemas::Done{});
  ASSERT_THAT(world.runs, SizeIs(1)) << "what waited goes on";
  ManualPorts::answer(world.runs, schemas::Done{});
  EXPECT_TRUE(store.is_empty());
  EXPECT_THAT(said, ElementsAre("changed"));
}

TEST_F(WhatIsStored, ADecisionIsMadeWhenItIsSentNotWhenItIsAskedFor) {
  decide("first");
  int made = 0;
  store.send_decision(
      [&] {
        ++made;
        return schemas::StoreDecision{};
      },
      [](const auto&) {}, "");
  EXPECT_EQ(made, 0);
  ManualPorts::answer(world.decisions, schemas::Done{});
  EXPECT_EQ(made, 1);
}

TEST_F(WhatIsStored, ADecisionThatIsNotAnsweredIsSentAsItWasUntilItIs) {
  decide("first");
  ManualPorts::answer(world.decisions, Error{ErrorCode::kTimeout, "no answer"});
  EXPECT_THAT(decided, IsEmpty());
  end_run("a");
  world.run_for(dispatcher::kAskStoreAgainAfter);
  EXPECT_THAT(world.runs, IsEmpty()) << "it is still on its way";
  ASSERT_THAT(world.decisions, SizeIs(1));
  EXPECT_EQ(world.decisions.front().question.cause, "first");
  ManualPorts::answer(world.decisions, Error{ErrorCode::kConflict, "too late"});
  EXPECT_THAT(decided, ElementsAre("first: too late")) << "only the store's word counts";
}

TEST_F(WhatIsStored, RunsAreKeptTogetherAndInShares) {
  end_run("a");
  world.run_for(dispatcher::kKeepRunsEvery - 1ms);
  EXPECT_THAT(world.runs, IsEmpty());
  end_run("a");
  world.run_for(1ms);
  ASSERT_THAT(world.runs, SizeIs(1));
  EXPECT_THAT(world.runs.front().question.runs, SizeIs(2));
  ManualPorts::answer(world.runs, schemas::Done{});

  for (std::size_t i = 0; i < dispatcher::kMostRunsAtOnce + 1; ++i) end_run("a");
  ASSERT_THAT(world.runs, SizeIs(1)) << "so many are not waited with";
  EXPECT_THAT(world.runs.front().question.runs, SizeIs(dispatcher::kMostRunsAtOnce));
  ASSERT_THAT(world.runs.front().question.apps, SizeIs(1));
  EXPECT_EQ(world.runs.front().question.apps[0].completed, dispatcher::kMostRunsAtOnce + 2);
  ManualPorts::answer(world.runs, schemas::Done{});
  ASSERT_THAT(world.runs, SizeIs(1)) << "the rest";
  EXPECT_THAT(world.runs.front().question.runs, SizeIs(1));
}

TEST_F(WhatIsStored, AStatusCountsNoRunWhoseRecordCouldBeLost) {
  for (int i = 0; i < 3; ++i) end_run("a");
  const auto& app = apps.at(AppId("a"));
  EXPECT_EQ(app.current_status().completed, 3u);
  EXPECT_EQ(store.status_to_keep(app).completed, 0u);
  EXPECT_EQ(store.status_to_keep(app, 2).completed, 2u);
  know("b");
  EXPECT_TRUE(store.has_runs_of(AppId("a")));
  EXPECT_FALSE(store.has_runs_of(AppId("b")));
}

TEST_F(WhatIsStored, AnAppThatHasFinishedIsStoredAsRunningUntilItsRunsAre) {
  end_run("a");
  auto& app = apps.at(AppId("a"));
  app.status = app.current_status();
  app.status.phase = schemas::AppPhase::kFinished;
  app.book.reset();
  EXPECT_EQ(store.status_to_keep(app).phase, schemas::AppPhase::kRunning);
  EXPECT_EQ(store.status_to_keep(app, 1).phase, schemas::AppPhase::kFinished);
}

TEST_F(WhatIsStored, WhatIsRefusedIsOfferedAgainAndSaidOnce) {
  end_run("a");
  world.run_for(dispatcher::kKeepRunsEvery);
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(world.runs, SizeIs(1));
    ManualPorts::answer(world.runs, kDiskFull);
    EXPECT_THAT(store.trouble(), HasSubstr("1 runs are not kept yet"));
    EXPECT_THAT(world.runs, IsEmpty());
    world.run_for(dispatcher::kKeepRunsAgainAfter);
  }
  EXPECT_THAT(world.logged, SizeIs(1));
  EXPECT_THAT(said, IsEmpty());
  ManualPorts::answer(world.runs, schemas::Done{});
  EXPECT_EQ(store.trouble(), "");
  EXPECT_THAT(said, ElementsAre("changed", "again"));
}

TEST_F(WhatIsStored, AStopThatWasRefusedIsOfferedAgainUnlessTheAppRunsAgain) {
  auto& app = apps.at(AppId("a"));
  app.status.phase = schemas::AppPhase::kStopped;
  app.book.reset();
  store.keep_stop(AppId("a"), kDiskFull);
  EXPECT_TRUE(store.has_stop_of(AppId("a")));
  EXPECT_THAT(store.trouble(), HasSubstr("the stop of 1 app are not kept yet"));
  world.run_for(dispatcher::kKeepRunsAgainAfter);
  ASSERT_THAT(world.runs, SizeIs(1));
  EXPECT_EQ(world.runs.front().question.apps.at(0).phase, schemas::AppPhase::kStopped);
  ManualPorts::answer(world.runs, schemas::Done{});
  EXPECT_THAT(said, ElementsAre("stop of a", "changed", "again"));

  store.keep_stop(AppId("a"), kDiskFull);
  store.forget_stop(AppId("a"));
  world.run_for(dispatcher::kKeepRunsAgainAfter);
  EXPECT_THAT(world.runs, IsEmpty());
  EXPECT_TRUE(store.is_empty());
}

TEST_F(WhatIsStored, IsFullAtItsLimitAndSaysWhenThereIsRoom) {
  for (std::size_t i = 0; i < dispatcher::kMostRunsToKeep; ++i) end_run("a");
  EXPECT_TRUE(store.is_full());
  ManualPorts::answer(world.runs, kDiskFull);
  EXPECT_THAT(store.trouble(), HasSubstr("starts no run: 10000 runs"));
  world.run_for(dispatcher::kKeepRunsAgainAfter);
  ManualPorts::answer(world.runs, schemas::Done{});
  EXPECT_FALSE(store.is_full());
  EXPECT_THAT(said, ElementsAre("changed", "room", "again"));
}

TEST_F(WhatIsStored, ASwitchThatTheStoreRefusesIsLostAndNothingElse) {
  store.send_switch({1, 1ms, 2ms});
  ManualPorts::answer(world.switches, kDiskFull);
  EXPECT_EQ(store.trouble(), "");
  EXPECT_TRUE(store.is_empty());
}

}  // namespace
}  // namespace synergy::dispatcher_test
