// Frames that are fed: each comes to one run of each app that takes it, and to one outcome, whatever is told
// twice, late or never.
#include "synergy/dispatcher/fed_frames.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "runs_fixture.hpp"

namespace synergy::dispatcher_test {
namespace {

using schemas::FrameUse;
using schemas::RunOutcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Fed : public RunsFixture {
 protected:
  dispatcher::App& know(const std::string& name, schemas::Trigger trigger = schemas::Trigger::kFrame,
                        std::uint64_t count = 0) {
    auto& app = apps[AppId(name)];
    app.status = status_of(name);
    app.status.request.runs = count;
    app.status.request.trigger = trigger;
    app.book.emplace(0, count);
    return app;
  }
  void serve(std::uint64_t number, const std::vector<std::string>& names, FrameUse use = FrameUse::kEvery,
             const DeviceId& source = kGlasses) {
    auto plan = plan_of(number, names);
    for (auto& pipeline : plan.pipelines) {
      pipeline.frames = use;
      pipeline.sensing = "camera";
      for (auto& execution : pipeline.executions) execution.source = source;
    }
    RunsFixture::serve(std::move(plan));
  }
  /// The glasses' executor tells of frames; true where it was answered at once.
  bool tell(const std::vector<std::uint64_t>& sequences, const std::vector<std::string>& names,
            bool again = false) {
    schemas::FramesOpen told{kGlasses, {}, again};
    for (const auto sequence : sequences) {
      told.frames.push_back({"camera", "id-" + std::to_string(sequence), sequence, {}});
      for (const auto& name : names) told.frames.back().apps.emplace_back(name);
    }
    // The answer to what is told again comes after this function has returned.
    const auto answered = std::make_shared<bool>(false);
    fed.on(told, [answered](const Result<schemas::Done>& done) { *answered = bool(done); });
    return *answered;
  }
  [[nodiscard]] std::vector<std::string> granted() const {
    std::vector<std::string> keys;
    for (const auto& [device, grant] : world.grants)
      keys.push_back(grant.key.app.text() + std::to_string(grant.key.run) + "." +
                     std::to_string(grant.key.attempt) + " frame " +
                     (grant.frame ? std::to_string(grant.frame->sequence) : "none"));
    return keys;
  }
  void end(const std::string& app, std::uint64_t run, std::uint64_t sequence) {
    schemas::RunResult result;
    result.run.key = {AppId(app), run, 1};
    result.run.frame = schemas::FrameRef{kGlasses, "camera", "id-" + std::to_string(sequence), sequence};
    result.ended = ModelTime{world.now().time_since_epoch()};
    runs.on(result);
  }
  /// What the store is asked to keep, and answers: `app run sequence outcome: reason`.
  std::vector<std::string> kept() {
    world.run_for(dispatcher::kKeepRunsEvery);
    std::vector<std::string> texts;
    while (!world.runs.empty()) {
      for (const auto& run : world.runs.front().question.runs)
        texts.push_back(run.app.text() + std::to_string(run.run) + " frame " +
                        (run.frame ? std::to_string(run.frame->sequence) : "none") + " " +
                        std::string(name_of(run.outcome)) + (run.reason.empty() ? "" : ": " + run.reason));
      world.answer(world.runs, schemas::Done{});
    }
    return texts;
  }
};

TEST_F(Fed, EachComesToOneRunInOrderAndTheExecutorIsToldWhenTheStoreHasIt) {
  know("a");
  serve(1, {"a"});
  EXPECT_THAT(granted(), IsEmpty()) << "nothing was fed";
  EXPECT_TRUE(tell({101, 102, 103}, {"a"}));
  EXPECT_THAT(granted(), ElementsAre("a0.1 frame 101", "a1.1 frame 102")) << "the depth is 2";
  end("a", 0, 101);
  EXPECT_EQ(granted().back(), "a2.1 frame 103");
  EXPECT_THAT(world.frames_ended, IsEmpty()) << "the store does not have it yet";
  EXPECT_THAT(kept(), ElementsAre("a0 frame 101 completed"));
  EXPECT_THAT(world.frames_ended, ElementsAre("a glasses 101"));
}

TEST_F(Fed, OneFrameServesSeveralAppsEachOnce) {
  know("a");
  know("b");
  serve(1, {"a", "b"});
  tell({101}, {"a", "b"});
  EXPECT_THAT(granted(), ElementsAre("a0.1 frame 101", "b0.1 frame 101"));
  end("b", 0, 101);
  end("a", 0, 101);
  kept();
  EXPECT_THAT(world.frames_ended, ElementsAre("b glasses 101", "a glasses 101"));
}

TEST_F(Fed, ToldAgainWhileItWaitsRunsOrIsOnItsWayToTheStoreChangesNothing) {
  know("a");
  serve(1, {"a"});
  tell({101, 102, 103}, {"a"});
  end("a", 0, 101);
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(tell({101, 102, 103}, {"a"}, true)) << "the store is asked first";
    ASSERT_THAT(world.queries, SizeIs(1));
    EXPECT_THAT(world.queries.front().question.sequences, ElementsAre(101, 102, 103));
    world.answer(world.queries, schemas::FrameOutcomes{});
  }
  EXPECT_THAT(granted(), ElementsAre("a0.1 frame 101", "a1.1 frame 102", "a2.1 frame 103"));
  EXPECT_THAT(kept(), ElementsAre("a0 frame 101 completed"));
}

TEST_F(Fed, WhoseOutcomeTheStoreHasIsNotRunAgainAndTheExecutorIsToldOnceMore) {
  know("a");
  serve(1, {"a"});
  tell({101, 102}, {"a"}, true);
  world.answer(world.queries, schemas::FrameOutcomes{{{AppId("a"), 7, 101}}});
  EXPECT_THAT(granted(), ElementsAre("a0.1 frame 102"));
  EXPECT_THAT(world.frames_ended, ElementsAre("a glasses 101"));
}

TEST_F(Fed, TheStoreDoesNotAnswerForAreToldAgainByTheExecutor) {
  know("a");
  serve(1, {"a"});
  Result<schemas::Done> told = schemas::Done{};
  fed.on({kGlasses, {{"camera", "x", 101, {AppId("a")}}}, true},
         [&told](const Result<schemas::Done>& done) { told = done; });
  world.answer(world.queries, Error{ErrorCode::kTimeout, "no answer"});
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(granted(), IsEmpty());
}

TEST_F(Fed, AfterARestartRunsThatHadBegunTakeTheSameFramesInOrder) {
  auto& app = know("a");
  app.book->resume(3, {1, 2}, 0);  // runs 1 and 2 had begun; 0 has its outcome
  serve(1, {"a"});
  EXPECT_THAT(granted(), IsEmpty()) << "their frames are not known yet";
  tell({101, 102, 103}, {"a"}, true);
  world.answer(world.queries, schemas::FrameOutcomes{{{AppId("a"), 0, 101}}});
  EXPECT_THAT(granted(), ElementsAre("a1.1 frame 102", "a2.1 frame 103"));
}

TEST_F(Fed, AResultOfAnotherFrameThanTheRunsIsNotItsResult) {
  know("a");
  serve(1, {"a"});
  tell({101}, {"a"});
  end("a", 0, 99);
  EXPECT_THAT(kept(), IsEmpty());
  end("a", 0, 101);
  EXPECT_THAT(kept(), ElementsAre("a0 frame 101 completed"));
}

TEST_F(Fed, AFailedAttemptTakesTheSameFrameAgain) {
  know("a");
  serve(1, {"a"});
  tell({101, 102, 103}, {"a"});
  runs.on(schemas::RunFailed{{AppId("a"), 0, 1}, kGlasses, "forgot"});
  world.run_for(dispatcher::kRetryPause + 10ms);
  runs.grant_due();
  EXPECT_EQ(granted().back(), "a0.2 frame 101");
}

TEST_F(Fed, ThatNeverComesThroughIsDropped) {
  know("a");
  serve(1, {"a"});
  tell({101}, {"a"});
  for (std::uint32_t attempt = 1; attempt < 400 && !world.grants.empty(); ++attempt) {
    if (world.grants.back().second.key.attempt == attempt)
      runs.on(schemas::RunFailed{{AppId("a"), 0, attempt}, kGlasses, "broken"});
    world.run_for(400ms);
    runs.grant_due();
  }
  const auto texts = kept();
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_THAT(texts.front(), HasSubstr("a0 frame 101 failed: dropped: glasses: broken; no result after"));
  EXPECT_THAT(world.frames_ended, ElementsAre("a glasses 101"));
}

TEST_F(Fed, OfAStoppedAppEndAsStoppedWhetherTheirRunsHadBegunOrNot) {
  auto& app = know("a");
  serve(1, {"a"});
  tell({101, 102, 103}, {"a"});
  app.status = app.current_status();
  app.status.phase = schemas::AppPhase::kStopped;
  runs.leave_to_end(app);
  EXPECT_THAT(kept(), ElementsAre("a2 frame 103 failed: stopped: the app was stopped before the frame's run "
                                  "began"));
  end("a", 0, 101);
  world.run_for(10s);
  runs.on(schemas::RunFailed{});  // anything: the time of the other is over
  const auto texts = kept();
  EXPECT_THAT(texts, testing::Contains("a0 frame 101 completed"));
  EXPECT_THAT(app.status.next_run, 3u);
  EXPECT_EQ(world.frames_ended.front(), "a glasses 0") << "it takes no more";
}

TEST_F(Fed, ForAnAppThatHasEndedComeToARunThatNeverBegan) {
  auto& app = know("a");
  app.status.next_run = 5;
  app.book.reset();
  serve(1, {});
  tell({101, 102}, {"a", "never-heard-of"});
  EXPECT_THAT(kept(),
              ElementsAre("a5 frame 101 failed: stopped: the app ended before the frame's run began",
                          "a6 frame 102 failed: stopped: the app ended before the frame's run began"));
  EXPECT_EQ(app.status.next_run, 7u);
  EXPECT_EQ(app.status.failed, 2u);
  EXPECT_THAT(world.frames_ended,
              testing::UnorderedElementsAre("a glasses 0", "a glasses 0", "a glasses 101", "a glasses 102",
                                            "never-heard-of glasses 101", "never-heard-of glasses 102"));
}

TEST_F(Fed, ForAnAppThatIsBeingSubmittedAgainAreItsOwn) {
  auto& app = know("a");
  app.status.next_run = 5;
  app.book.reset();
  serve(1, {});
  store.send_decision([] { return schemas::StoreDecision{}; }, [](const auto&) {}, {});
  ASSERT_THAT(world.decisions, SizeIs(1)) << "on its way: it says that runs go on from 5";
  tell({101, 102}, {"a"});
  EXPECT_EQ(app.status.next_run, 5u);
  world.run_for(dispatcher::kSettleAgainAfter);
  EXPECT_EQ(app.status.next_run, 5u);
  app.book.emplace(5, 0);  // the answer: it runs
  world.answer(world.decisions, schemas::Done{});
  serve(2, {"a"});
  EXPECT_THAT(granted(), ElementsAre("a5.1 frame 101", "a6.1 frame 102"));
}

TEST_F(Fed, ForAnAppThatHasEndedEndWhenTheDecisionWasAboutAnother) {
  auto& app = know("a");
  app.status.next_run = 5;
  app.book.reset();
  serve(1, {});
  store.send_decision([] { return schemas::StoreDecision{}; }, [](const auto&) {}, {});
  tell({101}, {"a"});
  world.answer(world.decisions, schemas::Done{});
  world.run_for(dispatcher::kSettleAgainAfter);
  EXPECT_THAT(kept(),
              ElementsAre("a5 frame 101 failed: stopped: the app ended before the frame's run began"));
}

TEST_F(Fed, BeyondTheRunsThatWereAskedForEndAsStopped) {
  know("a", schemas::Trigger::kFrame, 2);
  serve(1, {"a"});
  tell({101, 102, 103}, {"a"});
  end("a", 0, 101);
  end("a", 1, 102);
  EXPECT_THAT(said, ElementsAre("a finished"));
  EXPECT_THAT(kept(),
              ElementsAre("a0 frame 101 completed", "a1 frame 102 completed",
                          "a2 frame 103 failed: stopped: all runs that the app asked for have ended"));
}

TEST_F(Fed, OfADeviceThatTheAppSensesWithNoMoreEndAsLeft) {
  know("a");
  serve(1, {"a"});
  tell({101, 102, 103}, {"a"});
  serve(2, {"a"}, FrameUse::kEvery, kWatch);
  EXPECT_THAT(kept(),
              ElementsAre("a2 frame 103 failed: device_left: the app takes its frames from 'watch' now, "
                          "this one was fed to 'glasses'"));
}

TEST_F(Fed, OfADeviceThatStaysAwayEndAsLeftAfterAMinute) {
  know("a");  // no plan serves it
  tell({101}, {"a"});
  fed.hear({kGlasses});
  world.run_for(dispatcher::kAwaitDevice - 1s);
  fed.hear({});  // it came back
  fed.hear({kGlasses});
  world.run_for(dispatcher::kAwaitDevice - 1s);
  fed.give_up_absent();
  EXPECT_THAT(kept(), IsEmpty());
  EXPECT_EQ(fed.next_event(), world.now() + 1s - dispatcher::kKeepRunsEvery);
  world.run_for(1s);
  fed.give_up_absent();
  EXPECT_THAT(kept(), ElementsAre("a0 frame 101 failed: device_left: 'glasses' has been gone for a minute"));
  EXPECT_EQ(fed.next_event(), MonotonicTime::max());
}

TEST_F(Fed, AnAppThatTakesTheNewestOncePassesOverTheOlder) {
  know("a", schemas::Trigger::kFree);
  serve(1, {"a"}, FrameUse::kOnce);
  tell({101}, {"a"});
  tell({102}, {"a"});
  tell({103, 104, 105}, {"a"});
  EXPECT_THAT(granted(), ElementsAre("a0.1 frame 101", "a1.1 frame 102"));
  EXPECT_THAT(world.frames_ended, ElementsAre("a glasses 103", "a glasses 104"));
  end("a", 0, 101);
  EXPECT_EQ(granted().back(), "a2.1 frame 105");
  end("a", 1, 102);
  end("a", 2, 105);
  EXPECT_THAT(granted(), SizeIs(3)) << "there is no newer one";
}

TEST_F(Fed, AnAppThatTakesTheNewestAgainWaitsForTheFirstOnly) {
  know("a", schemas::Trigger::kFree);
  serve(1, {"a"}, FrameUse::kNewest);
  EXPECT_THAT(granted(), IsEmpty());
  tell({101}, {});
  EXPECT_THAT(granted(), ElementsAre("a0.1 frame none", "a1.1 frame none"));
  end("a", 0, 101);
  EXPECT_THAT(granted(), SizeIs(3));
  EXPECT_THAT(kept(), ElementsAre("a0 frame none completed"));
}

TEST_F(Fed, NoRunBeginsBeforeItsFrameCame) {
  know("a");
  serve(1, {"a"});
  world.run_for(500ms);
  tell({101}, {"a"});
  EXPECT_EQ(world.grants.back().second.not_before, ModelTime{world.now().time_since_epoch()});
}

}  // namespace
}  // namespace synergy::dispatcher_test
