// Watches the file at which a bound ipc socket is found. When somebody deletes or replaces that file, no
// process can connect any more, and ZeroMQ does not notice.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <zmq.hpp>

namespace synergy::bus {

/// Belongs to the socket's thread; borrows the socket.
class Listening {
 public:
  /// How often to call bind_again_if_gone().
  static constexpr std::chrono::milliseconds kPeriod{250};
  /// Each binding anew costs a file descriptor, because the connections made before live on the old one.
  static constexpr int kMostBindings = 100;

  /// Binds. Throws what ZeroMQ throws.
  Listening(zmq::socket_t& socket, std::string endpoint);

  /// Binds the endpoint again where its file is gone or another's; true when it did. Those who are connected
  /// stay so. Where that fails (the folder is gone, too) or was done kMostBindings times, nothing changes.
  bool bind_again_if_gone();

 private:
  struct File {
    dev_t device = 0;
    ino_t inode = 0;
    friend bool operator==(const File&, const File&) = default;
  };
  /// All zero where there is none.
  [[nodiscard]] File file() const;

  zmq::socket_t& socket_;
  std::string endpoint_;
  File bound_;
  int bindings_ = 1;
};

}  // namespace synergy::bus
