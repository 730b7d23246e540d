// Ends the waiting for a message that never comes.
#pragma once

#include "synergy/base/clock.hpp"

namespace synergy::bus_bench {

/// More than any turn takes, also on a busy machine.
inline constexpr Duration kPatience = std::chrono::seconds(30);

/// A timer whose descriptor can be read once its time is over.
class Watchdog {
 public:
  explicit Watchdog(Duration time = kPatience);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  [[nodiscard]] int descriptor() const { return timer_; }
  [[nodiscard]] bool barked() const;

 private:
  int timer_;
};

}  // namespace synergy::bus_bench
