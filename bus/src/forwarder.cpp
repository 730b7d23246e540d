#include "synergy/bus/forwarder.hpp"

#include <malloc.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>
#include <zmq.hpp>

#include "accepting.hpp"
#include "backlog.hpp"
#include "listening.hpp"
#include "stalled.hpp"
#include "state_cache.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/schemas/envelope.hpp"
#include "uninterrupted.hpp"
#include "zmq_options.hpp"

namespace synergy::bus {

using schemas::TopicClass;

namespace {

/// Packets received before they are forwarded. To look for subscriptions where there are none is a call of
/// the operating system: once for each packet, it costs half of the rate that small packets could have.
constexpr std::size_t kBatch = 64;

/// A process that is over its share has kPaced packets of each connection taken, then a pause of kPause.
/// Other connections lose nothing by it: ZeroMQ takes from all in turn, so their packets were taken before
/// the pause. The queue of the one that floods fills up, and it has to wait. The pause is short, because
/// packets that others send during it wait until it ends.
constexpr int kPaced = 2;
constexpr std::chrono::microseconds kPause{100};

constexpr int kArrivalsWaiting = 200;

/// Subscriptions served in one turn of the loop. Further ones wait for the next turn, after some packets.
constexpr int kSubscriptionsATurn = 1024;

/// How often to look for subscribers that take nothing while much waits, and how often in turn one must be
/// seen so: for 2 s.
constexpr std::chrono::milliseconds kLookPeriod{250};
constexpr int kLooks = 8;

/// Whose packet it is: user, group and process as the kernel of this host knows them, so that a process has
/// one share however many connections it opens. The text lies at one address for all packets of a connection,
/// and at no other connection's, as long as one of them is held. Not inlined, so that tests/tsan.supp can
/// name it.
[[gnu::noinline]] std::string_view source_of(zmq::message_t& message) {
  const char* address = ::zmq_msg_gets(message.handle(), "Peer-Address");
  return address != nullptr ? address : "";
}

/// 0 when it is not known: `ADDRESS:user:group:process` ends in the number.
pid_t process_of(std::string_view source) {
  const auto text = source.substr(source.rfind(':') + 1);
  pid_t process = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), process);
  return error == std::errc() && end == text.data() + text.size() ? process : 0;
}

MonotonicTime now() { return HostClock().monotonic(); }

}  // namespace

struct Forwarder::Arrival {
  zmq::message_t topic, payload;
  bool whole = false;     ///< exactly these two frames
  bool too_much = false;  ///< its source is far beyond its share
};

/// The sockets belong to the forwarder's thread from run() on; the context alone is touched by the other one.
struct Forwarder::Sockets {
  zmq::context_t context{1};
  zmq::socket_t from_publishers{context, zmq::socket_type::xsub};
  zmq::socket_t to_subscribers{context, zmq::socket_type::xpub};
  StateCache states;
  std::vector<Arrival> batch;     ///< of the packets being forwarded
  std::vector<Listening> places;  ///< where the two sockets are found
  MonotonicTime places_due{};     ///< when to look after them next
  FairShare share;
  Rights rights;
  Backlog backlog;
  WaitingLimits waiting;
  Stalled stalled;
  bool memory_is_large = false;     ///< more than the patient bytes waited, and was not given back yet
  MonotonicTime look_due{};         ///< when to look for subscribers that stall next
  std::map<const char*, int> over;  ///< packets of this batch beyond their source's share, by connection

  Sockets(const Endpoints& endpoints, const ShareLimits& share_limits, const WaitingLimits& waiting_limits,
          Rights::Names names)
      : share(share_limits), rights(std::move(names)), waiting(waiting_limits), stalled(endpoints.subscribe) {
    set_common_options(from_publishers);
    // Of each connection: what a flood has waiting here is the broker's memory, and more waits at the sender.
    from_publishers.set(zmq::sockopt::rcvhwm, kArrivalsWaiting);
    set_common_options(to_subscribers);
    to_subscribers.set(zmq::sockopt::xpub_verbose,
                       1);  // every subscription is seen, so each gets the cached state
    places.emplace_back(to_subscribers, endpoints.subscribe);
    places.emplace_back(from_publishers, endpoints.publish);
    const std::string everything("\x01", 1);
    from_publishers.send(zmq::buffer(everything), zmq::send_flags::none);
  }

  /// Binds anew, now and then, what is not found any more; how often it did.
  int look_after_places() {
    const auto time = now();
    if (time < places_due) return 0;
    places_due = time + Listening::kPeriod;
    return int(
        std::count_if(places.begin(), places.end(), [](auto& place) { return place.bind_again_if_gone(); }));
  }

  /// Cuts subscribers that have taken nothing for long while too much waits; how many. Where much waited and
  /// does not any more, its memory goes back to the host: the C library keeps it for itself else.
  int look_after_backlog() {
    if (backlog.bytes() <= waiting.patient_bytes) {
      stalled.forget();
      if (memory_is_large && backlog.bytes() <= waiting.patient_bytes / 8)
        memory_is_large = ::malloc_trim(0) < 0;
      return 0;
    }
    memory_is_large = true;
    const auto time = now();
    if (time < look_due) return 0;
    look_due = time + kLookPeriod;
    return stalled.cut(kLooks);
  }

  /// Fills the batch with what is there, up to kBatch packets, or kPaced of a connection over its share.
  Batch receive_batch() {
    batch.clear();
    over.clear();
    const auto time = now();
    while (batch.size() < kBatch) {
      Arrival arrival;
      if (!receive(from_publishers, arrival.topic, zmq::recv_flags::dontwait)) return Batch::kLast;
      arrival.whole = receive_rest(arrival.topic, arrival.payload);
      const auto source = source_of(arrival.topic);
      const auto verdict = share.take(source, arrival.topic.size() + arrival.payload.size(), time);
      arrival.too_much = verdict == FairShare::Verdict::kFar;
      batch.push_back(std::move(arrival));
      if (verdict != FairShare::Verdict::kWithin && ++over[source.data()] >= kPaced) return Batch::kFlood;
    }
    return Batch::kFull;
  }

  void pause() {
    std::this_thread::sleep_for(kPause);
    // Asked so, ZeroMQ looks which connections have packets again; while one of them always has, receiving
    // does that only at every hundredth frame, and the others would wait for 25 pauses.
    (void)uninterrupted([&] { return from_publishers.get(zmq::sockopt::events); });
  }

  /// The payload of a packet whose topic was received; false when it has not exactly two frames.
  bool receive_rest(const zmq::message_t& topic, zmq::message_t& payload) {
    if (!topic.more() || !receive(from_publishers, payload, zmq::recv_flags::none)) return false;
    bool whole = true;
    for (bool more = payload.more(); more; whole = false) {
      zmq::message_t rest;
      more = receive(from_publishers, rest, zmq::recv_flags::none) && rest.more();
    }
    return whole;
  }

  /// Both messages are empty afterwards.
  void forward(zmq::message_t& topic, zmq::message_t& payload) {
    // DONTWAIT never blocks on XPUB: a subscriber whose queue is full misses the packet and sees the gap.
    constexpr auto kFlags = zmq::send_flags::dontwait;
    uninterrupted([&] { return to_subscribers.send(topic, kFlags | zmq::send_flags::sndmore); });
    uninterrupted([&] { return to_subscribers.send(payload, kFlags); });
  }

  /// The same; false, and nothing was sent, where so much waits that there is no room for a payload of this
  /// size.
  bool forward_counted(zmq::message_t& topic, zmq::message_t& payload) {
    if (payload.size() >= Backlog::kCounted && backlog.bytes() + payload.size() > waiting.most_bytes)
      return false;
    auto counted = backlog.counted(std::move(payload));
    forward(topic, counted);
    return true;
  }

  /// Sends the cached state that new subscriptions ask for. It goes to all subscribers of the topic, once for
  /// all who asked in this turn; those who have it already know it by its sequence number. What is sent so
  /// counts as the subscriber's share: beyond it, a process that subscribes again and again is sent nothing.
  /// Returns how many went unserved.
  std::uint64_t serve_subscriptions() {
    std::uint64_t unserved = 0;
    std::set<std::string, std::less<>> wanted;
    zmq::message_t request;
    for (int i = 0; i < kSubscriptionsATurn; ++i) {
      if (!receive(to_subscribers, request, zmq::recv_flags::dontwait)) break;
      const std::string_view text(request.data<char>(), request.size());
      if (text.empty() || text.front() != '\x01') continue;
      if (!want_latest(text.substr(1), source_of(request), wanted)) ++unserved;
    }
    if (!wanted.empty())
      (void)states.visit("", [&](const std::string& name, zmq::message_t& payload) {
        if (wanted.contains(name)) send_latest(name, payload);
        return true;
      });
    return unserved;
  }

  bool want_latest(std::string_view prefix, std::string_view source,
                   std::set<std::string, std::less<>>& wanted) {
    const auto time = now();
    return states.visit(prefix, [&](const std::string& name, zmq::message_t& payload) {
      if (share.take(source, payload.size(), time) == FairShare::Verdict::kFar) return false;
      wanted.insert(name);
      return true;
    });
  }

  void send_latest(const std::string& name, zmq::message_t& payload) {
    zmq::message_t topic(name), copy;
    copy.copy(payload);
    forward(topic, copy);
  }

  /// Tells the sender of a command why it was refused.
  void answer(const Rights::Refusal& refusal) {
    schemas::Envelope envelope;
    envelope.sender = "broker";
    envelope.request_id = refusal.request_id;
    const auto bytes =
        schemas::seal(envelope, schemas::Failure{std::string(name_of(ErrorCode::kConflict)), refusal.reason});
    zmq::message_t topic(schemas::topics::reply_to(refusal.sender)), payload(bytes.data(), bytes.size());
    forward(topic, payload);
  }
};

Result<std::unique_ptr<Forwarder>> Forwarder::bind(const Endpoints& endpoints, const ShareLimits& share,
                                                   const WaitingLimits& waiting, Rights::Names names) {
  if (auto status = check(endpoints); !status) return status.error();
  refuse_when_out_of_descriptors();
  try {
    return std::unique_ptr<Forwarder>(
        new Forwarder(std::make_unique<Sockets>(endpoints, share, waiting, std::move(names))));
  } catch (const zmq::error_t& error) {
    return Error{ErrorCode::kEnvironment, "can not listen at " + endpoints.publish + " and " +
                                              endpoints.subscribe + ": " + error.what()};
  }
}

Forwarder::Forwarder(std::unique_ptr<Sockets> sockets)
    : sockets_(std::move(sockets)), thread_([this] { run(); }) {}

Forwarder::~Forwarder() {
  sockets_->context.shutdown();  // the thread's next socket call ends with ETERM
  thread_.join();
}

void Forwarder::run() {
  auto& sockets = *sockets_;
  std::vector<zmq::pollitem_t> items{{sockets.to_subscribers.handle(), 0, ZMQ_POLLIN, 0},
                                     {sockets.from_publishers.handle(), 0, ZMQ_POLLIN, 0}};
  try {
    auto batch = Batch::kLast;
    while (true) {
      if (batch == Batch::kLast) uninterrupted([&] { return zmq::poll(items, Listening::kPeriod); });
      if (batch == Batch::kFlood) sockets.pause();
      bound_again_ += std::uint64_t(sockets.look_after_places());
      cut_slow_ += std::uint64_t(sockets.look_after_backlog());
      batch = forward_batch();
    }
  } catch (const zmq::error_t& error) {
    if (error.num() != ETERM) {
      const std::scoped_lock lock(words_access_);
      failure_ = error.what();
    }
  }
  sockets.from_publishers.close();
  sockets.to_subscribers.close();
}

Forwarder::Batch Forwarder::forward_batch() {
  const auto batch = sockets_->receive_batch();
  // Here: what was subscribed to before a packet of this batch came is in force before it is forwarded.
  unserved_ += sockets_->serve_subscriptions();
  for (auto& arrival : sockets_->batch)
    if (may_pass(arrival) && take_note(arrival) && !sockets_->forward_counted(arrival.topic, arrival.payload))
      ++dropped_slow_;
  if (batch == Batch::kFlood) ++slowed_;
  sockets_->batch.clear();
  waiting_bytes_ = sockets_->backlog.bytes();
  return batch;
}

bool Forwarder::may_pass(Arrival& arrival) {
  if (arrival.too_much || !arrival.whole) return true;  // not forwarded in any case
  const std::string_view topic(arrival.topic.data<char>(), arrival.topic.size());
  const std::span payload(arrival.payload.data<std::uint8_t>(), arrival.payload.size());
  auto refusal = sockets_->rights.refusal(topic, payload, process_of(source_of(arrival.topic)), now());
  if (!refusal) return true;
  ++refused_;
  if (!refusal->sender.empty()) sockets_->answer(*refusal);
  const std::scoped_lock lock(words_access_);
  last_refusal_ = std::move(refusal->reason);
  return false;
}

bool Forwarder::take_note(Arrival& arrival) {
  if (arrival.too_much) {
    ++too_much_;
    return false;
  }
  auto& payload = arrival.payload;
  const std::string_view topic(arrival.topic.data<char>(), arrival.topic.size());
  if (!arrival.whole || topic.empty() || topic.size() > schemas::kMaxTopicBytes ||
      payload.size() > schemas::kMaxMessageBytes) {
    ++malformed_;
    return false;
  }
  const auto topic_class = schemas::class_of(topic);
  auto& traffic = traffic_[std::size_t(topic_class)];
  traffic.messages.fetch_add(1, std::memory_order_relaxed);
  traffic.bytes.fetch_add(payload.size(), std::memory_order_relaxed);
  if (topic_class == TopicClass::kState) {
    auto& states = sockets_->states;
    if (!states.keep(topic, payload, process_of(source_of(arrival.topic)))) ++cached_refused_;
    cached_topics_ = states.topics();
    cached_bytes_ = states.bytes();
  }
  return true;
}

std::string Forwarder::failure() const {
  const std::scoped_lock lock(words_access_);
  return failure_;
}

std::string Forwarder::last_refusal() const {
  const std::scoped_lock lock(words_access_);
  return last_refusal_;
}

std::map<std::string, std::uint64_t> Forwarder::counters() const {
  std::map<std::string, std::uint64_t> all;
  for (const auto& [topic_class, name] : schemas::kEnumNames<TopicClass>) {
    const auto& traffic = traffic_[std::size_t(topic_class)];
    all["messages." + std::string(name)] = traffic.messages;
    all["bytes." + std::string(name)] = traffic.bytes;
  }
  all["dropped.malformed"] = malformed_;
  all["bound.again"] = bound_again_;
  all["dropped.slow"] = dropped_slow_;
  all["cut.slow"] = cut_slow_;
  all["waiting.bytes"] = waiting_bytes_;
  all["refused.packets"] = refused_;
  all["refused.connections"] = refused_connections();
  all["dropped.flood"] = too_much_;
  all["slowed.flood"] = slowed_;
  all["unserved.flood"] = unserved_;
  all["cached.topics"] = cached_topics_;
  all["cached.bytes"] = cached_bytes_;
  all["cached.refused"] = cached_refused_;
  return all;
}

}  // namespace synergy::bus
