#include "synergy/virtual_mesh/recorder.hpp"

#include <gmock/gmock.h>

namespace synergy::virtual_mesh {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const AppId kApp("app");

schemas::RunGrant grant_of(std::uint64_t run, std::uint32_t attempt = 1) {
  schemas::RunGrant grant;
  grant.key = {kApp, run, attempt};
  return grant;
}

schemas::RunRecord record_of(std::uint64_t run, ModelTime ended = {},
                             schemas::RunOutcome outcome = schemas::RunOutcome::kCompleted) {
  schemas::RunRecord record;
  record.app = kApp;
  record.run = run;
  record.plan_id = 1;
  record.outcome = outcome;
  record.ended = ended;
  if (outcome == schemas::RunOutcome::kFailed) record.reason = "why";
  return record;
}

class RecorderTest : public testing::Test {
 protected:
  RecorderTest() {
    schemas::AppSet apps;
    apps.apps.emplace_back().request.app = kApp;
    recorder_.are(apps);
  }
  EventQueue queue_;
  Recorder recorder_{queue_, "body"};
};

TEST_F(RecorderTest, CountsRunsByHowTheyEnded) {
  for (std::uint64_t run = 0; run < 4; ++run) recorder_.granted(grant_of(run));
  recorder_.granted(grant_of(1, 2));  // once more
  recorder_.ended(record_of(1, ModelTime(std::chrono::seconds(1))));
  recorder_.ended(record_of(0, ModelTime(std::chrono::seconds(3))));
  recorder_.ended(record_of(2, {}, schemas::RunOutcome::kFailed));
  const auto report = std::move(recorder_).report();
  EXPECT_THAT(report.broken, IsEmpty());
  ASSERT_EQ(report.apps.size(), 1u);
  const auto& app = report.apps[0];
  EXPECT_EQ(app.granted, 4u);
  EXPECT_EQ(app.completed, 2u);
  EXPECT_EQ(app.failed, 1u);
  EXPECT_EQ(app.under_way, 1u);
  EXPECT_EQ(app.failures, (std::map<std::string, std::uint64_t>{{"why", 1}}));
  ASSERT_EQ(app.plans.size(), 1u);
  EXPECT_DOUBLE_EQ(*app.plans[0].runs_per_second, 0.5);
}

TEST_F(RecorderTest, ASecondEndIsABrokenPromise) {
  recorder_.granted(grant_of(0));
  recorder_.ended(record_of(0));
  recorder_.ended(record_of(0));
  EXPECT_THAT(std::move(recorder_).report().broken, ElementsAre(HasSubstr("run 0 of 'app' has ended")));
}

TEST_F(RecorderTest, ARunThatNobodyStartedCanNotEnd) {
  recorder_.ended(record_of(5));
  EXPECT_THAT(std::move(recorder_).report().broken, ElementsAre(HasSubstr("run 5")));
}

TEST_F(RecorderTest, ARunThatHasEndedIsNotStartedAgain) {
  recorder_.granted(grant_of(0));
  recorder_.ended(record_of(0));
  recorder_.granted(grant_of(0, 2));
  EXPECT_THAT(std::move(recorder_).report().broken, ElementsAre(HasSubstr("after it had ended")));
}

TEST_F(RecorderTest, EventsAreDoneInOrderOfTimeThenAsTheyCame) {
  std::vector<int> done;
  queue_.after(std::chrono::seconds(2), [&] { done.push_back(3); });
  queue_.after(std::chrono::seconds(1), [&] {
    done.push_back(1);
    queue_.soon([&] { done.push_back(2); });
  });
  queue_.after(std::chrono::seconds(3), [&] { done.push_back(4); });
  queue_.run_for(std::chrono::seconds(2));
  EXPECT_THAT(done, ElementsAre(1, 2, 3));
  EXPECT_EQ(queue_.elapsed(), std::chrono::seconds(2));
}

}  // namespace
}  // namespace synergy::virtual_mesh
