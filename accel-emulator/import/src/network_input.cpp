#include "network_input.hpp"

#include <algorithm>

namespace synergy::accel_import {
namespace {

Status check_order(const LayerOrder& order) {
  for (std::size_t k = 1; k < order.layers.size(); ++k)
    if (order.layers[k].yaml->data_format == schemas::DataFormat::kChw)
      return Error{ErrorCode::kInvalid,
                   order.layers[k].label + ": data_format chw is for the first layer only"};
  return {};
}

}  // namespace

Result<schemas::InputDescription> describe_input(const LayerOrder& order,
                                                 const schemas::LayerDescription& first,
                                                 std::uint32_t first_channels,
                                                 const std::optional<documents::NpyArray>& sample) {
  if (auto status = check_order(order); !status) return status.error();
  schemas::InputDescription input;
  input.data_format = order.layers[0].yaml->data_format.value_or(schemas::DataFormat::kHwc);
  if (sample) {
    const auto& shape = sample->shape;
    if (shape.size() != 3 || *std::max_element(shape.begin(), shape.end()) > std::size_t(kMaxSize) ||
        *std::min_element(shape.begin(), shape.end()) == 0)
      return Error{ErrorCode::kInvalid,
                   "the sample's channels, rows and columns must be 1 to " + std::to_string(kMaxSize)};
    input.channels = std::uint32_t(shape[0]);
    input.height = std::uint32_t(shape[1]);
    input.width = std::uint32_t(shape[2]);
    return input;
  }
  if (!first.in_dim || first_channels == 0)
    return Error{ErrorCode::kInvalid, order.layers[0].label +
                                          ": the shape of the input is not known: give a sample, or in_dim "
                                          "(and in_channels) here"};
  input.channels = first_channels * first.operands;
  input.height = first.in_dim->rows + first.crop_top + first.crop_bottom;
  input.width = first.in_dim->columns;
  return input;
}

Result<std::optional<schemas::DataBufferDescription>> describe_buffer(const NetworkYaml& network) {
  if (network.data_buffer.empty()) return std::optional<schemas::DataBufferDescription>();
  const auto& buffer = network.data_buffer.front();
  if (*buffer.channels < 1 || *buffer.channels > kMaxSize || buffer.dim->rows < 1 ||
      buffer.dim->rows > kMaxSize || buffer.dim->columns < 1 || buffer.dim->columns > kMaxSize)
    return Error{ErrorCode::kInvalid,
                 buffer.place + ": channels and dim must be 1 to " + std::to_string(kMaxSize)};
  return std::optional(schemas::DataBufferDescription{*buffer.name, *buffer.channels, buffer.dim->rows,
                                                      buffer.dim->columns, buffer.processors->bits,
                                                      *buffer.offset});
}

}  // namespace synergy::accel_import
