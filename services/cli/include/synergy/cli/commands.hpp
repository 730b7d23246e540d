// The commands of `synergy`. Each function hangs one group of subcommands into the parser.
#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/command.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::cli {

/// What every command shares: flags that stand before or behind it, and where its outcome goes.
struct Shared {
  std::filesystem::path run_folder;
  std::filesystem::path deploy_folder;  ///< models and devices that commands name
  bool deploy_is_chosen = false;        ///< by SYNERGY_DEPLOY; else it is the checkout's
  bool json = false;
  Status status;  ///< of the command that ran
};

/// Adds subcommand `name`; `run` is called when it is chosen, after all flags are read. Its outcome is a
/// value that print() shows, with `--json` or without.
Command* add_command(Command& parent, Shared& shared, const std::string& name, const std::string& about,
                     const std::function<Status()>& run);
/// One whose outcome is a file, plain lines or an exit code: it has no `--json`.
Command* add_plain_command(Command& parent, Shared& shared, const std::string& name, const std::string& about,
                           const std::function<Status()>& run);

/// Prints a value as JSON with `--json`, else as `text` says.
template <class T>
void print(const Shared& shared, const T& value, const std::function<std::string(const T&)>& text) {
  const auto output = shared.json ? schemas::to_json(value, 2) + "\n" : text(value);
  std::fwrite(output.data(), 1, output.size(), stdout);
}

void add_app_commands(Command& program, Shared& shared);           ///< submit, stop, apps, results
void add_results_command(Command& program, Shared& shared);        ///< results
void add_bench_commands(Command& program, Shared& shared);         ///< bench
void add_bus_bench_command(Command& group, Shared& shared);        ///< bench bus
void add_live_bench_command(Command& group, Shared& shared);       ///< bench live
void add_shells_bench_command(Command& group, Shared& shared);     ///< bench shells
void add_planner_bench_command(Command& group, Shared& shared);    ///< bench planner
void add_calibration_command(Command& group, Shared& shared);      ///< bench calibration
void add_body_commands(Command& program, Shared& shared);          ///< devices, body
void add_import_commands(Command& program, Shared& shared);        ///< import
void add_known_answer_commands(Command& program, Shared& shared);  ///< kat
void add_model_commands(Command& program, Shared& shared);         ///< classify, run, model show
void add_plan_commands(Command& program, Shared& shared);          ///< plan, replan, history
void add_planning_commands(Command& program, Shared& shared);      ///< solve, simulate, explain, workload
void add_record_command(Command& program, Shared& shared);         ///< record
void add_replay_command(Command& program, Shared& shared);         ///< replay
void add_store_commands(Command& program, Shared& shared);         ///< store check
void add_timeline_command(Command& program, Shared& shared);       ///< timeline
void add_top_command(Command& program, Shared& shared);            ///< top
void add_topic_commands(Command& program, Shared& shared);         ///< topic echo, schema
void add_service_commands(Command& program, Shared& shared);       ///< services, health
void add_deploy_commands(Command& program,
                         Shared& shared);  ///< compose, supervisor, processes, running, run-folder

}  // namespace synergy::cli
