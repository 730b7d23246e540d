// The planner: from the live body and the apps to a collaboration plan, on request.
#include <string>

#include "synergy/base/text.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner_service/plan_worker.hpp"
#include "synergy/planner_service/planner_service.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

namespace {

void log_answer(runtime::Log& log, const schemas::PlanMake& request,
                const Result<schemas::CollaborationPlan>& plan) {
  const auto effort = std::string(schemas::name_of(request.effort));
  if (!plan)
    return log.info("no_plan",
                    {{"cause", request.cause}, {"effort", effort}, {"reason", plan.error().message}});
  log.info("plan_made", {{"plan", plan->id},
                         {"cause", request.cause},
                         {"effort", effort},
                         {"apps", request.apps.size()},
                         {"rounds_per_s", plan->rounds_per_second},
                         {"nodes", plan->nodes_spent},
                         {"us", plan->planning_us}});
}

Status serve(runtime::Context& context, const std::string& deploy,
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

}  // namespace

int main(int argc, char** argv) {
  std::string deploy;
  planner_service::Settings settings;
  return runtime::service_main(
      argc, argv, {"planner", "Plans which layers of which model run on which device."},
      [&](runtime::Options& options) {
        options.required_text("--deploy", deploy, "folder with devices, links, bodies, models",
                              "SYNERGY_DEPLOY");
        options.text("--policy", settings.policy, "policy where a request names none", "SYNERGY_POLICY");
      },
      [&](runtime::Context& context) { return serve(context, deploy, settings); });
}
