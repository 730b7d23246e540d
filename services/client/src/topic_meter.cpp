#include "synergy/client/topic_meter.hpp"

#include <algorithm>
#include <cmath>

#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::client {
namespace {

/// The window moves in steps of this.
constexpr Duration kStep = std::chrono::milliseconds(100);
const std::string kAnswers = "@PARTICIPANT/reply";

}  // namespace

void TopicMeter::Step::add(const Step& other) {
  if (other.messages == 0) return;
  least_bytes = messages == 0 ? other.least_bytes : std::min(least_bytes, other.least_bytes);
  most_bytes = std::max(most_bytes, other.most_bytes);
  messages += other.messages;
  bytes += other.bytes;
  if (other.intervals == 0) return;
  interval_least_us =
      intervals == 0 ? other.interval_least_us : std::min(interval_least_us, other.interval_least_us);
  interval_most_us = std::max(interval_most_us, other.interval_most_us);
  intervals += other.intervals;
  interval_sum_us += other.interval_sum_us;
  interval_squares += other.interval_squares;
}

TopicMeter::TopicMeter(Duration window, MonotonicTime now, UnixTime unix_now)
    : window_(std::max(window, kStep)), begin_(now), unix_begin_(unix_now) {}

std::int64_t TopicMeter::step_of(MonotonicTime time) const { return (time - begin_) / kStep; }

void TopicMeter::count(Topic& topic, std::uint64_t bytes, MonotonicTime now) {
  Step one{step_of(now), 1, bytes, 0, bytes, bytes};
  if (topic.last_at) {
    const double interval = microseconds(now - *topic.last_at);
    one.intervals = 1;
    one.interval_sum_us = one.interval_least_us = one.interval_most_us = interval;
    one.interval_squares = interval * interval;
  }
  topic.last_at = now;
  ++topic.messages;
  if (topic.steps.empty() || topic.steps.back().number != one.number)
    topic.steps.push_back(one);
  else
    topic.steps.back().add(one);
  while (topic.steps.front().number <= one.number - window_ / kStep) topic.steps.pop_front();
}

void TopicMeter::take(const bus::Packet& packet, MonotonicTime now) {
  const auto topic_class = schemas::class_of(packet.topic);
  const auto& name = topic_class == schemas::TopicClass::kDirect ? kAnswers : packet.topic;
  const auto read =
      schemas::open(packet.payload, [&](const schemas::Envelope& envelope, schemas::Node) -> Status {
        if (!topics_.contains(name) && topics_.size() >= kMostTopics)
          return Error{ErrorCode::kOverloaded, "too many topics"};
        const bool repeated = watch_.see(packet.topic, envelope) == bus::SequenceWatch::Verdict::kRepeated;
        const bool is_state = topic_class == schemas::TopicClass::kState;
        auto& topic = topics_[name];
        if (is_state && repeated) return {};
        topic.last_sent = envelope.sent_unix_ns;
        topic.last_message = envelope.schema;
        topic.last_sender = envelope.sender;
        const bool is_kept =
            is_state && envelope.sent_unix_ns != UnixTime{} && envelope.sent_unix_ns < unix_begin_;
        if (!is_kept) count(topic, packet.payload.size(), now);
        return {};
      });
  if (!read) ++unread_;
}

double TopicMeter::observed_us(MonotonicTime now) const {
  return std::max(microseconds(std::min(window_, now - begin_)), 1.0);
}

TopicFigures TopicMeter::figures(const std::string& name, const Topic& topic, MonotonicTime now,
                                 UnixTime unix_now) const {
  Step all;
  const auto oldest = step_of(now) - window_ / kStep;
  for (const auto& step : topic.steps)
    if (step.number > oldest) all.add(step);
  TopicFigures figures;
  figures.topic = name;
  figures.messages = topic.messages;
  figures.last_message = topic.last_message;
  figures.last_sender = topic.last_sender;
  if (topic.last_sent != UnixTime{}) figures.age_us = std::max(0.0, microseconds(unix_now - topic.last_sent));
  if (all.messages == 0) return figures;
  figures.messages_per_second = double(all.messages) * 1e6 / observed_us(now);
  figures.bytes_per_second = double(all.bytes) * 1e6 / observed_us(now);
  figures.mean_bytes = double(all.bytes) / double(all.messages);
  figures.least_bytes = double(all.least_bytes);
  figures.most_bytes = double(all.most_bytes);
  if (all.intervals == 0) return figures;
  const double mean = all.interval_sum_us / double(all.intervals);
  figures.interval_mean_us = mean;
  figures.interval_least_us = all.interval_least_us;
  figures.interval_most_us = all.interval_most_us;
  figures.interval_deviation_us =
      std::sqrt(std::max(0.0, all.interval_squares / double(all.intervals) - mean * mean));
  return figures;
}

TopicTraffic TopicMeter::traffic(MonotonicTime now, UnixTime unix_now) const {
  TopicTraffic traffic;
  traffic.window_us = observed_us(now);
  traffic.lost = watch_.gaps();
  traffic.unread = unread_;
  for (const auto& [name, topic] : topics_) {
    traffic.topics.push_back(figures(name, topic, now, unix_now));
    traffic.messages_per_second += traffic.topics.back().messages_per_second;
    traffic.bytes_per_second += traffic.topics.back().bytes_per_second;
  }
  return traffic;
}

}  // namespace synergy::client
