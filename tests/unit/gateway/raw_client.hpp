// A client that sends what a test says, to the byte, as a hostile one would.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

namespace synergy::gateway {

class RawClient {
 public:
  explicit RawClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(std::uint16_t(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False: the other side does not take it any more.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(std::size_t(sent));
    }
    return true;
  }
  /// Reads until `end` is in what was read, or the other side closes, or a watchdog's time is over.
  std::string read_until(std::string_view end) {
    std::array<char, 65536> buffer;
    while (seen_.find(end) == std::string::npos) {
      pollfd waited{socket_, POLLIN, 0};
      if (::poll(&waited, 1, kWatchdogMs) <= 0) {
        ADD_FAILURE() << "nothing came; until then: " << seen_;
        break;
      }
      const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      seen_.append(buffer.data(), std::size_t(got));
    }
    const auto at = seen_.find(end);
    const auto size = at == std::string::npos ? seen_.size() : at + end.size();
    auto text = seen_.substr(0, size);
    seen_.erase(0, size);
    return text;
  }
  /// Until the other side closes.
  std::string read_all() { return read_until(std::string_view("\0never\0", 7)); }

 private:
  static constexpr int kWatchdogMs = 60'000;
  int socket_;
  std::string seen_;
};

}  // namespace synergy::gateway
