// What the model must know of each operator. A new operator is a file below operators/ that defines one
// OperatorModel, a line in the table of operators.cpp, and nothing in any other file.
//
// Errors returned here say what is wrong with the layer; the caller puts the layer's label in front.
#pragma once

#include <cstdint>

#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

struct OperatorModel {
  bool has_weights;
  /// Checks what only this operator demands of its description and sets `layer.output`. All else is resolved.
  Status (*resolve)(const schemas::LayerDescription& description, Layer& layer);
  /// The chip's refusals that concern this operator.
  Status (*check)(const Layer& layer, const DeviceConstants& chip);
  /// Without the factor for streaming. `first_column` is where the layer's weights begin.
  std::uint64_t (*cycles)(const Layer& layer, const DeviceConstants& chip, std::uint32_t first_column);
};

extern const OperatorModel kConv1dModel;
extern const OperatorModel kConv2dModel;
extern const OperatorModel kConvTranspose2dModel;
extern const OperatorModel kLinearModel;
extern const OperatorModel kPassthroughModel;

[[nodiscard]] const OperatorModel& model_of(schemas::Operator op);

}  // namespace synergy::accel_model
