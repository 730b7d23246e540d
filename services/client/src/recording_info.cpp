#include "synergy/client/recording_info.hpp"

#include <map>

#include "synergy/base/text.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/recording_changes.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::client {

namespace {

std::vector<RecordedApp> apps_of(const std::map<std::string, RecordedTopic>& topics, double duration_s) {
  std::map<std::string, RecordedApp> apps;
  for (const auto& [topic, line] : topics) {
    const bool is_result = topic.starts_with(schemas::topics::kResultPrefix);
    if (!is_result && !topic.starts_with(schemas::topics::kFailedPrefix)) continue;
    const auto name = topic.substr(topic.rfind('/') + 1);
    auto& app = apps[name];
    app.app = name;
    (is_result ? app.results : app.failed) = line.packets;
  }
  std::vector<RecordedApp> all;
  for (auto& [name, app] : apps) {
    app.results_per_second = duration_s > 0 ? double(app.results) / duration_s : 0;
    all.push_back(std::move(app));
  }
  return all;
}

}  // namespace

Result<RecordingInfo> describe(RecordingReader& recording) {
  std::map<std::string, RecordedTopic> topics;
  RecordingInfo info;
  RecordedChanges changes;
  auto status = recording.each([&](RecordedPacket&& packet) {
    auto& line = topics[packet.topic];
    ++line.packets;
    line.payload_bytes += packet.payload.size();
    const auto change = changes.see(packet);
    info.plans += change.plan ? 1 : 0;
    info.departures += change.departures;
  });
  if (!status) return status.error();
  info.file = recording.name();
  info.body = recording.header().body;
  info.started = utc_text(recording.header().started);
  info.end = recording.end();
  const auto lasted = info.end ? info.end->lasted : recording.last();
  info.duration_us = microseconds(lasted);
  info.duration_s = seconds(lasted);
  info.apps = apps_of(topics, info.duration_s);
  for (auto& [topic, line] : topics) {
    line.topic = topic;
    line.packets_per_second = info.duration_s > 0 ? double(line.packets) / info.duration_s : 0;
    info.packets += line.packets;
    info.payload_bytes += line.payload_bytes;
    info.topics.push_back(std::move(line));
  }
  return info;
}

std::string to_text(const RecordingInfo& info) {
  std::string text = "recorded " + info.started + " UTC, body " +
                     (info.body.empty() ? "not known" : printable(info.body)) + ", " +
                     fixed(info.duration_s, 3) + " s: " + std::to_string(info.packets) + " packets, " +
                     std::to_string(info.payload_bytes) + " bytes, " +
                     (info.end ? "ended by " + std::string(schemas::name_of(info.end->reason)) : "cut off") +
                     "\n" + "plans in force " + std::to_string(info.plans) + ", devices that left " +
                     std::to_string(info.departures) + "\n";
  Table apps({"APP", "RESULTS", "A SECOND", "FAILED ATTEMPTS"});
  for (const auto& line : info.apps)
    apps.add({line.app, std::to_string(line.results), fixed(line.results_per_second, 2),
              std::to_string(line.failed)});
  if (!info.apps.empty()) text += "\n" + apps.text();
  Table table({"TOPIC", "PACKETS", "A SECOND", "BYTES"});
  for (const auto& line : info.topics)
    table.add({line.topic, std::to_string(line.packets), fixed(line.packets_per_second, 2),
               std::to_string(line.payload_bytes)});
  return text + (info.topics.empty() ? "" : "\n" + table.text());
}

std::string losses(const RecordingEnd& end) {
  std::string text;
  if (end.gaps > 0) text += std::to_string(end.gaps) + " messages did not reach the recorder";
  if (end.broker_restarts > 0)
    text += (text.empty() ? "" : "; ") + std::string("restarts of the broker: ") +
            std::to_string(end.broker_restarts) + ", and what was sent meanwhile is missing";
  return text;
}

std::string shortcomings(const RecordingReader& recording) {
  if (recording.end()) {
    const auto lost = losses(*recording.end());
    return lost.empty() ? "" : recording.name() + ": " + lost;
  }
  return recording.name() + ": was cut off behind packet " + std::to_string(recording.packets()) +
         ": its recorder did not end in order; what is there is used";
}

}  // namespace synergy::client

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::RecordingInfo>();
