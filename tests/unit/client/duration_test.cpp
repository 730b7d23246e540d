#include "synergy/client/duration.hpp"

#include <gmock/gmock.h>

namespace synergy::client {
namespace {

using namespace std::chrono_literals;

const UnixTime kNow{1'800'000'000s};  // 2027-01-15 08:00:00

std::string moment(const std::string& text) {
  const auto parsed = parse_moment(text, kNow);
  return parsed ? utc_text(*parsed) : parsed.error().message;
}

TEST(Moment, IsHowLongAgo) {
  EXPECT_EQ(moment("30s"), "2027-01-15 07:59:30");
  EXPECT_EQ(moment("10min"), "2027-01-15 07:50:00");
  EXPECT_EQ(moment("10m"), "2027-01-15 07:50:00");
  EXPECT_EQ(moment("2h"), "2027-01-15 06:00:00");
  EXPECT_EQ(moment("1d"), "2027-01-14 08:00:00");
  EXPECT_EQ(moment("30000d"), "1970-01-01 00:00:00") << "before there was time";
}

TEST(Moment, IsATimeInUtc) {
  EXPECT_EQ(moment("2026-03-01"), "2026-03-01 00:00:00");
  EXPECT_EQ(moment("2026-03-01 14:30"), "2026-03-01 14:30:00");
  EXPECT_EQ(moment("2026-03-01 14:30:05"), "2026-03-01 14:30:05");
  EXPECT_EQ(moment("2026-03-01T14:30:05Z"), "2026-03-01 14:30:05");
  EXPECT_EQ(*parse_moment("2026-03-01T14:30:05.250Z", kNow) - *parse_moment("2026-03-01 14:30:05", kNow),
            250ms)
      << "as the log has it";
}

TEST(Moment, OfWhatIsNoneSaysWhatMayBeWritten) {
  for (const auto* text : {"", "yesterday", "2026", "2026-13-01", "2026-02-30", "2026-03-01 25:00", "10",
                           "-5s", "9999-01-01", "2026-03-01 14:30:00 CET"})
    EXPECT_THAT(moment(text), testing::HasSubstr("is no moment; write how long ago (30s, 10min, 2h, 1d)"))
        << text;
}

}  // namespace
}  // namespace synergy::client
