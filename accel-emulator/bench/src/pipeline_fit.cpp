#include "synergy/accel_bench/pipeline_fit.hpp"

#include <cmath>
#include <vector>

#include "synergy/accel_model/cycles.hpp"

namespace synergy::accel_bench {

std::optional<PipelineFit> fit_pipeline(std::span<const PipelineRow> rows) {
  // The normal equations of two unknowns; each row is divided by what was measured.
  double aa = 0, ab = 0, bb = 0, ay = 0, by = 0;
  for (const auto& row : rows) {
    const double a = row.conv_pixels / row.measured, b = row.passthrough_pixels / row.measured;
    const double y = 1 - row.formula / row.measured;
    aa += a * a;
    ab += a * b;
    bb += b * b;
    ay += a * y;
    by += b * y;
  }
  const double determinant = aa * bb - ab * ab;
  if (!(std::abs(determinant) > 1e-9 * aa * bb)) return std::nullopt;
  return PipelineFit{(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant};
}

std::optional<PipelineFit> fit_pipeline_without(std::span<const PipelineRow> rows, std::size_t left_out) {
  std::vector<PipelineRow> others(rows.begin(), rows.end());
  others.erase(others.begin() + std::ptrdiff_t(left_out));
  return fit_pipeline(others);
}

PipelineRow pipeline_row(const accel_model::Program& program, const schemas::DeviceProfile& profile,
                         const accel_model::ProgramPlacement& placement, double measured_ms) {
  constexpr double kUsPerMs = 1000;
  PipelineRow row;
  row.formula = double(program_cycles(program, profile.accelerator, placement)) +
                profile.startup_us.value * profile.cnn_clock_mhz.value;
  row.measured = measured_ms * kUsPerMs * profile.cnn_clock_mhz.value;
  for (const auto& layer : program.layers) {
    if (layer.skipped) continue;
    if (convolves(layer))
      row.conv_pixels += double(layer.output.pixels());
    else
      row.passthrough_pixels += double(layer.pooled.pixels() * layer.input_passes);
  }
  return row;
}

}  // namespace synergy::accel_bench
