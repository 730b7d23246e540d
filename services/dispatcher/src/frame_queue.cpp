#include "synergy/dispatcher/frame_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace synergy::dispatcher {
namespace {

bool is_same(const schemas::FrameRef& a, const schemas::FrameRef& b) {
  return a.device == b.device && a.sequence == b.sequence;
}

}  // namespace

void FrameQueue::add(Frame frame) {
  const auto& ref = frame.ref;
  const bool begun = std::any_of(begun_.begin(), begun_.end(),
                                 [&](const auto& entry) { return is_same(entry.second.ref, ref); });
  if (begun) return;
  // From the end: a new frame is the last of its device.
  auto at = waiting_.end();
  for (auto before = waiting_.end(); before != waiting_.begin();) {
    --before;
    if (before->ref.device != ref.device) continue;
    if (before->ref.sequence == ref.sequence) return;
    if (before->ref.sequence < ref.sequence) break;
    at = before;
  }
  waiting_.insert(at, std::move(frame));
}

std::vector<FrameQueue::Frame> FrameQueue::take_older() {
  std::vector<Frame> older;
  for (; waiting_.size() > 1; waiting_.pop_front()) older.push_back(std::move(waiting_.front()));
  return older;
}

template <class Predicate>
std::vector<FrameQueue::Frame> FrameQueue::take_where(Predicate predicate) {
  std::vector<Frame> taken;
  for (const auto& frame : waiting_)
    if (predicate(frame)) taken.push_back(frame);
  std::erase_if(waiting_, predicate);
  return taken;
}

std::vector<FrameQueue::Frame> FrameQueue::take_others(const DeviceId& device) {
  return take_where([&](const Frame& frame) { return frame.ref.device != device; });
}

std::vector<FrameQueue::Frame> FrameQueue::take_of(const DeviceId& device) {
  return take_where([&](const Frame& frame) { return frame.ref.device == device; });
}

std::vector<FrameQueue::Frame> FrameQueue::take_all() {
  std::vector<Frame> all(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(waiting_.end()));
  waiting_.clear();
  return all;
}

void FrameQueue::begin(std::uint64_t run) {
  begun_[run] = std::move(waiting_.front());
  waiting_.pop_front();
}

const FrameQueue::Frame* FrameQueue::of(std::uint64_t run) const {
  const auto found = begun_.find(run);
  return found == begun_.end() ? nullptr : &found->second;
}

std::optional<schemas::FrameRef> FrameQueue::end(std::uint64_t run) {
  const auto found = begun_.extract(run);
  if (found.empty()) return std::nullopt;
  return found.mapped().ref;
}

}  // namespace synergy::dispatcher
