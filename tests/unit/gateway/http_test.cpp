// The HTTP server over real sockets, and what hostile clients get from it.
#include <gmock/gmock.h>

#include <condition_variable>
#include <list>
#include <mutex>

#include "raw_client.hpp"
#include "synergy/gateway_http/server.hpp"

namespace synergy::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Tells what the test tells it.
class FakeSource final : public TextSource {
 public:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::list<std::string> waiting;
    bool ended = false, gone = false;
  };
  explicit FakeSource(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  ~FakeSource() override {
    const std::lock_guard lock(shared_->mutex);
    shared_->gone = true;
    shared_->changed.notify_all();
  }
  std::optional<std::string> next(Duration wait) override {
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait_for(lock, wait, [&] { return !shared_->waiting.empty() || shared_->ended; });
    if (shared_->waiting.empty()) return shared_->ended ? std::nullopt : std::optional(std::string());
    auto text = shared_->waiting.front();
    shared_->waiting.pop_front();
    return text;
  }

 private:
  std::shared_ptr<Shared> shared_;
};

class HttpTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto port = server_.listen("127.0.0.1", 0);
    ASSERT_TRUE(port) << port.error().message;
    port_ = *port;
  }
  /// The whole conversation of a client that wants the connection closed.
  std::string talk(const std::string& text) {
    RawClient client(port_);
    client.send(text);
    return client.read_all();
  }
  std::string get(const std::string& target, const std::string& headers = {}) {
    return talk("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n");
  }
  void tell(const std::string& text) {
    const std::lock_guard lock(stream_->mutex);
    stream_->waiting.push_back(text);
    stream_->changed.notify_all();
  }
  bool wait_until_gone() {
    std::unique_lock lock(stream_->mutex);
    return stream_->changed.wait_for(lock, std::chrono::seconds(60), [&] { return stream_->gone; });
  }
  Request last() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

  Answer answer(const Request& request) {
    {
      const std::lock_guard lock(mutex_);
      last_ = request;
    }
    Answer made;
    made.body = "{\"path\":\"" + request.path + "\",\"bytes\":" + std::to_string(request.body.size()) + "}";
    if (request.path == "/stream") {
      made.type = "text/event-stream";
      made.stream = std::make_shared<FakeSource>(stream_);
    }
    if (request.path == "/throws") throw std::runtime_error("a bug");
    if (request.path == "/large") made.body = std::string(4u << 20, 'x');
    return made;
  }

  Counters counters_;
  std::shared_ptr<FakeSource::Shared> stream_ = std::make_shared<FakeSource::Shared>();
  std::mutex mutex_;  ///< of the next
  Request last_;
  gateway_http::Server server_{{[](const Request& request) -> std::optional<Answer> {
                                  if (request.header("authorization").empty() && request.method == "POST")
                                    return refusal(401, "unauthorised", "no token");
                                  return std::nullopt;
                                },
                                [this](const Request& request) { return answer(request); }},
                               counters_};
  int port_ = 0;
};

constexpr const char* kPost = "POST /submit HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n";

TEST_F(HttpTest, AnswersWithWhatProtectsThePage) {
  const auto text = get("/state?limit=5&name=a%20b&limit=6", "X-Twice: a\r\nx-twice: b\r\n");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(text, HasSubstr("Content-Security-Policy: default-src 'self'"));
  EXPECT_THAT(text, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(text, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\n\r\n{\"path\":\"/state\",\"bytes\":0}"));
  EXPECT_EQ(last().parameter("name"), "a b");
  EXPECT_EQ(last().parameter("limit"), "5");
  EXPECT_THAT(std::string(last().header("x-twice")), ::testing::AnyOf("a, b", "b, a"));
  EXPECT_EQ(counters_.answered, 1u);
}

TEST_F(HttpTest, AConnectionBringsSeveralRequests) {
  RawClient client(port_);
  for (const char* path : {"/one", "/two", "/three"}) {
    client.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.read_until("}"), HasSubstr(path));
  }
  client.send(std::string(kPost) +
              "Content-Length: 5\r\n\r\nhelloGET /four HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_until("}"), HasSubstr("\"bytes\":5"));
  EXPECT_THAT(client.read_until("}"), HasSubstr("/four"));
}

TEST_F(HttpTest, WhoIsRefusedIsToldBeforeTheBodyIsRead) {
  RawClient client(port_);
  client.send("POST /submit HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n\r\n");
  const auto text = client.read_all();  // though no body ever comes
  EXPECT_THAT(text, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(text, HasSubstr("unauthorised"));
  EXPECT_EQ(counters_.refused, 1u);
}

TEST_F(HttpTest, ABodyThatIsNotReadIsNotTakenForARequest) {
  const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const auto text =
      talk("POST /submit HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(hidden.size()) +
           "\r\n\r\n" + hidden);
  EXPECT_THAT(text, StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(text, Not(HasSubstr(" 200 ")));
  EXPECT_EQ(last().path, "");
}

TEST_F(HttpTest, ABodyThatIsTooLargeIsRefusedWithoutReadingIt) {
  const auto text = talk(std::string(kPost) + "Content-Length: 99999999999\r\n\r\nx");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(text, HasSubstr("too_large"));
  const auto whole =
      talk(std::string(kPost) + "Connection: close\r\nContent-Length: " + std::to_string(kMaxBodyBytes) +
           "\r\n\r\n" + std::string(kMaxBodyBytes, 'x'));
  EXPECT_THAT(whole, HasSubstr("\"bytes\":8388608}"));
}

TEST_F(HttpTest, APostThatDoesNotTellItsLengthIsRefusedAtOnce) {
  const auto text = talk(kPost + std::string("\r\n"));  // talk() waits until the other side closes
  EXPECT_THAT(text, StartsWith("HTTP/1.1 411 "));
  EXPECT_THAT(text, HasSubstr("'Content-Length: 0' for none"));
  EXPECT_EQ(last().path, "") << "nobody was asked";
  EXPECT_THAT(talk(std::string(kPost) + "Connection: close\r\nContent-Length: 0\r\n\r\n"),
              HasSubstr("\"bytes\":0}"));
}

TEST_F(HttpTest, ABodyInPiecesWithoutEndIsCutOff) {
  RawClient client(port_);
  client.send(std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n");
  const auto piece = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 200 && client.send(piece); ++i) {
  }
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(last().path, "") << "nobody was asked";
}

TEST_F(HttpTest, PackedBodiesAreRefused) {
  EXPECT_THAT(talk(std::string(kPost) + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
              StartsWith("HTTP/1.1 415 "));
}

TEST_F(HttpTest, ALongFormIsToldWhatToSendInstead) {
  const std::string form =
      std::string(kPost) + "Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n";
  EXPECT_THAT(talk(form + "Content-Length: 9000\r\n\r\n" + std::string(9000, 'x')),
              HasSubstr("application/json"));
  EXPECT_THAT(talk(form + "Content-Length: 5\r\n\r\na=b&c"), HasSubstr("\"bytes\":5"));
  EXPECT_TRUE(last().query.empty()) << "what is in a body is no parameter";
}

TEST_F(HttpTest, HeadersAndPathsHaveLimits) {
  EXPECT_THAT(get("/" + std::string(kMaxTargetBytes, 'x')), StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(get("/" + std::string(20000, 'x')), Not(HasSubstr(" 200 ")));
  std::string headers;
  for (int i = 0; i < 1000; ++i) headers += "X-" + std::to_string(i) + ": " + std::string(100, 'y') + "\r\n";
  EXPECT_THAT(get("/state", headers), Not(HasSubstr(" 200 ")));
  EXPECT_EQ(last().path, "");
}

TEST_F(HttpTest, WhatIsNoHttpIsToldSoOrCutOff) {
  for (const auto& text :
       {std::string("nonsense\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("\0\0\0\0\r\n\r\n", 8),
        std::string("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"),
        std::string("PUT / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        std::string("OPTIONS / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")})
    EXPECT_THAT(talk(text), Not(HasSubstr(" 200 "))) << text;
  EXPECT_EQ(last().path, "");
  EXPECT_THAT(get("/%2e%2e/%00x?%zz=%"), HasSubstr(" 200 ")) << "what is odd is decoded as far as it goes";
}

TEST_F(HttpTest, AnswersArePackedByGzipOrNotAtAll) {
  EXPECT_THAT(get("/hello", "Accept-Encoding: gzip, deflate, br\r\n"), HasSubstr("Content-Encoding: gzip"));
  for (const char* other : {"", "Accept-Encoding: br\r\n", "Accept-Encoding: identity\r\n"})
    EXPECT_THAT(get("/hello", other), Not(HasSubstr("Content-Encoding"))) << other;
}

TEST_F(HttpTest, RangesAreIgnored) {
  const auto text = get("/state", "Range: bytes=0-1,3-4,5-\r\n");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(text, HasSubstr("{\"path\":\"/state\",\"bytes\":0}"));
}

TEST_F(HttpTest, ABugInAHandlerIsAnAnswerAndNotTheEnd) {
  const auto text = get("/throws");
  EXPECT_THAT(text, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(text, HasSubstr("internal"));
  EXPECT_THAT(text, Not(HasSubstr("a bug")));
  EXPECT_THAT(get("/state"), HasSubstr(" 200 "));
}

TEST_F(HttpTest, AStreamComesPieceByPieceUnpackedUntilItEnds) {
  RawClient client(port_);
  client.send("GET /stream HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\n\r\n");
  tell("event: one\n\n");
  EXPECT_THAT(client.read_until("event: one"), HasSubstr("Content-Type: text/event-stream"));
  tell("event: two\n\n");
  (void)client.read_until("event: two");
  {
    const std::lock_guard lock(stream_->mutex);
    stream_->ended = true;
    stream_->changed.notify_all();
  }
  EXPECT_THAT(client.read_all(), HasSubstr("0\r\n\r\n"));
}

TEST_F(HttpTest, AViewerThatGoesIsNoticedThoughNothingIsToBeTold) {
  {
    RawClient client(port_);
    client.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    tell("event: one\n\n");
    (void)client.read_until("event: one");
  }
  EXPECT_TRUE(wait_until_gone());
}

TEST_F(HttpTest, StoppingEndsWhateverIsOpen) {
  RawClient streaming(port_), resting(port_), half(port_), not_reading(port_);
  streaming.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
  tell("event: one\n\n");
  (void)streaming.read_until("event: one");
  resting.send("GET /state HTTP/1.1\r\nHost: localhost\r\n\r\n");
  (void)resting.read_until("}");
  half.send("GET /state HTTP/1.1\r\nHo");
  not_reading.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
  server_.stop();
  (void)streaming.read_all();
  EXPECT_EQ(resting.read_all(), "");
  EXPECT_EQ(half.read_all(), "");
  EXPECT_EQ(counters_.connections, 0u);
}

TEST_F(HttpTest, ConnectionsBeyondTheNumberAreTurnedAwayAtOnce) {
  std::list<RawClient> open;
  for (std::size_t i = 0; i < gateway_http::kMaxConnections; ++i) {
    auto& client = open.emplace_back(port_);
    client.send("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    (void)client.read_until("\r\n\r\n");
  }
  const auto text = RawClient(port_).read_all();
  EXPECT_THAT(text, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(text, HasSubstr("overloaded"));
  EXPECT_GE(counters_.turned_away, 1u);
  open.clear();
  std::string later;
  const auto watchdog = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!later.starts_with("HTTP/1.1 200 ") && std::chrono::steady_clock::now() < watchdog)
    later = get("/state");
  EXPECT_THAT(later, StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpTest, APortThatIsTakenIsToldApartFromAnAddressThatIsNotOurs) {
  gateway_http::Server other({}, counters_);
  const auto taken = other.listen("127.0.0.1", port_);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kConflict) << taken.error().message;
  const auto foreign = other.listen("203.0.113.7", 0);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::kEnvironment);
  EXPECT_THAT(foreign.error().message, HasSubstr("203.0.113.7"));
  EXPECT_TRUE(other.listen("127.0.0.1", 0)) << "and may be tried again";
}

}  // namespace
}  // namespace synergy::gateway
