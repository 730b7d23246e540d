// One function for each table; each tells its progress, and says beforehand how many steps it will take.
#pragma once

#include <set>

#include "subjects.hpp"

namespace synergy::harvested_bench {

/// A, B, D, and the energy books of I: every policy at every place; `adaptive` alone without A and B.
[[nodiscard]] std::vector<std::string> policies_of_runs(const std::set<char>& tables);
[[nodiscard]] Result<std::vector<RunRow>> run_places(const Subjects& subjects,
                                                     const std::vector<std::string>& policies,
                                                     Progress& progress);

/// D
[[nodiscard]] Result<std::vector<SmallestRow>> smallest_capacitors(const Subjects& subjects);

/// E
[[nodiscard]] std::size_t steps_of_sharing(const Subjects& subjects);
[[nodiscard]] Result<std::vector<SharingRow>> share_weights(const Subjects& subjects, Progress& progress);

/// F
[[nodiscard]] Result<std::vector<DeadlineRow>> meet_deadlines(const Subjects& subjects, Progress& progress);

/// I
[[nodiscard]] std::size_t steps_of_fidelity(const Subjects& subjects);
[[nodiscard]] Result<std::vector<FidelityRow>> compare_two_ways(const Subjects& subjects,
                                                                const std::vector<RunRow>& runs,
                                                                Progress& progress);

/// J: with capacitors of at most this many uF. In a larger one a power cycle holds so many inferences that
/// the optimum takes minutes for each place.
inline constexpr double kLargestForOptimumUf = 470;
inline constexpr std::uint32_t kInferencesOfOptimum = 20;
[[nodiscard]] std::size_t steps_of_distances(const Subjects& subjects);
[[nodiscard]] Result<std::vector<DistanceRow>> measure_distances(const Subjects& subjects,
                                                                 Progress& progress);

}  // namespace synergy::harvested_bench
