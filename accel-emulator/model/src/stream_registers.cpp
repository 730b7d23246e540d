#include <algorithm>

#include "streaming.hpp"
#include "synergy/accel_model/rounding.hpp"
#include "synergy/accel_model/streaming.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::uint64_t kChwPixels = 4;  ///< of CHW data, in a word

/// The figures of one layer, under the names of the hardware description.
struct Sizes {
  explicit Sizes(const Layer& layer)
      : rows(layer.pooling.window.rows),
        columns(layer.pooling.window.columns),
        stride(layer.pooling.stride.rows),
        width(layer.input.width),
        padded(width + 2 * layer.pad.columns),
        pad(layer.pad.rows),
        operands(layer.operands),
        passes(layer.input_passes),
        row_step(std::max<std::uint64_t>(rows * layer.pooling.dilation.rows, stride)),
        column_step(std::max<std::uint64_t>(columns * layer.pooling.dilation.columns, stride)),
        chw(layer.data_format == schemas::DataFormat::kChw),
        readahead(layer.readahead) {}

  [[nodiscard]] bool pools() const { return stride != 1 || rows != 1; }
  /// Columns that pooling leaves over at the end of a row, counted in steps of `step`.
  [[nodiscard]] std::uint64_t left_over(std::uint64_t step, std::uint64_t reach) const {
    auto whole = width / step;
    if (whole > 0 && whole * stride + reach > width) --whole;
    return width - whole * step;
  }

  std::uint64_t rows, columns, stride, width, padded, pad, operands, passes, row_step, column_step;
  bool chw, readahead;
};

StreamRegisters of_max78000(const Layer& layer, const Layer* before) {
  const Sizes s(layer);
  StreamRegisters registers;
  if (before == nullptr) {
    registers.start = ((s.rows - 1) * s.width + s.columns) * s.rows;
    registers.delta1 = (s.stride - 1) * s.operands;
    registers.delta2 = (s.rows - 1) * s.width * s.operands;
  } else {
    const std::uint64_t kernel = before->kernel.rows;
    const std::uint64_t width = before->pooled.width + 2 * before->pad.columns;
    registers.start = width * (kernel + s.rows - 2) + kernel - 1 + s.columns + 2;
    registers.delta1 = s.stride * s.operands;
    registers.delta2 = (s.stride - 1) * width + s.columns * s.operands;
  }
  constexpr std::uint64_t kChwBuffer = 12;
  const auto words = registers.start + (s.rows - 1) * s.width + std::max(s.stride, s.columns);
  registers.buffer_words = s.chw ? kChwBuffer : round_up(words, s.passes);
  return registers;
}

std::uint64_t first_row(const Sizes& s) {
  return (s.row_step * s.padded + s.pad + 2 * s.column_step) * s.operands;
}

StreamRegisters first_of_max78002(const Sizes& s) {
  StreamRegisters registers;
  registers.start = (s.pools() ? first_row(s) : s.column_step) + (s.readahead ? s.stride : 0);
  registers.delta1 = s.stride * s.operands - (s.pools() ? 0 : 1);
  const auto skipped = s.left_over(s.stride, s.columns - 1);
  registers.delta2 =
      s.stride == 1 ? registers.delta1 + skipped : (s.stride - 1) * s.width + skipped + s.columns - 1;
  registers.buffer_words =
      (registers.start + (s.stride - 1) * s.padded + s.column_step) * (s.chw ? kChwPixels * s.stride : 1);
  if (s.chw)
    for (auto* value : {&registers.start, &registers.delta1, &registers.delta2})
      *value = round_up(*value, kChwPixels) / kChwPixels;
  registers.delta2 += registers.delta2 > 0 ? 1 : 0;  // the pipeline is on, as it is by default
  return registers;
}

StreamRegisters later_of_max78002(const Sizes& s, bool last) {
  StreamRegisters registers;
  const auto adjusted = s.column_step == 1 ? 0 : s.left_over(s.column_step, s.columns);
  registers.start = (s.pad > 0 ? s.pad : s.stride) * s.padded + first_row(s) +
                    (last ? s.stride * adjusted : 0) + (s.readahead ? s.stride : 0);
  registers.delta1 = s.stride * s.operands;
  registers.delta2 = s.stride == 1 ? registers.delta1 + adjusted : (s.stride - 1) * s.width + adjusted;
  const auto words =
      registers.start + (s.passes - 1) * (s.row_step * s.width + s.pad + s.column_step) + s.column_step;
  registers.buffer_words = round_up(words, s.passes);
  return registers;
}

}  // namespace

std::vector<StreamRegisters> stream_registers(const Program& program, schemas::AcceleratorKind kind) {
  const auto count = streaming_layers(program);
  std::vector<StreamRegisters> all;
  for (std::size_t k = 0; k < count; ++k) {
    const Layer& layer = program.layers[k];
    if (kind == schemas::AcceleratorKind::kMax78000)
      all.push_back(of_max78000(layer, k > 0 ? &program.layers[k - 1] : nullptr));
    else
      all.push_back(k == 0 ? first_of_max78002(Sizes(layer))
                           : later_of_max78002(Sizes(layer), k + 1 == count));
    if (program.fifo != schemas::Fifo::kNone) continue;
    all.back().buffer_words = 0;  // the input lies in data memory whole
    if (k == 0) all.back().start = all.back().delta1 = all.back().delta2 = 0;
  }
  return all;
}

}  // namespace synergy::accel_model
