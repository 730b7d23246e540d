// What the dispatcher logs: the level of each event, and the command that it goes back to.
#include "synergy/dispatcher/events.hpp"

#include <gmock/gmock.h>

#include <set>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using dispatcher::Event;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::Not;
using Logged = FakeWorld::Logged;

auto is(Event event) { return Field(&Logged::event, event); }
auto is(Event event, const std::string& request) {
  return AllOf(Field(&Logged::event, event), Field(&Logged::request, request));
}

/// Submits app `digits` with request id `cli#1.1`, and lets some of its runs pass.
void run_digits(FakeWorld& world) {
  (void)world.submit(app_request("digits", 0), "cli#1.1");
  world.run_for(1s);
}

/// The dispatcher is started again, and questions what was planned before.
void question_the_plan(FakeWorld& world) {
  world.crash();
  world.restart();
  schemas::BodyView body;
  body.devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}};
  body.device_profiles["max78000"].name = "max78000";
  world.dispatcher().on(body);
  world.run_for(10s);
}

TEST(Events, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const auto& info : dispatcher::kEvents)
    EXPECT_TRUE(names.insert(info.name.text()).second) << info.name.text();
}

TEST(Events, ADayWithoutTroubleHasNoWarning) {
  FakeWorld world;
  run_digits(world);
  (void)world.submit(app_request("second", 5), "cli#1.2");
  world.run_for(1s);
  (void)world.stop("digits", "cli#1.3");
  world.run_out();
  ASSERT_FALSE(world.logged.empty());
  for (const auto& logged : world.logged) {
    const auto& info = dispatcher::info_of(logged.event);
    EXPECT_EQ(info.level, LogLevel::kInfo) << info.name.text() << " " << logged.what;
  }
}

TEST(Events, APlanThatIsDeployedNamesTheCommandThatItWasMadeFor) {
  FakeWorld world;
  run_digits(world);
  EXPECT_THAT(world.logged, Contains(Logged{Event::kDeployed, " plan=1", "cli#1.1"}));
  EXPECT_THAT(world.logged, Contains(is(Event::kSwitched, "cli#1.1")));
  world.logged.clear();
  (void)world.submit(app_request("second", 0), "cli#1.2");
  world.run_for(1s);
  EXPECT_THAT(world.logged, Contains(Logged{Event::kDeployed, " plan=2", "cli#1.2"}));
}

TEST(Events, APlanThatNobodyAskedForNamesNoCommand) {
  FakeWorld world;
  run_digits(world);
  world.logged.clear();
  world.reroute = true;  // the plan that is questioned is not the one to have
  question_the_plan(world);
  EXPECT_THAT(world.logged, Contains(is(Event::kResumed)));
  EXPECT_THAT(world.logged, Contains(Logged{Event::kDeployed, " plan=2", ""}));
  EXPECT_THAT(world.logged, Each(Field(&Logged::request, "")));
}

TEST(Events, APlanThatStaysIsOne) {
  FakeWorld world;
  run_digits(world);
  world.logged.clear();
  question_the_plan(world);
  EXPECT_THAT(world.logged, Contains(is(Event::kPlanStays, "")));
}

/// What goes wrong, and the event that must tell it.
struct Trouble {
  const char* what;
  void (*happens)(FakeWorld& world);
  Event event;
  std::string request;
};

const std::vector<Trouble> kTroubles{
    {"an executor refuses the plan",
     [](FakeWorld& world) {
       world.deploy_fault = [](const auto&) { return Error{ErrorCode::kNoFit, "no room"}; };
       (void)world.submit(app_request("second", 0), "cli#1.2");
     },
     Event::kNotDeployed, "cli#1.2"},
    {"the planner is away when an app stops",
     [](FakeWorld& world) {
       (void)world.submit(app_request("second", 0), "cli#1.2");
       world.run_for(1s);
       world.planner_fault = [](const auto&) { return Error{ErrorCode::kUnavailable, "away"}; };
       (void)world.stop("second", "cli#1.3");
     },
     Event::kNoNewPlan, "cli#1.3"},
    {"the store refuses a submission",
     [](FakeWorld& world) {
       world.decision_fault = [] { return Error{ErrorCode::kEnvironment, "the disk is full"}; };
       (void)world.submit(app_request("second", 0), "cli#1.2");
     },
     Event::kNotKept, "cli#1.2"},
    {"the store's answer to a stop is lost",
     [](FakeWorld& world) {
       world.decision_fault = [] { return Error{ErrorCode::kTimeout, "no answer"}; };
       (void)world.stop("digits", "cli#1.2");
     },
     Event::kDecisionNotAnswered, "cli#1.2"},
    {"the store can not keep a stop",
     [](FakeWorld& world) {
       world.decision_fault = [] { return Error{ErrorCode::kEnvironment, "the disk is full"}; };
       (void)world.stop("digits", "cli#1.2");
     },
     Event::kStopNotKept, "cli#1.2"},
    {"the store refuses runs",
     [](FakeWorld& world) {
       world.runs_fault = [] { return Error{ErrorCode::kEnvironment, "the disk is full"}; };
     },
     Event::kRunsNotKept, ""},
    {"an executor is started again",
     [](FakeWorld& world) {
       world.restart_executor(kWatch);
       world.heartbeat(kWatch);
     },
     Event::kStartedAgain, "cli#1.1"},
};

TEST(Events, WhatGoesWrongIsAWarningThatNamesTheCommandBehindIt) {
  for (const auto& trouble : kTroubles) {
    SCOPED_TRACE(trouble.what);
    FakeWorld world;
    run_digits(world);
    ASSERT_THAT(world.logged, Not(Contains(is(trouble.event))));
    trouble.happens(world);
    world.run_for(6s);
    EXPECT_THAT(world.logged, Contains(is(trouble.event, trouble.request)));
    EXPECT_EQ(dispatcher::info_of(trouble.event).level, LogLevel::kWarn);
  }
}

TEST(Events, EveryWarningIsTried) {
  for (const auto& info : dispatcher::kEvents) {
    const bool tried = std::any_of(kTroubles.begin(), kTroubles.end(),
                                   [&](const Trouble& trouble) { return trouble.event == info.event; });
    EXPECT_EQ(tried, info.level == LogLevel::kWarn) << info.name.text();
  }
}

}  // namespace
}  // namespace synergy::dispatcher_test
