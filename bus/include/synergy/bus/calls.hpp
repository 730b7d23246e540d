// The commands of a participant that are not answered yet: repeated until an answer or their deadline.
//
// What a reader gets wrong: nobody is told from within begin(), not even of a command that can not be sent.
// Whoever calls has its own state in order before the outcome comes, from tick().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/base/result.hpp"
#include "synergy/bus/outgoing.hpp"

namespace synergy::bus {

/// A command is repeated after this, then after twice as long, up to kLongestRetry.
inline constexpr Duration kFirstRetry = std::chrono::milliseconds(250);
inline constexpr Duration kLongestRetry = std::chrono::seconds(2);
/// The same of the request to join. It is sent before the new connections stand, so its answer is often lost;
/// whoever is asked has nothing to do but answer.
inline constexpr Duration kFirstJoinRetry = std::chrono::milliseconds(8);

/// Borrows both, which must outlive it. One thread.
class Calls {
 public:
  /// Called once, with the whole answering packet's payload, or the error that ended the call.
  using Done = std::function<void(Result<schemas::Bytes>)>;

  Calls(Outgoing& outgoing, const Clock& clock) : outgoing_(outgoing), clock_(clock) {}

  /// Sends the sealed command, and again until take() or cancel() of its request id. At the deadline,
  /// `timeout` from now, tick() ends it with kTimeout. What is too large is never sent: the next tick() ends
  /// it with kInvalid. A call of the same request id takes the place of the one before, whose `done` is never
  /// called. `first_retry`: from now to the first repetition.
  void begin(std::string topic, schemas::Bytes payload, std::string request_id, Duration timeout, Done done,
             Duration first_retry = kFirstRetry);
  /// The call is not repeated any more, and its `done` is never called. Of a call that ended: nothing.
  void cancel(const std::string& request_id) { calls_.erase(request_id); }
  /// Ends the call that was answered; the caller calls what this returns, if anything. Empty, and counted:
  /// nobody waits for that answer.
  [[nodiscard]] Done take(const std::string& request_id);

  /// Repeats what is due, and ends what is over. A `done` may begin and cancel calls.
  void tick();
  /// When tick() has something to do; MonotonicTime::max(): not by itself.
  [[nodiscard]] MonotonicTime next_deadline() const;

  /// `bus.retries`, `bus.timeouts`, `bus.late_answers`.
  [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;

 private:
  struct Call {
    std::string topic;
    schemas::Bytes payload;
    MonotonicTime deadline, next_try;
    Duration pause;
    Done done;
  };
  void repeat(Call& call, MonotonicTime now);

  Outgoing& outgoing_;
  const Clock& clock_;
  std::map<std::string, Call> calls_;            ///< by request id
  std::vector<std::pair<Error, Done>> refused_;  ///< calls never sent
  std::uint64_t retries_ = 0, timeouts_ = 0, late_answers_ = 0;
};

}  // namespace synergy::bus
