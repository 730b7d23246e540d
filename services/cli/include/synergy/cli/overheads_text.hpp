// What the benchmarks of the mesh's own cost say to people.
#pragma once

#include <string>

#include "synergy/bus_bench/bus_speed.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/shells.hpp"

namespace synergy::cli {

/// At 1 KiB our bus is to reach this part of the bare proxy's rate. Told, not enforced: machines differ.
inline constexpr double kAimedRatio = 0.8;
inline constexpr std::uint64_t kAimedPayload = 1024;

[[nodiscard]] std::string to_text(const bus_bench::BusReport& report);
[[nodiscard]] std::string to_text(const ShellsReport& report);

}  // namespace synergy::cli
