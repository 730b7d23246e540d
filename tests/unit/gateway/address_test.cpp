// Where the gateway listens, and which processes a device's move is about.
#include "synergy/gateway/address.hpp"

#include "gateway_fixtures.hpp"
#include "synergy/gateway/device_move.hpp"
#include "temporary_folder.hpp"

namespace synergy::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Address parsed(const std::string& text) {
  const auto address = parse_address(text);
  EXPECT_TRUE(address) << text;
  return address ? *address : Address{};
}

TEST(Address, IsAHostWithOrWithoutAPort) {
  EXPECT_EQ(parsed("").host, "127.0.0.1");
  EXPECT_EQ(parsed("").port, std::nullopt);
  EXPECT_EQ(parsed("192.168.1.5").host, "192.168.1.5");
  EXPECT_EQ(parsed("0.0.0.0:9000").host, "0.0.0.0");
  EXPECT_EQ(parsed("0.0.0.0:9000").port, 9000);
  EXPECT_EQ(parsed("bench:80").host, "bench");
  EXPECT_EQ(parsed("::1").host, "::1");
  EXPECT_EQ(parsed("[::1]").host, "::1");
  EXPECT_EQ(parsed("[::1]:9000").port, 9000);
}

TEST(Address, WhatIsNoneIsRefusedWithAnExample) {
  for (const char* text : {":", ":80", "host:", "host:x", "host:0", "host:65536", "host:-1", "host:80x",
                           "[::1", "[]:80", "[::1]80"}) {
    const auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(address.error().message, HasSubstr("--listen 192.168.1.5:8642"));
  }
}

TEST(Address, AGatewayIsFoundAgainWhereItWas) {
  const test_support::TemporaryFolder folder;
  const auto token = *Token::kept_in(folder.path() / kTokenFile);
  EXPECT_THAT(ports_to_try({}, folder.path()), ElementsAre(kUsualPort, 0));
  const auto keep = [&](const std::string& url) {
    ASSERT_TRUE(write_private(folder.path() / kUrlFile, url + "\n"));
  };
  for (const char* host : {"127.0.0.1", "::1"}) {
    keep(url_of({host, {}}, 40123, token));
    EXPECT_THAT(ports_to_try({}, folder.path()), ElementsAre(40123, kUsualPort, 0)) << host;
  }
  keep(url_of({}, kUsualPort, token));
  EXPECT_THAT(ports_to_try({}, folder.path()), ElementsAre(kUsualPort, 0));
  EXPECT_THAT(ports_to_try({"127.0.0.1", 9000}, folder.path()), ElementsAre(9000))
      << "what is asked for, or nothing";
  for (const char* nonsense : {"", "http://", "http://x:99999999999/#token=1", "http://x/#token=a:1"}) {
    keep(nonsense);
    EXPECT_THAT(ports_to_try({}, folder.path()), ElementsAre(kUsualPort, 0)) << nonsense;
  }
}

TEST(Address, TheUrlIsOneThatABrowserOpens) {
  const test_support::TemporaryFolder folder;
  const auto token = *Token::kept_in(folder.path() / kTokenFile);
  EXPECT_EQ(url_of({}, 8642, token), "http://127.0.0.1:8642/#token=" + token.text());
  EXPECT_THAT(url_of({"::1", {}}, 1, token), StartsWith("http://[::1]:1/#"));
  EXPECT_THAT(url_of({"0.0.0.0", {}}, 1, token), StartsWith("http://" + names_of_machine().front() + ":1/#"))
      << "nobody can open 0.0.0.0";
}

constexpr const char* kStatus =
    "accelerator-ring                 RUNNING   pid 12, uptime 0:00:05\n"
    "executor-ring                    RUNNING   pid 13, uptime 0:00:05\n"
    "accelerator-watch                STOPPED   Nov 30 06:50 AM\n"
    "executor-watch                   EXITED    Nov 30 06:50 AM\n"
    "executor-half                    RUNNING   pid 14, uptime 0:00:05\n"
    "accelerator-half                 FATAL     Exited too quickly\n"
    "planner                          RUNNING   pid 15, uptime 0:00:05\n";

TEST(DeviceMove, IsAboutThoseOfItsProcessesThatAreNotThereYet) {
  const auto states = states_in(kStatus);
  const auto moved = [&](const char* device, DeviceMove move) {
    return processes_to_move(states, DeviceId(device), move);
  };
  EXPECT_THAT(*moved("ring", DeviceMove::kLeave), ElementsAre("executor-ring", "accelerator-ring"));
  EXPECT_THAT(*moved("watch", DeviceMove::kJoin), ElementsAre("executor-watch", "accelerator-watch"));
  EXPECT_THAT(*moved("half", DeviceMove::kLeave), ElementsAre("executor-half"));
  EXPECT_THAT(*moved("half", DeviceMove::kJoin), ElementsAre("accelerator-half"));
  EXPECT_EQ(moved("ring", DeviceMove::kJoin).error().code, ErrorCode::kConflict);
  EXPECT_EQ(moved("watch", DeviceMove::kLeave).error().code, ErrorCode::kConflict);
  EXPECT_EQ(moved("earbud", DeviceMove::kLeave).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace synergy::gateway
