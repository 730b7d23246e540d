// Which chunks live on which accelerator under a set of choices, whether they may, and what a run pays when
// its accelerator last served another one.
//
// Two executions of a pipeline that place the same layers on the same device share one copy.
#pragma once

#include <map>
#include <vector>

#include "synergy/planner/choice.hpp"
#include "synergy/planner/options.hpp"
#include "synergy/planner/problem.hpp"
#include "synergy/planner/refusal.hpp"

namespace synergy::planner {

/// What a run pays before it loads a chunk's input.
enum class SwitchKind {
  kNone,     ///< the accelerator serves this chunk only
  kProgram,  ///< registers and bias words
  kWeights,  ///< and all weight words
};

/// A chunk on a device, once however many executions use it.
struct ResidentChunk {
  std::size_t pipeline = 0;
  std::uint32_t first_layer = 0, last_layer = 0;
  bool operator==(const ResidentChunk&) const = default;
};

struct DeviceResidents {
  std::vector<ResidentChunk> chunks;  ///< in plan order: pipeline, execution, chunk
  SwitchKind switched = SwitchKind::kNone;
};
using Residents = std::map<DeviceId, DeviceResidents>;

/// Refuses with kOutOfResource, naming device and resource where the chunks of a device do not fit it:
/// together with `resident`, one by one with `reload`; the weight store must hold all of them in any case.
[[nodiscard]] Planned<Residents> find_residents(const Problem& problem, const Choices& choices,
                                                Residency residency);

}  // namespace synergy::planner
