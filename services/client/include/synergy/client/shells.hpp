// What the processes of a running mesh cost: processor time, by process and by task done.
//
// A sample joins one heartbeat with the processor time that its process had used when it came. Times are
// those of the kernel's clock ticks (10 ms on most machines): windows of a few ticks say little.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::client {

/// What /proc/PID/stat tells of a process.
struct ProcessTimes {
  std::string program;          ///< what its name is to the kernel: cut to 15 bytes, any characters
  std::uint64_t cpu_ticks = 0;  ///< user and kernel, all threads
  std::uint64_t start_tick = 0;
  friend bool operator==(const ProcessTimes&, const ProcessTimes&) = default;
};

/// Fails with kInvalid on a line that is none of this kind.
[[nodiscard]] Result<ProcessTimes> parse_stat(std::string_view line);

struct ShellSample {
  schemas::Health health;
  std::optional<ProcessTimes> times;  ///< none: there is no such process on this machine (any more)
  MonotonicTime at;
};

/// What was seen of one process: its first and its newest heartbeat of the window.
struct ShellWindow {
  ShellSample first, last;
};

/// One process. `tasks` are those of an executor, the inferences of an accelerator, and none of others.
struct ShellCost {
  std::string process;
  std::int64_t pid = 0;
  std::optional<double> cpu_us, cpu_ms, share_percent;  ///< nothing where it could not be measured
  std::optional<std::uint64_t> tasks;
  std::optional<double> us_a_task;
  std::string trouble;

  static void fields(auto& f) {
    using S = ShellCost;
    f.required("process", &S::process, "its name on the bus");
    f.required("pid", &S::pid, "process id");
    f.required("cpu_us", &S::cpu_us, "processor time in the window; null: not measured");
    f.required("cpu_ms", &S::cpu_ms, "old name of cpu_us, in ms");
    f.required("share_percent", &S::share_percent, "of one processor; null: not measured");
    f.optional("tasks", &S::tasks, "tasks of an executor, inferences of an accelerator; null for others");
    f.optional("us_a_task", &S::us_a_task, "processor time of each; null when none was done");
    f.optional("trouble", &S::trouble, "why it could not be measured, and enters no sum");
  }
};

/// All processes of a kind.
struct ShellSum {
  std::string kind;
  std::uint64_t processes = 0, tasks = 0;
  double cpu_us = 0, cpu_ms = 0, share_percent = 0;
  std::optional<double> us_a_task;

  static void fields(auto& f) {
    using S = ShellSum;
    f.required("kind", &S::kind, "executors, accelerators, others or all");
    f.required("processes", &S::processes, "of this kind that could be measured");
    f.required("tasks", &S::tasks, "that they did; inferences of accelerators");
    f.required("cpu_us", &S::cpu_us, "processor time in the window");
    f.required("cpu_ms", &S::cpu_ms, "old name of cpu_us, in ms");
    f.required("share_percent", &S::share_percent, "of one processor");
    f.optional("us_a_task", &S::us_a_task, "processor time of each; null without any");
  }
};

struct ShellsReport {
  double seconds = 0;
  std::vector<ShellCost> processes;
  std::vector<ShellSum> sums;
  std::vector<std::string> notes;

  static void fields(auto& f) {
    using R = ShellsReport;
    f.required("seconds", &R::seconds, "the window that was asked for");
    f.required("processes", &R::processes, "every process, by name");
    f.required("sums", &R::sums, "executors, accelerators, others, all");
    f.required("notes", &R::notes, "what to know about the figures");
  }
};

/// `windows` by process name; `end` is when the window was over: who was silent by then is gone.
[[nodiscard]] ShellsReport make_shells_report(const std::map<std::string, ShellWindow>& windows,
                                              double seconds, MonotonicTime end, double ticks_per_second);

}  // namespace synergy::client

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::client::ShellsReport>();
