// What one chunk costs on one kind of device: times and energies of its tasks, from a profile's figures.
//
// Energies are the accelerator's own, above idle. The MCU works too while it moves words; its part is added
// by whoever adds up a device's energy, not here.
//
//   task          time                                                  energy of the accelerator
//   load          input words x load_input_ns_per_word                  words x nj_per_input_word
//   infer         startup_us + cycles / cnn_clock_mhz                   active_mw x time + work
//   unload        output words x unload_ns_per_word                     0
//   switch        (register words + bias words) x register_write_ns     0
//   weight load   weight words x load_weight_ns_per_word                words x nj_per_weight_word
//
// The times per word are those at the MCU's clock (`mcu.hpp`).
//
// Work: pj_per_processor_cycle x the sum over layers of formula cycles (without the pipeline's) x input
// processors enabled; the fit to AN7664 Table 4 has both terms, because energy per multiplication is none.
//
// Times are rounded to the nearest nanosecond. The byte write before each run of weight columns is not
// counted: the time per weight word was calibrated over whole networks and contains it.
#pragma once

#include <cstdint>
#include <vector>

#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/program.hpp"
#include "synergy/base/clock.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_model {

struct ChunkCost {
  Duration load{}, infer{}, unload{}, switch_program{}, weight_load{};
  double load_uj = 0, infer_uj = 0, unload_uj = 0, switch_uj = 0, weight_load_uj = 0;
  std::uint64_t cycles = 0;  ///< start, layers and the pipeline's extra cycles, rounded
  bool operator==(const ChunkCost&) const = default;
};

/// `placement` must be this program's, for the profile's accelerator.
[[nodiscard]] ChunkCost chunk_cost(const Program& program, const schemas::DeviceProfile& profile,
                                   const ProgramPlacement& placement);

/// `ChunkCost::infer_uj` in its parts, whose sum it is.
struct InferEnergy {
  double start_uj = 0;            ///< until the first layer begins
  std::vector<double> layers_uj;  ///< one a layer; 0 for a layer that the run passes over
};
/// `placement` must be this program's, for the profile's accelerator.
[[nodiscard]] InferEnergy infer_energy(const Program& program, const schemas::DeviceProfile& profile,
                                       const ProgramPlacement& placement);

/// Sizes for people: the tensors' own bytes, each shared tensor once; dilated kernels with the zeros that the
/// hardware holds between their taps. Whether a program fits is `placement.hpp`.
[[nodiscard]] std::uint64_t weight_bytes(const Program& program);
[[nodiscard]] std::uint64_t bias_bytes(const Program& program);

}  // namespace synergy::accel_model
