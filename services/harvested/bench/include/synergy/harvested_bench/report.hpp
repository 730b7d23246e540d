// What the benchmark of inference on harvested power found, table by table (benchmark.hpp says what each
// compares). Rows that could not be: their figures have no value, and `reason` says why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "synergy/schemas/fields.hpp"

namespace synergy::harvested_bench {

/// Where a row was measured or computed.
struct Place {
  std::string figures, model;
  double microfarads = 0;
  std::string trace;
  auto operator<=>(const Place&) const = default;
};

/// Tables A, B and D: a policy on a harvest.
struct RunRow {
  std::string figures, model;
  double microfarads = 0;
  std::string trace, policy;
  std::optional<std::uint64_t> inferences;
  std::optional<double> per_hour, bound;
  std::uint64_t deaths_in_segment = 0;
  std::optional<double> imbalance;
  std::string reason;

  [[nodiscard]] Place place() const { return {figures, model, microfarads, trace}; }
  static void fields(auto& f) {
    using R = RunRow;
    f.required("figures", &R::figures, "low, default or high");
    f.required("model", &R::model, "what is computed");
    f.required("microfarads", &R::microfarads, "capacitor");
    f.required("trace", &R::trace, "harvest");
    f.required("policy", &R::policy, "what decides");
    f.required("inferences", &R::inferences, "that ended; null: none would ever end");
    f.required("per_hour", &R::per_hour, "the same, per hour; null as above");
    f.required("bound", &R::bound, "inferences: no policy of its kind ends more; null as above");
    f.required("deaths_in_segment", &R::deaths_in_segment, "losses of power at work");
    f.required("imbalance", &R::imbalance, "of the energy books, as a share; null as above");
    f.required("reason", &R::reason, "why no inference would ever end");
  }
};

/// Tables A and B: a policy beside a baseline, over all places of some figures.
struct RatioRow {
  std::string table, figures, baseline, policy;
  std::optional<double> microfarads;
  std::uint64_t both = 0, only_ours = 0, only_theirs = 0, neither = 0;
  std::optional<double> ratio, least, most;

  static void fields(auto& f) {
    using R = RatioRow;
    f.required("table", &R::table, "A: coarse against fine; B: layer by layer against exact segments");
    f.required("figures", &R::figures, "low, default or high");
    f.required("baseline", &R::baseline, "compared with");
    f.required("policy", &R::policy, "ours");
    f.required("microfarads", &R::microfarads, "of places with this capacitor; null: with any");
    f.required("both", &R::both, "places where both end an inference: those of the ratio");
    f.required("only_ours", &R::only_ours, "where the baseline ends none");
    f.required("only_theirs", &R::only_theirs, "where the policy ends none");
    f.required("neither", &R::neither, "where none ends");
    f.required("ratio", &R::ratio, "geometric mean of ours / theirs; null: no place");
    f.required("least", &R::least, "of these ratios; null: no place");
    f.required("most", &R::most, "of these ratios; null: no place");
  }
};

/// Table D: the smallest capacitors of a model.
struct SmallestRow {
  std::string figures, model;
  std::optional<double> need_uj;
  std::string hardest;
  std::optional<double> smallest_uf, whole_uf, pieces_uf;
  std::string reason;

  static void fields(auto& f) {
    using R = SmallestRow;
    f.required("figures", &R::figures, "low, default or high");
    f.required("model", &R::model, "what is computed");
    f.required("need_uj", &R::need_uj,
               "that the dearest power cycle takes at the least; null: there is none");
    f.required("hardest", &R::hardest, "the layers that need it");
    f.required("smallest_uf", &R::smallest_uf,
               "smallest capacitor with which an inference ends; null: there is none");
    f.required("whole_uf", &R::whole_uf, "for a whole inference in a power cycle; null: it does not fit");
    f.required("pieces_uf", &R::pieces_uf,
               "for each piece between clean cuts in one of its own; null: one does not fit");
    f.required("reason", &R::reason, "why there is none");
  }
};

/// Table D: what the capacitor is worth on a harvest, of those that were tried.
struct SizingRow {
  std::string figures, model, trace;
  double best_uf = 0, per_hour = 0;
  double smallest_uf = 0, over_smallest = 0, largest_uf = 0;
  std::optional<double> over_largest;

  static void fields(auto& f) {
    using R = SizingRow;
    f.required("figures", &R::figures, "low, default or high");
    f.required("model", &R::model, "what is computed");
    f.required("trace", &R::trace, "harvest");
    f.required("best_uf", &R::best_uf, "capacitor with the most inferences, by `adaptive`");
    f.required("per_hour", &R::per_hour, "inferences with it");
    f.required("smallest_uf", &R::smallest_uf, "the smallest that was tried with which one ends");
    f.required("over_smallest", &R::over_smallest, "best / that one");
    f.required("largest_uf", &R::largest_uf, "the largest that was tried");
    f.required("over_largest", &R::over_largest, "best / that one; null: with that one none ends");
  }
};

/// Table E: energy of an inference in the long run, from a plan, and the least of any plan of its class.
struct SharingRow {
  std::string figures, model;
  double microfarads = 0;
  std::optional<double> once_uj, sequence_uj, batch_uj, bound_uj;
  std::optional<double> sequence_times, batch_times;
  std::optional<double> once_latency_s, batch_latency_s;
  std::optional<std::uint64_t> batch_inputs, queue_bytes;
  std::string reason;

  static void fields(auto& f) {
    using R = SharingRow;
    f.required("figures", &R::figures, "low, default or high");
    f.required("model", &R::model, "what is computed");
    f.required("microfarads", &R::microfarads, "capacitor");
    f.required("once_uj", &R::once_uj, "one input for each load of weights");
    f.required("sequence_uj", &R::sequence_uj, "inferences in a row share weights");
    f.required("batch_uj", &R::batch_uj, "segments with several inputs, their queues in the FRAM");
    f.required("bound_uj", &R::bound_uj, "no plan whose weights go with power takes less (linear program)");
    f.required("sequence_times", &R::sequence_times, "once / sequence");
    f.required("batch_times", &R::batch_times, "once / batch");
    f.required("once_latency_s", &R::once_latency_s, "of an input, at a steady net harvest of 0.1 mW");
    f.required("batch_latency_s", &R::batch_latency_s, "the same, of a batch");
    f.required("batch_inputs", &R::batch_inputs, "most inputs that a segment takes at once");
    f.required("queue_bytes", &R::queue_bytes, "of FRAM that its queues take");
    f.required("reason", &R::reason, "why a plan is missing");
  }
};

/// Table F: which share of inputs is done in time.
struct DeadlineRow {
  std::string figures, model;
  double microfarads = 0;
  std::string trace, policy;
  double period_s = 0;
  std::uint64_t inputs = 0;
  std::optional<double> half, one, two;
  double bound = 0;
  std::string reason;

  [[nodiscard]] Place place() const { return {figures, model, microfarads, trace}; }
  static void fields(auto& f) {
    using R = DeadlineRow;
    f.required("figures", &R::figures, "low, default or high");
    f.required("model", &R::model, "what is computed");
    f.required("microfarads", &R::microfarads, "capacitor");
    f.required("trace", &R::trace, "harvest");
    f.required("policy", &R::policy, "what decides");
    f.required("period_s", &R::period_s, "from one input to the next");
    f.required("inputs", &R::inputs, "that came");
    f.required("half", &R::half, "share done within half a period; null: none would ever end");
    f.required("one", &R::one, "within a period");
    f.required("two", &R::two, "within two");
    f.required("bound", &R::bound, "share that the harvest suffices for, whatever the policy");
    f.required("reason", &R::reason, "why none would ever end");
  }
};

/// Table F: the mean over all places where some policy ends an inference; who never ends one has 0.
struct DeadlineMean {
  std::string figures, policy;
  std::uint64_t places = 0;
  double half = 0, one = 0, two = 0, bound = 0;

  static void fields(auto& f) {
    using R = DeadlineMean;
    f.required("figures", &R::figures, "low, default or high");
    f.required("policy", &R::policy, "what decides");
    f.required("places", &R::places, "models, capacitors and harvests where some policy ends an inference");
    f.required("half", &R::half, "mean share done within half a period");
    f.required("one", &R::one, "within a period");
    f.required("two", &R::two, "within two");
    f.required("bound", &R::bound, "mean of the bounds");
  }
};

/// Table I: how far a result is from a second way to it.
struct FidelityRow {
  std::string what, place;
  std::uint64_t compared = 0;
  double worst = 0;
  std::string unit;

  static void fields(auto& f) {
    using R = FidelityRow;
    f.required("what", &R::what, "the two that are compared");
    f.required("place", &R::place, "where");
    f.required("compared", &R::compared, "how many values");
    f.required("worst", &R::worst, "largest difference");
    f.required("unit", &R::unit, "of it");
  }
};

/// Table J: beside one who knows the harvest, and beside what the energy allows.
struct DistanceRow {
  std::string figures, model;
  double microfarads = 0;
  std::string trace, policy;
  std::uint64_t inferences = 0;
  double optimum_s = 0;
  std::optional<double> took_s, of_optimum, of_bound;

  static void fields(auto& f) {
    using R = DistanceRow;
    f.required("figures", &R::figures, "low, default or high");
    f.required("model", &R::model, "what is computed");
    f.required("microfarads", &R::microfarads, "capacitor");
    f.required("trace", &R::trace, "harvest");
    f.required("policy", &R::policy, "what decides");
    f.required("inferences", &R::inferences, "that are to end");
    f.required("optimum_s", &R::optimum_s,
               "least time of one who knows the harvest and dies between power cycles");
    f.required("took_s", &R::took_s,
               "by the policy; null: not in ten times as long as a run, or none would ever end");
    f.required("of_optimum", &R::of_optimum, "optimum / took: above 1 where it does what that one can not");
    f.required("of_bound", &R::of_bound,
               "inferences / those of the bound in the time it took: no policy of its kind has more");
  }
};

/// What was hoped for before anything was measured, and what came of it.
struct AimRow {
  std::string table, figures, aim, reached;
  bool met = false;

  static void fields(auto& f) {
    using R = AimRow;
    f.required("table", &R::table, "A, E or J");
    f.required("figures", &R::figures, "low, default or high");
    f.required("aim", &R::aim, "what was hoped for");
    f.required("reached", &R::reached, "what was measured");
    f.required("met", &R::met, "whether that is enough");
  }
};

struct BenchReport {
  std::vector<RatioRow> ratios;
  std::vector<RunRow> runs;
  std::vector<SmallestRow> smallest;
  std::vector<SizingRow> sizing;
  std::vector<SharingRow> sharing;
  std::vector<DeadlineRow> deadlines;
  std::vector<DeadlineMean> deadline_means;
  std::vector<FidelityRow> fidelity;
  std::vector<DistanceRow> distances;
  std::vector<AimRow> aims;
  std::vector<std::string> notes;  ///< what was left out

  static void fields(auto& f) {
    using R = BenchReport;
    f.required("ratios", &R::ratios, "tables A and B: policies beside baselines");
    f.required("runs", &R::runs, "tables A, B and D: each policy at each place");
    f.required("smallest", &R::smallest, "table D: smallest capacitors");
    f.required("sizing", &R::sizing, "table D: the best capacitor of each harvest");
    f.required("sharing", &R::sharing, "table E: weights shared");
    f.required("deadlines", &R::deadlines, "table F: inputs done in time, at each place");
    f.required("deadline_means", &R::deadline_means, "table F: means");
    f.required("fidelity", &R::fidelity, "table I: two ways to one result");
    f.required("distances", &R::distances, "table J: beside one who knows the harvest");
    f.required("aims", &R::aims, "what was hoped for");
    f.required("notes", &R::notes, "what was left out");
  }
};

/// Rows of one kind, as a document of their own: a CSV file has one kind.
template <class Row>
struct Rows {
  std::vector<Row> rows;
  static void fields(auto& f) { f.required("rows", &Rows::rows, "all of them"); }
};

}  // namespace synergy::harvested_bench

// The field lists are instantiated once, in src/.
namespace synergy::schemas {
extern template const StructInfo& describe<harvested_bench::BenchReport>();
extern template const StructInfo& describe<harvested_bench::Rows<harvested_bench::RatioRow>>();
extern template const StructInfo& describe<harvested_bench::Rows<harvested_bench::RunRow>>();
extern template const StructInfo& describe<harvested_bench::Rows<harvested_bench::SmallestRow>>();
extern template const StructInfo& describe<harvested_bench::Rows<harvested_bench::SizingRow>>();
extern template const StructInfo& describe<harvested_bench::Rows<harvested_bench::SharingRow>>();
extern template const StructInfo& describe<harvested_bench::Rows<harvested_bench::DeadlineRow>>();
extern template const StructInfo& describe<harvested_bench::Rows<harvested_bench::FidelityRow>>();
extern template const StructInfo& describe<harvested_bench::Rows<harvested_bench::DistanceRow>>();
}  // namespace synergy::schemas
