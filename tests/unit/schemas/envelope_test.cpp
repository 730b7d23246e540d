// The wrapping of every message: what opening checks, what it ignores, and which versions it refuses.
#include <gtest/gtest.h>

#include "samples.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/health.hpp"
#include "synergy/schemas/plan.hpp"
#include "synergy/schemas/run.hpp"

namespace synergy::schemas_test {
namespace {

/// A message whose third version can not be read by readers of the first two.
struct Changed {
  std::string text;
  static constexpr MessageName kMessage{"test.changed", 3, 2};
  static void fields(auto& f) { f.required("text", &Changed::text, "some text"); }
};
/// The same message as an old program knows it.
struct ChangedBefore {
  std::string text;
  static constexpr MessageName kMessage{"test.changed", 1, 1};
  static void fields(auto& f) { f.required("text", &ChangedBefore::text, "some text"); }
};

template <Message T>
Status read(const Bytes& bytes, Envelope* seen = nullptr) {
  return open(bytes, [&](const Envelope& envelope, Node body) -> Status {
    if (seen != nullptr) *seen = envelope;
    if (auto status = check_readable<T>(envelope); !status) return status;
    T message{};
    return decode(body, message);
  });
}

TEST(Envelope, SealingWritesTheMessagesNameAndVersions) {
  Envelope seen;
  ASSERT_TRUE(read<Changed>(seal(sample<Envelope>(), Changed{"x"}), &seen));
  EXPECT_EQ(seen.schema, "test.changed");
  EXPECT_EQ(seen.version, 3u);
  EXPECT_EQ(seen.oldest_reader, 2u);
}

TEST(Envelope, EveryOtherFieldTravelsAsItWasGiven) {
  const auto& sent = sample<Envelope>();
  Envelope seen;
  ASSERT_TRUE(read<AppStop>(seal(sent, AppStop{AppId("digits")}), &seen));
  EXPECT_EQ(seen.sender, sent.sender);
  EXPECT_EQ(seen.instance, sent.instance);
  EXPECT_EQ(seen.sequence, sent.sequence);
  EXPECT_EQ(seen.request_id, sent.request_id);
  EXPECT_EQ(seen.sent_unix_ns, sent.sent_unix_ns);
  EXPECT_EQ(seen.deadline_unix_ns, sent.deadline_unix_ns);
}

TEST(Envelope, AReaderOlderThanTheOldestReaderRefusesAndSaysWhich) {
  const auto status = read<ChangedBefore>(seal(sample<Envelope>(), Changed{"x"}));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(status.error().message,
            "message 'test.changed' needs a reader of version 2, this one is version 1");
}

TEST(Envelope, AMessageOlderThanTheReaderStillUnderstandsIsRefusedAndSaysWhich) {
  auto envelope = sample<Envelope>();
  envelope.schema = "plan";
  envelope.version = 1;
  envelope.oldest_reader = 1;
  const auto status = check_readable<CollaborationPlan>(envelope);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(status.error().message,
            "message 'plan' is of version 1, of an earlier program; this one reads version 2 and later");
  envelope.version = 2;
  EXPECT_TRUE(check_readable<CollaborationPlan>(envelope));
}

TEST(Envelope, AReaderNewerThanTheMessageReadsIt) {
  EXPECT_TRUE(read<Changed>(seal(sample<Envelope>(), ChangedBefore{"x"})));
}

TEST(Envelope, ANewerVersionThatOldReadersUnderstandIsRead) {
  auto envelope = sample<Envelope>();
  envelope.schema = "app.stop";
  envelope.version = 9;
  envelope.oldest_reader = 1;
  const auto bytes = seal(envelope, [](Encoder& out) {
    out.begin_map(2);
    out.key("because");
    out.text("a field of version 9");
    out.key("app");
    out.text("digits");
    out.end_map();
  });
  EXPECT_TRUE(read<AppStop>(bytes));
}

TEST(Envelope, AnotherMessageIsRefusedByName) {
  const auto status = read<AppStop>(seal(sample<Envelope>(), Join{}));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "expected message 'app.stop', found 'bus.join'");
}

TEST(Envelope, AMessageWithoutABodyIsRefused) {
  const auto status =
      open(to_msgpack(sample<Envelope>()), [](const Envelope&, Node) -> Status { return {}; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "envelope: 'body' is missing");
}

TEST(Envelope, TheBodyIsFoundWhereverItStands) {
  const Bytes bytes = with_msgpack([](Encoder& out) {
    out.begin_map(4);
    out.key("body");
    encode(out, AppStop{AppId("digits")});
    out.key("sender");
    out.text("stranger");
    out.key("version");
    out.unsigned_integer(1);
    out.key("schema");
    out.text("app.stop");
    out.end_map();
  });
  Envelope seen;
  ASSERT_TRUE(read<AppStop>(bytes, &seen));
  EXPECT_EQ(seen.sender, "stranger");
  EXPECT_EQ(seen.sequence, 0u);
  EXPECT_EQ(seen.deadline_unix_ns, UnixTime{});
}

TEST(Envelope, AnythingButAMapIsRefused) {
  for (const Bytes& bytes : {to_msgpack(std::string("text")), to_msgpack(std::uint64_t(7)),
                             to_msgpack(std::vector<std::string>{"schema"}), Bytes{0x80}, Bytes{}})
    EXPECT_FALSE(read<Join>(bytes)) << bytes.size() << " bytes";
}

TEST(Envelope, AMessageAtTheLimitIsReadAndOneByteMoreIsNot) {
  const auto& envelope = sample<Envelope>();
  auto tensor = sample<TensorSent>();
  tensor.data.clear();
  const std::size_t empty = seal(envelope, tensor).size();
  // A bin of more than 65535 bytes has a header of five bytes, an empty one of two.
  tensor.data.assign(kMaxMessageBytes - empty - 3, 0x55);
  const Bytes fits = seal(envelope, tensor);
  ASSERT_EQ(fits.size(), kMaxMessageBytes);
  EXPECT_TRUE(read<TensorSent>(fits));

  tensor.data.push_back(0x55);
  const auto status = read<TensorSent>(seal(envelope, tensor));
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("limit"), std::string::npos) << status.error().message;
}

TEST(Envelope, AnErrorInTheEnvelopeSaysSo) {
  const auto status =
      open(without_field(sample<Envelope>(), "sender"), [](const Envelope&, Node) -> Status { return {}; });
  ASSERT_FALSE(status);
  EXPECT_TRUE(status.error().message.starts_with("envelope: 'sender' is missing")) << status.error().message;
}

}  // namespace
}  // namespace synergy::schemas_test
