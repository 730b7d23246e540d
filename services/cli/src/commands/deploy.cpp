// compose, supervisor, systemd, processes, running, run-folder: what deploy/mesh and the package are made of.
#include <memory>

#include "../write_text.hpp"
#include "flags.hpp"
#include "planning_flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/compose.hpp"
#include "synergy/cli/systemd.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/runtime/run_folder.hpp"
#include "synergy/runtime/running.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/store/retention.hpp"

extern char** environ;

namespace synergy::cli {
namespace {

struct DeployFlags {
  std::string body, compose, programs, output;
  bool make = false;
};

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (const auto equals = text.find('='); equals != std::string::npos)
      variables[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return variables;
}

/// Before anything is started: a process that refuses its settings would be started again and again.
Status check_settings(const std::map<std::string, std::string>& variables) {
  const auto check = [&](const char* variable, const char* flag, const auto& judge) -> Status {
    const auto found = variables.find(variable);
    if (found == variables.end() || found->second.empty()) return {};
    const Status judged = judge(found->second);
    if (judged) return {};
    return Error{judged.error().code,
                 judged.error().message + " (" + flag + ", or " + std::string(variable) + ")"};
  };
  const auto policy = [](const std::string& name) -> Status {
    if (planner::find_policy(name) != nullptr) return {};
    return Error{ErrorCode::kInvalid, unknown_name("policy", name, planner::policy_names())};
  };
  const auto objective = [](const std::string& name) -> Status {
    const auto value = objective_named(name);
    return value ? Status{} : value.error();
  };
  const auto residency = [](const std::string& name) -> Status {
    const auto value = residency_named(name);
    return value ? Status{} : value.error();
  };
  const auto keep = [](const std::string& text) -> Status {
    const auto time = store::keep_time(text);
    return time ? Status{} : time.error();
  };
  if (auto status = check("SYNERGY_KEEP", "--keep", keep); !status) return status;
  if (auto status = check("SYNERGY_POLICY", "--policy", policy); !status) return status;
  if (auto status = check("SYNERGY_OBJECTIVE", "--objective", objective); !status) return status;
  return check("SYNERGY_RESIDENCY", "--residency", residency);
}

Status write_supervisor(const DeployFlags& flags) {
  const auto variables = environment();
  if (auto status = check_settings(variables); !status) return status;
  const auto text = supervisor_for(flags.compose, {flags.programs, variables});
  if (!text) return text.error();
  return write_text(*text, flags.output);
}

struct SystemdFlags {
  SystemdSettings settings;
  std::string body, output;
};

Status write_units(const SystemdFlags& flags) {
  const auto units = systemd_units(flags.settings);
  if (!units) return units.error();
  if (flags.output.empty()) {
    for (const auto& unit : *units) std::printf("# %s\n%s\n", unit.name.c_str(), unit.text.c_str());
    return {};
  }
  std::error_code failure;
  std::filesystem::create_directories(flags.output, failure);
  if (failure)
    return Error{ErrorCode::kEnvironment, flags.output + ": can not be made: " + failure.message()};
  std::vector<OutputFile> files;
  for (const auto& unit : *units)
    files.push_back({(std::filesystem::path(flags.output) / unit.name).string(), unit.text});
  return write_files(files);
}

Status print_device_units(const Shared& shared, const SystemdFlags& flags) {
  const auto body = documents::DeployFolder(shared.deploy_folder).body(flags.body);
  if (!body) return body.error();
  for (const auto& name : device_units(*body)) std::printf("%s\n", name.c_str());
  return {};
}

struct RunningList {
  struct Process {
    std::string process;
    std::int64_t pid = 0;
    static void fields(auto& f) {
      f.required("process", &Process::process, "its name, e.g. executor/ring; supervisord: who watches them");
      f.required("pid", &Process::pid, "the operating system's number of it");
    }
  };
  std::vector<Process> running;
  static void fields(auto& f) { f.required("running", &RunningList::running, "by name"); }
};

std::string running_table(const RunningList& list) {
  Table table({"PROCESS", "PID"});
  for (const auto& [process, pid] : list.running) table.add({process, std::to_string(pid)});
  return table.text();
}

Status print_running(const Shared& shared) {
  const auto found = runtime::running_in(shared.run_folder);
  if (!found) return found.error();
  RunningList list;
  for (const auto& [name, pid] : *found) list.running.push_back({name, pid});
  print<RunningList>(shared, list, running_table);
  return {};
}

Status print_run_folder(const Shared& shared, bool make) {
  if (shared.run_folder.folder.empty()) return runtime::check_name({});
  auto path = std::filesystem::absolute(shared.run_folder.folder).lexically_normal();
  if (make) {
    const auto folder = runtime::RunFolder::open(path);
    if (!folder) return folder.error();
  }
  std::printf("%s\n", path.c_str());
  return {};
}

}  // namespace

void add_compose_command(const NewCommand& made) {
  auto flags = std::make_shared<DeployFlags>();
  auto* command = add_plain_command(made, [&shared = made.shared, flags]() -> Status {
    const auto body = documents::DeployFolder(shared.deploy_folder).body(flags->body);
    if (!body) return body.error();
    return write_text(compose_for(*body, std::filesystem::path(flags->body).filename().string()),
                      flags->output);
  });
  command->add_option("--body", flags->body, "the body file")->required();
  add_deploy_option(*command, made.shared, "devices and links");
  command->add_option("-o,--output", flags->output, "file to write; standard output without");
}

void add_supervisor_command(const NewCommand& made) {
  auto flags = std::make_shared<DeployFlags>();
  auto* command = add_plain_command(made, [flags] { return write_supervisor(*flags); });
  command->add_option("--compose", flags->compose, "the compose file")->required();
  command->add_option("--programs", flags->programs, "folder of the mesh's programs")->required();
  command->add_option("-o,--output", flags->output, "file to write; standard output without");
}

void add_systemd_command(const NewCommand& made) {
  auto flags = std::make_shared<SystemdFlags>();
  auto* command = add_plain_command(made, [&shared = made.shared, flags] {
    return flags->body.empty() ? write_units(*flags) : print_device_units(shared, *flags);
  });
  command->add_option("--programs", flags->settings.programs, "folder of the mesh's programs")
      ->show_default();
  command->add_option("--data", flags->settings.data, "folder with devices, links, models")->show_default();
  command->add_option("-o,--output", flags->output,
                      "folder to write the units into; standard output without");
  command->add_option("--body", flags->body,
                      "write no units, but print the names of those that this body's devices need");
  add_deploy_option(*command, made.shared, "devices and links");
}

void add_processes_command(const NewCommand& made) {
  auto flags = std::make_shared<DeployFlags>();
  auto* command = add_plain_command(made, [flags]() -> Status {
    const auto names = processes_of(flags->compose);
    if (!names) return names.error();
    for (const auto& name : *names) std::printf("%s\n", name.c_str());
    return {};
  });
  command->add_option("--compose", flags->compose, "the compose file")->required();
}

void add_running_command(const NewCommand& made) {
  add_command(made, [&shared = made.shared] { return print_running(shared); });
}

void add_run_folder_command(const NewCommand& made) {
  auto flags = std::make_shared<DeployFlags>();
  auto* command = add_plain_command(
      made, [&shared = made.shared, flags] { return print_run_folder(shared, flags->make); });
  command->add_flag("--make", flags->make, "make it, private to you, if need be");
}

}  // namespace synergy::cli
