// Table F: inputs done in time.
//
// Inputs come once in a period in which the mean of the harvest is worth one and a half inferences from a
// cold start. None is dropped, and all wait alike: first come, first served is also earliest deadline first.
#include <algorithm>
#include <cmath>

#include "synergy/harvested/deadlines.hpp"
#include "tables.hpp"

namespace synergy::harvested_bench {
namespace {

constexpr double kInferencesPerPeriod = 1.5;

/// In one go where the accelerator holds the model; else piece by piece.
double cold_uj(const harvested_offline::Chain& chain) {
  const intermittent::Segment whole{0, chain.pieces()};
  if (chain.range(whole.from, whole.to).possible())
    return intermittent::microjoules(chain.cost(whole).energy);
  intermittent::Picojoules sum = 0;
  for (std::uint32_t i = 0; i < chain.pieces(); ++i) sum += chain.cost({i, i + 1}).energy;
  return intermittent::microjoules(sum);
}

/// Whole milliseconds; nothing where there is no harvest, or no two inputs in the run.
std::optional<Duration> period_of(const harvested_offline::Case& place, Duration length) {
  const auto& converter = place.figures.store.converter;
  const double uw = harvested_offline::stored_uj(converter, place.trace, {}, length) / seconds(length) *
                    converter.output_efficiency;
  if (uw <= 0) return std::nullopt;
  const double ms = std::ceil(1000 * kInferencesPerPeriod * cold_uj(place.chain) / uw);
  if (ms > 500 * seconds(length)) return std::nullopt;
  return Duration(std::chrono::milliseconds(std::int64_t(ms)));
}

Result<DeadlineRow> serve(DeadlineRow row, const harvested_offline::Case& place, Duration length,
                          Duration period) {
  harvested_offline::RunAsked asked{.policy = row.policy, .length = length};
  asked.inputs.every = period;
  const auto outcome = run_at(place, std::move(asked), row.reason);
  if (!outcome) return outcome.error();
  if (!*outcome) return row;
  const auto latencies = harvested::measured_latencies((*outcome)->report, harvested::every(period, length));
  row.half = harvested::share_within(latencies, period / 2);
  row.one = harvested::share_within(latencies, period);
  row.two = harvested::share_within(latencies, 2 * period);
  return row;
}

Status serve_place(const Subject& subject, double microfarads, const Recording& recording,
                   std::vector<DeadlineRow>& rows) {
  const auto place = subject.at(microfarads, recording);
  const auto period = period_of(place, recording.length);
  if (!period) return {};
  const auto inputs = harvested::every(*period, recording.length).size();
  const auto bound = bound_of(place, {.policy = harvested::kDefaultPolicy,
                                      .length = recording.length,
                                      .into_trace = {},
                                      .volts = place.figures.store.thresholds.off_v,
                                      .inputs = inputs});
  for (const auto& policy : harvested::policy_names()) {
    auto row = row_at<DeadlineRow>(subject, microfarads);
    row.trace = place.harvest;
    row.policy = policy;
    row.period_s = seconds(*period);
    row.inputs = inputs;
    row.bound = bound.inferences / double(inputs);
    auto served = serve(std::move(row), place, recording.length, *period);
    if (!served) return served.error();
    rows.push_back(*std::move(served));
  }
  return {};
}

}  // namespace

Result<std::vector<DeadlineRow>> meet_deadlines(const Subjects& subjects, Progress& progress) {
  std::vector<DeadlineRow> rows;
  for (const auto& subject : subjects.all)
    for (const auto microfarads : subjects.capacitors_uf)
      for (const auto& recording : subjects.recordings) {
        if (auto status = serve_place(subject, microfarads, recording, rows); !status) return status.error();
        progress.done("deadlines of " + subject.model() + " on " + recording.harvest.name);
      }
  return rows;
}

}  // namespace synergy::harvested_bench
