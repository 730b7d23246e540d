// What the model must know of each operator. A new operator is a file below operators/ that defines one
// OperatorModel, a line in the table of operators.cpp, and nothing in any other file.
//
// Errors returned here say what is wrong with the layer; the caller puts the layer's label in front.
#pragma once

#include <cstdint>

#include "kernel_layout.hpp"
#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

struct OperatorModel {
  bool has_weights;
  /// Checks what only this operator demands of its description and sets `layer.output`. All else is resolved.
  Status (*resolve)(const schemas::LayerDescription& description, Layer& layer);
  /// The chip's refusals that concern this operator.
  Status (*check)(const Layer& layer, const DeviceConstants& chip);
  /// Only called where `has_weights`.
  KernelColumns (*kernel_columns)(const Layer& layer);
  std::uint64_t (*cycles)(const Layer& layer);
};

extern const OperatorModel kConv2dModel;
extern const OperatorModel kLinearModel;
extern const OperatorModel kPassthroughModel;

[[nodiscard]] const OperatorModel& model_of(schemas::Operator op);

}  // namespace synergy::accel_model
