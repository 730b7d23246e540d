// The planner: from the live body and the apps to a collaboration plan, on request.
#include <string>

#include "synergy/planner_adapter/run.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;

int main(int argc, char** argv) {
  std::string deploy;
  planner_adapter::Named named;
  return runtime::service_main(
      argc, argv, {"planner", "Plans which layers of which model run on which device."},
      [&](runtime::Options& options) {
        options.required_text("--deploy", deploy, "folder with devices, links, bodies, models",
                              "SYNERGY_DEPLOY");
        options.text("--policy", named.policy, "policy where a request names none", "SYNERGY_POLICY");
        options.text("--objective", named.objective, "objective where a request names none",
                     "SYNERGY_OBJECTIVE");
        options.text("--residency", named.residency, "residency where a request names none",
                     "SYNERGY_RESIDENCY");
      },
      [&](runtime::Context& context) -> Status {
        const auto settings = planner_adapter::settings_of(named);
        if (!settings) return settings.error();
        return planner_adapter::run(context, deploy, *settings);
      });
}
