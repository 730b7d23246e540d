// The planner's handlers: keep the live body view and the plan in force, and answer `plan.make`.
//
// A question is asked on the loop's thread and answered on another one (plan_worker.hpp): PlannerService
// makes of a command and what is known a Question, which does not change any more; PlanMaker answers it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "synergy/planner/budget.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/planner_service/model_cache.hpp"
#include "synergy/schemas/plan_commands.hpp"

namespace synergy::planner_service {

/// What holds where a request says nothing of it, and nodes of searches. How these were chosen:
/// services/planner/README.md, "Effort".
struct Settings {
  std::string policy = planner::SolveOptions{}.policy;
  std::uint64_t full_nodes = 2'000'000;
  std::uint64_t quick_nodes = 300'000;
  schemas::Objective objective = planner::SolveOptions{}.objective;
  schemas::Residency residency = planner::SolveOptions{}.residency;
};

/// All that an answer depends on, as it was when the question came. What it points to never changes: a
/// question may be handed to another thread.
struct Question {
  schemas::PlanMake request;
  std::shared_ptr<const schemas::BodyView> body;              ///< nullptr: not known yet
  std::shared_ptr<const schemas::CollaborationPlan> running;  ///< nullptr: no plan is in force
};

/// What may end a search before its nodes are spent.
struct Limits {
  planner::Budget::Stop stop;                     ///< asked now and then from the searching thread
  std::uint64_t cut = planner::Budget::kNoLimit;  ///< where the search is cut that is to be repeated
};

/// Answers questions. Belongs to one thread at a time.
class PlanMaker {
 public:
  PlanMaker(documents::DeployFolder deploy, Settings settings)
      : models_(std::move(deploy)), settings_(std::move(settings)) {}

  /// Equal questions with equal limits are given equal answers; a plan whose search was cut says by
  /// `nodes_spent` where.
  ///
  /// Fails with kUnavailable while no body view is known, kInvalid or kNotFound when the request is wrong,
  /// kNoFit when nothing serves all apps (not where the request lets some be left out: then a plan comes
  /// back, be it without a pipeline, that says who was left out and why), kTimeout when the search ended
  /// before a plan was found. An app is left out with code `timeout` where a longer search may find room for
  /// it. `planning_us` of the plan is left for the caller, who has a clock.
  [[nodiscard]] Result<schemas::CollaborationPlan> make(const Question& question, const Limits& limits = {});

 private:
  ModelCache models_;
  Settings settings_;
};

/// What is known, and questions made of it. Belongs to the loop's thread.
class PlannerService {
 public:
  void on(const schemas::BodyView& body) { body_ = std::make_shared<const schemas::BodyView>(body); }
  /// The plan in force: later plans are made beside it, and their reason says what moves.
  void on(const schemas::CollaborationPlan& running) {
    running_ = std::make_shared<const schemas::CollaborationPlan>(running);
  }

  [[nodiscard]] Question question(const schemas::PlanMake& request) const {
    return {request, body_, running_};
  }

 private:
  std::shared_ptr<const schemas::BodyView> body_;
  std::shared_ptr<const schemas::CollaborationPlan> running_;
};

}  // namespace synergy::planner_service
