// One connection as the HTTP library reads and writes it, with a deadline for everything.
#pragma once

#include <httplib.h>

#include <array>
#include <atomic>
#include <string>

#include "synergy/base/clock.hpp"

namespace synergy::gateway_http {

/// Owns the socket. Belongs to one thread, but for end(), which any may call.
class Connection final : public httplib::Stream {
 public:
  explicit Connection(int socket);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Waits until the next request begins; false: it does not, the other side is gone, or end() was called.
  [[nodiscard]] bool begin_request();
  /// The request's line and headers are here: what follows is its body.
  void header_is_read();
  /// The request asked for more bytes than it may have.
  [[nodiscard]] bool is_too_large() const { return bytes_left_ == 0; }
  /// Nothing more is to be read from it: what follows is no request of its own.
  void close_after_this() { last_ = true; }
  [[nodiscard]] bool is_last() const { return last_; }
  /// Whatever waits on this connection ends.
  void end();

  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  /// Until the socket is ready for `events`, or the deadline; false: it is not.
  [[nodiscard]] bool wait_for(short events, MonotonicTime until) const;
  /// Takes what is there into the buffer; false: nothing came in time, or nothing will.
  [[nodiscard]] bool fill();
  /// Lets the other side read the last answer before the socket is gone, though it sends more.
  void linger();

  HostClock clock_;
  int socket_;
  std::array<char, 16384> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< of what is in the buffer
  std::size_t bytes_left_ = 0;       ///< that this part of the request may still have
  MonotonicTime read_until_{};
  bool last_ = false;
  std::atomic<bool> ended_{false};
};

}  // namespace synergy::gateway_http
