// A thread for each connection, made when it is needed and kept, up to a number.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace synergy::gateway_http {

/// What is queued beyond `most` connections at a time is done at once, by the caller, who is told by
/// `turns_away()` that it is to be turned away.
class Threads final : public httplib::TaskQueue {
 public:
  explicit Threads(std::size_t most) : most_(most) {}
  ~Threads() override { end(); }

  void enqueue(std::function<void()> work) override;
  void shutdown() override { end(); }

  /// Whether the work that this thread does now is beyond the number.
  [[nodiscard]] static bool turns_away();

 private:
  void serve();
  void end();

  std::size_t most_;
  std::mutex mutex_;  ///< of what follows
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::size_t resting_ = 0;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace synergy::gateway_http
