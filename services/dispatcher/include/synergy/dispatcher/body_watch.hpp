// What changed on the body since the plan was made, and whether it is time to plan again.
//
// A process that is started again is away for a moment, and a device at the edge of its radio's reach comes
// and goes: a change is acted on when it has lasted for kSettle, and the more decisions it led to lately the
// longer it must last. So a flapping device costs a few plans a minute, not one for each of its moves.
//
// Pure: times come in as arguments.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::dispatcher {

/// A change that has lasted so long is acted on.
inline constexpr Duration kSettle = std::chrono::milliseconds(400);
/// The first view after a start: devices are still coming.
inline constexpr Duration kFirstSettle = std::chrono::seconds(4);
/// From the fourth decision within kCalm on, the time to settle doubles with each, up to the longest.
inline constexpr Duration kCalm = std::chrono::seconds(60);
inline constexpr Duration kLongestSettle = std::chrono::seconds(15);

class BodyWatch {
 public:
  explicit BodyWatch(MonotonicTime now) : begun_(now) {}

  void hear(const schemas::BodyView& body, MonotonicTime now);
  /// The present view, without batteries and notes, on which no plan depends.
  [[nodiscard]] std::optional<schemas::BodyView> view() const;
  /// It was decided on the plan for this view: a new one, or the plan in force stays. `by_itself`: nobody
  /// asked, change() was the cause. Only such decisions make the next change wait longer.
  void planned(std::optional<schemas::BodyView> view, MonotonicTime now, bool by_itself);
  /// No plan was found for the change; change() says nothing of it until this time.
  void postpone(MonotonicTime until) { postponed_until_ = until; }

  /// What is to be decided on now, in words; nothing when all is as it was planned for, or not yet settled.
  [[nodiscard]] std::optional<std::string> change(MonotonicTime now) const;
  /// When change() may have something to say although nothing is heard.
  [[nodiscard]] MonotonicTime next_event() const;
  /// Known not to be there.
  [[nodiscard]] bool is_absent(const DeviceId& device) const {
    return body_ && (body_->is_absent(device) || body_->find(device) == nullptr);
  }

 private:
  [[nodiscard]] MonotonicTime settled_at() const;

  [[nodiscard]] bool is_as_planned() const;

  MonotonicTime begun_, changed_{}, postponed_until_{};
  std::optional<schemas::BodyView> body_, planned_;
  bool planned_before_ = false;          ///< by a dispatcher before this one, for a view that is not known
  std::deque<MonotonicTime> decisions_;  ///< of late
};

}  // namespace synergy::dispatcher
