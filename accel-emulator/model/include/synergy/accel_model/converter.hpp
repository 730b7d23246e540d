// What stands between harvester, capacitor and load: which part of the harvest is stored, and what the
// capacitor gives for a load.
//
//   stored   = harvest x rectifier_efficiency x efficiency(input)     where the converter runs; else 0
//   from the capacitor = load / output_efficiency + quiescent
//
// Efficiency is a table, of input power, or of input current at several input voltages. Between two points of
// one voltage it is linear in the logarithm of power or current (such curves are printed so); between two
// voltages, at the same current, linear in the voltage; beyond the table's ends it is that of the end.
//
// While the capacitor is below `cold_start_below_v`, the converter starts itself from its input: with an
// efficiency of its own, and only from `cold_start_least_uw` on. Its efficiency is then never above the
// table's. (Otherwise a capacitor at that voltage could neither stay, rise nor fall.)
//
// Not modelled: the capacitor's voltage changes no efficiency, and thresholds are compared at once, while
// converters look at them every 60 ms or so.
#pragma once

#include <cstdint>
#include <vector>

namespace synergy::accel_model {

/// One point: at `input_mv` and `input`, in uA, so much is stored. Of a table by power, `input_mv` is 0 and
/// `input` in uW.
struct EfficiencyPoint {
  double input_mv = 0;
  double input = 0;       ///< above 0
  double efficiency = 0;  ///< 0 to 1
  bool operator==(const EfficiencyPoint&) const = default;
};

/// Immutable.
class EfficiencyTable {
 public:
  /// The same whatever the input.
  explicit EfficiencyTable(double efficiency = 1) : EfficiencyTable({{0, 1, efficiency}}) {}
  /// At least one point, in any order, no two at the same place; all by power or all by current.
  explicit EfficiencyTable(std::vector<EfficiencyPoint> points);

  /// At an input of `power_uw` (not negative), which comes at `voltage_mv`: that of a table by current is
  /// above 0, to a table by power it does not matter. Of no power: 0.
  [[nodiscard]] double at(double power_uw, double voltage_mv) const;
  bool operator==(const EfficiencyTable&) const = default;

 private:
  std::vector<EfficiencyPoint> points_;  ///< by voltage, then by input
};

struct Converter {
  double rectifier_efficiency = 1;  ///< of a harvest that was measured in front of it
  EfficiencyTable efficiency;
  double input_mv = 0;        ///< at which the harvester is held
  double least_input_uw = 0;  ///< behind the rectifier; below it nothing is stored
  double quiescent_uw = 0;    ///< taken from the capacitor, always
  double output_efficiency = 1;
  double cold_start_below_v = 0;  ///< of the capacitor; 0: no cold start
  double cold_start_least_uw = 0, cold_start_efficiency = 0;
  bool operator==(const Converter&) const = default;

  /// What of a harvest reaches the capacitor, before quiescent power: uW.
  [[nodiscard]] double stored_uw(std::uint64_t harvest_nw, bool cold) const;
  /// What a load takes from the capacitor: uW.
  [[nodiscard]] double taken_uw(double load_mw) const { return load_mw * 1000 / output_efficiency; }
};

}  // namespace synergy::accel_model
