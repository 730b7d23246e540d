// The mesh in the text form that Prometheus reads. Units are Prometheus's: seconds, joules, watts, ratios.
// What each figure is stands in its `# HELP` line.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "synergy/gateway/board.hpp"

namespace synergy::gateway {

/// What the gateway itself counts. Any thread.
struct Counters {
  std::atomic<std::uint64_t> answered{0}, refused{0}, failed{0};  ///< requests: 1xx-3xx, 4xx, 5xx
  std::atomic<std::uint64_t> turned_away{0};  ///< connections beyond those that are served at a time
  std::atomic<std::uint64_t> events_dropped{0};
  std::atomic<std::uint64_t> viewers{0}, connections{0};  ///< now
};

inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

[[nodiscard]] std::string metrics_text(const Board& board, const Counters& counters, MonotonicTime now);

}  // namespace synergy::gateway
