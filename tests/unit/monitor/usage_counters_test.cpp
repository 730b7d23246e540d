// Of Usage: what heartbeats count, and what nobody may do to it.
#include <gmock/gmock.h>

#include <limits>

#include "synergy/monitor/watch.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/limits.hpp"
#include "usage_samples.hpp"

namespace synergy::monitor {
namespace {

using schemas::Unit;
using testing::IsEmpty;
using testing::SizeIs;

const schemas::UnitUse& unit_of(const schemas::MeshUse& use, Unit unit) {
  for (const auto& one : use.units)
    if (one.unit == unit) return one;
  ADD_FAILURE() << "no such unit";
  return use.units.front();
}

TEST(Usage, BusyIsTheShareOfTheWindowsModelTime) {
  Usage usage(one_device(2), kBegin);
  for (std::uint64_t i = 0; i <= 40; ++i)  // of 125 ms model time a beat, 50 ms
    usage.hear(beat("executor/watch", {{"busy_us.cpu", i * 50'000}, {"queue.cpu", i}, {"busy_us.rx", 0}}),
               kBegin + i * 250ms);
  const auto use = usage.use(kBegin + 10s);
  EXPECT_NEAR(unit_of(use, Unit::kCpu).busy, 0.4, 1e-9);
  EXPECT_EQ(unit_of(use, Unit::kCpu).queue, 40u);
  EXPECT_EQ(unit_of(use, Unit::kRx).busy, 0);
  EXPECT_THAT(use.units, SizeIs(6));
}

TEST(Usage, BusyForgetsWhatWasBeforeTheWindow) {
  Usage usage(one_device(), kBegin);
  for (std::uint64_t i = 0; i <= 40; ++i)
    usage.hear(beat("executor/watch", {{"busy_us.cpu", std::min<std::uint64_t>(i, 20) * 250'000}}),
               kBegin + i * 250ms);
  EXPECT_EQ(unit_of(usage.use(kBegin + 10s), Unit::kCpu).busy, 0) << "it was full until 5 s ago";
}

TEST(Usage, BusyIsNeverAboveOneNorBelowNone) {
  Usage usage(one_device(), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 0}, {"busy_us.rx", 99}}), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 9'000'000}, {"busy_us.rx", 1}}), kBegin + 1s);
  EXPECT_EQ(unit_of(usage.use(kBegin + 1s), Unit::kCpu).busy, 1);
  EXPECT_EQ(unit_of(usage.use(kBegin + 1s), Unit::kRx).busy, 0);
}

/// 1.65 mW at rest, and a battery of 555 mWh.
schemas::BodyView body_with_battery(double time_scale = 1) {
  auto body = one_device(time_scale);
  auto& profile = body.device_profiles["max78000"];
  profile.mcu_sleep_mw.value = 1.6;
  profile.battery_mwh.emplace().value = 555;
  body.link.idle_mw.value = 0.05;
  body.batteries = {{"watch", 80}};
  return body;
}

TEST(Usage, PowerIsThatOfRestAndOfTheTasksThatWereCountedInModelTime) {
  Usage usage(one_device(2), kBegin);
  usage.hear(body_with_battery(2));
  auto planned = plan({"digits"});
  planned.devices = {{kWatch, 3.5, 150}};
  usage.hear(planned);
  for (std::uint64_t i = 0; i <= 40; ++i)  // of 125 ms model time a beat: 250 uJ, 2 mW
    usage.hear(beat("executor/watch", {{"energy_uj", 7'000 + i * 250}}), kBegin + i * 250ms);
  const auto use = usage.use(kBegin + 10s);
  ASSERT_THAT(use.devices, SizeIs(1));
  const auto& watch = use.devices[0];
  EXPECT_EQ(watch.device, kWatch);
  EXPECT_NEAR(*watch.power_mw, 3.65, 1e-9);
  EXPECT_EQ(watch.predicted_power_mw, 3.5);
  EXPECT_EQ(watch.battery_percent, 80u);
  EXPECT_NEAR(*watch.hours, 0.8 * 555 / 3.65, 1e-9);
  EXPECT_NEAR(*watch.predicted_hours, 0.8 * 555 / 3.5, 1e-9) << "from as full as it is now";
}

TEST(Usage, PowerIsNotKnownOfOneHeartbeatNorOfAnExecutorThatStartedAgain) {
  Usage usage(one_device(), kBegin);
  usage.hear(body_with_battery());
  usage.hear(beat("executor/watch", {{"energy_uj", 900'000}}), kBegin);
  EXPECT_FALSE(usage.use(kBegin).devices.at(0).power_mw);
  usage.hear(beat("executor/watch", {{"energy_uj", 1'000}}, 2), kBegin + 1s);
  EXPECT_FALSE(usage.use(kBegin + 1s).devices.at(0).power_mw);
  EXPECT_FALSE(usage.use(kBegin + 1s).devices.at(0).hours);
  usage.hear(beat("executor/watch", {{"energy_uj", 3'000}}, 2), kBegin + 2s);
  EXPECT_NEAR(*usage.use(kBegin + 2s).devices.at(0).power_mw, 1.65 + 2, 1e-9);
}

TEST(Usage, AnAbsentDeviceDrawsNothingThatIsShown) {
  Usage usage(one_device(), kBegin);
  EXPECT_THAT(usage.use(kBegin).devices, IsEmpty()) << "of the body nothing was heard yet";
  auto body = body_with_battery();
  body.absent = {kWatch};
  usage.hear(body);
  EXPECT_THAT(usage.use(kBegin).devices, IsEmpty());
}

TEST(Usage, AnExecutorThatStartsAgainCountsFromItsOwnStart) {
  Usage usage(one_device(), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 900'000}, {"bus.sent", 500}}), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 0}, {"bus.sent", 10}}, 2), kBegin + 1s);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 500'000}, {"bus.sent", 30}}, 2), kBegin + 2s);
  const auto use = usage.use(kBegin + 2s);
  EXPECT_NEAR(unit_of(use, Unit::kCpu).busy, 0.5, 1e-9);
  EXPECT_EQ(use.processes.at(0).bus.sent, 20u);
  EXPECT_EQ(use.bus.sent, 30u);
}

TEST(Usage, DevicesThatAreNotHeardOfHaveNoUse) {
  Usage usage(one_device(), kBegin);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", 1}}), kBegin);
  usage.hear(beat("executor/shoe", {{"busy_us.cpu", 1}}), kBegin);
  EXPECT_THAT(usage.use(kBegin).units, SizeIs(6)) << "the body has no shoe";
  EXPECT_THAT(usage.use(kBegin + kUseWindow + 1ns).units, IsEmpty());
}

TEST(Usage, SumsTheCountersOfTheBusOverTheProcesses) {
  Usage usage(one_device(), kBegin);
  for (const auto* process : {"broker", "planner"}) {
    usage.hear(beat(process, {{"bus.sent", 100}, {"bus.gaps", 1}}), kBegin);
    usage.hear(beat(process, {{"bus.sent", 140}, {"bus.gaps", 1}, {"bus.bytes_received", 7}}), kBegin + 4s);
  }
  const auto use = usage.use(kBegin + 4s);
  ASSERT_THAT(use.processes, SizeIs(2));
  EXPECT_EQ(use.processes[0].process, "broker");
  EXPECT_EQ(use.processes[0].bus.sent, 40u);
  EXPECT_EQ(use.processes[0].bus.gaps, 0u);
  EXPECT_EQ(use.bus.sent, 280u);
  EXPECT_EQ(use.bus.gaps, 2u);
  EXPECT_EQ(use.bus.bytes_received, 14u);
}

TEST(Usage, TheLagIsTheWorstThatAnyoneTells) {
  Usage usage(one_device(), kBegin);
  usage.hear(result(0, ModelTime(1000s), 40ms, 20ms), kBegin);
  EXPECT_DOUBLE_EQ(usage.use(kBegin).lag_p99_us, 20'000);
  EXPECT_FALSE(usage.use(kBegin).host_is_too_slow());
  usage.hear(beat("executor/watch", {{"lag.p99_us", 150'000}}), kBegin);
  usage.hear(beat("executor/watch", {{"lag.p99_us", 3}}), kBegin + 250ms);
  const auto use = usage.use(kBegin + 250ms);
  EXPECT_DOUBLE_EQ(use.processes.at(0).lag_p99_us, 150'000) << "within the window";
  EXPECT_TRUE(use.host_is_too_slow());
}

TEST(Usage, ALagAheadOfModelTimeIsNone) {
  Usage usage(one_device(), kBegin);
  usage.hear(result(0, ModelTime(1000s), 40ms, -5ms), kBegin);
  EXPECT_EQ(usage.use(kBegin).pipelines.at(0).lag_p99_us, 0);
}

TEST(Usage, TheBodysDevicesAreNotForgottenForStrangers) {
  Usage usage(one_device(), kBegin);
  usage.hear(beat("executor/watch", {}), kBegin);
  for (std::size_t i = 0; i < 3 * kMostProcesses; ++i)
    usage.hear(beat("a" + std::to_string(i), {}), kBegin + 1ms);
  EXPECT_THAT(usage.use(kBegin + 1ms).units, SizeIs(6));
}

/// Whoever is flooded with this publishes something that others can read, of a bounded size.
TEST(Usage, StaysBoundedAndReadableWhateverIsSent) {
  Usage usage(one_device(), kBegin);
  usage.hear(plan({"digits"}));
  constexpr auto kHuge = std::uint64_t(schemas::kMaxWholeNumber);  // the most that a heartbeat may say
  for (std::uint64_t i = 0; i < 3 * kMostProcesses; ++i)
    usage.hear(beat(std::to_string(i) + std::string(100, 'x'),
                    {{"bus.sent", kHuge}, {"lag.p99_us", kHuge}, {"switch.last_us", kHuge}}),
               kBegin);
  usage.hear(body_with_battery());
  usage.hear(beat("executor/watch", {{"energy_uj", 0}}), kBegin - 1ns);
  usage.hear(beat("executor/watch", {{"busy_us.cpu", kHuge}, {"queue.cpu", kHuge}, {"energy_uj", kHuge}}),
             kBegin);
  usage.hear(result(0, ModelTime(1000s)), kBegin);
  for (std::uint64_t i = 0; i < 3 * kMostApps; ++i) {
    auto odd = result(i, schemas::kLastModelTime, 0ns, Duration::max(), AppId("a" + std::to_string(i)));
    odd.run.energy_uj = 1e18;
    odd.run.began = ModelTime{};
    usage.hear(odd, kBegin);
  }
  for (std::uint64_t i = 0; i < 3 * kMostRunsOfApp; ++i) {
    usage.hear(result(1 + i, ModelTime(1000s + i * 1ms)), kBegin);
    usage.hear(schemas::RunFailed{{kDigits, i, 1}, kWatch, ""}, kBegin);
  }
  const auto use = usage.use(kBegin);
  EXPECT_LE(use.processes.size(), kMostProcesses);
  EXPECT_THAT(use.pipelines, SizeIs(kMostApps));
  EXPECT_EQ(use.pipelines[0].app, kDigits) << "the plan's app is not forgotten for strangers";
  EXPECT_EQ(use.pipelines[0].completed, kMostRunsOfApp);
  EXPECT_EQ(use.pipelines[0].failed, kMostRunsOfApp);
  EXPECT_THAT(use.units, SizeIs(6)) << "nor is the body's device";
  const auto bytes = schemas::to_msgpack(use);
  EXPECT_LT(bytes.size(), 1u << 20);
  const auto back = schemas::from_msgpack<schemas::MeshUse>(bytes);
  EXPECT_TRUE(back) << back.error().message;
}

TEST(Usage, OfHeartbeatsThatComeTooOftenOnlyTheLastCounts) {
  CounterWindow window;
  for (std::uint64_t i = 0; i <= 100'000; ++i)
    window.add(beat("executor/watch", {{"bus.sent", i}}), kBegin + i * 10us);
  EXPECT_EQ(window.in_window().sent, 100'000u);
  EXPECT_LT(window.size(), 20u) << "in a second";
  window.forget_before(kBegin + 500ms);
  EXPECT_NEAR(double(window.in_window().sent), 50'000, 7'000) << "it counts from the sample before";
}

}  // namespace
}  // namespace synergy::monitor
