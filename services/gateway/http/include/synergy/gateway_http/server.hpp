// HTTP/1.1 on a socket of its own: takes requests of browsers and programs, and hands each to one function.
// The HTTP library (cpp-httplib) is known to src/ alone.
//
// What protects the process from who connects: each connection has a thread of its own, and there are
// kMaxConnections of them (a further one is answered 503 at once); a request's line and headers must be here
// within kHeaderTime and within kMaxHeaderBytes, its body within kBodyTime and kMaxBodyBytes; an answer must
// be taken within kWriteTime of each piece of it. A body is read only after `check` let the request pass.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "synergy/base/result.hpp"
#include "synergy/gateway/metrics.hpp"
#include "synergy/gateway/request.hpp"

namespace synergy::gateway_http {

inline constexpr std::size_t kMaxConnections = 128;
inline constexpr std::size_t kMaxHeaderBytes = 32u << 10;
inline constexpr Duration kHeaderTime = std::chrono::seconds(5), kBodyTime = std::chrono::seconds(30),
                          kWriteTime = std::chrono::seconds(10);
/// How long a connection may rest between two requests, and how many requests it may bring.
inline constexpr Duration kRestTime = std::chrono::seconds(5);
inline constexpr int kMaxRequests = 1000;

/// Both are called from the connections' threads, many at a time.
struct Handlers {
  /// Of everything but the body. An answer: the request is refused so.
  std::function<std::optional<gateway::Answer>(const gateway::Request&)> check;
  std::function<gateway::Answer(const gateway::Request&)> answer;
};

class Server {
 public:
  /// Borrows the counters, which must outlive it.
  Server(Handlers handlers, gateway::Counters& counters);
  /// As stop().
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Takes the address and begins to serve, on threads of its own; port 0: any that is free. Returns the
  /// port. To be called once, or again after it failed. Fails with kConflict where the port is taken, else
  /// with kEnvironment.
  [[nodiscard]] Result<int> listen(const std::string& address, int port);
  /// Takes no connection any more, ends those that are open, and waits for their threads.
  void stop();

 private:
  class Http;
  std::unique_ptr<Http> http_;
  std::thread thread_;
};

}  // namespace synergy::gateway_http
