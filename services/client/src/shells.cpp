#include "synergy/client/shells.hpp"

#include <charconv>
#include <functional>

#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::client {
namespace {

/// The counter that tells what a process did; empty for one that is not counted by tasks.
std::string task_counter(std::string_view process) {
  const auto* kind = schemas::find_kind(process);
  return std::string(kind == nullptr ? std::string_view() : kind->tasks_counter);
}

/// Why nothing can be said of this process; empty when it can.
std::string trouble_of(const ShellWindow& window, MonotonicTime end) {
  const auto& [first, last] = window;
  if (!first.times) return "not on this machine";
  if (first.health.instance != last.health.instance) return "was started again";
  if (last.health.state == schemas::LifeCycle::kStopped) return "stopped";
  if (!last.times || last.times->start_tick != first.times->start_tick ||
      end - last.at >= schemas::kSilentAfter)
    return "went away";
  if (last.at == first.at) return "sent only one heartbeat";
  return {};
}

ShellCost cost_of(const ShellWindow& window, MonotonicTime end, double ticks_per_second) {
  const auto& [first, last] = window;
  ShellCost cost;
  cost.process = last.health.process;
  cost.pid = last.health.pid;
  cost.trouble = trouble_of(window, end);
  if (!cost.trouble.empty()) return cost;
  cost.cpu_us = double(last.times->cpu_ticks - first.times->cpu_ticks) * 1e6 / ticks_per_second;
  cost.cpu_ms = *cost.cpu_us / 1000;
  cost.share_percent = 100 * *cost.cpu_us / microseconds(last.at - first.at);
  const auto name = task_counter(cost.process);
  if (name.empty()) return cost;
  const auto before = first.health.counter(name).value_or(0), after = last.health.counter(name).value_or(0);
  // An accelerator that was power cycled counts from 0 again.
  cost.tasks = after >= before ? after - before : after;
  if (*cost.tasks > 0) cost.us_a_task = *cost.cpu_us / double(*cost.tasks);
  return cost;
}

ShellSum sum_of(const std::string& kind, const std::vector<ShellCost>& costs,
                const std::function<bool(const ShellCost&)>& belongs, bool with_tasks) {
  ShellSum sum;
  sum.kind = kind;
  for (const auto& cost : costs) {
    if (!cost.cpu_us || !belongs(cost)) continue;
    ++sum.processes;
    sum.cpu_us += *cost.cpu_us;
    sum.share_percent += *cost.share_percent;
    if (with_tasks) sum.tasks += cost.tasks.value_or(0);
  }
  sum.cpu_ms = sum.cpu_us / 1000;
  if (sum.tasks > 0) sum.us_a_task = sum.cpu_us / double(sum.tasks);
  return sum;
}

std::vector<ShellSum> sums_of(const std::vector<ShellCost>& costs) {
  const auto begins = [](std::string_view prefix) {
    return [prefix](const ShellCost& cost) { return cost.process.starts_with(prefix); };
  };
  const auto other = [](const ShellCost& cost) { return task_counter(cost.process).empty(); };
  return {sum_of("executors", costs, begins(schemas::process::kExecutor), true),
          sum_of("accelerators", costs, begins(schemas::process::kAccelerator), true),
          sum_of("others", costs, other, false), sum_of("all", costs, begins(""), false)};
}

/// The numbers behind the name, which stand in the fields 3, 4, ... of the manual page.
constexpr std::size_t kUserTime = 14, kSystemTime = 15, kStartTime = 22;

}  // namespace

Result<ProcessTimes> parse_stat(std::string_view line) {
  const Error no_stat{ErrorCode::kInvalid, "no line of /proc/PID/stat: '" + std::string(line) + "'"};
  // The name may hold spaces and brackets: the last closing one ends it.
  const auto open = line.find('('), close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return no_stat;
  ProcessTimes times;
  times.program = line.substr(open + 1, close - open - 1);
  auto rest = line.substr(close + 1);
  for (std::size_t field = 3; field <= kStartTime; ++field) {
    const auto begin = rest.find_first_not_of(' ');
    if (begin == std::string_view::npos) return no_stat;
    rest.remove_prefix(begin);
    const auto word = rest.substr(0, rest.find_first_of(" \n"));
    rest.remove_prefix(word.size());
    if (field != kUserTime && field != kSystemTime && field != kStartTime) continue;
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc{} || end != word.data() + word.size()) return no_stat;
    (field == kStartTime ? times.start_tick : times.cpu_ticks) += value;
  }
  return times;
}

ShellsReport make_shells_report(const std::map<std::string, ShellWindow>& windows, double seconds,
                                MonotonicTime end, double ticks_per_second) {
  ShellsReport report;
  report.seconds = seconds;
  for (const auto& [process, window] : windows)
    report.processes.push_back(cost_of(window, end, ticks_per_second));
  report.sums = sums_of(report.processes);
  if (report.sums[0].tasks == 0)
    report.notes.emplace_back(
        "no tasks were done in this window: submit an app that runs on (synergy submit APP) and measure "
        "again");
  for (const auto& cost : report.processes)
    if (!cost.trouble.empty()) report.notes.push_back(cost.process + " " + cost.trouble + ": not counted");
  return report;
}

}  // namespace synergy::client

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::ShellsReport>();
