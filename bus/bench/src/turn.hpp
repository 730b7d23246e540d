// Measures one path once: hops one at a time, then a burst.
#pragma once

#include "path.hpp"
#include "synergy/bus_bench/bus_speed.hpp"
#include "watchdog.hpp"

namespace synergy::bus_bench {

/// How much one turn sends.
struct TurnPlan {
  std::uint64_t payload_bytes = 0, hops = 0, burst = 0;
  std::uint64_t window = 0;  ///< below every queue's high-water mark: nothing is dropped
};

[[nodiscard]] TurnPlan plan_turn(const BusSettings& settings, std::uint64_t payload_bytes);

/// Sends until a first message arrives: a PUB drops what it sends before the subscription has come. Nothing
/// is on its way afterwards.
[[nodiscard]] Status settle(Path& path);

/// Fails with kInternal when a message got lost: it did not come within `patience` for all hops, or for the
/// burst.
[[nodiscard]] Result<Turn> run_turn(Path& path, const TurnPlan& plan, Duration patience = kPatience);

}  // namespace synergy::bus_bench
