#include "synergy/client/duration.hpp"

#include <time.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

#include "synergy/client/table.hpp"

namespace synergy::client {
namespace {

/// Of times that whole nanoseconds hold: in the year 2262.
constexpr std::time_t kLatestSecond = 9'223'372'036;

}  // namespace

Result<Duration> parse_duration(std::string_view text, Duration least, Duration most) {
  constexpr std::array<std::pair<std::string_view, double>, 6> kUnits{
      {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}}};
  double value = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  const auto unit = std::string_view(rest, std::size_t(end - rest));
  for (const auto& [name, ns] : kUnits) {
    if (error != std::errc{} || unit != name) continue;
    const double length = std::round(value * ns);
    if (length >= double(least.count()) && length <= double(most.count()))
      return Duration(std::int64_t(length));
    return Error{ErrorCode::kInvalid, "'" + std::string(text) + "' is not from " +
                                          fixed(milliseconds(least), 0) + " ms to " +
                                          fixed(seconds(most), 0) + " s"};
  }
  return Error{ErrorCode::kInvalid,
               "'" + std::string(text) + "' is no length of time; write for example 2s or 500ms"};
}

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
  constexpr auto kLongestBack = std::chrono::hours(24 * 36500);
  if (const auto back = parse_duration(text, Duration(0), kLongestBack)) {
    return now.time_since_epoch() < *back ? UnixTime{} : now - *back;
  }
  return Error{ErrorCode::kInvalid,
               "'" + text +
                   "' is no moment; write how long ago (30s, 10min, 2h, 1d) or a time in UTC "
                   "(2026-03-01, or '2026-03-01 14:30:00')"};
}

}  // namespace synergy::client
