#include "kernel_layout.hpp"

#include <algorithm>
#include <bit>

#include "operators.hpp"
#include "synergy/accel_model/device_constants.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::uint64_t kBitsPerColumn = 8 * kBytesPerColumn;

struct OutputSpan {
  std::uint64_t start;    ///< position of the first output processor among its four
  std::uint64_t base;     ///< from the first to the last output processor
  std::uint64_t surplus;  ///< outputs that the last pass could hold and does not
};

OutputSpan output_span(const Layer& layer) {
  const std::uint64_t first = std::countr_zero(layer.output_processors);
  const std::uint64_t last = 63 - std::countl_zero(layer.output_processors);
  const std::uint64_t start = first % kProcessorsPerInstance;
  // With several output passes the walk begins at the multiple of four.
  const std::uint64_t begin = layer.output_passes > 1 ? first - start : first;
  const std::uint64_t all = std::uint64_t(layer.output_passes) * std::popcount(layer.output_processors);
  return {start, last - begin + 1, all > layer.output.channels ? all - layer.output.channels : 0};
}

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

/// Neighbouring output processors whose weights share a byte.
struct ByteGroups {
  std::uint64_t used = 0;   ///< with an output in them
  std::uint64_t holes = 0;  ///< between those
};

ByteGroups byte_groups(std::uint64_t mask, std::uint32_t outputs_per_byte) {
  ByteGroups groups;
  const std::uint64_t group = (std::uint64_t{1} << outputs_per_byte) - 1;
  for (mask >>= std::countr_zero(mask); mask != 0; mask >>= outputs_per_byte)
    ++((mask & group) != 0 ? groups.used : groups.holes);
  return groups;
}

/// What a processor holds: outputs it has a kernel for, times rounds, times taps.
struct Kernels {
  std::uint64_t taps, rounds;
  std::uint32_t per_byte;  ///< outputs that share a byte
};

// Kernels the registers count, without those of the processors below the mask's first.
std::uint64_t counted_kernels(const Layer& layer, const OutputSpan& span, std::uint64_t rounds) {
  if (layer.depthwise()) return layer.input_passes;
  std::uint64_t kernels = span.base * layer.output_passes * rounds;
  if (layer.flatten) kernels -= span.surplus * rounds;
  return layer.in_all_quadrants ? divide_up(kernels, kQuadrants) : kernels;
}

// Bytes of kernels in one processor of `quadrant`.
std::uint64_t kernel_bytes(const Layer& layer, const OutputSpan& span, const ByteGroups& groups,
                           const Kernels& kernels, std::uint32_t quadrant) {
  const auto [taps, rounds, per_byte] = kernels;
  if (layer.depthwise()) return rounds * taps;
  if (layer.flatten)
    return divide_up(layer.output.channels * rounds, per_byte) * taps + span.surplus * (taps / per_byte);
  const std::uint64_t outputs = std::uint64_t(layer.output_passes) * std::popcount(layer.output_processors);
  // Outputs are dealt to the quadrants in turn.
  if (layer.in_all_quadrants)
    return divide_up((outputs + kQuadrants - 1 - quadrant) / kQuadrants, per_byte) * rounds * taps;
  // Without holes, the passes' outputs follow each other without a gap.
  const bool dense = groups.holes == 0 && span.base == std::uint64_t(std::popcount(layer.output_processors));
  return (dense ? divide_up(outputs, per_byte) : layer.output_passes * groups.used) * rounds * taps;
}

}  // namespace

KernelColumns kernel_columns(const Layer& layer) {
  const OutputSpan span = output_span(layer);
  const std::uint32_t bits = layer.weight_bits, per_byte = 8 / bits;
  const std::uint64_t taps = model_of(layer.op).form(layer).taps();
  const std::uint64_t rounds = layer.input_passes * (layer.flatten ? layer.pooled.pixels() : 1);

  const std::uint64_t kernels = counted_kernels(layer, span, rounds);
  const std::uint64_t length =
      divide_up(kernels * taps * bits + kernels % per_byte * taps * (per_byte - 1), kBitsPerColumn);

  // A flattened layer counts its passes as one here.
  const std::uint64_t offset = span.start * taps * (layer.flatten ? 1 : layer.input_passes) / kBytesPerColumn;
  // Where a mask has holes, an unused byte takes a whole column.
  const ByteGroups groups = byte_groups(layer.output_processors, per_byte);
  const std::uint64_t holes = layer.depthwise() || layer.flatten ? 0 : groups.holes;
  KernelColumns columns;
  columns.searched = std::uint32_t(length);
  columns.occupied_begin = std::uint32_t(offset);
  for (std::uint32_t q = 0; q < kQuadrants; ++q) {
    const std::uint64_t bytes = kernel_bytes(layer, span, groups, {taps, rounds, per_byte}, q);
    const std::uint64_t filled = offset + holes + divide_up(bytes, kBytesPerColumn);
    // Columns that are counted, but hold no kernel any more, are written with zeros.
    const std::uint64_t end = layer.in_all_quadrants ? filled : std::max(filled, length + span.start);
    columns.written[q] = std::uint32_t(end - offset - holes);
    columns.occupied_end = std::max(columns.occupied_end, std::uint32_t(end));
  }
  columns.length = layer.flatten ? columns.occupied_end : columns.searched;
  return columns;
}

std::uint64_t output_slots(const Layer& layer) {
  // The vendor tool counts no slots where no kernel lies in memory.
  if (layer.bypass) return 0;
  const OutputSpan span = output_span(layer);
  if (layer.depthwise()) return 1 + span.start;
  const std::uint64_t slots = (span.base + span.start) * layer.output_passes;
  if (layer.in_all_quadrants) return divide_up(slots, kQuadrants);
  return layer.flatten ? slots - span.surplus : slots;
}

}  // namespace synergy::accel_model
