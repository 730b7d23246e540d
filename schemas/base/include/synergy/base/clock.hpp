// Time, in three kinds that must not be mixed.
//
// * Duration: a length of time in whole nanoseconds, used for modelled and for real time alike.
// * ModelTime: a point of the emulated hardware's time. One mesh has one model time line: the host's
//   monotonic clock divided by `time_scale` (see `schemas/README.md`, "Time").
// * UnixTime: the wall clock, for people and for deadlines in messages; never used to measure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace synergy {

using Duration = std::chrono::nanoseconds;
using ModelTime = std::chrono::time_point<struct ModelClock, Duration>;
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using UnixTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// For people: fractions are kept.
[[nodiscard]] constexpr double seconds(Duration time) { return double(time.count()) * 1e-9; }
[[nodiscard]] constexpr double milliseconds(Duration time) { return double(time.count()) * 1e-6; }
[[nodiscard]] constexpr double microseconds(Duration time) { return double(time.count()) * 1e-3; }

/// From one event to the next where there are so many per second, which is above 0; 13 days at most.
[[nodiscard]] constexpr Duration period_of(double per_second) {
  return Duration(std::int64_t(std::min(1e9 / per_second, 0x1p50)));
}

/// Where a part reads the time. Two implementations: the host's clocks, and a hand-moved one for tests.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual MonotonicTime monotonic() const = 0;
  [[nodiscard]] virtual UnixTime unix() const = 0;
};

class HostClock final : public Clock {
 public:
  [[nodiscard]] MonotonicTime monotonic() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
  }
  [[nodiscard]] UnixTime unix() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

/// A clock that stands still until moved.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] MonotonicTime monotonic() const override { return MonotonicTime{elapsed_}; }
  [[nodiscard]] UnixTime unix() const override { return UnixTime{kUnixStart + elapsed_}; }
  void advance(Duration by) { elapsed_ += by; }

 private:
  static constexpr Duration kUnixStart = std::chrono::hours(24 * 365 * 50);
  Duration elapsed_{std::chrono::seconds(1000)};
};

/// Between the host's monotonic time and model time. `time_scale` is host seconds per model second:
/// 1 is real time, 10 is ten times slower than the hardware.
class TimeScale {
 public:
  explicit TimeScale(double host_per_model) : host_per_model_(host_per_model) {}

  [[nodiscard]] ModelTime to_model(MonotonicTime t) const {
    return ModelTime{within_range(double(t.time_since_epoch().count()) / host_per_model_)};
  }
  [[nodiscard]] MonotonicTime to_host(ModelTime t) const {
    return MonotonicTime{within_range(double(t.time_since_epoch().count()) * host_per_model_)};
  }
  [[nodiscard]] Duration to_host(Duration d) const {
    return within_range(double(d.count()) * host_per_model_);
  }
  [[nodiscard]] double host_per_model() const { return host_per_model_; }

 private:
  /// At most 146 years either way: what a timer can be set to, and sums of two still fit.
  static Duration within_range(double ns) { return Duration(std::int64_t(std::clamp(ns, -0x1p62, 0x1p62))); }

  double host_per_model_;
};

}  // namespace synergy
