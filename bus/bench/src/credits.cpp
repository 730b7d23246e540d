#include "credits.hpp"

#include <utility>

namespace synergy::bus_bench {

std::uint64_t Credits::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || free_ > 0; });
  return closed_ ? 0 : std::exchange(free_, 0);
}

void Credits::give(std::uint64_t credits) {
  {
    const std::lock_guard lock(mutex_);
    free_ += credits;
  }
  changed_.notify_one();
}

void Credits::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
}

}  // namespace synergy::bus_bench
