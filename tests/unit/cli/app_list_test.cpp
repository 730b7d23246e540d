// What was asked, granted and measured, and what a newcomer costs, as people read it.
#include "synergy/cli/app_list.hpp"

#include <gmock/gmock.h>

namespace synergy::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

schemas::AppStatus app(const std::string& name, double rate, double min_rate) {
  schemas::AppStatus status;
  status.request.app = AppId(name);
  status.request.model = ModelId("kws");
  status.request.sensing.needs = "microphone";
  status.request.interaction = {"haptic", DeviceId("ring")};
  status.request.rate = rate;
  status.request.min_rate = min_rate;
  status.plan_id = 3;
  return status;
}

TEST(AppList, HoldsAskedGrantedAndMeasuredRateBesideEachApp) {
  auto waits = app("waits", 0, 2.5);
  waits.plan_id = 0;
  auto ended = app("ended", 7, 0);
  ended.phase = schemas::AppPhase::kFinished;
  const schemas::AppSet set{{app("paced", 10, 4), app("free", 0, 0), waits, ended}};
  schemas::CollaborationPlan plan;
  schemas::MeshUse use;
  for (const auto& [name, granted, measured] :
       {std::tuple("paced", 10.0, 9.98), std::tuple("free", 120.3, 119.5), std::tuple("ended", 7.0, 3.0)}) {
    plan.pipelines.emplace_back().app = AppId(name);
    plan.pipelines.back().runs_per_second = granted;
    use.pipelines.emplace_back().app = AppId(name);
    use.pipelines.back().runs_per_second = measured;
  }
  const auto list = list_apps(set, &plan, &use);
  ASSERT_EQ(list.rates.size(), 4u);
  EXPECT_EQ(list.rates[0], (AppRates{AppId("paced"), 10, 4, 10, 9.98}));
  EXPECT_EQ(list.rates[1], (AppRates{AppId("free"), {}, {}, 120.3, 119.5}));
  EXPECT_EQ(list.rates[2], (AppRates{AppId("waits"), {}, 2.5, {}, {}}));
  EXPECT_EQ(list.rates[3], (AppRates{AppId("ended"), 7, {}, {}, {}})) << "it does not run any more";
  const auto text = to_text(list);
  EXPECT_THAT(text, HasSubstr("ASKED"));
  EXPECT_THAT(text, HasSubstr("10.00 (4.00 at least)"));
  EXPECT_THAT(text, HasSubstr("2.50 at least"));
  EXPECT_THAT(text, HasSubstr("120.30"));
  EXPECT_THAT(text, HasSubstr("119.50"));
  EXPECT_EQ(list_apps(set, nullptr, nullptr).rates[0], (AppRates{AppId("paced"), 10, 4, {}, {}}));
}

TEST(AppList, AsLinesOfCsvHasStateAndRates) {
  auto waits = app("waits", 0, 2.5);
  waits.plan_id = 0;
  waits.reason = "no room";
  const auto rows = rows_of(list_apps({{app("paced", 10, 4), waits}}, nullptr, nullptr));
  ASSERT_EQ(rows.apps.size(), 2u);
  EXPECT_EQ(rows.apps[0].state, "running");
  EXPECT_EQ(rows.apps[0].interaction, "haptic@ring");
  EXPECT_EQ(rows.apps[0].rate, 10);
  EXPECT_EQ(rows.apps[0].granted, std::nullopt);
  EXPECT_EQ(rows.apps[1].state, "waiting");
  EXPECT_EQ(rows.apps[1].reason, "no room");
}

TEST(AppList, PaintsWaitingYellowAndRejectedRed) {
  auto waits = app("waits", 0, 0);
  waits.plan_id = 0;
  auto rejected = app("rejected-app", 0, 0);
  rejected.phase = schemas::AppPhase::kRejected;
  const auto list = list_apps({{app("runs", 0, 0), waits, rejected}}, nullptr, nullptr);
  const auto text = to_text(list, client::Colours::kOn);
  EXPECT_THAT(text, HasSubstr("\x1b[33mwaiting\x1b[0m"));
  EXPECT_THAT(text, HasSubstr("\x1b[31mrejected\x1b[0m"));
  EXPECT_THAT(text, Not(HasSubstr("mrunning")));
  EXPECT_THAT(to_text(list), Not(HasSubstr("\x1b")));
}

TEST(AppList, OfNoAppsSaysHowToBegin) { EXPECT_THAT(to_text(AppList{}), HasSubstr("synergy submit")); }

TEST(Forecast, SaysRatesPowerAndHoursNowAndThen) {
  schemas::AppForecast forecast;
  forecast.app = AppId("unet");
  forecast.rate = 17.7;
  forecast.changes = {{AppId("kws"), 381.9, 120.3}};
  forecast.devices = {{DeviceId("ring"), 12.5, 20.25}, {DeviceId("watch"), 3, {}}};
  forecast.devices_now = {{DeviceId("ring"), 10.5, 24.5}};
  const auto text = to_text(forecast);
  EXPECT_THAT(text, HasSubstr("app unet would be served with 17.70 runs/s"));
  EXPECT_THAT(text, HasSubstr("kws 381.90 -> 120.30 runs/s"));
  EXPECT_THAT(text, testing::ContainsRegex("ring +10.500 +12.500 +24.5 +20.2"));
  EXPECT_THAT(text, testing::ContainsRegex("watch +- +3.000 +- +-"));
  EXPECT_THAT(text, HasSubstr("nothing was changed"));
  forecast.changes.clear();
  EXPECT_THAT(to_text(forecast), HasSubstr("no other app's rate would be another"));
  EXPECT_THAT(to_text(forecast), Not(HasSubstr("->")));
}

}  // namespace
}  // namespace synergy::cli
