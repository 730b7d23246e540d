#include "stalled.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <charconv>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace synergy::bus {
namespace {

constexpr std::string_view kIpc = "ipc://";

/// Calls `visit` for each open descriptor of this process; for none where they can not be listed.
template <class Visit>
void for_each_descriptor(Visit visit) {
  std::error_code failed;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const auto name = entry->path().filename().string();
    int fd = -1;
    if (std::from_chars(name.data(), name.data() + name.size(), fd).ec == std::errc()) visit(fd);
  }
}

/// Whether it is a connection that was accepted by who listens at `path`.
bool accepted_at(int fd, const std::string& path) {
  sockaddr_un address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0 || address.sun_family != AF_UNIX)
    return false;
  int listens = 0;
  socklen_t size = sizeof listens;
  const std::string_view bound(address.sun_path, ::strnlen(address.sun_path, sizeof address.sun_path));
  return bound == path && ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens == 0;
}

}  // namespace

Stalled::Stalled(const std::string& endpoint)
    : path_(endpoint.starts_with(kIpc) ? endpoint.substr(kIpc.size()) : std::string()) {}

bool Stalled::stalls(int fd, ino_t& inode) const {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISSOCK(info.st_mode) || !accepted_at(fd, path_)) return false;
  inode = info.st_ino;
  pollfd state{fd, POLLOUT, 0};
  return ::poll(&state, 1, 0) == 0;
}

int Stalled::cut(int looks) {
  int cut = 0;
  std::map<ino_t, int> now;
  for_each_descriptor([&](int fd) {
    ino_t inode = 0;
    if (!stalls(fd, inode)) return;
    const auto before = seen_.find(inode);
    const int times = before == seen_.end() ? 1 : before->second + 1;
    if (times < looks) {
      now.emplace(inode, times);
      return;
    }
    // ZeroMQ may have closed it since, and the number may be another connection's: that one would connect
    // again.
    if (::shutdown(fd, SHUT_RDWR) == 0) ++cut;
  });
  seen_ = std::move(now);
  return cut;
}

}  // namespace synergy::bus
