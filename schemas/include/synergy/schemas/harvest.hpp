// A recording of what a harvester gives: power over time, piecewise constant, in whole numbers.
//
// Row i says that from `t_us` on the power is `p_nw`, until the next row; the last row holds until
// `duration_us`. Whoever runs longer than that repeats the recording. Whole numbers, so that every program
// finds the same energy to the last digit. Does not travel: it is a file that documents read and write
// (`documents/harvest_file.hpp`), and what the energy store runs on (`accel_model/harvest_trace.hpp`).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/fields.hpp"

namespace synergy::schemas {

/// Where the power was measured.
enum class HarvestKind {
  kRfInput,          ///< in front of a rectifier, whose efficiency is still to be applied
  kHarvesterOutput,  ///< what a matched converter would be fed
};
template <>
inline constexpr std::array<std::pair<HarvestKind, std::string_view>, 2> kEnumNames<HarvestKind>{{
    {HarvestKind::kRfInput, "rf_input_power"},
    {HarvestKind::kHarvesterOutput, "harvester_output_power"},
}};

/// 10 W: no wearable harvests so much. With kMaxHarvestUs, sums stay within what HarvestTrace counts with.
inline constexpr std::uint64_t kMaxHarvestNw = 10'000'000'000;
/// Ten days, as of every duration (kLongestDuration).
inline constexpr std::uint64_t kMaxHarvestUs = 864'000'000'000;

struct HarvestRow {
  std::uint64_t t_us = 0, p_nw = 0;
  bool operator==(const HarvestRow&) const = default;
};

struct HarvestRecording {
  std::string name, what;  ///< each one line, as the three below
  HarvestKind kind = HarvestKind::kHarvesterOutput;
  std::string source, licence, note;
  std::uint64_t duration_us = 0;
  std::vector<HarvestRow> rows;
  bool operator==(const HarvestRecording&) const = default;
};

/// What is wrong with a recording: the first row that is, or no row where the recording as a whole is.
struct HarvestFault {
  std::optional<std::size_t> row;
  std::string text;  ///< what is wrong, and what to do
  bool operator==(const HarvestFault&) const = default;
};
/// Nothing where all is well: at least one row, the first at 0, times ascend, every row begins before
/// `duration_us`, both limits are kept. Rows of power 0 are well, also where there are no others.
[[nodiscard]] std::optional<HarvestFault> fault_of(const HarvestRecording& recording);

/// Of one without a fault, from 0 to its end: whole microjoules, rounded down.
[[nodiscard]] std::uint64_t energy_uj(const HarvestRecording& recording);

}  // namespace synergy::schemas
