// The frames that one app is owed a run for: those that wait for a run to begin, in the order they were fed,
// and those whose run has begun.
//
// A run's number is not the frame's: it is given when the run begins. After a restart of the dispatcher the
// runs that had begun begin first, and the frames come in order again, so each run takes the frame that it
// took before.
//
// Pure; one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/frame.hpp"

namespace synergy::dispatcher {

/// Whether each run of such a pipeline has a frame of its own, and waits for it.
[[nodiscard]] constexpr bool has_own_frames(schemas::FrameUse use) {
  return use == schemas::FrameUse::kOnce || use == schemas::FrameUse::kEvery;
}

class FrameQueue {
 public:
  struct Frame {
    schemas::FrameRef ref;
    ModelTime came{};  ///< when the dispatcher heard of it: no run takes it earlier
  };

  /// The frame waits for a run; nothing happens where it does already, or its run has begun.
  void add(Frame frame);
  /// Takes out all that wait but the newest.
  [[nodiscard]] std::vector<Frame> take_older();
  /// Takes out those that wait and are not of this device.
  [[nodiscard]] std::vector<Frame> take_others(const DeviceId& device);
  /// Takes out those that wait and are of this device.
  [[nodiscard]] std::vector<Frame> take_of(const DeviceId& device);
  /// Takes out all that wait.
  [[nodiscard]] std::vector<Frame> take_all();

  /// The next that waits; nullptr: none does.
  [[nodiscard]] const Frame* next() const { return waiting_.empty() ? nullptr : &waiting_.front(); }
  [[nodiscard]] const std::deque<Frame>& waiting() const { return waiting_; }
  /// The next frame's run begins.
  void begin(std::uint64_t run);
  /// The frame of a run that has begun; nullptr: it has none.
  [[nodiscard]] const Frame* of(std::uint64_t run) const;
  /// The run has ended: the frame, where it had one.
  [[nodiscard]] std::optional<schemas::FrameRef> end(std::uint64_t run);

 private:
  template <class Predicate>
  std::vector<Frame> take_where(Predicate predicate);

  std::deque<Frame> waiting_;  ///< by device in the order they were first heard of, then by sequence
  std::map<std::uint64_t, Frame> begun_;  ///< by run
};

}  // namespace synergy::dispatcher
