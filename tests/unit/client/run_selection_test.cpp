#include "synergy/client/run_selection.hpp"

#include <gmock/gmock.h>

#include <map>

namespace synergy::client {
namespace {

using namespace std::chrono_literals;
using schemas::RunRecord;

UnixTime at(std::uint64_t run) { return UnixTime{1'700'000'000s + std::int64_t(run) * 50ms}; }

/// A million runs: plan 1 has the first 600 000, plan 2 those to 900 000, plan 3 the rest. Counts what is
/// read.
class Store {
 public:
  static constexpr std::uint64_t kRuns = 1'000'000;

  Result<SelectedRuns> select(const RunSelection& selection) {
    return select_runs([this](auto first, auto limit) { return read(first, limit); }, kRuns, selection);
  }
  Result<std::vector<RunRecord>> read(std::uint64_t first, std::uint32_t limit) {
    ++questions;
    std::vector<RunRecord> page;
    for (auto run = first; run < kRuns && page.size() < limit; ++run) page.push_back(record(run));
    rows += page.size();
    return page;
  }
  std::map<std::uint64_t, std::uint64_t> repeated;  ///< runs that came through under another plan
  std::size_t questions = 0, rows = 0;

 private:
  [[nodiscard]] RunRecord record(std::uint64_t run) const {
    RunRecord made;
    made.run = run;
    made.plan_id = run < 600'000 ? 1 : run < 900'000 ? 2 : 3;
    made.recorded = at(run);
    if (run % 100 == 0) made.devices = {DeviceId("ring")};
    if (const auto other = repeated.find(run); other != repeated.end()) made.plan_id = other->second;
    return made;
  }
};

void expect_runs(const Result<SelectedRuns>& selected, std::uint64_t first, std::uint64_t last) {
  ASSERT_TRUE(selected);
  ASSERT_FALSE(selected->runs.empty());
  EXPECT_EQ(selected->runs.front().run, first);
  EXPECT_EQ(selected->runs.back().run, last);
  EXPECT_EQ(selected->runs.size(), last - first + 1);
}

TEST(RunSelection, OfAMillionRunsTheNewestAreReadAndNoMore) {
  Store store;
  const auto selected = store.select({});
  expect_runs(selected, Store::kRuns - kUsualRuns, Store::kRuns - 1);
  EXPECT_TRUE(selected->cut);
  EXPECT_LT(store.rows, kUsualRuns + 3000);
}

TEST(RunSelection, BeginsAtASubmission) {
  Store store;
  RunSelection selection;
  selection.first_run = 999'900;
  const auto selected = store.select(selection);
  expect_runs(selected, 999'900, 999'999);
  EXPECT_FALSE(selected->cut);
  EXPECT_EQ(store.rows, 100u);
}

TEST(RunSelection, TakesTheLastOnes) {
  Store store;
  RunSelection selection;
  selection.last = 5;
  expect_runs(store.select(selection), 999'995, 999'999);
  EXPECT_LT(store.rows, 3000u);
}

TEST(RunSelection, FindsAMomentWithFewQuestions) {
  Store store;
  RunSelection selection;
  selection.since = at(999'000);
  const auto selected = store.select(selection);
  expect_runs(selected, 999'000, 999'999);
  EXPECT_FALSE(selected->cut);
  EXPECT_LT(store.questions, 40u);
  EXPECT_LT(store.rows, 5000u);
  selection.since = at(2'000'000);
  EXPECT_TRUE(store.select(selection)->runs.empty());
  selection.since = at(100);
  EXPECT_TRUE(store.select(selection)->cut) << "more than are looked at";
}

TEST(RunSelection, FindsAPlanWhereverItIs) {
  Store store;
  RunSelection selection;
  selection.plan = 2;
  selection.last = 100'000;
  const auto selected = store.select(selection);
  expect_runs(selected, 800'000, 899'999);
  EXPECT_TRUE(selected->cut);
  selection.plan = 1;
  selection.last = 10;
  expect_runs(store.select(selection), 599'990, 599'999);
  selection.plan = 3;
  selection.last = 100'000;
  expect_runs(store.select(selection), 900'000, 999'999);
  selection.plan = 4;
  EXPECT_TRUE(store.select(selection)->runs.empty());
  selection.plan = 0;
  EXPECT_TRUE(store.select(selection)->runs.empty());
}

TEST(RunSelection, IsNotLedAstrayByRunsThatWereRepeatedLater) {
  Store store;
  // The middle numbers are those that a search asks for first.
  for (const std::uint64_t run : {500'000, 250'000, 562'500, 598'632, 599'998}) store.repeated[run] = 2;
  RunSelection selection;
  selection.plan = 1;
  selection.last = 5000;
  const auto selected = store.select(selection);
  ASSERT_TRUE(selected);
  EXPECT_EQ(selected->runs.size(), 5000u);
  EXPECT_EQ(selected->runs.back().run, 599'999u);
  for (const auto& run : selected->runs) EXPECT_EQ(run.plan_id, 1u);
}

TEST(RunSelection, JoinsWhatIsAskedFor) {
  Store store;
  RunSelection selection;
  selection.plan = 3;
  selection.since = at(999'990);
  selection.last = 3;
  expect_runs(store.select(selection), 999'997, 999'999);
  selection.plan = 2;
  EXPECT_TRUE(store.select(selection)->runs.empty());
}

TEST(RunSelection, EndsBeforeAMoment) {
  Store store;
  RunSelection selection;
  selection.until = at(500'000);
  selection.last = 100;
  const auto selected = store.select(selection);
  expect_runs(selected, 499'900, 499'999);
  EXPECT_TRUE(selected->cut);
  EXPECT_LT(store.rows, 5000u);
  selection.since = at(499'990);
  selection.last.reset();
  expect_runs(store.select(selection), 499'990, 499'999);
  selection.since.reset();
  selection.until = at(0);
  EXPECT_TRUE(store.select(selection)->runs.empty());
}

TEST(RunSelection, LooksBackForRunsThatCrossedADevice) {
  Store store;
  RunSelection selection;
  selection.device = DeviceId("ring");
  selection.last = 50;
  const auto selected = store.select(selection);
  ASSERT_TRUE(selected);
  ASSERT_EQ(selected->runs.size(), 50u);
  EXPECT_EQ(selected->runs.front().run, 995'000u);
  EXPECT_EQ(selected->runs.back().run, 999'900u);
  selection.device = DeviceId("watch");
  const auto none = store.select(selection);
  EXPECT_TRUE(none->runs.empty());
  EXPECT_TRUE(none->cut) << "not all were looked at";
  EXPECT_LT(store.rows, 2 * kMostRunsRead);
}

TEST(RunSelection, FailsWhereTheStoreDoes) {
  const auto failed = select_runs(
      [](auto, auto) -> Result<std::vector<RunRecord>> {
        return Error{ErrorCode::kCorrupt, "run 3 is damaged"};
      },
      10, {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "run 3 is damaged");
}

TEST(RunSelection, OfNoRunsIsEmpty) {
  const auto none = select_runs([](auto, auto) { return std::vector<RunRecord>(); }, 0, {});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->runs.empty());
  EXPECT_FALSE(none->cut);
}

}  // namespace
}  // namespace synergy::client
