#include "planning_flags.hpp"

#include "../write_text.hpp"
#include "flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/schemas/value_named.hpp"

namespace synergy::cli {

Status write_workload(const planner_offline::GeneratedWorkload& workload,
                      const std::filesystem::path& folder) {
  std::vector<OutputFile> files;
  for (auto& file : planner_offline::files_of(workload))
    files.push_back({(folder / file.path).string(), std::move(file.text)});
  return write_files(files);
}

Result<schemas::Objective> objective_named(const std::string& name) {
  return schemas::value_named<schemas::Objective>("objective", name);
}
Result<schemas::Residency> residency_named(const std::string& name) {
  return schemas::value_named<schemas::Residency>("residency", name);
}

SearchLimits make_limits(std::uint64_t nodes, double ms) {
  if (nodes == 0 && ms > 0) return {0, ms};
  return {nodes > 0 ? nodes : kDefaultNodes, 0};
}

planner::Budget make_budget(const SearchLimits& limits) {
  if (limits.nodes > 0) return planner::Budget(limits.nodes);
  const double end = now_ms() + limits.ms;
  return planner::Budget(planner::Budget::kNoLimit, [end] { return now_ms() >= end; });
}

PlanningFlags::Added PlanningFlags::add_to(Command& command, Files files) {
  Added added;
  added.body = command.add_option("--body", body, "the body file, e.g. deploy/bodies/four-78000.yaml");
  added.apps =
      command.add_option("--app", apps, "app files, or a folder of them; may be given several times");
  if (files != Files::kOptional) added.body->required();
  if (files == Files::kBodyAndApps) added.apps->required();
  command.add_option(
      "--deploy", deploy,
      "folder with devices, links, models; default: SYNERGY_DEPLOY, else the one that the body "
      "file stands in, else the checkout's");
  added.link =
      command.add_option("--link", link, "a link of deploy/links, or a link file, in place of the body's");
  added.policy = command.add_option("--policy", policy, "what chooses: " + list_of(planner::policy_names()))
                     ->show_default();
  const auto of_one_plan = [&](const char* name, auto& value, const char* about) {
    return added.of_one_plan.emplace_back(command.add_option(name, value, about));
  };
  of_one_plan("--objective", objective, "fair, rounds, sum, latency, energy or lifetime")->show_default();
  of_one_plan("--residency", residency, "resident, reload or needed")->show_default();
  of_one_plan("--overlap", overlap, "on or off")->one_of({"on", "off"})->show_default();
  auto* nodes = of_one_plan("--budget-nodes", budget_nodes, "nodes of the search: the same on every machine")
                    ->between(1, 1e19);
  of_one_plan("--budget-ms", budget_ms, "milliseconds of the search")
      ->between(kLeastMs, kMostMs)
      ->excludes(nodes);
  of_one_plan("--max-chunks", max_chunks, "most chunks of a model; 0: no cap");
  return added;
}

Option* PlanningFlags::add_placement_to(Command& command, const Added& added) {
  return command
      .add_option("--placement", placement,
                  "judge this placement, in place of a policy's: a file of --write-placement, or one of "
                  "yours (services/cli/README.md)")
      ->excludes(added.policy);
}

planner_offline::Question PlanningFlags::question(const Shared& shared) const {
  auto folder = deploy;
  if (folder.empty() && !shared.deploy_is_chosen) folder = documents::deploy_folder_of(body).value_or("");
  if (folder.empty()) folder = shared.deploy_folder;
  return {folder, body, link, {apps.begin(), apps.end()}};
}

Result<planner::SolveOptions> PlanningFlags::options() const {
  planner::SolveOptions options;
  const auto chosen = objective_named(objective);
  if (!chosen) return chosen.error();
  const auto kept = residency_named(residency);
  if (!kept) return kept.error();
  if (planner::find_policy(policy) == nullptr)
    return Error{ErrorCode::kInvalid, unknown_name("policy", policy, planner::policy_names())};
  options.policy = policy;
  options.objective = *chosen;
  options.residency = *kept;
  options.overlap = overlap == "on";
  options.order = dynamic ? planner::TaskOrder::kDynamic : planner::TaskOrder::kCyclic;
  options.max_chunks = max_chunks;
  return options;
}

SearchLimits PlanningFlags::limits() const { return make_limits(budget_nodes, budget_ms); }
planner::Budget PlanningFlags::budget() const { return make_budget(limits()); }

}  // namespace synergy::cli
