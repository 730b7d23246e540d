// The thread that searches: the loop goes on meanwhile, the newest question wins, nothing is answered twice.
#include "synergy/planner_service/plan_worker.hpp"

#include <gmock/gmock.h>

#include <deque>

namespace synergy::planner_service {
namespace {

using namespace std::chrono_literals;
using schemas::CollaborationPlan;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

/// A loop in miniature: what the worker's thread posts is run by whoever waits.
class Loop {
 public:
  void post(std::function<void()> handle) {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(handle));
    came_.notify_one();
  }
  /// Runs what is posted until `done`; false when nothing came for half a minute.
  bool run_until(const std::function<bool()>& done) {
    while (!done()) {
      std::function<void()> handle;
      {
        std::unique_lock lock(mutex_);
        if (!came_.wait_for(lock, 30s, [&] { return !posted_.empty(); })) return false;
        handle = std::move(posted_.front());
        posted_.pop_front();
      }
      handle();
    }
    return true;
  }
  /// Runs what is there.
  void run() {
    while (true) {
      std::function<void()> handle;
      {
        const std::lock_guard lock(mutex_);
        if (posted_.empty()) return;
        handle = std::move(posted_.front());
        posted_.pop_front();
      }
      handle();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::function<void()>> posted_;
};

/// A clock that stands until it is moved, from either thread.
class HandClock final : public Clock {
 public:
  [[nodiscard]] MonotonicTime monotonic() const override { return MonotonicTime(Duration(now_.load())); }
  [[nodiscard]] UnixTime unix() const override { return {}; }
  void move(Duration time) { now_ += time.count(); }

 private:
  std::atomic<std::int64_t> now_{0};
};

/// A search that goes on until it is let go, or told to stop.
class Search {
 public:
  Result<CollaborationPlan> make(const Question& question, const Limits& limits) {
    const auto id = question.request.id;
    searching_ = id;
    while (let_go_ < id && !limits.stop()) std::this_thread::yield();
    (limits.stop() ? stopped_ : ended_) = id;
    if (fails_) return Error{ErrorCode::kNoFit, "no room"};
    CollaborationPlan plan;
    plan.id = id;
    return plan;
  }
  /// Waits until the search of that plan has begun.
  void wait_for(std::uint64_t id) const { wait(searching_, id); }
  void wait_for_stop(std::uint64_t id) const { wait(stopped_, id); }
  void let_go(std::uint64_t up_to) { let_go_ = up_to; }
  std::atomic<bool> fails_{false};
  std::atomic<std::uint64_t> stopped_{0}, ended_{0};

 private:
  static void wait(const std::atomic<std::uint64_t>& value, std::uint64_t wanted) {
    const auto watchdog = std::chrono::steady_clock::now() + 30s;
    while (value.load() != wanted && std::chrono::steady_clock::now() < watchdog) std::this_thread::yield();
    ASSERT_EQ(value.load(), wanted);
  }
  std::atomic<std::uint64_t> searching_{0}, let_go_{0};
};

Question question(std::uint64_t id, schemas::Effort effort = schemas::Effort::kFull) {
  Question asked;
  asked.request.id = id;
  asked.request.effort = effort;
  asked.request.cause = "device 'ring' left";
  return asked;
}

struct Worker {
  HandClock clock;
  Loop loop;
  Search search;
  std::optional<PlanWorker> worker;
  std::vector<Result<CollaborationPlan>> answers;

  Worker() {
    worker.emplace([this](const auto& asked, const auto& limits) { return search.make(asked, limits); },
                   [this](std::function<void()> handle) { loop.post(std::move(handle)); }, clock);
  }
  void ask(const Question& asked) {
    worker->ask(asked, [this, loop_thread = std::this_thread::get_id()](const auto& plan) {
      EXPECT_EQ(std::this_thread::get_id(), loop_thread);
      answers.push_back(plan);
    });
  }
  bool wait_for_answers(std::size_t count) {
    return loop.run_until([&] { return answers.size() >= count; });
  }
};

TEST(PlanWorker, TheLoopGoesOnWhileItSearches) {
  Worker mesh;
  mesh.ask(question(1));
  mesh.search.wait_for(1);
  mesh.loop.run();  // would hang if ask() or the loop waited for the search
  EXPECT_TRUE(mesh.worker->busy());
  EXPECT_THAT(mesh.answers, IsEmpty());
  mesh.clock.move(1500ms);
  EXPECT_THAT(mesh.worker->note(),
              AllOf(HasSubstr("full"), HasSubstr("'ring' left"), HasSubstr("1.5 s so far")));
  mesh.search.let_go(1);
  ASSERT_TRUE(mesh.wait_for_answers(1));
  ASSERT_TRUE(mesh.answers[0]);
  EXPECT_EQ(mesh.answers[0]->id, 1u);
  EXPECT_EQ(mesh.answers[0]->planning_us, 1'500'000u);
  EXPECT_FALSE(mesh.worker->busy());
  EXPECT_THAT(mesh.worker->note(), IsEmpty());
}

TEST(PlanWorker, AFailureIsAnAnswer) {
  Worker mesh;
  mesh.search.fails_ = true;
  mesh.search.let_go(1);
  mesh.ask(question(1));
  ASSERT_TRUE(mesh.wait_for_answers(1));
  ASSERT_FALSE(mesh.answers[0]);
  EXPECT_EQ(mesh.answers[0].error().code, ErrorCode::kNoFit);
}

TEST(PlanWorker, ANewerQuestionEndsTheOlderWhichIsToldSo) {
  Worker mesh;
  mesh.ask(question(1));
  mesh.search.wait_for(1);
  mesh.ask(question(2));
  ASSERT_EQ(mesh.answers.size(), 1u) << "at once";
  ASSERT_FALSE(mesh.answers[0]);
  EXPECT_EQ(mesh.answers[0].error().code, ErrorCode::kConflict);
  EXPECT_THAT(mesh.answers[0].error().message, AllOf(HasSubstr("plan 1"), HasSubstr("plan 2")));
  mesh.search.wait_for_stop(1);
  mesh.search.let_go(2);
  ASSERT_TRUE(mesh.wait_for_answers(2));
  ASSERT_TRUE(mesh.answers[1]);
  EXPECT_EQ(mesh.answers[1]->id, 2u);
  mesh.loop.run();
  EXPECT_EQ(mesh.answers.size(), 2u) << "each once";
}

TEST(PlanWorker, OfManyQuestionsTheLastIsAnsweredWithAPlan) {
  constexpr std::uint64_t kQuestions = 200;
  Worker mesh;
  mesh.search.let_go(kQuestions);
  for (std::uint64_t id = 1; id <= kQuestions; ++id) {
    mesh.ask(question(id));
    if (id % 7 == 0) mesh.loop.run();  // some end before the next comes
  }
  ASSERT_TRUE(mesh.wait_for_answers(kQuestions));
  mesh.loop.run();
  ASSERT_EQ(mesh.answers.size(), kQuestions);
  ASSERT_TRUE(mesh.answers.back());
  EXPECT_EQ(mesh.answers.back()->id, kQuestions);
}

TEST(PlanWorker, APlanThatIsOverdueWhenANewerQuestionComesIsNotGiven) {
  Worker mesh;
  mesh.search.let_go(1);
  mesh.ask(question(1));
  mesh.search.wait_for(1);
  while (mesh.search.ended_ != 1) std::this_thread::yield();
  mesh.ask(question(2));  // the first's plan may be posted already
  mesh.search.let_go(2);
  ASSERT_TRUE(mesh.wait_for_answers(2));
  mesh.loop.run();
  ASSERT_EQ(mesh.answers.size(), 2u);
  EXPECT_FALSE(mesh.answers[0]);
  EXPECT_EQ(mesh.answers[1]->id, 2u);
}

TEST(PlanWorker, TheTimeOfAnEffortCutsTheSearch) {
  for (const auto& [effort, time] :
       {std::pair(schemas::Effort::kQuick, 3s), std::pair(schemas::Effort::kFull, 10s)}) {
    Worker mesh;
    mesh.ask(question(1, effort));
    mesh.search.wait_for(1);
    mesh.clock.move(time - 1ms);
    EXPECT_EQ(mesh.search.stopped_, 0u);
    EXPECT_TRUE(mesh.worker->busy());
    mesh.clock.move(1ms);
    ASSERT_TRUE(mesh.wait_for_answers(1)) << "the search goes on";
    EXPECT_EQ(mesh.search.stopped_, 1u);
    EXPECT_TRUE(mesh.answers[0]) << "what was found until then is the answer";
  }
}

TEST(PlanWorker, ThatIsDestroyedEndsItsSearchAndAnswersNobody) {
  Worker mesh;
  mesh.ask(question(1));
  mesh.search.wait_for(1);
  mesh.worker.reset();
  EXPECT_EQ(mesh.search.stopped_, 1u);
  mesh.loop.run();
  EXPECT_THAT(mesh.answers, IsEmpty());
}

TEST(PlanWorker, WhatItPostedIsHarmlessOnceItIsGone) {
  Worker mesh;
  mesh.search.let_go(1);
  mesh.ask(question(1));
  while (mesh.search.ended_ != 1) std::this_thread::yield();
  mesh.worker.reset();
  mesh.loop.run();
  EXPECT_THAT(mesh.answers, IsEmpty());
}

}  // namespace
}  // namespace synergy::planner_service
