#include "streaming.hpp"

#include <algorithm>
#include <bit>

#include "operators.hpp"

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

/// Number of layers from the first on that stream.
std::size_t streaming_layers(const Program& program) {
  std::size_t count = 0;
  while (count < program.layers.size() && program.layers[count].streaming) ++count;
  return count;
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

}  // namespace

Status check_streaming(const Program& program, const DeviceConstants& chip) {
  const std::size_t first = program.first_run();
  if (auto s = check_fifo(program.layers[first], program.fifo, chip); !s)
    return s.error().at(layer_label(program, first));
  return check_chain(program, streaming_layers(program), chip);
}

}  // namespace synergy::accel_model
