// The commands that a participant was asked, and what it answered: each request id is acted on once, and its
// repetitions get the same answer.
//
// Answers are remembered for kAnswerLife, at most kMaxAnswers and kMaxAnswerBytes of them; where there are
// more, the oldest is forgotten. A command that is still being worked on is not forgotten within its life.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "synergy/base/clock.hpp"
#include "synergy/bus/outgoing.hpp"

namespace synergy::bus {

/// Answers kept for repeated commands: at most so many, so many bytes, and so long.
inline constexpr std::size_t kMaxAnswers = 4096;
inline constexpr std::size_t kMaxAnswerBytes = 16u << 20;
inline constexpr Duration kAnswerLife = std::chrono::seconds(60);

/// Borrows both, which must outlive it. One thread.
class Answers {
 public:
  Answers(Outgoing& outgoing, const Clock& clock) : outgoing_(outgoing), clock_(clock) {}

  /// Whether the command is to be acted on, now. Not a repetition, which is answered here as soon as its
  /// answer is known; `request_id` must not be empty.
  [[nodiscard]] bool admit(const std::string& sender, const std::string& request_id);

  /// Sends the sealed answer, and remembers it. The first answer counts.
  void give(const std::string& sender, const std::string& request_id, schemas::Bytes payload);

  [[nodiscard]] std::size_t remembered() const { return answers_.size(); }

 private:
  using Key = std::pair<std::string, std::string>;  ///< sender and request id
  struct Answer {
    bool ready = false;
    schemas::Bytes payload;
    MonotonicTime since;
  };
  void forget_old();

  Outgoing& outgoing_;
  const Clock& clock_;
  std::map<Key, Answer> answers_;
  std::deque<Key> order_;
  std::size_t bytes_ = 0;
};

}  // namespace synergy::bus
