#include "tensor_words.hpp"

#include <algorithm>

#include "data_memory.hpp"
#include "operators.hpp"

namespace synergy::accel_model {

bool TensorWords::holds(std::uint64_t word) const {
  if (empty() || word < first || word >= end()) return false;
  const std::uint64_t within = (word - first) % pixel_step;
  return within / unit_step < used && within % unit_step < unit;
}

bool overlap(const TensorWords& a, const TensorWords& b) {
  if (a.empty() || b.empty()) return false;
  const std::uint64_t begin = std::max(a.first, b.first), end = std::min(a.end(), b.end());
  for (std::uint64_t word = begin; word < end; ++word)
    if (a.holds(word) && b.holds(word)) return true;
  return false;
}

TensorWords input_words_in(const Layer& layer, std::uint32_t instance) {
  if (((layer.processors >> (instance * kProcessorsPerInstance)) & 0xf) == 0) return {};
  const std::uint64_t first = layer.in_offset / 4, operands = layer.operands;
  if (layer.data_format == schemas::DataFormat::kChw)
    return {first, (layer.input.pixels() + 3) / 4, 1, 1, 1, 1};
  // The loader writes every pass, also where a shorter last one leaves the instance out.
  const std::uint64_t words = operands * layer.input_passes;
  return {first, layer.input.pixels(), 1, words, words, words + layer.read_gap * operands};
}

TensorWords output_words_in(const Layer& layer, std::uint32_t instance) {
  const std::uint64_t used = passes_in_instance(layer.output_processors, layer.output.channels, instance);
  if (used == 0) return {};
  const std::uint64_t unit = layer.output_width / 8, unit_step = unit * (layer.write_gap + std::uint64_t(1));
  TensorWords words{layer.out_offset / 4,           layer.output.pixels(), used, unit, unit_step,
                    unit_step * layer.output_passes};
  if (!convolves(layer)) return words;
  const KernelForm form = model_of(layer.op).form(layer);
  words.first -= std::min<std::uint64_t>(words.first, form.scratch_before / 4);
  words.pixels += form.extra_pixels + form.scratch_before / 4 / layer.output_passes;
  return words;
}

}  // namespace synergy::accel_model
