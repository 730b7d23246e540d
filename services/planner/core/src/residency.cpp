#include "synergy/planner/residency.hpp"

#include <algorithm>

#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/placement.hpp"

namespace synergy::planner {
namespace {

using Programs = std::vector<accel_model::Program>;

Programs programs_of(const Problem& problem, const std::vector<ResidentChunk>& chunks) {
  Programs programs;
  for (const auto& chunk : chunks)
    programs.push_back(accel_model::chunk_of(problem.pipelines[chunk.pipeline].model.program,
                                             chunk.first_layer, chunk.last_layer));
  return programs;
}

std::string needed(double bytes, double available, const char* unit) {
  return std::to_string(std::uint64_t(bytes)) + unit + " needed, " +
         std::to_string(std::uint64_t(available)) + " available";
}

/// The place that every chunk's weights are kept in, resident or not.
Status check_store(const Programs& programs, const schemas::DeviceProfile& profile) {
  double bytes = 0;
  for (const auto& program : programs) bytes += double(accel_model::weight_bytes(program));
  const double store = profile.flash_for_weights_bytes.value + profile.extra_weight_store_bytes.value;
  if (bytes <= store) return {};
  return Error{ErrorCode::kNoFit, "weight store: " + needed(bytes, store, " bytes")};
}

Status check_together(const Programs& programs, schemas::AcceleratorKind kind) {
  std::vector<const accel_model::Program*> set;
  std::size_t layers = 0;
  for (const auto& program : programs) {
    set.push_back(&program);
    layers += program.layers.size();
  }
  if (auto placed = accel_model::place(set, kind); !placed) return placed.error();
  // A MAX78002 keeps the layer registers of all its chunks; a MAX78000's are written again at a switch.
  const auto limit = accel_model::constants_of(kind).max_layers;
  if (kind == schemas::AcceleratorKind::kMax78002 && layers > limit)
    return Error{ErrorCode::kNoFit, "layer registers: " + needed(double(layers), limit, "")};
  return {};
}

Status check_alone(const Programs& programs, schemas::AcceleratorKind kind) {
  for (const auto& program : programs) {
    const accel_model::Program* alone[] = {&program};
    if (auto placed = accel_model::place(alone, kind); !placed) return placed.error();
  }
  return {};
}

Result<SwitchKind> judge(const Programs& programs, const schemas::DeviceProfile& profile,
                         Residency residency) {
  if (auto status = check_store(programs, profile); !status) return status.error();
  const auto kind = profile.accelerator;
  const auto together =
      residency == Residency::kReload ? check_alone(programs, kind) : check_together(programs, kind);
  if (programs.size() == 1) return together ? Result<SwitchKind>(SwitchKind::kNone) : together.error();
  if (residency == Residency::kReload) {
    if (!together) return together.error();
    return SwitchKind::kWeights;
  }
  if (together) return SwitchKind::kProgram;
  if (residency == Residency::kResident) return together.error();
  if (auto status = check_alone(programs, kind); !status) return status.error();
  return SwitchKind::kWeights;
}

}  // namespace

Planned<Residents> find_residents(const Problem& problem, const Choices& choices, Residency residency) {
  Residents residents;
  for (std::size_t p = 0; p < choices.size(); ++p)
    for (const auto& execution : choices[p].executions)
      for (const auto& chunk : execution.chunks) {
        auto& chunks = residents[chunk.device].chunks;
        const ResidentChunk resident{p, chunk.first_layer, chunk.last_layer};
        if (std::find(chunks.begin(), chunks.end(), resident) == chunks.end()) chunks.push_back(resident);
      }
  for (auto& [device, on_device] : residents) {
    auto switched = judge(programs_of(problem, on_device.chunks),
                          problem.body.profile_of(*problem.body.find(device)), residency);
    if (!switched)
      return Refusal{RefusalKind::kOutOfResource, switched.error().message}.at("device '" + device.text() +
                                                                               "'");
    on_device.switched = *switched;
  }
  return residents;
}

}  // namespace synergy::planner
