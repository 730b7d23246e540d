#include "synergy/bus/forwarder.hpp"

#include <algorithm>
#include <vector>
#include <zmq.hpp>

#include "synergy/schemas/envelope.hpp"
#include "uninterrupted.hpp"
#include "zmq_options.hpp"

namespace synergy::bus {

using schemas::TopicClass;

/// The sockets belong to the forwarder's thread from run() on; the context alone is touched by the other one.
struct Forwarder::Sockets {
  zmq::context_t context{1};
  zmq::socket_t from_publishers{context, zmq::socket_type::xsub};
  zmq::socket_t to_subscribers{context, zmq::socket_type::xpub};
  std::map<std::string, zmq::message_t, std::less<>> latest;  ///< by state topic

  explicit Sockets(const Endpoints& endpoints) {
    set_common_options(from_publishers);
    set_common_options(to_subscribers);
    to_subscribers.set(zmq::sockopt::xpub_verbose,
                       1);  // every subscription is seen, so each gets the cached state
    to_subscribers.bind(endpoints.subscribe);
    from_publishers.bind(endpoints.publish);
    const std::string everything("\x01", 1);
    from_publishers.send(zmq::buffer(everything), zmq::send_flags::none);
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

  /// Keeps the newest packet of a state topic; false when there are too many topics.
  bool remember(std::string_view topic, zmq::message_t& payload) {
    auto found = latest.find(topic);
    if (found == latest.end()) {
      if (latest.size() >= kMaxCachedTopics) return false;
      found = latest.emplace(topic, zmq::message_t()).first;
    }
    found->second.copy(payload);
    return true;
  }

  void forward(std::string_view topic, zmq::message_t& payload) {
    // DONTWAIT never blocks on XPUB: a subscriber whose queue is full misses the packet and sees the gap.
    send(to_subscribers, zmq::buffer(topic), zmq::send_flags::sndmore | zmq::send_flags::dontwait);
    uninterrupted([&] { return to_subscribers.send(payload, zmq::send_flags::dontwait); });
  }

  /// Sends the cached state that a new subscription asks for. It goes to all subscribers of the topic; those
  /// who have it already know it by its sequence number.
  void serve_subscriptions() {
    zmq::message_t request;
    while (receive(to_subscribers, request, zmq::recv_flags::dontwait)) {
      const std::string_view text(request.data<char>(), request.size());
      if (text.empty() || text.front() != '\x01') continue;
      const auto prefix = text.substr(1);
      for (auto it = latest.lower_bound(prefix); it != latest.end() && it->first.starts_with(prefix); ++it) {
        zmq::message_t copy;
        copy.copy(it->second);
        forward(it->first, copy);
      }
    }
  }
};

Result<std::unique_ptr<Forwarder>> Forwarder::bind(const Endpoints& endpoints) {
  if (auto status = check(endpoints); !status) return status.error();
  try {
    return std::unique_ptr<Forwarder>(new Forwarder(std::make_unique<Sockets>(endpoints)));
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
  std::vector<zmq::pollitem_t> items{{sockets.from_publishers.handle(), 0, ZMQ_POLLIN, 0},
                                     {sockets.to_subscribers.handle(), 0, ZMQ_POLLIN, 0}};
  try {
    while (true) {
      uninterrupted([&] { return zmq::poll(items, std::chrono::milliseconds(-1)); });
      while (forward_one()) {
      }
      sockets.serve_subscriptions();
    }
  } catch (const zmq::error_t& error) {
    if (error.num() != ETERM) std::fprintf(stderr, "the broker's forwarder stopped: %s\n", error.what());
  }
  sockets.from_publishers.close();
  sockets.to_subscribers.close();
}

bool Forwarder::forward_one() {
  auto& sockets = *sockets_;
  zmq::message_t topic, payload;
  if (!receive(sockets.from_publishers, topic, zmq::recv_flags::dontwait)) return false;
  const bool whole = sockets.receive_rest(topic, payload);
  sockets.serve_subscriptions();
  const std::string_view name(topic.data<char>(), topic.size());
  if (!whole || name.empty() || name.size() > schemas::kMaxTopicBytes ||
      payload.size() > schemas::kMaxMessageBytes) {
    ++malformed_;
    return true;
  }
  const auto topic_class = schemas::class_of(name);
  auto& traffic = traffic_[std::size_t(topic_class)];
  traffic.messages.fetch_add(1, std::memory_order_relaxed);
  traffic.bytes.fetch_add(payload.size(), std::memory_order_relaxed);
  if (topic_class == TopicClass::kState) {
    if (!sockets.remember(name, payload)) ++cached_refused_;
    cached_topics_ = sockets.latest.size();
  }
  sockets.forward(name, payload);
  return true;
}

std::map<std::string, std::uint64_t> Forwarder::counters() const {
  std::map<std::string, std::uint64_t> all;
  for (const auto& [topic_class, name] : schemas::kEnumNames<TopicClass>) {
    const auto& traffic = traffic_[std::size_t(topic_class)];
    all["messages." + std::string(name)] = traffic.messages;
    all["bytes." + std::string(name)] = traffic.bytes;
  }
  all["dropped.malformed"] = malformed_;
  all["cached.topics"] = cached_topics_;
  all["cached.refused"] = cached_refused_;
  return all;
}

}  // namespace synergy::bus
