#include "threads.hpp"

#include <utility>

namespace synergy::gateway_http {
namespace {

/// The library hands over a function that says nothing of itself, so what it is called for is told this way.
thread_local bool is_beyond = false;

}  // namespace

bool Threads::turns_away() { return is_beyond; }

void Threads::enqueue(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    const bool is_free = resting_ > waiting_.size();
    if (!ended_ && (is_free || threads_.size() < most_)) {
      waiting_.push_back(std::move(work));
      if (!is_free) threads_.emplace_back([this] { serve(); });
      changed_.notify_one();
      return;
    }
  }
  is_beyond = true;
  work();
  is_beyond = false;
}

void Threads::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++resting_;
    changed_.wait(lock, [&] { return !waiting_.empty() || ended_; });
    --resting_;
    if (waiting_.empty()) return;
    const auto work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

void Threads::end() {
  std::vector<std::thread> ending;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    ending.swap(threads_);
  }
  changed_.notify_all();
  for (auto& thread : ending) thread.join();
}

}  // namespace synergy::gateway_http
