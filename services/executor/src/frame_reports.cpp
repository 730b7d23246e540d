#include "synergy/executor/frame_reports.hpp"

#include <algorithm>

namespace synergy::executor {

void FrameReports::tell_again() {
  if (is_sending_) {
    begins_again_ = true;
    return;
  }
  told_ = 0;
  go_on();
}

void FrameReports::go_on() {
  if (is_sending_) return;
  auto frames = spool_.open_after(told_, schemas::kMaxFramesTold);
  if (!frames) return;  // the spool can not be read: adding frames fails, too, and says why
  if (frames->empty()) {
    if (!knows_) once_told_ = told_;
    knows_ = true;
    return;
  }
  schemas::FramesOpen message{device_, std::move(*frames), false};
  message.again = !knows_ || message.frames.front().sequence <= once_told_;
  const auto last = message.frames.back().sequence;
  once_told_ = std::max(once_told_, last);  // even where no answer comes
  is_sending_ = true;
  send_(message, [this, last](bool answered) { sent(last, answered); });
}

void FrameReports::sent(std::uint64_t last, bool answered) {
  is_sending_ = false;
  if (answered) told_ = last;
  if (std::exchange(begins_again_, false)) told_ = 0;
  go_on();
}

}  // namespace synergy::executor
