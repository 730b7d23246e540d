// Which moment of a recording is shown: it moves with the host's time while it plays. Pure: times come in as
// arguments. One thread.
#pragma once

#include <algorithm>

#include "synergy/base/clock.hpp"

namespace synergy::gateway_recorded {

class PlayClock {
 public:
  /// Stands still at the beginning.
  explicit PlayClock(Duration length) : length_(length) {}

  [[nodiscard]] Duration at(MonotonicTime now) const {
    if (!playing_) return at_;
    const auto played = double((now - since_).count()) * speed_;
    return played >= double((length_ - at_).count()) ? length_ : at_ + Duration(std::int64_t(played));
  }
  /// Not any more at the end.
  [[nodiscard]] bool plays(MonotonicTime now) const { return playing_ && at(now) < length_; }
  [[nodiscard]] double speed() const { return speed_; }
  [[nodiscard]] Duration length() const { return length_; }

  /// Goes on; at the end it begins anew.
  void play(MonotonicTime now) {
    if (plays(now)) return;
    seek(at(now) < length_ ? at(now) : Duration(0), now);
    playing_ = true;
  }
  void pause(MonotonicTime now) {
    seek(at(now), now);
    playing_ = false;
  }
  /// Goes on from there, or stands there: as before. What lies outside is the beginning or the end.
  void seek(Duration at, MonotonicTime now) {
    playing_ = plays(now);
    at_ = std::clamp(at, Duration(0), length_);
    since_ = now;
  }
  void set_speed(double speed, MonotonicTime now) {
    seek(at(now), now);
    speed_ = speed;
  }

 private:
  Duration length_, at_{0};
  MonotonicTime since_{};
  double speed_ = 1;
  bool playing_ = false;
};

}  // namespace synergy::gateway_recorded
