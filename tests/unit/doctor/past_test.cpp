// What the logs tell: restarts, and a clock that was set.
#include "synergy/doctor/past.hpp"

#include <gmock/gmock.h>

namespace synergy::doctor_test {
namespace {

using namespace std::chrono_literals;
using doctor::PastReader;
using doctor::Verdict;
using ::testing::HasSubstr;

const UnixTime kNow(1'772'375'400s);

class PastTest : public ::testing::Test {
 protected:
  void says(Duration ago, const std::string& process, const std::string& event,
            LogLevel level = LogLevel::kInfo, std::vector<LogLine::Field> fields = {}) {
    reader_.hear(
        {kNow - ago, process, LogLine{kNow - ago, level, process, event, std::move(fields)}, {}, {}});
  }
  void supervisor_says(Duration ago, const std::string& event, const std::string& words) {
    says(ago, "supervisord", event, LogLevel::kInfo, {{"msg", words, true}});
  }
  void exits(Duration ago, const std::string& program) {
    supervisor_says(ago, "exited", "exited: " + program + " (terminated by SIGKILL; not expected)");
    supervisor_says(ago, "spawned", "spawned: '" + program + "' with pid 7");
  }
  doctor::Past past() { return std::move(reader_).past(); }
  PastReader reader_;
};

TEST_F(PastTest, AProcessThatEndedIsAWarningAndAgainAndAgainAProblem) {
  exits(1min, "planner");
  for (int i = 5; i > 0; --i) exits(std::chrono::seconds(i), "executor-ring");
  says(2min, "executor/ring", "stop", LogLevel::kError, {{"error", "no such model", true}});
  exits(11min, "store");
  const auto found = doctor::judge_restarts(past(), kNow);
  ASSERT_EQ(found.size(), 2u) << "what was long ago is past";
  EXPECT_EQ(found[0].verdict, Verdict::kProblem);
  EXPECT_EQ(
      found[0].says,
      "executor/ring ended 5 times in the last 10 min and was started again (last: terminated by SIGKILL; "
      "not expected): no such model");
  EXPECT_EQ(found[1].verdict, Verdict::kWarning);
  EXPECT_THAT(found[1].says, HasSubstr("planner ended 1 time"));
  EXPECT_THAT(found[1].remedy, HasSubstr("mesh logs --level warn planner"));
}

TEST_F(PastTest, WithoutExitsAllIsWell) {
  supervisor_says(1min, "spawned", "spawned: 'planner' with pid 7");
  supervisor_says(1min, "says", "supervisord started with pid 6");
  const auto found = doctor::judge_restarts(past(), kNow);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].verdict, Verdict::kOk);
}

TEST_F(PastTest, WhoWasStoppedOnPurposeLeftUntilItIsStartedAgain) {
  supervisor_says(3s, "stopped", "stopped: executor-ring (exit status 0)");
  supervisor_says(3s, "stopped", "stopped: executor-watch (exit status 0)");
  supervisor_says(2s, "spawned", "spawned: 'executor-watch' with pid 9");
  const auto found = past();
  EXPECT_TRUE(found.fates.at("executor/ring").left);
  EXPECT_FALSE(found.fates.at("executor/watch").left);
  EXPECT_TRUE(found.fates.at("executor/ring").exits.empty());
}

TEST_F(PastTest, AClockThatWasSetBackIsSeenInTheOrderOfALog) {
  says(1min, "store", "a");
  says(2min, "store", "b");
  says(3min, "planner", "c");
  const auto found = doctor::judge_clock(past(), kNow);
  EXPECT_EQ(found.verdict, Verdict::kWarning);
  EXPECT_THAT(found.says, HasSubstr("set back by 60.0 s while the mesh ran (log of store)"));
}

TEST_F(PastTest, LinesAheadOfTheClockAreOfOneThatWasSetBack) {
  says(-5s, "store", "a");
  const auto found = doctor::judge_clock(past(), kNow);
  EXPECT_EQ(found.verdict, Verdict::kWarning);
  EXPECT_THAT(found.says, HasSubstr("5.0 s ahead"));
}

TEST_F(PastTest, LessThanASecondIsNoJump) {
  says(1s, "store", "a");
  says(1900ms, "store", "b");
  says(1s, "store", "c");
  EXPECT_EQ(doctor::judge_clock(past(), kNow).verdict, Verdict::kOk);
  EXPECT_EQ(doctor::judge_clock({}, kNow).verdict, Verdict::kOk);
}

}  // namespace
}  // namespace synergy::doctor_test
