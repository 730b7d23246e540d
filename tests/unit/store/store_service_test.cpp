// The store's answers: what is kept, what is refused, and what comes back after a restart.
#include <cmath>
#include <limits>
#include <type_traits>

#include "store_fixtures.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/limits.hpp"

namespace synergy::store {
namespace {

using schemas::AppPhase;
using schemas::LoadState;
using schemas::QueryEvents;
using schemas::QueryHistory;
using schemas::QueryRuns;
using schemas::StoreBody;
using schemas::StoreDecision;
using schemas::StoreRuns;
using testing::alter;
using testing::query;
using testing::Row;
using testing::sample_app;
using testing::sample_body;
using testing::sample_pipeline;
using testing::sample_plan;
using testing::sample_run;

class StoreServiceTest : public testing::StoreTest {
 protected:
  std::string count(const std::string& table) { return query(path_, "SELECT count(*) FROM " + table)[0][0]; }
};

constexpr auto kTooLarge = std::numeric_limits<std::uint64_t>::max();

TEST_F(StoreServiceTest, AnEmptyStoreRestoresNothing) {
  const auto state = service_->on(LoadState{});
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->apps.empty());
  EXPECT_FALSE(state->plan);
  EXPECT_EQ(state->last_plan_id, 0u);
  EXPECT_TRUE(state->open_runs.empty());
  EXPECT_TRUE(service_->on(QueryHistory{})->plans.empty());
  EXPECT_TRUE(service_->on(QueryRuns{AppId("digits"), 0, 10})->runs.empty());
}

TEST_F(StoreServiceTest, RestoredStateEqualsWhatWasStored) {
  auto kws = sample_app("kws");
  kws.phase = AppPhase::kRejected;
  kws.reason = "no microphone";
  ASSERT_TRUE(service_->on(StoreDecision{{sample_app("digits"), kws}, sample_plan(1), "app submitted"}));
  reopen();
  const auto state = service_->on(LoadState{});
  ASSERT_TRUE(state);
  EXPECT_EQ(state->apps, (std::vector{sample_app("digits"), kws}));
  EXPECT_EQ(state->plan, sample_plan(1));
  EXPECT_EQ(state->last_plan_id, 1u);
}

TEST_F(StoreServiceTest, TheNewestPlanIsRestored) {
  for (const std::uint64_t id : {2, 9, 11})
    ASSERT_TRUE(service_->on(StoreDecision{{}, sample_plan(id), "test"}));
  const auto state = service_->on(LoadState{});
  EXPECT_EQ(state->plan, sample_plan(11));
  EXPECT_EQ(state->last_plan_id, 11u);
}

TEST_F(StoreServiceTest, ALaterStatusTakesThePlaceOfTheFormer) {
  ASSERT_TRUE(service_->on(StoreDecision{{sample_app("digits")}, {}, "submitted"}));
  auto stopped = sample_app("digits");
  stopped.phase = AppPhase::kStopped;
  stopped.reason = "by request";
  ASSERT_TRUE(service_->on(StoreDecision{{stopped}, {}, "stopped"}));
  EXPECT_EQ(service_->on(LoadState{})->apps, std::vector{stopped});
}

void change(std::string& text) { text += "x"; }
void change(AppPhase& phase) {
  phase = phase == AppPhase::kFinished ? AppPhase::kStopped : AppPhase::kFinished;
}
template <class Tag>
void change(StrongId<Tag>& id) {
  id = StrongId<Tag>(id.text() + "x");
}
void change(schemas::Trigger& trigger) { trigger = schemas::Trigger::kFrame; }
void change(bool& value) { value = !value; }
template <class Number>
requires std::is_arithmetic_v<Number>
void change(Number& number) { ++number; }

/// Changes the fields one after the other, those of parts included, and calls `changed` with the name of
/// each.
template <schemas::Described T, class Changed>
void change_each_field(T& value, const std::string& place, const Changed& changed) {
  schemas::for_each_field<T>([&](const auto& field) {
    auto& member = value.*(field.member);
    const auto name = place + std::string(field.name);
    if constexpr (schemas::Described<std::remove_cvref_t<decltype(member)>>) {
      change_each_field(member, name + ".", changed);
    } else if (name != "request.app") {  // under another name it is another app
      change(member);
      changed(name);
    }
  });
}

TEST_F(StoreServiceTest, AStatusThatDiffersInAnyOneFieldIsKept) {
  auto app = sample_app("digits");
  ASSERT_TRUE(service_->on(StoreDecision{{app}, {}, "submitted"}));
  int fields = 0;
  change_each_field(app, "", [&](const std::string& name) {
    SCOPED_TRACE(name);
    ++fields;
    const auto done = service_->on(StoreDecision{{app}, {}, "changed"});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->note, "decision kept");
    EXPECT_EQ(service_->on(LoadState{})->apps, std::vector{app});
  });
  // Every field has a column of its own, beside those of the app's name and of the checksum.
  EXPECT_EQ(query(path_, "SELECT count(*) FROM pragma_table_info('apps')")[0][0], std::to_string(fields + 2));
}

TEST_F(StoreServiceTest, ARepeatedDecisionChangesNothingAndLeavesNoSecondEvent) {
  const StoreDecision decision{{sample_app("digits")}, sample_plan(1), "app submitted"};
  ASSERT_TRUE(service_->on(decision));
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(service_->on(decision));
  EXPECT_EQ(count("apps"), "1");
  EXPECT_EQ(count("collaboration_plans"), "1");
  EXPECT_EQ(query(path_, "SELECT kind, subject, text FROM event_list"),
            (std::vector<Row>{{"plan", "plan 1", "app submitted"}}));
}

TEST_F(StoreServiceTest, AnotherPlanOfTheSameNumberConflictsAndRollsTheAppsBack) {
  ASSERT_TRUE(service_->on(StoreDecision{{sample_app("digits")}, sample_plan(1), "submitted"}));
  auto stopped = sample_app("digits");
  stopped.phase = AppPhase::kStopped;
  auto other = sample_plan(1);
  other.pipelines[0].executions[0].chunks[0].last_layer = 2;
  const auto done = service_->on(StoreDecision{{stopped, sample_app("kws")}, other, "clash"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kConflict);
  EXPECT_EQ(service_->on(LoadState{})->apps, std::vector{sample_app("digits")});
  EXPECT_EQ(service_->on(LoadState{})->plan, sample_plan(1));
  EXPECT_EQ(count("events"), "1");
}

TEST_F(StoreServiceTest, APlanFarBeyondTheLastIsRefusedAndTheNextOneIsKept) {
  ASSERT_TRUE(service_->on(StoreDecision{{}, sample_plan(7), "test"}));
  for (const std::uint64_t id :
       {7 + kMostPlanIdsSkipped + 1, std::uint64_t(1) << 53, (std::uint64_t(1) << 63) - 1, kTooLarge}) {
    const auto done = service_->on(StoreDecision{{sample_app("digits")}, sample_plan(id), "forged"});
    ASSERT_FALSE(done) << id;
    EXPECT_EQ(done.error().code, ErrorCode::kInvalid) << done.error().message;
  }
  const auto far = service_->on(StoreDecision{{}, sample_plan(2000), "forged"});
  EXPECT_NE(far.error().message.find("give it the number 8"), std::string::npos) << far.error().message;
  EXPECT_EQ(count("apps"), "0");
  EXPECT_EQ(service_->on(LoadState{})->last_plan_id, 7u);
  EXPECT_TRUE(service_->on(StoreDecision{{}, sample_plan(7 + kMostPlanIdsSkipped), "the farthest"}));
  EXPECT_TRUE(service_->on(StoreDecision{{}, sample_plan(8 + kMostPlanIdsSkipped), "the next"}));
}

TEST_F(StoreServiceTest, AFirstPlanFarBeyondNoneIsRefused) {
  const auto done = service_->on(StoreDecision{{}, sample_plan(kMostPlanIdsSkipped + 1), "forged"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(service_->on(StoreDecision{{}, sample_plan(kMostPlanIdsSkipped), "test"}));
}

TEST_F(StoreServiceTest, ANewPlanBeforeTheLastConflictsAndAnOldOneMayBeRepeated) {
  for (const std::uint64_t id : {2, 9}) ASSERT_TRUE(service_->on(StoreDecision{{}, sample_plan(id), "test"}));
  const auto between = service_->on(StoreDecision{{}, sample_plan(5), "test"});
  ASSERT_FALSE(between);
  EXPECT_EQ(between.error().code, ErrorCode::kConflict);
  EXPECT_NE(between.error().message.find("the number 10"), std::string::npos) << between.error().message;
  const auto again = service_->on(StoreDecision{{}, sample_plan(2), "test"});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->note, "kept already");
}

TEST_F(StoreServiceTest, AFailureInTheLastRowOfAPlanRollsTheWholeDecisionBack) {
  auto plan = sample_plan(1);
  plan.pipelines[0].executions[0].chunks[1] = {DeviceId("watch"), 9, 4};
  const auto done = service_->on(StoreDecision{{sample_app("digits")}, plan, "test"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
  for (const auto* table : {"apps", "collaboration_plans", "execution_plans", "chunks", "events"})
    EXPECT_EQ(count(table), "0") << table;
}

TEST_F(StoreServiceTest, AFailureAfterThePlanRollsThePlanBack) {
  alter(path_, "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'refused'); END");
  ASSERT_FALSE(service_->on(StoreDecision{{sample_app("digits")}, sample_plan(1), "test"}));
  EXPECT_FALSE(service_->on(LoadState{})->plan);
  EXPECT_TRUE(service_->on(LoadState{})->apps.empty());
}

TEST_F(StoreServiceTest, APlanThatNamesAnAppTwiceIsRefused) {
  auto plan = sample_plan(1);
  plan.pipelines.push_back(sample_pipeline("digits"));
  const auto done = service_->on(StoreDecision{{}, plan, "test"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
  EXPECT_FALSE(service_->on(LoadState{})->plan);
}

TEST_F(StoreServiceTest, APlanWithoutANumberIsRefused) {
  const auto done = service_->on(StoreDecision{{}, sample_plan(0), "test"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
}

TEST_F(StoreServiceTest, ANumberTooLargeForTheFileIsRefused) {
  auto app = sample_app("digits");
  app.request.runs = kTooLarge;
  const auto done = service_->on(StoreDecision{{app}, {}, "test"});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), kTooLarge, 10}).error().code, ErrorCode::kInvalid);
}

TEST_F(StoreServiceTest, AnUnreadablePlanIsReportedAsCorrupt) {
  ASSERT_TRUE(service_->on(StoreDecision{{}, sample_plan(1), "test"}));
  alter(path_, "UPDATE collaboration_plans SET content = x'c1'");
  const auto state = service_->on(LoadState{});
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(state.error().message.find("plan 1"), std::string::npos) << state.error().message;
}

TEST_F(StoreServiceTest, ARunIsKeptOnce) {
  auto second = sample_run("digits", 12);
  second.label = 3;
  second.outcome = schemas::RunOutcome::kFailed;
  ASSERT_TRUE(service_->on(StoreRuns{{sample_run("digits", 12)}, {sample_app("digits")}}));
  ASSERT_TRUE(service_->on(StoreRuns{{second, sample_run("digits", 13)}, {sample_app("digits")}}));
  EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), 0, 10})->runs,
            (std::vector{sample_run("digits", 12), sample_run("digits", 13)}));
}

TEST_F(StoreServiceTest, RunsBringTheCountsOfTheirAppsAlong) {
  ASSERT_TRUE(service_->on(StoreDecision{{sample_app("digits")}, {}, "submitted"}));
  auto counted = sample_app("digits");
  counted.next_run = 16;
  counted.completed = 5;
  ASSERT_TRUE(service_->on(StoreRuns{{sample_run("digits", 15)}, {counted}}));
  EXPECT_EQ(service_->on(LoadState{})->apps, std::vector{counted});
}

TEST_F(StoreServiceTest, ARunOfAnUnknownAppRollsTheOthersBack) {
  const auto done =
      service_->on(StoreRuns{{sample_run("digits", 1), sample_run("nobody", 1)}, {sample_app("digits")}});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(count("runs"), "0");
  EXPECT_EQ(count("apps"), "0");
}

TEST_F(StoreServiceTest, AnEnergyThatIsNoNumberIsRefusedAndNotDropped) {
  auto run = sample_run("digits", 1);
  run.energy_uj = std::nan("");
  EXPECT_FALSE(service_->on(StoreRuns{{run}, {sample_app("digits")}}));
}

TEST_F(StoreServiceTest, ADeviceNameThatWouldReadAsTwoIsRefused) {
  auto run = sample_run("digits", 1);
  run.devices = {DeviceId("glasses > watch")};
  EXPECT_EQ(service_->on(StoreRuns{{run}, {sample_app("digits")}}).error().code, ErrorCode::kInvalid);
}

TEST_F(StoreServiceTest, OpenRunsAreThoseStartedAndNotRecordedOfRunningAndStoppedApps) {
  auto finished = sample_app("old");
  finished.phase = AppPhase::kFinished;
  std::vector<schemas::RunRecord> runs;
  for (const std::uint64_t run : {14, 9, 10, 12}) {
    runs.push_back(sample_run("digits", run));
    runs.push_back(sample_run("old", run));
  }
  auto digits = sample_app("digits");  // runs 10 to 14
  digits.completed = 2;
  auto fresh = sample_app("fresh");
  fresh.next_run = fresh.first_run;
  fresh.completed = fresh.failed = 0;
  auto begun = fresh;
  begun.request.app = AppId("begun");
  begun.next_run = 13;
  auto stopped = begun;
  stopped.request.app = AppId("stopped");
  stopped.phase = AppPhase::kStopped;
  auto over = fresh;
  over.request.app = AppId("over");
  over.phase = AppPhase::kStopped;
  ASSERT_TRUE(service_->on(StoreRuns{runs, {digits, finished, fresh, begun, stopped, over}}));
  const std::map<std::string, std::vector<std::uint64_t>> expected{
      {"digits", {11, 13}}, {"fresh", {}}, {"begun", {10, 11, 12}}, {"stopped", {10, 11, 12}}};
  EXPECT_EQ(service_->on(LoadState{})->open_runs, expected);
}

TEST_F(StoreServiceTest, OpenRunsAreFoundThoughTheCountsLagBehindTheRecords) {
  // The answer to a command was lost, and a decision followed that did not know of its runs.
  auto digits = sample_app("digits");
  digits.completed = digits.failed = 0;
  ASSERT_TRUE(service_->on(StoreRuns{{sample_run("digits", 10), sample_run("digits", 13)}, {digits}}));
  EXPECT_EQ(service_->on(LoadState{})->open_runs["digits"], (std::vector<std::uint64_t>{11, 12, 14}));
}

TEST_F(StoreServiceTest, AnAppWithoutEndIsRestoredHoweverManyOfItsRunsHaveEnded) {
  std::vector<schemas::RunRecord> runs;
  const std::uint64_t many = schemas::kMaxItems + 1000;
  for (std::uint64_t run = 0; run < many; ++run)
    if (run != 70 && run != many - 3) runs.push_back(sample_run("digits", run));
  auto app = sample_app("digits");
  app.first_run = 0;
  app.next_run = many + 1;
  app.completed = many - 2;
  app.failed = 0;
  ASSERT_TRUE(service_->on(StoreRuns{runs, {app}}));
  EXPECT_EQ(service_->on(LoadState{})->open_runs["digits"], (std::vector<std::uint64_t>{70, many - 3, many}));
}

TEST_F(StoreServiceTest, MoreOpenRunsThanAMessageListsAreAnErrorAndNotCutShort) {
  auto app = sample_app("digits");
  app.completed = app.failed = 0;
  app.first_run = 0;
  app.next_run = schemas::kMaxItems;
  ASSERT_TRUE(service_->on(StoreRuns{{}, {app}}));
  EXPECT_EQ(service_->on(LoadState{})->open_runs["digits"].size(), schemas::kMaxItems);
  app.next_run = schemas::kMaxRunNumber;
  ASSERT_TRUE(service_->on(StoreRuns{{}, {app}}));
  EXPECT_EQ(service_->on(LoadState{}).error().code, ErrorCode::kOverloaded);
}

TEST_F(StoreServiceTest, RunsAreListedByNumberFromTheFirstAskedForUpToTheLimit) {
  std::vector<schemas::RunRecord> runs;
  for (const std::uint64_t run : {30, 4, 200, 3, 100}) runs.push_back(sample_run("digits", run));
  ASSERT_TRUE(service_->on(StoreRuns{runs, {sample_app("digits")}}));
  EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), 4, 3})->runs,
            (std::vector{sample_run("digits", 4), sample_run("digits", 30), sample_run("digits", 100)}));
}

TEST_F(StoreServiceTest, AnAnswerHasTenThousandRunsAtMost) {
  std::vector<schemas::RunRecord> runs;
  for (std::uint64_t run = 0; run < kMaxRunsInAnswer + 5; ++run) runs.push_back(sample_run("digits", run));
  ASSERT_TRUE(service_->on(StoreRuns{runs, {sample_app("digits")}}));
  EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), 0, 1'000'000})->runs.size(), kMaxRunsInAnswer);
}

TEST_F(StoreServiceTest, HistorySaysWhatWasDecidedNewestFirst) {
  clock_.advance(std::chrono::nanoseconds(999'999'999));
  ASSERT_TRUE(service_->on(StoreDecision{{}, sample_plan(1), "app digits submitted"}));
  auto second = sample_plan(2);
  second.pipelines = {sample_pipeline("zebra"), sample_pipeline("ant")};
  ASSERT_TRUE(service_->on(StoreDecision{{}, second, "device ring lost"}));
  const auto history = service_->on(QueryHistory{20});
  ASSERT_EQ(history->plans.size(), 2u);
  const auto& plan = history->plans[1];
  EXPECT_EQ(history->plans[0].id, 2u);
  EXPECT_EQ(history->plans[0].placements,
            (std::vector<std::string>{"zebra: glasses[0-3] > watch[4]", "ant: glasses[0-3] > watch[4]"}));
  EXPECT_EQ(plan.made, "2019-12-20 00:16:40");
  EXPECT_EQ(plan.body, "four-78000");
  EXPECT_EQ(plan.policy, "optimal");
  EXPECT_EQ(plan.cause, "app digits submitted");
  EXPECT_EQ(plan.reason, "the radio bounds the rate");
  EXPECT_EQ(plan.bottleneck, "watch rx");
  EXPECT_EQ(plan.rounds_per_second, 24.123456789);
  EXPECT_EQ(plan.latency_ms, 12.345678);
  EXPECT_DOUBLE_EQ(plan.latency_us.value(), 12'345.678);
  EXPECT_FALSE(plan.switch_us) << "nobody said how long it took";
  ASSERT_TRUE(
      service_->on(schemas::StoreSwitch{1, std::chrono::milliseconds(2), std::chrono::milliseconds(3)}));
  EXPECT_DOUBLE_EQ(service_->on(QueryHistory{20})->plans[1].switch_us.value(), 5'000);
  EXPECT_EQ(plan.energy_uj, 2.0 / 3);
  EXPECT_EQ(service_->on(QueryHistory{1})->plans.size(), 1u);
}

TEST_F(StoreServiceTest, APlanOfTheHistoryComesBackWhole) {
  ASSERT_TRUE(service_->on(StoreDecision{{}, sample_plan(1), "app digits submitted"}));
  ASSERT_TRUE(service_->on(StoreDecision{{}, sample_plan(2), "device ring lost"}));
  const auto plan = service_->on(schemas::QueryPlan{1});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(*plan, sample_plan(1));
  const auto none = service_->on(schemas::QueryPlan{3});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_NE(none.error().message.find("no plan 3"), std::string::npos);
}

TEST_F(StoreServiceTest, EventsAreToldNewestFirstAndLongOnesCutBetweenCharacters) {
  EXPECT_TRUE(service_->on(QueryEvents{})->events.empty());
  const auto at = [](int n) { return UnixTime(std::chrono::seconds(1'700'000'000 + n)); };
  ASSERT_TRUE(
      service_->on(StoreDecision{{sample_app("digits")}, sample_plan(1), "app digits submitted", {}, at(1)}));
  ASSERT_TRUE(service_->on(StoreDecision{{}, {}, "device ring left", "the plan stays", at(2)}));
  std::string tail;
  for (int i = 0; i < 1000; ++i) tail += "\u20ac";
  ASSERT_TRUE(service_->on(StoreDecision{{}, {}, tail, "", at(3)}));  // changes nothing: no event
  ASSERT_TRUE(service_->on(StoreDecision{{}, {}, "x" + tail, "again", at(4)}));
  const auto told = service_->on(QueryEvents{});
  ASSERT_TRUE(told);
  ASSERT_EQ(told->events.size(), 3u);
  EXPECT_EQ(told->events[1], (schemas::EventRecord{at(2), "decision", "the plan stays", "device ring left"}));
  EXPECT_EQ(told->events[2], (schemas::EventRecord{at(1), "plan", "plan 1", "app digits submitted"}));
  EXPECT_EQ(told->events[0].text, "x" + tail.substr(0, 499 * 3) + "...");
  EXPECT_EQ(service_->on(QueryEvents{1})->events, std::vector{told->events[0]});
}

TEST_F(StoreServiceTest, LongTextAndEveryLanguageComeBackUnchanged) {
  auto app = sample_app("digits");
  app.reason = std::string(1'000'000, 'r') +
               " \u2192 Gr\u00fc\u00dfe, \u624b\u8868, \U0001F453 'quoted' \"too\"; -- %s";
  auto plan = sample_plan(1);
  plan.reason = app.reason;
  app.reason += std::string("a\0b", 3);
  ASSERT_TRUE(service_->on(StoreDecision{{app}, plan, app.reason}));
  reopen();
  const auto state = service_->on(LoadState{});
  EXPECT_EQ(state->apps, std::vector{app});
  EXPECT_EQ(state->plan, plan);
  EXPECT_EQ(service_->on(QueryHistory{1})->plans[0].cause, app.reason);
}

TEST_F(StoreServiceTest, EmptyListsAreKept) {
  auto plan = sample_plan(1);
  plan.pipelines.clear();
  plan.units.clear();
  plan.memory.clear();
  auto run = sample_run("digits", 1);
  run.devices.clear();
  ASSERT_TRUE(service_->on(StoreDecision{}));
  ASSERT_TRUE(service_->on(StoreRuns{}));
  ASSERT_TRUE(service_->on(StoreDecision{{}, plan, ""}));
  ASSERT_TRUE(service_->on(StoreRuns{{run}, {sample_app("digits")}}));
  EXPECT_EQ(service_->on(LoadState{})->plan, plan);
  EXPECT_TRUE(service_->on(QueryHistory{1})->plans[0].placements.empty());
  EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), 0, 1})->runs, std::vector{run});
}

TEST_F(StoreServiceTest, EveryFigureOfAProfileIsKeptWithItsSource) {
  ASSERT_TRUE(service_->on(StoreBody{sample_body()}));
  EXPECT_EQ(query(path_,
                  "SELECT value, mark, source FROM profile_figures WHERE profile = 'max78000-board' "
                  "AND figure = 'cnn_clock_mhz'"),
            (std::vector<Row>{{"50.0", "silicon", "measured"}}));
  std::size_t figures = 0;
  for (const auto& [name, profile] : sample_body().device_profiles) figures += figures_of(profile).size();
  EXPECT_EQ(count("profile_figures WHERE kind = 'device'"), std::to_string(figures));
  EXPECT_EQ(
      query(path_,
            "SELECT value, source FROM profile_figures WHERE kind = 'link' AND figure = 'bytes_per_second'"),
      (std::vector<Row>{{"125000.0", "data sheet, table 3"}}));
}

TEST_F(StoreServiceTest, ABodyTakesThePlaceOfItsFormerSelf) {
  ASSERT_TRUE(service_->on(StoreBody{sample_body()}));
  ASSERT_TRUE(service_->on(StoreBody{sample_body()}));
  auto body = sample_body();
  body.devices.erase(body.devices.begin());
  body.device_profiles["max78000-board"].cnn_clock_mhz.value = 60;
  ASSERT_TRUE(service_->on(StoreBody{body}));
  EXPECT_EQ(query(path_, "SELECT device, position FROM body_devices"), (std::vector<Row>{{"glasses", "0"}}));
  EXPECT_EQ(count("body_sensors"), "0");
  EXPECT_EQ(
      query(path_, "SELECT value FROM profile_figures WHERE kind = 'device' AND figure = 'cnn_clock_mhz'"),
      (std::vector<Row>{{"60.0"}}));
}

TEST_F(StoreServiceTest, ABodyWithoutTheProfileOfADeviceIsRefusedWhole) {
  auto body = sample_body();
  body.devices[1].profile = "unheard-of";
  const auto done = service_->on(StoreBody{body});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(count("bodies"), "0");
  EXPECT_EQ(count("profile_figures"), "0");
}

/// Of the glasses' camera.
schemas::RunRecord run_of_frame(const std::string& app, std::uint64_t run, std::uint64_t sequence) {
  auto record = sample_run(app, run);
  record.frame = schemas::FrameRef{DeviceId("glasses"), "camera", "id-" + std::to_string(sequence), sequence};
  return record;
}

TEST_F(StoreServiceTest, TheFrameOfARunIsKeptWithItAndFound) {
  ASSERT_TRUE(service_->on(StoreDecision{{sample_app("digits"), sample_app("kws")}, {}, "test"}));
  const std::vector runs{run_of_frame("digits", 0, 101), sample_run("digits", 1),
                         run_of_frame("digits", 2, 103), run_of_frame("kws", 7, 101)};
  for (int times = 0; times < 2; ++times) ASSERT_TRUE(service_->on(StoreRuns{runs, {}}));
  reopen();
  EXPECT_EQ(service_->on(schemas::QueryRuns{AppId("digits"), 0, 10})->runs,
            (std::vector{runs[0], runs[1], runs[2]}));
  EXPECT_EQ(service_->on(schemas::QueryRuns{AppId("digits"), 1, 1})->runs, std::vector{runs[1]});
  const auto outcomes = service_->on(schemas::QueryFrames{DeviceId("glasses"), {103, 101, 999}})->outcomes;
  EXPECT_EQ(outcomes, (std::vector<schemas::FrameOutcome>{
                          {AppId("digits"), 2, 103}, {AppId("digits"), 0, 101}, {AppId("kws"), 7, 101}}));
  EXPECT_TRUE(service_->on(schemas::QueryFrames{DeviceId("watch"), {101}})->outcomes.empty());
  EXPECT_EQ(
      query(path_, "SELECT run, input FROM run_history WHERE app = 'digits' ORDER BY run"),
      (std::vector<Row>{
          {"0", "frame id-101 of glasses camera"}, {"1", ""}, {"2", "frame id-103 of glasses camera"}}));
}

TEST_F(StoreServiceTest, NoFrameHasTwoOutcomesOfOneApp) {
  ASSERT_TRUE(service_->on(StoreDecision{{sample_app("digits")}, {}, "test"}));
  ASSERT_TRUE(service_->on(StoreRuns{{run_of_frame("digits", 3, 101)}, {}}));
  ASSERT_TRUE(service_->on(StoreRuns{{run_of_frame("digits", 4, 101), run_of_frame("digits", 5, 102)}, {}}));
  const auto runs = service_->on(schemas::QueryRuns{AppId("digits"), 0, 10})->runs;
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_EQ(runs[1].outcome, schemas::RunOutcome::kFailed);
  EXPECT_EQ(runs[1].reason, "frame 'id-101' has its outcome in run 3");
  EXPECT_FALSE(runs[1].frame);
  EXPECT_EQ(runs[2], run_of_frame("digits", 5, 102));
  EXPECT_EQ(count("run_frames"), "2");
}

}  // namespace
}  // namespace synergy::store
