#include "planner.hpp"

#include <algorithm>
#include <utility>

#include "synergy/planner/verify.hpp"

namespace synergy::virtual_mesh {

void Planner::make(const schemas::PlanMake& request, Answer answer) {
  const auto question = service_.question(request);
  queue_.after(takes_, [this, number = ++asked_, question, answer = std::move(answer)] {
    if (number == asked_) answer_to(question, answer);
  });
}

void Planner::answer_to(const planner_service::Question& question, const Answer& answer) {
  auto plan = maker_.make(question);
  if (plan) {
    plan->planning_us = std::uint64_t(takes_.count() / 1000);
    if (auto status = check(question, *plan); !status)
      broken_("plan " + std::to_string(plan->id) + ": " + status.error().message);
  }
  answer(std::move(plan));
}

Status Planner::check(const planner_service::Question& question, const schemas::CollaborationPlan& plan) {
  if (plan.pipelines.empty()) return {};  // nobody finds room
  planner::Problem problem{*question.body, {}};
  const auto& apps = question.request.apps;
  for (const auto& pipeline : plan.pipelines) {
    const auto app = std::find_if(apps.begin(), apps.end(),
                                  [&](const auto& request) { return request.app == pipeline.app; });
    if (app == apps.end())
      return Error{ErrorCode::kInvalid, "nobody asked for '" + pipeline.app.text() + "'"};
    auto model = models_.read(app->model);
    if (!model) return model.error();
    problem.pipelines.push_back({*app, *std::move(model)});
  }
  return planner::verify(problem, plan);
}

}  // namespace synergy::virtual_mesh
