#include "synergy/client/shells.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

namespace synergy::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string stat_line(const std::string& name) {
  return "4711 (" + name +
         ") S 1 4711 4711 0 -1 4194304 1500 0 0 0 321 45 7 8 20 0 4 0 98765 123456 789 18446744073709551615 "
         "1\n";
}

TEST(ParseStat, AddsUserAndKernelTimeButNotThatOfChildren) {
  const auto times = parse_stat(stat_line("synergy-executo"));
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(*times, (ProcessTimes{"synergy-executo", 321 + 45, 98765}));
}

TEST(ParseStat, TakesNamesWithSpacesAndBrackets) {
  for (const char* name : {"a b", "(x)", "a) S 1 (b", ") R 9 9 9", "", "tab\there"}) {
    const auto times = parse_stat(stat_line(name));
    ASSERT_TRUE(times) << name;
    EXPECT_EQ(*times, (ProcessTimes{name, 366, 98765})) << name;
  }
}

TEST(ParseStat, RefusesWhatIsNoSuchLine) {
  for (const char* line : {"", "\n", "4711", "4711 (name", "4711 name) S 1", ")(", "1 (x) S 1 2 3",
                           "1 (x) S 1 1 1 0 -1 1 1 0 0 0 three 45 0 0 20 0 4 0 9 1",
                           "1 (x) S 1 1 1 0 -1 1 1 0 0 0 -3 45 0 0 20 0 4 0 9 1",
                           "1 (x) S 1 1 1 0 -1 1 1 0 0 0 99999999999999999999 45 0 0 20 0 4 0 9 1",
                           "1 (x) S 1 1 1 0 -1 1 1 0 0 0 3x 45 0 0 20 0 4 0 9 1"}) {
    const auto times = parse_stat(line);
    ASSERT_FALSE(times) << line;
    EXPECT_THAT(times.error().message, HasSubstr("/proc/PID/stat")) << line;
  }
}

TEST(ParseStat, ReadsThisProcess) {
  std::ifstream file("/proc/self/stat");
  const auto times = parse_stat(std::string((std::istreambuf_iterator<char>(file)), {}));
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_THAT(times->program, HasSubstr("test_cli"));
  EXPECT_GT(times->start_tick, 0u);
}

constexpr MonotonicTime kBegin{1000s};
constexpr MonotonicTime kEnd = kBegin + 10s;

/// Ten seconds at 100 ticks a second: `ticks` are as many milliseconds x 10, and as many per mille.
ShellWindow window(const std::string& process, std::uint64_t ticks,
                   std::map<std::string, std::uint64_t> before = {},
                   std::map<std::string, std::uint64_t> after = {}) {
  schemas::Health health;
  health.process = process;
  health.instance = 7;
  health.pid = 42;
  health.state = schemas::LifeCycle::kReady;
  ShellWindow made{{health, ProcessTimes{"p", 500, 3}, kBegin},
                   {health, ProcessTimes{"p", 500 + ticks, 3}, kEnd}};
  made.first.health.counters = std::move(before);
  made.last.health.counters = std::move(after);
  return made;
}

ShellsReport report_of(const std::vector<ShellWindow>& windows, MonotonicTime end = kEnd) {
  std::map<std::string, ShellWindow> by_name;
  for (const auto& one : windows) by_name[one.first.health.process] = one;
  return make_shells_report(by_name, 10, end, 100);
}

TEST(Shells, DivideProcessorTimeByTheTasksOfTheWindow) {
  const auto report =
      report_of({window("accelerator/watch", 20, {{"inferences", 0}}, {{"inferences", 400}}),
                 window("executor/watch", 50, {{"tasks.done", 100}}, {{"tasks.done", 1100}})});
  ASSERT_EQ(report.processes.size(), 2u);
  const auto& accelerator = report.processes[0];
  EXPECT_EQ(accelerator.process, "accelerator/watch");
  EXPECT_EQ(accelerator.tasks, 400u);
  EXPECT_DOUBLE_EQ(accelerator.us_a_task.value(), 500);
  const auto& executor = report.processes[1];
  EXPECT_EQ(executor.pid, 42);
  EXPECT_DOUBLE_EQ(*executor.cpu_us, 500e3);
  EXPECT_DOUBLE_EQ(*executor.cpu_ms, 500) << "the old name";
  EXPECT_DOUBLE_EQ(*executor.share_percent, 5);
  EXPECT_EQ(executor.tasks, 1000u);
  EXPECT_DOUBLE_EQ(executor.us_a_task.value(), 500);
  EXPECT_THAT(report.notes, IsEmpty());
}

TEST(Shells, SumExecutorsAcceleratorsAndTheRestApart) {
  const auto report = report_of({window("accelerator/a", 10, {}, {{"inferences", 10}}), window("broker", 100),
                                 window("executor/a", 30, {}, {{"tasks.done", 100}}),
                                 window("executor/b", 10, {}, {{"tasks.done", 300}}), window("store", 50)});
  ASSERT_EQ(report.sums.size(), 4u);
  EXPECT_EQ(report.sums[0].kind, "executors");
  EXPECT_EQ(report.sums[0].processes, 2u);
  EXPECT_EQ(report.sums[0].tasks, 400u);
  EXPECT_DOUBLE_EQ(report.sums[0].us_a_task.value(), 1000);
  EXPECT_DOUBLE_EQ(report.sums[1].us_a_task.value(), 10000);
  EXPECT_EQ(report.sums[2].kind, "others");
  EXPECT_EQ(report.sums[2].processes, 2u);
  EXPECT_DOUBLE_EQ(report.sums[2].cpu_us, 1500e3);
  EXPECT_FALSE(report.sums[2].us_a_task);
  EXPECT_EQ(report.sums[3].processes, 5u);
  EXPECT_DOUBLE_EQ(report.sums[3].cpu_ms, 2000);
  EXPECT_DOUBLE_EQ(report.sums[3].share_percent, 20);
}

TEST(Shells, AnIdleMeshIsToldToSubmitAnApp) {
  const auto report =
      report_of({window("executor/watch", 5, {{"tasks.done", 9}}, {{"tasks.done", 9}}), window("broker", 1)});
  EXPECT_EQ(report.processes[1].tasks, 0u);
  EXPECT_FALSE(report.processes[1].us_a_task);
  EXPECT_THAT(report.notes, ElementsAre(HasSubstr("no tasks were done in this window: submit an app")));
}

TEST(Shells, AnAcceleratorThatWasPowerCycledCountsFromZero) {
  const auto report = report_of({window("accelerator/a", 10, {{"inferences", 900}}, {{"inferences", 50}})});
  EXPECT_EQ(report.processes[0].tasks, 50u);
}

/// What is said of a process in trouble, which then enters no sum.
std::string trouble(const ShellWindow& one, MonotonicTime end = kEnd) {
  const auto report = report_of({one, window("executor/fine", 10, {}, {{"tasks.done", 10}})}, end);
  for (const auto& cost : report.processes) {
    if (cost.process != one.first.health.process) continue;
    EXPECT_FALSE(cost.cpu_us);
    EXPECT_FALSE(cost.cpu_ms);
    EXPECT_FALSE(cost.tasks);
    EXPECT_EQ(report.sums[3].processes, 1u);
    EXPECT_THAT(report.notes, ElementsAre(cost.process + " " + cost.trouble + ": not counted"));
    return cost.trouble;
  }
  return "nothing said";
}

TEST(Shells, AProcessThatIsGoneIsNamedAndNotCounted) {
  auto gone = window("broker", 10);
  gone.last.times.reset();
  EXPECT_EQ(trouble(gone), "went away");
  auto silent = window("broker", 10);
  silent.last.at = kEnd - schemas::kSilentAfter;
  EXPECT_EQ(trouble(silent), "went away");
  auto reused = window("broker", 10);
  reused.last.times->start_tick = 4;
  EXPECT_EQ(trouble(reused), "went away");
  auto stopped = window("broker", 10);
  stopped.last.health.state = schemas::LifeCycle::kStopped;
  EXPECT_EQ(trouble(stopped), "stopped");
}

TEST(Shells, AProcessThatCanNotBeComparedIsNamedAndNotCounted) {
  auto again = window("executor/a", 10);
  again.last.health.instance = 8;
  again.last.times->cpu_ticks = 1;  // fewer than before: another process
  EXPECT_EQ(trouble(again), "was started again");
  auto elsewhere = window("executor/a", 10);
  elsewhere.first.times.reset();
  EXPECT_EQ(trouble(elsewhere), "not on this machine");
  auto once = window("executor/a", 0);
  once.first.at = kEnd;
  EXPECT_EQ(trouble(once), "sent only one heartbeat");
}

}  // namespace
}  // namespace synergy::client
