// One decision of the dispatcher: what somebody asked for, or what happened, that changes the set of apps,
// the plan in force, or both.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "synergy/dispatcher/ports.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/plan_commands.hpp"

namespace synergy::dispatcher {

/// An app is submitted, or one that runs is submitted again with another rate, deadline, priority or weight.
struct Submit {
  schemas::AppRequest request;
  Ports::Answer<schemas::AppSubmitted> answer;
  bool update = false;  ///< the request changes an app that runs
};
/// Somebody asks what a submission would lead to. Nothing comes of it but the answer.
struct Try {
  schemas::AppRequest request;
  Ports::Answer<schemas::AppForecast> answer;
  bool update = false;  ///< as in Submit
};
struct Stop {
  AppId app;
  Ports::Answer<schemas::AppStopped> answer;
};
/// How plans are made: what somebody asked for, and the planner's default where nobody did.
struct HowToPlan {
  std::string policy;
  std::optional<schemas::Objective> objective;
  std::optional<schemas::Residency> residency;

  /// These, and what `before` says where these say nothing.
  [[nodiscard]] HowToPlan over(const HowToPlan& before) const {
    return {policy.empty() ? before.policy : policy, objective ? objective : before.objective,
            residency ? residency : before.residency};
  }
};
/// Somebody asks for another plan for the same apps.
struct Replan {
  HowToPlan how;
  bool once = false;  ///< `how` is for this plan only
  Ports::Answer<schemas::CollaborationPlan> answer;
  std::optional<schemas::Placement> pin{};  ///< the plan is to be this placement's
  bool unpin = false;                       ///< the plan in force must be pinned, the new one is not
};
/// Devices came or went, or the link or a profile is another.
struct BodyChanged {};
/// An executor refused the plan in force for good: the last plan that ran comes back.
struct RollBack {
  schemas::CollaborationPlan to;
  std::uint64_t refused_plan = 0;  ///< its number
};
/// The plan in force was made in a hurry: a full search looks for a better one, in the background.
struct FullSearch {};
/// Nobody asked for it: an app finished, the dispatcher started again, or a plan was refused and none can
/// come back.
struct PlanAnew {};

struct Decision {
  std::string cause;    ///< in words, for people; kept with the plan
  std::string request;  ///< id of the command that asked for it; empty: nobody did
  std::variant<Submit, Try, Stop, Replan, BodyChanged, RollBack, FullSearch, PlanAnew> what;
  schemas::Effort effort = schemas::Effort::kQuick;

  // What becomes of it.
  std::optional<schemas::BodyView> body{};           ///< as the dispatcher saw it when it asked the planner
  std::optional<schemas::CollaborationPlan> plan{};  ///< that it leads to; empty: no plan is needed
  bool pin_is_lost = false;                          ///< what was pinned has no plan any more
  std::vector<schemas::RateChange> changes{};        ///< of a Submit: what it costs the other apps

  /// nullptr where the decision is of another kind.
  template <class T>
  [[nodiscard]] T* as() {
    return std::get_if<T>(&what);
  }
  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&what);
  }
  template <class T>
  [[nodiscard]] bool is() const {
    return std::holds_alternative<T>(what);
  }
  /// What is submitted or tried; nullptr: nothing is.
  [[nodiscard]] const schemas::AppRequest* request_of_app() const {
    if (const auto* submit = as<Submit>()) return &submit->request;
    if (const auto* one = as<Try>()) return &one->request;
    return nullptr;
  }
  /// It changes an app that runs.
  [[nodiscard]] bool is_update() const {
    if (const auto* submit = as<Submit>()) return submit->update;
    if (const auto* one = as<Try>()) return one->update;
    return false;
  }
  /// The app that is submitted or stopped; empty: none is.
  [[nodiscard]] AppId app() const {
    if (const auto* submit = as<Submit>()) return submit->request.app;
    if (const auto* stop = as<Stop>()) return stop->app;
    return {};
  }
  /// Somebody waits for the answer.
  [[nodiscard]] bool is_asked_for() const { return is<Submit>() || is<Try>() || is<Stop>() || is<Replan>(); }
};

/// Who waits for an answer (the planner's, the store's) holds the decision that the answer is for.
using DecisionPtr = std::shared_ptr<Decision>;

}  // namespace synergy::dispatcher
