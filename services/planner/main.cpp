// The planner: from the live body and the apps to a collaboration plan, on request.
#include <chrono>
#include <string>

#include "synergy/base/text.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner_service/planner_service.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

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
      [&](runtime::Context& context) -> Status {
        if (planner::find_policy(settings.policy) == nullptr)
          return Error{ErrorCode::kInvalid, unknown_name("policy", settings.policy, planner::policy_names())};
        planner_service::PlannerService service{documents::DeployFolder(deploy), settings};
        auto& bus = context.bus();
        bus.subscribe<schemas::BodyView>(schemas::topics::kBody,
                                         [&](const schemas::Envelope&, const schemas::BodyView& body) {
                                           service.on(body);
                                           context.ready();
                                         });
        bus.subscribe<schemas::CollaborationPlan>(
            schemas::topics::kPlan, [&](const schemas::Envelope&, const schemas::CollaborationPlan& running) {
              service.on(running);
            });
        bus.serve<schemas::PlanMake>(
            schemas::topics::command("planner"),
            [&](const schemas::PlanMake& request) -> Result<schemas::CollaborationPlan> {
              const auto begin = context.clock().monotonic();
              auto plan = service.on(request);
              const auto took = context.clock().monotonic() - begin;
              if (plan) {
                plan->planning_us =
                    std::uint64_t(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
                context.log().info("plan_made", {{"plan", plan->id},
                                                 {"cause", request.cause},
                                                 {"apps", request.apps.size()},
                                                 {"rounds_per_s", plan->rounds_per_second},
                                                 {"us", plan->planning_us}});
              } else {
                context.log().info("no_plan", {{"cause", request.cause}, {"reason", plan.error().message}});
              }
              return plan;
            });
        context.waiting_for("the body view");
        return context.run();
      });
}
