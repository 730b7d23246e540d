#include "synergy/gateway/comparer.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/planner/policy.hpp"

namespace synergy::gateway {
namespace {

constexpr int kLeastUrgent = 19;

std::vector<schemas::AppRequest> served(const schemas::CollaborationPlan& plan, const schemas::AppSet& apps) {
  std::vector<schemas::AppRequest> requests;
  for (const auto& app : apps.apps)
    if (plan.find(app.request.app) != nullptr) requests.push_back(app.request);
  return requests;
}

const PolicyLine* line_of(const Comparison& found, const std::string& policy) {
  const auto line = std::find_if(found.policies.begin(), found.policies.end(),
                                 [&](const auto& one) { return one.policy == policy; });
  return line == found.policies.end() ? nullptr : &*line;
}

}  // namespace

Comparer::Question Comparer::question() const {
  const auto plan = board_.plan();
  const auto body = board_.body();
  const auto apps = board_.apps();
  if (!plan || !body || !apps || plan->pipelines.empty()) return {};
  return {plan, body, served(*plan, *apps)};
}

bool Comparer::is_asked(const Question& question) const {
  if (!asked_.plan || !question.plan) return asked_.plan == question.plan;
  return asked_.plan->id == question.plan->id && asked_.apps == question.apps &&
         asked_.body->absent == question.body->absent && asked_.body->link == question.body->link;
}

Comparison Comparer::known(const Question& question) {
  const std::lock_guard lock(mutex_);
  if (is_asked(question)) return found_;
  asked_ = question;
  found_ = {};
  if (!question.plan) return found_;
  found_.plan_id = question.plan->id;
  found_.policy = question.plan->policy;
  found_.objective = question.plan->objective;
  found_.residency = question.plan->residency;
  return found_;
}

Result<planner::Problem> Comparer::problem_of(const Question& question) {
  planner::Problem problem{*question.body, {}};
  for (const auto& app : question.apps) {
    auto model = models_.read(app.model);
    if (!model) return model.error().at("app '" + app.app.text() + "'");
    problem.pipelines.push_back({app, std::move(*model)});
  }
  return problem;
}

void Comparer::search(const planner::Problem& problem, const std::string& policy, Comparison& found) {
  planner::SolveOptions options;
  options.policy = policy;
  options.objective = found.objective;
  options.residency = found.residency;
  options.explains = false;
  const auto until = clock_.monotonic() + kCompareTime;
  planner::Budget budget(kCompareNodes, [&] { return stopped_ || clock_.monotonic() >= until; });
  std::jthread([&] {
    ::setpriority(PRIO_PROCESS, id_t(::gettid()), kLeastUrgent);  // of this thread only
    add_policy(problem, options, budget, found);
  }).join();
}

Result<Comparison> Comparer::compare(const std::vector<std::string>& policies) {
  const auto all = planner::policy_names();
  for (const auto& policy : policies)
    if (planner::find_policy(policy) == nullptr)
      return Error{ErrorCode::kInvalid, unknown_name("policy", visible(policy), all)};
  const auto turn = searching_.wait(kCompareTurn);
  if (!turn) return Error{ErrorCode::kOverloaded, "other comparisons are being made; ask again in a minute"};
  const auto asked = question();
  auto found = known(asked);
  if (!asked.plan) return found;
  const auto problem = problem_of(asked);
  if (!problem) return problem.error();
  auto answer = found;
  answer.policies.clear();
  for (const auto& policy : policies.empty() ? all : policies) {
    if (line_of(found, policy) == nullptr) search(*problem, policy, found);
    if (stopped_) return Error{ErrorCode::kUnavailable, "the gateway is ending; try again in a second"};
    answer.policies.push_back(*line_of(found, policy));
    const std::lock_guard lock(mutex_);
    if (is_asked(asked)) found_ = found;
  }
  answer.runners_up = found.runners_up;
  return answer;
}

}  // namespace synergy::gateway
