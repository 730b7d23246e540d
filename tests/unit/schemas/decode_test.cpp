// What an error of the decoder tells the person who reads it, and the numbers at the edge of their types.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "samples.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::schemas_test {
namespace {

TEST(Decode, AnErrorNamesThePlaceInsideListsAndMaps) {
  auto body = sample<BodyView>();
  const auto bytes = with_field(body, "devices", [&](Encoder& out) {
    out.begin_list(2);
    encode(out, body.devices[0]);
    out.begin_map(1);
    out.key("id");
    out.text("ring");
    out.end_map();
    out.end_list();
  });
  const auto back = from_msgpack<BodyView>(bytes);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().message, "devices: [1]: 'profile' is missing (a profile of deploy/devices)");
}

TEST(Decode, TextOfAMessageHasNoControlCharacters) {
  auto health = sample<Health>();
  health.note = "\x1b[2Jgone\r\n";
  health.counters = {{"a\x07", 1}};
  const auto back = from_msgpack<Health>(to_msgpack(health));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->note, "\\x1b[2Jgone\\x0d\\x0a");
  EXPECT_EQ(back->counters, (std::map<std::string, std::uint64_t>{{"a\\x07", 1}}));
  Envelope envelope;
  envelope.schema = "test.note";
  envelope.sender = "stranger\x1b";
  envelope.request_id = "\x1b]0;title\x07";
  const auto bytes = seal(envelope, [](Encoder& out) { out.begin_map(0), out.end_map(); });
  ASSERT_TRUE(open(bytes, [&](const Envelope& seen, Node) -> Status {
    EXPECT_EQ(seen.request_id, "\\x1b]0;title\\x07");
    EXPECT_EQ(seen.sender, "stranger\\x1b");
    return {};
  }));
}

TEST(Decode, AnErrorInAMapNamesItsKey) {
  const auto bytes = with_field(sample<Health>(), "counters", [](Encoder& out) {
    out.begin_map(1);
    out.key("bus.sent");
    out.text("many");
    out.end_map();
  });
  const auto back = from_msgpack<Health>(bytes);
  ASSERT_FALSE(back);
  EXPECT_TRUE(back.error().message.starts_with("counters: ")) << back.error().message;
  EXPECT_NE(back.error().message.find("bus.sent"), std::string::npos) << back.error().message;
  EXPECT_NE(back.error().message.find("expected a whole number, found text"), std::string::npos)
      << back.error().message;
}

TEST(Decode, AKeyGivenTwiceInAMapIsRefused) {
  const auto bytes = with_field(sample<Health>(), "counters", [](Encoder& out) {
    out.begin_map(2);
    for (int i = 0; i < 2; ++i) {
      out.key("bus.sent");
      out.unsigned_integer(1);
    }
    out.end_map();
  });
  EXPECT_FALSE(from_msgpack<Health>(bytes));
}

TEST(Decode, AMisspeltEnumNameSuggestsTheLikelyOne) {
  const auto back =
      from_msgpack<Health>(with_field(sample<Health>(), "state", [](Encoder& out) { out.text("redy"); }));
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().message, "state: unknown value 'redy'; did you mean 'ready'?");
}

template <class T>
Bytes number(T value) {
  return to_msgpack(value);
}

TEST(Decode, IntegersReachTheEndsOfTheirTypes) {
  EXPECT_EQ(*from_msgpack<std::int64_t>(number(std::numeric_limits<std::int64_t>::min())),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(*from_msgpack<std::int64_t>(number(std::numeric_limits<std::int64_t>::max())),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(*from_msgpack<std::uint64_t>(number(std::numeric_limits<std::uint64_t>::max())),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(*from_msgpack<std::int32_t>(number(std::numeric_limits<std::int32_t>::min())),
            std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(*from_msgpack<std::uint32_t>(number(std::numeric_limits<std::uint32_t>::max())),
            std::numeric_limits<std::uint32_t>::max());
}

TEST(Decode, AWholeNumberIsReadAsARealAndARealIsNotReadAsAWholeNumber) {
  EXPECT_EQ(*from_msgpack<double>(number(std::int64_t(-3))), -3.0);
  EXPECT_EQ(*from_msgpack<double>(number(std::uint64_t(1) << 63)), 0x1p63);
  EXPECT_EQ(*from_msgpack<double>(number(3.0)), 3.0);  // msgpack-c sends a whole real as an integer
  EXPECT_FALSE(from_msgpack<std::int64_t>(number(3.5)));
}

TEST(Decode, TextAndBytesAreNotTakenForEachOther) {
  EXPECT_FALSE(from_msgpack<std::string>(to_msgpack(Bytes{1, 2})));
  EXPECT_FALSE(from_msgpack<Bytes>(to_msgpack(std::string("ab"))));
}

TEST(Decode, AListIsReplacedNotExtended) {
  auto value = sample<AppSet>();
  const Bytes bytes = to_msgpack(value);
  const auto status = with_msgpack_tree(bytes, [&](Node root) { return decode(root, value); });
  ASSERT_TRUE(status);
  EXPECT_EQ(value.apps.size(), 2u);
}

TEST(Decode, AnExtensionTypeIsNoValueOfOurs) {
  const Bytes ext{0xd4, 0x01, 0x02};  // fixext 1
  EXPECT_FALSE(from_msgpack<std::int64_t>(ext));
  EXPECT_FALSE(from_msgpack<Join>(ext));
}

TEST(Decode, AMapWithKeysThatAreNoTextIsReadAsIfTheyWereUnknown) {
  const Bytes bytes{0x82, 0x03, 0x02, 0xa3, 'a', 'p', 'p', 0xa1, 'x'};  // {3: 2, "app": "x"}
  const auto back = from_msgpack<AppStop>(bytes);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->app, AppId("x"));
}

}  // namespace
}  // namespace synergy::schemas_test
