#include "synergy/harvested_offline/virtual_run.hpp"

#include <algorithm>
#include <utility>

#include "synergy/harvested/deadlines.hpp"

namespace synergy::harvested_offline {
namespace {

using harvested::RunReport;
using harvested::RunSettings;

double milliseconds(Duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

Status check(const RunAsked& asked, bool bytes) {
  if (asked.length <= Duration::zero() || asked.length > kLongestRun)
    return Error{ErrorCode::kInvalid, "a run is longer than 0 and at most a day"};
  if (bytes && asked.length > kLongestRunOfBytes)
    return Error{ErrorCode::kInvalid, "a run with real bytes keeps all results: an hour at most"};
  if (asked.deadline && !asked.inputs.every)
    return Error{ErrorCode::kInvalid,
                 "a deadline is counted from the coming of an input: say how often one comes, every=1s"};
  if (asked.inputs.every && asked.length / *asked.inputs.every >= Duration::rep(Inputs::kMost))
    return Error{ErrorCode::kInvalid, "more than " + std::to_string(Inputs::kMost) +
                                          " inputs would come: let fewer come, or make the run shorter"};
  return {};
}

RunSettings settings_of(const RunAsked& asked) {
  RunSettings settings;
  settings.length = asked.length;
  settings.into_trace = asked.into_trace;
  settings.volts = asked.volts;
  settings.most_inferences = asked.inputs.count;
  if (asked.inputs.every) settings.arrivals = harvested::every(*asked.inputs.every, asked.length);
  return settings;
}

/// No progress is an error here: there is nothing else to tell.
Result<RunReport> run_with(const Case& given, const std::string& policy, const RunSettings& settings,
                           harvested::Network* network) {
  const auto made = make_policy(policy, given.chain, given.figures);
  if (!made) return made.error();
  auto report = run(given.chain, given.figures, given.trace, **made, settings, network);
  if (report && !report->no_progress.empty()) return Error{ErrorCode::kNoFit, report->no_progress};
  return report;
}

void add_bound(const Case& given, const RunAsked& asked, RunSummary& summary, Duration time) {
  const auto bound = bound_of(given, {.policy = asked.policy,
                                      .length = time,
                                      .into_trace = asked.into_trace,
                                      .volts = asked.volts,
                                      .inputs = summary.inputs.value_or(0)});
  summary.bound_inferences = bound.inferences;
  summary.bound_by = bound.kind;
  summary.bound_uj_per_inference = bound.uj_per_inference;
  summary.share_of_bound = bound.inferences > 0 ? double(summary.inferences) / bound.inferences : 0;
}

}  // namespace

Result<Outcome> virtual_run(const Case& given, const RunAsked& asked, RealBytes* bytes) {
  if (auto status = check(asked, bytes != nullptr); !status) return status.error();
  auto settings = settings_of(asked);
  if (bytes != nullptr) settings.input = [bytes](std::uint64_t number) { return bytes->input(number); };
  auto report = run_with(given, asked.policy, settings, bytes != nullptr ? &bytes->network() : nullptr);
  if (!report) return report.error();
  auto summary = summary_of(*report);
  summary.model = given.model;
  summary.device = given.device;
  summary.harvest = given.harvest;
  summary.policy = asked.policy;
  summary.capacitance_uf = given.figures.store.capacitor.capacitance_uf;
  if (settings.arrivals) summary.inputs = settings.arrivals->size();
  if (asked.deadline) {
    summary.deadline_ms = milliseconds(*asked.deadline);
    summary.share_within_deadline =
        harvested::share_within(measured_latencies(*report, *settings.arrivals), *asked.deadline);
  }
  if (bytes != nullptr) {
    summary.results_compared = report->results.size();
    summary.results_wrong = bytes->wrong(report->results);
  }
  add_bound(given, asked, summary, report->end.time_since_epoch());
  return Outcome{std::move(summary), *std::move(report)};
}

Result<Course> course_of(const Case& given, const RunAsked& asked, const RunReport& report,
                         std::size_t most_columns) {
  const auto length = report.end.time_since_epoch();
  CourseMaker maker(length, most_columns);
  auto settings = settings_of(asked);
  settings.point = [&](const harvested::RunPoint& point) { maker.add(point); };
  settings.point_every = std::max(Duration(1), length / Duration::rep(most_columns));
  const auto again = run_with(given, asked.policy, settings, nullptr);
  if (!again) return again.error();
  return std::move(maker).finish(report, given.trace, asked.into_trace);
}

}  // namespace synergy::harvested_offline
