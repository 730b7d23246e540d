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
      instance_(random_number() >> 1 | 1),
      outgoing_(*transport_),
      calls_(outgoing_, clock_),
      answers_(outgoing_, clock_) {
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
  const auto done = calls_.take(envelope.request_id);
  if (!done) return {};
  if (envelope.schema == schemas::Joined::kMessage.name) compare_clocks(envelope);
  done(packet.payload);
  return {};
}

bool Participant::admit(const Envelope& envelope) {
  if (envelope.request_id.empty()) {  // not remembered: it would be taken for a repetition of the last one
    (void)outgoing_.transmit(schemas::topics::reply_to(envelope.sender),
                             failure({}, {ErrorCode::kInvalid, "a command needs a 'request_id' of its own"}));
    ++count_.invalid;
    return false;
  }
  if (envelope.deadline_unix_ns != UnixTime{} && envelope.deadline_unix_ns < broker_time()) {
    ++count_.late;
    return false;
  }
  return answers_.admit(envelope.sender, envelope.request_id);
}

void Participant::answer(const std::string& sender, const std::string& request_id, Bytes payload) {
  if (const auto status = check_size(schemas::topics::reply_to(sender), payload); !status)
    payload = failure(request_id, status.error());
  answers_.give(sender, request_id, std::move(payload));
}

void Participant::answer_failure(const std::string& sender, const std::string& request_id,
                                 const Error& error) {
  answer(sender, request_id, failure(request_id, error));
}

Bytes Participant::failure(const std::string& request_id, const Error& error) {
  return schemas::seal(reply_envelope(request_id), failure_of(error));
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
         outgoing_.confirmed();
       });
}

void Participant::compare_clocks(const Envelope& answer) {
  if (answer.sent_unix_ns == UnixTime{}) return;
  const auto ahead = answer.sent_unix_ns - clock_.unix();
  // Clocks of one machine agree; what they seem to differ by is the time that the answer took.
  broker_ahead_ = std::chrono::abs(ahead) < kClocksAgree ? Duration{0} : ahead;
}

Status Participant::publish_as_is(const std::string& topic, const Bytes& payload) {
  return outgoing_.send_as_is(topic, payload);
}

void Participant::tick() {
  outgoing_.flush();
  calls_.tick();
}

MonotonicTime Participant::next_deadline() const {
  const auto next = calls_.next_deadline();
  if (!outgoing_.has_to_flush()) return next;
  return std::min(next, clock_.monotonic() + std::chrono::milliseconds(1));
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
  std::map<std::string, std::uint64_t> all{{"bus.received", count_.received},
                                           {"bus.bytes_received", count_.bytes_received},
                                           {"bus.invalid", count_.invalid + transport_->malformed()},
                                           {"bus.unknown", count_.unknown},
                                           {"bus.late", count_.late},
                                           {"bus.gaps", watch_.gaps()},
                                           {"bus.repeated", watch_.repeated()}};
  all.merge(outgoing_.counters());
  all.merge(calls_.counters());
  return all;
}

}  // namespace synergy::bus
