#include "streaming.hpp"

#include <algorithm>
#include <bit>

#include "data_memory.hpp"
#include "operators.hpp"
#include "synergy/accel_model/streaming.hpp"
#include "synergy/base/hexadecimal.hpp"

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
    return Error{kInvalid, layer_label(program, 0) +
                               ": a first layer that streams needs a FIFO (fifo: standard in a model, --fifo "
                               "standard of import)"};
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

/// Bytes of data memory, the same in every instance it uses. Both ends belong to it: the vendor tool takes
/// two ranges that only touch for overlapping.
struct ByteRange {
  std::uint64_t first = 0, last = 0;
  std::uint32_t instances = 0;  ///< one bit each

  [[nodiscard]] bool meets(const ByteRange& other) const {
    return (instances & other.instances) != 0 && first <= other.last && other.first <= last;
  }
  [[nodiscard]] std::string text() const { return hexadecimal(first) + " to " + hexadecimal(last); }
};

std::uint32_t instances_of(std::uint64_t processors) {
  std::uint32_t instances = 0;
  for (std::uint32_t i = 0; i < kInstances; ++i)
    if (((processors >> (i * kProcessorsPerInstance)) & 0xf) != 0) instances |= 1u << i;
  return instances;
}

constexpr std::uint64_t kWordBytes = 4;

/// The rolling buffers of all layers that stream, and the rules about them. The hardware description numbers
/// these rules [63] (a) to (e).
class RollingBuffers {
 public:
  RollingBuffers(const Program& program, const std::vector<StreamRegisters>& registers,
                 const DeviceConstants& chip)
      : program_(program), chip_(chip) {
    for (std::size_t k = 0; k < registers.size(); ++k) {
      const Layer& layer = program.layers[k];
      buffers_.push_back({layer.in_offset, layer.in_offset + registers[k].buffer_words * kWordBytes,
                          instances_of(layer.processors)});
    }
  }

  [[nodiscard]] Status check() const {
    for (std::size_t k = 0; k < buffers_.size(); ++k)
      for (const auto rule : {&RollingBuffers::check_room, &RollingBuffers::check_own_output,
                              &RollingBuffers::check_other_buffers, &RollingBuffers::check_readahead})
        if (auto status = (this->*rule)(k); !status) return status.error().at(layer_label(program_, k));
    return check_last_output();
  }

 private:
  [[nodiscard]] const Layer& layer(std::size_t k) const { return program_.layers[k]; }
  [[nodiscard]] std::string own(std::size_t k) const {
    return "its rolling buffer, bytes " + buffers_[k].text() + " of its data memories,";
  }

  /// (b)
  [[nodiscard]] Status check_room(std::size_t k) const {
    if (buffers_[k].last < chip_.instance_bytes) return {};
    return Error{ErrorCode::kNoFit, own(k) + " does not end below " + hexadecimal(chip_.instance_bytes) +
                                        ", the size of a data memory of a " + std::string(chip_.name)};
  }

  /// (a) A layer that writes with a processor that it reads with: its writing runs behind its reading, in the
  /// buffer and beyond it.
  [[nodiscard]] Status check_own_output(std::size_t k) const {
    const std::uint64_t described =
        layer(k).in_all_quadrants ? layer(k).processors & 0xffff : layer(k).processors;
    if ((described & layer(k).output_processors) == 0) return {};
    const std::uint64_t in = layer(k).in_offset, out = layer(k).out_offset;
    const std::uint64_t buffer = buffers_[k].last - buffers_[k].first;
    std::uint64_t reach = buffer;
    if (k == program_.last_run())
      reach = std::max(reach, layer(k).output.pixels() * layer(k).output_passes * kWordBytes);
    if (in < out ? in + buffer < out : out + reach < in) return {};
    return Error{kInvalid, own(k) + " meets what it writes with the same processors, " + hexadecimal(out) +
                               " to " + hexadecimal(out + (in < out ? buffer : reach)) +
                               "; move in_offset or out_offset"};
  }

  /// (c)
  [[nodiscard]] Status check_other_buffers(std::size_t k) const {
    if (program_.overlap_data) return {};
    for (std::size_t other = 0; other < k; ++other)
      if (buffers_[k].meets(buffers_[other]))
        return Error{kInvalid, own(k) + " and that of layer '" + layer(other).name + "', bytes " +
                                   buffers_[other].text() + ", overlap in data memory " +
                                   shared_memory(buffers_[k], buffers_[other]) + kOverlapHint};
    return {};
  }

  /// (e) Read-ahead reads from one bank of a data memory while another is written.
  [[nodiscard]] Status check_readahead(std::size_t k) const {
    if (!layer(k).readahead) return {};
    for (std::size_t other = 0; other < k; ++other)
      if (layer(other).readahead &&
          buffers_[k].first / kDataBankBytes == buffers_[other].first / kDataBankBytes)
        return Error{kInvalid, "its rolling buffer begins at " + hexadecimal(buffers_[k].first) +
                                   ", in the same bank of " + std::to_string(kDataBankBytes) +
                                   " bytes as that of layer '" + layer(other).name +
                                   "'; two layers that stream with readahead need a bank each"};
    return {};
  }

  /// (d) What the last layer that streams writes stays; the buffers are still in use while it is written.
  [[nodiscard]] Status check_last_output() const {
    if (program_.overlap_data) return {};
    const std::size_t last = buffers_.size() - 1;
    const Layer& writer = layer(last);
    const ByteRange written{
        writer.out_offset,
        writer.out_offset + writer.output.pixels() * kWordBytes * (writer.output_width / 8),
        instances_of(writer.output_processors)};
    for (std::size_t k = 0; k <= last; ++k)
      if (buffers_[k].meets(written))
        return Error{kInvalid, "its output, bytes " + written.text() + " of its data memories, and " +
                                   (k == last ? "its own rolling buffer"
                                              : "the rolling buffer of layer '" + layer(k).name + "'") +
                                   ", bytes " + buffers_[k].text() + ", overlap in data memory " +
                                   shared_memory(buffers_[k], written) + kOverlapHint}
            .at(layer_label(program_, last));
    return {};
  }

  static std::string shared_memory(const ByteRange& a, const ByteRange& b) {
    return std::to_string(std::countr_zero(a.instances & b.instances));
  }

  const Program& program_;
  const DeviceConstants& chip_;
  std::vector<ByteRange> buffers_;
};

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
  return RollingBuffers(program, registers, chip).check();
}

}  // namespace synergy::accel_model
