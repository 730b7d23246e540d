#include "synergy/client/topic_meter.hpp"

#include <gmock/gmock.h>

#include "synergy/schemas/envelope.hpp"
#include "synergy/schemas/health.hpp"

namespace synergy::client {
namespace {

using namespace std::chrono_literals;
using testing::DoubleNear;
using testing::HasSubstr;
using testing::Not;

/// Messages that arrive when the clock says so.
class TopicMeterTest : public testing::Test {
 protected:
  bus::Packet packet(const std::string& topic, std::uint64_t sequence, const std::string& note = {},
                     const std::string& sender = "monitor") {
    schemas::Envelope envelope;
    envelope.sender = sender;
    envelope.instance = 7;
    envelope.sequence = sequence;
    envelope.sent_unix_ns = clock_.unix();
    return {topic, schemas::seal(envelope, schemas::Done{note})};
  }
  void take(const bus::Packet& packet) { meter_.take(packet, clock_.monotonic()); }
  [[nodiscard]] TopicTraffic traffic() const { return meter_.traffic(clock_.monotonic(), clock_.unix()); }
  [[nodiscard]] TopicFigures of(const std::string& topic) const {
    for (const auto& figures : traffic().topics)
      if (figures.topic == topic) return figures;
    ADD_FAILURE() << "nothing was heard of " << topic;
    return {};
  }

  ManualClock clock_;
  TopicMeter meter_{10s, clock_.monotonic(), clock_.unix()};
};

TEST_F(TopicMeterTest, CountsRatesDistancesAndSizesOfEachTopic) {
  const auto size = packet("event/result/a", 1).payload.size();
  for (std::uint64_t i = 1; i <= 20; ++i) {
    clock_.advance(i % 2 == 0 ? 300ms : 200ms);
    take(packet("event/result/a", i));
    if (i % 4 == 0) take(packet("run/ring", i / 4, "and more of it"));
  }
  const auto a = of("event/result/a");
  EXPECT_THAT(a.messages_per_second, DoubleNear(4, 1e-9));
  EXPECT_THAT(a.bytes_per_second, DoubleNear(4 * double(size), 1e-6));
  EXPECT_EQ(a.messages, 20u);
  EXPECT_THAT(*a.interval_least_us, DoubleNear(200'000, 1e-6));
  EXPECT_THAT(*a.interval_most_us, DoubleNear(300'000, 1e-6));
  EXPECT_THAT(*a.interval_mean_us, DoubleNear((10 * 300'000 + 9 * 200'000) / 19.0, 1e-6));
  EXPECT_THAT(*a.interval_deviation_us, DoubleNear(50'000, 100));
  EXPECT_EQ(*a.mean_bytes, double(size));
  const auto run = of("run/ring");
  EXPECT_THAT(run.messages_per_second, DoubleNear(1, 1e-9));
  EXPECT_EQ(*run.most_bytes, double(packet("run/ring", 1, "and more of it").payload.size()));
  EXPECT_THAT(traffic().messages_per_second, DoubleNear(5, 1e-9));
}

TEST_F(TopicMeterTest, WhatIsOlderThanTheWindowCountsNoMore) {
  for (std::uint64_t i = 1; i <= 10; ++i) take(packet("run/ring", i));
  clock_.advance(9s);
  EXPECT_GT(of("run/ring").messages_per_second, 0);
  clock_.advance(2s);
  const auto quiet = of("run/ring");
  EXPECT_EQ(quiet.messages_per_second, 0);
  EXPECT_EQ(quiet.messages, 10u);
  EXPECT_FALSE(quiet.mean_bytes);
  EXPECT_FALSE(quiet.interval_mean_us);
  EXPECT_THAT(*quiet.age_us, DoubleNear(11e6, 1));
}

TEST_F(TopicMeterTest, AStateThatTheBrokerKeptOrSendsAgainIsNoTraffic) {
  const auto kept = packet("state/plan", 5);
  clock_.advance(40s);
  meter_ = TopicMeter(10s, clock_.monotonic(), clock_.unix());
  take(kept);
  EXPECT_EQ(of("state/plan").messages, 0u);
  EXPECT_THAT(*of("state/plan").age_us, DoubleNear(40e6, 1));
  clock_.advance(1s);
  const auto fresh = packet("state/plan", 6);
  take(fresh);
  take(fresh);  // somebody subscribed
  EXPECT_EQ(of("state/plan").messages, 1u);
  EXPECT_EQ(traffic().lost, 0u);
}

TEST_F(TopicMeterTest, WhatWasLostIsToldAndInNoRate) {
  clock_.advance(1s);
  take(packet("run/ring", 1));
  take(packet("run/ring", 9));
  EXPECT_EQ(of("run/ring").messages, 2u);
  EXPECT_EQ(traffic().lost, 7u);
  EXPECT_THAT(to_plain(traffic_lines(traffic(), TrafficView::kAll)),
              HasSubstr("WARNING: 7 messages were lost on the way to here"));
}

TEST_F(TopicMeterTest, AnswersCountTogether) {
  take(packet("@cli-1-2/reply", 0));
  take(packet("@cli-3-4/reply", 0));
  EXPECT_EQ(of("@PARTICIPANT/reply").messages, 2u);
  EXPECT_EQ(traffic().topics.size(), 1u);
}

TEST_F(TopicMeterTest, DamagedMessagesAndEndlessTopicsAreCountedAsUnread) {
  take({"run/ring", {1, 2, 3}});
  EXPECT_EQ(traffic().unread, 1u);
  EXPECT_TRUE(traffic().topics.empty());
  for (std::size_t i = 0; i < TopicMeter::kMostTopics + 3; ++i)
    take(packet("health/" + std::to_string(i), 1));
  EXPECT_EQ(traffic().topics.size(), TopicMeter::kMostTopics);
  EXPECT_EQ(traffic().unread, 4u);
}

TEST_F(TopicMeterTest, TheLastSenderAndMessageAreTold) {
  take(packet("run/ring", 1, {}, "executor/glasses"));
  take(packet("run/ring", 1, {}, "dispatcher"));
  EXPECT_EQ(of("run/ring").last_sender, "dispatcher");
  EXPECT_EQ(of("run/ring").last_message, "done");
}

TEST_F(TopicMeterTest, IsSortedAsAsked) {
  TopicTraffic traffic;
  const auto add = [&](const char* topic, double rate, double bytes) {
    auto& figures = traffic.topics.emplace_back();
    figures.topic = topic;
    figures.messages_per_second = rate;
    figures.bytes_per_second = bytes;
  };
  add("a", 1, 900);
  add("b", 3, 100);
  add("c", 3, 500);
  traffic.topics[0].age_us = 5;
  traffic.topics[2].age_us = 2;
  const auto order = [&](TrafficOrder by) {
    sort(traffic, by);
    std::string names;
    for (const auto& topic : traffic.topics) names += topic.topic;
    return names;
  };
  EXPECT_EQ(order(TrafficOrder::kRate), "bca");
  EXPECT_EQ(order(TrafficOrder::kBandwidth), "acb");
  EXPECT_EQ(order(TrafficOrder::kAge), "cab");
  EXPECT_EQ(order(TrafficOrder::kTopic), "abc");
}

TEST_F(TopicMeterTest, EachViewHasItsColumns) {
  clock_.advance(1s);
  take(packet("run/ring", 1));
  const auto text = [&](TrafficView view) { return to_plain(traffic_lines(traffic(), view)); };
  EXPECT_THAT(text(TrafficView::kAll), HasSubstr("AGE S"));
  EXPECT_THAT(text(TrafficView::kAll), HasSubstr("monitor"));
  EXPECT_THAT(text(TrafficView::kRates), HasSubstr("DEVIATION"));
  EXPECT_THAT(text(TrafficView::kBandwidth), HasSubstr("LARGEST"));
  EXPECT_THAT(text(TrafficView::kAll), HasSubstr("received here over the last 1.0 s"));
  EXPECT_THAT(text(TrafficView::kAll), Not(HasSubstr("WARNING")));
}

}  // namespace
}  // namespace synergy::client
