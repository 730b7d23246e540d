// A command's short visit to the bus: join, ask, listen, leave.
//
// Everything here blocks until it is done or its deadline has passed, which is what a command wants and a
// service must not do.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/bus/participant.hpp"
#include "synergy/client/mesh_place.hpp"

namespace synergy::client {

/// How long a command waits for the broker before it says that no mesh is running.
inline constexpr Duration kJoinTime = std::chrono::seconds(3);
inline constexpr Duration kAnswerTime = std::chrono::seconds(20);

class Session {
 public:
  /// `prepare` makes the subscriptions that are to be in force before anything else happens. Fails with
  /// kUnavailable when no broker answers in time.
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(
      const MeshPlace& place, const std::function<void(bus::Participant&)>& prepare = {},
      Duration join_time = kJoinTime);
  ~Session();

  [[nodiscard]] bus::Participant& bus() { return *bus_; }

  /// Handles what arrives until `done()` holds; false when `time` passed first. Duration::max(): for ever.
  bool wait_until(const std::function<bool()>& done, Duration time);

  template <schemas::Command C>
  [[nodiscard]] Result<typename C::Reply> ask(std::string_view topic, const C& command,
                                              Duration time = kAnswerTime) {
    std::optional<Result<typename C::Reply>> answer;
    bus_->call(topic, command, time, [&](Result<typename C::Reply> reply) { answer = std::move(reply); });
    (void)wait_until([&] { return answer.has_value(); }, Duration::max());  // the call has its own deadline
    return std::move(*answer);
  }

 private:
  explicit Session(std::unique_ptr<bus::Transport> transport);
  /// For a packet, at most so long, which is less than a second.
  void wait(Duration time);

  HostClock clock_;
  int timer_;
  std::unique_ptr<bus::Participant> bus_;
};

/// Keeps `value`, a T or an optional of it, at the latest of a state topic; it must outlive the participant.
template <schemas::Message T, class Value>
void follow_state(bus::Participant& bus, std::string_view topic, Value& value) {
  bus.subscribe<T>(topic, [&value](const schemas::Envelope&, const T& state) { value = state; });
}

/// The latest value of a state topic; nothing where its owner published none within a second. Fails as
/// Session::open.
template <schemas::Message T>
[[nodiscard]] Result<std::optional<T>> find_state(const MeshPlace& place, std::string_view topic) {
  std::optional<T> value;
  auto session = Session::open(place, [&](bus::Participant& bus) { follow_state<T>(bus, topic, value); });
  if (!session) return session.error();
  (void)(*session)->wait_until([&] { return value.has_value(); }, std::chrono::seconds(1));
  return value;
}

/// The same where nothing is a failure, too: kUnavailable.
template <schemas::Message T>
[[nodiscard]] Result<T> read_state(const MeshPlace& place, std::string_view topic) {
  auto found = find_state<T>(place, topic);
  if (!found) return found.error();
  if (!*found)
    return Error{ErrorCode::kUnavailable, "nothing is published on '" + std::string(topic) + "' yet"};
  return std::move(**found);
}

}  // namespace synergy::client
