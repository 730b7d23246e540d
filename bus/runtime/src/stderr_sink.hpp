// Where log lines go: standard error, without ever waiting for who reads it.
//
// supervisord reads the pipes of all processes and writes the files; while its disk hangs it reads none, and
// a process that waited for room in its pipe would stand still with it. A line that does not fit is left out
// and counted, and the next one that passes ends with `lost=N`.
#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <string_view>

namespace synergy::runtime {

class StderrSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  /// Lines that were left out, or cut, since the start.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  /// False where not all of it was taken.
  bool write(std::string_view text);

  std::uint64_t lost_ = 0, untold_ = 0;
  bool cut_ = false;  ///< the last line has no end
};

}  // namespace synergy::runtime
