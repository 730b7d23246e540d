#include "operators.hpp"

#include <array>

#include "synergy/base/check.hpp"

namespace synergy::accel {
namespace {

constexpr std::array<std::pair<schemas::Operator, OperatorFunction>, 5> kOperators{{
    {schemas::Operator::kConv2d, conv2d},
    {schemas::Operator::kConv1d, conv1d},
    {schemas::Operator::kConvTranspose2d, conv_transpose2d},
    {schemas::Operator::kLinear, linear},
    {schemas::Operator::kPassthrough, passthrough},
}};
static_assert(kOperators.size() == schemas::kEnumNames<schemas::Operator>.size(),
              "every operator is computed");

}  // namespace

OperatorFunction function_of(schemas::Operator op) {
  for (const auto& [candidate, function] : kOperators)
    if (candidate == op) return function;
  SYNERGY_CHECK(false, "an operator without a function");
  std::abort();
}

}  // namespace synergy::accel
