// The latest states as JSON, and their ages.
#include "synergy/gateway/board.hpp"

#include "gateway_fixtures.hpp"
#include "synergy/schemas/encode.hpp"

namespace synergy::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr auto at(Duration time) { return MonotonicTime(100s + time); }

schemas::Health health(const std::string& process, schemas::LifeCycle state = schemas::LifeCycle::kReady) {
  schemas::Health made;
  made.process = process;
  made.state = state;
  return made;
}

TEST(Board, BeforeAnybodyWasHeardItSaysSo) {
  const Board board;
  const auto text = board.snapshot(at(0s));
  EXPECT_THAT(text,
              StartsWith(R"({"body":null,"apps":[],"plan":null,"services":null,"use":null,"sensors":[])"));
  EXPECT_THAT(text,
              HasSubstr(R"("age_ms":{"body":null,"apps":null,"plan":null,"services":null,"use":null})"));
  EXPECT_EQ(board.plan(), nullptr);
}

TEST(Board, ASnapshotHoldsWhatTheEventsHeld) {
  Board board;
  const auto body = board.set(body_view(), at(0s));
  const auto apps = board.set(schemas::AppSet{{digits_status()}}, at(0s));
  const auto plan = board.set(digits_plan(), at(0s));
  EXPECT_EQ(body, schemas::to_json(body_view()));
  EXPECT_THAT(apps, StartsWith(R"([{"request":{"app":"digits")"));
  const auto text = board.snapshot(at(0s));
  EXPECT_THAT(text, HasSubstr("\"body\":" + body + ",\"apps\":" + apps + ",\"plan\":" + plan));
  EXPECT_THAT(text, HasSubstr(R"({"device":"glasses","capability":"camera","feed":true})"));
  EXPECT_EQ(board.plan()->id, 7u);
}

TEST(Board, ModelTimeFollowsTheBodysScale) {
  Board board;
  auto body = body_view();
  body.time_scale = 4;
  (void)board.set(body, at(0s));
  EXPECT_THAT(board.snapshot(at(0s)), HasSubstr("\"model_now_ns\":25000000000,"));
}

TEST(Board, AStateIsAsOldAsItsOwnersLastWord) {
  Board board;
  (void)board.set(schemas::AppSet{}, at(0s));
  EXPECT_EQ(board.age_ms(StateKind::kApps, at(3s)), 3000);
  board.heard(health("dispatcher"), at(2s));
  EXPECT_EQ(board.age_ms(StateKind::kApps, at(3s)), 1000);
  board.heard(health("monitor"), at(3s));
  EXPECT_EQ(board.age_ms(StateKind::kApps, at(3s)), 1000) << "another's word says nothing of it";
  EXPECT_EQ(board.age_ms(StateKind::kPlan, at(3s)), std::nullopt) << "there is none that could be old";
  board.heard(health("dispatcher", schemas::LifeCycle::kStarting), at(3s));
  EXPECT_EQ(board.age_ms(StateKind::kApps, at(3s)), 1000) << "one that starts does not know its apps yet";
}

}  // namespace
}  // namespace synergy::gateway
