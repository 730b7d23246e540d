#include "synergy/dispatcher/planning.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace synergy::dispatcher {

void Planning::ask(const schemas::PlanMake& request, Answer answer) {
  const auto number = ++questions_;
  out_ = Out{number, request, ports_.now(), std::move(answer)};
  watch(number);
  send(number);
}

void Planning::send(std::uint64_t number) {
  if (!out_ || out_->number != number) return;
  ports_.make_plan(out_->request, [this, number](Result<schemas::CollaborationPlan> plan) {
    const bool given_up = !plan && plan.error().code == ErrorCode::kConflict;
    if (!given_up) return end(number, std::move(plan));
    ports_.at(ports_.now() + kAskAgainAfter, [this, number] { send(number); });
  });
}

void Planning::end(std::uint64_t number, Result<schemas::CollaborationPlan> plan) {
  if (!out_ || out_->number != number) return;
  const auto answer = std::move(out_->answer);
  out_.reset();
  answer(std::move(plan));
}

void Planning::watch(std::uint64_t number) {
  const auto until = std::max(out_->since, heard_) + kPlannerPatience;
  ports_.at(until, [this, number] {
    if (!out_ || out_->number != number) return;
    if (ports_.now() < std::max(out_->since, heard_) + kPlannerPatience) return watch(number);
    end(number, Error{ErrorCode::kUnavailable, "the planner does not answer: it was not heard of for 10 s"});
  });
}

std::string Planning::note() const {
  if (!out_) return {};
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.1f",
                std::chrono::duration<double>(ports_.now() - out_->since).count());
  return "planning: " + std::string(schemas::name_of(out_->request.effort)) + " plan, " + seconds +
         " s so far";
}

}  // namespace synergy::dispatcher
