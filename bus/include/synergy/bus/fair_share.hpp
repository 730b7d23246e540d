// How much of the broker each source of packets may use, so that one that floods does not displace the
// others.
//
// A source has a rate and a burst (ShareLimits). Beyond them its packets are `kOver`: the forwarder takes
// them at a pace, which makes the sender wait and loses nothing. A source that is so far beyond them that it
// must have found ways around the pace, as one with many connections does, is `kFar`: its packets are
// dropped.
//
// Pure: no sockets, no clock. One thread.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "synergy/base/clock.hpp"

namespace synergy::bus {

/// A packet costs one unit, and one more for each kBytesAUnit of its payload.
inline constexpr std::size_t kBytesAUnit = 8192;

struct ShareLimits {
  double units_per_second;
  Duration burst;      ///< a source may be ahead of its rate by so much
  Duration most_debt;  ///< beyond the burst; then its packets are dropped

  /// Of a mesh: 20 000 packets or 160 MB a second from each process, far above what a process of a mesh
  /// sends: some thousand packets a second (`synergy services --json` shows bus.sent). Burst and debt
  /// together are 4000 packets: what a process can pass at once must fit in a receiver's queue
  /// (kHighWaterMark), or it would displace what others sent.
  static constexpr ShareLimits mesh() {
    return {20000, std::chrono::milliseconds(100), std::chrono::milliseconds(100)};
  }
  /// Where what the bus can do is measured.
  static constexpr ShareLimits none() { return {std::numeric_limits<double>::infinity(), {}, {}}; }
};

class FairShare {
 public:
  enum class Verdict { kWithin, kOver, kFar };

  explicit FairShare(const ShareLimits& limits) : limits_(limits) {}

  /// Takes note of a packet of `source`. Those that are kFar cost it nothing: it is heard again when the time
  /// has paid for what it sent before.
  Verdict take(std::string_view source, std::size_t bytes, MonotonicTime now);

  [[nodiscard]] std::size_t sources() const { return paid_.size(); }

 private:
  MonotonicTime& paid_until(std::string_view source, MonotonicTime now);

  ShareLimits limits_;
  /// The time at which what each source sent is paid for at its rate; in the past for those within it.
  std::map<std::string, MonotonicTime, std::less<>> paid_;
};

/// Sources remembered at most. Those that owe nothing are forgotten first; where all owe, newcomers share
/// one.
inline constexpr std::size_t kMaxSources = 1024;

}  // namespace synergy::bus
