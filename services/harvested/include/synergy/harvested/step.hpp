// What a device does while it is on, as steps with time and energy out of its model's chain.
//
//   weights    of a range, into the accelerator's weight memory
//   registers  and biases of a range: it is selected
//   restore    the oldest tensor at a boundary, out of FRAM into SRAM; at boundary 0 the next input
//   load       out of SRAM into the accelerator's data memory
//   compute    a range, or a part of the selected one: the accelerator can stop after each layer and leave
//              its data in place
//   unload     out of data memory into SRAM
//   save       SRAM into FRAM, with a checkpoint: the inference has come to that boundary
//
// A part of a selected range costs what it would cost alone, which may differ by a few cycles.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "synergy/accel_model/energy_store.hpp"
#include "synergy/harvested/power_domain.hpp"
#include "synergy/intermittent/power_cycle.hpp"

namespace synergy::harvested {

using intermittent::Chain;
using intermittent::Cost;
using intermittent::PowerCycle;

enum class StepKind { kWeights, kRegisters, kRestore, kLoad, kCompute, kUnload, kSave };
[[nodiscard]] std::string_view name_of(StepKind kind);

struct Step {
  StepKind kind;
  Segment range;  ///< restore and load: at its beginning; unload and save: at its end
  Cost cost;
  Loaded loaded{};  ///< of weights: the program whose memory they go into
};

/// Loads what is missing of `pieces` for the program that runs `loaded`; with no domain, all.
void append_weights(std::vector<Step>& steps, const Chain& chain, const PowerDomain* domain,
                    const Loaded& loaded, const Segment& pieces);
void append_registers(std::vector<Step>& steps, const Chain& chain, const Segment& range);
/// Restore, load, compute, unload, save.
void append_input(std::vector<Step>& steps, const Chain& chain, const Segment& range);

/// A power cycle after its boot. With a domain, without what that holds already.
[[nodiscard]] std::vector<Step> steps_of(const Chain& chain, const PowerCycle& cycle,
                                         const PowerDomain* domain = nullptr);

[[nodiscard]] std::vector<Cost> costs_of(std::span<const Step> steps);

/// A step as a load, at constant power: mW, and mA at `off_v`.
[[nodiscard]] accel_model::Load load_of(const accel_model::StoreSettings& store, const Cost& cost);

/// The least charge (uJ) with which a device does these one after another with no harvest at all: what they
/// take, quiescent power, leakage, and the charge below which each load browns out. Exact: each step's course
/// (accel_model/capacitor.hpp) is followed backwards from the charge that it must leave. It does not hold for
/// a converter whose cold start ends above that charge; there is no harvest here, so that does not matter.
[[nodiscard]] double charge_needed_uj(const accel_model::StoreSettings& store, std::span<const Cost> costs);

/// Fails with kInvalid where a chain has no steps (InputCost), or one that takes energy and no time, and
/// where chain and store boot in different times or at different powers.
Status check_device(const Chain& chain, const accel_model::StoreSettings& store);
/// The store with the boot of the chain.
[[nodiscard]] accel_model::StoreSettings with_boot_of(const Chain& chain, accel_model::StoreSettings store);

}  // namespace synergy::harvested
