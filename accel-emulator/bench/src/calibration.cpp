#include "synergy/accel_bench/calibration.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "synergy/accel_bench/pipeline_fit.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/documents/model_folder.hpp"
#include "synergy/documents/yaml.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/model.hpp"

namespace synergy::accel_bench {
namespace {

namespace fs = std::filesystem;
using accel_model::ChunkCost;
using accel_model::Program;
using schemas::DeviceProfile;

constexpr const char* kInference = "inference time";
constexpr const char* kPower = "mean power of inference";

struct Limits {
  double row_percent = 0, rms_percent = 0;
};

// What this project promises of its model.
Limits limits_of(const std::string& device, const std::string& quantity) {
  if (quantity == kPower) return {};
  if (quantity.ends_with("energy")) return {25, 12};
  if (quantity == kInference) return {device == "max78000" ? 0.5 : 10.0, 0};
  return {5, 0};
}

double percent(double model, double measured) { return 100 * (model - measured) / measured; }

/// One quantity of a network: what was measured, and where the model has it.
struct Quantity {
  const char *name, *unit;
  std::optional<double> MeasuredNetwork::*measured;
  double (*model)(const ChunkCost&);
};

constexpr std::array<Quantity, 6> kQuantities{
    {{kInference, "ms", &MeasuredNetwork::inference_ms,
      [](const ChunkCost& cost) { return milliseconds(cost.infer); }},
     {"weight load time", "ms", &MeasuredNetwork::weight_load_ms,
      [](const ChunkCost& cost) { return milliseconds(cost.weight_load); }},
     {"input load time", "ms", &MeasuredNetwork::input_load_ms,
      [](const ChunkCost& cost) { return milliseconds(cost.load); }},
     {"inference energy", "uJ", &MeasuredNetwork::inference_uj,
      [](const ChunkCost& cost) { return cost.infer_uj; }},
     {"weight load energy", "uJ", &MeasuredNetwork::weight_load_uj,
      [](const ChunkCost& cost) { return cost.weight_load_uj; }},
     {"input load energy", "uJ", &MeasuredNetwork::input_load_uj,
      [](const ChunkCost& cost) { return cost.load_uj; }}}};

/// A network as the model sees it on its device.
struct Modelled {
  Program program;
  accel_model::ProgramPlacement placement;
  ChunkCost cost;
};

Result<Modelled> model_network(const fs::path& folder, const DeviceProfile& profile) {
  const auto path = folder / documents::kModelFile;
  const auto description = documents::read_model_description(folder);
  if (!description) return description.error();
  auto program = accel_model::build_program(*description);
  if (!program) return program.error().at(path.string());
  if (const auto status = check_rules(*program, profile.accelerator); !status)
    return status.error().at(path.string());
  const Program* const programs[] = {&*program};
  auto placement = accel_model::place(programs, profile.accelerator);
  if (!placement) return placement.error().at(path.string());
  Modelled modelled{*std::move(program), std::move(placement->programs.front()), {}};
  modelled.cost = chunk_cost(modelled.program, profile, modelled.placement);
  return modelled;
}

/// Profiles by name, read when first asked for.
class Profiles {
 public:
  explicit Profiles(fs::path folder) : folder_(std::move(folder)) {}

  Result<const DeviceProfile*> get(const std::string& name) {
    if (const auto known = profiles_.find(name); known != profiles_.end()) return &known->second;
    auto profile = documents::read_yaml<DeviceProfile>(folder_ / (name + ".yaml"));
    if (!profile) return profile.error();
    return &profiles_.emplace(name, *std::move(profile)).first->second;
  }

 private:
  fs::path folder_;
  std::map<std::string, DeviceProfile> profiles_;
};

void add_rows(CalibrationReport& report, const MeasuredNetwork& measured, const ChunkCost& cost) {
  for (const auto& quantity : kQuantities) {
    const auto& value = measured.*quantity.measured;
    if (!value) continue;
    CalibrationRow row;
    row.device = measured.device;
    row.network = measured.name;
    row.quantity = quantity.name;
    row.unit = quantity.unit;
    row.measured = *value;
    row.model = quantity.model(cost);
    row.difference_percent = percent(row.model, row.measured);
    row.note = measured.note;
    row.source = measured.source;
    report.rows.push_back(std::move(row));
  }
}

/// Rows of the report whose device has a pipeline, with what a fit needs of them.
struct PipelineRows {
  std::vector<std::size_t> index;  ///< in the report
  std::vector<PipelineRow> rows;
  std::vector<double> clock_mhz;
};

Status add_network(CalibrationReport& report, PipelineRows& pipeline, Profiles& profiles,
                   const fs::path& deploy, const MeasuredNetwork& measured) {
  if (measured.folder.empty()) {
    report.left_out.push_back(measured.device + " " + measured.name + ": " + measured.left_out);
    return {};
  }
  const auto profile = profiles.get(measured.device);
  if (!profile) return profile.error();
  const auto modelled = model_network(deploy / measured.folder, **profile);
  if (!modelled) return modelled.error();
  if (measured.inference_ms && (*profile)->pipeline_cycles_per_conv_pixel.value > 0) {
    pipeline.index.push_back(report.rows.size());  // inference is the first quantity
    pipeline.rows.push_back(
        pipeline_row(modelled->program, **profile, modelled->placement, *measured.inference_ms));
    pipeline.clock_mhz.push_back((*profile)->cnn_clock_mhz.value);
  }
  add_rows(report, measured, modelled->cost);
  return {};
}

void leave_one_out(CalibrationReport& report, const PipelineRows& pipeline) {
  if (const auto fit = fit_pipeline(pipeline.rows)) {
    report.per_conv_pixel = fit->per_conv_pixel;
    report.per_passthrough_pixel = fit->per_passthrough_pixel;
  }
  constexpr double kUsPerMs = 1000;
  for (std::size_t i = 0; i < pipeline.rows.size(); ++i) {
    const auto fit = fit_pipeline_without(pipeline.rows, i);
    if (!fit) continue;
    auto& row = report.rows[pipeline.index[i]];
    row.leave_one_out = fit->cycles(pipeline.rows[i]) / pipeline.clock_mhz[i] / kUsPerMs;
    row.leave_one_out_percent = percent(*row.leave_one_out, row.measured);
  }
}

Status add_power(CalibrationReport& report, Profiles& profiles, const MeasuredPower& measured) {
  const auto profile = profiles.get(measured.device);
  if (!profile) return profile.error();
  CalibrationRow row;
  row.device = measured.device;
  row.network = measured.name;
  row.quantity = kPower;
  row.unit = "mW";
  row.measured = measured.energy_uj / measured.time_ms;
  row.model = (*profile)->accelerator_active_mw.value;
  row.difference_percent = percent(row.model, row.measured);
  row.note = "weak: the published energies do not say what they contain";
  row.source = measured.source;
  report.rows.push_back(std::move(row));
  return {};
}

CalibrationGroup& group_of(CalibrationReport& report, const CalibrationRow& row) {
  for (auto& group : report.groups)
    if (group.device == row.device && group.quantity == row.quantity) return group;
  CalibrationGroup group;
  group.device = row.device;
  group.quantity = row.quantity;
  const auto limits = limits_of(row.device, row.quantity);
  if (limits.row_percent > 0) group.limit_percent = limits.row_percent;
  if (limits.rms_percent > 0) group.limit_rms_percent = limits.rms_percent;
  group.weak = limits.row_percent == 0;
  report.groups.push_back(std::move(group));
  return report.groups.back();
}

void judge(CalibrationReport& report) {
  for (auto& row : report.rows) {
    auto& group = group_of(report, row);
    const double off = std::abs(row.leave_one_out_percent.value_or(row.difference_percent));
    row.within = group.weak || off <= *group.limit_percent;
    ++group.rows;
    if (row.within)
      ++group.within;
    else
      group.missed.push_back(row.network);
    group.worst_percent = std::max(group.worst_percent, off);
    group.rms_percent += off * off;
  }
  report.passed = true;
  for (auto& group : report.groups) {
    group.rms_percent = std::sqrt(group.rms_percent / double(group.rows));
    const bool rms_kept = !group.limit_rms_percent || group.rms_percent <= *group.limit_rms_percent;
    group.passed = group.weak || (group.within == group.rows && rms_kept);
    report.passed = report.passed && group.passed;
  }
}

}  // namespace

Result<CalibrationReport> calibrate(const fs::path& deploy) {
  const auto measurements = documents::read_yaml<Measurements>(deploy / "calibration" / "measurements.yaml");
  if (!measurements) return measurements.error();
  CalibrationReport report;
  PipelineRows pipeline;
  Profiles profiles(deploy / "devices");
  for (const auto& network : measurements->networks)
    if (auto status = add_network(report, pipeline, profiles, deploy, network); !status)
      return status.error();
  leave_one_out(report, pipeline);
  for (const auto& power : measurements->powers)
    if (auto status = add_power(report, profiles, power); !status) return status.error();
  judge(report);
  return report;
}

}  // namespace synergy::accel_bench

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::accel_bench::Measurements>();
template const synergy::schemas::StructInfo&
synergy::schemas::describe<synergy::accel_bench::CalibrationReport>();
