#include "synergy/accel_model/cost.hpp"

#include <bit>
#include <cmath>
#include <set>

#include "operators.hpp"
#include "synergy/accel_model/cycles.hpp"
#include "synergy/accel_model/mcu.hpp"
#include "synergy/accel_model/words.hpp"

namespace synergy::accel_model {
namespace {

Duration rounded(double nanoseconds) { return Duration(std::llround(nanoseconds)); }

double times(std::uint64_t words, const schemas::Figure& each) { return double(words) * each.value; }

constexpr double kNjPerUj = 1000, kNsPerUs = 1000, kPjPerUj = 1e6;
constexpr double kUjPerMwNs = 1e-6;

/// What the pipeline adds to the formula's cycles.
double pipeline_cycles(const Layer& layer, const schemas::DeviceProfile& profile) {
  if (layer.skipped) return 0;
  if (convolves(layer)) return times(layer.output.pixels(), profile.pipeline_cycles_per_conv_pixel);
  return times(layer.pooled.pixels() * layer.input_passes, profile.pipeline_cycles_per_passthrough_pixel);
}

double total_cycles(const Program& program, const schemas::DeviceProfile& profile,
                    const ProgramPlacement& placement) {
  double cycles = double(program_cycles(program, profile.accelerator, placement));
  for (const auto& layer : program.layers) cycles += pipeline_cycles(layer, profile);
  return cycles;
}

/// Input processors that work in each of the formula's cycles.
double processor_cycles(const Layer& layer, std::uint64_t cycles) {
  return double(cycles) * std::popcount(layer.processors);
}

// Energy that grows with what is computed, not with the time it takes.
double work_uj(const Program& program, const schemas::DeviceProfile& profile,
               const ProgramPlacement& placement) {
  double sum = 0;
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const Layer& layer = program.layers[k];
    sum += processor_cycles(layer, layer_cycles(layer, profile.accelerator, placement.layers[k].start));
  }
  return sum * profile.accelerator_pj_per_processor_cycle.value / kPjPerUj;
}

}  // namespace

ChunkCost chunk_cost(const Program& program, const schemas::DeviceProfile& profile,
                     const ProgramPlacement& placement) {
  const std::uint64_t in = input_words(program), weights = weight_words(placement).words;
  const std::uint64_t settings =
      bias_words(placement) + register_words(program, profile.registers_per_layer_and_quadrant.value);
  const double cycles = total_cycles(program, profile, placement);
  const double infer_ns = kNsPerUs * (profile.startup_us.value + cycles / profile.cnn_clock_mhz.value);
  const auto moved = [&](std::uint64_t words, const schemas::Figure& each) {
    return rounded(double(words) * word_ns(profile, each));
  };

  ChunkCost cost;
  cost.cycles = std::uint64_t(std::llround(cycles));
  cost.load = moved(in, profile.load_input_ns_per_word);
  cost.infer = rounded(infer_ns);
  cost.unload = moved(output_words(program), profile.unload_ns_per_word);
  cost.switch_program = moved(settings, profile.register_write_ns);
  cost.weight_load = moved(weights, profile.load_weight_ns_per_word);
  cost.load_uj = times(in, profile.accelerator_nj_per_input_word) / kNjPerUj;
  cost.infer_uj =
      profile.accelerator_active_mw.value * infer_ns * kUjPerMwNs + work_uj(program, profile, placement);
  cost.weight_load_uj = times(weights, profile.accelerator_nj_per_weight_word) / kNjPerUj;
  return cost;
}

InferEnergy infer_energy(const Program& program, const schemas::DeviceProfile& profile,
                         const ProgramPlacement& placement) {
  const auto active_uj = [&](double microseconds) {
    return profile.accelerator_active_mw.value * kNsPerUs * microseconds * kUjPerMwNs;
  };
  InferEnergy energy;
  energy.start_uj = active_uj(profile.startup_us.value + double(kStartCycles) / profile.cnn_clock_mhz.value);
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    const Layer& layer = program.layers[k];
    const auto cycles = layer_cycles(layer, profile.accelerator, placement.layers[k].start);
    energy.layers_uj.push_back(
        active_uj((double(cycles) + pipeline_cycles(layer, profile)) / profile.cnn_clock_mhz.value) +
        processor_cycles(layer, cycles) * profile.accelerator_pj_per_processor_cycle.value / kPjPerUj);
  }
  return energy;
}

std::uint64_t weight_bytes(const Program& program) {
  std::uint64_t bytes = 0;
  std::set<std::string> counted;
  for (const auto& layer : program.layers)
    if (has_weights(layer) && counted.insert(layer.weights).second)
      bytes += layer.output.channels * layer.kernel_inputs() * model_of(layer.op).form(layer).taps() *
               layer.weight_bits / 8;
  return bytes;
}

std::uint64_t bias_bytes(const Program& program) {
  std::uint64_t bytes = 0;
  for (const auto& layer : program.layers)
    if (layer.has_bias) bytes += layer.output.channels;
  return bytes;
}

}  // namespace synergy::accel_model
