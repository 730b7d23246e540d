// Virtual time, and what is to happen at which: a clock that moves from event to event.
//
// What is to happen at one time happens in the order in which it was put in, so equal inputs give equal
// histories. One thread.
#pragma once

#include <functional>
#include <vector>

#include "synergy/base/clock.hpp"

namespace synergy::virtual_mesh {

class EventQueue {
 public:
  using Work = std::function<void()>;

  /// Host time and model time are one: there is no host that could be slow.
  [[nodiscard]] MonotonicTime now() const { return now_; }
  [[nodiscard]] ModelTime model_now() const { return ModelTime{now_.time_since_epoch()}; }
  /// Since the queue was made.
  [[nodiscard]] Duration elapsed() const { return now_ - kBegin; }

  /// A time that has passed is now.
  void at(MonotonicTime time, Work work);
  void at(ModelTime time, Work work) { at(MonotonicTime{time.time_since_epoch()}, std::move(work)); }
  void after(Duration wait, Work work) { at(now_ + wait, std::move(work)); }
  /// When all is done that happens now already.
  void soon(Work work) { at(now_, std::move(work)); }

  /// Does all that happens up to then, included; afterwards it is then.
  void run_until(MonotonicTime end);
  void run_for(Duration time) { run_until(now_ + time); }

 private:
  struct Event {
    MonotonicTime time;
    std::uint64_t number = 0;
    Work work;
  };
  [[nodiscard]] static bool is_later(const Event& a, const Event& b) {
    return a.time != b.time ? a.time > b.time : a.number > b.number;
  }

  static constexpr MonotonicTime kBegin{std::chrono::seconds(1000)};  ///< 0 is "no time" to some
  MonotonicTime now_ = kBegin;
  std::uint64_t events_ = 0;
  std::vector<Event> heap_;  ///< the next one in front
};

}  // namespace synergy::virtual_mesh
