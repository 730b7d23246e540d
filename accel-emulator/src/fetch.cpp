// From the tensors of a layer's sources to its operands.
#include <algorithm>

#include "synergy/accel/evaluate.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel {
namespace {

using Values = std::vector<std::int8_t>;

bool of_one_size(std::span<const Tensor* const> sources) {
  return std::all_of(sources.begin(), sources.end(), [&](const Tensor* source) {
    return source->shape.height == sources.front()->shape.height &&
           source->shape.width == sources.front()->shape.width;
  });
}

Tensor join_channels(std::span<const Tensor* const> sources) {
  Tensor joined{{0, sources.front()->shape.height, sources.front()->shape.width}, {}};
  for (const Tensor* source : sources) {
    joined.shape.channels += source->shape.channels;
    joined.values.insert(joined.values.end(), source->values.begin(), source->values.end());
  }
  return joined;
}

// Channel by channel, one source's pixels after the other's: a single column.
Tensor join_pixels(std::span<const Tensor* const> sources) {
  Tensor joined{{sources.front()->shape.channels, 0, 1}, {}};
  for (const Tensor* source : sources) joined.shape.height += std::uint32_t(source->shape.pixels());
  for (std::uint32_t c = 0; c < joined.shape.channels; ++c)
    for (const Tensor* source : sources) {
      const auto from = source->values.begin() + std::ptrdiff_t(c * source->shape.pixels());
      joined.values.insert(joined.values.end(), from, from + std::ptrdiff_t(source->shape.pixels()));
    }
  return joined;
}

// `layer.input.channels` channels of each operand, one operand after the other.
std::vector<Tensor> split_channels(const Tensor& joined, std::uint32_t operands, std::uint32_t skip,
                                   std::uint32_t channels) {
  SYNERGY_CHECK(skip + operands * channels <= joined.shape.channels, "a layer reads channels that are there");
  const auto pixels = joined.shape.pixels();
  std::vector<Tensor> parts;
  for (std::uint32_t o = 0; o < operands; ++o) {
    const auto from = joined.values.begin() + std::ptrdiff_t((skip + o * channels) * pixels);
    parts.push_back({{channels, joined.shape.height, joined.shape.width},
                     Values(from, from + std::ptrdiff_t(channels * pixels))});
  }
  return parts;
}

// Every n-th column belongs to one of n operands.
std::vector<Tensor> split_columns(const Tensor& joined, std::uint32_t operands) {
  std::vector<Tensor> parts(operands);
  for (auto& part : parts)
    part.shape = {joined.shape.channels, joined.shape.height, joined.shape.width / operands};
  for (std::size_t i = 0; i < joined.values.size(); ++i)
    parts[i % joined.shape.width % operands].values.push_back(joined.values[i]);
  return parts;
}

// The layer's input is the part without its first and last rows, in rows of the layer's own width.
Tensor crop(const accel_model::Layer& layer, Tensor part) {
  if (layer.crop_top + layer.crop_bottom > 0) {
    const std::size_t plane = part.values.size() / layer.input.channels, width = layer.input.width;
    Values kept;
    for (std::uint32_t c = 0; c < layer.input.channels; ++c) {
      const auto from = part.values.begin() + std::ptrdiff_t(c * plane);
      kept.insert(kept.end(), from + std::ptrdiff_t(layer.crop_top * width),
                  from + std::ptrdiff_t(plane - layer.crop_bottom * width));
    }
    part.values = std::move(kept);
  }
  SYNERGY_CHECK(part.values.size() == layer.input.values(), "a layer reads as much as its input has");
  part.shape = layer.input;
  return part;
}

}  // namespace

std::vector<Tensor> fetch_operands(const accel_model::Layer& layer, std::span<const Tensor* const> sources,
                                   bool legacy) {
  Tensor joined = of_one_size(sources) ? join_channels(sources) : join_pixels(sources);
  std::vector<Tensor> operands =
      legacy && layer.operands > 1
          ? split_columns(joined, layer.operands)
          : split_channels(joined, layer.operands, layer.channel_skip, layer.input.channels);
  for (auto& operand : operands) operand = crop(layer, std::move(operand));
  return operands;
}

}  // namespace synergy::accel
