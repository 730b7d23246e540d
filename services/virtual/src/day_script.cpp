#include "synergy/virtual_mesh/day_script.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::virtual_mesh {
namespace {

using schemas::Node;

/// Of an entry's keys, those that say what happens, with what they name.
std::vector<std::pair<std::string, std::string>> actions_of(const DayEvent& event) {
  std::vector<std::pair<std::string, std::string>> told;
  const std::pair<const char*, const std::string&> all[] = {
      {"submit", event.submit}, {"stop", event.stop},       {"leave", event.leave}, {"join", event.join},
      {"link", event.link},     {"battery", event.battery}, {"rate", event.rate},   {"replan", event.replan}};
  for (const auto& [name, value] : all)
    if (!value.empty()) told.emplace_back(name, value);
  return told;
}

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

Duration to_duration(double seconds) { return Duration(std::int64_t(seconds * 1e9)); }

/// Checks entries in order of time, for what has come before.
class Reader {
 public:
  Reader(const std::filesystem::path& file, const documents::DeployFolder& deploy,
         const schemas::BodyView& body)
      : folder_(file.parent_path()), deploy_(deploy) {
    for (const auto& device : body.devices) {
      devices_.push_back(device.id.text());
      present_.insert(device.id.text());
    }
  }

  /// What is wrong; else the entry is added to `script`.
  Status add(const DayEvent& event, DayScript& script) {
    if (!event.at_s) return wrong("'at_s' is missing (seconds from the beginning of the day)");
    const auto told = actions_of(event);
    if (told.size() != 1)
      return wrong(std::string(told.empty() ? "it does not say what happens" : "it says two things") +
                   ": write one of submit, stop, leave, join, link, battery, rate, replan");
    if (event.percent && event.battery.empty()) return wrong("'percent' belongs to 'battery'");
    if (event.runs_per_second && event.rate.empty()) return wrong("'runs_per_second' belongs to 'rate'");
    const auto& [name, value] = told.front();
    ScriptedEvent scripted{to_duration(*event.at_s), name + " " + value, event, {}, {}};
    if (auto status = look_up(event, scripted); !status) return status;
    script.events.push_back(std::move(scripted));
    return {};
  }

 private:
  static Error wrong(const std::string& what) { return {ErrorCode::kInvalid, what}; }

  Status look_up(const DayEvent& event, ScriptedEvent& scripted) {
    if (!event.submit.empty()) return submit(event, scripted);
    if (!event.stop.empty()) return known_app(event.stop);
    if (!event.rate.empty()) return rate(event, scripted);
    if (!event.leave.empty()) return leave(event.leave);
    if (!event.join.empty()) return join(event.join);
    if (!event.battery.empty()) return battery(event, scripted);
    if (!event.link.empty()) return link(event.link, scripted);
    if (planner::find_policy(event.replan) == nullptr)
      return wrong(unknown_name("policy", event.replan, planner::policy_names()));
    return {};
  }
  Status submit(const DayEvent& event, ScriptedEvent& scripted) {
    auto app = documents::read_app(folder_ / event.submit);
    if (!app) return app.error();
    scripted.what = "submit " + app->app.text();
    apps_.insert_or_assign(app->app.text(), *app);
    scripted.app = *std::move(app);
    return {};
  }
  Status known_app(const std::string& app) const {
    if (apps_.contains(app)) return {};
    if (apps_.empty()) return wrong("no app is submitted before this");
    std::vector<std::string> names;
    for (const auto& [name, request] : apps_) names.push_back(name);
    return wrong(unknown_name("app", app, names));
  }
  Status rate(const DayEvent& event, ScriptedEvent& scripted) {
    if (auto status = known_app(event.rate); !status) return status;
    if (!event.runs_per_second) return wrong("'runs_per_second' is missing (0: as many as come through)");
    auto app = apps_.at(event.rate);
    app.rate = *event.runs_per_second;
    if (auto status = app.check(); !status) return status.error().at("app '" + event.rate + "'");
    apps_[event.rate] = app;
    scripted.what += " " + number_text(app.rate);
    scripted.app = app;
    return {};
  }
  Status known_device(const std::string& device) const {
    if (std::find(devices_.begin(), devices_.end(), device) != devices_.end()) return {};
    return wrong(unknown_name("device", device, devices_));
  }
  Status leave(const std::string& device) {
    if (auto status = known_device(device); !status) return status;
    if (present_.erase(device) == 0)
      return wrong("device '" + device + "' has left before; write a join first");
    return {};
  }
  Status join(const std::string& device) {
    if (auto status = known_device(device); !status) return status;
    if (!present_.insert(device).second)
      return wrong("device '" + device + "' is there; write a leave first");
    return {};
  }
  Status battery(const DayEvent& event, ScriptedEvent& scripted) const {
    if (auto status = known_device(event.battery); !status) return status;
    if (!event.percent) return wrong("'percent' is missing (how full the battery is, 0 to 100)");
    scripted.what += " " + number_text(*event.percent);
    return {};
  }
  Status link(const std::string& name, ScriptedEvent& scripted) const {
    const auto file = documents::is_link_file(name) ? (folder_ / name).string() : name;
    auto read = deploy_.link(file);
    if (!read) return read.error();
    scripted.link = *std::move(read);
    return {};
  }

  std::filesystem::path folder_;
  const documents::DeployFolder& deploy_;
  std::vector<std::string> devices_;
  std::set<std::string> present_;
  std::map<std::string, schemas::AppRequest> apps_;  ///< as they were submitted last
};

/// An app file may have several mistakes, a line each: every line says at which entry of the day.
void note_lines(schemas::Findings& findings, Node entry, const std::string& message) {
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);) findings.note(entry.wrong(line));
}

/// Where the day ends: `given`, or what the file says.
Status set_end(Node list, const std::vector<std::pair<DayEvent, Node>>& ends, std::optional<double> given,
               DayScript& script) {
  if (ends.size() > 1) return ends[1].second.wrong("until_s: the day ends once");
  if (!given && ends.empty())
    return list.wrong("the day has no end: write `- {until_s: SECONDS}`, or say --for SECONDS");
  for (const auto& [event, node] : ends)
    if (event.at_s || !actions_of(event).empty())
      return node.wrong("until_s: stands alone; it says when the day ends");
  script.until = to_duration(given ? *given : *ends.front().first.until_s);
  return {};
}

Status read_entries(Node list, Reader& reader, std::optional<double> until_s, DayScript& script) {
  if (list.kind() != schemas::Kind::kList)
    return list.expected("a list of events, `- {at_s: 10, leave: watch}`");
  schemas::Findings findings(list);
  std::vector<std::pair<DayEvent, Node>> events, ends;
  for (std::size_t i = 0; i < list.size(); ++i) {
    DayEvent event;
    if (auto status = schemas::decode(list.item(i), event); !status)
      findings.note(status);
    else
      (event.until_s ? ends : events).emplace_back(event, list.item(i));
  }
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
    return a.first.at_s.value_or(0) < b.first.at_s.value_or(0);
  });
  for (const auto& [event, node] : events)
    if (auto status = reader.add(event, script); !status) note_lines(findings, node, status.error().message);
  if (auto status = set_end(list, ends, until_s, script); !status)
    findings.note(status);
  else if (!script.events.empty() && script.events.back().at > script.until)
    findings.note(list.wrong("the day ends at " + number_text(seconds(script.until)) +
                             " s, and its last event is at " + number_text(seconds(script.events.back().at)) +
                             " s: end it later, or take out what is not to happen"));
  return findings.status();
}

}  // namespace

Result<DayScript> read_day_list(Node list, const std::filesystem::path& file,
                                const documents::DeployFolder& deploy, const schemas::BodyView& body,
                                std::optional<double> until_s) {
  DayScript script;
  Reader reader(file, deploy, body);
  if (auto status = read_entries(list, reader, until_s, script); !status) return status.error();
  return script;
}

Result<DayScript> read_day(const std::filesystem::path& file, const documents::DeployFolder& deploy,
                           const schemas::BodyView& body, std::optional<double> until_s) {
  DayScript script;
  auto status = documents::with_yaml_file(file, [&](Node root) -> Status {
    auto read = read_day_list(root, file, deploy, body, until_s);
    if (!read) return read.error();
    script = *std::move(read);
    return {};
  });
  if (!status) return status.error();
  return script;
}

}  // namespace synergy::virtual_mesh
