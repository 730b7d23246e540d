#include "kernel_layout.hpp"

#include <algorithm>
#include <bit>

#include "synergy/accel_model/device_constants.hpp"

namespace synergy::accel_model {
namespace {

struct OutputSpan {
  std::uint64_t start;    ///< position of the first output processor among its four
  std::uint64_t begin;    ///< where the walk over output processors begins
  std::uint64_t last;     ///< and ends
  std::uint64_t surplus;  ///< outputs that the last pass could hold and does not

  [[nodiscard]] std::uint64_t base() const { return last - begin + 1; }
};

OutputSpan output_span(const Layer& layer) {
  const std::uint64_t first = std::countr_zero(layer.output_processors);
  const std::uint64_t last = 63 - std::countl_zero(layer.output_processors);
  const std::uint64_t start = first % kProcessorsPerInstance;
  // With several output passes the walk begins at the multiple of four.
  const std::uint64_t begin = layer.output_passes > 1 ? first - start : first;
  const std::uint64_t all = std::uint64_t(layer.output_passes) * std::popcount(layer.output_processors);
  return {start, begin, last, all > layer.output.channels ? all - layer.output.channels : 0};
}

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

/// Outputs that share a byte lie beside each other; a group without any output leaves a column empty.
struct Groups {
  std::uint64_t used = 0, skipped = 0;
};

Groups groups_of(const Layer& layer, std::uint64_t size) {
  const std::uint64_t first = std::countr_zero(layer.output_processors);
  const std::uint64_t last = 63 - std::countl_zero(layer.output_processors);
  Groups groups;
  for (std::uint64_t p = first; p <= last; p += size) {
    const std::uint64_t mask = (size == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << size) - 1) << p;
    ++((layer.output_processors & mask) != 0 ? groups.used : groups.skipped);
  }
  return groups;
}

}  // namespace

// A conv1d's taps are stretched with zeros up to nine; a longer dilation folds the signal into rows and
// becomes a 3x3 kernel.
Extent hardware_kernel(const Layer& layer) {
  if (layer.op != schemas::Operator::kConv1d) return layer.kernel;
  if (has_long_dilation(layer)) return {3, 3};
  return {(layer.kernel.rows - 1) * layer.dilation + 1, 1};
}

bool has_long_dilation(const Layer& layer) {
  constexpr std::uint64_t kLongestStretch = 9;
  return layer.op == schemas::Operator::kConv1d &&
         std::uint64_t(layer.kernel.rows - 1) * layer.dilation >= kLongestStretch;
}

KernelColumns kernel_columns(const Layer& layer) {
  const OutputSpan span = output_span(layer);
  const Extent kernel = hardware_kernel(layer);
  const std::uint64_t taps = std::uint64_t(kernel.rows) * kernel.columns, bits = layer.weight_bits;
  const std::uint64_t per_byte = 8 / bits, passes = layer.input_passes;
  const std::uint64_t rounds = passes * (layer.flatten ? layer.pooled.pixels() : 1);

  std::uint64_t kernels = layer.depthwise() ? passes : span.base() * layer.output_passes * rounds;
  if (layer.flatten) kernels -= span.surplus * rounds;
  const std::uint64_t length =
      divide_up(kernels * taps * bits + (kernels % per_byte) * taps * (per_byte - 1), 8 * kBytesPerColumn);

  // A flattened layer counts its passes as one here.
  const std::uint64_t offset = span.start * taps * (layer.flatten ? 1 : passes) / kBytesPerColumn;
  const Groups groups = groups_of(layer, per_byte);
  std::uint64_t bytes = layer.output_passes * groups.used * passes * taps, skipped = groups.skipped;
  if (layer.flatten)
    bytes = layer.output.channels * divide_up(rounds, per_byte) * taps + span.surplus * (taps / per_byte);
  if (layer.depthwise()) {
    bytes = passes * taps;
    skipped = 0;
  }
  const std::uint64_t written = divide_up(bytes, kBytesPerColumn);
  const std::uint64_t end = std::max(offset + skipped + written, length + span.start);
  return {std::uint32_t(layer.flatten ? end : length), std::uint32_t(offset), std::uint32_t(end),
          std::uint32_t(written)};
}

std::uint64_t output_slots(const Layer& layer) {
  const OutputSpan span = output_span(layer);
  if (layer.depthwise()) return 1 + span.start;
  const std::uint64_t slots = (span.base() + span.start) * layer.output_passes;
  return layer.flatten ? slots - span.surplus : slots;
}

}  // namespace synergy::accel_model
