#include "data_memory.hpp"

#include <algorithm>
#include <bit>

namespace synergy::accel_model {
namespace {

/// One tensor's words in one instance: from `first`, for each of `pixels`, `used` words out of every `step`.
struct Words {
  std::uint64_t first, pixels, used, step;

  [[nodiscard]] std::uint64_t end() const { return first + (pixels - 1) * step + used; }
  [[nodiscard]] bool holds(std::uint64_t begin, std::uint64_t stop) const {
    if (used == 0 || stop <= first || begin >= end()) return false;
    if (begin <= first) return true;
    const std::uint64_t within = (begin - first) % step;
    return within < used || begin + (step - within) < stop;
  }
};

bool overlap(const Words& a, const Words& b) {
  if (a.used == 0 || b.used == 0 || a.end() <= b.first || b.end() <= a.first) return false;
  for (std::uint64_t pixel = 0; pixel < b.pixels; ++pixel) {
    const std::uint64_t begin = b.first + pixel * b.step;
    if (a.holds(begin, begin + b.used)) return true;
  }
  return false;
}

Words input_in(const Layer& layer, std::uint32_t instance) {
  const std::uint64_t used = passes_in_instance(layer.processors, layer.input.channels, instance);
  if (layer.data_format == schemas::DataFormat::kChw)
    return {layer.in_offset / 4, (layer.input.pixels() + 3) / 4, used, 1};
  return {layer.in_offset / 4, layer.input.pixels(), used, layer.input_passes};
}

Words output_in(const Layer& layer, std::uint32_t instance) {
  const std::uint64_t used = passes_in_instance(layer.output_processors, layer.output.channels, instance);
  const std::uint64_t width = layer.output_width / 8;
  return {layer.out_offset / 4, layer.output.pixels(), used * width, layer.output_passes * width};
}

Status check_room(const DeviceConstants& chip, std::string_view what, std::uint64_t bytes,
                  std::uint64_t offset) {
  if (bytes + offset <= chip.instance_bytes) return {};
  return Error{ErrorCode::kNoFit, "the " + std::string(what) + " needs " + std::to_string(bytes) +
                                      " bytes of each data memory from offset " + std::to_string(offset) +
                                      "; a " + std::string(chip.name) + " has " +
                                      std::to_string(chip.instance_bytes)};
}

}  // namespace

std::uint32_t passes_in_instance(std::uint64_t processors, std::uint32_t channels, std::uint32_t instance) {
  const std::uint32_t first = instance * kProcessorsPerInstance;
  if (((processors >> first) & 0xf) == 0) return 0;
  const std::uint32_t passes = passes_for(channels);
  const std::uint32_t in_last = channels - (passes - 1) * channels_per_pass(channels);
  const std::uint32_t before = std::popcount(processors & ((std::uint64_t{1} << first) - 1));
  return before < in_last ? passes : passes - 1;
}

Status check_data_memory(const Layer& layer, const DeviceConstants& chip) {
  const std::uint64_t pixel_bytes = layer.data_format == schemas::DataFormat::kChw ? 1 : 4;
  const std::uint64_t input = layer.input.pixels() * layer.input_passes * pixel_bytes;
  if (auto s = check_room(chip, "input", input, layer.in_offset); !s) return s;
  if (layer.out_offset >= chip.out_offset_limit)
    return Error{ErrorCode::kInvalid, "out_offset stays below " + std::to_string(chip.out_offset_limit) +
                                          " on a " + std::string(chip.name) + "; it is " +
                                          std::to_string(layer.out_offset)};
  const std::uint64_t output = layer.output.pixels() * layer.output_passes * 4 * (layer.output_width / 8);
  if (auto s = check_room(chip, "output", output, layer.out_offset); !s) return s;

  for (std::uint32_t instance = 0; instance < kInstances; ++instance) {
    const Words read = input_in(layer, instance), written = output_in(layer, instance);
    if (overlap(read, written))
      return Error{ErrorCode::kInvalid, "the output overwrites input that is still needed: in data memory " +
                                            std::to_string(instance) + " of the " + std::string(chip.name) +
                                            " the input fills bytes " + std::to_string(read.first * 4) +
                                            " to " + std::to_string(read.end() * 4 - 1) + ", the output " +
                                            std::to_string(written.first * 4) + " to " +
                                            std::to_string(written.end() * 4 - 1)};
  }
  return {};
}

}  // namespace synergy::accel_model
