#include "synergy/monitor/watch.hpp"

#include <gmock/gmock.h>

namespace synergy::monitor {
namespace {

using namespace std::chrono_literals;
using schemas::LifeCycle;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

const DeviceId kGlasses("glasses"), kWatch("watch");
constexpr MonotonicTime kBegin{1000s};

schemas::BodyView two_devices() {
  schemas::BodyView body;
  body.name = "two";
  body.devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}};
  body.device_profiles["max78000"].battery_mwh.emplace().value = 100;
  return body;
}

schemas::Health health(const std::string& process, LifeCycle state = LifeCycle::kReady,
                       std::uint64_t instance = 1, const std::string& note = "") {
  schemas::Health heard;
  heard.process = process;
  heard.instance = instance;
  heard.state = state;
  heard.note = note;
  return heard;
}

/// A watch that has heard both processes of both devices, and judged.
Watch watching(MonotonicTime now = kBegin) {
  Watch watch(two_devices());
  for (const auto* process :
       {"executor/glasses", "accelerator/glasses", "executor/watch", "accelerator/watch"})
    watch.hear(health(process), now);
  EXPECT_TRUE(watch.judge(now));
  return watch;
}

LifeCycle state_of(const Watch& watch, const std::string& process) {
  for (const auto& service : watch.services().services)
    if (service.process == process) return service.state;
  ADD_FAILURE() << process << " is not in the list";
  return LifeCycle::kStopped;
}

TEST(Watch, CallsEveryDeviceAbsentBeforeAnythingIsHeard) {
  Watch watch(two_devices());
  EXPECT_TRUE(watch.judge(kBegin)) << "the first view is news";
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses, kWatch));
  EXPECT_THAT(watch.services().services, IsEmpty());
}

/// Started again while both devices are there, or so the earlier one thought.
Watch after_another(schemas::BodyView last) {
  Watch watch(two_devices());
  EXPECT_TRUE(watch.take_over(last, kBegin));
  EXPECT_TRUE(watch.judge(kBegin));
  return watch;
}

TEST(Watch, ThatWasStartedAgainBelievesTheEarlierOneUntilItHearsOtherwise) {
  auto last = two_devices();
  last.absent = {kWatch};
  auto watch = after_another(last);
  EXPECT_THAT(watch.body().absent, ElementsAre(kWatch));
  EXPECT_THAT(watch.services().services, IsEmpty()) << "heard of is nobody yet";
  watch.hear(health("executor/glasses", LifeCycle::kStopped), kBegin + 100ms);
  EXPECT_TRUE(watch.judge(kBegin + 100ms));
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses, kWatch));
}

TEST(Watch, ThatWasStartedAgainDoesNotBelieveTheEarlierOneForLong) {
  auto watch = after_another(two_devices());
  EXPECT_FALSE(watch.judge(kBegin + schemas::kSilentAfter));
  EXPECT_THAT(watch.body().absent, IsEmpty());
  EXPECT_TRUE(watch.judge(kBegin + schemas::kSilentAfter + 1ms));
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses, kWatch));
}

TEST(Watch, ThatWasStartedAgainKeepsWhatWasChanged) {
  auto last = two_devices();
  last.link.name = "slower";
  last.device_profiles["max78000-slow"] = last.device_profiles["max78000"];
  last.devices[1].profile = "max78000-slow";
  last.batteries = {{"glasses", 50}, {"watch", 3}};
  auto watch = after_another(last);
  EXPECT_EQ(watch.body().link.name, "slower");
  EXPECT_EQ(watch.body().devices[1].profile, "max78000-slow");
  EXPECT_EQ(watch.body().batteries.at("glasses"), 50u);
  EXPECT_THAT(watch.body().absent, ElementsAre(kWatch)) << "its battery is low";

  auto counting = health("executor/glasses");
  counting.counters["energy_uj"] = 36'000'000;  // 10 % of 100 mWh, drawn before the monitor was started again
  watch.hear(counting, kBegin);
  (void)watch.judge(kBegin);
  EXPECT_EQ(watch.body().batteries.at("glasses"), 50u);
  counting.counters["energy_uj"] += 36'000'000;
  watch.hear(counting, kBegin);
  (void)watch.judge(kBegin);
  EXPECT_EQ(watch.body().batteries.at("glasses"), 40u);
}

TEST(Watch, TakesNothingOverFromAnotherBody) {
  for (auto* spoil : {+[](schemas::BodyView& body) { body.name = "other"; },
                      +[](schemas::BodyView& body) { body.devices.pop_back(); },
                      +[](schemas::BodyView& body) { body.devices[0].id = DeviceId("ring"); },
                      +[](schemas::BodyView& body) {
                        body.device_profiles["max78000"].accelerator = schemas::AcceleratorKind::kMax78002;
                      }}) {
    auto last = two_devices();
    spoil(last);
    Watch watch(two_devices());
    EXPECT_FALSE(watch.take_over(last, kBegin));
    (void)watch.judge(kBegin);
    EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses, kWatch));
  }
}

TEST(Watch, CallsADevicePresentOnlyWhenBothItsProcessesAreReady) {
  Watch watch(two_devices());
  watch.hear(health("executor/glasses"), kBegin);
  (void)watch.judge(kBegin);
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses, kWatch));
  watch.hear(health("accelerator/glasses", LifeCycle::kStarting), kBegin);
  (void)watch.judge(kBegin);
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses, kWatch));
  watch.hear(health("accelerator/glasses"), kBegin);
  (void)watch.judge(kBegin);
  EXPECT_THAT(watch.body().absent, ElementsAre(kWatch));
  watch.hear(health("accelerator/watch"), kBegin);
  (void)watch.judge(kBegin);
  EXPECT_THAT(watch.body().absent, ElementsAre(kWatch));
  watch.hear(health("executor/watch"), kBegin);
  (void)watch.judge(kBegin);
  EXPECT_THAT(watch.body().absent, IsEmpty());
}

TEST(Watch, CallsADeviceAbsentWhenEitherProcessIsNotReadyAnyMore) {
  for (const auto state : {LifeCycle::kStarting, LifeCycle::kDraining, LifeCycle::kStopped})
    for (const auto* process : {"executor/watch", "accelerator/watch"}) {
      auto watch = watching();
      watch.hear(health(process, state), kBegin + 1s);
      EXPECT_TRUE(watch.judge(kBegin + 1s));
      EXPECT_THAT(watch.body().absent, ElementsAre(kWatch));
    }
}

TEST(Watch, CallsAProcessSilentOnlyAfterTheWholePatience) {
  auto watch = watching();
  EXPECT_FALSE(watch.judge(kBegin + schemas::kSilentAfter));
  EXPECT_THAT(watch.body().absent, IsEmpty());
  EXPECT_TRUE(watch.judge(kBegin + schemas::kSilentAfter + 1ns));
  EXPECT_EQ(state_of(watch, "executor/glasses"), LifeCycle::kSilent);
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses, kWatch));
  EXPECT_FALSE(watch.judge(kBegin + 2 * schemas::kSilentAfter)) << "silence is news once";
}

TEST(Watch, KeepsADeviceWhoseProcessesGoOnBeating) {
  auto watch = watching();
  auto now = kBegin;
  for (int beat = 0; beat < 40; ++beat) {
    now += schemas::kHeartbeatPeriod;
    for (const auto* process : {"executor/watch", "accelerator/watch"}) watch.hear(health(process), now);
    (void)watch.judge(now);
  }
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses));
  EXPECT_EQ(state_of(watch, "executor/watch"), LifeCycle::kReady);
}

TEST(Watch, TakesADeviceBackWhenItIsHeardAgain) {
  auto watch = watching();
  const auto later = kBegin + 10s;
  EXPECT_TRUE(watch.judge(later));
  watch.hear(health("executor/watch"), later);
  EXPECT_TRUE(watch.judge(later));
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses, kWatch)) << "its accelerator is still silent";
  watch.hear(health("accelerator/watch"), later);
  EXPECT_TRUE(watch.judge(later));
  EXPECT_THAT(watch.body().absent, ElementsAre(kGlasses));
}

TEST(Watch, NeverCallsAStoppedProcessSilent) {
  auto watch = watching();
  watch.hear(health("executor/watch", LifeCycle::kStopped), kBegin);
  (void)watch.judge(kBegin);
  (void)watch.judge(kBegin + 1h);
  EXPECT_EQ(state_of(watch, "executor/watch"), LifeCycle::kStopped);
}

TEST(Watch, ReportsAChangeOnce) {
  auto watch = watching();
  EXPECT_FALSE(watch.judge(kBegin));
  watch.hear(health("executor/watch"), kBegin + 1s);
  EXPECT_FALSE(watch.judge(kBegin + 1s)) << "a heartbeat like the one before is no news";
  watch.hear(health("executor/watch", LifeCycle::kReady, 2), kBegin + 1s);
  EXPECT_TRUE(watch.judge(kBegin + 1s)) << "it was started again";
  EXPECT_FALSE(watch.judge(kBegin + 1s));
  watch.hear(health("executor/watch", LifeCycle::kReady, 2, "waiting for the store"), kBegin + 1s);
  EXPECT_TRUE(watch.judge(kBegin + 1s)) << "it waits for something else";
}

TEST(Watch, ReportsNoChangeWhenOnlyCountersMove) {
  auto watch = watching();
  auto beat = health("executor/watch");
  beat.counters["tasks.done"] = 7;
  watch.hear(beat, kBegin);
  EXPECT_FALSE(watch.judge(kBegin));
  for (const auto& service : watch.services().services)
    if (service.process == "executor/watch") {
      EXPECT_EQ(service.counters.at("tasks.done"), 7u);
    }
}

TEST(Watch, ListsProcessesThatAreNoDeviceWithoutTouchingTheBody) {
  auto watch = watching();
  watch.hear(health("planner"), kBegin);
  EXPECT_TRUE(watch.judge(kBegin));
  EXPECT_THAT(watch.body().absent, IsEmpty());
  EXPECT_EQ(watch.services().services.size(), 5u);
  EXPECT_EQ(state_of(watch, "planner"), LifeCycle::kReady);
}

TEST(Watch, FollowsABoundedNumberOfProcessesButNeverForgetsADevices) {
  auto watch = watching();
  watch.hear(health("planner"), kBegin);
  for (std::size_t i = 0; i < 3 * kMostProcesses; ++i)
    watch.hear(health("stranger/" + std::to_string(i)), kBegin + 1s);
  EXPECT_EQ(watch.services().services.size(), kMostProcesses);
  EXPECT_TRUE(watch.judge(kBegin + 1s));
  EXPECT_THAT(watch.body().absent, IsEmpty());
  watch.hear(health("planner"), kBegin + 1s);
  EXPECT_EQ(state_of(watch, "planner"), LifeCycle::kReady) << "who goes on to be heard is listed again";
}

/// Says how much the watch's battery holds, and judges.
void charge(Watch& watch, std::uint32_t percent) {
  schemas::BodyChange change;
  change.device = kWatch;
  change.battery_percent = percent;
  ASSERT_TRUE(watch.change(change, {}, {}));
  (void)watch.judge(kBegin);
}

TEST(Watch, RefusesAProfileWithoutABattery) {
  auto watch = watching();
  auto harvested = two_devices().device_profiles.at("max78000");
  harvested.name = "solar";
  harvested.battery_mwh.reset();
  harvested.harvest.emplace();
  schemas::BodyChange change;
  change.device = kWatch;
  change.profile = "solar";
  const auto changed = watch.change(change, {}, harvested);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(changed.error().message, StartsWith("device 'watch': profile 'solar' has no battery"));
  EXPECT_EQ(watch.body().find(kWatch)->profile, "max78000");
}

TEST(Watch, CallsADeviceWithALowBatteryAbsentUntilItHasTwiceTheLimit) {
  auto watch = watching();
  charge(watch, 6);
  EXPECT_THAT(watch.body().absent, IsEmpty());
  charge(watch, 4);
  EXPECT_THAT(watch.body().absent, ElementsAre(kWatch));
  EXPECT_EQ(watch.body().notes.at("watch"), "battery below 5 %");
  charge(watch, 9);
  EXPECT_THAT(watch.body().absent, ElementsAre(kWatch)) << "a battery at the limit must not flap";
  charge(watch, 10);
  EXPECT_THAT(watch.body().absent, IsEmpty());
}

TEST(Watch, DoesNotTakeAProcessThatIsNotReadyForALowBattery) {
  auto watch = watching();
  charge(watch, 7);
  watch.hear(health("executor/watch", LifeCycle::kDraining), kBegin);
  (void)watch.judge(kBegin);
  EXPECT_EQ(watch.body().notes.at("watch"), "executor draining");
  watch.hear(health("executor/watch"), kBegin);
  (void)watch.judge(kBegin);
  EXPECT_THAT(watch.body().absent, IsEmpty()) << "7 % are enough for a battery that was not low";
}

TEST(Watch, ForgetsTheNoteOfASilentProcess) {
  Watch watch(two_devices());
  watch.hear(health("planner", LifeCycle::kStarting, 1, "waiting for the body view"), kBegin);
  (void)watch.judge(kBegin + 3s);
  EXPECT_EQ(watch.services().services.at(0).note, "");
  EXPECT_EQ(watch.services().services.at(0).state, LifeCycle::kSilent);
}

}  // namespace
}  // namespace synergy::monitor
