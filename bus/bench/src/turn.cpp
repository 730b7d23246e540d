#include "turn.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "credits.hpp"
#include "synergy/base/statistics.hpp"

namespace synergy::bus_bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// In flight at most: a fraction of the high-water mark, and of what a machine has of memory.
constexpr std::uint64_t kMostInFlight = bus::kHighWaterMark / 5;
constexpr std::uint64_t kMostBytesInFlight = 8u << 20;

double seconds_since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

/// False when the watchdog barks first.
bool wait_for_one(Path& path, const Watchdog& watchdog) {
  if (path.receive()) return true;
  do {
    path.wait(watchdog.descriptor());
    if (path.receive()) return true;
  } while (!watchdog.barked());
  return false;
}

Error lost(std::uint64_t received, std::uint64_t sent) {
  return {ErrorCode::kInternal,
          "of " + std::to_string(sent) + " messages only " + std::to_string(received) + " arrived"};
}

Result<std::vector<double>> hop_times_us(Path& path, std::uint64_t hops, Duration patience) {
  const Watchdog watchdog(patience);
  std::vector<double> times;
  for (std::uint64_t i = 0; i < hops; ++i) {
    const auto begin = SteadyClock::now();
    if (auto status = path.send(); !status) return status.error();
    if (!wait_for_one(path, watchdog)) return lost(i, hops);
    times.push_back(seconds_since(begin) * 1e6);
  }
  std::sort(times.begin(), times.end());
  return times;
}

Status publish(Path& path, std::uint64_t messages, Credits& credits) {
  std::uint64_t granted = 0;
  for (std::uint64_t sent = 0; sent < messages; ++sent, --granted) {
    if (granted == 0) granted = credits.take();
    if (granted == 0) return {};  // the receiving side gave up, and says why
    if (auto status = path.send(); !status) return status;
  }
  return {};
}

/// The publisher on a thread of its own, the subscriber on this one.
Result<double> burst_seconds(Path& path, const TurnPlan& plan, Duration patience) {
  const Watchdog watchdog(patience);
  Credits credits(plan.window);
  const std::uint64_t portion = std::max<std::uint64_t>(plan.window / 4, 1);
  Status sending;
  const auto begin = SteadyClock::now();
  std::thread publisher([&] { sending = publish(path, plan.burst, credits); });
  std::uint64_t received = 0;
  while (received < plan.burst && wait_for_one(path, watchdog))
    if (++received % portion == 0) credits.give(portion);
  const double taken = seconds_since(begin);
  credits.close();
  publisher.join();
  if (!sending) return sending.error();
  if (received < plan.burst) return lost(received, plan.burst);
  return taken;
}

}  // namespace

TurnPlan plan_turn(const BusSettings& settings, std::uint64_t payload_bytes) {
  TurnPlan plan;
  plan.payload_bytes = payload_bytes;
  plan.hops = settings.hops;
  plan.burst = std::clamp<std::uint64_t>(settings.burst_bytes / payload_bytes, 1, settings.burst_messages);
  plan.window = std::clamp<std::uint64_t>(kMostBytesInFlight / payload_bytes, 1, kMostInFlight);
  return plan;
}

Status settle(Path& path) {
  const Watchdog watchdog;
  std::uint64_t sent = 0;
  bool through = false;
  while (!through) {
    if (watchdog.barked()) return lost(0, sent);
    if (auto status = path.send(); !status) return status;
    ++sent;
    const Watchdog patience(std::chrono::milliseconds(5));
    through = wait_for_one(path, patience);
  }
  // What was sent last arrives last, and is the only message of its size.
  path.resize(2);
  if (auto status = path.send(); !status) return status;
  if (!wait_for_one(path, watchdog)) return lost(0, 1);
  return {};
}

Result<Turn> run_turn(Path& path, const TurnPlan& plan, Duration patience) {
  const auto hops = hop_times_us(path, plan.hops, patience);
  if (!hops) return hops.error();
  const auto burst = burst_seconds(path, plan, patience);
  if (!burst) return burst.error();
  return Turn{percentile(*hops, 50), percentile(*hops, 99), double(plan.burst) / *burst};
}

}  // namespace synergy::bus_bench
