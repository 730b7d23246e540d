#include "onednn.hpp"

namespace synergy::accel_bench {

std::unique_ptr<OneDnnConv> OneDnnConv::make(const accel_model::Layer&) { return nullptr; }

Result<std::string> limit_onednn(std::string_view) {
  return Error{ErrorCode::kUnavailable, "oneDNN is not part of this build"};
}

}  // namespace synergy::accel_bench
