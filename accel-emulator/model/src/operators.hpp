// What the model must know of each operator. A new operator adds a file below operators/ that defines one
// OperatorModel, its declaration here, and a line in the table of operators.cpp. Its word, its arithmetic and
// its name in the vendor tool's files stand elsewhere: `accel-emulator/README.md`, "Adding an operator".
//
// Errors returned here say what is wrong with the layer; the caller puts the layer's label in front.
#pragma once

#include <cstdint>

#include "kernel_form.hpp"
#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/program.hpp"

namespace synergy::accel_model {

struct OperatorModel {
  bool convolves;
  /// Checks what only this operator demands of its description; sets kernel, padding, dilation and output.
  /// All else is resolved.
  Status (*resolve)(const schemas::LayerDescription& description, Layer& layer);
  /// The chip's refusals that concern this operator.
  Status (*check)(const Layer& layer, const DeviceConstants& chip);
  /// How the hardware carries the kernel out. Only called where `convolves`.
  KernelForm (*form)(const Layer& layer);
};

extern const OperatorModel kConv2dModel;
extern const OperatorModel kConv1dModel;
extern const OperatorModel kConvTranspose2dModel;
extern const OperatorModel kLinearModel;
extern const OperatorModel kPassthroughModel;

[[nodiscard]] const OperatorModel& model_of(schemas::Operator op);

/// `layer.output` of a kernel that is moved along both axes; refuses one that leaves no output.
Status resolve_sliding(const schemas::LayerDescription& description, Layer& layer);
/// The chip's refusals of padding.
Status check_padding(const Layer& layer, const DeviceConstants& chip);

}  // namespace synergy::accel_model
