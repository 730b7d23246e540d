#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include "synergy/doctor/mesh.hpp"
#include "synergy/logs/files.hpp"

namespace synergy::doctor {
namespace {

constexpr const char* kProcesses = "processes";
constexpr const char* kWhole = "make the mesh whole with mesh down, then mesh up";

std::string with_pid(const Seen& seen) { return seen.name + " (" + std::to_string(seen.pid) + ")"; }

/// T of `12 (synergy executor) T 1 ...`: the name may hold anything, parentheses too.
char state_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const auto text = runtime::rest_of(file);
  const auto end = text.rfind(')');
  return end != std::string::npos && end + 2 < text.size() ? text[end + 2] : '?';
}

std::vector<Finding> judge_one(const Seen& seen) {
  std::vector<Finding> found;
  const auto pid = std::to_string(seen.pid);
  if (seen.stopped)
    found.push_back(
        {Verdict::kProblem, kProcesses, with_pid(seen) + " is stopped (SIGSTOP, or a debugger)",
         "let it go on with kill -CONT " + pid + ", or kill -KILL " + pid + ": it is started again"});
  if (seen.name != runtime::kSupervisor && !seen.program.empty() && !seen.program.starts_with("synergy-"))
    found.push_back({Verdict::kProblem, kProcesses,
                     "the lock of " + seen.name + " is held by process " + pid + " ('" + seen.program +
                         "'), which is no program of the mesh",
                     "end it: kill " + pid});
  else if (seen.outdated)
    found.push_back({Verdict::kWarning, kProcesses,
                     with_pid(seen) + " runs a program that was built anew since", kWhole});
  return found;
}

/// Two that have one name, or two supervisors: one of the folders' files was deleted under a running mesh.
std::vector<Finding> judge_doubles(const std::vector<Seen>& running) {
  std::vector<Finding> found;
  std::set<std::string> told;
  for (std::size_t i = 1; i < running.size(); ++i)
    if (running[i].name == running[i - 1].name && told.insert(running[i].name).second)
      found.push_back(
          {Verdict::kProblem, kProcesses,
           "two meshes run in this folder: there are two of " + running[i].name + " (" +
               std::to_string(running[i - 1].pid) + ", " + std::to_string(running[i].pid) + ")",
           "mesh down ends both; start one again, and give the other a folder of its own (SYNERGY_RUN_DIR)"});
  return found;
}

}  // namespace

Seen look_at(const runtime::RunningProcess& process) {
  Seen seen{process.name, process.pid, {}, false, false};
  const auto state = state_of(process.pid);
  seen.stopped = state == 'T' || state == 't';
  std::error_code failure;
  auto program =
      std::filesystem::read_symlink("/proc/" + std::to_string(process.pid) + "/exe", failure).string();
  constexpr std::string_view kDeleted = " (deleted)";
  seen.outdated = program.ends_with(kDeleted);
  if (seen.outdated) program.resize(program.size() - kDeleted.size());
  seen.program = std::filesystem::path(program).filename().string();
  return seen;
}

std::vector<std::string> expected_in(const std::filesystem::path& run_folder) {
  std::ifstream file(run_folder / "supervisord.conf");
  constexpr std::string_view kBegin = "[program:";
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(kBegin) && line.ends_with(']'))
      names.push_back(logs::process_of(line.substr(kBegin.size(), line.size() - kBegin.size() - 1)));
  return names;
}

std::vector<Finding> judge_processes(const std::vector<Seen>& running,
                                     const std::vector<std::string>& expected, const Past& past) {
  if (running.empty()) return {{Verdict::kOk, kProcesses, "no mesh runs here", {}}};
  auto found = judge_doubles(running);
  std::set<std::string> names;
  for (const auto& seen : running) {
    names.insert(seen.name);
    for (auto& one : judge_one(seen)) found.push_back(std::move(one));
  }
  if (!names.contains(runtime::kSupervisor))
    found.push_back({Verdict::kProblem, kProcesses,
                     std::to_string(running.size()) +
                         " processes of a mesh run without their supervisor: who ends is not started again",
                     kWhole});
  std::size_t left = 0;
  for (const auto& name : expected) {
    if (names.contains(name)) continue;
    const auto fate = past.fates.find(name);
    const bool stopped = fate != past.fates.end() && fate->second.left;
    if (stopped && name.find('/') != std::string::npos) {
      ++left;
      continue;
    }
    std::string says = name + " does not run";
    if (stopped)
      says += " (it was stopped)";
    else if (fate != past.fates.end() && !fate->second.last_exit.empty())
      says += " (" + fate->second.last_exit + ")";
    found.push_back({Verdict::kProblem, kProcesses, says, "see mesh logs --level warn " + name});
  }
  if (!found.empty()) return found;
  auto says = std::to_string(running.size()) + " run, each once";
  if (left > 0) says += "; " + std::to_string(left) + " left on purpose (mesh join brings them back)";
  return {{Verdict::kOk, kProcesses, says, {}}};
}

std::vector<Finding> check_leftovers(const std::filesystem::path& run_folder,
                                     const std::vector<Seen>& running) {
  const auto runs = [&](std::string_view name) {
    return std::any_of(running.begin(), running.end(), [&](const Seen& seen) { return seen.name == name; });
  };
  struct Kept {
    const char *file, *process;
  };
  std::string files, processes;
  std::error_code none;
  for (const auto& [file, process] : {Kept{"bus.publish", "broker"},
                                      {"bus.subscribe", "broker"},
                                      {"gateway.url", "gateway"},
                                      {"supervisor.sock", runtime::kSupervisor}}) {
    if (runs(process) || !std::filesystem::exists(std::filesystem::symlink_status(run_folder / file, none)))
      continue;
    files += (files.empty() ? "" : ", ") + std::string(file);
    if (processes.find(process) == std::string::npos)
      processes += (processes.empty() ? "" : ", ") + std::string(process);
  }
  if (files.empty()) return {{Verdict::kOk, "leftovers", "no socket or address without its process", {}}};
  return {{Verdict::kWarning, "leftovers",
           files + ": of processes that do not run (" + processes + "), which were killed",
           running.empty() ? "mesh up makes them anew; to be rid of them, delete them" : kWhole}};
}

}  // namespace synergy::doctor
