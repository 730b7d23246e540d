// An app as a command watches it: the states of the mesh that a report needs, its results as they arrive, and
// the report.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "synergy/cli/commands.hpp"
#include "synergy/client/run_selection.hpp"
#include "synergy/client/session.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/use.hpp"

namespace synergy::cli {

/// The states a report needs, kept up to date while the session lasts. Must outlive the session.
struct Observed {
  AppId subject;
  std::optional<schemas::AppSet> apps;
  std::optional<schemas::CollaborationPlan> plan;             ///< in force
  std::map<std::uint64_t, schemas::CollaborationPlan> known;  ///< plans heard of that serve the subject
  schemas::BodyView body;
  std::optional<schemas::MeshUse> use;
  std::vector<Duration> lags;  ///< of the results that arrived, where they are watched

  void subscribe(bus::Participant& bus);
  /// Takes note of the subject's results as they arrive, and shows the first few to people.
  void watch_results(bus::Participant& bus, bool show);
  /// nullptr: not heard of.
  [[nodiscard]] const schemas::AppStatus* find(const AppId& app) const;
  [[nodiscard]] const schemas::AppStatus* status() const { return find(subject); }
  /// The subject's pipeline in that plan; nullptr: not heard of.
  [[nodiscard]] const schemas::PipelinePlan* pipeline(std::uint64_t plan_id) const;
  [[nodiscard]] bool is_served() const { return plan && plan->find(subject) != nullptr; }
};

/// For where nothing that is kept fits what was asked for: says on standard error, with the name that may
/// have been meant, that the body has no such device, or the mesh no such app. Says nothing of a name that is
/// there.
void warn_of_unknown(const std::optional<DeviceId>& device, const schemas::BodyView& body);
void warn_of_unknown(const std::optional<AppId>& app, const std::optional<schemas::AppSet>& apps);

/// Asks the store for the app's kept runs.
[[nodiscard]] ReadRuns runs_in_store(Session& session, const AppId& app);

/// Asks the store for the runs that are selected and for their plans, and prints the report on them. Fails
/// with kTimeout where runs failed, after it printed the report.
Status report_on(Shared& shared, Session& session, Observed& seen, const schemas::AppStatus& app,
                 const RunSelection& selection, const std::string& labels);

}  // namespace synergy::cli
