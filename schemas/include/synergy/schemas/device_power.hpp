// What a device without a battery has in its place: what it harvests, where the energy is kept, and how its
// work outlives a loss of power. Blocks of a device profile (device.hpp).
//
// accel_model/device_store.hpp makes the settings of the energy store of them, intermittent/device_costs.hpp
// what planning needs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/figure.hpp"

namespace synergy::schemas {

/// One point of a converter's efficiency: at an input of that power, or of that current at that voltage, so
/// much of the power is stored. Between points and beyond them: accel_model/converter.hpp.
struct EfficiencyPoint {
  std::optional<double> input_uw, input_mv, input_ua;
  Figure stored;

  static void fields(auto& f) {
    using P = EfficiencyPoint;
    f.optional("input_uw", &P::input_uw, "power at the converter's input; or the two that follow",
               from_to(kLeastInput, kMaxFigure));
    f.optional("input_mv", &P::input_mv, "voltage at the converter's input",
               from_to(kLeastInput, kMaxFigure));
    f.optional("input_ua", &P::input_ua, "current at that voltage", from_to(kLeastInput, kMaxFigure));
    f.required("stored", &P::stored, "efficiency: the part that reaches the capacitor, 0 to 1");
  }
  bool operator==(const EfficiencyPoint&) const = default;
  [[nodiscard]] Status check() const;

  static constexpr double kLeastInput = 1e-6;
};

/// The harvest, and the converter between harvester and capacitor.
struct HarvestProfile {
  std::string trace;
  Figure rectifier_efficiency, input_mv, least_input_uw, quiescent_uw;
  Figure cold_start_below_v, cold_start_least_uw, cold_start_efficiency;
  std::vector<EfficiencyPoint> efficiency;

  static void fields(auto& f) {
    using H = HarvestProfile;
    f.required("trace", &H::trace,
               "a recording of deploy/harvest by its name, or a file: a path, as seen from this file",
               text_of(1, 4096));
    f.required("rectifier_efficiency", &H::rectifier_efficiency,
               "above 0, at most 1; it counts where the recording was made in front of the rectifier");
    f.required("input_mv", &H::input_mv,
               "voltage that the converter holds its input at; 0 where the efficiency goes by power");
    f.required("least_input_uw", &H::least_input_uw, "input below which nothing is stored");
    f.required("quiescent_uw", &H::quiescent_uw, "what the converter takes from the capacitor, always");
    f.required("cold_start_below_v", &H::cold_start_below_v,
               "voltage of the capacitor below which the converter starts itself; 0 = no cold start",
               in_unit("V"));
    f.required("cold_start_least_uw", &H::cold_start_least_uw, "input that a cold start needs");
    f.required("cold_start_efficiency", &H::cold_start_efficiency, "during cold start, 0 to 1");
    f.required("efficiency", &H::efficiency, "a table: all points by power, or all by current",
               items(1, kMostPoints));
  }
  bool operator==(const HarvestProfile&) const = default;
  [[nodiscard]] Status check() const;

  static constexpr std::size_t kMostPoints = 256;
};

/// The capacitor and the output converter behind it.
struct StoreProfile {
  Figure capacitance_uf, on_v, off_v, max_v, leakage_rc_s, esr_ohm, output_efficiency, margin;

  static void fields(auto& f) {
    using S = StoreProfile;
    f.required("capacitance_uf", &S::capacitance_uf, "of the capacitor, 0.001 to 1000000 (1 F)");
    f.required("on_v", &S::on_v, "voltage of the capacitor at which the device gets power", in_unit("V"));
    f.required("off_v", &S::off_v, "and below which it loses it", in_unit("V"));
    f.required("max_v", &S::max_v, "at which the converter stores no more; at most 40", in_unit("V"));
    f.required("leakage_rc_s", &S::leakage_rc_s,
               "leakage: resistance beside the capacitor x its capacitance; 0 = no leakage", in_unit("s"));
    f.required("esr_ohm", &S::esr_ohm, "resistance in series with the capacitor");
    f.required("output_efficiency", &S::output_efficiency,
               "the part of what leaves the capacitor that reaches the device; above 0, at most 1");
    f.required("margin", &S::margin,
               "the part of the energy between the thresholds that is planned with; above 0, at most 1");
  }
  bool operator==(const StoreProfile&) const = default;
  [[nodiscard]] Status check() const;
};

/// Memory that keeps its bytes without power, what it costs to use it, and what a start costs. The MCU works
/// meanwhile: its power is the profile's mcu_active_mw, and not told again here.
struct CheckpointProfile {
  Figure boot_us, retained_mw, fram_bytes, fram_ns_per_byte, fram_nj_per_byte, commit_us;

  static void fields(auto& f) {
    using C = CheckpointProfile;
    f.required("boot_us", &C::boot_us, "from power to the first instruction of the program; at least 0.001");
    f.required("retained_mw", &C::retained_mw,
               "the whole device asleep with the accelerator's weights kept, and its radio off");
    f.required("fram_bytes", &C::fram_bytes, "FRAM for tensors and checkpoints");
    f.required("fram_ns_per_byte", &C::fram_ns_per_byte, "to write or read one byte");
    f.required("fram_nj_per_byte", &C::fram_nj_per_byte, "by the FRAM itself, beside the MCU that drives it");
    f.required("commit_us", &C::commit_us, "added to each checkpoint: sequence, checksum, commit word");
  }
  bool operator==(const CheckpointProfile&) const = default;
  [[nodiscard]] Status check() const;
};

extern template const StructInfo& describe<EfficiencyPoint>();
extern template const StructInfo& describe<HarvestProfile>();
extern template const StructInfo& describe<StoreProfile>();
extern template const StructInfo& describe<CheckpointProfile>();

}  // namespace synergy::schemas
