// Rows for other programs.
#include "synergy/store/export.hpp"

#include <map>

#include "store_fixtures.hpp"

namespace synergy::store {
namespace {

using testing::sample_app;
using testing::sample_plan;
using testing::sample_run;

std::string text_of(const ExportValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return "-";
}

class ExportTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    auto kws = sample_plan(2);
    kws.pipelines = {testing::sample_pipeline("kws")};
    kws.pipelines[0].executions[0].chunks = {{DeviceId("ring"), 0, 4}};
    const std::vector<schemas::AppStatus> apps = {sample_app("digits"), sample_app("kws")};
    ASSERT_TRUE(service_->on(schemas::StoreDecision{apps, sample_plan(1), "app digits", {}, at(0)}));
    ASSERT_TRUE(service_->on(schemas::StoreDecision{apps, kws, "app kws", {}, at(100)}));
    auto failed = run("kws", 3, 50);
    failed.outcome = schemas::RunOutcome::kFailed;
    failed.label = -1;
    failed.devices = {DeviceId("earring"), DeviceId("watch")};
    ASSERT_TRUE(service_->on(schemas::StoreRuns{{failed, run("digits", 12, 7), run("digits", 11, 5)}, {}}));
  }
  static UnixTime at(int seconds) { return UnixTime{std::chrono::seconds(1'700'000'000 + seconds)}; }
  static schemas::RunRecord run(const std::string& app, std::uint64_t number, int seconds) {
    auto record = sample_run(app, number);
    record.recorded = at(seconds);
    return record;
  }

  /// The first two columns of each row, `digits 11`; and the last row whole, by name.
  std::vector<std::string> exported(ExportKind kind, const ExportFilter& filter) {
    std::vector<std::string> keys, names;
    const auto status = export_rows(path_, kind, filter,
                                    {[&](auto columns) {
                                       names.assign(columns.begin(), columns.end());
                                       return true;
                                     },
                                     [&](auto values) {
                                       EXPECT_EQ(values.size(), names.size());
                                       keys.push_back(text_of(values[0]) + " " + text_of(values[1]));
                                       for (std::size_t i = 0; i < names.size(); ++i)
                                         last_[names[i]] = text_of(values[i]);
                                       return true;
                                     }});
    EXPECT_TRUE(status) << status.error().message;
    return keys;
  }

  using Keys = std::vector<std::string>;
  std::map<std::string, std::string> last_;
};

TEST_F(ExportTest, RunsComeByAppAndNumberWithExactValues) {
  EXPECT_EQ(exported(ExportKind::kRuns, {}), (Keys{"digits 11", "digits 12", "kws 3"}));
  EXPECT_EQ(last_["outcome"], "failed");
  EXPECT_EQ(last_["label"], "-") << "nothing, not -1";
  EXPECT_EQ(last_["plan"], "1");
  EXPECT_EQ(last_["latency_us"], "12345.678000");
  EXPECT_EQ(last_["devices"], "earring > watch");
  EXPECT_EQ(last_["recorded"], "2023-11-14T22:14:10.000Z");
  EXPECT_EQ(last_["frame_id"], "-");
}

TEST_F(ExportTest, WhatIsAskedForTogetherAllHolds) {
  EXPECT_EQ(exported(ExportKind::kRuns, {at(5), at(7), {}, {}}), Keys{"digits 11"});
  EXPECT_EQ(exported(ExportKind::kRuns, {at(6), {}, AppId("digits"), {}}), Keys{"digits 12"});
  EXPECT_EQ(exported(ExportKind::kRuns, {{}, {}, {}, DeviceId("glasses")}), (Keys{"digits 11", "digits 12"}));
  EXPECT_EQ(exported(ExportKind::kRuns, {{}, {}, {}, DeviceId("ring")}), Keys{}) << "an earring is no ring";
  EXPECT_EQ(exported(ExportKind::kRuns, {{}, {}, AppId("nobody"), {}}), Keys{});
  EXPECT_EQ(exported(ExportKind::kPlans, {}), (Keys{"1 four-78000", "2 four-78000"}));
  EXPECT_EQ(last_["placement"], "kws: ring[0-4]");
  EXPECT_EQ(exported(ExportKind::kPlans, {{}, {}, AppId("kws"), {}}), Keys{"2 four-78000"});
  EXPECT_EQ(exported(ExportKind::kPlans, {{}, {}, {}, DeviceId("ring")}), Keys{"2 four-78000"});
  EXPECT_EQ(exported(ExportKind::kPlans, {{}, at(100), {}, {}}), Keys{"1 four-78000"});
  EXPECT_EQ(exported(ExportKind::kEvents, {at(100), {}, {}, {}}), Keys{"2 plan"});
}

TEST_F(ExportTest, OldRunsComeByHour) {
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{run("digits", 13, 3700), run("digits", 14, 7400)}, {}}));
  clock_.advance(at(20'000) - clock_.unix());
  EXPECT_EQ(service_->thin(std::chrono::hours(1)).value(), 3u) << "the app's last block stays";
  const auto hours = [&](const ExportFilter& filter) { return exported(ExportKind::kHours, filter).size(); };
  EXPECT_EQ(hours({}), 2u);
  EXPECT_EQ(last_["hour"], "2023-11-14T23:00:00Z");
  EXPECT_EQ(last_["runs"], "1");
  EXPECT_EQ(last_["mean_latency_us"], "12345.678000");
  EXPECT_EQ(hours({{}, {}, AppId("kws"), {}}), 0u);
  EXPECT_EQ(hours({at(3600), {}, {}, {}}), 1u);
  EXPECT_EQ(hours({{}, at(10), {}, {}}), 1u);
}

TEST_F(ExportTest, TheHistoryIsAskedForInTheSameWay) {
  const auto plans = [&](const schemas::QueryHistory& query) {
    std::vector<std::uint64_t> ids;
    const auto history = service_->on(query);
    for (const auto& plan : history->plans) ids.push_back(plan.id);
    return ids;
  };
  using Ids = std::vector<std::uint64_t>;
  EXPECT_EQ(plans({10}), (Ids{2, 1}));
  EXPECT_EQ(plans({1}), Ids{2});
  EXPECT_EQ(plans({10, at(100)}), Ids{2});
  EXPECT_EQ(plans({10, {}, at(100)}), Ids{1});
  EXPECT_EQ(plans({10, {}, {}, AppId("digits")}), Ids{1});
  EXPECT_EQ(plans({10, {}, {}, {}, DeviceId("ring")}), Ids{2});
  EXPECT_EQ(plans({10, {}, {}, {}, DeviceId("watch")}), (Ids{2, 1})) << "it interacts in both";
  EXPECT_EQ(plans({10, {}, at(0)}), Ids{});
}

TEST_F(ExportTest, RefusesWhatItCanNotAnswer) {
  const ExportSink sink{[](auto) { return true; }, [](auto) { return true; }};
  EXPECT_EQ(export_rows(path_, ExportKind::kEvents, {{}, {}, AppId("kws"), {}}, sink).error().code,
            ErrorCode::kInvalid);
  EXPECT_EQ(export_rows(folder_ / "none.db", ExportKind::kRuns, {}, sink).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(export_rows(path_, ExportKind::kRuns, {}, {[](auto) { return true; }, [](auto) { return false; }})
                .error()
                .code,
            ErrorCode::kUnavailable);
  service_.reset();
  database_.reset();
  testing::alter(path_, "DELETE FROM schema_version WHERE version = 11");
  const auto older = export_rows(path_, ExportKind::kRuns, {}, sink);
  EXPECT_EQ(older.error().code, ErrorCode::kEnvironment);
  EXPECT_NE(older.error().message.find("start the mesh on the file once"), std::string::npos);
}

}  // namespace
}  // namespace synergy::store
