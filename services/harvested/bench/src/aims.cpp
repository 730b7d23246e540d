#include "synergy/harvested_bench/aims.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "synergy/harvested/policy.hpp"
#include "synergy/harvested_bench/ratios.hpp"

namespace synergy::harvested_bench {
namespace {

constexpr double kTimesRestartCold = 1.9, kTimesRestartColdOfKws = 4, kTimesOnce = 3, kOfOptimum = 0.8,
                 kNothingGained = 1.05;
constexpr double kSharingUf = 330, kLargeUf = 1000;
constexpr int kSmallModelsWanted = 4;
constexpr std::string_view kDefault = harvested::kDefaultPolicy;
constexpr std::string_view kSmallModels[] = {"convnet5", "kws", "simplenet", "widenet", "ressimplenet"};

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

/// What a figure lacks; nothing where it is enough.
std::string lacking(double reached, double wanted) {
  return reached >= wanted ? std::string() : ", " + number(wanted - reached) + " too little";
}

AimRow aim_row(const std::string& table, const std::string& figures, const std::string& aim,
               const std::string& reached, bool met) {
  AimRow row;
  row.table = table;
  row.figures = figures;
  row.aim = aim;
  row.reached = reached;
  row.met = met;
  return row;
}

void add_beside_restart_cold(const std::vector<RatioRow>& ratios, double wanted, const std::string& aim,
                             std::vector<AimRow>& aims) {
  for (const auto& ratio : ratios) {
    if (ratio.table != "A" || ratio.baseline != "restart-cold" || ratio.policy != kDefault ||
        ratio.microfarads || !ratio.ratio)
      continue;
    aims.push_back(aim_row("A", ratio.figures, aim,
                           number(*ratio.ratio) + " times in " + std::to_string(ratio.both) + " places (" +
                               number(*ratio.least) + " to " + number(*ratio.most) + ")" +
                               lacking(*ratio.ratio, wanted),
                           *ratio.ratio >= wanted));
  }
}

std::vector<RatioRow> ratios_of_kws(const std::vector<RunRow>& runs) {
  std::vector<RunRow> of_kws;
  std::copy_if(runs.begin(), runs.end(), std::back_inserter(of_kws),
               [](const RunRow& run) { return run.model == "kws" && run.microfarads == kLargeUf; });
  return ratios_to("A", "restart-cold", {std::string(kDefault)}, of_kws);
}

/// How many places, and in how many of them the default policy ends an inference.
struct Ends {
  std::uint64_t places = 0, ours = 0;

  void add(bool ends) {
    ++places;
    ours += ends;
  }
  [[nodiscard]] std::string text() const {
    return "in " + std::to_string(ours) + " of " + std::to_string(places) + " places";
  }
};

struct Progressing {
  Ends where_cold_ends_none, where_cold_ends;  ///< places where some policy ends an inference
  std::uint64_t deaths = 0;
  bool all_policies = false;
};

/// By figures.
std::map<std::string, Progressing> progress_in(const std::vector<RunRow>& runs) {
  struct Who {
    bool some = false, ours = false, cold = false;
  };
  std::map<Place, Who> places;
  std::map<std::string, Progressing> found;
  for (const auto& run : runs) {
    auto& who = places[run.place()];
    const bool ends = run.inferences.value_or(0) > 0;
    who.some |= ends;
    who.ours |= ends && run.policy == kDefault;
    who.cold |= ends && run.policy == "restart-cold";
    auto& of = found[run.figures];
    if (harvested::is_safe(run.policy)) of.deaths += run.deaths_in_segment;
    of.all_policies |= run.policy != kDefault;
  }
  for (const auto& [place, who] : places) {
    if (!who.some) continue;
    auto& of = found[place.figures];
    (who.cold ? of.where_cold_ends : of.where_cold_ends_none).add(who.ours);
  }
  return found;
}

void add_progress(const BenchReport& report, std::vector<AimRow>& aims) {
  for (const auto& [figures, of] : progress_in(report.runs)) {
    if (!of.all_policies) continue;
    const auto add = [&, &name = figures](const std::string& aim, const Ends& ends) {
      if (ends.places > 0) aims.push_back(aim_row("A", name, aim, ends.text(), ends.ours == ends.places));
    };
    add("adaptive ends inferences where restart-cold ends none and some policy does",
        of.where_cold_ends_none);
    add("adaptive ends inferences wherever restart-cold does", of.where_cold_ends);
    aims.push_back(aim_row("A", figures, "policies that promise it never die at work",
                           std::to_string(of.deaths) + " deaths", of.deaths == 0));
  }
}

void add_sharing(const BenchReport& report, std::vector<AimRow>& aims) {
  std::map<std::string, std::map<std::string, double>> times;  // by figures and model
  for (const auto& row : report.sharing)
    if (row.microfarads == kSharingUf &&
        std::find(std::begin(kSmallModels), std::end(kSmallModels), row.model) != std::end(kSmallModels))
      times[row.figures][row.model] = row.batch_times.value_or(0);
  for (const auto& [figures, by_model] : times) {
    if (by_model.size() < std::size(kSmallModels)) continue;
    int enough = 0;
    std::string reached;
    for (const auto& [model, ratio] : by_model) {
      enough += ratio >= kTimesOnce;
      reached += (reached.empty() ? "" : ", ") + model + " " + (ratio > 0 ? number(ratio) : "not at all");
    }
    aims.push_back(aim_row("E", figures, "once / batch at 330 uF is 3 for 4 of 5 small models",
                           std::to_string(enough) + " of 5: " + reached, enough >= kSmallModelsWanted));
  }
}

void add_distances(const BenchReport& report, std::vector<AimRow>& aims) {
  std::map<std::string, std::pair<double, std::string>> worst;  // by figures
  std::map<std::string, std::uint64_t> places, below;
  for (const auto& row : report.distances) {
    if (row.policy != kDefault) continue;
    ++places[row.figures];
    const double share = row.of_optimum.value_or(0);
    below[row.figures] += share < kOfOptimum;
    const auto at = row.model + ", " + std::to_string(int(row.microfarads)) + " uF, " + row.trace;
    const auto known = worst.find(row.figures);
    if (known == worst.end() || share < known->second.first) worst[row.figures] = {share, at};
  }
  for (const auto& [figures, least] : worst)
    aims.push_back(aim_row("J", figures, "adaptive has 0.8 of the optimum's pace everywhere",
                           number(least.first) + " at least (" + least.second + ")" +
                               lacking(least.first, kOfOptimum) + "; below in " +
                               std::to_string(below[figures]) + " of " + std::to_string(places[figures]) +
                               " places",
                           least.first >= kOfOptimum));
}

}  // namespace

std::vector<AimRow> aims_of(const BenchReport& report) {
  std::vector<AimRow> aims;
  add_beside_restart_cold(report.ratios, kTimesRestartCold, "adaptive ends 1.9 times what restart-cold does",
                          aims);
  add_beside_restart_cold(ratios_of_kws(report.runs), kTimesRestartColdOfKws,
                          "adaptive ends 4 times what restart-cold does: kws, 1000 uF", aims);
  add_progress(report, aims);
  add_sharing(report, aims);
  add_distances(report, aims);
  return aims;
}

std::vector<std::string> where_segments_gain_nothing(const std::vector<RatioRow>& ratios) {
  std::vector<std::string> sentences;
  std::string figures;
  for (const auto& row : ratios) {
    if (row.baseline != "restart" || row.policy != "once" || !row.microfarads || !row.ratio ||
        *row.ratio >= kNothingGained)
      continue;
    const auto at = std::to_string(int(*row.microfarads)) + " uF (" + number(*row.ratio) + " times, " +
                    std::to_string(row.only_ours) + " places more)";
    if (row.figures == figures)
      sentences.back() += ", " + at;
    else
      sentences.push_back(row.figures +
                          " figures: where `restart` ends inferences, segments alone (once) gain " +
                          "nothing over it at " + at);
    figures = row.figures;
  }
  return sentences;
}

}  // namespace synergy::harvested_bench
