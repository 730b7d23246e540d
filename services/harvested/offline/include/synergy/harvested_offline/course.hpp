// The course of a run in columns of equal time, as many as a picture has pixels, however long the run.
//
// Of each column the first, the last, the lowest and the highest charge are kept, each with its instant: a
// line through these covers the same pixels as one through all (Jugel, Jerzak, Hackenbroich, Markl: M4: A
// Visualization-Oriented Time Series Data Aggregation, VLDB 2014). Times in each state and results are
// counted, so that a state of a millisecond is seen in a column of a minute.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "synergy/accel_model/harvest_trace.hpp"
#include "synergy/harvested/run_report.hpp"

namespace synergy::harvested_offline {

struct ChargeAt {
  ModelTime at;
  double uj = 0;
  bool operator==(const ChargeAt&) const = default;
};

struct Column {
  /// No point fell into it: all four are at 0.
  bool empty = true;
  ChargeAt first, lowest, highest, last;
  std::array<Duration, harvested::RunReport::kStates> time_in{};  ///< by PowerState
  std::uint64_t results = 0;
  double harvest_uw = 0;  ///< mean, before rectifier and converter
};

struct Course {
  Duration length{};  ///< of the run
  Duration width{};   ///< of a column; the last one may be cut
  std::vector<Column> columns;
};

/// Takes points in the order of their times, the first at the beginning.
class CourseMaker {
 public:
  /// `length` above 0, `most_columns` above 0. Fewer where a column would be shorter than a nanosecond.
  CourseMaker(Duration length, std::size_t most_columns);

  void add(const harvested::RunPoint& point);
  /// `report` is of the same run, `into_trace` the instant of the trace at its beginning.
  [[nodiscard]] Course finish(const harvested::RunReport& report, const accel_model::HarvestTrace& trace,
                              Duration into_trace) &&;

 private:
  [[nodiscard]] std::size_t column_of(ModelTime time) const;
  void add_time(ModelTime from, ModelTime to, accel_model::PowerState state);

  Course course_;
  harvested::RunPoint before_;
};

}  // namespace synergy::harvested_offline
