// While the store can keep nothing (a full disk, for one): that is told, a stop works all the same, and all
// is kept when there is room again.
#include <gmock/gmock.h>

#include "fake_world.hpp"

namespace synergy::dispatcher_test {
namespace {

using schemas::AppPhase;
using testing::HasSubstr;

const auto kFull = [] { return std::optional(Error{ErrorCode::kEnvironment, "the disk is full"}); };
const auto kRoom = [] { return std::optional<Error>(); };

void fill_disk(FakeWorld& world) { world.decision_fault = world.runs_fault = kFull; }
void make_room(FakeWorld& world) { world.decision_fault = world.runs_fault = kRoom; }

const schemas::AppStatus& published(const FakeWorld& world, const std::string& app) {
  for (const auto& status : world.published->apps)
    if (status.request.app == AppId(app)) return status;
  throw std::runtime_error("app " + app + " is not published");
}

/// Two apps that run by one plan, on a disk that was filled meanwhile.
struct FullDisk {
  FakeWorld world;
  FullDisk() {
    (void)world.submit(app_request("digits", 0));
    (void)world.submit(app_request("other", 0));
    world.run_until([&] { return world.grants_of("other") > 5; });
    fill_disk(world);
    world.run_for(1s);
  }
  std::shared_ptr<std::optional<Result<schemas::AppStopped>>> stop() {
    auto answer = world.stop("digits");
    EXPECT_TRUE(world.run_until([&] { return answer->has_value(); }, 10s));
    return answer;
  }
};

void expect_all_granted_kept(const FakeWorld& world) {
  for (const auto& grant : world.grants)
    EXPECT_TRUE(world.store.runs.contains({grant.key.app, grant.key.run}))
        << grant.key.app.text() << " run " << grant.key.run << " was lost";
}

TEST(NotKept, IsToldWhileTheStoreRefusesRunsAndNoLonger) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 50));
  world.runs_fault = kFull;
  world.run_for(30s);
  EXPECT_EQ(world.counter("trouble"), 1u);
  EXPECT_EQ(world.dispatcher().note(),
            "50 runs are not kept yet, and will be when the store takes them: the disk is full");
  world.runs_fault = kRoom;
  world.run_out();
  EXPECT_EQ(world.counter("trouble"), 0u);
  EXPECT_EQ(world.dispatcher().note(), "");
  EXPECT_EQ(world.store.runs_of("digits"), 50u);
}

TEST(NotKept, IsLoggedOnceAndSoIsItsEnd) {
  FullDisk disk;
  disk.world.run_for(1min);
  make_room(disk.world);
  disk.world.run_for(2s);
  const auto times = [&](dispatcher::Event event) {
    return std::count_if(disk.world.logged.begin(), disk.world.logged.end(),
                         [&](const auto& one) { return one.event == event; });
  };
  EXPECT_EQ(times(dispatcher::Event::kRunsNotKept), 1);
  EXPECT_EQ(times(dispatcher::Event::kRunsKeptAgain), 1);
}

TEST(NotKept, AStopEndsTheAppAndIsAnsweredAtOnce) {
  FullDisk disk;
  auto& world = disk.world;
  const auto asked = world.now();
  ASSERT_TRUE(**disk.stop());
  EXPECT_LT(world.now() - asked, 100ms);
  EXPECT_EQ(published(world, "digits").phase, AppPhase::kStopped);
  EXPECT_THAT(published(world, "digits").reason, HasSubstr("stopped on request; not kept yet"));
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kRunning);
  EXPECT_THAT(world.dispatcher().note(), HasSubstr("and the stop of 1 app are not kept yet"));
  const auto granted = world.grants_of("digits"), others = world.grants_of("other");
  world.run_for(10s);
  EXPECT_EQ(world.grants_of("digits"), granted) << "it runs on";
  EXPECT_GT(world.grants_of("other"), others + 100) << "the other app suffers";
}

TEST(NotKept, AStopIsKeptWithAllRunsWhenThereIsRoomAndThePlanFollows) {
  FullDisk disk;
  auto& world = disk.world;
  ASSERT_TRUE(**disk.stop());
  world.run_for(10s);
  make_room(world);
  world.run_for(5s);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kStopped);
  EXPECT_EQ(world.stored("digits").reason, "stopped on request");
  EXPECT_EQ(published(world, "digits").reason, "stopped on request");
  EXPECT_EQ(world.stored("digits").completed, world.stored("digits").next_run);
  EXPECT_EQ(world.store.plan->find(AppId("digits")), nullptr) << "the plan still has room for it";
  EXPECT_NE(world.store.plan->find(AppId("other")), nullptr);
  EXPECT_EQ(world.counter("trouble"), 0u);
  (void)world.stop("other");
  world.run_out();
  EXPECT_TRUE(world.dispatcher().settled());
  expect_all_granted_kept(world);
}

TEST(NotKept, TheStopThatMeetsTheFullDiskFirstWorksToo) {
  FakeWorld world;
  auto request = app_request("digits", 0);
  request.rate = 0.01;  // after its first run nothing is to be kept
  (void)world.submit(request);
  world.run_for(5s);
  ASSERT_TRUE(world.dispatcher().settled());
  fill_disk(world);
  const auto answer = world.stop("digits");
  ASSERT_TRUE(world.run_until([&] { return answer->has_value(); }, 10s));
  EXPECT_TRUE(**answer);
  EXPECT_FALSE(world.dispatcher().settled());
  EXPECT_EQ(world.counter("trouble"), 1u);
  make_room(world);
  world.run_for(2s);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kStopped);
  EXPECT_EQ(world.counter("trouble"), 0u);
}

TEST(NotKept, AStopTwiceIsAnsweredTwice) {
  FullDisk disk;
  ASSERT_TRUE(**disk.stop());
  EXPECT_TRUE(**disk.stop());
}

TEST(NotKept, AStopThatTheStoreFindsWrongStopsNothing) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 0));
  world.run_for(1s);
  world.decision_fault = [] { return Error{ErrorCode::kInvalid, "not so"}; };
  const auto answer = world.stop("digits");
  ASSERT_TRUE(world.run_until([&] { return answer->has_value(); }, 10s));
  EXPECT_FALSE(**answer);
  EXPECT_EQ(published(world, "digits").phase, AppPhase::kRunning);
}

TEST(NotKept, AnAppThatIsSubmittedAgainIsNotStoppedLater) {
  FullDisk disk;
  auto& world = disk.world;
  ASSERT_TRUE(**disk.stop());
  const auto refused = world.submit(app_request("digits", 0));
  world.run_for(10s);
  ASSERT_TRUE(refused->has_value());
  EXPECT_FALSE(**refused);
  world.decision_fault = kRoom;  // the decision is kept before the stop is
  const auto accepted = world.submit(app_request("digits", 0));
  ASSERT_TRUE(world.run_until([&] { return accepted->has_value(); }, 10s));
  ASSERT_TRUE(**accepted);
  make_room(world);
  world.run_for(10s);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kRunning);
  EXPECT_EQ(published(world, "digits").reason, "");
  EXPECT_EQ(world.counter("trouble"), 0u);
}

TEST(NotKept, IsOverWhereNothingIsLeftToKeep) {
  FakeWorld world;
  auto request = app_request("digits", 0);
  request.rate = 0.01;
  (void)world.submit(request);
  world.run_for(5s);
  fill_disk(world);
  (void)world.stop("digits");
  world.run_for(1s);
  ASSERT_EQ(world.counter("trouble"), 1u);
  world.decision_fault = kRoom;
  world.fate = [](const auto&) { return FakeWorld::Fate::kSilent; };  // the app runs again, to no end
  (void)world.submit(request);
  world.run_for(6s);
  EXPECT_EQ(published(world, "digits").phase, AppPhase::kRunning);
  EXPECT_EQ(world.counter("trouble"), 0u);
}

TEST(NotKept, APlanThatNobodyAskedForIsMadeWhenThereIsRoom) {
  FakeWorld world;
  (void)world.submit(app_request("digits", 100));
  (void)world.submit(app_request("other", 0));
  world.run_until([&] { return world.grants_of("other") > 5; });
  fill_disk(world);
  world.run_for(10s);
  ASSERT_EQ(world.grants_of("digits"), 100u) << "all its runs have ended";
  const auto asked = world.plan_requests.size();
  world.run_for(10s);
  EXPECT_EQ(world.plan_requests.size(), asked) << "each try drains the runs of the other app";
  make_room(world);
  world.run_for(3s);
  EXPECT_EQ(world.stored("digits").phase, AppPhase::kFinished);
  EXPECT_EQ(world.store.plan->find(AppId("digits")), nullptr) << "the plan still has room for it";
}

TEST(NotKept, APlanThatIsMissingAtTheStartIsMadeWhenThereIsRoom) {
  FakeWorld world;
  schemas::AppStatus status;
  status.request = app_request("digits", 4);
  world.store.apps[AppId("digits")] = status;
  world.crash();
  fill_disk(world);
  world.restart();
  world.run_for(10s);
  EXPECT_EQ(world.store.runs_of("digits"), 0u);
  make_room(world);
  world.run_out();
  EXPECT_EQ(world.store.runs_of("digits"), 4u);
}

TEST(NotKept, NoSearchInTheBackgroundDisturbsTheRunsMeanwhile) {
  FakeWorld world;
  world.quick_status = schemas::PlanStatus::kHeuristic;
  world.full_gain = 2;
  world.full_delay = 1s;
  world.decision_fault = [&world, first = true]() mutable -> std::optional<Error> {
    if (std::exchange(first, false)) return std::nullopt;
    return kFull();
  };
  (void)world.submit(app_request("digits", 0));
  world.run_until([&] { return world.grants.size() > 3; });
  world.runs_fault = kFull;
  world.run_for(3s);
  const auto asked = world.plan_requests.size();
  world.run_for(10s);
  EXPECT_EQ(world.plan_requests.size(), asked);
  make_room(world);
  world.run_for(5s);
  EXPECT_EQ(world.store.plan->effort, schemas::Effort::kFull);
}

TEST(NotKept, ACrashAtAnyEventAfterThereIsRoomLosesNoRun) {
  for (std::uint64_t crash = 0; crash < 120; crash += 4) {
    SCOPED_TRACE("crash after event " + std::to_string(crash));
    FullDisk disk;
    auto& world = disk.world;
    world.run_for(3s);  // more runs wait than one command takes
    ASSERT_TRUE(**disk.stop());
    world.run_for(1s);
    make_room(world);
    for (std::uint64_t event = 0; event < crash; ++event) world.step();
    world.crash();
    world.restart();     // FakeWorld fails the test when a run is granted that had its record
    world.run_for(10s);  // what was lost with the dispatcher, and no stop that was kept, is run again
    (void)world.stop("digits");
    (void)world.stop("other");
    world.run_for(30s);
    EXPECT_EQ(world.stored("digits").phase, AppPhase::kStopped);
    for (const auto& [key, run] : world.store.runs)
      ASSERT_EQ(run.outcome, schemas::RunOutcome::kCompleted)
          << key.first.text() << " " << key.second << ": " << run.reason;
    for (const auto* app : {"digits", "other"})
      EXPECT_EQ(world.store.runs_of(app), world.stored(app).next_run);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace synergy::dispatcher_test
