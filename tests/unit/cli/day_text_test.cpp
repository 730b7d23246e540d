#include "synergy/cli/day_text.hpp"

#include <gmock/gmock.h>

namespace synergy::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

virtual_mesh::DayReport small_day() {
  virtual_mesh::DayReport report;
  report.body = "four";
  report.until_s = 30;
  report.events.push_back({2, "submit digits", 2.101, "plan 1, 5.000 runs/s", true});
  report.events.push_back({9, "leave watch", {}, {}, {}});
  report.events.push_back({12, "rate digits 0.5", 12.5, "no room", false});
  report.events.push_back({29.95, "stop digits", {}, {}, {}});
  report.decisions.push_back({2.1, "app 'digits' submitted", 1, "the best"});
  report.log.push_back({2.107, "deployed", "plan 1", false});
  schemas::CollaborationPlan plan;
  plan.id = 1;
  plan.rounds_per_second = 17;
  auto& pipeline = plan.pipelines.emplace_back();
  pipeline.app = AppId("digits");
  auto& way = pipeline.executions.emplace_back();
  way.source = DeviceId("glasses");
  way.target = DeviceId("watch");
  way.chunks = {{DeviceId("glasses"), 0, 3}, {DeviceId("watch"), 4, 4}};
  report.plans.push_back({2.1, 2.107, plan});
  report.apps.push_back(
      {AppId("digits"), "running", "", 100, 97, 2, 1, {{"device_left: watch", 2}}, {{1, 97, 2, 4.9, 5}}});
  return report;
}

TEST(DayText, TellsEverythingInOrderOfTime) {
  const auto text = to_text(small_day());
  std::size_t at = 0;
  for (const auto* line :
       {"a day of 30.000 s on body four", "2.000   event      submit digits",
        "2.100   plan 1     app 'digits' submitted: the best",
        "2.101   answer     submit digits: plan 1, 5.000 runs/s", "2.107   deployed   plan 1",
        "9.000   event      leave watch", "12.500  refused    rate digits 0.5: no room",
        "30.000  no answer  stop digits: the day ended before",
        "glasses > glasses[0-3] > watch[4-4] > watch"}) {
    const auto found = text.find(line, at);
    ASSERT_NE(found, std::string::npos) << line << "\nin\n" << text;
    at = found;
  }
}

TEST(DayText, TellsWhatAnAppGotOfEachPlanAndWhyRunsFailed) {
  const auto text = to_text(small_day());
  EXPECT_THAT(text, HasSubstr("4.900   5.000"));
  EXPECT_THAT(text, HasSubstr("digits: 2 failed: device_left: watch"));
  EXPECT_THAT(text, Not(HasSubstr("BROKEN")));
  EXPECT_THAT(text, Not(HasSubstr("no answer  leave watch"))) << "a device that leaves answers nobody";
}

TEST(DayText, TellsABrokenPromise) {
  auto report = small_day();
  report.broken.push_back("at 3.000 s: run 7 of 'digits' has ended, which was not under way");
  EXPECT_THAT(to_text(report), HasSubstr("BROKEN: at 3.000 s: run 7"));
}

}  // namespace
}  // namespace synergy::cli
