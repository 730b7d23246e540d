// What the MAX78002's pipeline costs, fitted to measured times.
//
// With the pipeline on, every pixel costs some cycles beyond the vendor's formula, which describes the chip
// without. No document says how many; two coefficients describe thirteen networks within a few per cent:
//
//   cycles = formula + a x output pixels of convolutions + b x pixels and passes of passthrough layers
//
// This is a fit, no physics. The coefficients minimise the sum of squared relative errors.
#pragma once

#include <optional>
#include <span>

#include "synergy/accel_model/placement.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_bench {

/// One network: what the model counts and what was measured, all in cycles.
struct PipelineRow {
  double formula = 0;  ///< with what starting costs
  double conv_pixels = 0, passthrough_pixels = 0;
  double measured = 0;
};

struct PipelineFit {
  double per_conv_pixel = 0, per_passthrough_pixel = 0;

  [[nodiscard]] double cycles(const PipelineRow& row) const {
    return row.formula + per_conv_pixel * row.conv_pixels + per_passthrough_pixel * row.passthrough_pixels;
  }
};

/// Nothing where the rows do not determine both coefficients.
[[nodiscard]] std::optional<PipelineFit> fit_pipeline(std::span<const PipelineRow> rows);
/// The same from all rows but one.
[[nodiscard]] std::optional<PipelineFit> fit_pipeline_without(std::span<const PipelineRow> rows,
                                                              std::size_t left_out);

/// What the model counts for a program on a device; `measured_ms` as measured, start included.
[[nodiscard]] PipelineRow pipeline_row(const accel_model::Program& program,
                                       const schemas::DeviceProfile& profile,
                                       const accel_model::ProgramPlacement& placement, double measured_ms);

}  // namespace synergy::accel_bench
