#include "synergy/cli/search_progress.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <vector>

namespace synergy::cli {
namespace {

using schemas::Objective;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(ProgressText, SaysWhatWasFoundAndHowMuchOfANodeBudgetIsLeft) {
  EXPECT_EQ(progress_text({50'000, 24.5, 26.25}, Objective::kRounds, {200'000, 0}, 3000),
            "3 s, 50000 of 200000 nodes, best 24.5000 rounds/s, bound 26.2500 rounds/s, about 9 s left");
}

TEST(ProgressText, SaysHowMuchTimeIsLeft) {
  EXPECT_EQ(progress_text({7, {}, {}}, Objective::kLatency, {0, 5000}, 2000),
            "2 s, 7 nodes, no plan yet, 3 s left");
  EXPECT_THAT(progress_text({7, {}, {}}, Objective::kLatency, {0, 5000}, 6000), HasSubstr(", 0 s left"));
}

TEST(ProgressText, PromisesNothingWithoutALimit) {
  EXPECT_THAT(progress_text({7, 1.0, {}}, Objective::kEnergy, {}, 2000), Not(HasSubstr("left")));
}

/// A search that takes a millisecond for each of so many nodes, and what was written meanwhile.
std::vector<std::string> written_in(int ms) {
  std::vector<std::string> lines;
  double now = 5000;
  {
    SearchProgress progress(
        Objective::kRounds, {}, [&] { return now; },
        ProgressOutput{[&](const std::string& text) { lines.push_back(text); }, true});
    planner::Budget budget;
    progress.watch(budget);
    budget.found(2.0, 3.0);
    for (int i = 0; i < ms; ++i, ++now) EXPECT_TRUE(budget.spend());
  }
  return lines;
}

TEST(SearchProgress, IsSilentForASecond) { EXPECT_THAT(written_in(1000), IsEmpty()); }

TEST(SearchProgress, WritesFourTimesASecondAndWipesItsLineOut) {
  const auto lines = written_in(1600);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[0], HasSubstr("\r\033[K1 s, 1024 nodes, best 2.0000 rounds/s"));
  EXPECT_THAT(lines[2], HasSubstr("2 s, "));
  EXPECT_EQ(lines[3], "\r\033[K");
}

std::vector<std::string> counted(bool is_terminal, int seconds) {
  std::vector<std::string> lines;
  double now = 0;
  ProgressLine line([&] { return now; },
                    {[&](const std::string& text) { lines.push_back(text); }, is_terminal});
  for (; now <= seconds * 1000; now += 100) line.show_count("cases", std::uint64_t(now / 100), 1000);
  line.wipe();
  return lines;
}

TEST(ProgressLine, OnATerminalIsOneLineThatIsWrittenAnewAndWipedOut) {
  EXPECT_THAT(counted(true, 1),
              testing::ElementsAre("\r\033[K10 of 1000 cases, 1 %, about 99 s left", "\r\033[K"));
}

TEST(ProgressLine, IsCutWhereATerminalHasNoRoomForIt) {
  std::vector<std::string> lines;
  double now = 0;
  ProgressLine line([&] { return now; }, {[&](const std::string& text) { lines.push_back(text); }, true,
                                          [] { return std::size_t(6); }});
  now = 2000;
  line.show([](double) { return std::string("a long line"); });
  EXPECT_THAT(lines, testing::ElementsAre("\r\033[Ka lon"));
}

TEST(ProgressLine, ElsewhereIsALineEveryTenSeconds) {
  EXPECT_THAT(counted(false, 9), IsEmpty());
  EXPECT_THAT(counted(false, 25), testing::ElementsAre("100 of 1000 cases, 10 %, about 90 s left\n",
                                                       "200 of 1000 cases, 20 %, about 80 s left\n"));
}

TEST(ProgressText, OfWhatHasNotBegunOrIsOverPromisesNothingWrong) {
  EXPECT_EQ(count_text("cases", 0, 5, 3000), "0 of 5 cases, 0 %");
  EXPECT_EQ(count_text("cases", 0, 0, 3000), "0 of 0 cases, 100 %, about 0 s left");
  EXPECT_EQ(time_text("measuring", 5000, 2000), "measuring, 3 s left");
  EXPECT_EQ(time_text("measuring", 5000, 9000), "measuring, 0 s left");
}

TEST(SearchProgress, IsSilentWhereNobodyReads) {
  planner::Budget budget;
  double now = 0;
  SearchProgress progress(Objective::kRounds, {}, [&] { return now; }, {});
  progress.watch(budget);
  for (; now < 5000; ++now) EXPECT_TRUE(budget.spend());
}

}  // namespace
}  // namespace synergy::cli
