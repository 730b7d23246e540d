#include "synergy/gateway_http/server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include "connection.hpp"
#include "threads.hpp"

namespace synergy::gateway_http {
namespace {

using gateway::Answer;
using gateway::Request;

/// What is served on this thread now. The library's handlers are told of a request and a response only.
struct Served {
  Connection* connection = nullptr;
  Request request;
};
thread_local Served served;

/// For every answer. Scripts, styles and pictures come from the gateway alone, and nobody frames the page.
const httplib::Headers& common_headers() {
  static const httplib::Headers headers{
      {"Content-Security-Policy",
       "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"}};
  return headers;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

/// Of everything but the body.
Request request_of(const httplib::Request& given) {
  Request request;
  request.method = given.method;
  request.path = given.path;
  for (const auto& [name, value] : given.params) request.query.emplace(name, value);
  for (const auto& [name, value] : given.headers) {
    auto& known = request.headers[lower(name)];
    known += known.empty() ? value : ", " + value;
  }
  return request;
}

/// What is wrong with any request, whatever it asks for.
std::optional<Answer> refused(const httplib::Request& given) {
  if (given.method != "GET" && given.method != "HEAD" && given.method != "POST")
    return gateway::refusal(405, "invalid", "the gateway knows GET, HEAD and POST");
  if (given.target.size() > gateway::kMaxTargetBytes)
    return gateway::refusal(
        414, "too_large",
        "path and query have " + std::to_string(gateway::kMaxTargetBytes) + " bytes at most");
  if (given.has_header("Content-Encoding"))
    return gateway::refusal(415, "invalid", "send the body as it is, without a Content-Encoding");
  const auto type = given.get_header_value("Content-Type");
  if (type.starts_with("multipart/"))  // the library takes these apart, and leaves no body
    return gateway::refusal(415, "invalid",
                            "send the file itself as the body, not a form (curl: --data-binary @FILE)");
  // The library takes forms apart, and cuts them off where they are long.
  if (type.starts_with("application/x-www-form-urlencoded") &&
      given.get_header_value<std::uint64_t>("Content-Length") >
          CPPHTTPLIB_FORM_URL_ENCODED_PAYLOAD_MAX_LENGTH)
    return gateway::refusal(415, "invalid",
                            "say what a body of this size is: 'Content-Type: image/png' for a picture (any "
                            "image/ type), audio/wav for a sound (any audio/ type), "
                            "application/octet-stream for an array, application/json for JSON");
  // Without either, the library would read until the other side gives up.
  if (given.method == "POST" && !given.has_header("Content-Length") && !given.has_header("Transfer-Encoding"))
    return gateway::refusal(411, "invalid",
                            "say how long the body is ('Content-Length: 0' for none; curl: --data '' or "
                            "--data-binary @FILE)");
  if (given.get_header_value<std::uint64_t>("Content-Length") > gateway::kMaxBodyBytes)
    return gateway::refusal(413, "too_large",
                            "a body has " + std::to_string(gateway::kMaxBodyBytes) + " bytes at most");
  return std::nullopt;
}

bool has_body(const httplib::Request& given) {
  return given.has_header("Transfer-Encoding") || given.get_header_value<std::uint64_t>("Content-Length") > 0;
}

/// The library packs with brotli at its highest level where a browser takes that: some 40 times as long as
/// gzip takes, for a tenth less.
void prefer_gzip(httplib::Request& request) {
  const bool takes_gzip = request.get_header_value("Accept-Encoding").find("gzip") != std::string::npos;
  request.headers.erase("Accept-Encoding");
  if (takes_gzip) request.headers.emplace("Accept-Encoding", "gzip");
}

/// How long a stream's thread waits before it looks whether the other side is still there.
constexpr Duration kLookAtViewer = std::chrono::seconds(1);

httplib::ContentProviderWithoutLength provider_of(std::shared_ptr<gateway::TextSource> source) {
  return [source = std::move(source)](std::size_t, httplib::DataSink& sink) {
    const auto text = source->next(kLookAtViewer);
    if (!text) {
      sink.done();
      return true;
    }
    return (text->empty() || sink.write(text->data(), text->size())) && sink.is_writable();
  };
}

void count(int status, gateway::Counters& counters) {
  ++(status < 400 ? counters.answered : status < 500 ? counters.refused : counters.failed);
}

void write(Answer answer, httplib::Response& response, gateway::Counters& counters) {
  count(answer.status, counters);
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.set_header(name, value);
  if (answer.stream) {
    // Its thread is the connection's, for as long as it lasts: what follows on it would wait for ever.
    response.set_header("X-Accel-Buffering", "no");
    response.set_chunked_content_provider(answer.type, provider_of(std::move(answer.stream)));
  } else if (answer.status != 304) {
    response.set_content(answer.body, answer.type);
  }
}

Answer answer_of_library(int status) {
  switch (status) {
    case 413:
      return gateway::refusal(413, "too_large",
                              "a body has " + std::to_string(gateway::kMaxBodyBytes) + " bytes at most");
    case 414:
      return gateway::refusal(414, "too_large", "path and query are too long");
    case 404:
      return gateway::refusal(404, "not_found", "there is nothing at this path");
    case 500:
      return gateway::refusal(500, "internal", "the gateway failed at this request; its log may say why");
    default:
      return gateway::refusal(status, "invalid", "the request is no HTTP that the gateway understands");
  }
}

/// To who connects beyond kMaxConnections. What does not fit the socket's buffer is not sent.
void turn_away(int socket) {
  const auto body =
      gateway::refusal(503, "overloaded", "more connections are open than are served; try again in a second")
          .body;
  const auto text = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n" + body;
  (void)::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

/// The library's server, with our own loop over a connection's requests.
class Server::Http final : public httplib::Server {
 public:
  Http(gateway_http::Handlers handlers, gateway::Counters& counters)
      : handlers_(std::move(handlers)), counters_(counters) {
    new_task_queue = [] { return new Threads(kMaxConnections); };
    set_payload_max_length(gateway::kMaxBodyBytes);
    set_default_headers(common_headers());
    set_tcp_nodelay(true);
    // Only what the header Keep-Alive says; serve() counts itself.
    set_keep_alive_max_count(kMaxRequests);
    set_keep_alive_timeout(kRestTime / std::chrono::seconds(1));
    // The library's own options let another process take the same port (SO_REUSEPORT).
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_pre_routing_handler([this](const auto& request, auto& response) { return check(request, response); });
    Get(".*", [this](const auto& request, auto& response) { answer(request, response); });
    Post(".*", [this](const auto& request, auto& response) { answer(request, response); });
    set_error_handler([this](const httplib::Request&, httplib::Response& response) { fail(response); });
    set_exception_handler(
        [](const auto&, httplib::Response& response, const std::exception_ptr&) { response.status = 500; });
  }

  void lengthen_backlog() { (void)::listen(svr_sock_, int(kMaxConnections)); }

  void end_connections() {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (auto* connection : connections_) connection->end();
  }

 private:
  HandlerResponse check(const httplib::Request& given, httplib::Response& response) {
    served.request = request_of(given);
    auto refusal = refused(given);
    if (!refusal) refusal = handlers_.check(served.request);
    if (!refusal) return HandlerResponse::Unhandled;
    if (has_body(given) || refusal->status == 411) served.connection->close_after_this();  // it is not read
    write(std::move(*refusal), response, counters_);
    return HandlerResponse::Handled;
  }

  void answer(const httplib::Request& given, httplib::Response& response) {
    served.request.body = given.body;
    auto made = handlers_.answer(served.request);
    if (made.stream) served.connection->close_after_this();
    write(std::move(made), response, counters_);
  }

  /// Of requests that the library itself refuses, which have no answer yet.
  void fail(httplib::Response& response) {
    if (!response.body.empty() || served.connection == nullptr) return;
    served.connection->close_after_this();
    write(answer_of_library(served.connection->is_too_large() ? 413 : response.status), response, counters_);
  }

  bool process_and_close_socket(socket_t socket) override {
    Connection connection(socket);
    if (Threads::turns_away()) {
      ++counters_.turned_away;
      turn_away(socket);
      return false;
    }
    if (!add(connection)) return false;
    served.connection = &connection;
    serve(connection);
    served = {};
    remove(connection);
    return true;
  }

  void serve(Connection& connection) {
    for (int requests = 1; requests <= kMaxRequests && connection.begin_request(); ++requests) {
      bool closed = false;
      const bool done =
          process_request(connection, requests == kMaxRequests, closed, [&](httplib::Request& request) {
            connection.header_is_read();
            request.ranges.clear();  // every answer is whole
            prefer_gzip(request);
          });
      if (!done || closed || connection.is_last()) break;
    }
  }

  bool add(Connection& connection) {
    const std::lock_guard lock(mutex_);
    if (ending_) return false;
    connections_.insert(&connection);
    counters_.connections = connections_.size();
    return true;
  }

  void remove(Connection& connection) {
    const std::lock_guard lock(mutex_);
    connections_.erase(&connection);
    counters_.connections = connections_.size();
  }

  gateway_http::Handlers handlers_;
  gateway::Counters& counters_;
  std::mutex mutex_;  ///< of what follows
  std::set<Connection*> connections_;
  bool ending_ = false;
};

Server::Server(Handlers handlers, gateway::Counters& counters)
    : http_(std::make_unique<Http>(std::move(handlers), counters)) {}

Server::~Server() { stop(); }

Result<int> Server::listen(const std::string& address, int port) {
  errno = 0;
  const int taken =
      port != 0 ? (http_->bind_to_port(address, port) ? port : -1) : http_->bind_to_any_port(address);
  const int reason = errno;
  if (taken < 0)
    return Error{reason == EADDRINUSE ? ErrorCode::kConflict : ErrorCode::kEnvironment,
                 "can not listen on " + address + ", port " + std::to_string(port) + ": " +
                     (reason != 0 ? std::strerror(reason) : "no such address")};
  http_->lengthen_backlog();
  thread_ = std::thread([this] { (void)http_->listen_after_bind(); });
  while (!http_->is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return taken;
}

void Server::stop() {
  if (!thread_.joinable()) return;
  http_->stop();
  http_->end_connections();
  thread_.join();
}

}  // namespace synergy::gateway_http
