// The heart of the broker: takes every packet from the publishers' side, keeps the latest of each state
// topic, and hands it to the subscribers' side.
//
// Each process that publishes has a share of it (fair_share.hpp): one that floods is made to wait.
//
// What a reader gets wrong: pending subscriptions are always served, cached state included, before the next
// packets are forwarded, also where several are taken at once. That order is what makes `bus.join` a proof
// (schemas/health.hpp).
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "synergy/base/result.hpp"
#include "synergy/bus/fair_share.hpp"
#include "synergy/bus/rights.hpp"
#include "synergy/bus/transport.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::bus {

/// State topics kept at most, and their bytes with the payloads; what there is no room for is forwarded but
/// not kept, and counted.
inline constexpr std::size_t kMaxCachedTopics = 1000;
inline constexpr std::size_t kMaxCachedBytes = 64u << 20;

/// Bytes that may wait for subscribers, in packets of 4 KiB and more.
struct WaitingLimits {
  /// Above it, a subscriber that took nothing for 2 s is cut: it loses what waited for it, and may connect
  /// again.
  std::size_t patient_bytes = 64u << 20;
  /// Above it, no such packet is forwarded until there is room, and it is counted.
  std::size_t most_bytes = 256u << 20;
};

/// Forwards on a thread of its own between bind() and destruction. The counters may be read from any thread.
class Forwarder {
 public:
  /// Binds both endpoints and begins. With `names`, packets are refused that are not their sender's to
  /// publish (rights.hpp); it is called on the forwarder's thread. The caller holds the lock that keeps a
  /// second broker from the same folder: ZeroMQ would let it take the ipc endpoints away silently.
  [[nodiscard]] static Result<std::unique_ptr<Forwarder>> bind(const Endpoints& endpoints,
                                                               const ShareLimits& share = ShareLimits::mesh(),
                                                               const WaitingLimits& waiting = {},
                                                               Rights::Names names = {});
  ~Forwarder();

  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  /// By name: `messages.CLASS`, `bytes.CLASS`, `dropped.malformed`, `cached.topics`, `cached.bytes`,
  /// `cached.refused`; of those beyond their share `dropped.flood`, `slowed.flood` (how often all waited for
  /// one) and `unserved.flood` (subscriptions that were not sent their states); of subscribers that take
  /// nothing `waiting.bytes`, `cut.slow` (connections) and `dropped.slow` (packets there was no room for);
  /// `refused.packets`: of processes that may not publish them; `refused.connections`: for want of file
  /// descriptors; `bound.again`: how often a socket's file was gone or another's, and was made again.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;
  /// Why a packet was refused last (`refused.packets`); empty: none was. From any thread.
  [[nodiscard]] std::string last_refusal() const;
  /// Why it has stopped forwarding, which it does when a socket fails; empty: it has not. From any thread.
  [[nodiscard]] std::string failure() const;

 private:
  struct Sockets;
  struct Arrival;
  explicit Forwarder(std::unique_ptr<Sockets> sockets);
  void run();
  enum class Batch {
    kLast,   ///< no more packets are there
    kFull,   ///< more may be there
    kFlood,  ///< the same, of one that is to wait
  };
  /// Takes the packets that are there, up to a limit, and forwards them.
  Batch forward_batch();
  /// Whether it is its sender's to publish; where not, it is counted, and a command answered.
  bool may_pass(Arrival& arrival);
  /// Counts a packet, and keeps it if it is state; false when it is not to be forwarded.
  bool take_note(Arrival& arrival);

  struct Traffic {
    std::atomic<std::uint64_t> messages{0}, bytes{0};
  };
  std::array<Traffic, 6> traffic_;  ///< by TopicClass
  std::atomic<std::uint64_t> malformed_{0}, too_much_{0}, slowed_{0}, unserved_{0}, cached_topics_{0},
      cached_bytes_{0}, cached_refused_{0}, bound_again_{0}, dropped_slow_{0}, cut_slow_{0},
      waiting_bytes_{0}, refused_{0};
  mutable std::mutex words_access_;
  std::string last_refusal_, failure_;  ///< under words_access_
  std::unique_ptr<Sockets> sockets_;
  std::thread thread_;
};

}  // namespace synergy::bus
