// A run as a picture: charge over time against the thresholds, what the device was doing, when results came.
#pragma once

#include <string>

#include "synergy/accel_model/energy_store.hpp"
#include "synergy/harvested_offline/course.hpp"
#include "synergy/harvested_offline/summary.hpp"

namespace synergy::harvested_offline {

/// As many columns as the picture is wide, in pixels: what its course is to be made of.
inline constexpr std::size_t kPictureColumns = 1000;

/// SVG of some 300 KB at most, however long the run.
///
///   charge    uJ, a line through first, lowest, highest and last of each column; `off_v`, `on_v` and `max_v`
///             of the store as lines
///   harvest   mean of each column
///   states    a lane each; the height of a bar is the share of its column's time, and at least so much that
///             it is seen
///   results   a mark for each column in which some came; the height says how many
[[nodiscard]] std::string to_svg(const RunSummary& summary, const Course& course,
                                 const accel_model::StoreSettings& store);

}  // namespace synergy::harvested_offline
