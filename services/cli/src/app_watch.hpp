// An app as a command watches it: the states of the mesh that a report needs, its results as they arrive, and
// the report.
#pragma once

#include <string>
#include <vector>

#include "synergy/cli/commands.hpp"
#include "synergy/cli/session.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::cli {

/// The states a report needs, kept up to date while the session lasts.
struct Observed {
  AppId subject;
  schemas::AppSet apps;
  schemas::CollaborationPlan plan;  ///< the last heard of that serves the subject
  bool plan_heard = false;
  schemas::BodyView body;
  std::vector<Duration> lags;

  /// Takes note of the subject's results as they arrive, and shows the first few to people.
  void watch_results(bus::Participant& bus, bool show);
  void subscribe(bus::Participant& bus);
  [[nodiscard]] const schemas::AppStatus* find(const AppId& app) const;
};

/// Asks the store for the runs of the app's present submission, and prints the report on them. Fails with
/// kTimeout where runs failed, after it printed the report.
Status report_on(Shared& shared, Session& session, const Observed& seen, const schemas::AppStatus& app,
                 const std::string& labels);

}  // namespace synergy::cli
