// Keeps a publisher from having more messages on their way than a window: what arrived gives credit again.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace synergy::bus_bench {

/// Between one thread that takes and one that gives.
class Credits {
 public:
  explicit Credits(std::uint64_t window) : free_(window) {}

  /// All there are, once there are any; 0 after close().
  [[nodiscard]] std::uint64_t take();
  void give(std::uint64_t credits);
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t free_;
  bool closed_ = false;
};

}  // namespace synergy::bus_bench
