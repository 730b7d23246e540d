// solve, simulate, explain, workload: planning from files, without a running mesh.
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>

#include "../write_text.hpp"
#include "flags.hpp"
#include "planning_flags.hpp"
#include "simulate_day.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/cli/progress.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/placement.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/planner_offline/question.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::cli {
namespace {

using planner_offline::SimulationReport;
using planner_offline::SolveReport;

/// The plan in force, one of the history by its number, or one that `solve --output` wrote.
Result<schemas::CollaborationPlan> read_plan(const Shared& shared, const std::string& plan) {
  if (plan == "running")
    return read_state<schemas::CollaborationPlan>(shared.run_folder, schemas::topics::kPlan);
  std::uint64_t number = 0;
  const auto* const end = plan.data() + plan.size();
  if (const auto read = std::from_chars(plan.data(), end, number);
      read.ec == std::errc{} && read.ptr == end) {
    auto session = Session::open(shared.run_folder);
    if (!session) return session.error();
    return (*session)->ask(schemas::topics::command("store"), schemas::QueryPlan{number});
  }
  return documents::read_yaml<schemas::CollaborationPlan>(plan);  // JSON is YAML
}

struct Solved {
  planner::Problem problem;
  planner::Outcome outcome;
  SolveReport report;
  schemas::Placement placement{};  ///< that was judged
};

/// Beside `running`, where a plan runs already.
Result<Solved> solve_files(const Shared& shared, const PlanningFlags& flags,
                           const std::optional<schemas::CollaborationPlan>& running = {}) {
  auto problem = planner_offline::read_problem(flags.question(shared));
  if (!problem) return problem.error();
  auto options = flags.options();
  if (!options) return options.error();
  const double begin = now_ms();
  auto budget = flags.budget();
  SearchProgress progress(options->objective, flags.limits(), now_ms, standard_error());
  progress.watch(budget);
  if (!flags.placement.empty()) {
    auto placement = documents::read_placement(flags.placement);
    if (!placement) return placement.error();
    auto judged = planner::judge_placement(*problem, *placement, *options, budget);
    if (!judged) return documents::at_places(flags.placement, judged.error());
    auto report = planner_offline::make_report(*problem, *options, *judged, (now_ms() - begin) * 1000);
    return Solved{std::move(*problem), std::move(judged->outcome), std::move(report), std::move(*placement)};
  }
  if (!running) {
    auto outcome = planner::solve(*problem, *options, budget);
    auto report = planner_offline::make_report(*problem, *options, outcome, (now_ms() - begin) * 1000);
    return Solved{std::move(*problem), std::move(outcome), std::move(report)};
  }
  planner::ReplanOptions replanning;
  replanning.solve = *options;
  replanning.horizon = Duration(std::int64_t(flags.horizon_s * 1e9));
  auto made = planner::replan(*problem, *running, replanning, budget);
  auto report = planner_offline::make_report(*problem, *options, made.outcome, (now_ms() - begin) * 1000);
  if (made.outcome.has_plan()) report.move = planner_offline::make_line(made.move);
  return Solved{std::move(*problem), std::move(made.outcome), std::move(report)};
}

/// The command's exit code says whether there is a plan.
Status status_of(const SolveReport& report) {
  if (report.has_plan()) return {};
  return Error{report.status == planner::OutcomeStatus::kInvalid       ? ErrorCode::kInvalid
               : report.status == planner::OutcomeStatus::kBudgetSpent ? ErrorCode::kTimeout
                                                                       : ErrorCode::kNoFit,
               std::string(schemas::name_of(report.status)) + ": " + report.reason};
}

/// A report as lines of CSV.
struct SolveRows {
  std::vector<planner_offline::PipelineLine> pipelines;
  static void fields(auto& f) { f.required("pipelines", &SolveRows::pipelines, "one for each way"); }
};

/// Shows a report. To a person who gets no plan, only the error tells why.
Status show(const Shared& shared, const SolveReport& report,
            const std::function<std::string(const SolveReport&)>& text) {
  if (report.has_plan() || shared.json)
    print_with_rows<SolveReport>(shared, report, SolveRows{report.pipelines}, text);
  return status_of(report);
}

/// In the form that `--placement` reads; with the rates of the placement that was judged.
Status write_placement(const Solved& solved, const std::string& file) {
  auto placement = planner::placement_of(solved.problem, solved.outcome.choices);
  for (auto& app : placement.apps)
    for (const auto& given : solved.placement.apps)
      if (given.app == app.app) app.rate = given.rate;
  const auto& report = solved.report;
  const auto about = "by " + report.policy + " for " + std::string(schemas::name_of(report.objective)) +
                     " on body " + report.body + ", link " + report.link;
  return write_text(documents::placement_text(placement, about), file);
}

Status solve(Shared& shared, const PlanningFlags& flags, const std::string& running_plan) {
  std::optional<schemas::CollaborationPlan> running;
  if (!running_plan.empty()) {
    auto plan = read_plan(shared, running_plan);
    if (!plan) return plan.error();
    running = std::move(*plan);
  }
  const auto solved = solve_files(shared, flags, running);
  if (!solved) return solved.error();
  if (!flags.plan_file.empty() && solved->report.has_plan())
    if (auto status = write_text(schemas::to_json(solved->outcome.plan, 1) + "\n", flags.plan_file); !status)
      return status;
  if (!flags.placement_file.empty() && solved->report.has_plan())
    if (auto status = write_placement(*solved, flags.placement_file); !status) return status;
  return show(shared, solved->report, [](const SolveReport& report) { return to_text(report); });
}

Status simulate(Shared& shared, const PlanningFlags& flags, std::uint64_t rounds, const DayFlags& day) {
  if (day.events) return simulate_day(shared, flags, day);
  const auto solved = solve_files(shared, flags);
  if (!solved) return solved.error();
  if (auto status = status_of(solved->report); !status) return status;
  ProgressLine line(now_ms, standard_error());
  const auto ran = planner_offline::simulate(solved->problem, solved->outcome.plan, rounds, [&](double part) {
    line.show([&](double elapsed_ms) {
      return fixed(100 * part, 0) + " % of the runs" + left_text(part, elapsed_ms);
    });
  });
  line.wipe();
  if (!ran) return ran.error();
  if (!shared.json) put(shared, to_text(solved->report) + "\n");
  print<SimulationReport>(shared, *ran, [](const SimulationReport& report) { return to_text(report); });
  return {};
}

Status explain(Shared& shared, const PlanningFlags& flags, const std::string& plan_name) {
  SolveReport report;
  if (flags.body.empty()) {
    const auto plan = read_plan(shared, plan_name.empty() ? "running" : plan_name);
    if (!plan) return plan.error();
    report = planner_offline::make_report(*plan);
  } else {
    auto solved = solve_files(shared, flags);
    if (!solved) return solved.error();
    report = std::move(solved->report);
  }
  return show(shared, report, [](const SolveReport& made) { return to_explanation(made); });
}

Status make_workload(std::uint32_t pipelines, std::uint32_t devices, const std::string& folder) {
  const auto made = planner_offline::generate(pipelines, devices);
  if (auto status = write_workload(made, folder); !status) return status;
  std::printf("%s/bodies/%s.yaml\n%s/apps/%s\n", folder.c_str(), made.body.name.c_str(), folder.c_str(),
              made.body.name.c_str());
  return {};
}

}  // namespace

void add_solve_command(const NewCommand& made) {
  auto flags = std::make_shared<PlanningFlags>();
  auto running = std::make_shared<std::string>();
  auto* command =
      add_command(made, [&shared = made.shared, flags, running] { return solve(shared, *flags, *running); });
  const auto added = flags->add_to(*command, PlanningFlags::Files::kBodyAndApps);
  const auto* placement = flags->add_placement_to(*command, added);
  command->add_option("-o,--output", flags->plan_file, "also write the whole plan, as JSON, to this file");
  command->add_option("--write-placement", flags->placement_file,
                      "also write which layers run where to this file, as --placement reads it");
  auto* running_option = command
                             ->add_option("--running", *running,
                                          "plan anew beside this plan, moving as little as is worth it: a "
                                          "file of --output, a number of the "
                                          "history, or 'running'")
                             ->excludes(placement);
  command->add_option("--horizon-s", flags->horizon_s, "how long the new plan is thought to run")
      ->between(1e-3, 1e9)
      ->needs(running_option)
      ->show_default();
}

void add_simulate_command(const NewCommand& made) {
  auto flags = std::make_shared<PlanningFlags>();
  auto rounds = std::make_shared<std::uint64_t>(1000);
  auto day = std::make_shared<DayFlags>();
  auto* command = add_command(
      made, [&shared = made.shared, flags, rounds, day] { return simulate(shared, *flags, *rounds, *day); });
  const auto added = flags->add_to(*command, PlanningFlags::Files::kBody);
  day->add_to(*command);
  const auto* events = day->option;
  flags->add_placement_to(*command, added)->excludes(events);
  for (auto* option : added.of_one_plan) option->excludes(events);
  command->add_option("--rounds", *rounds, "rounds to run; the second half is measured")
      ->between(2, 10'000'000)
      ->show_default()
      ->excludes(events);
  command
      ->add_flag("--dynamic", flags->dynamic,
                 "whoever is ready first goes first, instead of the plan's order")
      ->excludes(events);
  command->require_one_of({added.apps, day->option}, "What runs");
}

void add_explain_command(const NewCommand& made) {
  auto flags = std::make_shared<PlanningFlags>();
  auto plan = std::make_shared<std::string>();
  auto* command =
      add_command(made, [&shared = made.shared, flags, plan] { return explain(shared, *flags, *plan); });
  command->add_option(
      "PLAN", *plan,
      "a file of `solve --output`, a number of the history, or 'running' (default): the mesh's plan; or give "
      "--body and --app");
  const auto added = flags->add_to(*command, PlanningFlags::Files::kOptional);
  // Without a body the mesh's plan is explained, as it is.
  for (auto* option : {added.apps, added.link, added.policy}) option->needs(added.body);
  for (auto* option : added.of_one_plan) option->needs(added.body);
}

void add_workload_command(const NewCommand& made) {
  struct Workload {
    std::uint32_t pipelines = 4, devices = 4;
    std::string folder = "w6";
  };
  auto series = std::make_shared<Workload>();
  auto* command = add_plain_command(
      made, [series] { return make_workload(series->pipelines, series->devices, series->folder); });
  command->add_option("--pipelines", series->pipelines, "how many")->between(1, 1000);
  command->add_option("--devices", series->devices, "how many")->between(1, 1000);
  command->add_option("-o,--output", series->folder, "folder for bodies/ and apps/")->show_default();
}

}  // namespace synergy::cli
