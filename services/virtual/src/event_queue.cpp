#include "synergy/virtual_mesh/event_queue.hpp"

#include <algorithm>
#include <utility>

namespace synergy::virtual_mesh {

void EventQueue::at(MonotonicTime time, Work work) {
  heap_.push_back({std::max(time, now_), ++events_, std::move(work)});
  std::push_heap(heap_.begin(), heap_.end(), is_later);
}

void EventQueue::run_until(MonotonicTime end) {
  while (!heap_.empty() && heap_.front().time <= end) {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    const auto event = std::move(heap_.back());
    heap_.pop_back();
    now_ = event.time;
    event.work();
  }
  now_ = std::max(now_, end);
}

}  // namespace synergy::virtual_mesh
