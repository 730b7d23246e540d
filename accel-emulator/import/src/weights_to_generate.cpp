#include "weights_to_generate.hpp"

#include <bit>

namespace synergy::accel_import {

std::size_t WeightsToGenerate::source_of(std::size_t k) const {
  return order_.layers[k].weight_source.value_or(k);
}

Error WeightsToGenerate::wrong(std::size_t k, const std::string& what) const {
  return {ErrorCode::kInvalid, order_.layers[k].label + ": " + what};
}

Status WeightsToGenerate::describe(std::size_t k, schemas::LayerDescription& layer) const {
  const auto& source = *order_.layers[source_of(k)].yaml;
  const auto& own = order_.layers[k].yaml->quantization;
  const auto width = source.quantization.value_or(WeightWidth{});
  if (own && (own->bits != width.bits || own->binary != width.binary))
    return wrong(k, "has another quantization than its weight_source");
  layer.weight_bits = width.bits;
  layer.binary = width.binary;
  layer.output_shift = source.output_shift.value_or(0);
  if (layer.out_channels == 0) layer.out_channels = source.out_channels.value_or(0);
  return {};
}

std::optional<std::string> WeightsToGenerate::assume_channels(std::size_t k,
                                                              const std::optional<ProcessorMask>& output_map,
                                                              schemas::LayerDescription& layer) const {
  if (layer.out_channels != 0 || layer.groups != 1) return std::nullopt;
  auto mask = order_.layers[k].yaml->output_processors;
  if (!mask && k == order_.last) mask = output_map;
  if (!mask && k < order_.last) mask = order_.layers[k + 1].yaml->processors;
  if (!mask) return std::nullopt;
  layer.out_channels = std::uint32_t(std::popcount(mask->bits));
  return "layer " + std::to_string(k) + " '" + order_.layers[k].name +
         "': " + std::to_string(layer.out_channels);
}

Status WeightsToGenerate::check_channels(const std::vector<schemas::LayerDescription>& layers) const {
  std::vector<std::size_t> lacking;
  for (std::size_t k = 0; k <= order_.last; ++k) {
    const bool takes_weights = layers[k].op != schemas::Operator::kPassthrough && !layers[k].bypass;
    // A depthwise layer has as many channels out as in.
    if (takes_weights && layers[k].out_channels == 0 && layers[k].groups == 1) lacking.push_back(k);
  }
  if (lacking.empty()) return {};
  std::string others;
  for (std::size_t i = 1; i < lacking.size(); ++i)
    others += (i == 1 ? "; so it must in layers " : ", ") + std::to_string(lacking[i]);
  return wrong(
      lacking.front(),
      "out_channels must be given, because no checkpoint says how many there are" + others +
          (lacking.front() == order_.last ? "; nothing reads the last layer, whose mask would tell" : ""));
}

Status WeightsToGenerate::name(std::size_t k, std::int64_t kernel_inputs, schemas::LayerDescription& layer) {
  const auto source = source_of(k);
  // Of a source and a layer that streams only one may have been made wider.
  const auto name = "weights_" + std::to_string(source) + "_" + std::to_string(layer.kernel_size);
  const Kernels kernels{kernel_inputs, layer.out_channels};
  const auto& first = named_.emplace(name, kernels).first->second;
  if (!(first == kernels))
    return wrong(k, "has kernels of " + std::to_string(kernels.inputs) + " inputs and " +
                        std::to_string(kernels.outputs) + " outputs; those it shares with layer " +
                        std::to_string(source) + " have " + std::to_string(first.inputs) + " and " +
                        std::to_string(first.outputs));
  layer.weights = name;
  return {};
}

}  // namespace synergy::accel_import
