// The frames of one app: in which order they come to runs.
#include "synergy/dispatcher/frame_queue.hpp"

#include <gmock/gmock.h>

namespace synergy::dispatcher {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FrameQueue::Frame frame(const std::string& device, std::uint64_t sequence) {
  return {{DeviceId(device), "camera", "frame-" + std::to_string(sequence), sequence}, {}};
}

std::vector<std::string> names(const auto& frames) {
  std::vector<std::string> texts;
  for (const auto& one : frames) texts.push_back(one.ref.device.text() + std::to_string(one.ref.sequence));
  return texts;
}

TEST(FrameQueue, AreInTheOrderTheyWereFedHoweverTheyAreTold) {
  FrameQueue queue;
  for (const std::uint64_t sequence : {7, 5, 6, 5, 9, 8, 9}) queue.add(frame("glasses", sequence));
  EXPECT_THAT(names(queue.waiting()),
              ElementsAre("glasses5", "glasses6", "glasses7", "glasses8", "glasses9"));
}

TEST(FrameQueue, OfTwoDevicesKeepTheOrderOfEach) {
  FrameQueue queue;
  queue.add(frame("glasses", 7));
  queue.add(frame("watch", 2));
  queue.add(frame("glasses", 6));
  queue.add(frame("watch", 3));
  EXPECT_THAT(names(queue.waiting()), ElementsAre("glasses6", "glasses7", "watch2", "watch3"));
  EXPECT_THAT(names(queue.take_others(DeviceId("watch"))), ElementsAre("glasses6", "glasses7"));
  EXPECT_THAT(names(queue.take_of(DeviceId("glasses"))), IsEmpty());
  EXPECT_THAT(names(queue.take_all()), ElementsAre("watch2", "watch3"));
  EXPECT_EQ(queue.next(), nullptr);
}

TEST(FrameQueue, OneWhoseRunHasBegunIsNotAddedAgainUntilTheRunHasEnded) {
  FrameQueue queue;
  queue.add(frame("glasses", 5));
  queue.begin(40);
  queue.add(frame("glasses", 5));
  EXPECT_EQ(queue.next(), nullptr);
  ASSERT_NE(queue.of(40), nullptr);
  EXPECT_EQ(queue.of(40)->ref.sequence, 5u);
  EXPECT_EQ(queue.of(41), nullptr);
  EXPECT_EQ(queue.end(41), std::nullopt);
  EXPECT_EQ(queue.end(40)->sequence, 5u);
  EXPECT_EQ(queue.end(40), std::nullopt);
  queue.add(frame("watch", 5));  // another device's
  EXPECT_NE(queue.next(), nullptr);
}

TEST(FrameQueue, OfWhichOnlyTheNewestCountsGivesUpTheOlder) {
  FrameQueue queue;
  EXPECT_THAT(queue.take_older(), IsEmpty());
  for (const std::uint64_t sequence : {5, 6, 7}) queue.add(frame("glasses", sequence));
  EXPECT_THAT(names(queue.take_older()), ElementsAre("glasses5", "glasses6"));
  EXPECT_THAT(names(queue.waiting()), ElementsAre("glasses7"));
}

}  // namespace
}  // namespace synergy::dispatcher
