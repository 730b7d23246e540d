#include "synergy/doctor/examine.hpp"

#include <algorithm>

#include "synergy/doctor/machine.hpp"
#include "synergy/doctor/mesh.hpp"

namespace synergy::doctor {
namespace {

void examine_machine(const Settings& settings, Report& report) {
  report.add(check_run_folder(settings.run_folder));
  report.add(check_disks(settings.run_folder, settings.store));
  report.add(check_open_files());
  report.add(judge(memory_of_host()));
  report.add(judge(load_of_host()));
}

bool has(const std::vector<Seen>& running, std::string_view name) {
  return std::any_of(running.begin(), running.end(), [&](const Seen& seen) { return seen.name == name; });
}

void examine_running(const Settings& settings, const std::vector<Seen>& running, const Past& past,
                     Report& report) {
  report.add(judge_processes(running, expected_in(settings.run_folder), past));
  report.add(check_leftovers(settings.run_folder, running));
  if (running.empty()) return;
  std::vector<std::string> names;
  for (const auto& seen : running)
    if (seen.name != runtime::kSupervisor && !seen.stopped) names.push_back(seen.name);
  const auto heard = listen(settings.run_folder, names);
  report.add(judge_health(running, heard));
  if (heard) report.add(judge_lag(heard->use));
}

}  // namespace

Report examine(const Settings& settings, const Clock& clock) {
  Report report;
  report.add(settings.found);
  examine_machine(settings, report);
  const auto running = runtime::running_in(settings.run_folder);
  if (!running) {
    report.add({Verdict::kProblem, "processes", running.error().message, "see that /proc is mounted"});
    return report;
  }
  std::vector<Seen> seen;
  for (const auto& process : *running) seen.push_back(look_at(process));
  report.add(check_port(settings.listen, has(seen, "gateway"), settings.run_folder));
  report.add(check_store(settings.store, has(seen, "store"), clock));
  const auto past = read_past(settings.run_folder, clock);
  examine_running(settings, seen, past, report);
  report.add(judge_restarts(past, clock.unix()));
  report.add(judge_clock(past, clock.unix()));
  return report;
}

}  // namespace synergy::doctor
