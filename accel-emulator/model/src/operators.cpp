#include "operators.hpp"

#include <array>

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

bool convolves(const Layer& layer) { return model_of(layer.op).has_weights; }

bool has_weights(const Layer& layer) { return convolves(layer) && !layer.bypass; }

std::uint64_t weight_count(const Layer& layer) {
  if (!has_weights(layer)) return 0;
  return layer.output.channels * layer.kernel_inputs() * layer.kernel.rows * layer.kernel.columns;
}

}  // namespace synergy::accel_model
