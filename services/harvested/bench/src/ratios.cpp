#include "synergy/harvested_bench/ratios.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace synergy::harvested_bench {
namespace {

template <class T>
void add_new(std::vector<T>& known, const T& value) {
  if (std::find(known.begin(), known.end(), value) == known.end()) known.push_back(value);
}

/// Counts of one comparison; the mean is made at the end.
struct Comparison {
  RatioRow row;
  double logs = 0;

  void add(std::uint64_t ours, std::uint64_t theirs) {
    if (ours == 0 || theirs == 0) {
      ++(ours > 0 ? row.only_ours : theirs > 0 ? row.only_theirs : row.neither);
      return;
    }
    const double ratio = double(ours) / double(theirs);
    ++row.both;
    logs += std::log(ratio);
    row.least = std::min(row.least.value_or(ratio), ratio);
    row.most = std::max(row.most.value_or(ratio), ratio);
  }
  [[nodiscard]] RatioRow made() const {
    auto done = row;
    if (row.both > 0) done.ratio = std::exp(logs / double(row.both));
    return done;
  }
};

using Counts = std::map<Place, std::uint64_t>;

/// By policy.
std::map<std::string, Counts> counts_of(const std::vector<RunRow>& runs) {
  std::map<std::string, Counts> counts;
  for (const auto& run : runs) counts[run.policy][run.place()] = run.inferences.value_or(0);
  return counts;
}

RatioRow compare(RatioRow row, const Counts& ours, const Counts& theirs) {
  Comparison comparison{std::move(row)};
  for (const auto& [place, inferences] : ours) {
    const bool counts = place.figures == comparison.row.figures &&
                        (!comparison.row.microfarads || place.microfarads == *comparison.row.microfarads);
    const auto other = theirs.find(place);
    if (counts && other != theirs.end()) comparison.add(inferences, other->second);
  }
  return comparison.made();
}

}  // namespace

std::vector<RatioRow> ratios_to(const std::string& table, const std::string& baseline,
                                const std::vector<std::string>& policies, const std::vector<RunRow>& runs) {
  auto counts = counts_of(runs);
  std::vector<std::string> figures;
  std::vector<double> capacitors;
  for (const auto& run : runs) {
    add_new(figures, run.figures);
    add_new(capacitors, run.microfarads);
  }
  std::vector<RatioRow> rows;
  for (const auto& of : figures)
    for (const auto& policy : policies) {
      if (!counts.contains(policy) || !counts.contains(baseline)) continue;
      RatioRow row;
      row.table = table;
      row.figures = of;
      row.baseline = baseline;
      row.policy = policy;
      rows.push_back(compare(row, counts[policy], counts[baseline]));
      for (const double microfarads : capacitors) {
        row.microfarads = microfarads;
        rows.push_back(compare(row, counts[policy], counts[baseline]));
      }
    }
  return rows;
}

std::vector<SizingRow> sizing_of(const std::vector<RunRow>& runs) {
  std::vector<Place> groups;  // without a capacitor
  std::map<Place, std::vector<const RunRow*>> by_group;
  for (const auto& run : runs) {
    if (run.policy != "adaptive") continue;
    auto group = run.place();
    group.microfarads = 0;
    add_new(groups, group);
    by_group[group].push_back(&run);
  }
  std::vector<SizingRow> rows;
  for (const auto& group : groups) {
    auto tried = by_group[group];
    std::sort(tried.begin(), tried.end(),
              [](const auto* a, const auto* b) { return a->microfarads < b->microfarads; });
    const auto ended = [](const RunRow* run) { return run->inferences.value_or(0); };
    const auto* best = *std::max_element(tried.begin(), tried.end(),
                                         [&](const auto* a, const auto* b) { return ended(a) < ended(b); });
    if (ended(best) == 0) continue;
    const auto* smallest = *std::find_if(tried.begin(), tried.end(), ended);
    SizingRow row;
    row.figures = group.figures;
    row.model = group.model;
    row.trace = group.trace;
    row.best_uf = best->microfarads;
    row.per_hour = best->per_hour.value_or(0);
    row.smallest_uf = smallest->microfarads;
    row.over_smallest = double(ended(best)) / double(ended(smallest));
    row.largest_uf = tried.back()->microfarads;
    if (ended(tried.back()) > 0) row.over_largest = double(ended(best)) / double(ended(tried.back()));
    rows.push_back(row);
  }
  return rows;
}

std::vector<DeadlineMean> means_of(const std::vector<DeadlineRow>& rows) {
  std::map<Place, bool> alive;
  for (const auto& row : rows) alive[row.place()] |= row.two.value_or(0) > 0;
  std::vector<DeadlineMean> means;
  for (const auto& row : rows) {
    if (!alive[row.place()]) continue;
    auto mean = std::find_if(means.begin(), means.end(), [&](const DeadlineMean& one) {
      return one.figures == row.figures && one.policy == row.policy;
    });
    if (mean == means.end()) {
      DeadlineMean first;
      first.figures = row.figures;
      first.policy = row.policy;
      mean = means.insert(means.end(), first);
    }
    ++mean->places;
    mean->half += row.half.value_or(0);
    mean->one += row.one.value_or(0);
    mean->two += row.two.value_or(0);
    mean->bound += row.bound;
  }
  for (auto& mean : means)
    for (auto* sum : {&mean.half, &mean.one, &mean.two, &mean.bound}) *sum /= double(mean.places);
  return means;
}

}  // namespace synergy::harvested_bench
