// The newest packet of each state topic, for those who subscribe later; bounded in topics and in bytes.
//
// A state that there is no room for is not kept, and neither is the older one of its topic: a late joiner is
// better told nothing than what is no longer so. Before that, the states of processes that have ended make
// room.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <zmq.hpp>

namespace synergy::bus {

class StateCache {
 public:
  /// Keeps a copy of `payload`, which process `owner` sent (0: not known). False when there is no room.
  bool keep(std::string_view topic, const zmq::message_t& payload, pid_t owner);

  /// Calls `each` with the states of topics with this prefix, in the order of their names, until it returns
  /// false; false when it did.
  bool visit(std::string_view prefix,
             const std::function<bool(const std::string& topic, zmq::message_t& payload)>& each);

  [[nodiscard]] std::size_t topics() const { return latest_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }  ///< of topics and payloads

 private:
  struct State {
    zmq::message_t payload;
    pid_t owner = 0;
  };
  using States = std::map<std::string, State, std::less<>>;
  [[nodiscard]] bool has_room(std::size_t topics, std::size_t bytes) const;
  void forget(States::iterator state);
  void forget_those_of_the_dead();

  States latest_;
  std::size_t bytes_ = 0;
};

}  // namespace synergy::bus
