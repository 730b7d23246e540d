// Answers questions on a thread of its own, so that the loop goes on meanwhile. One question at a time, the
// newest wins: a newer one ends the older, which is answered with a failure that says so.
//
//   PlanWorker worker(make, [&](auto handle) { context.post(std::move(handle)); }, clock, time_limits);
//   worker.ask(service.question(request), [answer](const auto& plan) { answer(plan); });
//
// Every member belongs to the loop's thread, and every answer is given on it. `make` is called from the
// worker's thread only. Owns the thread; borrows the clock, which must be callable from both threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "synergy/base/clock.hpp"
#include "synergy/planner_service/planner_service.hpp"

namespace synergy::planner_service {

/// How long a search may take, by its effort: host time, from when the question came.
struct TimeLimits {
  Duration quick = std::chrono::seconds(3), full = std::chrono::seconds(10);
};

class PlanWorker {
 public:
  using Plan = schemas::CollaborationPlan;
  using Make = std::function<Result<Plan>(const Question&, const Limits&)>;
  /// Has the handle called soon on the loop's thread. Called from the worker's thread.
  using Post = std::function<void(std::function<void()>)>;
  using Answer = std::function<void(const Result<Plan>&)>;

  PlanWorker(Make make, Post post, const Clock& clock, TimeLimits limits = {});
  /// Ends the search at work and waits for its thread. A question that is out is never answered.
  ~PlanWorker();
  PlanWorker(const PlanWorker&) = delete;
  PlanWorker& operator=(const PlanWorker&) = delete;

  /// `answer` is called once: with the plan, whose `planning_us` says how long it took from this call on;
  /// with the failure of `make`; or, from within a later ask(), with kConflict.
  void ask(Question question, Answer answer);

  /// Whether a question is out.
  [[nodiscard]] bool busy() const { return out_.has_value(); }
  /// What the worker is at and since when, in words; empty while nothing is asked.
  [[nodiscard]] std::string note() const;

 private:
  using Flag =
      std::shared_ptr<std::atomic<bool>>;  ///< shared by both threads, and outlives either's interest

  /// The question that is out, as the loop knows it.
  struct Out {
    std::uint64_t number = 0;
    std::string what;  ///< in words
    MonotonicTime since{};
    Flag cancelled;
    Answer answer;
  };
  /// The same for the worker.
  struct Job {
    std::uint64_t number = 0;
    Question question;
    MonotonicTime until{};
    Flag cancelled;
  };

  void work(const std::stop_token& end);
  void give(std::uint64_t number, Result<Plan> plan);

  Make make_;
  Post post_;
  const Clock& clock_;
  TimeLimits limits_;
  std::uint64_t questions_ = 0;
  std::optional<Out> out_;
  /// What was posted looks at it before it touches the worker, which may be gone by then.
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);

  std::mutex mutex_;  ///< of `next_`
  std::condition_variable_any asked_;
  std::optional<Job> next_;
  std::jthread thread_;  ///< last: it ends before what it uses
};

}  // namespace synergy::planner_service
