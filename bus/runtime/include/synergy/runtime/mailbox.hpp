// Work that other threads hand to the loop's thread.
//
// The bus participant and a service's handlers belong to the loop's thread. A thread that computes something
// posts what is to be done with it here; the loop wakes, and does it.
//
// post() may be called from any thread; everything else belongs to the loop's. Owns its eventfd. Whoever may
// still post must have ended before the mailbox is destroyed.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

namespace synergy::runtime {

class Mailbox {
 public:
  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// `handle` is called once, by run(), in the order of posting. What is still here when the mailbox is
  /// destroyed is never called.
  void post(std::function<void()> handle);

  /// Readable while something waits to be run.
  [[nodiscard]] int fd() const { return fd_; }
  /// Calls what was posted before this call.
  void run();

 private:
  int fd_;
  std::mutex mutex_;  ///< of `posted_`
  std::vector<std::function<void()>> posted_;
};

}  // namespace synergy::runtime
