#include "watchdog.hpp"

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "synergy/base/check.hpp"

namespace synergy::bus_bench {

Watchdog::Watchdog(Duration time) : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  SYNERGY_CHECK(timer_ >= 0, "the kernel has timers");
  constexpr std::int64_t kSecond = 1'000'000'000;
  const itimerspec spec{{0, 0}, {time.count() / kSecond, time.count() % kSecond}};
  ::timerfd_settime(timer_, 0, &spec, nullptr);
}

Watchdog::~Watchdog() { ::close(timer_); }

bool Watchdog::barked() const {
  pollfd item{timer_, POLLIN, 0};
  return ::poll(&item, 1, 0) > 0;
}

}  // namespace synergy::bus_bench
