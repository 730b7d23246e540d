// Table J: the time that 20 inferences take, beside the least one.
#include <algorithm>

#include "synergy/harvested/optimum.hpp"
#include "tables.hpp"

namespace synergy::harvested_bench {
namespace {

/// A policy that is this many times slower than the optimum's limit does not end.
constexpr int kPatience = 10;

Result<DistanceRow> pace_of(DistanceRow row, const harvested_offline::Case& place, Duration length) {
  harvested_offline::RunAsked asked{.policy = row.policy,
                                    .length = std::min(kPatience * length, harvested_offline::kLongestRun)};
  asked.inputs.count = row.inferences;
  std::string reason;
  const auto outcome = run_at(place, std::move(asked), reason);
  if (!outcome) return outcome.error();
  if (!*outcome || (*outcome)->summary.inferences < row.inferences) return row;
  row.took_s = (*outcome)->summary.time_s;
  row.of_optimum = row.optimum_s / *row.took_s;
  row.of_bound = (*outcome)->summary.share_of_bound;
  return row;
}

Status measure(const Subject& subject, double microfarads, const Recording& recording,
               std::vector<DistanceRow>& rows) {
  const auto place = subject.at(microfarads, recording);
  const auto best = harvested::optimum(place.chain, place.figures,
                                       {.trace = place.trace,
                                        .into_trace = {},
                                        .volts = place.figures.store.thresholds.off_v,
                                        .length = recording.length},
                                       kInferencesOfOptimum);
  if (!best) return best.error();
  if (!*best) return {};
  for (const auto& policy : harvested::policy_names()) {
    auto row = row_at<DistanceRow>(subject, microfarads);
    row.trace = place.harvest;
    row.policy = policy;
    row.inferences = kInferencesOfOptimum;
    row.optimum_s = seconds((*best)->finish);
    auto measured = pace_of(std::move(row), place, recording.length);
    if (!measured) return measured.error();
    rows.push_back(*std::move(measured));
  }
  return {};
}

std::vector<double> small_enough(const Subjects& subjects) {
  auto capacitors = subjects.capacitors_uf;
  std::erase_if(capacitors, [](double microfarads) { return microfarads > kLargestForOptimumUf; });
  return capacitors;
}

}  // namespace

std::size_t steps_of_distances(const Subjects& subjects) {
  return subjects.all.size() * small_enough(subjects).size() * subjects.recordings.size();
}

Result<std::vector<DistanceRow>> measure_distances(const Subjects& subjects, Progress& progress) {
  std::vector<DistanceRow> rows;
  for (const auto& subject : subjects.all)
    for (const auto microfarads : small_enough(subjects))
      for (const auto& recording : subjects.recordings) {
        if (auto status = measure(subject, microfarads, recording, rows); !status) return status.error();
        progress.done("optimum of " + subject.model() + " on " + recording.harvest.name);
      }
  return rows;
}

}  // namespace synergy::harvested_bench
