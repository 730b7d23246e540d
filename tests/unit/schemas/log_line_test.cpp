// The form of the log's lines: written and read back; what programs outside rely on is pinned.
#include "synergy/base/log_line.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "synergy/base/splitmix64.hpp"
#include "synergy/base/visible_text.hpp"

namespace synergy::schemas_test {
namespace {

using Field = LogLine::Field;

constexpr std::int64_t kSecond = 1'772'375'400;  // 2026-03-01T14:30:00
UnixTime at(std::int64_t second, int ms = 0) {
  return UnixTime(std::chrono::seconds(second) + std::chrono::milliseconds(ms));
}

std::optional<LogLine> read_back(const std::string& words) {
  return parse_log_line(log_time(at(kSecond)) + " " + words);
}

TEST(LogLine, IsTimeLevelServiceEventAndFields) {
  EXPECT_EQ(
      log_time(at(kSecond, 7)) + " " +
          log_words(LogLevel::kInfo, "executor/ring", "deployed",
                    {{"plan", 7}, {"stage", "serve"}, {"us", -2.5}, {"again", true}}, "cli-12#81.3"),
      "2026-03-01T14:30:00.007Z info  executor/ring deployed plan=7 stage=serve us=-2.500000 again=true "
      "request=cli-12#81.3");
  EXPECT_EQ(log_words(LogLevel::kWarn, "store", "refused"), "warn  store refused");
  EXPECT_EQ(log_words(LogLevel::kError, "store", "stop"), "error store stop");
  EXPECT_EQ(log_words(LogLevel::kDebug, "store", "asked"), "debug store asked");
}

TEST(LogLine, ReadsWhatWasWritten) {
  const auto line = parse_log_line(
      "2026-03-01T14:30:00.007Z warn  executor/ring not_deployed plan=7 error=\"no \\\"room\\\"\" "
      "again=true");
  ASSERT_TRUE(line);
  EXPECT_EQ(*line,
            (LogLine{at(kSecond, 7), LogLevel::kWarn, "executor/ring", "not_deployed",
                     std::vector<Field>{
                         {"plan", "7", false}, {"error", "no \"room\"", true}, {"again", "true", false}}}));
}

TEST(LogLine, ReadsTheLinesOfOlderPrograms) {
  const auto line = parse_log_line(
      "2026-03-01T14:30:00.007Z warning dispatcher started_again what=\"plan 1: a\\\\b\" bare=a=b\\x1b");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->level, LogLevel::kWarn);
  EXPECT_EQ(line->fields, (std::vector<Field>{{"what", "plan 1: a\\b", true}, {"bare", "a=b\\x1b", true}}));
}

TEST(LogLine, IsNothingElse) {
  for (const std::string text : {"",
                                 "==12==ERROR: AddressSanitizer: heap-use-after-free",
                                 "    #0 0x55 in main /src/main.cpp:3",
                                 "terminate called after throwing an instance of 'std::bad_alloc'",
                                 "2026-03-01T14:30:00.007Z",
                                 "2026-03-01T14:30:00.007Z info",
                                 "2026-03-01T14:30:00.007Z info  store",
                                 "2026-03-01T14:30:00.007Z loud  store event",
                                 "2026-03-01T14:30:00.007Z info  store Event",
                                 "2026-03-01T14:30:00Z info  store event",
                                 "2026-03-01T14:30:00.0070Z info  store event",
                                 "2026-02-30T14:30:00.007Z info  store event",
                                 "2026-03-01T24:30:00.007Z info  store event",
                                 "2026-03-01T-1:30:00.007Z info  store event",
                                 "1969-03-01T14:30:00.007Z info  store event",
                                 "9026-03-01T14:30:00.007Z info  store event",
                                 "2026-03-01 14:30:00,007 INFO spawned: 'store'",
                                 "2026-03-01T14:30:00.007Z info  store event word",
                                 "2026-03-01T14:30:00.007Z info  store event a= b=2",
                                 "2026-03-01T14:30:00.007Z info  store event A=1",
                                 "2026-03-01T14:30:00.007Z info  store event a=\"cut",
                                 "2026-03-01T14:30:00.007Z info  store event a=\"cut\\",
                                 "2026-03-01T14:30:00.007Z info  store event a=\"x\"y",
                                 "2026-03-01T14:30:00.007Z info  store event a=\"\\q\"",
                                 "2026-03-01T14:30:00.007Z info  store event a=\"\\x1\""})
    EXPECT_FALSE(parse_log_line(text)) << text;
}

TEST(LogLine, TimeIsToTheMillisecondAndReadsBack) {
  EXPECT_EQ(log_time(UnixTime(Duration(1'999'999))), "1970-01-01T00:00:00.001Z");
  for (const std::int64_t second : {std::int64_t(0), kSecond, std::int64_t(4'102'444'799)})
    EXPECT_EQ(parse_log_time(log_time(at(second, 999))), at(second, 999));
  EXPECT_EQ(log_time(at(4'102'444'799)), "2099-12-31T23:59:59.000Z");
  EXPECT_FALSE(parse_log_time("2026-03-01T14:30:00.007Z "));
}

TEST(LogLine, LevelsBearTheNamesOfTheFlag) {
  for (const auto level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError})
    EXPECT_EQ(log_level_named(name_of(level)), level);
  EXPECT_LT(LogLevel::kWarn, LogLevel::kError);
  EXPECT_EQ(log_level_named("warning"), LogLevel::kWarn);
  EXPECT_FALSE(log_level_named("off"));
}

TEST(LogValue, IsQuotedWhereItHasSpacesQuotesEqualsBackslashesOrNothing) {
  const auto text = [](LogValue value) { return value.written(); };
  EXPECT_EQ(text("plain"), "plain");
  EXPECT_EQ(text("a/b:c,d;{}'"), "a/b:c,d;{}'");
  EXPECT_EQ(text("世界"), "世界");
  EXPECT_EQ(text(""), "\"\"");
  EXPECT_EQ(text("two words"), "\"two words\"");
  EXPECT_EQ(text("a=b"), "\"a=b\"");
  EXPECT_EQ(text("a\\b"), "\"a\\\\b\"");
  EXPECT_EQ(text("say \"no\""), "\"say \\\"no\\\"\"");
  EXPECT_EQ(text("one\ntwo\r\tthree"), "\"one\\ntwo\\r\\tthree\"");
  EXPECT_EQ(text("\x1b[2J"), "\"\\x1b[2J\"");
  EXPECT_EQ(text("\xff\x7f"), "\"\\xff\\x7f\"");
  EXPECT_EQ(text("\u202e"), "\"\\xe2\\x80\\xae\"");
}

TEST(LogValue, TextThatLooksLikeANumberIsQuotedAndNumbersAreNot) {
  const auto text = [](LogValue value) { return value.written(); };
  EXPECT_EQ(text(7), "7");
  EXPECT_EQ(text(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(text(0.25), "0.250000");
  EXPECT_EQ(text(true), "true");
  EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "nan");
  for (const char* number : {"7", "-7", "0", "0.5", "1e9", "-1.5E+3", "true", "false"})
    EXPECT_EQ(text(number), '"' + std::string(number) + '"');
  for (const char* word : {"07", "+7", "7.", ".7", "-", "1e", "0x7", "nan", "7a", "True", "1.2.3", "--1"})
    EXPECT_EQ(text(word), word);
}

TEST(LogValue, WhateverTextIsWrittenReadsBackToTheSameBytes) {
  SplitMix64 random(17);
  for (int round = 0; round < 3000; ++round) {
    std::string value(random.next() % 12, '\0');
    constexpr std::string_view kLikely = " \"\\=\nx1";
    for (auto& c : value)
      c = random.next() % 2 == 0 ? kLikely[random.next() % kLikely.size()] : char(random.next());
    const auto words = log_words(LogLevel::kInfo, "store", "event", {{"a", value}, {"b", 1}});
    EXPECT_EQ(visible(words), words) << "one line that moves no cursor";
    const auto line = read_back(words);
    ASSERT_TRUE(line) << words;
    EXPECT_EQ(line->fields, (std::vector<Field>{{"a", value, true}, {"b", "1", false}})) << words;
  }
}

TEST(LogValue, ThatIsLeftOutTakesItsKeyWithIt) {
  EXPECT_EQ(written({{"a", LogValue::unless_empty("")}, {"b", LogValue::unless_empty("x y")}, {"c", ""}}),
            " b=\"x y\" c=\"\"");
  EXPECT_EQ(written({}), "");
}

TEST(LogName, IsALiteralOfSmallLettersDigitsDotsAndUnderscores) {
  static_assert(is_log_name("plan_made") && is_log_name("a.b2"));
  static_assert(!is_log_name("") && !is_log_name("2a") && !is_log_name("_a") && !is_log_name("a b") &&
                !is_log_name("A") && !is_log_name("a=b") && !is_log_name("a-b"));
  static_assert(!std::is_constructible_v<LogName, std::string>, "words of others are no names");
}

}  // namespace
}  // namespace synergy::schemas_test
