// The shape of a network's input in the words of sensors and files.
#pragma once

#include "synergy/accel_model/program.hpp"
#include "synergy/schemas/frame_shape.hpp"

namespace synergy::accel_model {

[[nodiscard]] inline schemas::FrameShape input_frame(const Program& program) {
  const auto& input = program.input();
  return {input.channels, input.height, input.width};
}

}  // namespace synergy::accel_model
