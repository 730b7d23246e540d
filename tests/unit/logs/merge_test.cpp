// Several logs as one, by time.
#include "synergy/logs/merge.hpp"

#include "logs_fixture.hpp"

namespace synergy::logs_test {
namespace {

using logs::Lives;
using logs::Merge;

class MergeTest : public LogsTest {
 protected:
  std::vector<std::string> all(Merge& merge) {
    std::vector<std::string> found;
    while (const auto entry = merge.next(clock_)) found.push_back(brief(*entry));
    return found;
  }
  std::vector<std::string> settled(Merge& merge) {
    merge.look(clock_);
    std::vector<std::string> found;
    while (const auto entry = merge.next_settled(clock_)) found.push_back(brief(*entry));
    return found;
  }
  /// As line(), at the manual clock's time.
  std::string line_now(const std::string& process, const std::string& event) const {
    return log_time(clock_.unix()) + " info  " + process + " " + event + "\n";
  }
};

TEST_F(MergeTest, OrdersLinesOfSeveralProcessesByTime) {
  append("store", line(0, "store", "a") + line(30, "store", "d"));
  append("executor-ring", line(10, "executor/ring", "b") + "words\n" + line(20, "executor/ring", "c"));
  Merge merge(run_.path(), {}, Lives::kThis);
  EXPECT_THAT(all(merge), ElementsAre("a of store", "b of executor/ring", "words of executor/ring",
                                      "c of executor/ring", "d of store"));
}

TEST_F(MergeTest, KeepsTheOrderOfAFileWhoseClockWasSetBack) {
  append("store", line(500, "store", "a") + line(100, "store", "b"));
  append("planner", line(300, "planner", "c"));
  Merge merge(run_.path(), {}, Lives::kThis);
  EXPECT_THAT(all(merge), ElementsAre("c of planner", "a of store", "b of store"));
}

TEST_F(MergeTest, IsOfTheProcessesThatAreNamed) {
  for (const std::string device : {"ring", "watch"})
    for (const std::string kind : {"executor", "accelerator"})
      append(kind + "-" + device, line(0, kind + "/" + device, "a"));
  append("store", line(0, "store", "a"));
  const auto chosen = [&](const std::vector<std::string>& names) {
    Merge merge(run_.path(), names, Lives::kThis);
    EXPECT_TRUE(merge.check());
    auto found = all(merge);
    std::sort(found.begin(), found.end());
    return found;
  };
  EXPECT_THAT(chosen({"executor/ring"}), ElementsAre("a of executor/ring"));
  EXPECT_THAT(chosen({"executor-ring"}), ElementsAre("a of executor/ring"));
  EXPECT_THAT(chosen({"executor"}), ElementsAre("a of executor/ring", "a of executor/watch"));
  EXPECT_THAT(chosen({"ring", "store"}),
              ElementsAre("a of accelerator/ring", "a of executor/ring", "a of store"));
}

TEST_F(MergeTest, SaysWhatThereIsWhereANameMeansNothing) {
  Merge none(run_.path(), {}, Lives::kThis);
  ASSERT_FALSE(none.check());
  EXPECT_THAT(none.check().error().message, HasSubstr("no mesh has run in " + run_.path().string()));
  append("store", line(0, "store"));
  append("broker", line(0, "broker"));
  Merge merge(run_.path(), {"stor"}, Lives::kThis);
  ASSERT_FALSE(merge.check());
  EXPECT_EQ(merge.check().error().code, ErrorCode::kNotFound);
  EXPECT_THAT(merge.check().error().message, HasSubstr("did you mean 'store'"));
}

TEST_F(MergeTest, HoldsALineBackUntilOthersOfItsTimeHaveHadTheirs) {
  append("store", line_now("store", "start"));
  append("planner", line_now("planner", "start"));
  clock_.advance(1s);
  Merge merge(run_.path(), {}, Lives::kThis);
  EXPECT_EQ(all(merge).size(), 2u);
  clock_.advance(10ms);
  const auto earlier = line_now("planner", "earlier");
  clock_.advance(10ms);
  append("store", line_now("store", "later"));
  EXPECT_THAT(settled(merge), IsEmpty());
  append("planner", earlier);
  clock_.advance(logs::kHold);
  EXPECT_THAT(settled(merge), ElementsAre("earlier of planner", "later of store"));
}

TEST_F(MergeTest, DoesNotWaitForATimeThatIsYetToCome) {
  append("store", "");
  Merge merge(run_.path(), {}, Lives::kThis);
  EXPECT_THAT(all(merge), IsEmpty());
  append("store", log_time(clock_.unix() + 1h) + " info  store future\n");
  EXPECT_THAT(settled(merge), IsEmpty());
  clock_.advance(logs::kHold);
  EXPECT_THAT(settled(merge), ElementsAre("future of store"));
}

TEST_F(MergeTest, FollowsAProcessThatBeginsLater) {
  append("store", line(0, "store"));
  Merge merge(run_.path(), {"ring", "store"}, Lives::kThis);
  EXPECT_EQ(all(merge).size(), 1u);
  append("executor-ring", line(1, "executor/ring", "start"));
  append("executor-watch", line(1, "executor/watch", "start"));
  EXPECT_THAT(settled(merge), IsEmpty());
  clock_.advance(1s);
  EXPECT_THAT(settled(merge), ElementsAre("start of executor/ring"));
  append("executor-ring", line(2, "executor/ring", "on"));
  EXPECT_THAT(settled(merge), IsEmpty());
  clock_.advance(1s);
  EXPECT_THAT(settled(merge), ElementsAre("on of executor/ring"));
}

}  // namespace
}  // namespace synergy::logs_test
