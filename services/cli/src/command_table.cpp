#include "synergy/cli/command_table.hpp"

#include <algorithm>
#include <map>

namespace synergy::cli {

// Each is defined in a file of commands/.
void add_harvest_traces_command(const NewCommand& made);
void add_power_solve_command(const NewCommand& made);
void add_capacitor_size_command(const NewCommand& made);
void add_intermittent_run_command(const NewCommand& made);
void add_submit_command(const NewCommand& made);
void add_stop_command(const NewCommand& made);
void add_apps_command(const NewCommand& made);
void add_app_description_command(const NewCommand& made);
void add_results_command(const NewCommand& made);
void add_feed_command(const NewCommand& made);
void add_ask_command(const NewCommand& made);
void add_services_command(const NewCommand& made);
void add_health_command(const NewCommand& made);
void add_devices_command(const NewCommand& made);
void add_device_description_command(const NewCommand& made);
void add_body_link_command(const NewCommand& made);
void add_body_profile_command(const NewCommand& made);
void add_body_battery_command(const NewCommand& made);
void add_top_command(const NewCommand& made);
void add_timeline_command(const NewCommand& made);
void add_dashboard_command(const NewCommand& made);
void add_logs_command(const NewCommand& made);
void add_doctor_command(const NewCommand& made);
void add_plan_command(const NewCommand& made);
void add_replan_command(const NewCommand& made);
void add_history_command(const NewCommand& made);
void add_explain_command(const NewCommand& made);
void add_solve_command(const NewCommand& made);
void add_simulate_command(const NewCommand& made);
void add_workload_command(const NewCommand& made);
void add_model_command(const NewCommand& made);
void add_model_show_command(const NewCommand& made);
void add_run_command(const NewCommand& made);
void add_classify_command(const NewCommand& made);
void add_import_command(const NewCommand& made);
void add_known_answer_command(const NewCommand& made);
void add_topic_list_command(const NewCommand& made);
void add_echo_command(const NewCommand& made);
void add_topic_top_command(const NewCommand& made);
void add_topic_rates_command(const NewCommand& made);
void add_topic_bandwidth_command(const NewCommand& made);
void add_pub_command(const NewCommand& made);
void add_schema_command(const NewCommand& made);
void add_record_command(const NewCommand& made);
void add_replay_command(const NewCommand& made);
void add_store_check_command(const NewCommand& made);
void add_export_command(const NewCommand& made);
void add_backup_command(const NewCommand& made);
void add_restore_command(const NewCommand& made);
void add_live_bench_command(const NewCommand& made);
void add_planner_bench_command(const NewCommand& made);
void add_intermittent_bench_command(const NewCommand& made);
void add_emulator_bench_command(const NewCommand& made);
void add_calibration_command(const NewCommand& made);
void add_bus_bench_command(const NewCommand& made);
void add_shells_bench_command(const NewCommand& made);
void add_check_command(const NewCommand& made);
void add_new_command(const NewCommand& made);
void add_completion_command(const NewCommand& made);
void add_man_command(const NewCommand& made);
void add_compose_command(const NewCommand& made);
void add_supervisor_command(const NewCommand& made);
void add_systemd_command(const NewCommand& made);
void add_processes_command(const NewCommand& made);
void add_running_command(const NewCommand& made);
void add_run_folder_command(const NewCommand& made);

namespace {

std::string how_to_go_on(const std::string& group) {
  return group + " COMMAND --help tells what a command takes, with examples.";
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// What stands at the end of `--help`: a command's examples, or how to go on from a group.
std::string help_end(const CommandRow& row) {
  if (row.add == nullptr) return how_to_go_on("synergy " + std::string(row.name));
  std::string text;
  if (!row.also.empty())
    text =
        "synergy " + std::string(row.name) + " and synergy " + std::string(row.also) + " are the same.\n\n";
  text += "Examples:";
  for (const auto& line : examples_of(row)) text += "\n  " + line;
  return text;
}

constexpr std::string_view kApps = "Apps";
constexpr std::string_view kMesh = "The running mesh";
constexpr std::string_view kPlans = "Plans";
constexpr std::string_view kModels = "Models";
constexpr std::string_view kIntermittent = "Devices without a battery";
constexpr std::string_view kFiles = "Files that people write";
constexpr std::string_view kBus = "The bus";
constexpr std::string_view kStore = "The store";
constexpr std::string_view kMeasuring = "Measuring";
constexpr std::string_view kItself = "This program";
constexpr std::string_view kStarting = "Starting a mesh (deploy/mesh uses these)";

constexpr CommandRow kTable[] = {
    {kApps, "submit", "Publish an app request and wait for the mesh's word on it", add_submit_command,
     "synergy submit deploy/apps/digits.yaml\n"
     "synergy submit deploy/apps/digits.yaml --rate 5 --dry-run\n"
     "synergy submit deploy/apps/w1 --json",
     "apps submit"},
    {kApps, "stop", "Stop an app", add_stop_command, "synergy stop digits", "apps stop"},
    {kApps, "apps", "List apps: phase, plan, runs", add_apps_command,
     "synergy apps\n"
     "synergy apps --json"},
    {kApps, "apps describe",
     "Tell all of one app: request, state, plan and route, rates, last runs and events",
     add_app_description_command, "synergy apps describe digits"},
    {kApps, "results", "Report on an app's runs: accuracy, and by plan rate, latency, energy",
     add_results_command,
     "synergy results digits\n"
     "synergy results digits --since 10min --device glasses\n"
     "synergy results digits --follow",
     "apps results"},
    {kApps, "feed", "Feed frames to a sensor: pictures, sounds, or arrays", add_feed_command,
     "synergy feed glasses camera deploy/models/digits/heldout/images.npy --rate 5\n"
     "synergy feed earbud microphone deploy/models/keywords/heldout/stop-flite_rms-3.wav",
     "devices feed"},
    {kApps, "ask", "Feed an app one frame, and print its answer with the way it took", add_ask_command,
     "synergy ask ask-digits picture.png\n"
     "synergy ask ask-keywords deploy/models/keywords/heldout/stop-flite_rms-3.wav --loudest",
     "apps ask"},
    {kMesh, "services", "List the processes of the mesh and their state", add_services_command,
     "synergy services\n"
     "synergy services --json"},
    {kMesh, "health", "Succeed when the named processes are ready, and not in trouble", add_health_command,
     "synergy health planner executor/glasses --wait 5", "services health"},
    {kMesh, "devices", "List the body's devices and who is present", add_devices_command, "synergy devices"},
    {kMesh, "devices describe", "Tell all of one device: battery, power, what runs on it, units, events",
     add_device_description_command, "synergy devices describe glasses"},
    {kMesh, "body", "Change the live body: link, clocks, batteries", nullptr},
    {kMesh, "body link", "Put another link profile between all pairs", add_body_link_command,
     "synergy body link ble-2m"},
    {kMesh, "body profile", "Give a device another profile (clocks, times, energies)",
     add_body_profile_command, "synergy body profile ring max78002"},
    {kMesh, "body battery",
     "Say how full a device's battery is; below 5 % it is not planned on, until it has 10 %",
     add_body_battery_command, "synergy body battery ring 40"},
    {kMesh, "top", "Show how the mesh is used, live, until Ctrl-C", add_top_command,
     "synergy top\n"
     "synergy top --once --json"},
    {kMesh, "timeline", "Draw what the units did a moment ago, or list how busy they were",
     add_timeline_command,
     "synergy timeline --last 500ms\n"
     "synergy timeline -o units.svg"},
    {kMesh, "dashboard", "Print the address of the mesh's page; or --recording FILE: show a recording there",
     add_dashboard_command,
     "synergy dashboard\n"
     "synergy dashboard --recording mesh.rec"},
    {kMesh, "logs", "Show what the processes log, by time; with -f also what comes", add_logs_command,
     "synergy logs -f\n"
     "synergy logs --service dispatcher --since 10m --level warn"},
    {kMesh, "doctor", "Say what is wrong with this machine or the mesh on it, and what to do",
     add_doctor_command,
     "synergy doctor\n"
     "synergy doctor --json"},
    {kPlans, "plan", "Show the plan in force: steps, units, memory, prediction; or pin a placement",
     add_plan_command,
     "synergy plan\n"
     "synergy plan --write-placement mine.yaml\n"
     "synergy plan --pin mine.yaml"},
    {kPlans, "replan", "Plan again, now, for the apps that run; with another policy if named",
     add_replan_command,
     "synergy replan\n"
     "synergy replan --policy synergy --objective latency",
     "plan again"},
    {kPlans, "history", "List the plans made, newest first", add_history_command,
     "synergy history\n"
     "synergy history --since 1h --app digits",
     "plan history"},
    {kPlans, "explain", "Explain a plan: the bottleneck, every unit's load, memory, plans that lost",
     add_explain_command,
     "synergy explain\n"
     "synergy explain 7\n"
     "synergy explain --body deploy/bodies/four-78000.yaml --app deploy/apps/w1",
     "plan explain"},
    {kPlans, "solve", "Plan apps on a body from files, without a mesh; or judge a placement",
     add_solve_command,
     "synergy solve --body deploy/bodies/four-78000.yaml --app deploy/apps/w1 -o plan.json", "plan solve"},
    {kPlans, "simulate",
     "Plan, then run the plan in virtual time and compare; or run a day of the whole mesh",
     add_simulate_command,
     "synergy simulate --body deploy/bodies/four-78000.yaml --app deploy/apps/w1 --rounds 200\n"
     "synergy simulate --body deploy/bodies/four-78000.yaml --events deploy/days/comes-and-goes.yaml",
     "plan simulate"},
    {kPlans, "workload", "Write a generated workload (W6): body and app files", add_workload_command,
     "synergy workload --pipelines 6 --devices 4 -o w6"},
    {kModels, "model", "List the models there are: input, layers, size, where each fits", add_model_command,
     "synergy model"},
    {kModels, "model show", "Layers, memory, cycles, energy, clean cuts and where it fits",
     add_model_show_command, "synergy model show digits"},
    {kModels, "run", "Run a model once on emulated accelerators, without a mesh", add_run_command,
     "synergy run digits --input deploy/models/digits/heldout/images.npy --split 2", "model run"},
    {kModels, "classify", "Classify pictures or sounds on the emulator, without a mesh", add_classify_command,
     "synergy classify digits --images deploy/models/digits/heldout/images.npy --labels "
     "deploy/models/digits/heldout/labels.npy",
     "model classify"},
    {kModels, "import", "Make a model of the vendor tool's network description and checkpoint",
     add_import_command,
     "synergy import --network tests/data/import/anklet.yaml --checkpoint tests/data/import/anklet.pth.tar "
     "--sample tests/data/import/anklet.npy -o anklet",
     "model import"},
    {kModels, "kat", "Compare the emulator with folders of known answers", add_known_answer_command,
     "synergy kat tests/data/known-answers\n"
     "synergy kat tests/data/known-answers/MAX78002 --path fast",
     "model kat"},
    {kIntermittent, "intermittent", "Inference on harvested power: how it is cut, and what it needs",
     nullptr},
    {kIntermittent, "intermittent traces",
     "List recordings of a harvest: length, mean, low and high minutes, gaps; or make one",
     add_harvest_traces_command,
     "synergy intermittent traces\n"
     "synergy intermittent traces --family office-wall --seed 7 -o mine.csv"},
    {kIntermittent, "intermittent solve",
     "Cut a model into power cycles on a device, with the bound of all policies beside",
     add_power_solve_command,
     "synergy intermittent solve --model kws --device max78000-harvested --policy once\n"
     "synergy intermittent solve --model kws --device deploy/devices/max78000-harvested.yaml --front --json"},
    {kIntermittent, "intermittent size",
     "The smallest capacitor of a model on a device, and the best of a sweep", add_capacitor_size_command,
     "synergy intermittent size --model kws --device max78000-harvested"},
    {kIntermittent, "intermittent run",
     "Run a device on a recording in virtual time: inferences, deaths, energy; or draw its timeline",
     add_intermittent_run_command,
     "synergy intermittent run --model kws --device max78000-harvested --trace wrist-sun-1\n"
     "synergy intermittent run --model kws --device deploy/devices/max78000-harvested.yaml --trace rf-room-1 "
     "-o timeline.svg\n"
     "synergy intermittent run --model convnet5 --device max78000-harvested --inputs every=5s --deadline 2s"},
    {kFiles, "check", "Find every error of files at once, with line and column, and of those they name",
     add_check_command,
     "synergy check deploy/apps/digits.yaml\n"
     "synergy check deploy/apps/w1 --body deploy/bodies/four-78000.yaml"},
    {kFiles, "new", "Write an app, a body, a device or a link to begin with: every field explained",
     add_new_command, "synergy new app greeter"},
    {kBus, "topic", "Look at what travels on the bus, and send messages", nullptr},
    {kBus, "topic list", "List the topics of the running mesh: messages, who publishes",
     add_topic_list_command,
     "synergy topic list\n"
     "synergy topic list cmd/ --patterns"},
    {kBus, "topic echo", "Print the messages on topics, one line of JSON each, until Ctrl-C",
     add_echo_command,
     "synergy topic echo state/ --count 3\n"
     "synergy topic echo health/executor/* event/ --for 10"},
    {kBus, "topic top", "Show rate, bandwidth, sizes, age and sender of every topic, live, until Ctrl-C",
     add_topic_top_command,
     "synergy topic top\n"
     "synergy topic top event/ --sort age\n"
     "synergy topic top --once --json"},
    {kBus, "topic hz", "Show how often messages come on topics, and how regularly, live",
     add_topic_rates_command, "synergy topic hz health/ --window 30"},
    {kBus, "topic bw", "Show how many bytes travel on topics, live", add_topic_bandwidth_command,
     "synergy topic bw --for 10 --interval 10"},
    {kBus, "topic pub", "Send a message written as JSON, once it fits its topic; print a command's answer",
     add_pub_command,
     "synergy topic pub cmd/monitor '{\"device\":\"ring\",\"battery_percent\":40}'\n"
     "synergy topic pub cmd/store '{\"limit\":5}' --message store.query_history"},
    {kBus, "schema",
     "Print the message tables of schemas/README.md (--json: as data); or JSON Schemas of files",
     add_schema_command,
     "synergy schema\n"
     "synergy schema --json\n"
     "synergy schema app"},
    {kBus, "record", "Write what travels on the bus to a file, until Ctrl-C", add_record_command,
     "synergy record -o mesh.rec --duration 10"},
    {kBus, "replay",
     "Publish a recording again on a running bus; or --plans: make its plans again and compare; or --info",
     add_replay_command,
     "synergy replay mesh.rec --info\n"
     "synergy replay mesh.rec --speed 2\n"
     "synergy replay mesh.rec --plans"},
    {kStore, "store", "Look after the mesh's store file", nullptr},
    {kStore, "store check",
     "Read all of a store file, beside a running mesh or not, and list what is damaged",
     add_store_check_command,
     "synergy store check\n"
     "synergy store check copy.db"},
    {kStore, "export", "Write runs, plans or events of a store file as CSV or JSON", add_export_command,
     "synergy export runs --csv -o runs.csv\n"
     "synergy export plans --since 1d",
     "store export"},
    {kStore, "backup", "Copy the store file of a running mesh", add_backup_command, "synergy backup copy.db",
     "store backup"},
    {kStore, "restore", "Put a copy in the place of the store file, while no mesh runs", add_restore_command,
     "synergy restore copy.db", "store restore"},
    {kMeasuring, "bench", "Measure the emulator, the planner, the bus and the services", nullptr},
    {kMeasuring, "bench live", "What a running mesh delivers beside its plans' predictions, policy by policy",
     add_live_bench_command, "synergy bench live --app deploy/apps/w2 --seconds 10"},
    {kMeasuring, "bench planner", "Every policy on every standard workload, side by side",
     add_planner_bench_command, "synergy bench planner --workload w1"},
    {kMeasuring, "bench intermittent",
     "Every policy of a device without a battery, side by side, on harvested power",
     add_intermittent_bench_command,
     "synergy bench intermittent --quick\n"
     "synergy bench intermittent --quick --table E,D --model kws --capacitor 330,1000 --format csv"},
    {kMeasuring, "bench emulator", "Speed beside silicon, the reference path and oneDNN, on one core",
     add_emulator_bench_command, "synergy bench emulator --model digits --seconds 1 --no-layers"},
    {kMeasuring, "bench calibration", "The model beside measurements on silicon", add_calibration_command,
     "synergy bench calibration"},
    {kMeasuring, "bench bus", "Hops and rates of the bus beside a bare ZeroMQ proxy; needs no mesh",
     add_bus_bench_command, "synergy bench bus --pairs 1 --sizes 64,1024"},
    {kMeasuring, "bench shells", "Processor time by task of the running mesh's executors and accelerators",
     add_shells_bench_command, "synergy bench shells --seconds 5"},
    {kItself, "completion", "Print what makes bash, zsh or fish complete commands, options and live names",
     add_completion_command, "synergy completion bash"},
    {kItself, "man", "Print a manual page, or write all of them into a folder", add_man_command,
     "synergy man topic echo\n"
     "synergy man --out man1"},
    {kStarting, "compose", "Write the compose file for a body", add_compose_command,
     "synergy compose --body deploy/bodies/four-78000.yaml -o compose.yaml"},
    {kStarting, "supervisor", "Write supervisord's configuration for a compose file", add_supervisor_command,
     "synergy supervisor --compose deploy/compose.yaml --programs build/release/bin"},
    {kStarting, "systemd", "Write the units of systemd, or name those of a body's devices",
     add_systemd_command,
     "synergy systemd -o units\n"
     "synergy systemd --body deploy/bodies/four-78000.yaml"},
    {kStarting, "processes", "List the processes of a compose file", add_processes_command,
     "synergy processes --compose deploy/compose.yaml"},
    {kStarting, "running", "List the processes that run in the run folder, by their locks",
     add_running_command, "synergy running"},
    {kStarting, "run-folder", "Print the folder of the mesh's sockets and locks", add_run_folder_command,
     "synergy run-folder"},
};

}  // namespace

std::span<const CommandRow> command_table() { return kTable; }

std::vector<std::string> examples_of(const CommandRow& row) { return lines_of(row.examples); }

void add_commands(Command& program, Shared& shared) {
  std::map<std::string, Command*> placed{{"", &program}};
  const auto place = [&](const CommandRow& row, std::string_view name) {
    const auto space = std::min(name.rfind(' '), name.size());
    const std::string verb(name.substr(space < name.size() ? space + 1 : 0));
    auto& parent = *placed.at(std::string(name.substr(0, space < name.size() ? space : 0)));
    if (row.add != nullptr)
      row.add({parent, shared, verb, std::string(row.summary)});
    else
      parent.add_group(verb, std::string(row.summary));
    parent.last().set_help_end(help_end(row));
    placed[std::string(name)] = &parent.last();
  };
  for (const auto& row : kTable) {
    place(row, row.name);
    if (row.name.find(' ') == std::string_view::npos) program.last().set_heading(std::string(row.section));
  }
  for (const auto& row : kTable)
    if (!row.also.empty()) place(row, row.also);
  program.set_help_end(how_to_go_on("synergy"));
}

std::string commands_markdown() {
  std::string text;
  std::string_view section;
  for (const auto& row : kTable) {
    if (row.add == nullptr) continue;  // its commands say it
    if (row.section != section)
      text +=
          (text.empty() ? "" : "\n") + std::string(section = row.section) + ":\n\n| command | |\n|---|---|\n";
    text += "| `" + std::string(row.name) + "`" +
            (row.also.empty() ? "" : ", `" + std::string(row.also) + "`") + " | " + std::string(row.summary) +
            " |\n";
  }
  return text;
}

}  // namespace synergy::cli
