#include "synergy/planner_adapter/run.hpp"

#include <string>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner_service/plan_worker.hpp"
#include "synergy/schemas/value_named.hpp"

namespace synergy::planner_adapter {
namespace {

void log_answer(runtime::Log& log, const schemas::PlanMake& request,
                const Result<schemas::CollaborationPlan>& plan) {
  const auto effort = std::string(schemas::name_of(request.effort));
  if (!plan)
    return log.info("no_plan",
                    {{"cause", request.cause}, {"effort", effort}, {"reason", plan.error().message}},
                    request.origin);
  log.info("plan_made",
           {{"plan", plan->id},
            {"cause", request.cause},
            {"effort", effort},
            {"apps", request.apps.size()},
            {"rounds_per_s", plan->rounds_per_second},
            {"nodes", plan->nodes_spent},
            {"us", plan->planning_us}},
           request.origin);
}

}  // namespace

Result<planner_service::Settings> settings_of(const Named& named) {
  planner_service::Settings settings;
  if (!named.policy.empty()) settings.policy = named.policy;
  if (planner::find_policy(settings.policy) == nullptr)
    return Error{ErrorCode::kInvalid, unknown_name("policy", settings.policy, planner::policy_names())};
  if (!named.objective.empty()) {
    const auto objective = schemas::value_named<schemas::Objective>("objective", named.objective);
    if (!objective) return objective.error();
    settings.objective = *objective;
  }
  if (!named.residency.empty()) {
    const auto residency = schemas::value_named<schemas::Residency>("residency", named.residency);
    if (!residency) return residency.error();
    settings.residency = *residency;
  }
  return settings;
}

Status run(runtime::Context& context, const std::filesystem::path& deploy,
           const planner_service::Settings& settings) {
  if (planner::find_policy(settings.policy) == nullptr)
    return Error{ErrorCode::kInvalid, unknown_name("policy", settings.policy, planner::policy_names())};
  planner_service::PlannerService service;
  planner_service::PlanMaker maker{documents::DeployFolder(deploy), settings};
  planner_service::PlanWorker worker(
      [&maker](const auto& question, const auto& limits) { return maker.make(question, limits); },
      [&context](std::function<void()> handle) { context.post(std::move(handle)); }, context.clock());
  auto& bus = context.bus();
  bus.subscribe<schemas::BodyView>(schemas::topics::kBody, [&](const auto&, const schemas::BodyView& body) {
    service.on(body);
    context.ready();
  });
  bus.subscribe<schemas::CollaborationPlan>(
      schemas::topics::kPlan,
      [&](const auto&, const schemas::CollaborationPlan& running) { service.on(running); });
  bus.serve<schemas::PlanMake>(
      schemas::topics::command("planner"), [&](const schemas::PlanMake& request, const auto& answer) {
        worker.ask(service.question(request), [&context, request, answer](const auto& plan) {
          log_answer(context.log(), request, plan);
          answer(plan);
        });
      });
  context.tell([&worker] { return worker.note(); });
  context.waiting_for("the body view");
  return context.run();
}

}  // namespace synergy::planner_adapter
