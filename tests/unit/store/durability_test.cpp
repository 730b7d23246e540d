// A killed process and a full disk: what was acknowledged is there, what failed is not there at all.
#include <sys/resource.h>

#include "store_fixtures.hpp"

namespace synergy::store {
namespace {

using schemas::StoreDecision;
using schemas::StoreRuns;
using test_support::TemporaryFolder;
using testing::ChildProcess;
using testing::opened;
using testing::sample_app;
using testing::sample_plan;
using testing::sample_run;

/// The n-th of a row of decisions; each app names the plan of its own decision.
StoreDecision decision(std::uint64_t n) {
  auto app = sample_app("app" + std::to_string(n));
  app.plan_id = n;
  return {{app}, sample_plan(n), "decision " + std::to_string(n)};
}

TEST(DurabilityTest, AKilledProcessLosesNothingThatItAcknowledged) {
  const TemporaryFolder folder;
  ChildProcess child([&](const auto& report) {
    const auto database = opened(folder / "mesh.db");
    const ManualClock clock;
    StoreService service(*database, clock);
    for (std::uint64_t n = 1;; ++n) {
      if (!service.on(decision(n))) report("decision failed");
      if (!service.on(StoreRuns{{sample_run("app" + std::to_string(n), n)}, {}})) report("run failed");
      report(std::to_string(n));
    }
  });
  std::uint64_t acknowledged = 0;
  while (acknowledged < 30) {
    const auto line = child.line();
    ASSERT_EQ(line, std::to_string(acknowledged + 1));
    ++acknowledged;
  }
  child.kill();
  for (auto line = child.line(); !line.empty(); line = child.line()) acknowledged = std::stoull(line);

  const auto database = opened(folder / "mesh.db");
  const ManualClock clock;
  StoreService service(*database, clock);
  const auto state = service.on(schemas::LoadState{});
  ASSERT_TRUE(state);
  EXPECT_GE(state->apps.size(), acknowledged);
  EXPECT_EQ(state->last_plan_id, state->apps.size()) << "a decision is there by half";
  for (std::uint64_t n = 1; n <= acknowledged; ++n) {
    EXPECT_EQ(service.on(decision(n))->note, "kept already");
    EXPECT_EQ(service.on(schemas::QueryRuns{AppId("app" + std::to_string(n)), 0, 10})->runs.size(), 1u);
  }
}

void limit_file_size(rlim_t bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  ::setrlimit(RLIMIT_FSIZE, &limit);
}

/// Writes until the files may grow no further; reports how many decisions were acknowledged and the error,
/// then what a repetition says when there is room again.
void write_until_full(const std::filesystem::path& path, const ChildProcess::Report& report) {
  ::signal(SIGXFSZ, SIG_IGN);  // the write fails instead
  const auto database = opened(path);
  const ManualClock clock;
  StoreService service(*database, clock);
  limit_file_size(800'000);
  const auto large = [](std::uint64_t n) {
    auto command = decision(n);
    command.plan->reason = std::string(20'000, 'r');
    return command;
  };
  std::uint64_t n = 1;
  auto done = service.on(large(n));
  while (done && n < 1000) done = service.on(large(++n));
  report(std::to_string(n - 1));
  report(done ? "never full" : std::string(name_of(done.error().code)) + " " + done.error().message);
  report(std::to_string(service.on(schemas::LoadState{})->apps.size()));
  limit_file_size(RLIM_INFINITY);
  const auto again = service.on(large(n));
  report(again ? again->note : again.error().message);
}

TEST(DurabilityTest, AFullDiskIsAnErrorAndLeavesTheStoreWhole) {
  const TemporaryFolder folder;
  ChildProcess child([&](const auto& report) { write_until_full(folder / "mesh.db", report); });
  const auto acknowledged = std::stoull(child.line());
  EXPECT_GT(acknowledged, 5u);
  const auto error = child.line();
  EXPECT_TRUE(error.starts_with(name_of(ErrorCode::kEnvironment))) << error;
  EXPECT_NE(error.find("space"), std::string::npos) << error;
  EXPECT_EQ(child.line(), std::to_string(acknowledged)) << "reading goes on, without the failed decision";
  EXPECT_EQ(child.line(), "decision kept");
  EXPECT_EQ(child.line(), "");

  const auto database = opened(folder / "mesh.db");
  const ManualClock clock;
  const auto state = StoreService(*database, clock).on(schemas::LoadState{});
  ASSERT_TRUE(state);
  EXPECT_EQ(state->apps.size(), acknowledged + 1);
  EXPECT_EQ(state->last_plan_id, acknowledged + 1);
}

TEST(DurabilityTest, AFullDiskKeepsNoStoreFromOpeningThatWasKilled) {
  const TemporaryFolder folder;
  ChildProcess killed([&](const auto& report) {
    const auto database = opened(folder / "mesh.db");
    const ManualClock clock;
    StoreService service(*database, clock);
    for (std::uint64_t n = 1; n <= 30; ++n) (void)service.on(decision(n));
    report("30");
    ::pause();
  });
  ASSERT_EQ(killed.line(), "30");
  killed.kill();
  ChildProcess next([&](const auto& report) {
    ::signal(SIGXFSZ, SIG_IGN);
    limit_file_size(40'000);  // room for the -shm, and no more in the -wal
    auto database = Database::open(folder / "mesh.db");
    report(database ? "open" : database.error().message);
    const ManualClock clock;
    StoreService service(**database, clock);
    report(std::to_string(service.on(schemas::LoadState{})->apps.size()));
    report((*database)->try_to_write() ? "room" : "no room");
    limit_file_size(RLIM_INFINITY);
    const auto kept = service.on(decision(31));
    report(kept ? kept->note : kept.error().message);
    ::pause();
  });
  EXPECT_EQ(next.line(), "open");
  EXPECT_EQ(next.line(), "30");
  EXPECT_EQ(next.line(), "no room");
  EXPECT_EQ(next.line(), "decision kept");
  next.kill();
  EXPECT_TRUE(opened(folder / "mesh.db")->needs_check()) << "the file was not marked as in use";
}

}  // namespace
}  // namespace synergy::store
