#include "synergy/doctor/past.hpp"

#include <algorithm>
#include <cstdio>

#include "synergy/logs/merge.hpp"

namespace synergy::doctor {
namespace {

/// The value of that key; empty where there is none.
std::string value_of(const LogLine& line, std::string_view key) {
  for (const auto& field : line.fields)
    if (field.key == key) return field.value;
  return {};
}

/// `executor/ring` of `exited: executor-ring (exit status 5; not expected)` and `spawned: 'executor-ring'
/// with ...`.
std::string process_in(const std::string& words) {
  auto name = words.substr(std::min(words.find(": "), words.size()));
  name.erase(0, std::min<std::size_t>(2, name.size()));
  name.resize(std::min(name.find(' '), name.size()));
  std::erase(name, '\'');
  return logs::process_of(name);
}

std::string in_seconds(Duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", seconds(time));
  return text;
}

}  // namespace

void PastReader::hear(const logs::Entry& entry) {
  if (!entry.line) return;
  auto& last = last_.try_emplace(entry.process, entry.time).first->second;
  if (last - entry.time > past_.set_back) {
    past_.set_back = last - entry.time;
    past_.set_back_in = entry.process;
  }
  last = entry.time;
  past_.newest = std::max(past_.newest, entry.time);
  if (entry.process == logs::kSupervisorLog) return hear_supervisor(*entry.line);
  if (entry.line->level != LogLevel::kError) return;
  const auto error = value_of(*entry.line, "error");
  past_.fates[entry.process].last_error = error.empty() ? entry.line->event : error;
}

void PastReader::hear_supervisor(const LogLine& line) {
  const auto words = value_of(line, "msg");
  if (line.event != "exited" && line.event != "stopped" && line.event != "spawned") return;
  auto& fate = past_.fates[process_in(words)];
  fate.left = line.event == "stopped";
  if (line.event != "exited") return;
  fate.exits.push_back(line.time);
  const auto begin = words.find('(');
  fate.last_exit = begin == std::string::npos ? words : words.substr(begin + 1, words.rfind(')') - begin - 1);
}

Past read_past(const std::filesystem::path& run_folder, const Clock& clock) {
  PastReader reader;
  logs::Merge merge(run_folder, {}, logs::Lives::kThis);
  while (const auto entry = merge.next(clock)) reader.hear(*entry);
  return std::move(reader).past();
}

std::vector<Finding> judge_restarts(const Past& past, UnixTime now) {
  std::vector<Finding> found;
  for (const auto& [process, fate] : past.fates) {
    const auto exits = std::size_t(std::count_if(fate.exits.begin(), fate.exits.end(),
                                                 [&](UnixTime exit) { return exit + kRecently > now; }));
    if (exits == 0) continue;
    std::string says = process + " ended " + std::to_string(exits) + (exits == 1 ? " time" : " times") +
                       " in the last 10 min and was started again (last: " + fate.last_exit + ")";
    if (!fate.last_error.empty()) says += ": " + fate.last_error;
    found.push_back({exits >= kAgainAndAgain ? Verdict::kProblem : Verdict::kWarning, "restarts", says,
                     "see mesh logs --level warn " + process});
  }
  if (found.empty())
    found.push_back({Verdict::kOk, "restarts", "no process was started again in the last 10 min", {}});
  return found;
}

Finding judge_clock(const Past& past, UnixTime now) {
  const std::string advice =
      "let the clock be set slowly (chrony, systemd-timesyncd); what counts time by it, as --since, is wrong "
      "by that";
  if (past.newest - now > kJump)
    return {
        Verdict::kWarning, "clock",
        "lines of the logs are " + in_seconds(past.newest - now) + " ahead of the clock, which was set back",
        advice};
  if (past.set_back > kJump)
    return {Verdict::kWarning, "clock",
            "the clock was set back by " + in_seconds(past.set_back) + " while the mesh ran (log of " +
                past.set_back_in + ")",
            advice};
  return {Verdict::kOk, "clock", "no line of the logs goes back in time", {}};
}

}  // namespace synergy::doctor
