#include "synergy/cli/command_table.hpp"

#include <map>

namespace synergy::cli {

// Each is defined in a file of commands/.
void add_submit_command(const NewCommand& made);
void add_stop_command(const NewCommand& made);
void add_apps_command(const NewCommand& made);
void add_results_command(const NewCommand& made);
void add_services_command(const NewCommand& made);
void add_health_command(const NewCommand& made);
void add_devices_command(const NewCommand& made);
void add_body_link_command(const NewCommand& made);
void add_body_profile_command(const NewCommand& made);
void add_body_battery_command(const NewCommand& made);
void add_top_command(const NewCommand& made);
void add_timeline_command(const NewCommand& made);
void add_plan_command(const NewCommand& made);
void add_replan_command(const NewCommand& made);
void add_history_command(const NewCommand& made);
void add_explain_command(const NewCommand& made);
void add_solve_command(const NewCommand& made);
void add_simulate_command(const NewCommand& made);
void add_workload_command(const NewCommand& made);
void add_model_show_command(const NewCommand& made);
void add_run_command(const NewCommand& made);
void add_classify_command(const NewCommand& made);
void add_import_command(const NewCommand& made);
void add_known_answer_command(const NewCommand& made);
void add_echo_command(const NewCommand& made);
void add_schema_command(const NewCommand& made);
void add_record_command(const NewCommand& made);
void add_replay_command(const NewCommand& made);
void add_store_check_command(const NewCommand& made);
void add_live_bench_command(const NewCommand& made);
void add_planner_bench_command(const NewCommand& made);
void add_emulator_bench_command(const NewCommand& made);
void add_calibration_command(const NewCommand& made);
void add_bus_bench_command(const NewCommand& made);
void add_shells_bench_command(const NewCommand& made);
void add_compose_command(const NewCommand& made);
void add_supervisor_command(const NewCommand& made);
void add_processes_command(const NewCommand& made);
void add_running_command(const NewCommand& made);
void add_run_folder_command(const NewCommand& made);

namespace {

constexpr std::string_view kApps = "Apps";
constexpr std::string_view kMesh = "The running mesh";
constexpr std::string_view kPlans = "Plans";
constexpr std::string_view kModels = "Models";
constexpr std::string_view kBus = "The bus";
constexpr std::string_view kStore = "The store";
constexpr std::string_view kMeasuring = "Measuring";
constexpr std::string_view kStarting = "Starting a mesh (deploy/mesh uses these)";

constexpr CommandRow kTable[] = {
    {kApps, "submit", "Publish an app request and wait for the mesh's word on it", add_submit_command},
    {kApps, "stop", "Stop an app", add_stop_command},
    {kApps, "apps", "List apps: phase, plan, runs", add_apps_command},
    {kApps, "results", "Report on an app's runs: accuracy, and by plan rate, latency, energy",
     add_results_command},
    {kMesh, "services", "List the processes of the mesh and their state", add_services_command},
    {kMesh, "health", "Succeed when the named processes are ready, and not in trouble", add_health_command},
    {kMesh, "devices", "List the body's devices and who is present", add_devices_command},
    {kMesh, "body", "Change the live body: link, clocks, batteries", nullptr},
    {kMesh, "body link", "Put another link profile between all pairs", add_body_link_command},
    {kMesh, "body profile", "Give a device another profile (clocks, times, energies)",
     add_body_profile_command},
    {kMesh, "body battery",
     "Say how full a device's battery is; below 5 % it is not planned on, until it has 10 %",
     add_body_battery_command},
    {kMesh, "top", "Show how the mesh is used, live, until Ctrl-C", add_top_command},
    {kMesh, "timeline", "Draw what the units did a moment ago, or list how busy they were",
     add_timeline_command},
    {kPlans, "plan", "Show the plan in force: steps, units, memory, prediction; or pin a placement",
     add_plan_command},
    {kPlans, "replan", "Plan again, now, for the apps that run; with another policy if named",
     add_replan_command},
    {kPlans, "history", "List the plans made, newest first", add_history_command},
    {kPlans, "explain", "Explain a plan: the bottleneck, every unit's load, memory, plans that lost",
     add_explain_command},
    {kPlans, "solve", "Plan apps on a body from files, without a mesh; or judge a placement",
     add_solve_command},
    {kPlans, "simulate",
     "Plan, then run the plan in virtual time and compare; or run a day of the whole mesh",
     add_simulate_command},
    {kPlans, "workload", "Write a generated workload (W6): body and app files", add_workload_command},
    {kModels, "model", "Look at a model", nullptr},
    {kModels, "model show", "Layers, memory, cycles, energy, clean cuts and where it fits",
     add_model_show_command},
    {kModels, "run", "Run a model once on emulated accelerators, without a mesh", add_run_command},
    {kModels, "classify", "Classify a file of pictures on the emulator, without a mesh",
     add_classify_command},
    {kModels, "import", "Make a model of the vendor tool's network description and checkpoint",
     add_import_command},
    {kModels, "kat", "Compare the emulator with folders of known answers", add_known_answer_command},
    {kBus, "topic", "Look at what travels on the bus", nullptr},
    {kBus, "topic echo", "Print the messages on a topic, one line of JSON each, until Ctrl-C",
     add_echo_command},
    {kBus, "schema",
     "Print the message tables of schemas/README.md; with --json, as data that programs are made of",
     add_schema_command},
    {kBus, "record", "Write what travels on the bus to a file, until Ctrl-C", add_record_command},
    {kBus, "replay",
     "Publish a recording again on a running bus; or --plans: make its plans again and compare; or --info",
     add_replay_command},
    {kStore, "store", "Look after the mesh's store file", nullptr},
    {kStore, "store check",
     "Read all of a store file, beside a running mesh or not, and list what is damaged",
     add_store_check_command},
    {kMeasuring, "bench", "Measure the emulator, the planner, the bus and the services", nullptr},
    {kMeasuring, "bench live", "What a running mesh delivers beside its plans' predictions, policy by policy",
     add_live_bench_command},
    {kMeasuring, "bench planner", "Every policy on every standard workload, side by side",
     add_planner_bench_command},
    {kMeasuring, "bench emulator", "Speed beside silicon, the reference path and oneDNN, on one core",
     add_emulator_bench_command},
    {kMeasuring, "bench calibration", "The model beside measurements on silicon", add_calibration_command},
    {kMeasuring, "bench bus", "Hops and rates of the bus beside a bare ZeroMQ proxy; needs no mesh",
     add_bus_bench_command},
    {kMeasuring, "bench shells", "Processor time by task of the running mesh's executors and accelerators",
     add_shells_bench_command},
    {kStarting, "compose", "Write the compose file for a body", add_compose_command},
    {kStarting, "supervisor", "Write supervisord's configuration for a compose file", add_supervisor_command},
    {kStarting, "processes", "List the processes of a compose file", add_processes_command},
    {kStarting, "running", "List the processes that run in the run folder, by their locks",
     add_running_command},
    {kStarting, "run-folder", "Print the folder of the mesh's sockets and locks", add_run_folder_command},
};

}  // namespace

std::span<const CommandRow> command_table() { return kTable; }

void add_commands(Command& program, Shared& shared) {
  std::map<std::string_view, Command*> groups{{"", &program}};
  for (const auto& row : kTable) {
    const auto space = row.name.find(' ');
    const auto group = space == std::string_view::npos ? "" : row.name.substr(0, space);
    const std::string name(space == std::string_view::npos ? row.name : row.name.substr(space + 1));
    auto& parent = *groups.at(group);
    if (row.add != nullptr)
      row.add({parent, shared, name, std::string(row.summary)});
    else
      groups[row.name] = parent.add_group(name, std::string(row.summary));
    if (group.empty()) parent.last().set_heading(std::string(row.section));
  }
}

std::string commands_markdown() {
  std::string text;
  std::string_view section;
  for (const auto& row : kTable) {
    if (row.add == nullptr) continue;  // its commands say it
    if (row.section != section)
      text +=
          (text.empty() ? "" : "\n") + std::string(section = row.section) + ":\n\n| command | |\n|---|---|\n";
    text += "| `" + std::string(row.name) + "` | " + std::string(row.summary) + " |\n";
  }
  return text;
}

}  // namespace synergy::cli
