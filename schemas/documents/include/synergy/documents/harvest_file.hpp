// Files of harvest recordings (`.csv`): comments that say what they are, then rows of time and power.
//
//   # name: office-wall-1
//   # kind: harvester_output_power        rf_input_power, or this
//   # duration_us: 3600000000
//   t_us,p_nw
//   0,180000                              from 0 on, 180 uW
//   17000000,140000                       from 17 s on, 140 uW, until the next row or the end
//
// `kind` and `duration_us` must be there, above the line `t_us,p_nw`; `name`, `what`, `source`, `licence`,
// `note` and `energy_uj` may; all other comments are passed over. `energy_uj`, where it is told, is compared
// with the rows: a file that was cut or changed is found out. All numbers are whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "synergy/base/result.hpp"
#include "synergy/schemas/harvest.hpp"

namespace synergy::documents {

/// Of one file: some million rows. Larger ones are refused before they are read.
inline constexpr std::uint64_t kMaxHarvestBytes = 16u << 20;

/// Fails with kNotFound, kInvalid or kEnvironment. The message begins with the path, and with
/// `path:line:column:` where a line is wrong; it is of the first one.
[[nodiscard]] Result<schemas::HarvestRecording> read_harvest(const std::filesystem::path& path);
/// The same from memory; `name` stands for the file in errors.
[[nodiscard]] Result<schemas::HarvestRecording> parse_harvest(std::string_view text, const std::string& name);

/// The recording as a file, which reads back as the same recording. Where the power does not change no row is
/// left out. Line breaks in its texts become blanks. It must have no fault (schemas::fault_of).
[[nodiscard]] std::string to_text(const schemas::HarvestRecording& recording);

}  // namespace synergy::documents
