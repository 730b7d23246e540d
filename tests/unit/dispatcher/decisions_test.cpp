// Submitting and stopping apps: what is asked, planned, stored, acknowledged, in this order.
#include <gmock/gmock.h>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using schemas::AppPhase;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(Submit, IsAcknowledgedOnceTheStoreHasIt) {
  FakeWorld world;
  world.store_delay = 100ms;
  const auto answer = world.submit(app_request("digits", 3));
  world.run_for(100ms);
  EXPECT_FALSE(answer->has_value()) << "the store has not answered";
  ASSERT_TRUE(world.run_until([&] { return answer->has_value(); }));
  ASSERT_TRUE(**answer) << (*answer)->error().message;
  EXPECT_EQ((*answer)->value().app, AppId("digits"));
  EXPECT_EQ((*answer)->value().plan_id, 1u);
  EXPECT_EQ((*answer)->value().first_run, 0u);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kRunning);
  EXPECT_EQ(world.store.plan->id, 1u);
}

TEST(Submit, IsAnsweredWithWhatOneShouldKnowOfTheInput) {
  FakeWorld world;
  world.expects = "sonar";
  for (int times = 0; times < 2; ++times) {  // the same request again is answered at once
    const auto answer = world.submit(app_request("digits", 3000));
    ASSERT_TRUE(world.run_until([&] { return answer->has_value(); }));
    ASSERT_TRUE(**answer) << (*answer)->error().message;
    EXPECT_THAT((*answer)->value().warnings, ElementsAre(HasSubstr("was made for sensor 'sonar'")));
  }
  world.expects.clear();
  const auto answer = world.submit(app_request("other", 3));
  ASSERT_TRUE(world.run_until([&] { return answer->has_value(); }));
  EXPECT_TRUE((*answer)->value().warnings.empty());
}

TEST(Submit, StartsNoRunBeforeThePlanIsDeployedEverywhere) {
  FakeWorld world;
  int refusals = 3;
  world.deploy_fault = [&](const DeviceId& device) -> std::optional<Error> {
    if (device != kWatch || refusals-- <= 0) return std::nullopt;
    EXPECT_TRUE(world.grants.empty());
    return Error{ErrorCode::kUnavailable, "not yet"};
  };
  const auto answer = world.submit(app_request("digits", 3));
  world.run_out();
  EXPECT_EQ(std::count(world.deployments.begin(), world.deployments.end(), kWatch), 4) << "it is tried again";
  EXPECT_EQ(std::count(world.deployments.begin(), world.deployments.end(), kGlasses), 1);
  EXPECT_EQ(world.store.runs_of("digits"), 3u);
}

TEST(Submit, RunsWhatWasAskedForAndFinishes) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 20));
  world.run_out();
  EXPECT_EQ(world.grants.size(), 20u);
  EXPECT_EQ(world.store.runs_of("digits"), 20u);
  const auto& status = world.stored("digits");
  EXPECT_EQ(status.phase, AppPhase::kFinished);
  EXPECT_EQ(status.completed, 20u);
  EXPECT_EQ(status.failed, 0u);
  EXPECT_EQ(status.next_run, 20u);
  EXPECT_TRUE(world.dispatcher().settled());
  ASSERT_TRUE(world.published);
  EXPECT_EQ(world.published->apps.at(0).phase, AppPhase::kFinished);
  EXPECT_EQ(world.published_plan->id, 1u);
}

TEST(Submit, KeepsThatARunWasComputedFromNoise) {
  FakeWorld world;
  world.generated = true;
  (void)world.submit(app_request("digits", 2));
  world.run_out();
  for (const std::uint64_t run : {0, 1}) EXPECT_TRUE(world.store.runs.at({AppId("digits"), run}).generated);
}

TEST(Submit, KeepsOfEachRunWhatItsResultSays) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 4));
  world.run_out();
  const auto& record = world.store.runs.at({AppId("digits"), 3});
  EXPECT_EQ(record.outcome, schemas::RunOutcome::kCompleted);
  EXPECT_EQ(record.attempts, 1u);
  EXPECT_EQ(record.plan_id, 1u);
  EXPECT_EQ(record.label, 3);
  EXPECT_EQ(record.ended - record.began, world.run_time);
  EXPECT_FALSE(record.generated);
  EXPECT_THAT(record.devices, ElementsAre(kGlasses, kWatch));
}

TEST(Submit, OfTheSameAppWhileItRunsGivesTheSameAnswer) {
  FakeWorld world;
  const auto first = world.submit(app_request("digits", 50));
  const auto at_once = world.submit(app_request("digits", 50));
  world.run_until([&] { return at_once->has_value(); });
  ASSERT_TRUE(**first && **at_once);
  const auto later = world.submit(app_request("digits", 50));
  ASSERT_TRUE(later->has_value() && **later);
  for (const auto& answer : {at_once, later}) {
    EXPECT_EQ((*answer)->value().plan_id, (*first)->value().plan_id);
    EXPECT_EQ((*answer)->value().first_run, (*first)->value().first_run);
  }
  EXPECT_EQ(world.plan_requests.size(), 1u);
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 50u);
}

TEST(Submit, OfAnotherRequestUnderARunningNameIsAConflict) {
  FakeWorld world;
  const auto first = world.submit(app_request("digits", 50));
  world.run_until([&] { return first->has_value(); });
  const auto other = world.submit(app_request("digits", 51));
  ASSERT_TRUE(other->has_value());
  ASSERT_FALSE(**other);
  EXPECT_EQ((*other)->error().code, ErrorCode::kConflict);
  EXPECT_THAT((*other)->error().message, HasSubstr("stop"));
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 50u);
}

TEST(Submit, OfAnAppThatDoesNotFitIsStoredAsRejectedWithTheReason) {
  FakeWorld world;
  world.planner_fault = [](const auto&) { return Error{ErrorCode::kNoFit, "no columns are free"}; };
  const auto answer = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_TRUE(answer->has_value());
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kNoFit);
  EXPECT_EQ((*answer)->error().message, "no columns are free");
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kRejected);
  EXPECT_EQ(world.stored("digits").reason, "no columns are free");
  EXPECT_FALSE(world.store.plan);
  EXPECT_TRUE(world.grants.empty());
}

TEST(Submit, OfARejectedAppMayBeTriedAgain) {
  FakeWorld world;
  world.planner_fault = [](const auto&) { return Error{ErrorCode::kNoFit, "no columns are free"}; };
  (void)world.submit(app_request("digits", 5));
  world.run_out();
  world.planner_fault = [](const auto&) { return std::nullopt; };
  const auto answer = world.submit(app_request("digits", 2));
  world.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
  EXPECT_EQ(world.stored("digits").reason, "all runs asked for have ended");
}

TEST(Submit, OfARefusedAppLeavesItsEarlierRunsAsTheyAre) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 2));
  world.run_out();
  world.planner_fault = [](const auto&) { return Error{ErrorCode::kNoFit, "no columns are free"}; };
  const auto answer = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_FALSE(**answer);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
}

TEST(Submit, OfEverMoreAppsThatDoNotFitIsAnsweredButNotKeptForEver) {
  FakeWorld world;
  world.planner_fault = [](const auto&) { return Error{ErrorCode::kNoFit, "no columns are free"}; };
  for (std::size_t i = 0; i < dispatcher::kMostAppsWithRejected + 20; ++i) {
    const auto answer = world.submit(app_request("app-" + std::to_string(i), 5));
    world.run_until([&] { return answer->has_value(); });
    ASSERT_TRUE(answer->has_value() && !**answer);
  }
  EXPECT_EQ(world.published->apps.size(), dispatcher::kMostAppsWithRejected);
  world.planner_fault = [](const auto&) { return std::nullopt; };
  (void)world.submit(app_request("digits", 5));
  world.run_out();
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished) << "one that fits is served all the same";
}

TEST(Decisions, BeyondThoseThatMayWaitAreRefusedAtOnce) {
  FakeWorld world;
  std::vector<FakeWorld::Answer<schemas::AppStopped>> answers;
  (void)world.submit(app_request("digits", 5));  // at work: all others wait for it
  for (std::size_t i = 0; i < dispatcher::kMostDecisions + 5; ++i) answers.push_back(world.stop("nobody"));
  EXPECT_FALSE(answers.front()->has_value());
  ASSERT_TRUE(answers.back()->has_value());
  EXPECT_EQ((*answers.back())->error().code, ErrorCode::kOverloaded);
  world.run_out();
  EXPECT_EQ((*answers.front())->error().code, ErrorCode::kNotFound);
  EXPECT_EQ(world.store.runs_of("digits"), 5u);
}

TEST(Submit, SaysThatThePlannerIsNotThereAndChangesNothing) {
  FakeWorld world;
  world.planner_fault = [](const auto&) {
    return Error{ErrorCode::kUnavailable, "the body is not known yet"};
  };
  const auto answer = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(world.store.apps.empty());
  EXPECT_EQ(world.store.decisions, 0u);
  EXPECT_TRUE(world.deployments.empty());
}

TEST(Submit, IsRefusedWhenTheStoreRefusesIt) {
  FakeWorld world;
  world.decision_fault = [] { return Error{ErrorCode::kEnvironment, "the disk is full"}; };
  const auto answer = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kEnvironment);
  EXPECT_TRUE(world.deployments.empty());
  EXPECT_TRUE(world.grants.empty());
  world.decision_fault = [] { return std::nullopt; };
  const auto again = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_TRUE(**again);
  EXPECT_EQ(world.store.runs_of("digits"), 5u);
}

TEST(Submit, SucceedsThoughMoreDecisionsFailedThanThereAreNumbersToLeaveOut) {
  FakeWorld world;
  world.decision_fault = [] { return Error{ErrorCode::kEnvironment, "the disk is full"}; };
  for (int times = 0; times < 1100; ++times) {
    const auto refused = world.submit(app_request("digits", 5));
    world.run_out();
    ASSERT_FALSE(**refused);
  }
  world.decision_fault = [] { return std::nullopt; };
  const auto answer = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_TRUE(**answer) << (*answer)->error().message;
  EXPECT_EQ((*answer)->value().plan_id, 1u);
}

TEST(Submit, AfterAStrangersPlanTookTheNumbersIsRefusedOnceAtMost) {
  FakeWorld world;
  const auto first = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_TRUE(**first);
  world.store.plan->id = 1001;
  const auto refused = world.submit(app_request("kws", 5));
  world.run_out();
  ASSERT_FALSE(**refused);
  EXPECT_EQ((*refused)->error().code, ErrorCode::kConflict);
  const auto again = world.submit(app_request("kws", 5));
  world.run_out();
  ASSERT_TRUE(**again) << (*again)->error().message;
  EXPECT_EQ((*again)->value().plan_id, 1002u);
}

TEST(Submit, WaitsForAStoreThatIsNotThere) {
  FakeWorld world;
  const auto back = world.now() + 35s;
  world.decision_fault = [&]() -> std::optional<Error> {
    if (world.now() >= back) return std::nullopt;
    return Error{ErrorCode::kTimeout, "no answer from the store"};
  };
  const auto answer = world.submit(app_request("digits", 5));
  world.run_for(30s);
  EXPECT_FALSE(answer->has_value());
  EXPECT_TRUE(world.grants.empty());
  world.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_EQ(world.store.runs_of("digits"), 5u);
}

TEST(Submit, WhoseAcknowledgementTheStoreLostIsSentAgainUnchanged) {
  FakeWorld world;
  world.answer_lost = [lost = 0]() mutable { return lost++ < 2; };
  const auto answer = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_TRUE(answer->has_value());
  ASSERT_TRUE(**answer) << "the store has it: refusing it would bring it back at the next restart";
  EXPECT_EQ((*answer)->value().plan_id, 1u);
  EXPECT_EQ(world.plan_requests.size(), 1u);
  EXPECT_EQ(world.store.decisions, 3u);
  EXPECT_EQ(world.store.runs_of("digits"), 5u);
  EXPECT_EQ(world.stored("digits").completed, 5u);
}

TEST(Submit, OfARejectedAppWhoseAnswerTheStoreLostIsStillRejected) {
  FakeWorld world;
  world.planner_fault = [](const auto&) { return Error{ErrorCode::kNoFit, "no columns are free"}; };
  world.answer_lost = [lost = 0]() mutable { return lost++ == 0; };
  const auto answer = world.submit(app_request("digits", 5));
  world.run_out();
  ASSERT_FALSE(**answer);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kRejected);
  EXPECT_EQ(world.published->apps.at(0).phase, AppPhase::kRejected) << "what is published is what is stored";
}

TEST(Submit, OfAFinishedAppGoesOnCounting) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 3));
  world.run_out();
  const auto answer = world.submit(app_request("digits", 4));
  world.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_EQ((*answer)->value().first_run, 3u);
  EXPECT_EQ(world.store.runs_of("digits"), 7u);
  EXPECT_EQ(world.stored("digits").completed, 4u) << "counts are of the present submission";
  EXPECT_EQ(world.stored("digits").next_run, 7u);
}

TEST(Submit, OfASecondAppPlansBothAndLosesNoRun) {
  FakeWorld world;
  (void)world.submit(app_request("first", 40));
  world.run_until([&] { return world.store.runs_of("first") >= 10; });
  const auto answer = world.submit(app_request("second", 15));
  world.run_out();
  ASSERT_TRUE(**answer);
  ASSERT_EQ(world.plan_requests.size(), 3u) << "the third when one of them has come to its end";
  EXPECT_EQ(world.plan_requests[1].apps.size(), 2u);
  EXPECT_EQ(world.plan_requests[1].id, 2u);
  EXPECT_EQ(world.plan_requests[2].apps.size(), 1u);
  EXPECT_EQ(world.store.runs_of("first"), 40u);
  EXPECT_EQ(world.store.runs_of("second"), 15u);
  EXPECT_EQ(world.counter("runs.retried"), 0u) << "runs under way were left to finish";
}

TEST(Submit, OfASecondAppRepeatsWhatTheOldPlanDidNotFinishInTime) {
  FakeWorld world;
  world.fate = [&](const schemas::RunGrant& grant) {
    return grant.plan_id == 1 && grant.key.run == 5 ? FakeWorld::Fate::kSilent : FakeWorld::Fate::kResult;
  };
  (void)world.submit(app_request("first", 40));
  world.run_until([&] { return world.store.runs_of("first") >= 4; });
  const auto before = world.now();
  const auto answer = world.submit(app_request("second", 5));
  world.run_until([&] { return answer->has_value(); });
  EXPECT_GE(world.now() - before, dispatcher::kDrainPatience);
  EXPECT_LT(world.now() - before, dispatcher::kDrainPatience + 100ms);
  world.run_out();
  EXPECT_EQ(world.store.runs_of("first"), 40u);
  EXPECT_GE(world.store.runs.at({AppId("first"), 5}).attempts, 2u);
  EXPECT_GE(world.store.runs.at({AppId("first"), 5}).plan_id, 2u);
}

TEST(Stop, LetsRunsUnderWayEndThenStoresThenAnswers) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 0));
  world.run_until([&] { return world.counter("runs.under_way") == 2 && world.grants.size() > 20; });
  const auto granted = world.grants.size();
  const auto answer = world.stop("digits");
  EXPECT_FALSE(answer->has_value());
  world.run_until([&] { return answer->has_value(); });
  ASSERT_TRUE(**answer);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kStopped);
  EXPECT_EQ(world.stored("digits").reason, "stopped on request");
  world.run_out();
  EXPECT_EQ(world.grants.size(), granted) << "no run was started after the stop";
  EXPECT_EQ(world.store.runs_of("digits"), granted) << "those under way were recorded";
  EXPECT_EQ(world.stored("digits").completed, granted);
}

TEST(Stop, OfOneAppLeavesTheOtherRunning) {
  FakeWorld world;
  (void)world.submit(app_request("endless", 0));
  (void)world.submit(app_request("counted", 30));
  world.run_until([&] { return world.store.runs_of("counted") >= 5; });
  const auto answer = world.stop("endless");
  world.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_EQ(world.store.runs_of("counted"), 30u);
  EXPECT_EQ(world.stored("counted").phase, AppPhase::kFinished);
  ASSERT_EQ(world.plan_requests.size(), 3u);
  EXPECT_EQ(world.plan_requests[2].apps.size(), 1u);
}

TEST(Stop, SucceedsThoughNoNewPlanCanBeMade) {
  FakeWorld world;
  (void)world.submit(app_request("endless", 0));
  (void)world.submit(app_request("counted", 30));
  world.run_until([&] { return world.store.runs_of("counted") >= 5; });
  world.planner_fault = [](const auto&) { return Error{ErrorCode::kUnavailable, "the planner is away"}; };
  const auto answer = world.stop("endless");
  world.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_EQ(world.stored("endless").phase, AppPhase::kStopped);
  EXPECT_EQ(world.store.runs_of("counted"), 30u);
}

TEST(Stop, GoesOnRunningWhenTheStopIsNotStored) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 60));
  world.run_until([&] { return world.store.runs_of("digits") >= 5; });
  world.decision_fault = [] { return Error{ErrorCode::kUnavailable, "the store is away"}; };
  const auto answer = world.stop("digits");
  world.run_out();
  ASSERT_FALSE(**answer);
  EXPECT_EQ(world.store.runs_of("digits"), 60u);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
}

TEST(Stop, OfAnUnknownAppIsNotFound) {
  FakeWorld world;
  const auto answer = world.stop("digits");
  ASSERT_TRUE(answer->has_value());
  ASSERT_FALSE(**answer);
  EXPECT_EQ((*answer)->error().code, ErrorCode::kNotFound);
}

TEST(Stop, OfAnAppThatHasEndedIsDoneAlready) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 1));
  world.run_out();
  const auto answer = world.stop("digits");
  ASSERT_TRUE(answer->has_value() && **answer);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
}

TEST(Stop, OfAnAppSubmittedAMomentAgoWaitsForIt) {
  FakeWorld world;
  const auto submitted = world.submit(app_request("digits", 0));
  const auto stopped = world.stop("digits");
  world.run_out();
  ASSERT_TRUE(**submitted);
  ASSERT_TRUE(**stopped);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kStopped);
}

TEST(Stop, AndSubmittingAgainGoesOnCounting) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 0));
  world.run_until([&] { return world.grants.size() >= 10; });
  (void)world.stop("digits");
  world.run_out();
  const auto runs = world.grants.size();
  const auto answer = world.submit(app_request("digits", 3));
  world.run_out();
  ASSERT_TRUE(**answer);
  EXPECT_EQ((*answer)->value().first_run, runs);
  EXPECT_EQ(world.store.runs_of("digits"), runs + 3);
}

TEST(Decisions, AreMadeOneAtATimeInTheOrderAsked) {
  FakeWorld world;
  std::vector<FakeWorld::Answer<schemas::AppSubmitted>> answers;
  for (const auto* name : {"a", "b", "c", "d"}) answers.push_back(world.submit(app_request(name, 5)));
  world.run_out();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(**answers[i]);
    EXPECT_EQ((*answers[i])->value().plan_id, i + 1);
    EXPECT_EQ(world.plan_requests[i].apps.size(), i + 1);
  }
  for (const auto* name : {"a", "b", "c", "d"}) EXPECT_EQ(world.store.runs_of(name), 5u);
}

TEST(Decisions, DoNotOpenAnAppAgainThatEndedWhileTheyWereStored) {
  // The last run of the first app outlasts the drain, and its result comes while the decision is on its way.
  FakeWorld world;
  world.store_delay = 200ms;
  world.fate = [&](const schemas::RunGrant& grant) {
    return grant.key.app == AppId("first") && grant.key.run == 2 ? FakeWorld::Fate::kSilent
                                                                 : FakeWorld::Fate::kResult;
  };
  (void)world.submit(app_request("first", 3));
  world.run_until([&] { return world.counter("runs.under_way") == 1 && world.store.runs_of("first") == 2; });
  const auto decided = world.now();
  const auto second = world.submit(app_request("second", 2));
  world.at(decided + dispatcher::kDrainPatience + 100ms, [&] { world.result("first", 2); });
  world.run_out();
  ASSERT_TRUE(**second);
  EXPECT_EQ(world.stored("first").phase, AppPhase::kFinished);
  EXPECT_EQ(world.stored("first").completed, 3u);
  EXPECT_EQ(world.stored("first").next_run, 3u) << "no run was added";
  EXPECT_EQ(world.store.runs_of("second"), 2u);
}

TEST(Decisions, StoreWhatIsKnownWhenTheyAreSentNotWhenTheyWereMade) {
  // Runs are on their way to the store when the decision is ready: it has to wait, and more results arrive.
  FakeWorld world;
  world.depth = 4;
  world.fate = [&](const schemas::RunGrant& grant) {
    return grant.plan_id == 1 && grant.key.run % 4 == 3 ? FakeWorld::Fate::kSilent : FakeWorld::Fate::kResult;
  };
  (void)world.submit(app_request("first", 40));
  world.run_until([&] { return world.grants.size() >= 5; });
  const auto decided = world.now();
  (void)world.submit(app_request("second", 2));
  world.store_delay = 150ms;
  for (std::uint64_t run = 0; run < 40; ++run)
    world.at(decided + dispatcher::kDrainPatience - 60ms + std::int64_t(run) * 10ms,
             [&, run] { world.result("first", run); });
  world.run_out();
  EXPECT_EQ(world.store.runs_of("first"), 40u);
  EXPECT_EQ(world.stored("first").completed, 40u);
  EXPECT_EQ(world.stored("first").phase, AppPhase::kFinished);
}

TEST(Drain, StartsNoMoreRunsButKeepsThoseThatEnd) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 0));
  world.run_until([&] { return world.counter("runs.under_way") == 2 && world.grants.size() > 20; });
  const auto granted = world.grants.size();
  world.dispatcher().drain();
  world.run_for(2s);
  EXPECT_EQ(world.grants.size(), granted);
  EXPECT_TRUE(world.dispatcher().settled());
  EXPECT_EQ(world.store.runs_of("digits"), granted);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kRunning) << "the next dispatcher goes on with it";
}

TEST(Weights, OfAnAppThatRunsMayBeChangedAndWhetherItsRunsShareFrames) {
  FakeWorld world;
  auto request = app_request("digits", 0);
  (void)world.submit(request);
  world.run_for(1s);
  request.weight = 3;
  request.repeat = true;
  const auto answer = world.submit(request);
  world.run_for(200ms);
  ASSERT_TRUE(answer->has_value() && **answer) << (*answer)->error().message;
  EXPECT_EQ((*answer)->value().first_run, 0u) << "the submission goes on";
  EXPECT_EQ(world.stored("digits").request, request);
  EXPECT_EQ(world.plan_requests.back().apps.at(0).weight, 3);
}

}  // namespace
}  // namespace synergy::dispatcher_test
