#include "connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "synergy/gateway_http/server.hpp"

namespace synergy::gateway_http {
namespace {

/// How much, and for how long, is read of who is told that it will not be listened to.
constexpr std::size_t kLingerBytes = 1u << 20;
constexpr Duration kLingerTime = std::chrono::seconds(1);

/// What waits in the kernel for one who is slow. It would be megabytes of old events else.
constexpr int kSendBytes = 128 << 10;

void name_of(const sockaddr_storage& address, socklen_t size, std::string& ip, int& port) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (::getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, host.data(), host.size(),
                    service.data(), service.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return;
  ip = host.data();
  port = std::atoi(service.data());
}

}  // namespace

Connection::Connection(int socket) : socket_(socket) {
  (void)::setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &kSendBytes, sizeof kSendBytes);
}

Connection::~Connection() {
  if (last_) linger();
  ::shutdown(socket_, SHUT_RDWR);
  ::close(socket_);
}

void Connection::linger() {
  ::shutdown(socket_, SHUT_WR);
  const auto until = clock_.monotonic() + kLingerTime;
  for (std::size_t seen = 0; seen < kLingerBytes && !ended_ && wait_for(POLLIN, until);) {
    const auto got = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got <= 0) break;
    seen += std::size_t(got);
  }
}

void Connection::end() {
  ended_ = true;
  ::shutdown(socket_, SHUT_RDWR);
}

bool Connection::begin_request() {
  bytes_left_ = kMaxHeaderBytes;
  read_until_ = clock_.monotonic() + kRestTime;
  if (begin_ == end_ && !fill()) return false;
  read_until_ = clock_.monotonic() + kHeaderTime;
  return !ended_;
}

void Connection::header_is_read() {
  bytes_left_ = gateway::kMaxBodyBytes + kMaxHeaderBytes;  // the second: what frames the pieces of a body
  read_until_ = clock_.monotonic() + kBodyTime;
}

bool Connection::wait_for(short events, MonotonicTime until) const {
  while (!ended_) {
    const auto left = (until - clock_.monotonic()) / std::chrono::milliseconds(1) + 1;
    if (until <= clock_.monotonic()) return false;
    pollfd waited{socket_, events, 0};
    const int ready = ::poll(&waited, 1, int(std::min<std::int64_t>(left, 60'000)));
    if (ready > 0) return (waited.revents & (POLLERR | POLLNVAL)) == 0;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

bool Connection::fill() {
  if (!wait_for(POLLIN, read_until_)) return false;
  const auto got = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (got <= 0) return false;
  begin_ = 0;
  end_ = std::size_t(got);
  return true;
}

bool Connection::is_readable() const { return begin_ < end_ || wait_for(POLLIN, read_until_); }

bool Connection::is_writable() const {
  pollfd looked{socket_, POLLOUT | POLLRDHUP, 0};
  return !ended_ && ::poll(&looked, 1, 0) >= 0 && (looked.revents & (POLLERR | POLLHUP | POLLRDHUP)) == 0;
}

ssize_t Connection::read(char* data, size_t size) {
  if (bytes_left_ == 0 || (begin_ == end_ && !fill())) return -1;
  const auto taken = std::min({size, end_ - begin_, bytes_left_});
  std::memcpy(data, buffer_.data() + begin_, taken);
  begin_ += taken;
  bytes_left_ -= taken;
  return ssize_t(taken);
}

ssize_t Connection::write(const char* data, size_t size) {
  const auto until = clock_.monotonic() + kWriteTime;
  while (true) {
    const auto sent = ::send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return sent;
    if (errno == EINTR) continue;
    if (errno != EAGAIN || !wait_for(POLLOUT, until)) return -1;
  }
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0)
    name_of(address, size, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0)
    name_of(address, size, ip, port);
}

}  // namespace synergy::gateway_http
