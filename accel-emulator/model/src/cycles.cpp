#include "synergy/accel_model/cycles.hpp"

#include "operators.hpp"

namespace synergy::accel_model {

std::uint64_t layer_cycles(const Layer& layer) { return model_of(layer.op).cycles(layer); }

std::uint64_t program_cycles(const Program& program) {
  std::uint64_t cycles = kStartCycles;
  for (const auto& layer : program.layers) cycles += layer_cycles(layer);
  return cycles;
}

}  // namespace synergy::accel_model
