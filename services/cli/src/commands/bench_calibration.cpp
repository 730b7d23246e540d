// bench calibration: the model beside silicon.
#include <memory>

#include "flags.hpp"
#include "synergy/accel_bench/calibration.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/client/table.hpp"

namespace synergy::cli {
namespace {

using accel_bench::CalibrationReport;

std::string signed_percent(double value) { return (value < 0 ? "" : "+") + fixed(value, 1); }

std::string rows_text(const CalibrationReport& report) {
  Table table({"DEVICE", "NETWORK", "QUANTITY", "MEASURED", "MODEL", "UNIT", "DIFF %", "LEFT OUT", "DIFF %",
               "LIMIT KEPT"});
  for (const auto& row : report.rows)
    table.add({row.device, row.network, row.quantity, fixed(row.measured, 3), fixed(row.model, 3), row.unit,
               signed_percent(row.difference_percent), row.leave_one_out ? fixed(*row.leave_one_out, 3) : "",
               row.leave_one_out_percent ? signed_percent(*row.leave_one_out_percent) : "",
               row.within ? "yes" : "NO"});
  return table.text();
}

std::string groups_text(const CalibrationReport& report) {
  Table table({"DEVICE", "QUANTITY", "ROWS", "WITHIN", "WORST %", "LIMIT %", "RMS %", "LIMIT %", "VERDICT"});
  for (const auto& group : report.groups) {
    const auto limit = [](const std::optional<double>& value) {
      return value ? fixed(*value, 1) : std::string("-");
    };
    std::string verdict = group.weak ? "weak, not judged" : group.passed ? "kept" : "MISSED";
    for (const auto& network : group.missed) verdict += " " + network;
    table.add({group.device, group.quantity, std::to_string(group.rows), std::to_string(group.within),
               fixed(group.worst_percent, 2), limit(group.limit_percent), fixed(group.rms_percent, 2),
               limit(group.limit_rms_percent), verdict});
  }
  return table.text();
}

std::string to_text(const CalibrationReport& report) {
  std::string text = rows_text(report) + "\n" + groups_text(report) +
                     "\nLEFT OUT: predicted with pipeline coefficients fitted to all rows but this one; the "
                     "limit judges that.\nFitted to all rows: " +
                     fixed(report.per_conv_pixel, 2) + " cycles per convolution pixel, " +
                     fixed(report.per_passthrough_pixel, 2) + " per passthrough pixel and pass.\n";
  for (const auto& row : report.rows)
    if (!row.note.empty() && (row.quantity == "inference time" || row.quantity == "mean power of inference"))
      text += "note: " + row.device + " " + row.network + ": " + row.note + "\n";
  for (const auto& reason : report.left_out) text += "not compared: " + reason + "\n";
  return text;
}

Status run_calibration(const Shared& shared) {
  const auto report = accel_bench::calibrate(shared.deploy_folder);
  if (!report) return report.error();
  print<CalibrationReport>(shared, *report, to_text);
  if (report->passed) return {};
  return Error{ErrorCode::kConflict, "the model misses a limit of its calibration"};
}

}  // namespace

void add_calibration_command(const NewCommand& made) {
  auto& shared = made.shared;
  auto* command = add_command(made, [&shared] { return run_calibration(shared); });
  add_deploy_option(*command, shared, "calibration, models and devices");
}

}  // namespace synergy::cli
