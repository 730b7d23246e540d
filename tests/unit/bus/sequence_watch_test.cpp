#include "synergy/bus/sequence_watch.hpp"

#include <gtest/gtest.h>

namespace synergy::bus {
namespace {

using Verdict = SequenceWatch::Verdict;

class SequenceWatchTest : public ::testing::Test {
 protected:
  Verdict see(std::uint64_t sequence, const std::string& topic = "event/a", const std::string& sender = "one",
              std::uint64_t instance = 1) {
    schemas::Envelope envelope;
    envelope.sender = sender;
    envelope.instance = instance;
    envelope.sequence = sequence;
    return watch_.see(topic, envelope);
  }
  SequenceWatch watch_;
};

TEST_F(SequenceWatchTest, MessagesInOrderAreNewAndLeaveNoGap) {
  for (std::uint64_t i = 1; i <= 5; ++i) EXPECT_EQ(see(i), Verdict::kNew);
  EXPECT_EQ(watch_.gaps(), 0u);
  EXPECT_EQ(watch_.repeated(), 0u);
}

TEST_F(SequenceWatchTest, EveryMissedMessageIsCounted) {
  (void)see(1);
  EXPECT_EQ(see(2), Verdict::kNew);
  EXPECT_EQ(see(6), Verdict::kNew);
  EXPECT_EQ(watch_.gaps(), 3u);
  EXPECT_EQ(see(8), Verdict::kNew);
  EXPECT_EQ(watch_.gaps(), 4u);
}

TEST_F(SequenceWatchTest, TheFirstMessageSeenIsNoGap) {
  EXPECT_EQ(see(1000), Verdict::kNew);
  EXPECT_EQ(watch_.gaps(), 0u);
}

TEST_F(SequenceWatchTest, ARepeatedAndAnOlderMessageAreKnown) {
  (void)see(5);
  EXPECT_EQ(see(5), Verdict::kRepeated);
  EXPECT_EQ(see(4), Verdict::kRepeated);
  EXPECT_EQ(see(6), Verdict::kNew);
  EXPECT_EQ(watch_.repeated(), 2u);
  EXPECT_EQ(watch_.gaps(), 0u);
}

TEST_F(SequenceWatchTest, ASenderThatRestartedBeginsAnew) {
  (void)see(50);
  EXPECT_EQ(see(1, "event/a", "one", 2), Verdict::kNew);
  EXPECT_EQ(see(2, "event/a", "one", 2), Verdict::kNew);
  EXPECT_EQ(see(2, "event/a", "one", 2), Verdict::kRepeated);
  EXPECT_EQ(watch_.gaps(), 0u);
}

TEST_F(SequenceWatchTest, TopicsAndSendersAreFollowedApart) {
  (void)see(10);
  EXPECT_EQ(see(10, "event/b"), Verdict::kNew);
  EXPECT_EQ(see(10, "event/a", "two"), Verdict::kNew);
  EXPECT_EQ(watch_.gaps(), 0u);
}

TEST_F(SequenceWatchTest, AMessageThatIsNotCountedIsAlwaysNew) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(see(0), Verdict::kNew);
  EXPECT_EQ(see(1), Verdict::kNew);
  EXPECT_EQ(see(0), Verdict::kNew);
  EXPECT_EQ(see(2), Verdict::kNew);
  EXPECT_EQ(watch_.gaps(), 0u);
  EXPECT_EQ(watch_.repeated(), 0u);
}

TEST_F(SequenceWatchTest, BeyondTheLimitTheMemoryIsForgottenAndNoMessageIsRefused) {
  for (std::size_t i = 0; i < kMaxWatched; ++i) (void)see(7, "event/" + std::to_string(i));
  EXPECT_EQ(see(7, "event/one more"), Verdict::kNew);
  EXPECT_EQ(see(7, "event/0"), Verdict::kNew);
  EXPECT_EQ(see(9, "event/1"), Verdict::kNew);
  EXPECT_EQ(watch_.gaps(), 0u);
  EXPECT_EQ(watch_.repeated(), 0u);
}

}  // namespace
}  // namespace synergy::bus
