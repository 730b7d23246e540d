// Which lines are shown, and how.
#include "synergy/logs/choice.hpp"

#include "logs_fixture.hpp"

namespace synergy::logs_test {
namespace {

using logs::Choice;
using logs::Entry;

Entry entry_of(const std::string& text, const std::string& process = "store") {
  auto line = parse_log_line(text);
  const auto time = line ? line->time : UnixTime(1'772'375'400s);
  return {time, process, std::move(line), text, {}};
}

TEST(Choice, IsByLevelAndTime) {
  const auto warning = entry_of("2026-03-01T14:30:00.500Z warn  store full");
  const auto words = entry_of("==12==ERROR: leak");
  EXPECT_TRUE(Choice{}.has(warning));
  EXPECT_TRUE((Choice{LogLevel::kWarn, {}, {}}.has(warning)));
  EXPECT_FALSE((Choice{LogLevel::kError, {}, {}}.has(warning)));
  EXPECT_TRUE((Choice{LogLevel::kError, {}, {}}.has(words))) << "a crash has no level";
  EXPECT_TRUE((Choice{LogLevel::kDebug, warning.time, {}}.has(warning)));
  EXPECT_FALSE((Choice{LogLevel::kDebug, warning.time + 1ms, {}}.has(warning)));
  EXPECT_FALSE((Choice{LogLevel::kDebug, {}, warning.time}.has(warning)));
  EXPECT_TRUE((Choice{LogLevel::kDebug, {}, warning.time + 1ms}.has(warning)));
}

TEST(EntryText, IsTheLineAsItStandsAndOfOtherWordsWhoseTheyAre) {
  EXPECT_EQ(logs::to_text(entry_of("2026-03-01T14:30:00.500Z warn  store full a=\"b c\"")),
            "2026-03-01T14:30:00.500Z warn  store full a=\"b c\"");
  EXPECT_EQ(logs::to_text(entry_of("\t#0 0x55 in f()", "executor/ring")), "executor/ring | \t#0 0x55 in f()");
  EXPECT_EQ(logs::to_text(entry_of("\x1b[2Jgone")), "store | \\x1b[2Jgone");
}

TEST(EntryText, OfSupervisordIsInOurForm) {
  Entry entry =
      entry_of("2026-03-01 14:30:00,250 WARN exited: store (exit status 5; not expected)", "supervisord");
  entry.line = logs::parse_supervisor_line(entry.text);
  EXPECT_EQ(logs::to_text(entry),
            "2026-03-01T14:30:00.250Z warn  supervisord exited msg=\"exited: store (exit status 5; not "
            "expected)\"");
}

TEST(EntryJson, HasTheLinesPartsByName) {
  EXPECT_EQ(logs::to_json(
                entry_of("2026-03-01T14:30:00.500Z info  store kept plan=7 us=0.500000 again=true app=\"7\" "
                         "text=\"a \\\"b\\\"\\n\" request=cli-1#2.3 big=18446744073709551615")),
            R"({"time":"2026-03-01T14:30:00.500Z","level":"info","service":"store","event":"kept",)"
            R"("request":"cli-1#2.3","fields":{"plan":7,"us":0.5,"again":true,"app":"7","text":"a \"b\"\n",)"
            R"("big":18446744073709551615}})");
}

TEST(EntryJson, OfOtherWordsHasThemAsText) {
  EXPECT_EQ(
      logs::to_json(entry_of("==12==ERROR: \"leak\"", "executor/ring")),
      R"({"time":"2026-03-01T14:30:00.000Z","service":"executor/ring","text":"==12==ERROR: \"leak\""})");
}

TEST(EntryJson, HasAKeyOnceAndIsValidWhateverTheLineHolds) {
  EXPECT_EQ(logs::to_json(entry_of("2026-03-01T14:30:00.500Z info  store e a=1 a=2 b=\"\\xff\"")),
            R"({"time":"2026-03-01T14:30:00.500Z","level":"info","service":"store","event":"e",)"
            "\"fields\":{\"a\":1,\"b\":\"\ufffd\"}}");
}

}  // namespace
}  // namespace synergy::logs_test
