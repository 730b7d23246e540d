#include "synergy/base/log_line.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace synergy {
namespace {

/// Takes a number of just so many digits, and what stands behind it.
bool take_number(std::string_view& text, std::size_t digits, char behind, int& number) {
  if (text.size() <= digits || text[digits] != behind || text.front() == '-') return false;
  const auto* const end = text.data() + digits;
  if (const auto read = std::from_chars(text.data(), end, number); read.ec != std::errc() || read.ptr != end)
    return false;
  text.remove_prefix(digits + 1);
  return true;
}

/// Takes all up to the next space, and the space.
std::string_view take_word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

bool take_fields(std::string_view text, std::vector<LogLine::Field>& fields) {
  while (!text.empty()) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || !is_log_name(text.substr(0, equals))) return false;
    auto read = read_log_value(text.substr(equals + 1));
    if (!read) return false;
    fields.push_back({std::string(text.substr(0, equals)), std::move(read->value), read->is_text});
    text.remove_prefix(std::min(equals + 1 + read->size + 1, text.size()));
  }
  return true;
}

std::string level_in_column(LogLevel level) {
  constexpr std::size_t kWidth = 5;
  std::string text(name_of(level));
  text.resize(std::max(text.size(), kWidth), ' ');
  return text;
}

}  // namespace

std::optional<LogLevel> log_level_named(std::string_view name) {
  if (name == "warning") return LogLevel::kWarn;
  const auto* const found = std::find(kLogLevelNames.begin(), kLogLevelNames.end(), name);
  if (found == kLogLevelNames.end()) return std::nullopt;
  return LogLevel(found - kLogLevelNames.begin());
}

std::string log_time(UnixTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()),
                unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                int(clock.minutes().count()), int(clock.seconds().count()), int(clock.subseconds().count()));
  return text;
}

std::optional<UnixTime> parse_log_time(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, thousandth = 0;
  if (!take_number(text, 4, '-', year) || !take_number(text, 2, '-', month) ||
      !take_number(text, 2, 'T', day) || !take_number(text, 2, ':', hour) ||
      !take_number(text, 2, ':', minute) || !take_number(text, 2, '.', second) ||
      !take_number(text, 3, 'Z', thousandth) || !text.empty())
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(unsigned(month)),
                                         std::chrono::day(unsigned(day))};
  constexpr int kFirstYear = 1970, kLastYear = 2261;  // what nanoseconds since 1970 hold
  if (!date.ok() || year < kFirstYear || year > kLastYear || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return UnixTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(thousandth);
}

std::string log_words(LogLevel level, std::string_view service, LogName event, LogFields fields,
                      std::string_view request) {
  return level_in_column(level).append(" ").append(service).append(" ").append(event.text()) +
         written(fields) + written({{"request", LogValue::unless_empty(request)}});
}

std::string written(const LogLine& line) {
  auto text = log_time(line.time) + " " + level_in_column(line.level) + " " + line.service + " " + line.event;
  for (const auto& [key, value, is_text] : line.fields)
    text += " " + key + "=" + (is_text ? LogValue(value).written() : value);
  return text;
}

std::optional<LogLine> parse_log_line(std::string_view text) {
  LogLine line;
  const auto time = parse_log_time(take_word(text));
  if (!time) return std::nullopt;
  const auto level = log_level_named(take_word(text));
  if (!level) return std::nullopt;
  if (text.starts_with(' ')) text.remove_prefix(1);
  line.time = *time;
  line.level = *level;
  line.service = take_word(text);
  line.event = take_word(text);
  if (line.service.empty() || !is_log_name(line.event) || !take_fields(text, line.fields))
    return std::nullopt;
  return line;
}

}  // namespace synergy
