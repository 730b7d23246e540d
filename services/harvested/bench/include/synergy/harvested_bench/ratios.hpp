// Means of what policies do beside each other: the arithmetic of the benchmark's tables, without any run.
#pragma once

#include <string>
#include <vector>

#include "synergy/harvested_bench/report.hpp"

namespace synergy::harvested_bench {

/// A geometric mean over the places where both end an inference. Places where only one of them does have no
/// ratio: they are counted apart and enter no mean.
///
/// `table`, `baseline` and each of `policies` are told in the rows: for each figures one over all capacitors
/// first, then one for each capacitor, in the order in which the runs have them. Policies or baselines
/// without a run give no row.
[[nodiscard]] std::vector<RatioRow> ratios_to(const std::string& table, const std::string& baseline,
                                              const std::vector<std::string>& policies,
                                              const std::vector<RunRow>& runs);

/// Of each figures, model and harvest: the capacitor with the most inferences by `adaptive` (at a tie the
/// smallest). None where none ends.
[[nodiscard]] std::vector<SizingRow> sizing_of(const std::vector<RunRow>& runs);

/// Means over the places where some policy ends an inference at all: `two` or less of one is above 0.
[[nodiscard]] std::vector<DeadlineMean> means_of(const std::vector<DeadlineRow>& rows);

}  // namespace synergy::harvested_bench
