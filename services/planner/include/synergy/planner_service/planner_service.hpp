// The planner's handlers: reads the models that apps name, keeps the live body view, and answers `plan.make`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/documents/load.hpp"
#include "synergy/planner/replan.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::planner_service {

struct Settings {
  std::string policy = "optimal";  ///< where a request names none
  std::uint64_t budget_nodes = 2'000'000;
};

class PlannerService {
 public:
  PlannerService(documents::DeployFolder deploy, Settings settings)
      : deploy_(std::move(deploy)), settings_(std::move(settings)) {}

  void on(const schemas::BodyView& body) { body_ = body; }
  /// The plan in force: later plans are made beside it, and their reason says what moves.
  void on(const schemas::CollaborationPlan& running) { running_ = running; }

  /// Fails with kUnavailable while no body view is known, kInvalid or kNotFound when the request is wrong,
  /// kNoFit when nothing serves all apps (not where the request lets some be left out: then a plan comes
  /// back, be it without a pipeline, that says who was left out and why), kTimeout when the search budget was
  /// spent before a plan was found. `planning_us` of the plan is left for the caller, who has a clock.
  [[nodiscard]] Result<schemas::CollaborationPlan> on(const schemas::PlanMake& request) const;

 private:
  [[nodiscard]] Result<planner::Pipeline> pipeline_of(const schemas::AppRequest& app) const;
  [[nodiscard]] planner::Planned<schemas::CollaborationPlan> plan(const planner::Problem& problem,
                                                                  const std::string& policy) const;
  [[nodiscard]] Result<schemas::CollaborationPlan> plan_most(std::vector<planner::Pipeline> pipelines,
                                                             std::vector<schemas::LeftOut> left_out,
                                                             const std::string& policy) const;

  documents::DeployFolder deploy_;
  Settings settings_;
  std::optional<schemas::BodyView> body_;
  std::optional<schemas::CollaborationPlan> running_;
};

}  // namespace synergy::planner_service
