#include "kernel_layout.hpp"

#include <algorithm>
#include <bit>

#include "synergy/accel_model/device_constants.hpp"

namespace synergy::accel_model {
namespace {

struct OutputSpan {
  std::uint64_t start;    ///< position of the first output processor among its four
  std::uint64_t base;     ///< from the first to the last output processor
  std::uint64_t holes;    ///< unused processors between them
  std::uint64_t surplus;  ///< outputs that the last pass could hold and does not
};

OutputSpan output_span(const Layer& layer) {
  const std::uint64_t used = std::popcount(layer.output_processors);
  const std::uint64_t first = std::countr_zero(layer.output_processors);
  const std::uint64_t last = 63 - std::countl_zero(layer.output_processors);
  const std::uint64_t start = first % kProcessorsPerInstance;
  // With several output passes the walk begins at the multiple of four.
  const std::uint64_t begin = layer.output_passes > 1 ? first - start : first;
  const std::uint64_t all = layer.output_passes * used;
  return {start, last - begin + 1, last - first + 1 - used,
          all > layer.output.channels ? all - layer.output.channels : 0};
}

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

}  // namespace

KernelColumns dense_kernel_columns(const Layer& layer) {
  const OutputSpan span = output_span(layer);
  const std::uint64_t taps = std::uint64_t(layer.kernel) * layer.kernel;
  const std::uint64_t rounds = layer.input_passes * (layer.flatten ? layer.pooled.pixels() : 1);

  std::uint64_t kernels = span.base * layer.output_passes * rounds;
  if (layer.flatten) kernels -= span.surplus * rounds;
  const std::uint64_t length = divide_up(kernels * taps, kBytesPerColumn);

  // A flattened layer counts its passes as one here.
  const std::uint64_t offset = span.start * taps * (layer.flatten ? 1 : layer.input_passes) / kBytesPerColumn;
  const std::uint64_t outputs = std::uint64_t(layer.output_passes) * std::popcount(layer.output_processors);
  const std::uint64_t bytes =
      layer.flatten ? layer.output.channels * rounds * taps + span.surplus * taps : outputs * rounds * taps;
  const std::uint64_t written = divide_up(bytes, kBytesPerColumn);
  const std::uint64_t end = std::max(offset + span.holes + written, length + span.start);
  return {std::uint32_t(layer.flatten ? end : length), std::uint32_t(offset), std::uint32_t(end),
          std::uint32_t(written)};
}

std::uint64_t dense_output_slots(const Layer& layer) {
  const OutputSpan span = output_span(layer);
  const std::uint64_t slots = (span.base + span.start) * layer.output_passes;
  return layer.flatten ? slots - span.surplus : slots;
}

}  // namespace synergy::accel_model
