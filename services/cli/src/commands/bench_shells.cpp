// bench shells: what the processes of a running mesh cost, by task.
#include <unistd.h>

#include <fstream>
#include <memory>

#include "flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/overheads_text.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/session.hpp"
#include "synergy/runtime/running.hpp"

namespace synergy::cli {
namespace {

std::optional<ProcessTimes> times_of(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  auto times = parse_stat(runtime::rest_of(file));
  if (!times) return std::nullopt;
  return std::move(*times);
}

/// Who sent a heartbeat in the window but is no longer there at its end has no times.
void forget_gone(std::map<std::string, ShellWindow>& windows) {
  for (auto& [process, window] : windows) {
    auto& times = window.last.times;
    const auto now = times_of(window.last.health.pid);
    if (times && (!now || now->start_tick != times->start_tick)) times.reset();
  }
}

/// Hears the heartbeats for so long and reads each process's times as its heartbeat comes.
Status run_shells_bench(const Shared& shared, double seconds) {
  const HostClock clock;
  std::map<std::string, ShellWindow> windows;
  const auto prepare = [&](bus::Participant& bus) {
    bus.subscribe<schemas::Health>(
        schemas::topics::kHealthPrefix, [&](const auto&, const schemas::Health& health) {
          ShellSample sample{health, times_of(health.pid), clock.monotonic()};
          const auto [entry, first] = windows.try_emplace(health.process, ShellWindow{sample, sample});
          if (!first) entry->second.last = std::move(sample);
        });
  };
  auto session = Session::open(shared.run_folder, prepare);
  if (!session) return session.error();
  const auto time = from_seconds(seconds);
  // One more heartbeat than the window has, so that first and newest are that far apart.
  ProgressLine line(now_ms, standard_error());
  (void)(*session)->wait_until(
      [&] {
        line.show_time("watching", 1000 * seconds);
        return false;
      },
      time + schemas::kHeartbeatPeriod);
  line.wipe();
  forget_gone(windows);
  const auto report = make_shells_report(windows, seconds, clock.monotonic(), double(::sysconf(_SC_CLK_TCK)));
  print<ShellsReport>(shared, report, [](const ShellsReport& made) { return to_text(made); });
  return {};
}

}  // namespace

void add_shells_bench_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto seconds = std::make_shared<double>(10);
  auto* command = add_command(made, [&shared, seconds] { return run_shells_bench(shared, *seconds); });
  command->add_option("--seconds", *seconds, "how long to watch")->between(0.5, 86400)->show_default();
}

}  // namespace synergy::cli
