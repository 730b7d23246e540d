#include "synergy/accel_model/cycles.hpp"

#include <algorithm>
#include <bit>

#include "kernel_layout.hpp"
#include "operators.hpp"

namespace synergy::accel_model {
namespace {

/// Cycles per pixel: one per fetch, one per write to the line buffer, one per write state.
struct PixelCycles {
  std::uint64_t padding, data;
  std::uint64_t rounds;  ///< a row is walked so often
};

// Operands are pooled one by one, or combined first and pooled once, pass by pass.
PixelCycles pixel_cycles(const Layer& layer, std::uint64_t passes) {
  const std::uint64_t window = layer.pooling.window_pixels(), operands = layer.operands;
  if (layer.pool_first) return {2 * passes * operands, passes * operands * (window + 1), 1};
  return {2 * passes, passes * (operands * window + 1), passes};
}

// A MAX78000 that pools after an element-wise operation reads weights again while it pads.
std::uint64_t read_again(const Layer& layer, const KernelForm& form, std::uint32_t first_column) {
  if (layer.pool_first || (layer.input_passes == 1 && layer.operands == 1)) return 0;
  const std::int64_t pad_rows = form.pad.rows, pad_columns = form.pad.columns;
  const std::int64_t down = std::int64_t(form.image.rows) + 2 * pad_rows - form.kernel.columns + 1;
  const std::int64_t across = std::int64_t(form.image.columns) + 2 * pad_columns - form.kernel.rows + 1;
  return std::uint64_t((down * pad_columns + across * pad_rows - pad_rows * pad_columns) * first_column);
}

// Padding costs as data does, but for the fetches of a pooling window; the write state of a pixel that
// completes no window is counted apart from that of one that does, hence the four kinds of rows. In signed
// numbers: an image narrower than its padding makes some terms negative.
std::uint64_t kernel_cycles(const Layer& layer, bool reads_again, std::uint32_t first_column) {
  const KernelForm form = model_of(layer.op).form(layer);
  const std::int64_t passes = layer.input_passes, slots = std::int64_t(output_slots(layer));
  const std::int64_t rows = form.image.rows, columns = form.image.columns, out_columns = form.out_columns;
  const std::int64_t pad_rows = form.pad.rows, pad_columns = form.pad.columns;
  const std::int64_t fill_rows = std::int64_t(form.kernel.rows) - 1 - pad_rows;
  const std::int64_t fill_columns = std::int64_t(form.kernel.columns) - 1 - pad_columns;
  const PixelCycles pixel = pixel_cycles(layer, layer.input_passes);
  const std::int64_t padding = std::int64_t(pixel.padding), data = std::int64_t(pixel.data);
  const std::int64_t rounds = std::int64_t(pixel.rounds);

  const std::int64_t side = 2 * pad_columns * (padding + 1);
  const std::int64_t top_row = side + rounds * columns * (padding + 1);
  const std::int64_t fill_row = side + rounds * columns * (data + 1);
  const std::int64_t edges = pad_columns * (padding + 1) + pad_columns * padding;
  const std::int64_t run_row =
      edges + rounds * fill_columns * (data + 1) + rounds * (out_columns - pad_columns) * data;
  const std::int64_t bottom_row =
      edges + rounds * fill_columns * (padding + 1) + rounds * (out_columns - pad_columns) * padding;
  const std::int64_t out_row = passes * out_columns * slots + (slots == 1 && passes == 1 ? slots : 0);

  // The flattening hardware needs one more cycle from 17 rounds on.
  const std::int64_t flatten = layer.flatten && passes * rows * columns >= 17 ? 1 : 0;
  const std::uint64_t again = reads_again ? read_again(layer, form, first_column) : 0;
  return again + std::uint64_t(flatten + pad_rows * top_row + fill_rows * fill_row +
                               (rows - fill_rows) * (run_row + out_row) + pad_rows * (bottom_row + out_row));
}

std::uint64_t passthrough_cycles(const Layer& layer) {
  std::uint64_t slots = 0;
  for (std::uint32_t quadrant = 0; quadrant < kQuadrants; ++quadrant) {
    const std::uint64_t mask = layer.processors >> (quadrant * kProcessorsPerQuadrant) & 0xffff;
    slots = std::max<std::uint64_t>(
        slots, (std::popcount(mask) + kProcessorsPerInstance - 1) / kProcessorsPerInstance);
  }
  const bool twice = layer.pooling.active() && layer.output_passes > 1;
  const std::uint64_t passes = twice ? 2 * layer.input_passes - 1 : layer.input_passes;
  return layer.pooled.pixels() * (pixel_cycles(layer, passes).data + passes * slots);
}

}  // namespace

std::uint64_t layer_cycles(const Layer& layer, schemas::AcceleratorKind kind, std::uint32_t first_column) {
  if (layer.skipped) return 0;
  const std::uint64_t cycles =
      convolves(layer) ? kernel_cycles(layer, constants_of(kind).reads_weights_again, first_column)
                       : passthrough_cycles(layer);
  return layer.streaming ? (15 * cycles + 9) / 10 : cycles;
}

std::uint64_t program_cycles(const Program& program, schemas::AcceleratorKind kind,
                             const ProgramPlacement& placement) {
  std::uint64_t cycles = kStartCycles;
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    cycles += layer_cycles(program.layers[k], kind, placement.layers[k].start);
  return cycles;
}

std::uint64_t macs(const Layer& layer) {
  if (!convolves(layer)) return 0;
  const std::uint64_t taps = std::uint64_t(layer.kernel.rows) * layer.kernel.columns;
  return layer.output.channels * layer.kernel_inputs() * taps * layer.output.pixels();
}

}  // namespace synergy::accel_model
