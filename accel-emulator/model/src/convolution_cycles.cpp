#include "convolution_cycles.hpp"

#include "kernel_layout.hpp"

namespace synergy::accel_model {
namespace {

/// The walk of the kernel: rows and columns of data, the padding that the hardware adds, columns that come
/// out.
struct Walk {
  std::uint64_t rows, columns;
  Extent kernel, pad;
  std::uint64_t out_columns;
};

constexpr std::uint32_t divide_up(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

Walk walk_of(const Layer& layer) {
  const Shape& in = layer.pooled;
  const Extent kernel = hardware_kernel(layer);
  if (layer.op == schemas::Operator::kConvTranspose2d)
    return {2ull * in.height,
            2ull * in.width,
            kernel,
            {2 - layer.pad.rows, 2 - layer.pad.columns},
            layer.output.width};
  if (has_long_dilation(layer))
    return {divide_up(in.height, layer.dilation), layer.dilation, kernel, {1, 1}, layer.dilation};
  return {in.height, in.width, kernel, layer.pad, layer.flatten ? in.width : layer.output.width};
}

/// Reading weights again for each padding pixel of an element-wise result that is pooled.
std::uint64_t weights_read_again(const Layer& layer, const Walk& walk, std::uint32_t first_column) {
  if (layer.pool_first || (layer.input_passes == 1 && layer.operands == 1)) return 0;
  const std::uint64_t pr = walk.pad.rows, pc = walk.pad.columns;
  const std::uint64_t pixels = (walk.rows + 2 * pr + 1 - walk.kernel.columns) * pc +
                               (walk.columns + 2 * pc + 1 - walk.kernel.rows) * pr - pr * pc;
  return pixels * first_column;
}

}  // namespace

// One cycle per fetch, one per write to the line buffer, one per write state. Padding costs as data does, but
// for the fetches of a pooling window; the write state of a pixel that completes no window is counted apart
// from that of one that does, hence the four kinds of rows.
std::uint64_t convolution_cycles(const Layer& layer, const DeviceConstants& chip,
                                 std::uint32_t first_column) {
  const Walk walk = walk_of(layer);
  const std::uint64_t passes = layer.input_passes, operands = layer.operands;
  const std::uint64_t window = layer.pooling.window_pixels(), slots = output_slots(layer);
  const std::uint64_t pad_rows = walk.pad.rows, pad_columns = walk.pad.columns;
  const std::uint64_t fill_rows = walk.kernel.rows - 1 - pad_rows;  // that real data must fill
  const std::uint64_t fill_columns = walk.kernel.columns - 1 - pad_columns;

  const std::uint64_t pad_pixel = 2 * passes * (layer.pool_first ? operands : 1);
  const std::uint64_t data_pixel =
      layer.pool_first ? passes * operands * (window + 1) : passes * (operands * window + 1);
  const std::uint64_t in_row = layer.pool_first ? 1 : passes;

  const std::uint64_t sides = 2 * pad_columns * (pad_pixel + 1);
  const std::uint64_t top_row = sides + in_row * walk.columns * (pad_pixel + 1);
  const std::uint64_t fill_row = sides + in_row * walk.columns * (data_pixel + 1);
  const std::uint64_t padding = pad_columns * (pad_pixel + 1) + pad_columns * pad_pixel;
  const std::uint64_t run_row =
      padding + in_row * (fill_columns * (data_pixel + 1) + (walk.out_columns - pad_columns) * data_pixel);
  const std::uint64_t bottom_row =
      padding + in_row * (fill_columns * (pad_pixel + 1) + (walk.out_columns - pad_columns) * pad_pixel);
  const std::uint64_t out_row = passes * walk.out_columns * slots + (slots == 1 && passes == 1 ? 1 : 0);

  // The flattening hardware needs one more cycle from 17 rounds on.
  const std::uint64_t flatten = layer.flatten && passes * walk.rows * walk.columns >= 17 ? 1 : 0;
  const std::uint64_t again = chip.reads_weights_again ? weights_read_again(layer, walk, first_column) : 0;
  return flatten + again + pad_rows * top_row + fill_rows * fill_row +
         (walk.rows - fill_rows) * (run_row + out_row) + pad_rows * (bottom_row + out_row);
}

}  // namespace synergy::accel_model
