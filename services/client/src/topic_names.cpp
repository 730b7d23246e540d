#include "synergy/client/topic_names.hpp"

#include <algorithm>
#include <map>

#include "synergy/base/text.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::client {
namespace {

namespace process = schemas::process;

constexpr std::string_view kApp = "APP", kDevice = "DEVICE", kProcess = "PROCESS";

/// The word in capitals at the end of a catalogue's topic; empty where it has none.
std::string_view variable_of(std::string_view pattern) {
  for (const auto word : {kApp, kDevice, kProcess})
    if (pattern.ends_with(word)) return word;
  return {};
}

std::string_view constant_of(std::string_view pattern) {
  return pattern.substr(0, pattern.size() - variable_of(pattern).size());
}

const std::vector<std::string>& names_for(std::string_view variable, const LiveNames& names) {
  if (variable == kApp) return names.apps;
  return variable == kDevice ? names.devices : names.processes;
}

/// Whether `name` may stand for the word: names of processes have parts, those of apps and devices have none.
bool may_stand_for(std::string_view name, std::string_view variable) {
  if (variable != kProcess) return is_plain_name(name);
  return !name.empty() && name.size() <= schemas::kMaxProcessNameBytes;
}

/// Messages by the topic that the catalogue has for them.
std::map<std::string, std::vector<const schemas::MessageInfo*>> by_pattern() {
  std::map<std::string, std::vector<const schemas::MessageInfo*>> all;
  for (const auto& info : schemas::catalogue())
    if (!info.topic.empty()) all[info.topic].push_back(&info);
  return all;
}

TopicRow row_of(const std::string& topic, const std::vector<const schemas::MessageInfo*>& messages) {
  TopicRow row;
  row.topic = topic;
  row.topic_class = schemas::class_of(topic);
  for (const auto* info : messages) row.messages.push_back(info->name);
  row.published_by = schemas::owner_of_topic(topic);
  if (row.published_by.ends_with('/')) row.published_by += "*";
  if (row.topic_class == schemas::TopicClass::kCommand) row.answered_by = topic.substr(topic.find('/') + 1);
  return row;
}

}  // namespace

TopicList topic_patterns() {
  TopicList list;
  for (const auto& [pattern, messages] : by_pattern()) list.topics.push_back(row_of(pattern, messages));
  return list;
}

TopicList topics_of(const LiveNames& names) {
  TopicList list;
  for (const auto& [pattern, messages] : by_pattern()) {
    const auto variable = variable_of(pattern);
    if (variable.empty()) list.topics.push_back(row_of(pattern, messages));
    if (variable.empty()) continue;
    for (const auto& name : names_for(variable, names))
      list.topics.push_back(row_of(std::string(constant_of(pattern)) + name, messages));
  }
  std::sort(list.topics.begin(), list.topics.end(),
            [](const auto& a, const auto& b) { return a.topic < b.topic; });
  return list;
}

std::string topics_table(const TopicList& list) {
  Table table({"TOPIC", "CLASS", "PUBLISHED BY", "MESSAGES"});
  for (const auto& row : list.topics) {
    std::string messages;
    for (const auto& name : row.messages) messages += (messages.empty() ? "" : ", ") + name;
    table.add({row.topic, std::string(schemas::name_of(row.topic_class)),
               row.published_by.empty() ? "anybody" : row.published_by, messages});
  }
  return table.text();
}

std::vector<const schemas::MessageInfo*> messages_on(std::string_view topic) {
  std::vector<const schemas::MessageInfo*> found;
  for (const auto& info : schemas::catalogue()) {
    const auto variable = variable_of(info.topic);
    const auto constant = constant_of(info.topic);
    if (info.topic.empty() || !topic.starts_with(constant)) continue;
    const auto rest = topic.substr(constant.size());
    if (variable.empty() ? rest.empty() : may_stand_for(rest, variable)) found.push_back(&info);
  }
  return found;
}

bool fits(std::string_view topic, std::string_view pattern) {
  while (true) {
    const auto star = pattern.find('*');
    const auto constant = pattern.substr(0, star);
    if (!topic.starts_with(constant)) return false;
    if (star == std::string_view::npos) return true;
    topic.remove_prefix(constant.size());
    topic.remove_prefix(std::min(topic.find('/'), topic.size()));
    pattern.remove_prefix(star + 1);
    if (pattern.empty()) return topic.empty();  // a `*` at the end stands for one part, not for several
  }
}

std::string beginning_of(std::string_view pattern) {
  return std::string(pattern.substr(0, pattern.find('*')));
}

}  // namespace synergy::client
