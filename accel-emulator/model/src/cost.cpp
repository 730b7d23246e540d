#include "synergy/accel_model/cost.hpp"

#include <bit>
#include <cmath>
#include <set>

#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/words.hpp"

namespace synergy::accel_model {
namespace {

Duration rounded(double nanoseconds) { return Duration(std::llround(nanoseconds)); }

double times(std::uint64_t words, const schemas::Figure& each) { return double(words) * each.value; }

double total_cycles(const Program& program, const schemas::DeviceProfile& profile,
                    const ProgramPlacement& placement) {
  double cycles = double(program_cycles(program, profile.accelerator, placement));
  for (const auto& layer : program.layers) {
    if (layer.skipped) continue;
    if (convolves(layer))
      cycles += times(layer.output.pixels(), profile.pipeline_cycles_per_conv_pixel);
    else
      cycles +=
          times(layer.pooled.pixels() * layer.input_passes, profile.pipeline_cycles_per_passthrough_pixel);
  }
  return cycles;
}

// Energy that grows with what is computed, not with the time it takes.
double work_uj(const Program& program, const schemas::DeviceProfile& profile,
               const ProgramPlacement& placement) {
  double processor_cycles = 0;
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const Layer& layer = program.layers[k];
    processor_cycles += double(layer_cycles(layer, profile.accelerator, placement.layers[k].start)) *
                        std::popcount(layer.processors);
  }
  constexpr double kPjPerUj = 1e6;
  return processor_cycles * profile.accelerator_pj_per_processor_cycle.value / kPjPerUj;
}

constexpr double kNjPerUj = 1000, kNsPerUs = 1000;
constexpr double kUjPerMwNs = 1e-6;

}  // namespace

ChunkCost chunk_cost(const Program& program, const schemas::DeviceProfile& profile,
                     const ProgramPlacement& placement) {
  const std::uint64_t in = input_words(program), weights = weight_words(placement).words;
  const std::uint64_t settings =
      bias_words(placement) + register_words(program, profile.registers_per_layer_and_quadrant.value);
  const double cycles = total_cycles(program, profile, placement);
  const double infer_ns = kNsPerUs * (profile.startup_us.value + cycles / profile.cnn_clock_mhz.value);

  ChunkCost cost;
  cost.cycles = std::uint64_t(std::llround(cycles));
  cost.load = rounded(times(in, profile.load_input_ns_per_word));
  cost.infer = rounded(infer_ns);
  cost.unload = rounded(times(output_words(program), profile.unload_ns_per_word));
  cost.switch_program = rounded(times(settings, profile.register_write_ns));
  cost.weight_load = rounded(times(weights, profile.load_weight_ns_per_word));
  cost.load_uj = times(in, profile.accelerator_nj_per_input_word) / kNjPerUj;
  cost.infer_uj =
      profile.accelerator_active_mw.value * infer_ns * kUjPerMwNs + work_uj(program, profile, placement);
  cost.weight_load_uj = times(weights, profile.accelerator_nj_per_weight_word) / kNjPerUj;
  return cost;
}

std::uint64_t weight_bytes(const Program& program) {
  std::uint64_t bytes = 0;
  std::set<std::string> counted;
  for (const auto& layer : program.layers)
    if (counted.insert(layer.weights).second) bytes += weight_count(layer) * layer.weight_bits / 8;
  return bytes;
}

std::uint64_t bias_bytes(const Program& program) {
  std::uint64_t bytes = 0;
  for (const auto& layer : program.layers)
    if (layer.has_bias) bytes += layer.output.channels;
  return bytes;
}

}  // namespace synergy::accel_model
