// What is to be planned: a body as it is now, and the pipelines that it is to serve together.
#pragma once

#include <string>
#include <vector>

#include "synergy/accel_model/input_frame.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::planner {

/// A model as planning sees it.
struct Model {
  accel_model::Program program;
  std::string digest;
  std::vector<std::string> labels;
  std::string expects{};        ///< the capability that it was made for; empty: not told
  schemas::InputKinds kinds{};  ///< how any picture, or sound, becomes its input
};

struct Pipeline {
  schemas::AppRequest app;
  Model model;

  [[nodiscard]] std::uint64_t input_bytes() const { return model.program.input_bytes(); }
  [[nodiscard]] schemas::FrameShape input() const { return input_frame(model.program); }
  /// Whether the sensor has frames for the app, as far as is known.
  [[nodiscard]] bool may_be_served_by(const schemas::Sensor& sensor) const {
    return sensor.may_serve(input(), app.trigger, model.kinds);
  }
};

struct Problem {
  schemas::BodyView body;
  std::vector<Pipeline> pipelines;
};

/// Fails with kInvalid where the question itself is wrong: no devices, a device, app or capability given
/// twice or unknown, a figure that is negative or no number, a link that never delivers, a model without
/// layers.
Status check_problem(const Problem& problem);

/// Devices that offer a capability and are present, in body order; the named one only where the app insists.
/// Fails with kNoFit and says what is missing: no device of the body offers the capability, or the devices
/// that do are absent. A device senses for a pipeline where a source of its sensor gives frames of the
/// model's input, or pictures, or sounds, for a model that takes any (`schemas::Sensor`); one that would only
/// generate noise is left out where another has frames.
[[nodiscard]] Result<std::vector<DeviceId>> sources_for(const schemas::BodyView& body,
                                                        const Pipeline& pipeline);
/// Whether a source that senses for the pipeline does so by its generator: no file of its sensor serves the
/// model.
[[nodiscard]] bool is_generated(const schemas::Device& source, const Pipeline& pipeline);

/// How the pipeline's runs would take frames of this source.
[[nodiscard]] schemas::FrameUse frame_use(const schemas::Device& source, const Pipeline& pipeline);
[[nodiscard]] Result<std::vector<DeviceId>> targets_for(const schemas::BodyView& body,
                                                        const Pipeline& pipeline);

/// Devices that may hold a chunk: those present, in body order.
[[nodiscard]] std::vector<const schemas::Device*> present_devices(const schemas::BodyView& body);

}  // namespace synergy::planner
