// Table I: results beside a second way to them, under the default figures.
//
// "Virtual against live" is not here: no live device lives on a harvest yet.
#include <algorithm>
#include <cmath>

#include "synergy/harvested/deadlines.hpp"
#include "synergy/harvested_bench/stepped_store.hpp"
#include "tables.hpp"

namespace synergy::harvested_bench {
namespace {

constexpr Duration kStepped = std::chrono::seconds(2);
constexpr Duration kPeriod = std::chrono::seconds(2);

FidelityRow row_of(const std::string& what, const std::string& where, std::uint64_t compared, double worst,
                   const std::string& unit) {
  FidelityRow row;
  row.what = what;
  row.place = where;
  row.compared = compared;
  row.worst = worst;
  row.unit = unit;
  return row;
}

/// From the wake threshold, the load that of a model that computes without end.
void compare_steps(const harvested_offline::Case& place, std::vector<FidelityRow>& rows) {
  const auto& store = place.figures.store;
  const auto load = harvested::load_of(store, place.chain.range(0, 1).steps.infer);
  const auto found = compare_with_steps(store, place.trace, store.thresholds.on_v, load, kStepped);
  rows.push_back(row_of("kinds of events: closed form, steps of 1 us", place.harvest, found.events,
                        found.same_events ? 0 : 1, "that differ"));
  rows.push_back(row_of("time of events: closed form, steps of 1 us", place.harvest, found.events,
                        found.worst_us, "us"));
  rows.push_back(row_of("charge after 2 s: closed form, steps of 1 us", place.harvest, 1, found.worst_share,
                        "of the full store"));
}

struct Shares {
  std::uint64_t inputs = 0;
  double worst_ns = 0, worst_share = 0;
};

/// Of `once`: a scan computes what a run measures.
Status compare_shares(const harvested_offline::Case& place, Duration length, Shares& shares) {
  harvested_offline::RunAsked asked{.policy = "once", .length = length};
  asked.inputs.every = kPeriod;
  std::string reason;
  const auto outcome = run_at(place, asked, reason);
  if (!outcome) return outcome.error();
  if (!*outcome) return {};
  const auto arrivals = harvested::every(kPeriod, length);
  const auto computed = harvested::computed_latencies(
      place.chain, place.figures, place.trace,
      {.length = length, .volts = place.figures.store.thresholds.off_v}, arrivals);
  if (!computed) return computed.error();
  const auto measured = harvested::measured_latencies((*outcome)->report, arrivals);
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const auto &a = measured[i], &b = (*computed)[i];
    double apart = a && b ? double(std::abs((*a - *b).count())) : 0;
    if (a.has_value() != b.has_value()) apart = double(length.count());
    shares.worst_ns = std::max(shares.worst_ns, apart);
  }
  shares.inputs += measured.size();
  for (const auto deadline : {kPeriod / 2, kPeriod, 5 * kPeriod})
    shares.worst_share = std::max(shares.worst_share, std::abs(harvested::share_within(measured, deadline) -
                                                               harvested::share_within(*computed, deadline)));
  return {};
}

/// Of every run that was made for other tables.
FidelityRow balance_of(const std::vector<RunRow>& runs) {
  std::uint64_t compared = 0;
  double worst = 0;
  for (const auto& run : runs) {
    if (!run.imbalance) continue;
    ++compared;
    worst = std::max(worst, *run.imbalance);
  }
  return row_of("energy: harvested, and where it went", "all runs", compared, worst, "of the sum");
}

std::vector<const Subject*> default_subjects(const Subjects& subjects) {
  std::vector<const Subject*> found;
  for (const auto& subject : subjects.all)
    if (subject.figures == "default") found.push_back(&subject);
  return found;
}

}  // namespace

std::size_t steps_of_fidelity(const Subjects& subjects) {
  return subjects.recordings.size() * (1 + default_subjects(subjects).size());
}

Result<std::vector<FidelityRow>> compare_two_ways(const Subjects& subjects, const std::vector<RunRow>& runs,
                                                  Progress& progress) {
  const auto of = default_subjects(subjects);
  std::vector<FidelityRow> rows;
  for (const auto& recording : subjects.recordings) {
    compare_steps(of.front()->at(subjects.capacitors_uf.front(), recording), rows);
    progress.done("steps on " + recording.harvest.name);
  }
  Shares shares;
  for (const auto* subject : of)
    for (const auto& recording : subjects.recordings) {
      for (const auto microfarads : subjects.capacitors_uf)
        if (auto status = compare_shares(subject->at(microfarads, recording), recording.length, shares);
            !status)
          return status.error();
      progress.done("two ways to " + subject->model() + " on " + recording.harvest.name);
    }
  rows.push_back(balance_of(runs));
  const std::string all = "all places, default figures";
  rows.push_back(row_of("latency of `once`: scan, run", all, shares.inputs, shares.worst_ns, "ns"));
  rows.push_back(
      row_of("share in time of `once`: scan, run", all, shares.inputs, shares.worst_share, "share"));
  return rows;
}

}  // namespace synergy::harvested_bench
