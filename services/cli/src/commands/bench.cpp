<<<<<<< HEAD
// bench planner: every policy on every workload.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "../write_text.hpp"
#include "planning_flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner_offline/chart.hpp"
=======
// bench emulator: how fast the emulator is. bench calibration is in a file of its own.
#include <CLI/CLI.hpp>
#include <memory>

#include "synergy/accel/model_files.hpp"
#include "synergy/accel_bench/emulator_speed.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/table.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/documents/yaml.hpp"
>>>>>>> accel-models

namespace synergy::cli {
namespace {

<<<<<<< HEAD
using planner_offline::BenchReport;

struct BenchFlags {
  std::string deploy = "deploy", output = ".";
  std::vector<std::string> workloads, links, policies, objectives, residencies, overlaps;
  std::uint64_t budget_nodes = 0, rounds = 0;
  double budget_ms = 1000;
  std::uint32_t max_chunks = 0;
};

Status choose_workloads(const BenchFlags& flags, planner_offline::BenchSettings& settings) {
  auto known = planner_offline::read_workloads(flags.deploy);
  if (!known) return known.error();
  std::vector<std::string> names;
  for (const auto& workload : *known) names.push_back(workload.name);
  for (const auto& name : flags.workloads.empty() ? names : flags.workloads) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return Error{ErrorCode::kNotFound, unknown_name("workload", name, names)};
    settings.workloads.push_back((*known)[std::size_t(found - names.begin())]);
    if (!flags.links.empty()) settings.workloads.back().links = flags.links;
  }
  return {};
}

Status choose_policies(const BenchFlags& flags, planner_offline::BenchSettings& settings) {
  settings.policies = flags.policies.empty() ? planner::policy_names() : flags.policies;
  for (const auto& name : settings.policies)
    if (planner::find_policy(name) == nullptr)
      return Error{ErrorCode::kInvalid, unknown_name("policy", name, planner::policy_names())};
  settings.objectives = {schemas::Objective::kThroughput, schemas::Objective::kLatency,
                         schemas::Objective::kEnergy};
  if (!flags.objectives.empty()) settings.objectives.clear();
  for (const auto& name : flags.objectives) {
    const auto objective = objective_named(name);
    if (!objective) return objective.error();
    settings.objectives.push_back(*objective);
  }
  if (!flags.residencies.empty()) settings.residencies.clear();
  for (const auto& name : flags.residencies) {
    const auto residency = residency_named(name);
    if (!residency) return residency.error();
    settings.residencies.push_back(*residency);
  }
  if (!flags.overlaps.empty()) settings.overlaps.clear();
  for (const auto& name : flags.overlaps) settings.overlaps.push_back(name == "on");
  return {};
}

Status write_files(const BenchReport& report, const std::string& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (auto status = write_text(planner_offline::to_csv(report), folder + "/bench-planner.csv"); !status)
    return status;
  for (const auto& [objective, name] : schemas::kEnumNames<schemas::Objective>) {
    const auto of_objective = [wanted = objective](const auto& row) { return row.objective == wanted; };
    if (std::none_of(report.rows.begin(), report.rows.end(), of_objective)) continue;
    if (auto status = write_text(planner_offline::to_svg(report, objective),
                                 folder + "/bench-planner-" + std::string(name) + ".svg");
        !status)
      return status;
  }
  return {};
}

Status bench_planner(Shared& shared, const BenchFlags& flags) {
  planner_offline::BenchSettings settings;
  settings.deploy = flags.deploy;
  settings.max_chunks = flags.max_chunks;
  settings.virtual_rounds = flags.rounds;
  if (auto status = choose_workloads(flags, settings); !status) return status;
  if (auto status = choose_policies(flags, settings); !status) return status;
  settings.budget = [&flags] { return make_budget(flags.budget_nodes, flags.budget_ms); };
  settings.now_ms = now_ms;
  if (::isatty(STDERR_FILENO) != 0)
    settings.progress = [](std::size_t done, std::size_t all, const std::string& what) {
      std::fprintf(stderr, "\r\033[K%zu of %zu: %s%s", done, all, what.c_str(), done == all ? "\n" : "");
    };
  const auto report = planner_offline::run_benchmark(settings);
  if (!report) return report.error();
  if (auto status = write_files(*report, flags.output); !status) return status;
  print<BenchReport>(shared, *report, [](const BenchReport& made) { return to_text(made); });
  if (!report->behind.empty())
    return Error{ErrorCode::kInternal,
                 "optimal is behind in " + std::to_string(report->behind.size()) + " cases"};
=======
using accel_bench::SpeedReport;

struct EmulatorFlags {
  std::string deploy = "deploy";
  std::vector<std::string> models;
  accel_bench::SpeedSettings settings;
};

Result<std::vector<accel_bench::SpeedModel>> load_models(const EmulatorFlags& flags) {
  const documents::DeployFolder folder(flags.deploy);
  const auto names = flags.models.empty() ? folder.model_names() : flags.models;
  if (names.empty())
    return Error{ErrorCode::kNotFound, flags.deploy + ": no models; name the folder with --deploy"};
  std::vector<accel_bench::SpeedModel> models;
  for (const auto& name : names) {
    auto model = accel::load_model(folder.model_folder(ModelId(name)));
    if (!model) return model.error();
    models.push_back({name, std::move(model->program), std::move(model->weights)});
  }
  return models;
}

std::string times(std::optional<double> value) { return value ? fixed(*value, 2) : "-"; }

std::string models_text(const SpeedReport& report) {
  Table table({"MODEL", "RUNS/S", "SPREAD %", "GMAC/S", "SILICON", "SILICON MS", "x SILICON", "MAX78000",
               "MAX78000 MS", "x MAX78000", "x REFERENCE"});
  for (const auto& m : report.models)
    table.add({m.model, fixed(m.runs_per_second, 0), fixed(m.spread_percent, 0),
               fixed(m.giga_macs_per_second, 1), m.silicon, times(m.silicon_ms), times(m.times_silicon),
               m.max78000, fixed(m.max78000_ms, 2), fixed(m.times_max78000, 2), fixed(m.times_reference, 1)});
  return table.text();
}

std::string layers_text(const SpeedReport& report) {
  Table table({"LAYER", "SHAPE", "GMAC/S", "ONEDNN GMAC/S", "x ONEDNN", "SPREAD %", "ONEDNN CODE"});
  for (const auto& l : report.layers)
    table.add({l.model + " " + l.layer, l.shape, fixed(l.giga_macs_per_second, 1),
               times(l.onednn_giga_macs_per_second), times(l.times_onednn),
               l.spread_percent ? fixed(*l.spread_percent, 0) : "-", l.onednn_code});
  return table.text();
}

std::string to_text(const SpeedReport& report) {
  std::string text = "instruction set " + report.instruction_set + "; " + report.onednn + "\n";
  for (const auto& note : report.notes) text += "note: " + note + "\n";
  text += "\n" + models_text(report);
  if (!report.layers.empty()) text += "\n" + layers_text(report);
  if (report.three_by_three_times_onednn)
    text += "\n3x3 layers: " + times(report.three_by_three_times_onednn) + " of oneDNN's rate together, " +
            times(report.three_by_three_worst) + " for the one that does worst\n";
  return text;
}

Status run_emulator_bench(const Shared& shared, const EmulatorFlags& flags) {
  const auto models = load_models(flags);
  if (!models) return models.error();
  const std::filesystem::path devices = std::filesystem::path(flags.deploy) / "devices";
  const auto max78000 = documents::read_yaml<schemas::DeviceProfile>(devices / "max78000.yaml");
  if (!max78000) return max78000.error();
  const auto max78002 = documents::read_yaml<schemas::DeviceProfile>(devices / "max78002.yaml");
  if (!max78002) return max78002.error();
  const auto report = accel_bench::measure_speed(*models, *max78000, *max78002, flags.settings);
  if (!report) return report.error();
  print<SpeedReport>(shared, *report, to_text);
>>>>>>> accel-models
  return {};
}

}  // namespace

void add_bench_commands(CLI::App& program, Shared& shared) {
<<<<<<< HEAD
  auto* bench = program.add_subcommand("bench", "Benchmarks");
  bench->require_subcommand(1);
  bench->fallthrough();
  auto flags = std::make_shared<BenchFlags>();
  auto* planner =
      add_command(*bench, shared, "planner", "Every policy on every standard workload, side by side",
                  [&shared, flags] { return bench_planner(shared, *flags); });
  planner->add_option("--deploy", flags->deploy, "folder with workloads.yaml, bodies, apps ...")
      ->envname("SYNERGY_DEPLOY")
      ->capture_default_str();
  planner->add_option("--workload", flags->workloads, "w1 to w5; all without")->delimiter(',');
  planner->add_option("--link", flags->links, "links in place of the workloads' own")->delimiter(',');
  planner->add_option("--policy", flags->policies, "policies; all without")->delimiter(',');
  planner->add_option("--objective", flags->objectives, "throughput, latency, energy; all without")
      ->delimiter(',');
  planner->add_option("--residency", flags->residencies, "resident, reload; both without")->delimiter(',');
  planner->add_option("--overlap", flags->overlaps, "on, off; both without")
      ->delimiter(',')
      ->check(CLI::IsMember({"on", "off"}));
  auto* nodes = planner->add_option("--budget-nodes", flags->budget_nodes, "nodes of each search");
  planner->add_option("--budget-ms", flags->budget_ms, "milliseconds of each search")
      ->excludes(nodes)
      ->capture_default_str();
  planner->add_option("--max-chunks", flags->max_chunks, "most chunks of a model; 0: no cap");
  planner->add_option("--rounds", flags->rounds, "also run each plan virtually for so many rounds; 0: do not")
      ->capture_default_str();
  planner->add_option("-o,--output", flags->output, "folder for the CSV file and the SVG charts")
      ->capture_default_str();
=======
  auto* group = program.add_subcommand("bench", "Measure the emulator");
  group->require_subcommand(1);
  group->fallthrough();
  auto flags = std::make_shared<EmulatorFlags>();
  auto* command = add_command(*group, shared, "emulator",
                              "Speed beside silicon, the reference path and oneDNN, on one core",
                              [&shared, flags] { return run_emulator_bench(shared, *flags); });
  command->add_option("--deploy", flags->deploy, "folder with models and devices")->capture_default_str();
  command->add_option("--model", flags->models, "models to measure; default: all");
  command->add_option("--seconds", flags->settings.seconds, "for each model; a quarter for each layer")
      ->check(CLI::Range(0.001, 600.0))
      ->capture_default_str();
  command->add_option("--instruction-set", flags->settings.instruction_set,
                      "AVX3_DL, AVX3, AVX2, SSE4, SSSE3 or SCALAR; default: the best there is");
  command->add_flag("!--no-layers", flags->settings.layers, "leave out single layers");
  add_calibration_command(*group, shared);
>>>>>>> accel-models
}

}  // namespace synergy::cli
