// Tables A, B and D: virtual runs.
#include "tables.hpp"

namespace synergy::harvested_bench {
namespace {

Result<RunRow> run_policy(RunRow row, const harvested_offline::Case& place, Duration length) {
  const auto outcome = run_at(place, {.policy = row.policy, .length = length}, row.reason);
  if (!outcome) return outcome.error();
  if (!*outcome) return row;
  const auto& summary = (*outcome)->summary;
  row.inferences = summary.inferences;
  row.per_hour = summary.inferences_per_hour;
  row.bound = summary.bound_inferences;
  row.deaths_in_segment = summary.deaths_in_segment;
  row.imbalance = summary.imbalance;
  return row;
}

}  // namespace

std::vector<std::string> policies_of_runs(const std::set<char>& tables) {
  if (tables.contains('A') || tables.contains('B')) return harvested::policy_names();
  return {std::string(harvested::kDefaultPolicy)};
}

Result<std::vector<RunRow>> run_places(const Subjects& subjects, const std::vector<std::string>& policies,
                                       Progress& progress) {
  std::vector<RunRow> rows;
  for (const auto& subject : subjects.all)
    for (const auto microfarads : subjects.capacitors_uf)
      for (const auto& recording : subjects.recordings) {
        const auto place = subject.at(microfarads, recording);
        for (const auto& policy : policies) {
          auto row = row_at<RunRow>(subject, microfarads);
          row.trace = place.harvest;
          row.policy = policy;
          auto ran = run_policy(std::move(row), place, recording.length);
          if (!ran) return ran.error();
          rows.push_back(*std::move(ran));
        }
        progress.done("runs of " + place.model + " on " + place.harvest);
      }
  return rows;
}

}  // namespace synergy::harvested_bench
