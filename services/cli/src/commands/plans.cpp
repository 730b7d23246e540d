// plan (the running one), replan, history.
#include <memory>

#include "../app_watch.hpp"
#include "../write_text.hpp"
#include "flags.hpp"
#include "planning_flags.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/patience.hpp"
#include "synergy/client/session.hpp"
#include "synergy/client/table.hpp"
#include "synergy/documents/placement.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::cli {
namespace {

std::string steps_table(const schemas::PipelinePlan& pipeline) {
  Table table({"STEP", "TASK", "DEVICE", "TO", "LAYERS", "MS", "BYTES", "UJ"});
  const auto& execution = pipeline.executions.front();
  for (std::size_t i = 0; i < execution.steps.size(); ++i) {
    const auto& step = execution.steps[i];
    const bool of_chunk = step.kind == schemas::TaskKind::kInfer;
    const auto& chunk = execution.chunks[step.chunk];
    table.add({std::to_string(i), std::string(schemas::name_of(step.kind)), step.device.text(),
               step.to.text(),
               of_chunk ? std::to_string(chunk.first_layer) + "-" + std::to_string(chunk.last_layer) : "",
               fixed(milliseconds(step.duration), 3), step.bytes > 0 ? std::to_string(step.bytes) : "",
               fixed(step.energy_uj, 1)});
  }
  return table.text();
}

std::string plan_text(const schemas::CollaborationPlan& plan) {
  std::string text = "plan " + std::to_string(plan.id) + " for body " + plan.body + ", by " + plan.policy +
                     " (" + status_text(schemas::name_of(plan.status), plan.stopped_by) + ")\n" +
                     "predicted: " + fixed(plan.rounds_per_second, 2) + " rounds/s, latency " +
                     fixed(milliseconds(plan.latency), 2) + " ms, " + fixed(plan.energy_uj, 0) +
                     " uJ a run; bounded by " + plan.bottleneck + "\nwhy: " + plan.reason + "\n";
  for (const auto& pipeline : plan.pipelines)
    text += "\napp " + pipeline.app.text() + ", model " + pipeline.model.text() + ", up to " +
            std::to_string(pipeline.depth) + " runs in flight\n" +
            warning_lines(warnings_on_input(pipeline)) + steps_table(pipeline);
  Table rates({"APP", "RUNS/S", "UJ A RUN", "BOUNDED BY"});
  for (const auto& pipeline : plan.pipelines)
    rates.add({pipeline.app.text(), fixed(pipeline.runs_per_second, 2), fixed(pipeline.energy_uj, 1),
               pipeline.bottleneck});
  Table units({"UNIT", "BUSY MS A CYCLE"});
  for (const auto& unit : plan.units)
    units.add({unit.device.text() + " " + std::string(schemas::name_of(unit.unit)),
               fixed(milliseconds(unit.busy), 3)});
  Table memory({"DEVICE", "WEIGHT BYTES", "BIAS BYTES", "LAYERS", "BUFFER BYTES"});
  for (const auto& use : plan.memory)
    memory.add({use.device.text(), std::to_string(use.weight_bytes), std::to_string(use.bias_bytes),
                std::to_string(use.layers), std::to_string(use.buffer_bytes)});
  return text + "\n" + rates.text() + "\n" + units.text() + "\n" + memory.text() + "\n" +
         power_text(plan.devices);
}

/// Which layers of a plan run where, with the shares that its cycles hold; without rates, or as it is pinned.
schemas::Placement placement_of(const schemas::CollaborationPlan& plan) {
  if (plan.pinned) return *plan.pinned;
  schemas::Placement placement;
  for (const auto& pipeline : plan.pipelines) {
    schemas::PlacedApp app;
    app.app = pipeline.app;
    const auto& ways = pipeline.executions;
    if (ways.size() == 1) {
      app.source = ways.front().source;
      app.target = ways.front().target;
      app.chunks = ways.front().chunks;
    } else {
      for (const auto& way : ways) app.ways.push_back({way.share, way.source, way.target, way.chunks});
    }
    placement.apps.push_back(std::move(app));
  }
  return placement;
}

std::string history_table(const schemas::PlanHistory& history) {
  if (history.plans.empty()) return "no such plans\n";
  Table table({"PLAN", "MADE (UTC)", "POLICY", "STATUS", "STOPPED BY", "NODES", "LOWEST RUNS/S", "LATENCY MS",
               "UJ A RUN", "SWITCH MS", "BOTTLENECK", "CAUSE", "PLACEMENT"});
  for (const auto& plan : history.plans) {
    std::string placement;
    for (const auto& part : plan.placements) placement += (placement.empty() ? "" : "; ") + part;
    table.add({std::to_string(plan.id), plan.made, plan.policy,
               plan.status ? std::string(schemas::name_of(*plan.status)) : "-",
               plan.stopped_by ? std::string(schemas::name_of(*plan.stopped_by)) : "-",
               std::to_string(plan.nodes_spent), fixed(plan.rounds_per_second, 2), fixed(plan.latency_ms, 2),
               fixed(plan.energy_uj, 0), plan.switch_ms > 0 ? fixed(plan.switch_ms, 1) : "-", plan.bottleneck,
               plan.cause, placement});
  }
  return table.text();
}

struct HistoryFlags {
  std::uint32_t limit = 20;
  std::string since, until, app, device;
};

Status history(const Shared& shared, const HistoryFlags& flags) {
  Observed seen;
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { seen.subscribe(bus); });
  if (!session) return session.error();
  const auto times = parse_time_range(flags.since, flags.until, (*session)->bus().broker_time());
  if (!times) return times.error();
  schemas::QueryHistory query{flags.limit, times->since, times->until};
  if (!flags.app.empty()) query.app = AppId(flags.app);
  if (!flags.device.empty()) query.device = DeviceId(flags.device);
  const auto plans = (*session)->ask(schemas::topics::command("store"), query);
  if (!plans) return plans.error();
  if (plans->plans.empty()) {
    (void)(*session)->wait_until([&] { return !seen.body.devices.empty() && seen.apps; },
                                 std::chrono::seconds(1));
    warn_of_unknown(query.device, seen.body);
    warn_of_unknown(query.app, seen.apps);
  }
  print<schemas::PlanHistory>(shared, *plans, history_table);
  return {};
}

std::string replanned_text(const schemas::CollaborationPlan& plan) {
  return "plan " + std::to_string(plan.id) + " (" + plan.policy + ", " +
         std::string(schemas::name_of(plan.objective)) + ", " +
         std::string(schemas::name_of(plan.residency)) + "): at least " + fixed(plan.rounds_per_second, 2) +
         " runs/s of each app; " + plan.reason + "\n";
}

template <schemas::NamedEnum E>
std::string names_of() {
  std::vector<std::string> names;
  for (const auto& [value, name] : schemas::kEnumNames<E>) names.emplace_back(name);
  return list_of(names);
}

}  // namespace

namespace {

struct PlanFlags {
  std::string pin, placement_file;
  bool unpin = false;
};

/// Asks the dispatcher, and shows the plan that it answers.
Status plan_again(const Shared& shared, const schemas::PlanAgain& again) {
  auto session = Session::open(shared.run_folder);
  if (!session) return session.error();
  const auto plan = AskDispatcher(**session)(again);
  if (!plan) return plan.error();
  print<schemas::CollaborationPlan>(shared, *plan, replanned_text);
  return {};
}

Status pin(const Shared& shared, const std::string& file) {
  auto placement = documents::read_placement(file);
  if (!placement) return placement.error();
  schemas::PlanAgain again;
  again.pin = std::move(*placement);
  auto status = plan_again(shared, again);
  return status ? status : Status(documents::at_places(file, status.error()));
}

Status show_plan(const Shared& shared, const std::string& placement_file) {
  const auto plan = find_state<schemas::CollaborationPlan>(shared.run_folder, schemas::topics::kPlan);
  if (!plan) return plan.error();
  if (!*plan) return Error{ErrorCode::kUnavailable, "there is no plan yet: no app was accepted"};
  if (!placement_file.empty()) {
    const auto text =
        documents::placement_text(placement_of(**plan), "plan " + std::to_string((*plan)->id) + " by " +
                                                            (*plan)->policy + " on body " + (*plan)->body);
    if (auto status = write_text(text, placement_file); !status) return status;
  }
  print<schemas::CollaborationPlan>(shared, **plan, plan_text);
  return {};
}

}  // namespace

void add_plan_command(const NewCommand& made) {
  auto flags = std::make_shared<PlanFlags>();
  auto* command = add_state_command(made, [&shared = made.shared, flags]() -> Status {
    if (shared.output != nullptr && (!flags->pin.empty() || flags->unpin || !flags->placement_file.empty()))
      return Error{ErrorCode::kInvalid,
                   "--watch shows the plan again and again: leave --pin, --unpin and --write-placement out"};
    if (!flags->pin.empty()) return pin(shared, flags->pin);
    if (!flags->unpin) return show_plan(shared, flags->placement_file);
    schemas::PlanAgain again;
    again.unpin = true;
    return plan_again(shared, again);
  });
  const auto* pin_option = command->add_option("--pin", flags->pin,
                                               "serve the placement of this file from now on, until apps or "
                                               "its devices change: which layers run where "
                                               "(services/cli/README.md)");
  const auto* unpin_option =
      command->add_flag("--unpin", flags->unpin, "end that; the planner chooses again")->excludes(pin_option);
  command
      ->add_option("--write-placement", flags->placement_file,
                   "also write which layers run where to this file, as --pin reads it")
      ->excludes(pin_option)
      ->excludes(unpin_option);
}

void add_replan_command(const NewCommand& made) {
  struct Flags {
    std::string policy, objective, residency;
  };
  auto flags = std::make_shared<Flags>();
  auto* command = add_command(made, [&shared = made.shared, flags]() -> Status {
    schemas::PlanAgain again{flags->policy};
    if (!flags->objective.empty()) {
      const auto objective = objective_named(flags->objective);
      if (!objective) return objective.error();
      again.objective = *objective;
    }
    if (!flags->residency.empty()) {
      const auto residency = residency_named(flags->residency);
      if (!residency) return residency.error();
      again.residency = *residency;
    }
    return plan_again(shared, again);
  });
  command->add_option(
      "--policy", flags->policy,
      "what plans, from now on until the dispatcher ends: " + list_of(planner::policy_names()));
  command->add_option(
      "--objective", flags->objective,
      "what is sought, from now on until the dispatcher ends: " + names_of<schemas::Objective>());
  command->add_option("--residency", flags->residency,
                      "what shared accelerators keep, from now on until the dispatcher ends: " +
                          names_of<schemas::Residency>());
}

void add_history_command(const NewCommand& made) {
  auto flags = std::make_shared<HistoryFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return history(shared, *flags); });
  command->add_option("--limit,--last", flags->limit, "at most so many")->between(1, 1000)->show_default();
  add_time_options(*command, flags->since, flags->until, "made");
  command->add_option("--app", flags->app, "that serve this app");
  command->add_option("--device", flags->device, "in which this device senses, computes or interacts");
}

}  // namespace synergy::cli
