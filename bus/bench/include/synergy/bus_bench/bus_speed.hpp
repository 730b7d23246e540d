// How fast the bus is beside the least that could do its work: zmq::proxy between a PUB and a SUB.
//
// Three paths from a publisher over a broker to a subscriber, all in this process: "ours" (Participants with
// sealed messages over the Forwarder), "forwarder" (bare sockets over the Forwarder) and "bare" (bare sockets
// over zmq::proxy). Each has ipc endpoints, a thread for its broker, three ZeroMQ contexts and the bus's own
// high-water marks. What is compared is measured in turns, so that a busy machine slows all of them; ratios
// tell more than the absolute figures beside them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::bus_bench {

/// The largest payload that still leaves room for the envelope.
inline constexpr std::uint64_t kLargestPayload = schemas::kMaxMessageBytes - 1024;
inline constexpr std::uint32_t kMostPairs = 10000;

struct BusSettings {
  std::uint32_t pairs = 30;  ///< turns of each path
  std::vector<std::uint64_t> sizes{64, 1024, 65536};
  std::uint32_t hops = 500;               ///< of one turn, a message at a time
  std::uint64_t burst_bytes = 32u << 20;  ///< of one turn, but no more than
  std::uint64_t burst_messages = 20000;   ///< so many messages
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

/// Lower quartile, median and upper quartile of the turns.
struct Spread {
  double lower = 0, median = 0, upper = 0;
  static void fields(auto& f) {
    f.required("lower", &Spread::lower, "lower quartile");
    f.required("median", &Spread::median, "median");
    f.required("upper", &Spread::upper, "upper quartile");
  }
};

/// What one turn of one path gave.
struct Turn {
  double p50_us = 0, p99_us = 0, messages_per_second = 0;
};

/// Ratios are speeds beside the bare path's in the same pair, above 1 is faster: rates as ours by bare, times
/// as bare by ours.
struct PathSpeed {
  std::string path;
  std::uint64_t frame_bytes = 0;
  Spread p50_us, p99_us, messages_per_second;
  std::optional<Spread> p50_ratio, p99_ratio, rate_ratio;

  static void fields(auto& f) {
    using P = PathSpeed;
    f.required("path", &P::path, "ours, forwarder or bare");
    f.required("frame_bytes", &P::frame_bytes, "what travels behind the topic: payload and envelope");
    f.required("p50_us", &P::p50_us, "publisher to subscriber, one message at a time: median");
    f.required("p99_us", &P::p99_us, "the same, 99th percentile");
    f.required("messages_per_second", &P::messages_per_second, "of a burst, until all have arrived");
    f.optional("p50_ratio", &P::p50_ratio, "speed beside the bare path's; null for itself");
    f.optional("p99_ratio", &P::p99_ratio, "speed beside the bare path's; null for itself");
    f.optional("rate_ratio", &P::rate_ratio, "rate beside the bare path's; null for itself");
  }
};

struct SizeSpeed {
  std::uint64_t payload_bytes = 0, hops = 0, burst = 0, window = 0;
  std::vector<PathSpeed> paths;

  static void fields(auto& f) {
    using S = SizeSpeed;
    f.required("payload_bytes", &S::payload_bytes, "of each message");
    f.required("hops", &S::hops, "of each turn, one at a time");
    f.required("burst", &S::burst, "messages of each turn's burst");
    f.required("window", &S::window, "most of them on their way at once");
    f.required("paths", &S::paths, "ours, bare, forwarder");
  }
};

struct BusReport {
  std::uint64_t pairs = 0, messages = 0, lost = 0;
  std::vector<SizeSpeed> sizes;

  static void fields(auto& f) {
    using R = BusReport;
    f.required("pairs", &R::pairs, "turns of each path, interleaved");
    f.required("messages", &R::messages, "sent in all turns together");
    f.required("lost", &R::lost, "of them never received: 0, or there is no report");
    f.required("sizes", &R::sizes, "by payload");
  }
};

/// Fails with kInvalid at settings out of range, with kEnvironment when sockets can not be made, with
/// kInternal when a message got lost.
[[nodiscard]] Result<BusReport> measure_bus(const BusSettings& settings);

/// The figures of one path; `bare` has as many turns, each the neighbour of the turn with the same number.
/// Without ratios when it is the bare path itself.
[[nodiscard]] PathSpeed summarize(const std::string& path, const std::vector<Turn>& turns,
                                  const std::vector<Turn>& bare);

}  // namespace synergy::bus_bench

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::bus_bench::BusReport>();
