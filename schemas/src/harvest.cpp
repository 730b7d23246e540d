#include "synergy/schemas/harvest.hpp"

namespace synergy::schemas {

std::optional<HarvestFault> fault_of(const HarvestRecording& recording) {
  const auto& rows = recording.rows;
  if (rows.empty())
    return HarvestFault{{}, "holds no rows; write at least one, `0,POWER`, the power in whole nanowatts"};
  if (rows.front().t_us != 0)
    return HarvestFault{0, "the first row must begin at 0: what was harvested before it is not told"};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto time = std::to_string(rows[i].t_us);
    if (i > 0 && rows[i].t_us <= rows[i - 1].t_us)
      return HarvestFault{i, "begins at " + time + " us, not after the row before it, at " +
                                 std::to_string(rows[i - 1].t_us) + " us; sort the rows by time, one each"};
    if (rows[i].p_nw > kMaxHarvestNw)
      return HarvestFault{i, std::to_string(rows[i].p_nw) +
                                 " nW is above 10 W, which no wearable harvests; " +
                                 "the second column is in nanowatts"};
  }
  const auto duration = std::to_string(recording.duration_us);
  if (recording.duration_us > kMaxHarvestUs)
    return HarvestFault{{}, "lasts " + duration + " us, longer than ten days; cut it"};
  if (rows.back().t_us >= recording.duration_us)
    return HarvestFault{rows.size() - 1, "begins at " + std::to_string(rows.back().t_us) +
                                             " us, but the recording ends at " + duration +
                                             " us; give a longer duration_us, or leave the row out"};
  return std::nullopt;
}

std::uint64_t energy_uj(const HarvestRecording& recording) {
  __extension__ unsigned __int128 femtojoules = 0;  // nW x us; 64 bits hold 18 kJ of them
  const auto& rows = recording.rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto end = i + 1 < rows.size() ? rows[i + 1].t_us : recording.duration_us;
    femtojoules += static_cast<decltype(femtojoules)>(rows[i].p_nw) * (end - rows[i].t_us);
  }
  return std::uint64_t(femtojoules / 1'000'000'000);
}

}  // namespace synergy::schemas
