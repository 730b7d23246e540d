// Who may ask: Host, Origin and token.
#include "synergy/gateway/guard.hpp"

#include "gateway_fixtures.hpp"
#include "temporary_folder.hpp"

namespace synergy::gateway {
namespace {

using ::testing::HasSubstr;

class GuardTest : public ::testing::Test {
 protected:
  Guard guard(bool reading_needs_token = false, std::vector<std::string> names = {}) const {
    return {token_, reading_needs_token, std::move(names)};
  }
  Request with(Request request, const std::string& header, const std::string& value) const {
    request.headers[header] = value;
    return request;
  }
  Request with_token(Request request) const {
    return with(std::move(request), "authorization", "Bearer " + token_.text());
  }
  static int status(const std::optional<Answer>& refused) { return refused ? refused->status : 200; }

  test_support::TemporaryFolder folder_;
  Token token_ = *Token::kept_in(folder_.path() / "token");
};

TEST_F(GuardTest, ReadingOnLoopbackNeedsNoToken) {
  for (const char* path : {"/", "/api/state", "/metrics", "/app.js"})
    EXPECT_EQ(status(guard().refuses(request("GET", path))), 200) << path;
}

TEST_F(GuardTest, ChangingNeedsTheTokenOnLoopbackToo) {
  const auto post = request("POST", "/api/stop");
  const auto refused = guard().refuses(post);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 401);
  EXPECT_THAT(refused->body, HasSubstr("unauthorised"));
  EXPECT_THAT(refused->body, HasSubstr("gateway.token"));
  EXPECT_EQ(refused->headers.front().first, "WWW-Authenticate");
  EXPECT_EQ(status(guard().refuses(with_token(post))), 200);
  for (const auto& wrong : {"Bearer ", "Bearer x", "Basic abc", "bearer"})
    EXPECT_EQ(status(guard().refuses(with(post, "authorization", wrong))), 401) << wrong;
  EXPECT_EQ(status(guard().refuses(with(post, "authorization", token_.text()))), 401) << "without the scheme";
}

TEST_F(GuardTest, BeyondLoopbackReadingNeedsItToo) {
  const auto far = guard(true, {"bench"});
  for (const char* path : {"/api/state", "/api/stream", "/metrics"}) {
    EXPECT_EQ(status(far.refuses(request("GET", path))), 401) << path;
    EXPECT_EQ(status(far.refuses(with_token(request("GET", path)))), 200) << path;
  }
  EXPECT_EQ(status(far.refuses(request("GET", "/"))), 200) << "the page itself brings the token later";
  EXPECT_EQ(status(far.refuses(request("POST", "/anything"))), 401);
}

TEST_F(GuardTest, OnlyNamesThatNobodyElseCanHaveAreHosts) {
  const auto local = guard(false, {"bench"});
  for (const char* host :
       {"127.0.0.1:8642", "localhost:8642", "LocalHost", "[::1]:8642", "192.168.1.5:80", "bench:1"})
    EXPECT_EQ(status(local.refuses(with(request("GET", "/api/state"), "host", host))), 200) << host;
  for (const char* host :
       {"", "evil.example", "evil.example:8642", "localhost.evil.example", "127.0.0.1.evil.example",
        "bench.evil", "[::1", "[::1]x", "localhost:", "localhost:x", "localhost:1, evil.example"})
    EXPECT_EQ(status(local.refuses(with(request("GET", "/api/state"), "host", host))), 403) << host;
  EXPECT_EQ(status(guard().refuses(with(request("GET", "/"), "host", "evil.example"))), 403)
      << "of the page, too";
}

TEST_F(GuardTest, PagesOfOtherSitesMayNotAskWhateverTheyKnow) {
  const auto post = with_token(request("POST", "/api/stop"));
  EXPECT_EQ(status(guard().refuses(with(post, "origin", "http://127.0.0.1:8642"))), 200);
  for (const char* origin : {"http://evil.example", "null", "https://127.0.0.1:8642", "http://127.0.0.1:8643",
                             "http://localhost:8642", "http://127.0.0.1:8642.evil.example"})
    EXPECT_EQ(status(guard().refuses(with(post, "origin", origin))), 403) << origin;
  EXPECT_EQ(status(guard().refuses(with(request("GET", "/api/state"), "origin", "http://evil.example"))),
            403);
  const auto get = request("GET", "/api/state");
  EXPECT_EQ(status(guard().refuses(with(get, "sec-fetch-site", "cross-site"))), 403);
  EXPECT_EQ(status(guard().refuses(with(get, "sec-fetch-site", "same-origin"))), 200);
  EXPECT_EQ(status(guard().refuses(with(request("GET", "/"), "sec-fetch-site", "cross-site"))), 200)
      << "somebody followed a link";
}

TEST(Loopback, IsWhatOnlyThisMachineReaches) {
  for (const char* address : {"127.0.0.1", "127.8.9.10", "localhost", "::1"})
    EXPECT_TRUE(is_loopback(address)) << address;
  for (const char* address : {"0.0.0.0", "::", "192.168.1.5", "127.evil", "bench"})
    EXPECT_FALSE(is_loopback(address)) << address;
}

}  // namespace
}  // namespace synergy::gateway
