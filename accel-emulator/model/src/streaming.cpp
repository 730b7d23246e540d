#include "streaming.hpp"

#include <algorithm>
#include <bit>

#include "operators.hpp"
#include "synergy/accel_model/streaming.hpp"
#include "tensor_words.hpp"

namespace synergy::accel_model {
namespace {

using schemas::Fifo;
constexpr auto kInvalid = ErrorCode::kInvalid;

/// The processors that FIFOs feed: the first four of every quadrant, with CHW data the first one.
constexpr std::uint64_t kFifoProcessors = 0x000f'000f'000f'000f, kFifoProcessorsChw = 0x0001'0001'0001'0001;

Error in_fifo(const DeviceConstants& chip, const std::string& what) {
  return {kInvalid, "through a FIFO of a " + std::string(chip.name) + ", " + what};
}

Status check_fifo(const Layer& first, Fifo fifo, const DeviceConstants& chip) {
  if (fifo == Fifo::kNone) return {};
  const bool chw = first.data_format == schemas::DataFormat::kChw, fast = fifo != Fifo::kStandard;
  const std::uint32_t most = fast ? (chw ? 1 : 4) : (chw ? 4 : 16);
  if (first.input.channels > most)
    return in_fifo(chip, "at most " + std::to_string(most) + " channels are read; the input has " +
                             std::to_string(first.input.channels));
  const std::uint64_t allowed = chw ? kFifoProcessorsChw : kFifoProcessors;
  const std::uint64_t others = first.processors & ~allowed;
  if (others != 0)
    return in_fifo(chip, "the layer can not read with processor " + std::to_string(std::countr_zero(others)));
  if (fast && first.output_width == 32) return in_fifo(chip, "a fast one's layer writes 8 bits, not 32");
  if (fast && !convolves(first)) return in_fifo(chip, "a fast one's layer is no passthrough");
  return {};
}

Status check_chain(const Program& program, std::size_t count, const DeviceConstants& chip) {
  const std::string a_chip = "a " + std::string(chip.name);
  for (std::size_t k = count; k < program.layers.size(); ++k)
    if (program.layers[k].streaming)
      return Error{kInvalid, layer_label(program, k) + ": only the first layers of " + a_chip +
                                 " stream; layer '" + program.layers[k - 1].name + "' before it does not"};
  if (count == 0) return {};
  if (program.fifo == Fifo::kNone && !program.allow_streaming)
    return Error{kInvalid, layer_label(program, 0) + ": a first layer that streams needs a FIFO"};
  if (count > kMaxStreamingLayers)
    return Error{ErrorCode::kNoFit, layer_label(program, kMaxStreamingLayers) + ": " + a_chip +
                                        " streams at most " + std::to_string(kMaxStreamingLayers) +
                                        " layers; there are " + std::to_string(count)};
  for (std::size_t k = 0; k < count; ++k) {
    const Layer& layer = program.layers[k];
    if (layer.sequence != k || layer.skipped)
      return Error{kInvalid, layer_label(program, k) + ": layers of " + a_chip +
                                 " stream in order from 0 on; its sequence is " +
                                 std::to_string(layer.sequence)};
    if (!chip.streams_passthrough && !convolves(layer))
      return Error{kInvalid, layer_label(program, k) + ": " + a_chip + " does not stream passthrough"};
  }
  const Layer& last = program.layers[count - 1];
  if (!chip.streams_unpadded_to_the_end && convolves(last) && last.pad.rows == 0)
    return Error{kInvalid, layer_label(program, count - 1) + ": the last layer that " + a_chip +
                               " streams needs padding; it has none"};
  return {};
}

Error too_large(const DeviceConstants& chip, std::string_view what, std::uint64_t value,
                std::uint64_t limit) {
  return {ErrorCode::kNoFit, "to stream it on a " + std::string(chip.name) + ", the " + std::string(what) +
                                 " must be below " + std::to_string(limit) + "; it is " +
                                 std::to_string(value)};
}

/// Entries of the line buffer that a layer uses: one for each column its kernel stops at.
std::uint64_t line_buffer_entries(const Layer& layer) {
  const std::uint64_t padded = layer.pooled.width + 2 * layer.pad.columns;
  return padded >= layer.kernel.columns ? padded - layer.kernel.columns + 1 : 1;
}

/// Every value fits its register; passes and line buffers are shared by all layers that stream.
Status check_registers(const Program& program, const std::vector<StreamRegisters>& registers,
                       const DeviceConstants& chip) {
  const auto& limits = chip.stream_limits;
  std::uint64_t passes = 0, entries = 0;
  for (std::size_t k = 0; k < registers.size(); ++k) {
    const Layer& layer = program.layers[k];
    entries += line_buffer_entries(layer);
    const auto& own = registers[k];
    struct Limited {
      std::string_view what;
      std::uint64_t value, limit;
    };
    for (const auto& [what, value, limit] :
         {Limited{"number of pixels it waits for", own.start, limits.start},
          Limited{"step from output to output", own.delta1, limits.delta1},
          Limited{"step from row to row", own.delta2, limits.delta2},
          Limited{"rolling buffer, in words,", own.buffer_words, limits.buffer_words},
          Limited{"input frame, in pixels,", k == 0 ? layer.input.pixels() : 0, limits.frame},
          Limited{"number of passes of the layers before it", passes, limits.passes},
          Limited{"line buffer use of it and the layers before it", entries, limits.line_buffer}})
      if (value >= limit) return too_large(chip, what, value, limit).at(layer_label(program, k));
    passes += layer.input_passes;
  }
  return {};
}

struct ByteRange {
  std::uint64_t begin = 0, end = 0;
  std::uint32_t instances = 0;  ///< one bit each

  [[nodiscard]] bool meets(const ByteRange& other) const { return begin < other.end && other.begin < end; }
  [[nodiscard]] std::string text() const {
    return "bytes " + std::to_string(begin) + " to " + std::to_string(end - 1);
  }
};

std::uint32_t instances_of(std::uint64_t processors) {
  std::uint32_t instances = 0;
  for (std::uint32_t i = 0; i < kInstances; ++i)
    if (((processors >> (i * kProcessorsPerInstance)) & 0xf) != 0) instances |= 1u << i;
  return instances;
}

/// Words may differ from instance to instance; the longest counts.
ByteRange output_range(const Layer& layer) {
  ByteRange range{layer.out_offset, layer.out_offset, instances_of(layer.output_processors)};
  for (std::uint32_t i = 0; i < kInstances; ++i)
    range.end = std::max(range.end, output_words_in(layer, i).end() * 4);
  return range;
}

Error on_buffer(const Program& program, std::size_t k, const ByteRange& buffer, const std::string& what,
                const ByteRange& other) {
  return Error{ErrorCode::kInvalid, "its rolling buffer, " + buffer.text() + " of its data memories, and " +
                                        what + ", " + other.text() + ", overlap"}
      .at(layer_label(program, k));
}

/// Rolling buffers are all in use at once: none may lie in another, or in what streaming writes to the end.
Status check_buffers(const Program& program, const std::vector<StreamRegisters>& registers,
                     const DeviceConstants& chip) {
  std::vector<ByteRange> buffers;
  for (std::size_t k = 0; k < registers.size(); ++k) {
    const Layer& layer = program.layers[k];
    const ByteRange buffer{layer.in_offset, layer.in_offset + registers[k].buffer_words * 4,
                           instances_of(layer.processors)};
    if (buffer.end > chip.instance_bytes)
      return Error{ErrorCode::kNoFit,
                   "its rolling buffer needs " + std::to_string(buffer.end - buffer.begin) +
                       " bytes of each data memory from offset " + std::to_string(buffer.begin) + "; a " +
                       std::string(chip.name) + " has " + std::to_string(chip.instance_bytes)}
          .at(layer_label(program, k));
    for (std::size_t other = 0; other < k; ++other)
      if (buffer.meets(buffers[other]))
        return on_buffer(program, k, buffer, "that of layer '" + program.layers[other].name + "'",
                         buffers[other]);
    buffers.push_back(buffer);
  }
  const std::size_t last = registers.size() - 1;
  const auto written = output_range(program.layers[last]);
  for (std::size_t k = 0; k <= last; ++k)
    if (buffers[k].meets(written) &&
        (last == program.last_run() || (k == last && (buffers[k].instances & written.instances) != 0)))
      return on_buffer(program, k, buffers[k], "the output of layer '" + program.layers[last].name + "'",
                       written);
  return {};
}

}  // namespace

std::size_t streaming_layers(const Program& program) {
  std::size_t count = 0;
  while (count < program.layers.size() && program.layers[count].streaming) ++count;
  return count;
}

Status check_streaming(const Program& program, const DeviceConstants& chip) {
  const std::size_t first = program.first_run();
  if (auto s = check_fifo(program.layers[first], program.fifo, chip); !s)
    return s.error().at(layer_label(program, first));
  if (auto s = check_chain(program, streaming_layers(program), chip); !s) return s;
  const auto registers = stream_registers(program, chip.kind);
  if (registers.empty() || program.fifo == Fifo::kNone) return {};
  if (auto s = check_registers(program, registers, chip); !s) return s;
  return check_buffers(program, registers, chip);
}

}  // namespace synergy::accel_model
