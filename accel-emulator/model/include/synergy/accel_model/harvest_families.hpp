// Synthetic harvests of six kinds of wearable, from a seed: integers only, so that every machine and every
// language gets the same rows.
//
// Each tick draws from splitmix64; "one of n" is (upper 32 bits x n) >> 32, and "with probability q" is "one
// of 65536" below q. Rows are written where the power changes.
//
//   family        tick    rule                                                         mean of seed 1
//   office-wall   1 s     six levels, 40 to 290 uW; 2 % of ticks move                  135 uW
//   wrist-office  100 ms  six levels, 5 to 320 uW; 5 % of ticks move                   126 uW
//   wrist-sun     100 ms  six levels, 0.1 to 8 mW; 5 % of ticks move                   3.3 mW
//   ankle-walk    20 ms   walks (30 s) and rests (15 s); a pulse of 15 ticks a step    42 uW
//   teg-arm       1 s     random walk, 5 to 50 uW                                      15 uW
//   rf-room       20 ms   on (0.4 s, 0.9 mW) and off (1.2 s, 20 uW)                    249 uW
//
// The means of office-wall, wrist-sun and ankle-walk follow the energies of recordings on a body (Bonito,
// NSDI 2022); teg-arm the range of Sensors 2018, 18(6) 1927; rf-room the RF recordings of REACT (ASPLOS 2024)
// behind a rectifier of 50 %. wrist-office is assumed. All are the power that a matched converter is fed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/harvest.hpp"

namespace synergy::accel_model {

/// In the order of the table above.
[[nodiscard]] std::vector<std::string> harvest_families();

/// `name` is FAMILY-SEED. Fails with kNotFound, naming the families there are. Up to some 20 000 rows.
[[nodiscard]] Result<schemas::HarvestRecording> generate_harvest(std::string_view family, std::uint64_t seed);

}  // namespace synergy::accel_model
