// What `bench intermittent` prints for people: means, worst places, and what was hoped for. All rows are in
// its CSV files.
#pragma once

#include <string>

#include "synergy/harvested_bench/report.hpp"

namespace synergy::cli {

[[nodiscard]] std::string to_text(const harvested_bench::BenchReport& report);

}  // namespace synergy::cli
