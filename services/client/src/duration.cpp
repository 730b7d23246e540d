#include "synergy/client/duration.hpp"

#include <time.h>

#include <string>

#include "synergy/base/log_line.hpp"

namespace synergy::client {
namespace {

/// Of times that whole nanoseconds hold: in the year 2262.
constexpr std::time_t kLatestSecond = 9'223'372'036;

}  // namespace

std::string utc_text(UnixTime time) {
  const std::time_t whole = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  char text[64] = "";
  if (::gmtime_r(&whole, &parts) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

namespace {

/// A date, with or without a time of day, in UTC; nothing where the text is none.
std::optional<UnixTime> parse_utc(std::string text) {
  if (text.ends_with('Z')) text.pop_back();
  for (const auto* form :
       {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    const auto* const end = ::strptime(text.c_str(), form, &parts);
    if (end == nullptr || *end != '\0') continue;
    const auto day = parts.tm_mday;
    const auto seconds = ::timegm(&parts);
    if (parts.tm_mday != day || seconds < 0 || seconds > kLatestSecond) return {};  // 30 February is 2 March
    return UnixTime{std::chrono::seconds(seconds)};
  }
  return {};
}

}  // namespace

Result<UnixTime> parse_moment(const std::string& text, UnixTime now) {
  if (const auto moment = parse_utc(text)) return *moment;
  if (const auto moment = parse_log_time(text)) return *moment;
  constexpr auto kLongestBack = std::chrono::hours(24 * 36500);
  if (const auto back = parse_duration(text, Duration(0), kLongestBack)) {
    return now.time_since_epoch() < *back ? UnixTime{} : now - *back;
  }
  return Error{ErrorCode::kInvalid,
               "'" + text +
                   "' is no moment; write how long ago (30s, 10min, 2h, 1d) or a time in UTC "
                   "(2026-03-01, or '2026-03-01 14:30:00')"};
}

Result<TimeRange> parse_time_range(const std::string& since, const std::string& until, UnixTime now) {
  TimeRange range;
  if (!since.empty()) {
    const auto moment = parse_moment(since, now);
    if (!moment) return moment.error().at("--since");
    range.since = *moment;
  }
  if (!until.empty()) {
    const auto moment = parse_moment(until, now);
    if (!moment) return moment.error().at("--until");
    range.until = *moment;
  }
  if (range.since && range.until && *range.until <= *range.since)
    return Error{ErrorCode::kInvalid,
                 "--until " + until + " is not later than --since " + since + ": nothing lies between them"};
  return range;
}

}  // namespace synergy::client
