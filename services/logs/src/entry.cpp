#include "synergy/logs/entry.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "synergy/logs/files.hpp"

namespace synergy::logs {
namespace {

/// Longer ones are cut: they are no text.
constexpr std::size_t kLongestLine = 1024 * 1024;

std::optional<LogLevel> level_of_supervisor(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, LogLevel>, 7> kWords{{{"CRIT", LogLevel::kError},
                                                                         {"ERRO", LogLevel::kError},
                                                                         {"WARN", LogLevel::kWarn},
                                                                         {"INFO", LogLevel::kInfo},
                                                                         {"DEBG", LogLevel::kDebug},
                                                                         {"TRAC", LogLevel::kDebug},
                                                                         {"BLAT", LogLevel::kDebug}}};
  for (const auto& [name, level] : kWords)
    if (name == word) return level;
  return std::nullopt;
}

/// `gave_up` of `gave up: broker entered FATAL state`; `says` where no such word leads.
std::string event_of_supervisor(std::string_view words) {
  constexpr std::size_t kLongest = 20;
  std::string event(words.substr(0, std::min(words.find(": "), words.size())));
  std::replace(event.begin(), event.end(), ' ', '_');
  return event.size() < words.size() && event.size() <= kLongest && is_log_name(event) ? event : "says";
}

/// Where a line of ours begins behind words that had no end: a process was killed while it wrote.
std::size_t begin_of_line(std::string_view text) {
  constexpr std::size_t kTimeBytes = 24;
  for (auto end = text.find("Z "); end != std::string_view::npos; end = text.find("Z ", end + 1)) {
    if (end + 1 < kTimeBytes) continue;
    const auto begin = end + 1 - kTimeBytes;
    if (parse_log_time(text.substr(begin, kTimeBytes)) && parse_log_line(text.substr(begin))) return begin;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<LogLine> parse_supervisor_line(std::string_view text) {
  constexpr std::size_t kTimeBytes = 23, kWordsAt = 29;  // `2026-03-01 14:30:00,123 INFO words`
  if (text.size() <= kWordsAt || text[10] != ' ' || text[19] != ',') return std::nullopt;
  auto stamp = std::string(text.substr(0, kTimeBytes)) + "Z";
  stamp[10] = 'T';
  stamp[19] = '.';
  const auto time = parse_log_time(stamp);
  const auto level = level_of_supervisor(text.substr(kTimeBytes + 1, 4));
  if (!time || !level || text[kTimeBytes] != ' ' || text[kWordsAt - 1] != ' ') return std::nullopt;
  const auto words = text.substr(kWordsAt);
  return LogLine{
      *time, *level, kSupervisorLog, event_of_supervisor(words), {{"msg", std::string(words), true}}};
}

void EntryReader::take(std::string_view bytes, MonotonicTime now) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    cut_ += bytes.substr(0, end);
    if (end == std::string_view::npos && cut_.size() < kLongestLine) return;
    end_line(now);
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
  }
}

void EntryReader::end_line(MonotonicTime now) {
  if (!cut_.empty()) add(std::exchange(cut_, {}), now);
}

void EntryReader::add(std::string_view text, MonotonicTime now) {
  auto line = parse_log_line(text);
  if (!line && process_ == kSupervisorLog) line = parse_supervisor_line(text);
  if (line) return add_entry(text, std::move(line), now);
  const auto begin = begin_of_line(text);
  add_entry(text.substr(0, begin), std::nullopt, now);
  if (begin != std::string_view::npos) add_entry(text.substr(begin), parse_log_line(text.substr(begin)), now);
}

void EntryReader::add_entry(std::string_view text, std::optional<LogLine> line, MonotonicTime now) {
  if (line) {
    if (!time_) settle(line->time);
    time_ = line->time;
  }
  auto& list = time_ ? entries_ : untimed_;
  list.push_back({time_.value_or(UnixTime{}), process_, std::move(line), std::string(text), now});
}

void EntryReader::settle(UnixTime time) {
  if (untimed_.empty()) return;
  time_ = time;
  for (auto& entry : untimed_) entry.time = time;
  std::move(untimed_.begin(), untimed_.end(), std::back_inserter(entries_));
  untimed_.clear();
}

}  // namespace synergy::logs
