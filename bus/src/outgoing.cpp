#include "synergy/bus/outgoing.hpp"

#include <utility>

#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::bus {

using schemas::Bytes;
using schemas::TopicClass;

namespace {

Error full() { return {ErrorCode::kOverloaded, "the queue to the broker is full"}; }

}  // namespace

Status check_size(const std::string& topic, const Bytes& payload) {
  if (topic.size() > schemas::kMaxTopicBytes)
    return Error{ErrorCode::kInvalid, "a topic of " + std::to_string(topic.size()) + " bytes; at most " +
                                          std::to_string(schemas::kMaxTopicBytes) + " are allowed"};
  if (payload.size() > schemas::kMaxMessageBytes)
    return Error{ErrorCode::kInvalid, "the message for '" + topic + "' has " +
                                          std::to_string(payload.size()) + " bytes, at most " +
                                          std::to_string(schemas::kMaxMessageBytes) + " are allowed"};
  return {};
}

Status Outgoing::transmit(const std::string& topic, Bytes payload) {
  if (auto status = check_size(topic, payload); !status) {
    ++dropped_;
    return status;
  }
  const auto topic_class = schemas::class_of(topic);
  if (topic_class == TopicClass::kState) states_[topic] = payload;
  const bool may_wait = topic_class == TopicClass::kEvent || topic_class == TopicClass::kRun;
  const bool held_back = may_wait && (!confirmed_ || !outbox_.empty());
  if (!held_back && send_now(topic, payload)) {
    states_to_send_.erase(topic);  // an older state that waited would replace this one in the broker's cache
    return {};
  }
  if (topic_class == TopicClass::kState) {
    states_to_send_[topic] = std::move(payload);
    return {};
  }
  if (may_wait && outbox_.size() < kMaxOutbox) {
    outbox_.push_back({topic, std::move(payload)});
    return {};
  }
  ++dropped_;
  return full();
}

Status Outgoing::send_as_is(const std::string& topic, const Bytes& payload) {
  if (auto status = check_size(topic, payload); !status) return status;
  if (send_now(topic, payload)) return {};
  return full();
}

bool Outgoing::send_now(const std::string& topic, const Bytes& payload) {
  if (!transport_.send(topic, payload)) return false;
  ++sent_;
  bytes_sent_ += payload.size();
  return true;
}

void Outgoing::confirmed() {
  confirmed_ = true;
  for (const auto& [topic, payload] : states_) (void)transmit(topic, payload);
}

void Outgoing::flush() {
  while (confirmed_ && !outbox_.empty() && send_now(outbox_.front().topic, outbox_.front().payload))
    outbox_.pop_front();
  while (!states_to_send_.empty() &&
         send_now(states_to_send_.begin()->first, states_to_send_.begin()->second))
    states_to_send_.erase(states_to_send_.begin());
}

bool Outgoing::has_to_flush() const { return (confirmed_ && !outbox_.empty()) || !states_to_send_.empty(); }

std::map<std::string, std::uint64_t> Outgoing::counters() const {
  return {{"bus.sent", sent_}, {"bus.bytes_sent", bytes_sent_}, {"bus.dropped", dropped_}};
}

}  // namespace synergy::bus
