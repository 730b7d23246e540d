#include "operators.hpp"

#include <algorithm>
#include <array>

#include "resolve.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel_model {
namespace {

constexpr std::array<std::pair<schemas::Operator, const OperatorModel*>, 5> kOperators{{
    {schemas::Operator::kConv2d, &kConv2dModel},
    {schemas::Operator::kConv1d, &kConv1dModel},
    {schemas::Operator::kConvTranspose2d, &kConvTranspose2dModel},
    {schemas::Operator::kLinear, &kLinearModel},
    {schemas::Operator::kPassthrough, &kPassthroughModel},
}};
static_assert(kOperators.size() == schemas::kEnumNames<schemas::Operator>.size(),
              "every operator has a model");

}  // namespace

const OperatorModel& model_of(schemas::Operator op) {
  for (const auto& [candidate, model] : kOperators)
    if (candidate == op) return *model;
  SYNERGY_CHECK(false, "an operator without a model");
  std::abort();
}

bool convolves(const Layer& layer) { return model_of(layer.op).convolves; }

bool has_weights(const Layer& layer) { return convolves(layer) && !layer.bypass; }

std::uint64_t weight_count(const Layer& layer) {
  if (!has_weights(layer)) return 0;
  return layer.output.channels * layer.kernel_inputs() * layer.kernel.rows * layer.kernel.columns;
}

Status resolve_sliding(const schemas::LayerDescription& description, Layer& layer) {
  if (description.out_channels == 0)
    return invalid(std::string(schemas::name_of(layer.op)) + " needs out_channels");
  const auto along = [](std::int64_t size, std::int64_t kernel, std::int64_t dilation, std::int64_t pad) {
    return size + 2 * pad - (kernel - 1) * dilation;
  };
  const auto rows = along(layer.pooled.height, layer.kernel.rows, layer.dilation, layer.pad.rows);
  const auto columns = along(layer.pooled.width, layer.kernel.columns, 1, layer.pad.columns);
  if (rows < 1 || columns < 1)
    return invalid("a kernel of " + std::to_string(layer.kernel.rows) + " x " +
                   std::to_string(layer.kernel.columns) + " with pad " + std::to_string(layer.pad.rows) +
                   " leaves no output from " + to_string(layer.pooled));
  layer.output = {description.out_channels, std::uint32_t(rows), std::uint32_t(columns)};
  return {};
}

Status check_padding(const Layer& layer, const DeviceConstants& chip) {
  const std::uint32_t most = std::min(kMaxPad, layer.kernel.rows - 1);
  if (layer.pad.rows <= most) return {};
  return invalid("a " + std::string(chip.name) + " pads a kernel of " + std::to_string(layer.kernel.rows) +
                 " rows by at most " + std::to_string(most) + "; pad is " + std::to_string(layer.pad.rows));
}

}  // namespace synergy::accel_model
