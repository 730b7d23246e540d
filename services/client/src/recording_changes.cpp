#include "synergy/client/recording_changes.hpp"

#include <algorithm>

#include "synergy/client/recorded_message.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::client {

RecordedChanges::Change RecordedChanges::see(const RecordedPacket& packet) {
  Change change;
  if (packet.topic == schemas::topics::kPlan) {
    const auto plan = message_in<schemas::CollaborationPlan>(packet);
    change.plan = plan && plan_ != plan->id;
    if (plan) plan_ = plan->id;
  } else if (packet.topic == schemas::topics::kBody) {
    const auto body = message_in<schemas::BodyView>(packet);
    if (!body) return change;
    const std::set<DeviceId> absent(body->absent.begin(), body->absent.end());
    if (absent_)
      change.departures = std::uint64_t(std::count_if(
          absent.begin(), absent.end(), [this](const auto& device) { return !absent_->contains(device); }));
    absent_ = absent;
  }
  return change;
}

}  // namespace synergy::client
