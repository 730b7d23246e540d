// fill_store FILE RUNS: writes a store file as a mesh would that ran three apps for long, in commands of 256
// runs through the service itself. For tests and measurements of large files.
//
// The apps `digits`, `kws` and `unet` take turns, 10 runs/s together, so that a million runs are 28 hours. A
// new plan is made every 10 000 runs, with an event. Recorded times end at 2026-03-01 00:00 UTC: the same
// file on every day.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "store_fixtures.hpp"

namespace synergy::store::testing {
namespace {

constexpr std::uint64_t kRunsInCommand = 256, kRunsOfPlan = 10'000;
constexpr Duration kBetween = std::chrono::milliseconds(100);
constexpr UnixTime kLastRecord{std::chrono::seconds(1'772'323'200)};
const std::string kApps[] = {"digits", "kws", "unet"};

template <class T>
void require(const Result<T>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

schemas::AppStatus app_after(const std::string& name, std::uint64_t runs, std::uint64_t plan) {
  auto status = sample_app(name);
  status.request.model = ModelId("digits");
  status.request.runs = 0;
  status.phase = schemas::AppPhase::kFinished;  // a mesh on the file has nothing to do for it
  status.plan_id = plan;
  status.first_run = 0;
  status.next_run = status.completed = runs;
  status.failed = 0;
  return status;
}

/// The n-th run of all apps together.
schemas::RunRecord run_number(std::uint64_t n, std::uint64_t all) {
  auto run = sample_run(kApps[n % 3], n / 3);
  run.plan_id = 1 + n / kRunsOfPlan;
  run.attempts = 1;
  run.label = std::int32_t(n * 7 % 10);
  run.score = std::int32_t(n * 7919 % 100'000);
  run.began = ModelTime{kBetween * std::int64_t(n)};
  run.ended = run.began + Duration(12'000'000 + n * 104'729 % 1'000'000);
  run.recorded = kLastRecord - kBetween * std::int64_t(all - n);
  if (n % 5000 == 4999) {
    run.outcome = schemas::RunOutcome::kFailed;
    run.label = -1;
    run.reason = "device 'watch' left";
  }
  return run;
}

void keep_plan(StoreService& service, std::uint64_t id, std::uint64_t runs, UnixTime at) {
  schemas::StoreDecision decision;
  for (const auto& app : kApps) decision.apps.push_back(app_after(app, runs / 3, id));
  decision.plan = sample_plan(id);
  decision.cause = id % 2 == 0 ? "device 'watch' left" : "device 'watch' came back";
  decision.at = at;
  require(service.on(decision));
}

void fill(const std::filesystem::path& path, std::uint64_t runs) {
  const auto database = opened(path);
  const HostClock clock;
  StoreService service(*database, clock);
  require(service.on(schemas::StoreBody{sample_body()}));
  for (std::uint64_t first = 0; first < runs; first += kRunsInCommand) {
    const auto end = std::min(runs, first + kRunsInCommand);
    schemas::StoreRuns command;
    for (auto n = first; n < end; ++n) {
      command.runs.push_back(run_number(n, runs));
      if (n % kRunsOfPlan == 0) keep_plan(service, 1 + n / kRunsOfPlan, n, command.runs.back().recorded);
    }
    for (std::uint64_t i = 0; i < 3; ++i)
      command.apps.push_back(app_after(kApps[i], (end + 2 - i) / 3, 1 + (end - 1) / kRunsOfPlan));
    require(service.on(command));
  }
}

}  // namespace
}  // namespace synergy::store::testing

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::runtime_error("say: fill_store FILE RUNS");
    synergy::store::testing::fill(argv[1], std::stoull(argv[2]));
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "fill_store: %s\n", problem.what());
    return 1;
  }
}
