#include "../operators.hpp"
#include "synergy/accel/fixed_point.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel {
namespace {

std::int32_t apply(schemas::Eltwise op, std::int32_t a, std::int32_t b) {
  switch (op) {
    case schemas::Eltwise::kAdd:
      return a + b;
    case schemas::Eltwise::kSub:
      return a - b;
    case schemas::Eltwise::kOr:
      return a | b;
    case schemas::Eltwise::kXor:
      return a ^ b;
    case schemas::Eltwise::kNone:
      break;
  }
  SYNERGY_CHECK(false, "operands with an operation");
  std::abort();
}

}  // namespace

// ((x0 op x1) op x2) ...: exact in between, saturated to a byte once at the end.
Tensor combine(schemas::Eltwise op, std::vector<Tensor> operands) {
  Tensor combined = std::move(operands.front());
  for (std::size_t i = 0; i < combined.values.size(); ++i) {
    std::int32_t value = combined.values[i];
    for (std::size_t o = 1; o < operands.size(); ++o) value = apply(op, value, operands[o].values[i]);
    combined.values[i] = saturate_to_int8(value);
  }
  return combined;
}

}  // namespace synergy::accel
