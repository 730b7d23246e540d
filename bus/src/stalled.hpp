// Connections on which nothing moves: who they are, and how they end.
//
// ZeroMQ does not tell which of a socket's peers takes nothing. The operating system does: such a connection
// can not be written to. Shut down, it ends for ZeroMQ as if the peer had closed it, and what waited for it
// is freed. A peer that still lives connects again by itself, subscribes anew, and counts the gap.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

namespace synergy::bus {

/// The connections accepted at one ipc endpoint of this process. One thread.
class Stalled {
 public:
  /// `endpoint`: `ipc://PATH`, as it was bound.
  explicit Stalled(const std::string& endpoint);

  /// Looks at each connection once, and shuts down those that could not be written to at this and each of the
  /// `looks - 1` last looks. Returns how many. The caller decides how long a look is after the other.
  int cut(int looks);
  /// The next look is the first.
  void forget() { seen_.clear(); }

 private:
  [[nodiscard]] bool stalls(int fd, ino_t& inode) const;

  std::string path_;
  std::map<ino_t, int> seen_;  ///< how often in turn each one that stalls was seen so; by the socket's inode
};

}  // namespace synergy::bus
