// bench planner: every policy on every workload.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "../write_text.hpp"
#include "flags.hpp"
#include "planning_flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner_offline/chart.hpp"

namespace synergy::cli {
namespace {

using planner_offline::BenchReport;

struct BenchFlags {
  std::string output = "run";
  std::vector<std::string> workloads, links, policies, objectives, residencies, overlaps;
  std::uint64_t budget_nodes = 0, rounds = 0;
  double budget_ms = 1000;
  std::uint32_t max_chunks = 0;
};

Status choose_workloads(const std::filesystem::path& deploy, const BenchFlags& flags,
                        planner_offline::BenchSettings& settings) {
  auto known = planner_offline::read_workloads(deploy);
  if (!known) return known.error();
  std::vector<std::string> names;
  for (const auto& workload : *known) names.push_back(workload.name);
  for (const auto& name : flags.workloads.empty() ? names : flags.workloads) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) {
      settings.workloads.push_back((*known)[std::size_t(found - names.begin())]);
    } else if (const auto generated = planner_offline::generated_by_name(name)) {
      const std::filesystem::path folder = std::filesystem::path(flags.output) / "w6";
      if (auto status = write_workload(*generated, folder); !status) return status;
      settings.workloads.push_back(planner_offline::workload_in(folder, *generated));
    } else {
      names.emplace_back("w6-4x4 (any size)");
      return Error{ErrorCode::kNotFound, unknown_name("workload", name, names)};
    }
    if (!flags.links.empty()) settings.workloads.back().links = flags.links;
  }
  return {};
}

Status choose_policies(const BenchFlags& flags, planner_offline::BenchSettings& settings) {
  settings.policies = flags.policies.empty() ? planner::policy_names() : flags.policies;
  for (const auto& name : settings.policies)
    if (planner::find_policy(name) == nullptr)
      return Error{ErrorCode::kInvalid, unknown_name("policy", name, planner::policy_names())};
  settings.objectives = {schemas::Objective::kRounds, schemas::Objective::kLatency,
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
  settings.deploy = shared.deploy_folder;
  settings.max_chunks = flags.max_chunks;
  settings.virtual_rounds = flags.rounds;
  if (auto status = choose_workloads(shared.deploy_folder, flags, settings); !status) return status;
  if (auto status = choose_policies(flags, settings); !status) return status;
  std::unique_ptr<SearchProgress> progress;  // of the search that goes on
  settings.budget = [&](const planner::SolveOptions& options) {
    const auto limits = make_limits(flags.budget_nodes, flags.budget_ms);
    auto budget = make_budget(limits);
    progress = std::make_unique<SearchProgress>(options.objective, limits, now_ms, standard_error());
    progress->watch(budget);
    return budget;
  };
  settings.now_us = [] { return now_ms() * 1000; };
  ProgressLine line(now_ms, standard_error());  // of all of them
  settings.progress = [&](std::size_t done, std::size_t all, const std::string& what) {
    line.show([&](double elapsed_ms) { return count_text("plans", done, all, elapsed_ms) + ", " + what; });
  };
  const auto report = planner_offline::run_benchmark(settings);
  progress.reset();
  line.wipe();
  if (!report) return report.error();
  if (auto status = write_files(*report, flags.output); !status) return status;
  print<BenchReport>(shared, *report, [&flags](const BenchReport& made) {
    return to_text(made) + "CSV and charts: " + flags.output + "/bench-planner*\n";
  });
  if (!report->behind.empty())
    return Error{ErrorCode::kInternal,
                 "optimal is behind in " + std::to_string(report->behind.size()) + " cases"};
  return {};
}

}  // namespace

void add_planner_bench_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto flags = std::make_shared<BenchFlags>();
  auto* planner = add_command(made, [&shared, flags] { return bench_planner(shared, *flags); });
  add_deploy_option(*planner, shared, "workloads.yaml, bodies, apps ...");
  planner
      ->add_option("--workload", flags->workloads,
                   "w1 to w5; all without; w6-PxD: generated, P pipelines on D devices")
      ->delimiter(',');
  planner->add_option("--link", flags->links, "links in place of the workloads' own")->delimiter(',');
  planner->add_option("--policy", flags->policies, "policies; all without")->delimiter(',');
  planner
      ->add_option("--objective", flags->objectives,
                   "fair, rounds, sum, latency, energy, lifetime; without: rounds, latency, energy")
      ->delimiter(',');
  planner->add_option("--residency", flags->residencies, "resident, reload; both without")->delimiter(',');
  planner->add_option("--overlap", flags->overlaps, "on, off; both without")
      ->delimiter(',')
      ->one_of({"on", "off"});
  auto* nodes = planner->add_option("--budget-nodes", flags->budget_nodes, "nodes of each search");
  planner->add_option("--budget-ms", flags->budget_ms, "milliseconds of each search")
      ->between(kLeastMs, kMostMs)
      ->excludes(nodes)
      ->show_default();
  planner->add_option("--max-chunks", flags->max_chunks, "most chunks of a model; 0: no cap");
  planner->add_option("--rounds", flags->rounds, "also run each plan virtually for so many rounds; 0: do not")
      ->show_default();
  planner->add_option("-o,--output", flags->output, "folder for the CSV file and the SVG charts")
      ->show_default();
}

}  // namespace synergy::cli
