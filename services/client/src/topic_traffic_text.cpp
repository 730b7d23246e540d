// What `synergy topic top`, `hz` and `bw` show of the traffic.
#include <algorithm>
#include <limits>

#include "synergy/base/text.hpp"
#include "synergy/client/table.hpp"
#include "synergy/client/topic_meter.hpp"

namespace synergy::client {
namespace {

std::string shown(const std::optional<double>& value, double unit, int decimals) {
  return value ? fixed(*value / unit, decimals) : "-";
}

std::vector<std::string> heading_of(TrafficView view) {
  switch (view) {
    case TrafficView::kRates:
      return {"TOPIC", "MESSAGES/S", "EVERY MS", "SHORTEST", "LONGEST", "DEVIATION", "MESSAGES"};
    case TrafficView::kBandwidth:
      return {"TOPIC", "KB/S", "MEAN BYTES", "SMALLEST", "LARGEST", "MESSAGES"};
    case TrafficView::kAll:
      break;
  }
  return {"TOPIC", "MESSAGES/S", "KB/S", "MEAN BYTES", "AGE S", "LAST MESSAGE", "FROM"};
}

std::vector<std::string> row_of(const TopicFigures& topic, TrafficView view) {
  constexpr double kMs = 1e3, kSecond = 1e6, kKilobyte = 1e3;
  const auto rate = fixed(topic.messages_per_second, 2);
  const auto bandwidth = fixed(topic.bytes_per_second / kKilobyte, 2);
  switch (view) {
    case TrafficView::kRates:
      return {topic.topic,
              rate,
              shown(topic.interval_mean_us, kMs, 2),
              shown(topic.interval_least_us, kMs, 2),
              shown(topic.interval_most_us, kMs, 2),
              shown(topic.interval_deviation_us, kMs, 2),
              std::to_string(topic.messages)};
    case TrafficView::kBandwidth:
      return {topic.topic,
              bandwidth,
              shown(topic.mean_bytes, 1, 0),
              shown(topic.least_bytes, 1, 0),
              shown(topic.most_bytes, 1, 0),
              std::to_string(topic.messages)};
    case TrafficView::kAll:
      break;
  }
  return {topic.topic,
          rate,
          bandwidth,
          shown(topic.mean_bytes, 1, 0),
          shown(topic.age_us, kSecond, 1),
          topic.last_message,
          topic.last_sender};
}

}  // namespace

void sort(TopicTraffic& traffic, TrafficOrder order) {
  const auto key = [order](const TopicFigures& topic) {
    switch (order) {
      case TrafficOrder::kRate:
        return -topic.messages_per_second;
      case TrafficOrder::kBandwidth:
        return -topic.bytes_per_second;
      case TrafficOrder::kAge:
        return topic.age_us.value_or(std::numeric_limits<double>::max());
      case TrafficOrder::kTopic:
        break;
    }
    return 0.0;
  };
  std::sort(traffic.topics.begin(), traffic.topics.end(), [&](const auto& a, const auto& b) {
    return key(a) != key(b) ? key(a) < key(b) : a.topic < b.topic;
  });
}

std::vector<TopLine> traffic_lines(const TopicTraffic& traffic, TrafficView view) {
  std::vector<TopLine> lines;
  lines.push_back({fixed(traffic.messages_per_second, 1) + " messages/s, " +
                       fixed(traffic.bytes_per_second / 1000, 1) + " kB/s on " +
                       std::to_string(traffic.topics.size()) + " topics, received here over the last " +
                       fixed(traffic.window_us / 1e6, 1) + " s",
                   TopStyle::kHeading});
  if (traffic.lost > 0)
    lines.push_back({"WARNING: " + std::to_string(traffic.lost) +
                         " messages were lost on the way to here and are in no rate; a narrower TOPIC loses "
                         "fewer",
                     TopStyle::kWarning});
  if (traffic.unread > 0)
    lines.push_back({"WARNING: " + std::to_string(traffic.unread) +
                         " messages were damaged, or on more topics than " +
                         std::to_string(TopicMeter::kMostTopics) + "; they are in no rate",
                     TopStyle::kWarning});
  lines.push_back({""});
  Table table(heading_of(view));
  for (const auto& topic : traffic.topics) table.add(row_of(topic, view));
  const auto text = table.text();
  auto style = TopStyle::kHeading;
  for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
    lines.push_back({text.substr(begin, text.find('\n', begin) - begin), style});
    style = TopStyle::kPlain;
  }
  return lines;
}

}  // namespace synergy::client
