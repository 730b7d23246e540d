#include "listening.hpp"

#include <sys/stat.h>

#include <string_view>

namespace synergy::bus {

Listening::Listening(zmq::socket_t& socket, std::string endpoint)
    : socket_(socket), endpoint_(std::move(endpoint)) {
  socket_.bind(endpoint_);
  bound_ = file();
}

Listening::File Listening::file() const {
  constexpr std::string_view kIpc = "ipc://";
  struct stat info {};
  if (!endpoint_.starts_with(kIpc) || ::stat(endpoint_.c_str() + kIpc.size(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

bool Listening::bind_again_if_gone() {
  if (bindings_ >= kMostBindings || file() == bound_) return false;
  try {
    socket_.bind(endpoint_);
  } catch (const zmq::error_t& error) {
    if (error.num() == ETERM) throw;
    return false;
  }
  bound_ = file();
  ++bindings_;
  return true;
}

}  // namespace synergy::bus
