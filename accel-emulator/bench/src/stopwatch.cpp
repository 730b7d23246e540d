#include "stopwatch.hpp"

#include <ctime>

namespace synergy::accel_bench {

namespace {

// Of this thread: time that other programs take from it does not count.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

}  // namespace

// The clock is read after 1, 2, 4, ... further calls, lest reading it costs more than a small call.
double seconds_of_one(const std::function<void()>& call, double seconds) {
  const double begin = thread_seconds();
  std::size_t calls = 0;
  for (std::size_t more = 1;; more *= 2) {
    for (std::size_t i = 0; i < more; ++i) call();
    calls += more;
    const double taken = thread_seconds() - begin;
    if (taken >= seconds) return taken / double(calls);
  }
}

}  // namespace synergy::accel_bench
