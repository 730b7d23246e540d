// SIGINT and SIGTERM as something to read, in place of something that happens: whoever waits in a loop ends
// in order. What a reader gets wrong: the signals must be blocked before any thread begins, ZeroMQ's
// included.
#pragma once

#include <cstdint>
#include <optional>

namespace synergy::runtime {

/// Blocks the stop signals in this thread and all it will start. The descriptor can be read when one has
/// come.
[[nodiscard]] int block_stop_signals();

/// The number of the next stop signal, if one has come.
[[nodiscard]] std::optional<std::uint32_t> next_stop_signal(int signals);

/// Whether a stop signal has come since this was made; then for good. To be made before any thread begins.
class StopRequest {
 public:
  StopRequest() : signals_(block_stop_signals()) {}
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
  [[nodiscard]] bool came() { return came_ = came_ || next_stop_signal(signals_).has_value(); }

 private:
  int signals_;
  bool came_ = false;
};

}  // namespace synergy::runtime
