// Admission: which apps a plan is to serve, in which order of precedence, and what a decision makes of each
// app's status.
//
// Pure functions of the apps, the decision and what still waits for the store.
#pragma once

#include <vector>

#include "synergy/dispatcher/apps.hpp"
#include "synergy/dispatcher/decision.hpp"
#include "synergy/dispatcher/store_queue.hpp"

namespace synergy::dispatcher {

/// Those that a plan is to serve, in the order of their precedence: the planner serves the first that fit
/// together. What runs comes before what is new, and that before what waits; within each, and across all
/// where the body has changed, higher priority comes first.
[[nodiscard]] std::vector<schemas::AppRequest> requests_for(const Decision& decision, const Apps& apps);

/// The plan that comes back, under its new number. Its list `left_out` names those of `requests` that it does
/// not serve.
[[nodiscard]] schemas::CollaborationPlan rolled_back(const Decision& decision, std::uint64_t number,
                                                     const std::vector<schemas::AppRequest>& requests);

/// The app that the submission is to change has ended meanwhile.
[[nodiscard]] bool comes_too_late(const Submit& submit, const Apps& apps);

/// The status of the app that is submitted, without what the plan makes of it.
[[nodiscard]] schemas::AppStatus submitted_status(const Submit& submit, const Apps& apps,
                                                  const StoreQueue& store);

/// What the store is told: the plan and the status that each app has by it.
[[nodiscard]] schemas::StoreDecision decision_to_keep(const Decision& decision, const Apps& apps,
                                                      const StoreQueue& store);

/// What another plan means for the rates of the apps apart from `newcomer`: those whose rate changes by more
/// than a thousandth, in the order of the plan before (null: none), then who was not served by that. An app
/// that has ended loses nothing, though a plan may be in force that still served it.
[[nodiscard]] std::vector<schemas::RateChange> rate_changes(const schemas::CollaborationPlan* before,
                                                            const schemas::CollaborationPlan& after,
                                                            const AppId& newcomer, const Apps& apps);
/// What somebody who tries this app is told; `now`: the plan in force; null: none is.
[[nodiscard]] schemas::AppForecast forecast(const AppId& app, const schemas::CollaborationPlan* now,
                                            const schemas::CollaborationPlan& plan, const Apps& apps);

/// `plan`: in force; null: none is.
[[nodiscard]] schemas::AppSubmitted submitted_answer(const schemas::AppStatus& status,
                                                     const schemas::CollaborationPlan* plan);

}  // namespace synergy::dispatcher
