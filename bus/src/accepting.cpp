#include "accepting.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

namespace synergy::bus {
namespace {

std::atomic<std::uint64_t> refused{0};
std::mutex reserve_access;
int reserve = -1;  ///< a descriptor that is given up to take one connection off the queue; -1: none

void keep_reserve() {
  if (reserve < 0) reserve = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int system_accept4(int listener, sockaddr* address, socklen_t* length, int flags) {
  return int(::syscall(SYS_accept4, listener, address, length, flags));
}

/// Takes the next connection off the queue and closes it; false when there was no descriptor even for that.
bool refuse_one(int listener) {
  const std::scoped_lock lock(reserve_access);
  if (reserve >= 0) ::close(reserve);
  reserve = -1;
  const int newcomer = system_accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (newcomer >= 0) ::close(newcomer);
  keep_reserve();
  return newcomer >= 0;
}

}  // namespace

void refuse_when_out_of_descriptors() {
  const std::scoped_lock lock(reserve_access);
  keep_reserve();
}

std::uint64_t refused_connections() { return refused; }

}  // namespace synergy::bus

// The dynamic linker takes the program's accept4() before the C library's, for libzmq as well. Without a
// descriptor it answers with errors that libzmq's listener knows: ECONNABORTED, the newcomer is gone, and
// ENFILE, try again.
extern "C" int accept4(int listener, sockaddr* address, socklen_t* length, int flags) {
  using namespace synergy::bus;
  const int connection = system_accept4(listener, address, length, flags);
  if (connection >= 0 || errno != EMFILE) return connection;
  const bool gone = refuse_one(listener);
  if (gone) ++refused;
  errno = gone ? ECONNABORTED : ENFILE;
  return -1;
}
