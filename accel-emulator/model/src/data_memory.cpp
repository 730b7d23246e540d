#include "data_memory.hpp"

#include <algorithm>
#include <bit>

#include "operators.hpp"
#include "synergy/base/hexadecimal.hpp"
#include "tensor_words.hpp"

namespace synergy::accel_model {
namespace {

Error no_room(const DeviceConstants& chip, std::string_view what, std::uint64_t bytes, std::uint64_t offset) {
  return {ErrorCode::kNoFit, "the " + std::string(what) + " needs " + std::to_string(bytes) +
                                 " bytes of each data memory from offset " + hexadecimal(offset) + " on; a " +
                                 std::string(chip.name) + " has " + std::to_string(chip.instance_bytes) +
                                 " (" + hexadecimal(chip.instance_bytes) + ")"};
}

std::uint64_t input_bytes(const Layer& layer) {
  const std::uint64_t pixel_bytes = layer.data_format == schemas::DataFormat::kChw ? 1 : 4;
  return layer.input.pixels() * layer.input_passes * layer.operands * pixel_bytes;
}

std::uint64_t output_bytes(const Layer& layer) {
  const std::uint64_t extra = convolves(layer) ? model_of(layer.op).form(layer).extra_pixels : 0;
  return (layer.output.pixels() + extra) * layer.output_passes * layer.output_width / 2;
}

// Read-ahead reads from one bank of the data memory while another is written.
Status check_readahead(const Layer& layer, const DeviceConstants& chip) {
  if (!layer.readahead) return {};
  const auto bank = [](std::uint64_t byte) { return byte / kDataBankBytes; };
  for (const auto in : {bank(layer.in_offset), bank(layer.in_offset + input_bytes(layer) - 1)})
    for (const auto out : {bank(layer.out_offset), bank(layer.out_offset + output_bytes(layer) - 1)})
      if (in == out)
        return Error{ErrorCode::kInvalid, "readahead on a " + std::string(chip.name) +
                                              " needs input and output in different banks of " +
                                              std::to_string(kDataBankBytes) + " bytes; both use bank " +
                                              std::to_string(in)};
  return {};
}

Error overwritten(const DeviceConstants& chip, std::string_view what, std::uint32_t instance,
                  const TensorWords& there, const TensorWords& written) {
  const auto bytes = [](const TensorWords& words) {
    return hexadecimal(words.first * 4) + " to " + hexadecimal(words.end() * 4 - 1);
  };
  return {ErrorCode::kInvalid, "the output overwrites " + std::string(what) + ": in data memory " +
                                   std::to_string(instance) + " of the " + std::string(chip.name) +
                                   " that fills bytes " + bytes(there) + ", the output " + bytes(written) +
                                   kOverlapHint};
}

// `there` gives the words of what must stay, by instance.
template <class There>
Status check_against(const Layer& layer, const DeviceConstants& chip, std::string_view what, There there) {
  // Most instances look alike; the answer for one holds for the others.
  TensorWords last_there, last_written;
  for (std::uint32_t instance = 0; instance < kInstances; ++instance) {
    const TensorWords kept = there(instance), written = output_words_in(layer, instance);
    if (kept == last_there && written == last_written) continue;
    if (overlap(kept, written)) return overwritten(chip, what, instance, kept, written);
    last_there = kept;
    last_written = written;
  }
  return {};
}

// What layers that stream write is neither judged nor kept here: rolling buffers are judged by
// `check_streaming`, and the layer behind them may overwrite what it reads, because its writing stays behind
// its reading. The vendor tool's own face detection network does so.
Status check_layer_overlaps(const Program& program, std::size_t k, const Layer* before,
                            const DeviceConstants& chip) {
  const Layer& layer = program.layers[k];
  if (layer.streaming) return {};
  if (before == nullptr && program.fifo == schemas::Fifo::kNone)
    if (auto s = check_against(layer, chip, "input that is still needed",
                               [&](auto instance) { return input_words_in(layer, instance); });
        !s)
      return s;
  if (before != nullptr && !before->streaming)
    if (auto s = check_against(layer, chip,
                               "input that is still needed, the output of layer '" + before->name + "'",
                               [&](auto instance) { return output_words_in(*before, instance); });
        !s)
      return s;
  for (std::size_t other = 0; other < k; ++other) {
    const Layer& marked = program.layers[other];
    if (!marked.is_output || marked.skipped || marked.streaming) continue;
    if (auto s = check_against(layer, chip, "layer '" + marked.name + "', which is marked as output",
                               [&](auto instance) { return output_words_in(marked, instance); });
        !s)
      return s;
  }
  return {};
}

}  // namespace

std::uint32_t passes_in_instance(std::uint64_t processors, std::uint32_t channels, std::uint32_t instance) {
  const std::uint32_t first = instance * kProcessorsPerInstance;
  if (((processors >> first) & 0xf) == 0) return 0;
  const auto each = std::uint32_t(std::popcount(processors));
  const std::uint32_t passes = (channels + each - 1) / each;
  const std::uint32_t in_last = channels - (passes - 1) * each;
  const auto before = std::uint32_t(std::popcount(processors & ((std::uint64_t{1} << first) - 1)));
  return before < in_last ? passes : passes - 1;
}

Status check_data_room(const Program& program, std::size_t k, const DeviceConstants& chip) {
  const Layer& layer = program.layers[k];
  if (layer.out_offset >= chip.out_offset_limit)
    return Error{ErrorCode::kInvalid, "out_offset stays below " + hexadecimal(chip.out_offset_limit) +
                                          " on a " + std::string(chip.name) + "; it is " +
                                          hexadecimal(layer.out_offset)};
  if (!layer.streaming && input_bytes(layer) + layer.in_offset > chip.instance_bytes) {
    auto error = no_room(chip, "input", input_bytes(layer), layer.in_offset);
    if (k == program.first_run() && program.first_layer == 0)
      error.message +=
          "; a first layer that streams through a FIFO keeps only some rows of it (streaming: true, "
          "fifo: standard in a model, --fifo standard of import)";
    return error;
  }
  const bool last = k == program.last_run();
  if ((!layer.streaming || last) && output_bytes(layer) + layer.out_offset > chip.instance_bytes)
    return no_room(chip, "output", output_bytes(layer), layer.out_offset);
  return check_readahead(layer, chip);
}

Status check_overlaps(const Program& program, const DeviceConstants& chip) {
  if (program.overlap_data) return {};
  const Layer* before = nullptr;
  for (std::size_t k = 0; k < program.layers.size(); ++k) {
    if (program.layers[k].skipped) continue;
    if (auto status = check_layer_overlaps(program, k, before, chip); !status)
      return status.error().at(layer_label(program, k));
    before = &program.layers[k];
  }
  return {};
}

}  // namespace synergy::accel_model
