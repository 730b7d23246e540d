#include "layer_rules.hpp"

#include <algorithm>
#include <bit>
#include <initializer_list>

#include "operators.hpp"
#include "synergy/base/hexadecimal.hpp"

namespace synergy::accel_model {
namespace {

struct Limit {
  ErrorCode code;
  std::uint64_t have, limit;
  std::string_view what, whose;
};

// `a MAX78000 takes at most 1024 rows; the input has 1300`
Status within(const DeviceConstants& chip, std::initializer_list<Limit> limits) {
  for (const auto& [code, have, limit, what, whose] : limits)
    if (have > limit)
      return Error{code, "a " + std::string(chip.name) + " takes at most " + std::to_string(limit) + " " +
                             std::string(what) + "; " + std::string(whose) + " " + std::to_string(have)};
  return {};
}

constexpr auto kNoFit = ErrorCode::kNoFit;
constexpr auto kInvalid = ErrorCode::kInvalid;

Status check_features(const Layer& layer, const DeviceConstants& chip) {
  for (const auto& [used, there, what] : std::initializer_list<std::tuple<bool, bool, std::string_view>>{
           {layer.depthwise(), chip.has_depthwise, "groups"},
           {layer.read_gap != 0, chip.has_read_gap, "read_gap"},
           {layer.bypass, chip.has_bypass, "bypass"},
           {layer.binary, chip.has_binary_weights, "binary weights"},
           {layer.calcx4, chip.has_calcx4, "calcx4"},
           {layer.readahead, chip.has_readahead, "readahead"}})
    if (used && !there)
      return Error{kInvalid, "a " + std::string(chip.name) + " has no " + std::string(what)};
  return {};
}

Status check_sizes(const Layer& layer, const DeviceConstants& chip) {
  const std::uint64_t limit = chip.max_rows_or_columns;
  std::uint64_t rows = layer.input.height, columns = layer.input.width;
  if (layer.op == schemas::Operator::kConvTranspose2d) {
    rows = 2 * rows;
    columns = 2 * columns;
  }
  const Extent pad = convolves(layer) ? model_of(layer.op).form(layer).pad : Extent{0, 0};
  const std::uint64_t padded =
      chip.padded_size_is_limited
          ? std::max(rows + 2 * std::uint64_t(pad.rows), columns + 2 * std::uint64_t(pad.columns))
          : 0;
  return within(chip, {{kNoFit, layer.input.height, limit, "rows", "the input has"},
                       {kNoFit, layer.input.width, limit, "columns", "the input has"},
                       {kNoFit, layer.input.channels, kMaxChannels, "channels", "the input has"},
                       {kNoFit, layer.output.height, limit, "rows", "the output has"},
                       {kNoFit, layer.output.width, limit, "columns", "the output has"},
                       {kNoFit, layer.output.channels, kMaxChannels, "channels", "the output has"},
                       {kNoFit, padded, limit, "rows or columns with padding", "the padded input has"},
                       {kNoFit, layer.input.pixels() * layer.input_passes, kMaxPixelsTimesPasses,
                        "pixels times passes", "the input has"}});
}

Status check_passes(const Layer& layer, const DeviceConstants& chip) {
  const std::uint64_t step = layer.output_passes * (std::uint64_t(layer.write_gap) + 1);
  if (auto s = within(chip, {{kNoFit, step, chip.max_output_step, "output passes times (write_gap + 1)",
                              "the layer has"}});
      !s)
    return s;
  if (!layer.flatten)
    return within(chip, {{kNoFit, layer.input_passes, kMaxInputPasses, "input passes", "the layer needs"}});
  const std::uint64_t pixels = layer.pooled.pixels(), product = pixels * layer.input_passes;
  return within(chip,
                {{kNoFit, pixels, kMaxFlattenPixels, "pixels to flatten", "the input has"},
                 {kNoFit, product, kMaxFlattenProduct, "pixels times passes to flatten", "the input has"},
                 {kNoFit, layer.pooled.values(), kMaxFlattenValues, "values to flatten", "the input has"}});
}

Status check_pooling(const Layer& layer, const DeviceConstants& chip) {
  const auto& [kind, window, stride, dilation, rounding] = layer.pooling;
  if (stride.rows != stride.columns && layer.input.width > 1)
    return Error{kInvalid, "a " + std::string(chip.name) +
                               " pools with one stride along rows and columns; they are " +
                               std::to_string(stride.rows) + " and " + std::to_string(stride.columns)};
  const std::uint64_t reach = std::max(std::uint64_t(window.rows - 1) * dilation.rows,
                                       std::uint64_t(window.columns - 1) * dilation.columns);
  return within(
      chip,
      {{kInvalid, std::max(window.rows, window.columns), kMaxPoolWindow,
        "rows and columns in a pooling window", "this one has"},
       {kInvalid, std::max(stride.rows, stride.columns), kMaxPoolStride, "as pooling stride", "this one is"},
       {kInvalid, std::max(dilation.rows, dilation.columns), chip.max_pool_dilation, "as pooling dilation",
        "this one is"},
       {kInvalid, reach, kMaxPoolReach, "as (pooling window - 1) times dilation", "this one is"}});
}

Status check_shift(const Layer& layer, const DeviceConstants& chip) {
  if (layer.output_shift >= -kMaxShift && layer.output_shift <= kMaxShift) return {};
  return Error{kInvalid, "output_shift with that of the weights' width is -15 to 15 on a " +
                             std::string(chip.name) + "; it is " + std::to_string(layer.output_shift)};
}

Status check_operands(const Layer& layer, const DeviceConstants& chip) {
  constexpr std::uint32_t kMaxBeforePooling = 2;
  const std::string a_chip = "a " + std::string(chip.name);
  if (!layer.pool_first && layer.operands > kMaxBeforePooling)
    return Error{kInvalid, a_chip +
                               " pools after an element-wise operation of at most 2 operands; there are " +
                               std::to_string(layer.operands)};
  if (layer.read_gap != 0 && layer.input_passes > 1)
    return Error{kInvalid, a_chip + " takes read_gap with one pass only; there are " +
                               std::to_string(layer.input_passes) + " for " +
                               std::to_string(layer.input.channels) + " channels"};
  if (layer.operands == 1) return {};
  if (!chip.adds_operands_with_bias && convolves(layer) && layer.has_bias)
    return Error{kInvalid, a_chip +
                               " takes no bias in a layer that combines operands and convolves; it has " +
                               std::to_string(layer.output.channels) + " biases for " +
                               std::to_string(layer.operands) + " operands"};
  const bool two_by_two = layer.operands == 2 && layer.input_passes == 2;
  const bool plain_copy = !convolves(layer) && !layer.pooling.active();
  if (!chip.adds_operands_of_many_passes && layer.input_passes > 1 && !two_by_two && !plain_copy)
    return Error{kInvalid,
                 a_chip +
                     " combines operands of several passes in a passthrough layer without pooling, or 2 "
                     "of 2 passes; there are " +
                     std::to_string(layer.operands) + " operands of " + std::to_string(layer.input_passes) +
                     " passes"};
  return {};
}

Status check_operator(const Layer& layer, const DeviceConstants& chip) {
  return model_of(layer.op).check(layer, chip);
}

// Channel and processor keep together, four by four.
Status check_depthwise(const Layer& layer, const DeviceConstants& chip) {
  if (!layer.depthwise()) return {};
  const auto first_in = std::uint32_t(std::countr_zero(layer.processors));
  const auto last_in = 63 - std::uint32_t(std::countl_zero(layer.processors));
  const auto first_out = std::uint32_t(std::countr_zero(layer.output_processors));
  const std::string on_chip = "on a " + std::string(chip.name) + ", a depthwise layer";
  if (first_out % kProcessorsPerInstance != 0)
    return Error{kInvalid,
                 on_chip +
                     " writes from a processor on that is a multiple of 4; output_processors begins at " +
                     std::to_string(first_out)};
  if (first_in % kProcessorsPerInstance != 0 &&
      first_in / kProcessorsPerQuadrant != last_in / kProcessorsPerQuadrant)
    return Error{kInvalid, on_chip +
                               " in several quadrants reads from a multiple of 4 on; processors begins at " +
                               std::to_string(first_in)};
  return {};
}

Status check_mask(std::uint64_t mask, std::uint32_t channels, std::uint32_t most, std::string_view which) {
  const std::uint32_t need = channels_per_pass(channels, most), have = std::uint32_t(std::popcount(mask));
  if (need == have) return {};
  const auto passes = passes_for(channels, most);
  return Error{kInvalid, std::string(which) + " " + hexadecimal(mask) + " names " + std::to_string(have) +
                             (have == 1 ? " processor; " : " processors; ") + std::to_string(channels) +
                             (channels == 1 ? " channel takes " : " channels take ") + std::to_string(need) +
                             (passes > 1 ? " in each of " + std::to_string(passes) + " passes" : "")};
}

}  // namespace

Status check_layer(const Layer& layer, const DeviceConstants& chip) {
  for (const auto check : {check_features, check_sizes, check_passes, check_pooling, check_shift,
                           check_operands, check_operator, check_depthwise})
    if (auto status = check(layer, chip); !status) return status;
  return {};
}

Status check_masks(const Layer& layer, std::uint32_t most, const DeviceConstants& chip) {
  const std::uint64_t read = layer.in_all_quadrants ? layer.processors & 0xffff : layer.processors;
  if (auto s = check_mask(read, layer.input.channels, most, "processors"); !s) return s;
  if (auto s = check_mask(layer.output_processors, layer.output.channels, most, "output_processors"); !s)
    return s;
  if (layer.data_format != schemas::DataFormat::kChw) return {};
  for (std::uint32_t instance = 0; instance < kInstances; ++instance)
    if (std::popcount((layer.processors >> (instance * kProcessorsPerInstance)) & 0xf) > 1)
      return Error{kInvalid, "CHW data on a " + std::string(chip.name) +
                                 " takes one processor of each four; processors names several from " +
                                 std::to_string(instance * kProcessorsPerInstance) + " on"};
  return {};
}

}  // namespace synergy::accel_model
