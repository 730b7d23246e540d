// Waiting for the dispatcher's word. A decision takes as long as its plan does, so a command waits for as
// long as the dispatcher's heartbeats say that it is at something, and tells people what that is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "synergy/client/session.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::client {

/// What is waited for is shown after this, then after twice as long, and so on.
inline constexpr Duration kShowAfter = std::chrono::seconds(1);
/// However busy the dispatcher is, a command ends some time.
inline constexpr Duration kLongestWait = std::chrono::minutes(30);

/// Pure: times come in as arguments.
class Patience {
 public:
  explicit Patience(MonotonicTime now) : last_sign_(now), show_at_(now + kShowAfter) {}

  /// The dispatcher's heartbeat. Its note says what it is at; without one, it may have lost the question.
  void hear(const schemas::Health& health, MonotonicTime now) {
    note_ = health.note;
    if (!note_.empty()) last_sign_ = now;
  }
  /// What is to be shown now, if anything.
  [[nodiscard]] std::optional<std::string> show(MonotonicTime now);
  /// Nothing was heard of being at work for kAnswerTime.
  [[nodiscard]] bool over(MonotonicTime now) const { return now - last_sign_ >= kAnswerTime; }

 private:
  MonotonicTime last_sign_, show_at_;
  Duration pause_ = kShowAfter;
  std::string note_;
};

/// The dispatcher, as a command asks it. Borrows the session.
class AskDispatcher {
 public:
  /// `stopped`: whether the user gave up, where Ctrl-C does not end the program by itself.
  explicit AskDispatcher(Session& session, std::function<bool()> stopped = {});

  /// Lines for people go to stderr. Fails with kTimeout where neither an answer nor a sign of work came for
  /// kAnswerTime, or where it was stopped, or with the error that was answered.
  template <schemas::Command C>
  [[nodiscard]] Result<typename C::Reply> operator()(const C& command) {
    std::optional<Result<typename C::Reply>> answer;
    const auto call =
        session_.bus().call(schemas::topics::command("dispatcher"), command, kLongestWait,
                            [&](Result<typename C::Reply> reply) { answer = std::move(reply); });
    if (wait_until([&] { return answer.has_value(); })) return std::move(*answer);
    session_.bus().cancel(call);
    if (stopped_ && stopped_())
      return Error{
          ErrorCode::kTimeout,
          "stopped before there was an answer; it may have been accepted all the same (synergy apps)"};
    return Error{ErrorCode::kTimeout, "no answer on 'cmd/dispatcher', and no sign of work there for 20 s"};
  }

 private:
  /// False when patience was over first.
  bool wait_until(const std::function<bool()>& done);

  Session& session_;
  std::function<bool()> stopped_;
  HostClock clock_;
  std::shared_ptr<std::optional<Patience>>
      patience_;  ///< shared with the subscription, which can not be ended
};

}  // namespace synergy::client
