// Viewers and their queues.
#include "synergy/gateway/stream_hub.hpp"

#include <thread>

#include "gateway_fixtures.hpp"

namespace synergy::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class StreamHubTest : public ::testing::Test {
 protected:
  std::shared_ptr<TextSource> join(bool tasks = false) {
    auto source = hub_.join(tasks, [] { return std::string("{\"whole\":1}"); });
    EXPECT_TRUE(source);
    return source ? *source : nullptr;
  }
  static std::string next(const std::shared_ptr<TextSource>& source) {
    return source->next(0s).value_or("(ended)");
  }
  StreamHub hub_;
};

TEST_F(StreamHubTest, BeginsWithASnapshotAndGoesOnInOrder) {
  hub_.publish(StateKind::kApps, "[\"before\"]");
  const auto viewer = join();
  hub_.publish(StateKind::kPlan, "{\"id\":7}");
  hub_.publish("result", "{\"run\":1}");
  EXPECT_EQ(next(viewer),
            "id: 2\nevent: snapshot\ndata: {\"whole\":1}\n\nid: 3\nevent: plan\ndata: {\"id\":7}\n\n"
            "id: 4\nevent: result\ndata: {\"run\":1}\n\n");
  EXPECT_EQ(next(viewer), "");
}

TEST_F(StreamHubTest, OfAStateOnlyTheNewestWaits) {
  const auto viewer = join();
  (void)next(viewer);
  for (int i = 0; i < 1000; ++i) hub_.publish(StateKind::kUse, std::to_string(i));
  const auto text = next(viewer);
  EXPECT_THAT(text, HasSubstr("data: 999\n"));
  EXPECT_THAT(text, Not(HasSubstr("data: 998\n")));
  EXPECT_THAT(text, Not(HasSubstr("dropped")));
}

TEST_F(StreamHubTest, ASlowViewerIsToldWhatItMissedAndTheStatesAgainAndTheOthersMissNothing) {
  const auto slow = join(), quick = join();
  (void)next(slow);
  (void)next(quick);
  hub_.publish(StateKind::kPlan, "{\"id\":7}");
  int heard = 0;
  for (std::size_t i = 0; i < 3 * kMaxWaiting; ++i) {
    hub_.publish("result", "{\"n\":" + std::to_string(i) + "}");
    heard += next(quick).find("event: result") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(heard, int(3 * kMaxWaiting));
  const auto text = next(slow);
  EXPECT_THAT(text, HasSubstr("event: dropped\ndata: {\"count\":"));
  EXPECT_THAT(text, HasSubstr("event: plan\ndata: {\"id\":7}"));
  EXPECT_THAT(text, HasSubstr("{\"n\":" + std::to_string(3 * kMaxWaiting - 1) + "}"));
  EXPECT_GT(hub_.dropped(), kMaxWaiting);
  EXPECT_THAT(next(slow), Not(HasSubstr("dropped")));
}

TEST_F(StreamHubTest, BytesAreBoundedTooAndTheSnapshotIsNeverDropped) {
  const auto viewer = join();
  for (int i = 0; i < 5; ++i) hub_.publish("result", std::string(kMaxWaitingBytes / 3, 'x'));
  const auto text = next(viewer);
  EXPECT_LE(text.size(), kMaxWaitingBytes + 1000);
  EXPECT_THAT(text, HasSubstr("event: snapshot"));
  EXPECT_THAT(text, HasSubstr("event: dropped"));
}

TEST_F(StreamHubTest, SixteenWatchAndASeventeenthIsToldToComeLater) {
  std::vector<std::shared_ptr<TextSource>> viewers;
  for (std::size_t i = 0; i < kMaxViewers; ++i) viewers.push_back(join());
  const auto refused = hub_.join(false, [] { return std::string(); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kOverloaded);
  EXPECT_EQ(answer_of(refused.error()).status, 503);
  viewers.pop_back();
  EXPECT_NE(join(), nullptr) << "who leaves makes room";
}

TEST_F(StreamHubTest, TasksAreForThoseWhoWantThem) {
  const auto plain = join();
  EXPECT_FALSE(hub_.anybody_wants_tasks());
  auto with_tasks = join(true);
  EXPECT_TRUE(hub_.anybody_wants_tasks());
  hub_.publish_tasks("{\"device\":\"ring\"}");
  EXPECT_THAT(next(plain), Not(HasSubstr("tasks")));
  EXPECT_THAT(next(with_tasks), HasSubstr("event: tasks\ndata: {\"device\":\"ring\"}"));
  with_tasks.reset();
  EXPECT_FALSE(hub_.anybody_wants_tasks());
}

TEST(StreamHub, AQuietStreamShowsThatItLives) {
  StreamHub hub(3ms);
  const auto viewer = *hub.join(false, [] { return std::string("{}"); });
  (void)viewer->next(0s);
  EXPECT_EQ(viewer->next(1ms), "");
  EXPECT_EQ(viewer->next(1ms), "");
  EXPECT_EQ(viewer->next(1ms), ": still here\n\n");
  EXPECT_EQ(viewer->next(1ms), "");
}

TEST_F(StreamHubTest, ClosingWakesWhoWaits) {
  const auto viewer = join();
  (void)next(viewer);
  std::thread closer([&] { hub_.close(); });
  EXPECT_EQ(viewer->next(60s), std::nullopt);
  closer.join();
  EXPECT_EQ(hub_.join(false, [] { return std::string(); }).error().code, ErrorCode::kUnavailable);
}

TEST(StreamHub, AViewerMayOutliveTheHub) {
  std::shared_ptr<TextSource> viewer;
  {
    StreamHub hub;
    viewer = *hub.join(false, [] { return std::string("{}"); });
  }
  EXPECT_EQ(viewer->next(60s), std::nullopt);
}

}  // namespace
}  // namespace synergy::gateway
