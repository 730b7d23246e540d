// Lays the model beside silicon: every published measurement next to what the profiles predict.
//
// The MAX78002's inference times also made the model's two pipeline coefficients, so each of them is
// predicted once more with coefficients fitted to all rows but itself (`leave_one_out`); that is what the
// limit judges.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/accel_bench/measurements.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::accel_bench {

/// One figure. Differences are (model - measured) / measured, in per cent.
struct CalibrationRow {
  std::string device, network, quantity, unit;
  double measured = 0, model = 0, difference_percent = 0;
  std::optional<double> leave_one_out, leave_one_out_percent;
  bool within = false;  ///< the limit of its group; leave-one-out where there is one
  std::string note, source;

  static void fields(auto& f) {
    using R = CalibrationRow;
    f.required("device", &R::device, "device profile");
    f.required("network", &R::network, "as the source calls it");
    f.required("quantity", &R::quantity, "what was measured");
    f.required("unit", &R::unit, "of measured, model and leave_one_out");
    f.required("measured", &R::measured, "on silicon");
    f.required("model", &R::model, "with the profile's figures");
    f.required("difference_percent", &R::difference_percent, "of model, from measured");
    f.optional("leave_one_out", &R::leave_one_out, "fitted to all rows but this");
    f.optional("leave_one_out_percent", &R::leave_one_out_percent, "from measured");
    f.required("within", &R::within, "the limit of its group");
    f.optional("note", &R::note, "what to know");
    f.required("source", &R::source, "of the measurement");
  }
};

/// All rows of one quantity on one device. A limit of 0 means none is set.
struct CalibrationGroup {
  std::string device, quantity;
  std::uint64_t rows = 0, within = 0;
  double worst_percent = 0, rms_percent = 0;
  std::optional<double> limit_percent, limit_rms_percent;  ///< nothing: there is none
  bool passed = false, weak = false;
  std::vector<std::string> missed;  ///< networks outside the limit

  static void fields(auto& f) {
    using G = CalibrationGroup;
    f.required("device", &G::device, "device profile");
    f.required("quantity", &G::quantity, "what was measured");
    f.required("rows", &G::rows, "compared");
    f.required("within", &G::within, "of them within the limit");
    f.required("worst_percent", &G::worst_percent, "largest difference, without sign");
    f.required("rms_percent", &G::rms_percent, "root of the mean square");
    f.required("limit_percent", &G::limit_percent, "for each row; null: none");
    f.required("limit_rms_percent", &G::limit_rms_percent, "for all together; null: none");
    f.required("passed", &G::passed, "limits are kept");
    f.required("weak", &G::weak, "the measurements tell too little to set a limit");
    f.required("missed", &G::missed, "networks outside the limit");
  }
};

struct CalibrationReport {
  std::vector<CalibrationRow> rows;
  std::vector<CalibrationGroup> groups;
  std::vector<std::string> left_out;                     ///< device, network and why
  double per_conv_pixel = 0, per_passthrough_pixel = 0;  ///< refitted to all rows
  bool passed = false;                                   ///< all groups that are not weak

  static void fields(auto& f) {
    using R = CalibrationReport;
    f.required("rows", &R::rows, "each figure");
    f.required("groups", &R::groups, "each quantity");
    f.required("left_out", &R::left_out, "measurements that are not compared, and why");
    f.required("per_conv_pixel", &R::per_conv_pixel, "pipeline cycles, fitted to all rows");
    f.required("per_passthrough_pixel", &R::per_passthrough_pixel, "pipeline cycles, fitted to all rows");
    f.required("passed", &R::passed, "all groups that are not weak");
  }
};

/// Reads `calibration/measurements.yaml`, `devices` and the networks below `deploy`. Fails as reading them
/// does, and where a network does not fit its chip.
[[nodiscard]] Result<CalibrationReport> calibrate(const std::filesystem::path& deploy);

}  // namespace synergy::accel_bench

// The field list is instantiated once, in src/.
extern template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::accel_bench::CalibrationReport>();
