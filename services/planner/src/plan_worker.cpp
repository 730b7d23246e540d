#include "synergy/planner_service/plan_worker.hpp"

#include <chrono>
#include <cstdio>
#include <utility>

namespace synergy::planner_service {
namespace {

std::string seconds_text(Duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", std::chrono::duration<double>(time).count());
  return text;
}

std::string in_words(const schemas::PlanMake& request) {
  return "plan " + std::to_string(request.id) + " (" + std::string(schemas::name_of(request.effort)) +
         (request.cause.empty() ? "" : "; " + request.cause) + ")";
}

}  // namespace

PlanWorker::PlanWorker(Make make, Post post, const Clock& clock, TimeLimits limits)
    : make_(std::move(make)),
      post_(std::move(post)),
      clock_(clock),
      limits_(limits),
      thread_([this](const std::stop_token& end) { work(end); }) {}

PlanWorker::~PlanWorker() {
  if (out_) out_->cancelled->store(true);
}

void PlanWorker::ask(Question question, Answer answer) {
  const bool quick = question.request.effort == schemas::Effort::kQuick;
  const auto now = clock_.monotonic();
  Out newer{++questions_, in_words(question.request), now, std::make_shared<std::atomic<bool>>(false),
            std::move(answer)};
  auto older = std::exchange(out_, std::move(newer));
  if (older) older->cancelled->store(true);
  {
    const std::lock_guard lock(mutex_);
    next_ =
        Job{out_->number, std::move(question), now + (quick ? limits_.quick : limits_.full), out_->cancelled};
  }
  asked_.notify_one();
  if (older)
    older->answer(
        Error{ErrorCode::kConflict, older->what + " was given up: " + out_->what + " is asked for now"});
}

std::string PlanWorker::note() const {
  if (!out_) return {};
  return "planning: " + out_->what + ", " + seconds_text(clock_.monotonic() - out_->since) + " so far";
}

void PlanWorker::work(const std::stop_token& end) {
  while (true) {
    std::optional<Job> job;
    {
      std::unique_lock lock(mutex_);
      if (!asked_.wait(lock, end, [this] { return next_.has_value(); })) return;
      job = std::exchange(next_, std::nullopt);
    }
    if (end.stop_requested()) return;
    Limits limits;
    limits.stop = [this, &job] { return job->cancelled->load() || clock_.monotonic() >= job->until; };
    auto plan = make_(job->question, limits);
    if (job->cancelled->load()) continue;
    post_([this, alive = std::weak_ptr(alive_), number = job->number, plan = std::move(plan)]() mutable {
      if (alive.lock()) give(number, std::move(plan));
    });
  }
}

void PlanWorker::give(std::uint64_t number, Result<Plan> plan) {
  if (!out_ || out_->number != number) return;  // a newer question came while this was on its way
  const auto out = std::exchange(out_, std::nullopt);
  if (plan)
    plan->planning_us = std::uint64_t(
        std::chrono::duration_cast<std::chrono::microseconds>(clock_.monotonic() - out->since).count());
  out->answer(plan);
}

}  // namespace synergy::planner_service
