#include "stderr_sink.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

namespace synergy::runtime {
namespace {

/// Whether standard error takes PIPE_BUF bytes at once: a pipe with a free page does, and a file always.
bool is_writable() {
  pollfd standard_error{STDERR_FILENO, POLLOUT, 0};
  return ::poll(&standard_error, 1, 0) == 1 && (standard_error.revents & (POLLERR | POLLNVAL)) == 0;
}

}  // namespace

void StderrSink::sink_it_(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t formatted;
  formatter_->format(message, formatted);
  std::string line(cut_ ? "\n" : "");
  line.append(formatted.data(), formatted.size());
  if (untold_ > 0) line.insert(line.size() - 1, " lost=" + std::to_string(untold_));
  if (write(line)) {
    untold_ = 0;
  } else {
    ++lost_;
    ++untold_;
  }
}

bool StderrSink::write(std::string_view text) {
  while (!text.empty()) {
    if (!is_writable()) return false;
    const auto written = ::write(STDERR_FILENO, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(std::size_t(written));
    cut_ = !text.empty();
  }
  return true;
}

}  // namespace synergy::runtime
