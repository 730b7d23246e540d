#include "synergy/accel_model/cycles.hpp"

#include "operators.hpp"

namespace synergy::accel_model {

std::uint64_t layer_cycles(const Layer& layer, schemas::AcceleratorKind kind, std::uint32_t first_column) {
  if (layer.skipped) return 0;
  const std::uint64_t cycles = model_of(layer.op).cycles(layer, constants_of(kind), first_column);
  return layer.streaming ? (15 * cycles + 9) / 10 : cycles;
}

std::uint64_t program_cycles(const Program& program, schemas::AcceleratorKind kind,
                             const ProgramPlacement& placement) {
  std::uint64_t cycles = kStartCycles;
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    cycles += layer_cycles(program.layers[k], kind, placement.layers[k].start);
  return cycles;
}

}  // namespace synergy::accel_model
