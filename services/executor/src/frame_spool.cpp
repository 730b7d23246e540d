#include "synergy/executor/frame_spool.hpp"

namespace synergy::executor {

Error spool_is_full(std::size_t open) {
  return {ErrorCode::kOverloaded, "the spool is full: " + std::to_string(open) +
                                      " frames wait for their apps' runs; feed more slowly, or stop an app "
                                      "that does not keep up"};
}

}  // namespace synergy::executor
