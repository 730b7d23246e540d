#include "synergy/client/followed_runs.hpp"

namespace synergy::client {

bool FollowedRuns::note(std::uint64_t run) {
  if (run < next_ || !above_.insert(run).second) return false;
  if (above_.size() > kMostRemembered) next_ = *above_.begin();
  while (!above_.empty() && *above_.begin() == next_) {
    above_.erase(above_.begin());
    ++next_;
  }
  return true;
}

}  // namespace synergy::client
