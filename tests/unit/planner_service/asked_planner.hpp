// The planner's handlers as one thing that answers at once, without a thread.
#pragma once

#include "planner_fixtures.hpp"
#include "synergy/planner_service/planner_service.hpp"

namespace synergy::planner_test {

class AskedPlanner {
 public:
  explicit AskedPlanner(planner_service::Settings settings = {},
                        documents::DeployFolder deploy = deploy_folder())
      : maker_(std::move(deploy), std::move(settings)) {}

  void on(const schemas::BodyView& body) { known_.on(body); }
  void on(const schemas::CollaborationPlan& running) { known_.on(running); }
  [[nodiscard]] Result<schemas::CollaborationPlan> on(const schemas::PlanMake& request,
                                                      const planner_service::Limits& limits = {}) {
    return maker_.make(known_.question(request), limits);
  }

 private:
  planner_service::PlannerService known_;
  planner_service::PlanMaker maker_;
};

}  // namespace synergy::planner_test
