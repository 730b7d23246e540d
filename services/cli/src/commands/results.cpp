// results: what became of an app's runs.
#include <memory>

#include "../app_watch.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

Status results(Shared& shared, const std::string& app, const std::string& labels) {
  Observed seen;
  seen.subject = AppId(app);
  auto session = Session::open(shared.run_folder, [&](bus::Participant& bus) { seen.subscribe(bus); });
  if (!session) return session.error();
  (void)(*session)->wait_until(
      [&] { return seen.find(AppId(app)) != nullptr && seen.plan_heard && !seen.body.devices.empty(); },
      std::chrono::seconds(1));
  const auto* status = seen.find(AppId(app));
  if (status == nullptr)
    return Error{ErrorCode::kNotFound, "there is no app '" + app + "' (synergy apps lists them)"};
  return report_on(shared, **session, seen, *status, labels);
}

}  // namespace

void add_results_command(Command& program, Shared& shared) {
  auto app = std::make_shared<std::string>();
  auto labels = std::make_shared<std::string>();
  auto* results_command =
      add_command(program, shared, "results", "Report on an app's runs: accuracy, rate, latency, energy",
                  [&shared, app, labels] { return results(shared, *app, *labels); });
  results_command->add_option("APP", *app, "its name")->required();
  results_command->add_option("--labels", *labels, "right labels (.npy), for the accuracy");
}

}  // namespace synergy::cli
