#include "synergy/accel_model/rules.hpp"

#include <algorithm>
#include <bit>
#include <initializer_list>

#include "data_memory.hpp"
#include "operators.hpp"
#include "synergy/accel_model/device_constants.hpp"

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

Status check_sizes(const Layer& layer, const DeviceConstants& chip) {
  const std::uint64_t limit = chip.max_rows_or_columns;
  const std::uint64_t longest = std::max(layer.input.height, layer.input.width);
  const std::uint64_t padded = chip.padded_size_is_limited ? longest + 2 * std::uint64_t(layer.pad.rows) : 0;
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
  const Limit output{kNoFit, layer.output_passes, chip.max_output_passes, "output passes", "the layer needs"};
  if (!layer.flatten)
    return within(chip,
                  {{kNoFit, layer.input_passes, kMaxInputPasses, "input passes", "the layer needs"}, output});
  const std::uint64_t pixels = layer.pooled.pixels(), product = pixels * layer.input_passes;
  return within(chip,
                {{kNoFit, pixels, kMaxFlattenPixels, "pixels to flatten", "the input has"},
                 {kNoFit, product, kMaxFlattenProduct, "pixels times passes to flatten", "the input has"},
                 {kNoFit, layer.pooled.values(), kMaxFlattenValues, "values to flatten", "the input has"},
                 output});
}

Status check_pooling(const Layer& layer, const DeviceConstants& chip) {
  const auto& [kind, window, stride, dilation, rounding] = layer.pooling;
  return within(chip, {{kInvalid, std::max(window.rows, window.columns), kMaxPoolWindow,
                        "rows and columns in a pooling window", "this one has"},
                       {kInvalid, std::max(stride.rows, stride.columns), kMaxPoolStride, "as pooling stride",
                        "this one is"}});
}

Status check_shift(const Layer& layer, const DeviceConstants& chip) {
  if (layer.output_shift >= -kMaxShift && layer.output_shift <= kMaxShift) return {};
  return Error{kInvalid, "output_shift is -15 to 15 on a " + std::string(chip.name) + "; it is " +
                             std::to_string(layer.output_shift)};
}

Status check_mask(std::uint64_t mask, std::uint32_t channels, std::string_view which) {
  const std::uint32_t need = channels_per_pass(channels), have = std::popcount(mask);
  if (need == have) return {};
  return Error{kInvalid, std::string(which) + " names " + std::to_string(have) + " processors; " +
                             std::to_string(channels) + " channels take " + std::to_string(need) +
                             " in each of " + std::to_string(passes_for(channels)) + " passes"};
}

Status check_masks(const Layer& layer, const DeviceConstants& chip) {
  if (auto s = check_mask(layer.processors, layer.input.channels, "processors"); !s) return s;
  if (auto s = check_mask(layer.output_processors, layer.output.channels, "output_processors"); !s) return s;
  if (layer.data_format != schemas::DataFormat::kChw) return {};
  for (std::uint32_t instance = 0; instance < kInstances; ++instance)
    if (std::popcount((layer.processors >> (instance * kProcessorsPerInstance)) & 0xf) > 1)
      return Error{kInvalid, "CHW data on a " + std::string(chip.name) +
                                 " takes one processor of each four; processors names several from " +
                                 std::to_string(instance * kProcessorsPerInstance) + " on"};
  return {};
}

Status check_operator(const Layer& layer, const DeviceConstants& chip) {
  return model_of(layer.op).check(layer, chip);
}

Status check_whole(const Program& program, const DeviceConstants& chip) {
  const std::string model = "model '" + program.model.text() + "'";
  if (auto s = within(chip, {{kNoFit, program.layers.size(), chip.max_layers, "layers", "this program has"}});
      !s)
    return s.error().at(model);
  if ((processors_used(program) & 0xffff) == 0)
    return Error{kInvalid,
                 model + ": a " + std::string(chip.name) +
                     " is controlled through quadrant 0; some layer must use one of processors 0 to 15"};
  for (std::size_t k = 1; k < program.layers.size(); ++k)
    if (program.layers[k].data_format == schemas::DataFormat::kChw)
      return Error{kInvalid, layer_label(program, k) + ": only the first layer reads CHW data"};
  return {};
}

}  // namespace

Status check_rules(const Program& program, schemas::AcceleratorKind kind) {
  const DeviceConstants& chip = constants_of(kind);
  if (auto status = check_whole(program, chip); !status) return status;
  for (std::size_t k = 0; k < program.layers.size(); ++k)
    for (const auto check : {check_sizes, check_passes, check_pooling, check_shift, check_masks,
                             check_operator, check_data_memory})
      if (auto status = check(program.layers[k], chip); !status)
        return status.error().at(layer_label(program, k));
  return {};
}

}  // namespace synergy::accel_model
