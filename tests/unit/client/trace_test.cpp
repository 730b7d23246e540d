#include "synergy/client/trace.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "fake_transport.hpp"
#include "synergy/schemas/app.hpp"

namespace synergy::client {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// 2026-03-01 14:30:00.5, UTC.
constexpr UnixTime kMoment{std::chrono::milliseconds(1772375400500)};

bus::Packet stop_of(const std::string& app) {
  schemas::Envelope envelope;
  envelope.sender = "cli-1";
  return {"cmd/dispatcher", schemas::seal(envelope, schemas::AppStop{AppId(app)})};
}

TEST(TraceLine, TellsTimeDirectionTopicMessageSizeAndContent) {
  const auto packet = stop_of("digits");
  const auto size = std::to_string(packet.payload.size());
  EXPECT_THAT(trace_line(kMoment, true, packet),
              testing::Eq("2026-03-01 14:30:00.500000 -> cmd/dispatcher app.stop " + size +
                          " bytes {\"app\":\"digits\"}"));
  EXPECT_THAT(trace_line(kMoment, false, packet),
              HasSubstr(" <- cmd/dispatcher app.stop " + size + " bytes from cli-1 {"));
}

TEST(TraceLine, CutsLongContentAndIsOneLine) {
  schemas::Envelope envelope;
  envelope.sender = "executor";
  schemas::AppStatus status;
  status.request.app = AppId("a");
  status.request.model = ModelId("m");
  status.request.sensing.needs = status.request.interaction.needs = "x";
  status.reason = std::string(5000, 'r');
  const auto line =
      trace_line(kMoment, false, {"state/apps", schemas::seal(envelope, schemas::AppSet{{status}})});
  EXPECT_LT(line.size(), kTracedBytes + 200);
  EXPECT_THAT(line, testing::EndsWith(" ..."));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
}

TEST(TraceLine, OfWhatIsNoMessageSaysSoAndObeysNothingInIt) {
  EXPECT_THAT(trace_line(kMoment, false, {"a\x1b[2Jtopic", {1, 2, 3}}),
              AllOf(HasSubstr(" (unreadable) 3 bytes "), Not(HasSubstr("\x1b"))));
}

TEST(TracedTransport, TellsOfEachPacketThatWasSentOrReceivedAndPassesItOn) {
  bus::FakeTransport::Wire wire;
  std::vector<std::string> lines;
  const auto transport = traced(std::make_unique<bus::FakeTransport>(wire),
                                [&](const std::string& line) { lines.push_back(line); });
  const auto packet = stop_of("digits");
  EXPECT_TRUE(transport->send(packet.topic, packet.payload));
  wire.arriving.push_back(stop_of("kws"));
  const auto received = transport->receive();
  ASSERT_TRUE(received);
  EXPECT_EQ(received->payload, stop_of("kws").payload);
  EXPECT_FALSE(transport->receive());
  wire.full = true;
  EXPECT_FALSE(transport->send(packet.topic, packet.payload)) << "what was not sent is not told";
  ASSERT_EQ(wire.sent.size(), 1u);
  EXPECT_EQ(wire.sent[0].payload, packet.payload);
  EXPECT_THAT(lines, ElementsAre(HasSubstr(" -> cmd/dispatcher app.stop "),
                                 HasSubstr(" <- cmd/dispatcher app.stop ")));
  transport->subscribe("state/");
  EXPECT_THAT(wire.subscriptions, ElementsAre("state/"));
}

}  // namespace
}  // namespace synergy::client
