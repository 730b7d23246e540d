// What was hoped for before anything was measured, beside what was.
//
//   A   1.9 times `restart-cold` where that ends an inference (Caronti and others, TECS 22(5) 2023, say 1.9
//       of their own baseline in simulation), 4 times for kws at 1 mF, and inferences where that ends none
//       and some policy does
//   A   no policy that promises it loses power at work
//   E   `batch` at 330 uF takes a third of one input for each load, for four of five small models
//   J   `adaptive` has four fifths of the pace of one who knows the harvest, wherever that one ends 20
//
// A figure that is missed is told with what it lacks.
#pragma once

#include <string>
#include <vector>

#include "synergy/harvested_bench/report.hpp"

namespace synergy::harvested_bench {

/// Of the tables that the report has; an aim whose models or capacitors were not asked for is left out.
[[nodiscard]] std::vector<AimRow> aims_of(const BenchReport& report);

/// Where segments alone (`once`) end less than a twentieth more than `restart`: a sentence for each figures.
[[nodiscard]] std::vector<std::string> where_segments_gain_nothing(const std::vector<RatioRow>& ratios);

}  // namespace synergy::harvested_bench
