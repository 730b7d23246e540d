#include "synergy/bus/participant.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace synergy::bus {

using schemas::Bytes;
using schemas::Envelope;
using schemas::TopicClass;

namespace {

bool matches(const std::string& pattern, const std::string& topic) {
  return pattern.ends_with('/') ? topic.starts_with(pattern) : topic == pattern;
}

constexpr Duration kJoinTimeout = std::chrono::seconds(2);
constexpr Duration kClocksAgree = std::chrono::seconds(2);

/// The broker would drop what is larger, without a word to anyone.
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

}  // namespace

schemas::Failure failure_of(const Error& error) {
  // A message's text is one line; what is wrong with a file takes several.
  std::string text;
  for (const char c : error.message) text += c == '\n' ? std::string("; ") : std::string(1, c);
  return {std::string(synergy::name_of(error.code)), text.substr(0, kMaxErrorBytes)};
}

std::uint64_t random_number() {
  std::random_device device;
  return std::uint64_t(device()) << 32 | device();
}

Participant::Participant(std::unique_ptr<Transport> transport, const Clock& clock, std::string name)
    : transport_(std::move(transport)),
      clock_(clock),
      name_(std::move(name)),
      direct_prefix_(schemas::topics::direct_prefix(name_)),
      instance_(random_number() >> 1 | 1) {
  transport_->subscribe(direct_prefix_);
  subscribe<schemas::BrokerState>(schemas::topics::kBroker,
                                  [this](const Envelope&, const schemas::BrokerState& broker) {
                                    if (epoch_ != 0 && broker.epoch != epoch_) join();
                                  });
}

Participant::~Participant() = default;

void Participant::add_route(std::string_view topic, std::string_view schema, Handler handle) {
  transport_->subscribe(std::string(topic));
  routes_.push_back({std::string(topic), std::string(schema), std::move(handle)});
}

void Participant::tap(const std::string& prefix, std::function<void(const Packet&)> handle) {
  transport_->subscribe(prefix);
  taps_.emplace_back(prefix, std::move(handle));
}

bool Participant::step() {
  auto packet = transport_->receive();
  if (!packet) return false;
  ++count_.received;
  count_.bytes_received += packet->payload.size();
  dispatch(*packet);
  return true;
}

void Participant::dispatch(const Packet& packet) {
  for (std::size_t i = 0; i < taps_.size(); ++i)  // by index: a handler may add taps
    if (packet.topic.starts_with(taps_[i].first)) taps_[i].second(packet);
  const auto status =
      schemas::open(packet.payload, [&](const Envelope& envelope, schemas::Node body) -> Status {
        if (schemas::class_of(packet.topic) == TopicClass::kDirect)  // a tap sees those of others, too
          return packet.topic.starts_with(direct_prefix_) ? handle_reply(packet, envelope) : Status{};
        const bool repeated = watch_.see(packet.topic, envelope) == SequenceWatch::Verdict::kRepeated;
        if (repeated && schemas::class_of(packet.topic) == TopicClass::kState) return {};
        bool topic_known = false, handled = false;
        Status outcome;
        const std::size_t known = routes_.size();  // a handler may add routes: not for this packet
        for (std::size_t i = 0; i < known; ++i) {
          if (!matches(routes_[i].topic, packet.topic)) continue;
          topic_known = true;
          if (routes_[i].schema != envelope.schema) continue;
          handled = true;
          if (auto done = routes_[i].handle(packet, envelope, body); !done) outcome = std::move(done);
        }
        if (handled) return outcome;
        if (!topic_known) return {};  // a tap's, or a longer topic that ZeroMQ's prefix rule let in
        ++count_.unknown;
        if (schemas::class_of(packet.topic) == TopicClass::kCommand && admit(envelope))
          answer_failure(
              envelope.sender, envelope.request_id,
              {ErrorCode::kInvalid, "'" + name_ + "' does not know the message '" + envelope.schema + "'"});
        return {};
      });
  if (!status) ++count_.invalid;
}

Status Participant::handle_reply(const Packet& packet, const Envelope& envelope) {
  const auto found = calls_.find(envelope.request_id);
  if (found == calls_.end()) {
    ++count_.late_answers;
    return {};
  }
  if (envelope.schema == schemas::Joined::kMessage.name) compare_clocks(envelope);
  auto done = std::move(found->second.done);
  calls_.erase(found);
  done(packet.payload);
  return {};
}

bool Participant::admit(const Envelope& envelope) {
  if (envelope.request_id.empty()) {  // not remembered: it would be taken for a repetition of the last one
    (void)transmit(schemas::topics::reply_to(envelope.sender),
                   failure({}, {ErrorCode::kInvalid, "a command needs a 'request_id' of its own"}));
    ++count_.invalid;
    return false;
  }
  if (envelope.deadline_unix_ns != UnixTime{} && envelope.deadline_unix_ns < broker_time()) {
    ++count_.late;
    return false;
  }
  const std::pair key{envelope.sender, envelope.request_id};
  const auto [entry, first] = answers_.try_emplace(key, Answer{false, {}, clock_.monotonic()});
  if (first) {
    answer_order_.push_back(key);
    forget_old_answers();
  } else if (entry->second.ready) {
    (void)transmit(schemas::topics::reply_to(envelope.sender), entry->second.payload);
  }
  return first;
}

void Participant::answer(const std::string& sender, const std::string& request_id, Bytes payload) {
  if (const auto status = check_size(schemas::topics::reply_to(sender), payload); !status)
    payload = failure(request_id, status.error());
  if (const auto found = answers_.find({sender, request_id}); found != answers_.end()) {
    if (found->second.ready) return;
    found->second.ready = true;
    found->second.payload = payload;
    answer_bytes_ += payload.size();
  }
  (void)transmit(schemas::topics::reply_to(sender),
                 std::move(payload));  // the command is repeated if it is lost
}

void Participant::answer_failure(const std::string& sender, const std::string& request_id,
                                 const Error& error) {
  answer(sender, request_id, failure(request_id, error));
}

Bytes Participant::failure(const std::string& request_id, const Error& error) {
  return schemas::seal(reply_envelope(request_id), failure_of(error));
}

void Participant::forget_old_answers() {
  const auto now = clock_.monotonic();
  while (!answer_order_.empty()) {
    const auto found = answers_.find(answer_order_.front());
    const bool too_many = answers_.size() > kMaxAnswers || answer_bytes_ > kMaxAnswerBytes;
    if (found != answers_.end()) {
      if (!too_many && now - found->second.since < kAnswerLife) return;
      if (!found->second.ready && now - found->second.since < kAnswerLife) return;  // still being worked on
      answer_bytes_ -= found->second.payload.size();
      answers_.erase(found);
    }
    answer_order_.pop_front();
  }
}

void Participant::begin_call(std::string topic, Bytes payload, std::string request_id, Duration timeout,
                             std::function<void(Result<Bytes>)> done) {
  const auto now = clock_.monotonic();
  if (auto status = check_size(topic, payload); !status) {
    refused_.emplace_back(status.error(), std::move(done));  // told by tick(): never from within call()
    return;
  }
  (void)transmit(topic, payload);
  calls_.insert_or_assign(std::move(request_id), Call{std::move(topic), std::move(payload), now + timeout,
                                                      now + kFirstRetry, kFirstRetry, std::move(done)});
}

void Participant::join() {
  if (joining_) return;
  joining_ = true;
  ask_to_join();
}

void Participant::ask_to_join() {
  call(schemas::topics::command("broker"), schemas::Join{}, kJoinTimeout,
       [this](Result<schemas::Joined> joined) {
         if (!joined) return ask_to_join();
         joining_ = false;
         if (joined->epoch == epoch_) return;
         epoch_ = joined->epoch;
         publish_states_again();
       });
}

void Participant::compare_clocks(const Envelope& answer) {
  if (answer.sent_unix_ns == UnixTime{}) return;
  const auto ahead = answer.sent_unix_ns - clock_.unix();
  // Clocks of one machine agree; what they seem to differ by is the time that the answer took.
  broker_ahead_ = std::chrono::abs(ahead) < kClocksAgree ? Duration{0} : ahead;
}

void Participant::publish_states_again() {
  for (const auto& [topic, payload] : states_) (void)transmit(topic, payload);
}

Status Participant::transmit(const std::string& topic, Bytes payload) {
  if (auto status = check_size(topic, payload); !status) {
    ++count_.dropped;
    return status;
  }
  const auto topic_class = schemas::class_of(topic);
  if (topic_class == TopicClass::kState) states_[topic] = payload;
  // Before the broker confirmed this participant, ZeroMQ would drop messages without a word: what nobody
  // repeats waits in the outbox, in order. State is sent again on joining; commands are repeated, and bring
  // their answers.
  const bool may_wait = topic_class == TopicClass::kEvent || topic_class == TopicClass::kTensor;
  const bool held_back = may_wait && (!joined() || !outbox_.empty());
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
  ++count_.dropped;
  return Error{ErrorCode::kOverloaded, "the queue to the broker is full"};
}

Status Participant::publish_as_is(const std::string& topic, const Bytes& payload) {
  if (auto status = check_size(topic, payload); !status) return status;
  if (send_now(topic, payload)) return {};
  return Error{ErrorCode::kOverloaded, "the queue to the broker is full"};
}

bool Participant::send_now(const std::string& topic, const Bytes& payload) {
  if (!transport_->send(topic, payload)) return false;
  ++count_.sent;
  count_.bytes_sent += payload.size();
  return true;
}

void Participant::tick() {
  while (joined() && !outbox_.empty() && send_now(outbox_.front().topic, outbox_.front().payload))
    outbox_.pop_front();
  while (!states_to_send_.empty() &&
         send_now(states_to_send_.begin()->first, states_to_send_.begin()->second))
    states_to_send_.erase(states_to_send_.begin());
  const auto now = clock_.monotonic();
  std::vector<std::function<void(Result<Bytes>)>> ended;
  std::vector<std::string> topics;
  for (auto it = calls_.begin(); it != calls_.end();) {
    auto& call = it->second;
    if (call.deadline <= now) {
      ended.push_back(std::move(call.done));
      topics.push_back(call.topic);
      it = calls_.erase(it);
      continue;
    }
    if (call.next_try <= now) {
      ++count_.retries;
      (void)transmit(call.topic, call.payload);
      call.pause = std::min(call.pause * 2, kLongestRetry);
      call.next_try = now + call.pause;
    }
    ++it;
  }
  for (auto& [error, done] : std::exchange(refused_, {})) done(error);
  for (std::size_t i = 0; i < ended.size(); ++i) {  // after the walk: a callback may begin new calls
    ++count_.timeouts;
    ended[i](Error{ErrorCode::kTimeout, "no answer on '" + topics[i] + "' before the deadline"});
  }
}

MonotonicTime Participant::next_deadline() const {
  auto next = MonotonicTime::max();
  for (const auto& [id, call] : calls_) next = std::min({next, call.deadline, call.next_try});
  if (!refused_.empty()) next = clock_.monotonic();
  if ((joined() && !outbox_.empty()) || !states_to_send_.empty())
    next = std::min(next, clock_.monotonic() + std::chrono::milliseconds(1));
  return next;
}

Envelope Participant::envelope_for(const std::string& topic) {
  Envelope envelope;
  envelope.sender = name_;
  envelope.instance = instance_;
  envelope.sent_unix_ns = clock_.unix();
  const auto topic_class = schemas::class_of(topic);
  // Commands and answers are repeated until they arrive: numbering them would count repetitions as losses.
  if (topic_class != TopicClass::kCommand && topic_class != TopicClass::kDirect)
    envelope.sequence = ++sequences_[topic];
  return envelope;
}

Envelope Participant::reply_envelope(const std::string& request_id) {
  Envelope envelope = envelope_for("@");
  envelope.request_id = request_id;
  return envelope;
}

std::map<std::string, std::uint64_t> Participant::counters() const {
  return {{"bus.sent", count_.sent},
          {"bus.received", count_.received},
          {"bus.bytes_sent", count_.bytes_sent},
          {"bus.bytes_received", count_.bytes_received},
          {"bus.invalid", count_.invalid + transport_->malformed()},
          {"bus.unknown", count_.unknown},
          {"bus.late", count_.late},
          {"bus.late_answers", count_.late_answers},
          {"bus.retries", count_.retries},
          {"bus.dropped", count_.dropped},
          {"bus.timeouts", count_.timeouts},
          {"bus.gaps", watch_.gaps()},
          {"bus.repeated", watch_.repeated()}};
}

}  // namespace synergy::bus
