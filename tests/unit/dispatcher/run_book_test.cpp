#include "synergy/dispatcher/run_book.hpp"

#include <gtest/gtest.h>

#include <random>

namespace synergy::dispatcher {
namespace {

using namespace std::chrono_literals;
using Start = RunBook::Start;
using Ending = RunBook::Ending;

constexpr MonotonicTime kBegin{1000s};

TEST(RunBook, StartsRunsInOrderUpToTheDepth) {
  RunBook book(5, 3);
  EXPECT_EQ(book.start_next(2, kBegin, 1s), (Start{5, 1}));
  EXPECT_EQ(book.start_next(2, kBegin, 1s), (Start{6, 1}));
  EXPECT_EQ(book.start_next(2, kBegin, 1s), std::nullopt);
  EXPECT_EQ(book.under_way(), 2u);
  EXPECT_TRUE(book.under_way(5));
  EXPECT_FALSE(book.under_way(7));
  EXPECT_EQ(book.next_run(), 7u);
}

TEST(RunBook, StartsNoMoreRunsThanWereAskedFor) {
  RunBook book(0, 1);
  EXPECT_TRUE(book.start_next(8, kBegin, 1s));
  EXPECT_FALSE(book.start_next(8, kBegin, 1s));
  EXPECT_EQ(book.complete(0), Ending::kCounted);
  EXPECT_FALSE(book.start_next(8, kBegin, 1s));
  EXPECT_TRUE(book.finished());
}

TEST(RunBook, NeverFinishesWithoutAnEnd) {
  RunBook book(0, 0);
  for (std::uint64_t run = 0; run < 100; ++run) {
    EXPECT_EQ(book.start_next(1, kBegin, 1s), (Start{run, 1}));
    EXPECT_EQ(book.complete(run), Ending::kCounted);
  }
  EXPECT_FALSE(book.finished());
}

TEST(RunBook, CountsTheFirstResultOnly) {
  RunBook book(0, 2);
  (void)book.start_next(1, kBegin, 1s);
  EXPECT_EQ(book.complete(0), Ending::kCounted);
  EXPECT_EQ(book.complete(0), Ending::kRepeated);
  EXPECT_EQ(book.completed(), 1u);
  EXPECT_FALSE(book.finished());
}

TEST(RunBook, DoesNotCountAResultOfARunNeverStarted) {
  RunBook book(3, 5);
  EXPECT_EQ(book.complete(3), Ending::kRepeated);
  EXPECT_EQ(book.complete(0), Ending::kRepeated);
  EXPECT_EQ(book.completed(), 0u);
}

TEST(RunBook, RepeatsAFailedRunAfterAPauseAndBeforeNewOnes) {
  RunBook book(0, 10);
  (void)book.start_next(2, kBegin, 1s);
  (void)book.start_next(2, kBegin, 1s);
  EXPECT_TRUE(book.fail_attempt(0, 1, kBegin));
  EXPECT_FALSE(book.under_way(0));
  EXPECT_EQ(book.attempts_of(0), 1u);
  EXPECT_EQ(book.next_event(kBegin), kBegin + kRetryPause);
  EXPECT_EQ(book.start_next(2, kBegin + kRetryPause - 1ns, 1s), (Start{2, 1})) << "it still pauses";
  (void)book.complete(1);
  EXPECT_EQ(book.start_next(2, kBegin + kRetryPause, 1s), (Start{0, 2}));
  EXPECT_EQ(book.attempts_of(0), 2u);
}

TEST(RunBook, OfARunThatCouldStartNothingHappensBeforeItIsGivenUp) {
  RunBook book(0, 1);
  (void)book.start_next(1, kBegin, 1s);
  (void)book.fail_attempt(0, 1, kBegin);
  EXPECT_EQ(book.next_event(kBegin + kRetryPause), kBegin + kGiveUpAfter)
      << "it waits for whoever starts runs";
}

TEST(RunBook, IgnoresTheFailureOfAnOldAttempt) {
  RunBook book(0, 1);
  (void)book.start_next(1, kBegin, 1s);
  (void)book.fail_attempt(0, 1, kBegin);
  EXPECT_FALSE(book.fail_attempt(0, 1, kBegin)) << "it is not under way";
  (void)book.start_next(1, kBegin + kRetryPause, 1s);
  EXPECT_FALSE(book.fail_attempt(0, 1, kBegin + kRetryPause));
  EXPECT_TRUE(book.under_way(0));
  EXPECT_FALSE(book.fail_attempt(77, 1, kBegin));
}

TEST(RunBook, TakesTheResultOfAnAttemptThatWasGivenUp) {
  RunBook book(0, 1);
  (void)book.start_next(1, kBegin, 1s);
  (void)book.fail_attempt(0, 1, kBegin);
  EXPECT_EQ(book.complete(0), Ending::kCounted);
  EXPECT_FALSE(book.start_next(1, kBegin + 1s, 1s)) << "it has ended";
  EXPECT_TRUE(book.finished());
}

TEST(RunBook, CountsAnAttemptAsFailedWhenItsPatienceIsOver) {
  RunBook book(0, 1);
  (void)book.start_next(1, kBegin, 2s);
  EXPECT_EQ(book.next_event(kBegin), kBegin + 2s);
  EXPECT_TRUE(book.check_time(kBegin + 2s - 1ns).empty());
  EXPECT_TRUE(book.under_way(0));
  EXPECT_TRUE(book.check_time(kBegin + 2s).empty()) << "the run itself is not given up";
  EXPECT_FALSE(book.under_way(0));
  EXPECT_EQ(book.start_next(1, kBegin + 2s + kRetryPause, 2s), (Start{0, 2}));
}

TEST(RunBook, GivesARunUpWhenItsTimeIsOver) {
  RunBook book(0, 1);
  auto now = kBegin;
  std::uint32_t attempts = 0;
  std::vector<RunBook::GivenUp> given_up;
  while (given_up.empty()) {
    if (const auto start = book.start_next(1, now, 5s)) attempts = start->attempt;
    now += 1s;
    given_up = book.check_time(now);
    ASSERT_LT(now, kBegin + 2 * kGiveUpAfter);
  }
  EXPECT_GE(now, kBegin + kGiveUpAfter);
  ASSERT_EQ(given_up.size(), 1u);
  EXPECT_EQ(given_up[0].run, 0u);
  EXPECT_EQ(given_up[0].attempts, attempts);
  EXPECT_EQ(book.failed(), 1u);
  EXPECT_TRUE(book.finished());
  EXPECT_EQ(book.complete(0), Ending::kRepeated) << "it has ended as failed";
  EXPECT_EQ(book.next_event(kBegin), MonotonicTime::max());
}

TEST(RunBook, RepeatsEverythingUnderWayWhenTheExecutorsForgotIt) {
  RunBook book(0, 5);
  for (int i = 0; i < 3; ++i) (void)book.start_next(3, kBegin, 10s);
  book.fail_all(kBegin);
  EXPECT_EQ(book.under_way(), 0u);
  for (std::uint64_t run = 0; run < 3; ++run)
    EXPECT_EQ(book.start_next(3, kBegin + kRetryPause, 10s), (Start{run, 2}));
}

TEST(RunBook, StartsOpenRunsFirstAfterARestartAndCountsTheOthersAsEnded) {
  RunBook book(10, 6);
  book.resume(14, {11, 13, 3, 77}, 1);  // 3 is of an earlier submission, 77 was never started
  EXPECT_EQ(book.completed(), 1u);
  EXPECT_EQ(book.failed(), 1u);
  EXPECT_EQ(book.next_run(), 14u);
  EXPECT_EQ(book.next_event(kBegin), MonotonicTime::max()) << "an open run does not age";
  for (const std::uint64_t run : {11, 13, 14, 15}) EXPECT_EQ(book.start_next(8, kBegin, 1s), (Start{run, 1}));
  EXPECT_EQ(book.start_next(8, kBegin, 1s), std::nullopt);
  for (const auto run : {13u, 11u, 14u, 15u}) EXPECT_EQ(book.complete(run), Ending::kCounted);
  EXPECT_TRUE(book.finished());
}

TEST(RunBook, TakesTheResultOfAnAttemptBeforeTheRestart) {
  RunBook book(0, 3);
  book.resume(2, {0, 1}, 0);
  EXPECT_EQ(book.complete(1), Ending::kCounted);
  EXPECT_EQ(book.complete(1), Ending::kRepeated);
  EXPECT_EQ(book.start_next(8, kBegin, 1s), (Start{0, 1}));
  EXPECT_EQ(book.start_next(8, kBegin, 1s), (Start{2, 1}));
}

TEST(RunBook, IsFinishedAtOnceWhenEveryRunHadEnded) {
  RunBook book(0, 2);
  book.resume(1, {}, 0);
  EXPECT_FALSE(book.finished());
  RunBook other(0, 2);
  other.resume(2, {}, 5);
  EXPECT_TRUE(other.finished());
  EXPECT_EQ(other.failed(), 2u) << "no more can have failed than have ended";
  EXPECT_FALSE(other.start_next(1, kBegin, 1s));
}

TEST(RunBook, BeginsNoNewRunsWhileTooManyHaveNotEnded) {
  RunBook book(0, 0);
  for (std::uint64_t run = 0; run < kMostOpenRuns; ++run) {
    ASSERT_EQ(book.start_next(1, kBegin, 1s), (Start{run, 1}));
    ASSERT_TRUE(book.fail_attempt(run, 1, kBegin));
  }
  EXPECT_EQ(book.start_next(1, kBegin, 1s), std::nullopt);
  EXPECT_EQ(book.start_next(1, kBegin + kRetryPause, 1s), (Start{0, 2})) << "those are repeated";
  EXPECT_EQ(book.complete(0), Ending::kCounted);
  EXPECT_EQ(book.start_next(1, kBegin, 1s), (Start{kMostOpenRuns, 1}));
}

/// What the header promises, written down without thrift.
class BookOracle {
 public:
  struct Run {
    bool under_way = false, waiting = false, ended = false;
    std::uint32_t attempt = 1;
    MonotonicTime first{}, until{};
  };
  std::map<std::uint64_t, Run> runs;
  std::uint64_t first, count, resumed = 0;  ///< `resumed`: started before the restart were those below

  BookOracle(std::uint64_t first_run, std::uint64_t asked) : first(first_run), count(asked) {}

  std::optional<Start> start_next(std::uint32_t depth, MonotonicTime now, Duration patience) {
    std::size_t busy = 0;
    for (const auto& [number, run] : runs) busy += run.under_way;
    if (busy >= depth) return std::nullopt;
    for (auto& [number, run] : runs)
      if (run.waiting && run.until <= now) {
        run.waiting = false;
        run.under_way = true;
        run.until = now + patience;
        return Start{number, run.attempt};
      }
    for (auto number = first; number < first + count; ++number)
      if (!runs.contains(number)) {
        runs[number] = {true, false, false, 1, now, now + patience};
        return Start{number, 1};
      }
    return std::nullopt;
  }
  bool complete(std::uint64_t number) {
    if (number >= first && number < resumed) runs.try_emplace(number);  // open: an earlier attempt's result
    const auto found = runs.find(number);
    if (found == runs.end() || found->second.ended) return false;
    found->second = {false, false, true, found->second.attempt, {}, {}};
    ++completed;
    return true;
  }
  bool fail(std::uint64_t number, std::uint32_t attempt, MonotonicTime now) {
    const auto found = runs.find(number);
    if (found == runs.end() || !found->second.under_way || found->second.attempt != attempt) return false;
    auto& run = found->second;
    run.under_way = false;
    run.waiting = true;
    ++run.attempt;
    run.until = now + kRetryPause;
    return true;
  }
  std::set<std::uint64_t> check_time(MonotonicTime now) {
    std::set<std::uint64_t> given_up;
    for (auto& [number, run] : runs) {
      if (run.under_way && run.until <= now) (void)fail(number, run.attempt, now);
      if (run.waiting && now - run.first >= kGiveUpAfter) {
        run.waiting = false;
        run.ended = true;
        given_up.insert(number);
        ++failed;
      }
    }
    return given_up;
  }
  std::uint64_t completed = 0, failed = 0;
};

TEST(RunBook, DoesWhatAPlainBookWouldDoOnRandomSequences) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t limit) { return random() % limit; };
    const std::uint64_t first = below(3) * 7, count = 1 + below(30);
    const std::uint32_t depth = 1 + below(5);
    RunBook book(first, count);
    BookOracle oracle(first, count);
    oracle.resumed = first + below(std::uint32_t(count) + 1);
    std::vector<std::uint64_t> open;
    for (std::uint64_t run = first; run < oracle.resumed; ++run) {
      if (below(2) == 0) {
        open.push_back(run);
        continue;
      }
      oracle.runs[run].ended = true;
      ++oracle.completed;
    }
    book.resume(oracle.resumed, open, 0);
    auto now = kBegin;
    std::map<std::uint64_t, int> endings;
    for (int step = 0; step < 5000 && !book.finished(); ++step) {
      now += std::chrono::milliseconds(below(400));
      const std::uint64_t run = first + below(std::uint32_t(count) + 2);
      switch (below(step < 1000 ? 12 : 5)) {
        case 0:
        case 1:
        case 2: {
          const auto patience = std::chrono::milliseconds(100 + below(3000));
          ASSERT_EQ(book.start_next(depth, now, patience), oracle.start_next(depth, now, patience));
          break;
        }
        case 3: {
          const bool counted = book.complete(run) == Ending::kCounted;
          ASSERT_EQ(counted, oracle.complete(run));
          endings[run] += counted;
          break;
        }
        case 4: {
          std::set<std::uint64_t> given_up;
          for (const auto& ended : book.check_time(now)) {
            given_up.insert(ended.run);
            ++endings[ended.run];
          }
          ASSERT_EQ(given_up, oracle.check_time(now));
          break;
        }
        case 5:
          if (below(10) == 0) {
            book.fail_all(now);
            for (auto& [number, state] : oracle.runs) (void)oracle.fail(number, state.attempt, now);
          }
          break;
        default: {
          const auto attempt = 1 + below(3);
          ASSERT_EQ(book.fail_attempt(run, attempt, now), oracle.fail(run, attempt, now));
        }
      }
      ASSERT_LE(book.under_way(), depth);
      ASSERT_EQ(book.completed(), oracle.completed);
      ASSERT_EQ(book.failed(), oracle.failed);
    }
    EXPECT_TRUE(book.finished());
    for (const auto& [run, times] : endings) EXPECT_LE(times, 1) << "run " << run;
    EXPECT_EQ(book.completed() + book.failed(), count);
  }
}

}  // namespace
}  // namespace synergy::dispatcher
