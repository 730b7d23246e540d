#include "state_cache.hpp"

#include "process_lives.hpp"
#include "synergy/bus/forwarder.hpp"

namespace synergy::bus {

bool StateCache::keep(std::string_view topic, const zmq::message_t& payload, pid_t owner) {
  if (const auto older = latest_.find(topic); older != latest_.end()) forget(older);
  const std::size_t bytes = topic.size() + payload.size();
  if (!has_room(1, bytes)) forget_those_of_the_dead();
  if (!has_room(1, bytes)) return false;
  // A copy of its own: a small message that ZeroMQ received shares a buffer of 8 KiB with its neighbours.
  latest_.emplace(topic, State{zmq::message_t(payload.data(), payload.size()), owner});
  bytes_ += bytes;
  return true;
}

bool StateCache::visit(std::string_view prefix,
                       const std::function<bool(const std::string&, zmq::message_t&)>& each) {
  for (auto it = latest_.lower_bound(prefix); it != latest_.end() && it->first.starts_with(prefix); ++it)
    if (!each(it->first, it->second.payload)) return false;
  return true;
}

bool StateCache::has_room(std::size_t topics, std::size_t bytes) const {
  return latest_.size() + topics <= kMaxCachedTopics && bytes_ + bytes <= kMaxCachedBytes;
}

void StateCache::forget(States::iterator state) {
  bytes_ -= state->first.size() + state->second.payload.size();
  latest_.erase(state);
}

void StateCache::forget_those_of_the_dead() {
  std::map<pid_t, bool> dead;  // the kernel is asked once for each
  for (auto it = latest_.begin(); it != latest_.end();) {
    const auto state = it++;
    const auto owner = state->second.owner;
    if (owner <= 0) continue;
    const auto [known, first] = dead.try_emplace(owner, false);
    if (first) known->second = !process_lives(owner);
    if (known->second) forget(state);
  }
}

}  // namespace synergy::bus
