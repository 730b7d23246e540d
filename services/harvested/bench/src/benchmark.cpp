#include "synergy/harvested_bench/benchmark.hpp"

#include <algorithm>

#include "synergy/harvested_bench/aims.hpp"
#include "synergy/harvested_bench/ratios.hpp"
#include "tables.hpp"

namespace synergy::harvested_bench {
namespace {

class Bench {
 public:
  Bench(const BenchSettings& settings, const Subjects& subjects)
      : settings_(settings), subjects_(subjects), progress_(settings) {
    if (runs()) progress_.expect(subjects.places());
    if (asked('E')) progress_.expect(steps_of_sharing(subjects));
    if (asked('F')) progress_.expect(subjects.places());
    if (asked('I')) progress_.expect(steps_of_fidelity(subjects));
    if (asked('J')) progress_.expect(steps_of_distances(subjects));
  }

  Status make(BenchReport& report) {
    if (runs())
      if (auto status =
              keep(run_places(subjects_, policies_of_runs(settings_.tables), progress_), report.runs);
          !status)
        return status;
    add_ratios(report);
    if (asked('D')) {
      if (auto status = keep(smallest_capacitors(subjects_), report.smallest); !status) return status;
      report.sizing = sizing_of(report.runs);
    }
    if (asked('E'))
      if (auto status = keep(share_weights(subjects_, progress_), report.sharing); !status) return status;
    if (asked('F')) {
      if (auto status = keep(meet_deadlines(subjects_, progress_), report.deadlines); !status) return status;
      report.deadline_means = means_of(report.deadlines);
    }
    if (asked('I'))
      if (auto status = keep(compare_two_ways(subjects_, report.runs, progress_), report.fidelity); !status)
        return status;
    if (asked('J'))
      if (auto status = keep(measure_distances(subjects_, progress_), report.distances); !status)
        return status;
    add_notes(report);
    report.aims = aims_of(report);
    return {};
  }

 private:
  [[nodiscard]] bool asked(char table) const { return settings_.tables.contains(table); }
  [[nodiscard]] bool runs() const { return asked('A') || asked('B') || asked('D') || asked('I'); }

  template <class Row>
  static Status keep(Result<std::vector<Row>> made, std::vector<Row>& rows) {
    if (!made) return made.error();
    rows = std::move(*made);
    return {};
  }

  void add_ratios(BenchReport& report) const {
    const auto add = [&](const std::string& table, const std::string& baseline,
                         const std::vector<std::string>& policies) {
      for (auto& row : ratios_to(table, baseline, policies, report.runs)) report.ratios.push_back(row);
    };
    const std::vector<std::string> fine{"jit",      "urgent", "urgent-early", "once",
                                        "sequence", "batch",  "adaptive"};
    if (asked('A')) add("A", "restart-cold", fine);
    if (asked('A')) add("A", "restart", fine);
    if (asked('B')) add("B", "layer", {"once", "sequence", "batch", "adaptive"});
  }

  void add_notes(BenchReport& report) const {
    for (auto& sentence : where_segments_gain_nothing(report.ratios))
      report.notes.push_back(std::move(sentence));
    const auto largest = *std::max_element(subjects_.capacitors_uf.begin(), subjects_.capacitors_uf.end());
    if (asked('J') && largest > kLargestForOptimumUf)
      report.notes.push_back("table J goes up to " + std::to_string(int(kLargestForOptimumUf)) +
                             " uF: in a larger capacitor the optimum takes minutes for each place");
    if (asked('I'))
      report.notes.emplace_back("table I does not compare with a live device: none lives on a harvest yet");
  }

  const BenchSettings& settings_;
  const Subjects& subjects_;
  Progress progress_;
};

}  // namespace

BenchSettings quick_settings() {
  BenchSettings settings;
  settings.models = {"convnet5", "kws"};
  settings.capacitors_uf = {150, 330};
  settings.traces = {"office-wall-1", "wrist-office-1"};
  settings.longest = std::chrono::minutes(5);
  return settings;
}

Result<BenchReport> run_benchmark(const BenchSettings& settings) {
  const auto subjects = read_subjects(settings);
  if (!subjects) return subjects.error();
  BenchReport report;
  if (auto status = Bench(settings, *subjects).make(report); !status) return status.error();
  return report;
}

}  // namespace synergy::harvested_bench
