// Old runs, kept by hour.
#include "synergy/store/retention.hpp"

#include "store_fixtures.hpp"
#include "synergy/store/check.hpp"

namespace synergy::store {
namespace {

using schemas::AppPhase;
using testing::query;
using testing::Row;
using testing::sample_app;
using testing::sample_run;
using namespace std::chrono_literals;

/// Ten runs a minute of each app, from 2023-11-14 22:13:20 on, for three hours.
class RetentionTest : public testing::StoreTest {
 protected:
  static constexpr std::uint64_t kRuns = 1800;

  void SetUp() override {
    StoreTest::SetUp();
    for (const char* app : {"digits", "kws"}) {
      schemas::StoreRuns command;
      for (std::uint64_t run = 0; run < kRuns; ++run) command.runs.push_back(run_at(app, run));
      command.apps = {status_of(app, kRuns)};
      ASSERT_TRUE(service_->on(command));
    }
    clock_.advance(begin() + 3h - clock_.unix());
  }
  static UnixTime begin() { return UnixTime{1'700'000'000s}; }
  static schemas::RunRecord run_at(const std::string& app, std::uint64_t run) {
    auto record = sample_run(app, run);
    record.recorded = begin() + 6s * std::int64_t(run);
    record.ended = record.began + 10ms + Duration(run);
    record.energy_uj = 0.25;
    if (run % 100 == 3) record.outcome = schemas::RunOutcome::kFailed;
    if (run % 7 == 0)
      record.frame = schemas::FrameRef{DeviceId("ring"), "ppg", app + std::to_string(run), run + 1};
    return record;
  }
  static schemas::AppStatus status_of(const std::string& app, std::uint64_t next) {
    auto status = sample_app(app);
    status.first_run = 0;
    status.next_run = next;
    status.completed = next;
    status.failed = 0;
    return status;
  }
  std::uint64_t thin_all(Duration keep) {
    std::uint64_t all = 0;
    for (;;) {
      const auto thinned = service_->thin(keep);
      if (!thinned) throw std::runtime_error(thinned.error().message);
      if (*thinned == 0) return all;
      all += *thinned;
    }
  }
  std::string text(const std::string& sql) { return query(path_, sql).at(0).at(0); }
  void expect_no_damage() {
    const auto report = check_file(path_);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->damages, 0u) << report->damaged.at(0).table << " " << report->damaged.at(0).problem;
  }
};

/// The figures of every hour, of runs that are kept by themselves and of those that are not.
constexpr auto kEveryHour = R"(
SELECT app, hour, plan_id, outcome, sum(runs), sum(latency), min(least), max(most), sum(energy) FROM (
  SELECT app, hour_unix_s AS hour, plan_id, outcome, runs, latency_ns AS latency, latency_min_ns AS least, latency_max_ns AS most,
         energy_uj AS energy FROM run_hours
  UNION ALL
  SELECT app, recorded_unix_ns / 3600000000000 * 3600, plan_id, outcome, 1, ended_ns - began_ns, ended_ns - began_ns, ended_ns - began_ns, energy_uj
  FROM runs)
GROUP BY app, hour, plan_id, outcome ORDER BY 1, 2, 3, 4)";

TEST_F(RetentionTest, OldRunsAreKeptByHourAndNothingIsCountedTwiceOrLost) {
  const auto before = query(path_, kEveryHour);
  const auto plans = query(path_, "SELECT * FROM plan_history"),
             apps = query(path_, "SELECT * FROM app_list");
  const auto thinned = thin_all(1h);
  EXPECT_GT(thinned, 2 * 1190u);
  EXPECT_LE(thinned, 2 * 1200u) << "those of the last hour stay";
  EXPECT_EQ(query(path_, kEveryHour), before) << "hour by hour the same figures";
  EXPECT_EQ(text("SELECT sum(runs) FROM run_hours"), std::to_string(thinned));
  EXPECT_EQ(text("SELECT count(*) FROM runs"), std::to_string(2 * kRuns - thinned));
  EXPECT_EQ(query(path_, "SELECT * FROM plan_history"), plans);
  EXPECT_EQ(query(path_, "SELECT * FROM app_list"), apps);
  EXPECT_EQ(text("SELECT count(*) FROM run_frames f WHERE NOT EXISTS (SELECT 1 FROM compact_runs r WHERE "
                 "r.app = f.app AND r.run = f.run)"),
            "0");
  EXPECT_EQ(text("SELECT count(*) FROM run_history"), text("SELECT count(*) FROM runs"));
  expect_no_damage();
}

TEST_F(RetentionTest, AnHourHasExactSums) {
  thin_all(1h);
  // The first hour, to 23:00, has runs 0 to 465 (recorded every 6 s from 22:13:20 on), of which 3, 103, 203,
  // 303 and 403 failed.
  const auto row = query(path_,
                         "SELECT runs, latency_ns, latency_min_ns, latency_max_ns, energy_uj FROM run_hours "
                         "WHERE app = 'kws' AND "
                         "outcome = 'completed' ORDER BY hour_unix_s LIMIT 1")
                       .at(0);
  std::uint64_t runs = 0, latency = 0;  // 462 runs of 0.25 uJ
  for (std::uint64_t run = 0; run <= 466; ++run) {
    if (run % 100 == 3 ||
        (begin() + 6s * std::int64_t(run)).time_since_epoch() / 1h != begin().time_since_epoch() / 1h)
      continue;
    ++runs;
    latency += 10'000'000 + run;
  }
  EXPECT_EQ(query(path_, "SELECT * FROM run_hourly WHERE app = 'kws' ORDER BY hour LIMIT 1").at(0),
            (Row{"2023-11-14 22:00", "kws", "1", "462", "5", "10.0", "10.0", "10.0", "116.8"}));
  EXPECT_EQ(row, (Row{std::to_string(runs), std::to_string(latency), "10000000", "10000466", "115.5"}));
}

TEST_F(RetentionTest, WhatIsThinnedIsNotKeptAgainNorMissed) {
  thin_all(1h);
  const auto again = service_->on(schemas::StoreRuns{{run_at("digits", 5), run_at("digits", kRuns)}, {}});
  EXPECT_EQ(again->note, "1 of 2 runs new");
  auto apps = service_->on(schemas::LoadState{});
  ASSERT_TRUE(apps);
  EXPECT_TRUE(apps->open_runs.at("digits").empty());
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{}, {[&] {
                                                auto status = status_of("digits", kRuns + 4);
                                                status.completed = kRuns + 1;
                                                return status;
                                              }()}}));
  EXPECT_EQ(service_->on(schemas::LoadState{})->open_runs.at("digits"),
            (std::vector<std::uint64_t>{kRuns + 1, kRuns + 2, kRuns + 3}));
}

TEST_F(RetentionTest, ARunThatMayStillEndKeepsItsBlockAndAllAfterIt) {
  schemas::StoreRuns command;
  for (std::uint64_t run = 0; run < 900; ++run)
    if (run != 300) command.runs.push_back(run_at("other", run));
  auto status = status_of("other", 900);
  status.completed = 899;
  command.apps = {status};
  ASSERT_TRUE(service_->on(command));
  thin_all(1h);
  EXPECT_EQ(text("SELECT min(run) FROM runs WHERE app = 'other'"), "298") << "the block of runs 298 to 300";
  EXPECT_EQ(service_->on(schemas::LoadState{})->open_runs.at("other"), std::vector<std::uint64_t>{300});
  ASSERT_TRUE(service_->on(schemas::StoreRuns{{run_at("other", 300)}, {status_of("other", 900)}}));
  EXPECT_GT(thin_all(1h), 500u) << "now it has ended";
}

TEST_F(RetentionTest, NothingIsThinnedBeforeItsTime) {
  EXPECT_EQ(thin_all(24h), 0u);
  EXPECT_GT(thin_all(1s), 0u);
  EXPECT_EQ(text("SELECT count(*) > 2 * 590 FROM runs"), "1") << "an hour is kept whatever is asked for";
}

TEST_F(RetentionTest, ADamagedRunIsNotMadeAFigure) {
  testing::alter(path_, "UPDATE compact_runs SET took_ns = 5 WHERE run = 10");
  const auto thinned = service_->thin(1h);
  ASSERT_FALSE(thinned);
  EXPECT_EQ(thinned.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(text("SELECT count(*) FROM run_hours"), "0");
  EXPECT_EQ(text("SELECT count(*) FROM runs"), std::to_string(2 * kRuns));
}

}  // namespace
}  // namespace synergy::store
