// Tells the dispatcher which frames are in the spool: each when it comes, and all that are open once more
// when the dispatcher may not know them, or may have told us of an outcome that was lost on the way.
//
// One message at a time is on its way, so that frames are told in order. Pure apart from the spool and the
// way to send; one thread.
#pragma once

#include <cstdint>
#include <functional>

#include "synergy/executor/frame_spool.hpp"

namespace synergy::executor {

class FrameReports {
 public:
  /// Sends, and calls back once, later: whether the dispatcher has answered. Where it has not, the caller has
  /// waited a little before it says so.
  using Send = std::function<void(const schemas::FramesOpen&, std::function<void(bool)>)>;

  /// Borrows the spool. What is in it already was perhaps told by a process before this one.
  FrameReports(DeviceId device, FrameSpool& spool, Send send)
      : device_(std::move(device)), spool_(spool), send_(std::move(send)) {}

  /// Frames were added.
  void tell_new() { go_on(); }
  /// All that are open are told from the beginning.
  void tell_again();

 private:
  void go_on();
  void sent(std::uint64_t last, bool answered);

  DeviceId device_;
  FrameSpool& spool_;
  Send send_;
  std::uint64_t told_ = 0;       ///< frames up to here were told in this pass
  std::uint64_t once_told_ = 0;  ///< frames up to here may have been told before
  bool knows_ = false;           ///< what was in the spool at the beginning has been told: `once_told_` holds
  bool is_sending_ = false, begins_again_ = false;
};

}  // namespace synergy::executor
