// One library holds the order of tasks, and both the executors and the virtual run drive it: run for run they
// give the same model times, whatever the plan, and however late the host is with everything.
#include <gmock/gmock.h>

#include <random>

#include "../schedule/schedule_fixtures.hpp"
#include "fake_mesh.hpp"
#include "synergy/execution/virtual_run.hpp"

namespace synergy::executor_test {
namespace {

constexpr ModelTime kBegin{1000s};

struct Sample {
  schemas::CollaborationPlan plan;
  std::vector<DeviceId> devices;
};

/// A plan of the schedule's tests, made such that each chunk is a chunk of its own for the accelerators.
std::optional<Sample> sample_plan(std::uint64_t seed) {
  schedule_test::Random random(seed);
  const auto devices = 2 + random.below(3);
  Sample sample{schedule_test::random_plan(random, devices, 1 + random.below(4), random.one_in(3)), {}};
  auto& plan = sample.plan;
  plan.id = 1;
  for (std::uint64_t n = 0; n < devices; ++n) sample.devices.push_back(schedule_test::device(n));
  std::uint32_t layer = 0;
  for (auto& pipeline : plan.pipelines) {
    pipeline.sensing = "camera";
    pipeline.input = {1, std::uint32_t(pipeline.input_bytes), 1};
    pipeline.result = schemas::ResultKind::kRaw;
    for (auto& execution : pipeline.executions)
      for (auto& chunk : execution.chunks) chunk.first_layer = chunk.last_layer = layer++;
  }
  plan.overlap = !random.one_in(6);
  if (!schedule::make_executable(plan, schedule_test::sram(devices), {8})) return std::nullopt;
  return sample;
}

/// Grants as the dispatcher does: as many as the depth allows, each from when the run before it ended.
class Granter {
 public:
  Granter(FakeMesh& mesh, const schemas::CollaborationPlan& plan, std::uint64_t runs)
      : mesh_(mesh), plan_(plan), runs_(runs), next_(plan.pipelines.size(), 0) {
    mesh_.on_result = [this](const schemas::RunResult& result) { on(result); };
  }
  void begin() {
    for (std::uint32_t p = 0; p < plan_.pipelines.size(); ++p)
      for (std::uint32_t i = 0; i < (plan_.overlap ? plan_.pipelines[p].depth : p == 0); ++i)
        grant(p, kBegin);
  }

 private:
  void grant(std::uint32_t p, ModelTime at) {
    if (next_[p] == runs_) return;
    mesh_.grant_turn(plan_, p, next_[p]++, at);
    if (next_[p] == runs_) mesh_.skip(plan_, p, runs_, 1'000'000);
  }
  void on(const schemas::RunResult& result) {
    std::uint32_t p = 0;
    while (plan_.pipelines[p].app != result.run.key.app) ++p;
    grant(plan_.overlap ? p : (p + 1) % std::uint32_t(plan_.pipelines.size()), result.ended);
  }
  FakeMesh& mesh_;
  const schemas::CollaborationPlan& plan_;
  std::uint64_t runs_;
  std::vector<std::uint64_t> next_;
};

TEST(LiveAndVirtual, GiveTheSameModelTimesRunForRunHoweverLateTheHostIs) {
  constexpr std::uint64_t kRuns = 24;
  int compared = 0, streamed = 0, mixed = 0;
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto sample = sample_plan(seed);
    if (!sample) continue;
    const auto& plan = sample->plan;
    const auto expected = execution::run_virtually(plan, {kRuns, 0});
    ASSERT_TRUE(expected) << expected.error().message;
    FakeMesh mesh({}, sample->devices);
    mesh.deploy(plan);
    if (seed % 3 != 0)
      mesh.host.late = [random = std::mt19937(std::uint32_t(seed))]() mutable {
        return random() % 5 == 0 ? Duration(random() % 40'000'000) : Duration(0);
      };
    Granter granter(mesh, plan, kRuns);
    granter.begin();
    mesh.host.run_out();
    std::map<AppId, std::vector<Duration>> latencies;
    std::map<AppId, std::uint64_t> next;
    for (const auto& result : mesh.results) {
      EXPECT_EQ(result.run.key.run, next[result.run.key.app]++) << "results come out in order";
      latencies[result.run.key.app].push_back(result.latency());
    }
    for (const auto& pipeline : expected->pipelines) EXPECT_EQ(latencies[pipeline.app], pipeline.latencies);
    for (const auto& failed : mesh.failures) ADD_FAILURE() << failed.reason;
    ++compared;
    for (const auto& pipeline : plan.pipelines) mixed += pipeline.executions.size() > 1;
    for (const auto& pipeline : plan.pipelines)
      for (const auto& execution : pipeline.executions)
        for (const auto& step : execution.steps) streamed += step.loads || step.unloads;
    if (HasFailure()) return;
  }
  EXPECT_GT(compared, 80);
  EXPECT_GT(streamed, 20);
  EXPECT_GT(mixed, 20);
}

TEST(SkippedTurns, LetTheOtherPipelinesGoOn) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto sample = sample_plan(seed);
    if (!sample || sample->plan.pipelines.size() < 2 || !sample->plan.overlap) continue;
    const auto& plan = sample->plan;
    FakeMesh mesh({}, sample->devices);
    mesh.deploy(plan);
    // The first pipeline takes every third turn only, one at a time; the others all.
    constexpr std::uint64_t kTurns = 30;
    for (std::uint64_t turn = 0; turn < kTurns; ++turn) {
      if (turn % 3 == 0)
        mesh.grant_turn(plan, 0, turn, kBegin);
      else
        mesh.skip(plan, 0, turn, 1);
      for (std::uint32_t p = 1; p < plan.pipelines.size(); ++p) mesh.grant_turn(plan, p, turn, kBegin);
    }
    for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p) mesh.skip(plan, p, kTurns, 1000);
    mesh.host.run_out();
    std::map<AppId, std::uint64_t> ended;
    for (const auto& result : mesh.results) ++ended[result.run.key.app];
    EXPECT_EQ(ended[plan.pipelines[0].app], kTurns / 3);
    for (std::uint32_t p = 1; p < plan.pipelines.size(); ++p) EXPECT_EQ(ended[plan.pipelines[p].app], kTurns);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace synergy::executor_test
