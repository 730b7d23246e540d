// One process's place on the bus: typed messages out, typed messages in, commands with answers.
//
// Joins three parts: what is sent and what waits to be sent (outgoing.hpp: what happens at a full queue, by
// topic class), the own commands without an answer yet (calls.hpp), and the answers to those of others
// (answers.hpp). What remains here is typed messages, routes, and joining.
//
// Owns its transport; borrows the clock, which must outlive it. One thread only. Nothing here blocks: whoever
// owns it calls step() when packets may be there and tick() when next_deadline() has come.
//
//   bus.subscribe<BodyView>("state/body", [&](const Envelope&, const BodyView& body) { ... });
//   bus.serve<AppStop>("cmd/dispatcher", [&](const AppStop& stop, Responder<AppStop> answer) { ... });
//   bus.call(topics::command("store"), LoadState{}, 5s, [&](Result<StoredState> state) { ... });
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/bus/answers.hpp"
#include "synergy/bus/calls.hpp"
#include "synergy/bus/outgoing.hpp"
#include "synergy/bus/sequence_watch.hpp"
#include "synergy/bus/transport.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::bus {

/// Of a failure's message: an error may quote what was wrong, and that may have megabytes.
inline constexpr std::size_t kMaxErrorBytes = 4096;

/// What the caller of a command that failed is told.
[[nodiscard]] schemas::Failure failure_of(const Error& error);

/// A random text for request ids and instances; not for secrets.
[[nodiscard]] std::uint64_t random_number();

class Participant;

/// Where the answer to one command goes. Copyable; the first answer counts. May be kept for later.
template <schemas::Command C>
class Responder {
 public:
  Responder(Participant& bus, std::string sender, std::string request_id)
      : bus_(&bus), sender_(std::move(sender)), request_id_(std::move(request_id)) {}
  void operator()(const Result<typename C::Reply>& answer) const;
  [[nodiscard]] const std::string& request_id() const { return request_id_; }

 private:
  Participant* bus_;
  std::string sender_, request_id_;
};

class Participant {
 public:
  /// `name` must be unique on the bus: answers find their way by it.
  Participant(std::unique_ptr<Transport> transport, const Clock& clock, std::string name);
  ~Participant();
  Participant(const Participant&) = delete;
  Participant& operator=(const Participant&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint64_t instance() const { return instance_; }

  /// Messages T on `topic`; a topic that ends in '/' stands for all below it. A state message seen already is
  /// not delivered again. Damaged ones are counted. Of several subscriptions to a message each is called.
  template <schemas::Message T>
  void subscribe(std::string_view topic, std::function<void(const schemas::Envelope&, const T&)> handle);

  /// Every packet on topics with this prefix, as it came, other participants' commands and answers included;
  /// an empty prefix stands for all topics. The broker sends what it keeps of their states first.
  void tap(const std::string& prefix, std::function<void(const Packet&)> handle);

  /// Answers commands C on `topic`. A repeated command gets the same answer without a second call of
  /// `handle`; one whose deadline has passed is not acted on.
  template <schemas::Command C>
  void serve(std::string_view topic, std::function<void(const C&, Responder<C>)> handle);
  /// The same where the answer is there at once.
  template <schemas::Command C>
  void serve(std::string_view topic, std::function<Result<typename C::Reply>(const C&)> handle);

  /// Sends by the rule of the topic's class. State is remembered and sent again to a broker that restarted.
  /// Fails with kOverloaded at a full queue, with kInvalid when the message is larger than kMaxMessageBytes
  /// or its topic than kMaxTopicBytes.
  template <schemas::Message T>
  Status publish(std::string_view topic, const T& message);

  /// Sends a packet that was sealed elsewhere, as it is: it keeps its sender's name and number, is no state
  /// of this participant, and is never sent again. Fails with kOverloaded at a full queue, where nothing was
  /// sent and the caller may try again, and with kInvalid as publish() does.
  Status publish_as_is(const std::string& topic, const schemas::Bytes& payload);

  /// Sends command C until it is answered; then, or at the deadline, calls `done` once. Fails with kTimeout
  /// (the other side may have acted all the same) or with the error it answered. `request_id` is the
  /// idempotency key; empty: a fresh one. Returns it.
  template <schemas::Command C>
  std::string call(std::string_view topic, const C& command, Duration timeout,
                   std::function<void(Result<typename C::Reply>)> done, std::string request_id = {});
  /// The call is not repeated any more, and its `done` is never called; what was sent may still be acted on,
  /// before all that is sent from here on. Of a call that ended: nothing.
  void cancel(const std::string& request_id) { calls_.cancel(request_id); }

  /// Now, by the broker's clock: the one clock that all participants know. Until joined, by this process's
  /// own.
  [[nodiscard]] UnixTime broker_time() const { return clock_.unix() + broker_ahead_; }

  /// Asks the broker to confirm that this participant is on the bus; repeats for ever. `joined()` tells.
  void join();
  [[nodiscard]] bool joined() const { return epoch_ != 0; }
  /// Of the broker; 0 before it answered. A change means the broker restarted.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }

  /// Handles one packet; false when none is there.
  bool step();
  /// Repeats commands, ends those past their deadline, empties the outbox.
  void tick();
  [[nodiscard]] MonotonicTime next_deadline() const;
  void wait(std::span<const int> fds) { transport_->wait(fds); }

  /// What was counted since the start, by name. Some that the name does not tell: "bus.late": commands that
  /// came after their deadline and were not acted on; "bus.late_answers": answers to calls that had ended,
  /// and second copies of answers, which a repeated command brings.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;

 private:
  template <schemas::Command C>
  friend class Responder;

  using Handler = std::function<Status(const Packet&, const schemas::Envelope&, schemas::Node body)>;
  struct Route {
    std::string topic, schema;
    Handler handle;
  };
  void add_route(std::string_view topic, std::string_view schema, Handler handle);
  void dispatch(const Packet& packet);
  Status handle_reply(const Packet& packet, const schemas::Envelope& envelope);
  /// Whether a command is to be executed: not late, not a repetition (which is answered here when it can be).
  bool admit(const schemas::Envelope& envelope);
  void answer(const std::string& sender, const std::string& request_id, schemas::Bytes payload);
  void answer_failure(const std::string& sender, const std::string& request_id, const Error& error);
  [[nodiscard]] schemas::Bytes failure(const std::string& request_id, const Error& error);
  void ask_to_join();
  /// Learns how far the broker's clock is ahead of this process's, from its answer to joining.
  void compare_clocks(const schemas::Envelope& answer);
  [[nodiscard]] schemas::Envelope envelope_for(const std::string& topic);
  [[nodiscard]] schemas::Envelope reply_envelope(const std::string& request_id);

  std::unique_ptr<Transport> transport_;
  const Clock& clock_;
  std::string name_, direct_prefix_;
  std::uint64_t instance_;
  std::uint64_t epoch_ = 0;
  std::uint64_t requests_ = 0;
  Duration broker_ahead_{0};
  bool joining_ = false;
  // Deques, because a handler that adds another must not move away under its own feet.
  std::deque<Route> routes_;
  std::deque<std::pair<std::string, std::function<void(const Packet&)>>> taps_;
  std::map<std::string, std::uint64_t> sequences_;
  Outgoing outgoing_;
  Calls calls_;
  Answers answers_;
  SequenceWatch watch_;
  struct {
    std::uint64_t received = 0, bytes_received = 0, invalid = 0, unknown = 0, late = 0;
  } count_;
};

// Implementation of the templates.

template <schemas::Message T>
void Participant::subscribe(std::string_view topic,
                            std::function<void(const schemas::Envelope&, const T&)> handle) {
  add_route(topic, T::kMessage.name,
            [handle = std::move(handle)](const Packet&, const schemas::Envelope& envelope,
                                         schemas::Node body) -> Status {
              if (auto status = schemas::check_readable<T>(envelope); !status) return status;
              T message{};
              if (auto status = schemas::decode(body, message); !status) return status;
              handle(envelope, message);
              return {};
            });
}

template <schemas::Command C>
void Participant::serve(std::string_view topic, std::function<void(const C&, Responder<C>)> handle) {
  add_route(topic, C::kMessage.name,
            [this, handle = std::move(handle)](const Packet&, const schemas::Envelope& envelope,
                                               schemas::Node body) -> Status {
              auto status = schemas::check_readable<C>(envelope);
              C command{};
              if (status) status = schemas::decode(body, command);
              if (!admit(envelope)) return {};
              if (status)
                handle(command, Responder<C>(*this, envelope.sender, envelope.request_id));
              else
                answer_failure(envelope.sender, envelope.request_id, status.error().at(envelope.schema));
              return status;
            });
}

template <schemas::Command C>
void Participant::serve(std::string_view topic, std::function<Result<typename C::Reply>(const C&)> handle) {
  serve<C>(topic, std::function<void(const C&, Responder<C>)>(
                      [handle = std::move(handle)](const C& command, Responder<C> answer) {
                        answer(handle(command));
                      }));
}

template <schemas::Message T>
Status Participant::publish(std::string_view topic, const T& message) {
  const std::string name(topic);
  return outgoing_.transmit(name, schemas::seal(envelope_for(name), message));
}

template <schemas::Command C>
std::string Participant::call(std::string_view topic, const C& command, Duration timeout,
                              std::function<void(Result<typename C::Reply>)> done, std::string request_id) {
  if (request_id.empty())
    request_id = name_ + "#" + std::to_string(instance_ % 0xffffff) + "." + std::to_string(++requests_);
  const std::string name(topic);
  auto envelope = envelope_for(name);
  envelope.request_id = request_id;
  // Joining tells the broker's clock, so it can not be held to a deadline of that clock itself.
  if (!std::is_same_v<C, schemas::Join>) envelope.deadline_unix_ns = broker_time() + timeout;
  calls_.begin(
      name, schemas::seal(envelope, command), request_id, timeout,
      [done = std::move(done)](Result<schemas::Bytes> payload) {
        using Reply = typename C::Reply;
        if (!payload) return done(payload.error());
        Result<Reply> reply = Error{};
        auto status =
            schemas::open(*payload, [&](const schemas::Envelope& answer, schemas::Node body) -> Status {
              if (answer.schema == schemas::Failure::kMessage.name) {
                schemas::Failure failure;
                if (auto decoded = schemas::decode(body, failure); !decoded) return decoded;
                return Error{error_code_from(failure.code).value_or(ErrorCode::kInternal), failure.message};
              }
              if (auto readable = schemas::check_readable<Reply>(answer); !readable) return readable;
              Reply value{};
              if (auto decoded = schemas::decode(body, value); !decoded) return decoded;
              reply = std::move(value);
              return {};
            });
        done(status ? std::move(reply) : Result<Reply>(status.error()));
      },
      std::is_same_v<C, schemas::Join> ? kFirstJoinRetry : kFirstRetry);
  return request_id;
}

template <schemas::Command C>
void Responder<C>::operator()(const Result<typename C::Reply>& answer) const {
  if (answer)
    bus_->answer(sender_, request_id_, schemas::seal(bus_->reply_envelope(request_id_), *answer));
  else
    bus_->answer_failure(sender_, request_id_, answer.error());
}

}  // namespace synergy::bus
