// What no policy passes: how many inferences a harvest could pay for.
//
//   began    what the capacitor holds at the beginning, above what it holds at `off_v` (below: less than 0)
//   stored   the harvest of the run's time behind the converter
//   inferences <= (began + stored) x output_efficiency / least energy of an inference
//
// The least energy of an inference is
//
//   cycle_program  the linear program's bound (intermittent/cycle_program.hpp), for `once`, `sequence` and
//                  `batch`: nothing survives a power cycle but tensors in FRAM. A power cycle is given the
//                  whole store and the highest harvest of the trace for as long as that energy can last.
//                  These policies go on without giving up power where they can; that is a power cycle of
//                  several, which the program knows where the accelerator holds the whole model with all
//                  ranges turned alike. Where it does not, the program is given a boot for nothing.
//   energy         any policy: input, arithmetic and result alone, weights always there. For policies that
//                  keep weights asleep or die at work, and where the program has no bound.
//
// An inference takes time, too: time / least time of an inference is the bound where that is lower, and so is
// the number of inputs.
//
// What a reader gets wrong: leakage, quiescent power, and what is shunted at `max_v` are not taken off. They
// depend on the policy; a bound that took them off would be one for a policy only. So a bound can be far from
// anything that can be had with a capacitor that leaks as much as comes in.
#pragma once

#include <string_view>

#include "synergy/harvested_offline/case.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::harvested_offline {

enum class BoundKind { kCycleProgram, kEnergy, kTime, kInputs };

struct Bound {
  double inferences = 0;
  BoundKind kind = BoundKind::kEnergy;
  double uj_per_inference = 0;  ///< the least energy of an inference, at the load
};

struct BoundQuestion {
  std::string_view policy;
  Duration length{}, into_trace{};
  double volts = 0;
  std::uint64_t inputs = 0;  ///< 0: no limit
};

/// The least energy and the least time of an inference, whatever the policy: input, arithmetic and result.
[[nodiscard]] harvested::Cost least_of_inference(const Chain& chain);

/// What of the harvest of that time reaches the capacitor at most, cold or warm: uJ.
[[nodiscard]] double stored_uj(const accel_model::Converter& converter,
                               const accel_model::HarvestTrace& trace, Duration from, Duration length);

/// The policy can end an inference on the device (make_policy()).
[[nodiscard]] Bound bound_of(const Case& given, const BoundQuestion& question);

}  // namespace synergy::harvested_offline

namespace synergy::schemas {
template <>
inline constexpr std::array<std::pair<harvested_offline::BoundKind, std::string_view>, 4>
    kEnumNames<harvested_offline::BoundKind>{{
        {harvested_offline::BoundKind::kCycleProgram, "cycle_program"},
        {harvested_offline::BoundKind::kEnergy, "energy"},
        {harvested_offline::BoundKind::kTime, "time"},
        {harvested_offline::BoundKind::kInputs, "inputs"},
    }};
}  // namespace synergy::schemas
