// Something that one thread does at a time, and others wait for with a deadline. A std::timed_mutex is that,
// too; but GCC's thread sanitizer does not know how it is locked.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "synergy/base/clock.hpp"

namespace synergy::gateway {

class Turns {
 public:
  /// Held while it lives, where it was had at all. Borrows the turns.
  class Turn {
   public:
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turns_ != nullptr) turns_->end();
    }
    explicit operator bool() const { return turns_ != nullptr; }

   private:
    friend class Turns;
    explicit Turn(Turns* turns) : turns_(turns) {}
    Turns* turns_;
  };

  /// Waits for so long at most; false: others took longer.
  [[nodiscard]] Turn wait(Duration time) {
    std::unique_lock lock(mutex_);
    if (!ended_.wait_for(lock, time, [this] { return !taken_; })) return Turn(nullptr);
    taken_ = true;
    return Turn(this);
  }

 private:
  void end() {
    {
      const std::lock_guard lock(mutex_);
      taken_ = false;
    }
    ended_.notify_one();
  }

  std::mutex mutex_;  ///< of what follows
  std::condition_variable ended_;
  bool taken_ = false;
};

}  // namespace synergy::gateway
