#include "convolution_cycles.hpp"

#include "kernel_layout.hpp"

namespace synergy::accel_model {

// One cycle per fetch, one per write to the line buffer, one per write state. Padding costs as data does, but
// for the fetches of a pooling window; the write state of a pixel that completes no window is counted apart
// from that of one that does, hence the four kinds of rows.
std::uint64_t convolution_cycles(const Layer& layer) {
  const std::uint64_t passes = layer.input_passes;
  const std::uint64_t window = std::uint64_t(layer.pooling.window) * layer.pooling.window;
  const std::uint64_t slots = dense_output_slots(layer);
  const std::uint64_t rows = layer.pooled.height, columns = layer.pooled.width, pad = layer.pad;
  const std::uint64_t out_columns = layer.flatten ? columns : layer.output.width;
  const std::uint64_t unpadded = layer.kernel - 1 - pad;  // kernel rows or columns that real data must fill

  const std::uint64_t pad_pixel = 2 * passes;
  const std::uint64_t data_pixel = passes * (window + 1);

  const std::uint64_t side = 2 * pad * (pad_pixel + 1);
  const std::uint64_t top_row = side + columns * (pad_pixel + 1);
  const std::uint64_t fill_row = side + columns * (data_pixel + 1);
  const std::uint64_t padding = pad * (pad_pixel + 1) + pad * pad_pixel;
  const std::uint64_t run_row = padding + unpadded * (data_pixel + 1) + (out_columns - pad) * data_pixel;
  const std::uint64_t bottom_row = padding + unpadded * (pad_pixel + 1) + (out_columns - pad) * pad_pixel;
  const std::uint64_t out_row = passes * out_columns * slots + (slots == 1 && passes == 1 ? 1 : 0);

  // The flattening hardware needs one more cycle from 17 rounds on.
  const std::uint64_t flatten = layer.flatten && passes * rows * columns >= 17 ? 1 : 0;
  return flatten + pad * top_row + unpadded * fill_row + (rows - unpadded) * (run_row + out_row) +
         pad * (bottom_row + out_row);
}

}  // namespace synergy::accel_model
