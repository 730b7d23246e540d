// What the tables go through: recordings of a harvest, and models on the device with the figures that nobody
// has measured taken low, at a default and high.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synergy/harvested_bench/benchmark.hpp"
#include "synergy/harvested_offline/virtual_run.hpp"

namespace synergy::harvested_bench {

struct Figures {
  std::string_view name;
  double retained_mw, boot_ms;
};
/// See benchmark.hpp.
inline constexpr Figures kFigures[] = {{"low", 0.15, 2.5}, {"default", 0.25, 10}, {"high", 0.5, 70}};

struct Recording {
  schemas::HarvestRecording harvest;
  Duration length;  ///< of runs on it
};

/// A model on the device under some figures.
struct Subject {
  std::string figures;
  intermittent_offline::Case planned;

  [[nodiscard]] std::string model() const { return planned.model.program.model.text(); }
  /// With that capacitor, on that harvest. The recording has no fault.
  [[nodiscard]] harvested_offline::Case at(double microfarads, const Recording& recording) const;
};

struct Subjects {
  std::vector<Recording> recordings;
  std::vector<Subject> all;  ///< by figures, then by model
  std::vector<double> capacitors_uf;

  [[nodiscard]] std::size_t places() const { return all.size() * capacitors_uf.size() * recordings.size(); }
};

/// Fails as run_benchmark().
[[nodiscard]] Result<Subjects> read_subjects(const BenchSettings& settings);

/// A run of a policy there, from the charge at which the device has just lost power; what virtual_run() makes
/// of it. Nothing where no inference would ever end: `reason` says why.
[[nodiscard]] Result<std::optional<harvested_offline::Outcome>> run_at(const harvested_offline::Case& place,
                                                                       harvested_offline::RunAsked asked,
                                                                       std::string& reason);

/// Tells how far the benchmark has come.
class Progress {
 public:
  explicit Progress(const BenchSettings& settings) : settings_(settings) {}
  void expect(std::size_t steps) { all_ += steps; }
  void done(const std::string& what) {
    ++done_;
    if (settings_.progress) settings_.progress(done_, all_, what);
  }

 private:
  const BenchSettings& settings_;
  std::size_t done_ = 0, all_ = 0;
};

/// The part of a row that says where it is.
template <class Row>
[[nodiscard]] Row row_at(const Subject& subject, double microfarads) {
  Row row;
  row.figures = subject.figures;
  row.model = subject.model();
  row.microfarads = microfarads;
  return row;
}

}  // namespace synergy::harvested_bench
