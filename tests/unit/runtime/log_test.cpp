// What the log lets through, and that it waits for nobody. The form of a line: schemas/log_line_test.cpp.
#include "synergy/runtime/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace synergy::runtime {
namespace {

using namespace std::chrono_literals;

class LogTest : public ::testing::Test {
 protected:
  /// The lines written, without the time in front; each is checked to begin with one.
  std::vector<std::string> lines(const std::function<void(Log&)>& write, const std::string& level = "info") {
    ::testing::internal::CaptureStderr();
    {
      Log log("executor/ring", level, clock_);
      write(log);
    }
    std::istringstream text(::testing::internal::GetCapturedStderr());
    static const std::regex form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (.*))");
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
      std::smatch match;
      EXPECT_TRUE(std::regex_match(line, match, form)) << line;
      lines.push_back(match.size() > 1 ? match[1].str() : line);
    }
    return lines;
  }

  ManualClock clock_;
};

TEST_F(LogTest, ALineIsTimeLevelProcessEventAndFields) {
  EXPECT_EQ(lines([](Log& log) {
              log.info("plan_made", {{"plan", 7}, {"policy", "synergy"}});
            }),
            (std::vector<std::string>{"info  executor/ring plan_made plan=7 policy=synergy"}));
}

TEST_F(LogTest, EveryLevelBearsItsName) {
  const auto all = lines(
      [](Log& log) {
        log.debug("d");
        log.info("i");
        log.warn("w");
        log.error("e");
      },
      "debug");
  EXPECT_EQ(all, (std::vector<std::string>{"debug executor/ring d", "info  executor/ring i",
                                           "warn  executor/ring w", "error executor/ring e"}));
}

TEST_F(LogTest, TheLevelHoldsBackWhatIsBelowIt) {
  const auto write = [](Log& log) {
    log.debug("d");
    log.info("i");
    log.warn("w");
    log.error("e");
  };
  EXPECT_EQ(lines(write, "debug").size(), 4u);
  EXPECT_EQ(lines(write, "info").size(), 3u);
  EXPECT_EQ(lines(write, "warn").size(), 2u);
  EXPECT_EQ(lines(write, "error").size(), 1u);
  EXPECT_EQ(lines(write, "loud").size(), 3u);
  EXPECT_EQ(lines(write, "off").size(), 3u);
}

TEST_F(LogTest, TheCommandThatCausedAnEventStandsLast) {
  const auto all = lines([](Log& log) {
    log.info("submit", {{"app", "two words"}}, "cli#1.2");
    log.warn("refused", {}, "cli#1.3");
    log.info("alone", {{"n", 1}}, "");
  });
  EXPECT_EQ(all, (std::vector<std::string>{"info  executor/ring submit app=\"two words\" request=cli#1.2",
                                           "warn  executor/ring refused request=cli#1.3",
                                           "info  executor/ring alone n=1"}));
}

TEST_F(LogTest, BracesAndLineBreaksOfAValueAreNothingSpecial) {
  EXPECT_EQ(lines([](Log& log) {
              log.info("event", {{"a", "{}{0}%s%v"}, {"b", "one\ntwo"}});
            }),
            (std::vector<std::string>{"info  executor/ring event a={}{0}%s%v b=\"one\\ntwo\""}));
}

TEST_F(LogTest, ARepeatedWarningIsLimitedAndTheNextLineSaysHowManyWereSuppressed) {
  const auto all = lines([&](Log& log) {
    for (int i = 0; i < 12; ++i) log.warn("gap", {{"n", i}});
    clock_.advance(1s);
    log.warn("gap", {{"n", 12}});
    log.warn("gap", {{"n", 13}});
  });
  ASSERT_EQ(all.size(), std::size_t(Log::kLimitPerSecond) + 2);
  EXPECT_EQ(all[4], "warn  executor/ring gap n=4");
  EXPECT_EQ(all[5], "warn  executor/ring gap n=12 suppressed=7");
  EXPECT_EQ(all[6], "warn  executor/ring gap n=13");
}

TEST_F(LogTest, ErrorsAreLimitedByTheirOwnNameAndInformationIsNot) {
  const auto all = lines([&](Log& log) {
    for (int i = 0; i < 7; ++i) {
      log.error("full");
      log.error("empty");
      log.info("step");
    }
  });
  EXPECT_EQ(std::count(all.begin(), all.end(), "error executor/ring full"), Log::kLimitPerSecond);
  EXPECT_EQ(std::count(all.begin(), all.end(), "error executor/ring empty"), Log::kLimitPerSecond);
  EXPECT_EQ(std::count(all.begin(), all.end(), "info  executor/ring step"), 7);
}

/// Standard error, for a while, is a pipe that nobody reads until the test does.
class UnreadLogTest : public ::testing::Test {
 protected:
  UnreadLogTest() : before_(::dup(STDERR_FILENO)) {
    EXPECT_EQ(::pipe(pipe_.data()), 0);
    EXPECT_EQ(::dup2(pipe_[1], STDERR_FILENO), STDERR_FILENO);
  }
  ~UnreadLogTest() override {
    ::dup2(before_, STDERR_FILENO);
    for (const int descriptor : {before_, pipe_[0], pipe_[1]}) ::close(descriptor);
  }
  std::string read_all() {
    ::fcntl(pipe_[0], F_SETFL, O_NONBLOCK);
    std::string text(1 << 20, ' ');
    std::size_t size = 0;
    for (ssize_t more = 0; (more = ::read(pipe_[0], text.data() + size, text.size() - size)) > 0;)
      size += std::size_t(more);
    text.resize(size);
    return text;
  }
  void stop_reading() { ::close(std::exchange(pipe_[0], ::open("/dev/null", O_RDONLY | O_CLOEXEC))); }

  ManualClock clock_;
  int before_;
  std::array<int, 2> pipe_{};
};

TEST_F(UnreadLogTest, ALogThatNobodyReadsHoldsNobodyUpAndTellsWhatIsMissing) {
  Log log("store", "info", clock_);
  constexpr std::uint64_t kLines = 3000;  // more than a pipe takes
  for (std::uint64_t i = 0; i < kLines; ++i) log.info("event", {{"text", std::string(200, 'x')}});
  const auto passed = read_all();
  const auto lines = std::uint64_t(std::count(passed.begin(), passed.end(), '\n'));
  EXPECT_GT(lines, 100u);
  EXPECT_EQ(log.lost(), kLines - lines);
  log.info("again");
  EXPECT_TRUE(read_all().ends_with(" info  store again lost=" + std::to_string(kLines - lines) + "\n"));
  log.info("again");
  EXPECT_TRUE(read_all().ends_with(" info  store again\n"));
}

TEST_F(UnreadLogTest, ALineThatWasCutGetsItsEnd) {
  Log log("store", "info", clock_);
  log.info("long", {{"text", std::string(1 << 20, 'x')}});  // a pipe holds 64 KiB
  EXPECT_EQ(log.lost(), 1u);
  const auto begin = read_all();
  EXPECT_TRUE(begin.ends_with('x'));
  log.info("next");
  const auto next = read_all();
  EXPECT_TRUE(next.starts_with('\n')) << next;
  EXPECT_TRUE(next.ends_with(" info  store next lost=1\n")) << next;
}

TEST_F(UnreadLogTest, AReaderThatIsGoneEndsNobody) {
  Log log("store", "info", clock_);
  stop_reading();
  log.info("event");  // SIGPIPE would end this process
  EXPECT_EQ(log.lost(), 1u);
}

}  // namespace
}  // namespace synergy::runtime
