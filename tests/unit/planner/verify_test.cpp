// The judge of plans, on plans that are right and on the same plans spoilt in one place each.
#include "synergy/planner/verify.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "planner_fixtures.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/schedule/plan_rate.hpp"

namespace synergy::planner_test {
namespace {

using planner::Problem;
using schemas::CollaborationPlan;
using schemas::TaskKind;

TEST(Verify, AcceptsEveryPlanOfEveryPolicyOnRandomProblems) {
  int plans = 0, shared = 0;
  for (std::uint64_t seed = 1000; seed < 1030; ++seed) {
    const auto problem = random_problem(seed, 1 + seed % 3);
    for (const auto& policy : planner::policy_names()) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", policy " + policy);
      const auto outcome = planner::solve(problem, policy);
      if (!outcome.has_plan()) continue;
      ++plans;
      const auto verified = planner::verify(problem, outcome.plan);
      EXPECT_TRUE(verified) << verified.error().message;
      for (const auto& pipeline : outcome.plan.pipelines)
        for (const auto kind : kinds_of(pipeline.executions[0])) shared += kind == TaskKind::kSwitch;
    }
  }
  EXPECT_GE(plans, 60);
  EXPECT_GE(shared, 6) << "the problems must make chunks share accelerators";
}

/// Makes cycles and rates agree with the orders again, where these have any.
void make_rates_consistent(CollaborationPlan& plan) {
  for (const auto& pipeline : plan.pipelines)
    if (pipeline.executions.empty()) return;
  const auto cycles = schedule::plan_rate(plan);
  if (!cycles) return;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    auto& pipeline = plan.pipelines[p];
    pipeline.cycle = Duration(std::llround((*cycles)[p].cycle_ns));
    pipeline.runs_per_second = pipeline.runs_per_cycle / (*cycles)[p].cycle_ns * 1e9;  // as it is made
    if (p == 0 || pipeline.runs_per_second < plan.rounds_per_second)
      plan.rounds_per_second = pipeline.runs_per_second;
  }
}

/// Makes orders, loads, latencies and rates agree with the steps again, so that a mutation is judged by
/// itself.
void make_consistent(CollaborationPlan& plan) {
  std::map<schemas::UnitRef, schemas::UnitOrder> units;
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p)
    for (std::uint32_t e = 0; e < plan.pipelines[p].executions.size(); ++e) {
      auto& execution = plan.pipelines[p].executions[e];
      execution.latency = Duration(0);
      for (std::uint32_t s = 0; s < execution.steps.size(); ++s) {
        execution.latency += execution.steps[s].duration;
        for (const auto& held : schemas::units_held(execution.steps[s])) {
          auto& unit = units[held];
          unit.device = held.device;
          unit.unit = held.unit;
          unit.order.push_back({p, e, s});
          unit.busy += execution.steps[s].duration;
        }
      }
    }
  plan.units.clear();
  for (auto& [ref, unit] : units) plan.units.push_back(unit);
  make_rates_consistent(plan);
}

/// Three pipelines on four devices: one over three of them, two that share the glasses with it.
Problem busy_problem() {
  Problem problem{standard_body("four-78000"), {{digits_app(3), digits_model()}}};
  for (const auto* name : {"small", "smaller"}) {
    auto app = digits_app(1, name);
    app.model = ModelId(name);
    app.interaction.on = DeviceId("glasses");
    problem.pipelines.push_back({app, SmallModel(name, 1, 8).conv(4, 3).conv(4, 1).build()});
  }
  return problem;
}

bool is_of_mcu(const schemas::Step& step) {
  return step.kind == TaskKind::kPrepare || step.kind == TaskKind::kSwitch || step.kind == TaskKind::kLoad ||
         step.kind == TaskKind::kUnload || step.kind == TaskKind::kUnpack;
}

/// Compares the MCU's steps of two plans that choose the same, made for a clock of 100 MHz and of `mhz`.
void expect_scaled(const CollaborationPlan& at_100, const CollaborationPlan& plan, double mhz) {
  int of_mcu = 0;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& steps = plan.pipelines[p].executions[0].steps;
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const auto& usual = at_100.pipelines[p].executions[0].steps[s];
      ASSERT_EQ(steps[s].kind, usual.kind);
      if (!is_of_mcu(steps[s])) continue;
      ++of_mcu;
      // Durations are rounded to whole ns, part by part.
      EXPECT_NEAR(double(steps[s].duration.count()) * mhz / 100, double(usual.duration.count()), 5) << mhz;
      EXPECT_NEAR(steps[s].energy_uj, usual.energy_uj, 1e-4) << mhz;
    }
  }
  EXPECT_GE(of_mcu, 3);
}

/// A plan for an MCU of one clock is wrong for another; a plan made for the other is right.
TEST(Verify, RecomputesTheTasksOfTheMcuAtItsClock) {
  auto streaming = digits_problem(2);
  streaming.body.device_profiles.at("max78000").sram_for_tensors_bytes.value = 100;
  for (auto problem : {busy_problem(), streaming}) {
    const auto usual = planner::solve(problem, "ind-e2e").plan;
    ASSERT_TRUE(planner::verify(problem, usual));
    for (const double mhz : {25.0, 60.0, 99.0, 400.0}) {
      problem.body.device_profiles.at("max78000").mcu_clock_mhz.value = mhz;
      const auto judged = planner::verify(problem, usual);
      ASSERT_FALSE(judged) << mhz;
      EXPECT_NE(judged.error().message.find("prepare, takes"), std::string::npos) << judged.error().message;
      const auto plan = planner::solve(problem, "ind-e2e").plan;
      EXPECT_TRUE(planner::verify(problem, plan)) << mhz;
      expect_scaled(usual, plan, mhz);
    }
  }
}

TEST(Verify, ASourceMustGiveFramesOfTheModelsInput) {
  auto problem = digits_problem();
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  EXPECT_TRUE(planner::verify(problem, outcome.plan));
  problem.body.devices[0].sensors[0].sources = {{"faces.npy", {}, {}, {3, 64, 64}}};
  EXPECT_FALSE(planner::verify(problem, outcome.plan));
}

class VerifyMutation : public testing::Test {
 protected:
  VerifyMutation() {
    planner::SolveOptions options;
    options.policy = "ind-e2e";
    options.overlap = false;  // orders are then those of the steps
    const auto outcome = planner::solve(problem_, options);
    EXPECT_TRUE(outcome.has_plan()) << outcome.reason;
    plan_ = outcome.plan;
    EXPECT_TRUE(planner::verify(problem_, plan_));
  }

  /// The plan with one change, orders and loads made to follow it.
  void refuses(const std::string& what, const std::function<void(CollaborationPlan&)>& change) {
    auto changed = plan_;
    change(changed);
    make_consistent(changed);
    ASSERT_NE(changed, plan_) << what << ": nothing was changed";
    EXPECT_FALSE(planner::verify(problem_, changed)) << what;
    ++tried_;
  }
  /// The same where orders and loads are what is changed.
  void refuses_as_is(const std::string& what, const std::function<void(CollaborationPlan&)>& change) {
    auto changed = plan_;
    change(changed);
    ASSERT_NE(changed, plan_) << what << ": nothing was changed";
    EXPECT_FALSE(planner::verify(problem_, changed)) << what;
    ++tried_;
  }
  /// For each step of each pipeline.
  void for_each_step(
      const std::function<void(std::size_t p, std::size_t s, const std::string& where)>& visit) const {
    for (std::size_t p = 0; p < plan_.pipelines.size(); ++p)
      for (std::size_t s = 0; s < plan_.pipelines[p].executions[0].steps.size(); ++s)
        visit(p, s,
              "pipeline " + std::to_string(p) + ", step " + std::to_string(s) + " " +
                  std::string(schemas::name_of(plan_.pipelines[p].executions[0].steps[s].kind)));
  }
  static std::vector<schemas::Step>& steps(CollaborationPlan& plan, std::size_t p) {
    return plan.pipelines[p].executions[0].steps;
  }
  static std::vector<schemas::Chunk>& chunks(CollaborationPlan& plan, std::size_t p) {
    return plan.pipelines[p].executions[0].chunks;
  }

  Problem problem_ = busy_problem();
  CollaborationPlan plan_;
  int tried_ = 0;
};

TEST_F(VerifyMutation, MakingConsistentChangesNothingInARightPlan) {
  auto same = plan_;
  make_consistent(same);
  EXPECT_EQ(same, plan_);
}

TEST_F(VerifyMutation, RefusesEveryMissingStep) {
  for_each_step([&](auto p, auto s, const auto& where) {
    refuses("without " + where,
            [=](auto& plan) { steps(plan, p).erase(steps(plan, p).begin() + std::ptrdiff_t(s)); });
  });
  EXPECT_GE(tried_, 30);
}

TEST_F(VerifyMutation, RefusesEveryRepeatedStep) {
  for_each_step([&](auto p, auto s, const auto& where) {
    refuses("twice " + where, [=](auto& plan) {
      const auto step = steps(plan, p)[s];
      steps(plan, p).insert(steps(plan, p).begin() + std::ptrdiff_t(s), step);
    });
  });
}

TEST_F(VerifyMutation, RefusesEveryTwoStepsInWrongOrder) {
  for_each_step([&](auto p, auto s, const auto& where) {
    if (s + 1 < plan_.pipelines[p].executions[0].steps.size())
      refuses("swapped with the next: " + where,
              [=](auto& plan) { std::swap(steps(plan, p)[s], steps(plan, p)[s + 1]); });
  });
}

TEST_F(VerifyMutation, RefusesEveryStepOnAnotherDevice) {
  for_each_step([&](auto p, auto s, const auto& where) {
    for (const auto& device : problem_.body.devices) {
      const auto& step = plan_.pipelines[p].executions[0].steps[s];
      if (device.id != step.device)
        refuses("on " + device.id.text() + ": " + where,
                [=](auto& plan) { steps(plan, p)[s].device = device.id; });
      if (!step.to.empty() && device.id != step.to)
        refuses("to " + device.id.text() + ": " + where,
                [=](auto& plan) { steps(plan, p)[s].to = device.id; });
    }
  });
}

TEST_F(VerifyMutation, RefusesEveryDetourOfATensor) {
  for_each_step([&](auto p, auto s, const auto& where) {
    const auto step = plan_.pipelines[p].executions[0].steps[s];
    if (step.kind != TaskKind::kTransfer) return;
    for (const auto& device : problem_.body.devices)
      if (device.id != step.device && device.id != step.to)
        refuses("by way of " + device.id.text() + ": " + where, [=](auto& plan) {
          auto first = step, second = step;
          first.to = second.device = device.id;
          steps(plan, p)[s] = second;
          steps(plan, p).insert(steps(plan, p).begin() + std::ptrdiff_t(s), first);
        });
  });
  EXPECT_GE(tried_, 2);
}

TEST_F(VerifyMutation, RefusesEveryStepOfAnotherKindOrChunk) {
  for_each_step([&](auto p, auto s, const auto& where) {
    const auto& step = plan_.pipelines[p].executions[0].steps[s];
    for (const auto& [kind, name] : schemas::kEnumNames<TaskKind>)
      if (kind != step.kind)
        refuses("as " + std::string(name) + ": " + where,
                [=, kind = kind](auto& plan) { steps(plan, p)[s].kind = kind; });
    const bool of_chunk = step.kind == TaskKind::kSwitch || step.kind == TaskKind::kLoad ||
                          step.kind == TaskKind::kInfer || step.kind == TaskKind::kUnload ||
                          step.kind == TaskKind::kUnpack;
    if (of_chunk) refuses("of another chunk: " + where, [=](auto& plan) { ++steps(plan, p)[s].chunk; });
  });
}

TEST_F(VerifyMutation, RefusesNegativeOrMeaninglessTimesAndEnergies) {
  for_each_step([&](auto p, auto s, const auto& where) {
    refuses("negative time: " + where, [=](auto& plan) { steps(plan, p)[s].duration = Duration(-1); });
    refuses("negative energy: " + where, [=](auto& plan) { steps(plan, p)[s].energy_uj = -1; });
    refuses("no number: " + where,
            [=](auto& plan) { steps(plan, p)[s].energy_uj = std::numeric_limits<double>::quiet_NaN(); });
  });
}

TEST_F(VerifyMutation, RefusesEveryStepThatTakesAnotherTime) {
  for_each_step([&](auto p, auto s, const auto& where) {
    refuses("longer: " + where, [=](auto& plan) { steps(plan, p)[s].duration += Duration(100); });
    if (steps(plan_, p)[s].duration > Duration(100))
      refuses("shorter: " + where, [=](auto& plan) { steps(plan, p)[s].duration -= Duration(100); });
  });
  EXPECT_GE(tried_, 60);
}

TEST_F(VerifyMutation, RefusesARateThatItsUnitsCanNotKeep) {
  for (std::size_t p = 0; p < plan_.pipelines.size(); ++p) {
    for (const double factor : {100.0, 1.001, 0.999, 0.0, -1.0})
      refuses_as_is("rate", [&](auto& plan) { plan.pipelines[p].runs_per_second *= factor; });
    for (const auto by : {-1000, 1000})
      refuses_as_is("cycle", [&](auto& plan) { plan.pipelines[p].cycle += Duration(by); });
    // Together they would fit each other, but not the units' orders.
    refuses_as_is("cycle and rate", [p](auto& plan) {
      plan.pipelines[p].cycle *= 2;
      plan.pipelines[p].runs_per_second /= 2;
      plan.rounds_per_second = std::min(plan.rounds_per_second, plan.pipelines[p].runs_per_second);
    });
  }
  for (const double factor : {1.001, 0.999})
    refuses_as_is("lowest rate", [&](auto& plan) { plan.rounds_per_second *= factor; });
}

TEST_F(VerifyMutation, RefusesMoreThanAnAppMayHave) {
  auto& app = problem_.pipelines[0].app;
  const double rate = plan_.pipelines[0].runs_per_second;
  app.rate = rate * 0.99;
  EXPECT_FALSE(planner::verify(problem_, plan_)) << "its own rate";
  app.rate = rate * 1.01;
  EXPECT_TRUE(planner::verify(problem_, plan_));
  auto& fresh = problem_.body.sensor_profiles.at(app.sensing.needs).fresh_per_second.value;
  fresh = rate * 0.99;
  EXPECT_TRUE(planner::verify(problem_, plan_)) << "runs may share a frame";
  app.repeat = false;
  EXPECT_FALSE(planner::verify(problem_, plan_)) << "the sensor's frames";
  app.rate = 0;
  EXPECT_FALSE(planner::verify(problem_, plan_));
  fresh = rate * 1.01;
  EXPECT_TRUE(planner::verify(problem_, plan_));
}

TEST_F(VerifyMutation, RefusesBuffersThatDoNotAddUp) {
  refuses_as_is("use", [](auto& plan) { ++plan.memory[0].buffer_bytes; });
  refuses_as_is("listed twice", [](auto& plan) { plan.memory.push_back(plan.memory[0]); });
  refuses_as_is("not listed", [](auto& plan) { plan.memory.clear(); });
  refuses_as_is("slots", [](auto& plan) { plan.pipelines[0].executions[0].buffers[0].slots += 1; });
  refuses_as_is("no slots", [](auto& plan) { plan.pipelines[0].executions[0].buffers[0].slots = 0; });
}

/// The digits over two devices whose SRAM holds none of the tensors.
TEST(VerifyStreaming, RefusesEveryOtherWayOfStreaming) {
  auto problem = digits_problem(2);
  problem.body.device_profiles.at("max78000").sram_for_tensors_bytes.value = 100;
  const auto plan = planner::solve(problem, "ind-e2e").plan;
  ASSERT_TRUE(planner::verify(problem, plan));
  int tried = 0;
  for (std::size_t s = 0; s < plan.pipelines[0].executions[0].steps.size(); ++s) {
    if (plan.pipelines[0].executions[0].steps[s].kind != TaskKind::kTransfer) continue;
    for (const auto change : {0, 1, 2, 3}) {
      auto changed = plan;
      auto& step = changed.pipelines[0].executions[0].steps[s];
      if (change == 0) step.loads = !step.loads;
      if (change == 1) step.unloads = !step.unloads;
      if (change == 2) step.loads = step.unloads = false;
      if (change == 3) ++step.chunk;
      make_consistent(changed);
      if (changed == plan) continue;
      EXPECT_FALSE(planner::verify(problem, changed)) << "step " << s << ", change " << change;
      ++tried;
    }
  }
  EXPECT_GE(tried, 4);
  // With room for its tensors, the same plan streams needlessly.
  problem.body.device_profiles.at("max78000").sram_for_tensors_bytes.value = 10'000;
  EXPECT_FALSE(planner::verify(problem, plan));
}

TEST(VerifyShares, RefusesSharesThatAreNotThoseOfTheSequence) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 200 && found < 3; ++seed) {
    const auto problem = random_problem(seed, 2);
    const auto outcome = planner::solve(problem, "optimal-mixed", planner::Budget(20'000));
    if (!outcome.has_plan()) continue;
    for (std::size_t p = 0; p < outcome.plan.pipelines.size(); ++p) {
      if (outcome.plan.pipelines[p].executions.size() < 2) continue;
      ++found;
      const auto refuses = [&](const char* what, const std::function<void(schemas::PipelinePlan&)>& change) {
        auto changed = outcome.plan;
        change(changed.pipelines[p]);
        ASSERT_NE(changed, outcome.plan) << what;
        EXPECT_FALSE(planner::verify(problem, changed)) << "seed " << seed << ": " << what;
      };
      refuses("share", [](auto& pipeline) { pipeline.executions[0].share += 0.1; });
      refuses("no share", [](auto& pipeline) {
        pipeline.executions[1].share += pipeline.executions[0].share;
        pipeline.executions[0].share = 0;
      });
      refuses("no sequence", [](auto& pipeline) { pipeline.sequence.clear(); });
      refuses("one way only", [](auto& pipeline) {
        for (auto& execution : pipeline.sequence) execution = 0;
      });
      refuses("unknown way", [](auto& pipeline) { pipeline.sequence[0] = 9; });
      refuses("longer sequence", [](auto& pipeline) { pipeline.sequence.push_back(0); });
      refuses("fewer runs", [](auto& pipeline) { --pipeline.runs_per_cycle; });
      refuses("no runs", [](auto& pipeline) { pipeline.runs_per_cycle = 0; });
    }
  }
  EXPECT_GE(found, 3) << "plans with shares must be found among the random problems";
}

TEST_F(VerifyMutation, RefusesALatencyThatIsNotTheSumOfTheSteps) {
  refuses_as_is("latency", [](auto& plan) { plan.pipelines[0].executions[0].latency += Duration(1); });
}

TEST_F(VerifyMutation, RefusesEveryWrongLayerRange) {
  for (std::size_t p = 0; p < plan_.pipelines.size(); ++p)
    for (std::size_t c = 0; c < plan_.pipelines[p].executions[0].chunks.size(); ++c)
      for (const int by : {-1, 1}) {
        const auto where = "pipeline " + std::to_string(p) + ", chunk " + std::to_string(c);
        refuses("first layer: " + where,
                [=](auto& plan) { chunks(plan, p)[c].first_layer += std::uint32_t(by); });
        refuses("last layer: " + where,
                [=](auto& plan) { chunks(plan, p)[c].last_layer += std::uint32_t(by); });
      }
}

TEST_F(VerifyMutation, RefusesAChunkLeftOutOrGivenTwice) {
  for (std::size_t p = 0; p < plan_.pipelines.size(); ++p)
    for (std::size_t c = 0; c < plan_.pipelines[p].executions[0].chunks.size(); ++c) {
      refuses("left out",
              [=](auto& plan) { chunks(plan, p).erase(chunks(plan, p).begin() + std::ptrdiff_t(c)); });
      refuses("twice", [=](auto& plan) {
        const auto chunk = chunks(plan, p)[c];
        chunks(plan, p).insert(chunks(plan, p).begin() + std::ptrdiff_t(c), chunk);
      });
    }
}

TEST_F(VerifyMutation, RefusesADeviceUsedTwice) {
  // Steps and chunks agree, as far as they can: what is left wrong is the device.
  refuses("device twice", [](auto& plan) {
    const auto first = chunks(plan, 0)[0].device, second = chunks(plan, 0)[2].device;
    chunks(plan, 0)[2].device = first;
    for (auto& step : steps(plan, 0)) {
      if (step.device == second) step.device = first;
      if (step.to == second) step.to = first;
    }
    plan.pipelines[0].executions[0].target = first;
  });
}

TEST_F(VerifyMutation, RefusesEveryDeviceThatIsAbsentNow) {
  std::set<DeviceId> used;
  for (const auto& pipeline : plan_.pipelines)
    for (const auto& step : pipeline.executions[0].steps) used.insert(step.device);
  EXPECT_GE(used.size(), 3u);
  for (const auto& device : used) {
    auto problem = problem_;
    problem.body.absent = {device};
    EXPECT_FALSE(planner::verify(problem, plan_)) << device.text();
  }
}

TEST_F(VerifyMutation, RefusesADeviceThatTheBodyDoesNotHave) {
  refuses("unknown device", [](auto& plan) { chunks(plan, 0)[1].device = DeviceId("hat"); });
  refuses_as_is("memory of an unknown device", [](auto& plan) { plan.memory[0].device = DeviceId("hat"); });
}

TEST_F(VerifyMutation, RefusesEndsThatDoNotMeetTheRequirement) {
  for (std::size_t p = 0; p < plan_.pipelines.size(); ++p)
    for (const auto& device : problem_.body.devices) {
      const auto& execution = plan_.pipelines[p].executions[0];
      if (device.id != execution.source)
        refuses("source", [=](auto& plan) { plan.pipelines[p].executions[0].source = device.id; });
      if (device.id != execution.target)
        refuses("target", [=](auto& plan) { plan.pipelines[p].executions[0].target = device.id; });
    }
  auto problem = problem_;
  problem.pipelines[0].app.sensing.needs = "microphone";
  EXPECT_FALSE(planner::verify(problem, plan_));
  problem = problem_;
  problem.pipelines[0].app.interaction.needs = "speaker";
  EXPECT_FALSE(planner::verify(problem, plan_));
  problem = problem_;
  problem.pipelines[1].app.interaction.on = DeviceId("watch");
  EXPECT_FALSE(planner::verify(problem, plan_));
}

TEST_F(VerifyMutation, RefusesFewerDevicesThanTheAppInsistsOn) {
  auto problem = problem_;
  problem.pipelines[0].app.at_least_devices = 4;
  EXPECT_FALSE(planner::verify(problem, plan_));
}

TEST_F(VerifyMutation, RefusesSharesThatDoNotSumToOne) {
  for (const double share : {0.5, 0.0, 1.5, -1.0, std::numeric_limits<double>::quiet_NaN()})
    refuses("share " + std::to_string(share),
            [=](auto& plan) { plan.pipelines[0].executions[0].share = share; });
  refuses("one negative share", [](auto& plan) {
    auto other = plan.pipelines[0].executions[0];
    other.share = -0.5;
    plan.pipelines[0].executions[0].share = 1.5;
    plan.pipelines[0].executions.push_back(other);
  });
  refuses("no execution plan", [](auto& plan) { plan.pipelines[0].executions.clear(); });
}

TEST_F(VerifyMutation, RefusesADepthOfZero) {
  refuses("depth", [](auto& plan) { plan.pipelines[0].depth = 0; });
}

TEST_F(VerifyMutation, RefusesPipelinesThatAreMissingMixedUpOrServedTwice) {
  refuses("missing", [](auto& plan) { plan.pipelines.pop_back(); });
  refuses("twice", [](auto& plan) { plan.pipelines.push_back(plan.pipelines[0]); });
  refuses("mixed up", [](auto& plan) { std::swap(plan.pipelines[1], plan.pipelines[2]); });
  refuses("another app", [](auto& plan) { plan.pipelines[1].app = AppId("other"); });
  refuses("another model", [](auto& plan) { plan.pipelines[1].model = ModelId("other"); });
}

TEST_F(VerifyMutation, RefusesEveryUnitWhoseOrderOrLoadIsWrong) {
  for (std::size_t u = 0; u < plan_.units.size(); ++u) {
    const auto where =
        plan_.units[u].device.text() + " " + std::string(schemas::name_of(plan_.units[u].unit));
    refuses_as_is("busy: " + where, [=](auto& plan) { plan.units[u].busy += Duration(1); });
    refuses_as_is("a task missing: " + where, [=](auto& plan) { plan.units[u].order.pop_back(); });
    refuses_as_is("a task twice: " + where,
                  [=](auto& plan) { plan.units[u].order.push_back(plan.units[u].order[0]); });
    refuses_as_is("another task: " + where, [=](auto& plan) { plan.units[u].order[0].step += 100; });
    refuses_as_is("left out: " + where,
                  [=](auto& plan) { plan.units.erase(plan.units.begin() + std::ptrdiff_t(u)); });
    refuses_as_is("twice: " + where, [=](auto& plan) { plan.units.push_back(plan.units[u]); });
  }
  EXPECT_GE(tried_, 50);
}

TEST_F(VerifyMutation, RefusesATensorBufferLargerThanTheSram) {
  refuses_as_is("buffer", [](auto& plan) { plan.memory[0].buffer_bytes = 98'305; });
}

TEST_F(VerifyMutation, RefusesChunksThatSharedAnAcceleratorWithoutSwitching) {
  for (std::size_t p = 0; p < plan_.pipelines.size(); ++p)
    refuses("no switch in pipeline " + std::to_string(p), [=](auto& plan) {
      std::erase_if(steps(plan, p), [](const auto& step) { return step.kind == TaskKind::kSwitch; });
    });
}

TEST(Verify, RefusesChunksThatDoNotFitTheirDeviceTogether) {
  Problem problem{standard_body("four-78000"), {}};
  problem.body.devices.resize(2);  // glasses and earbud
  problem.body.devices[1] = problem.body.devices[0];
  problem.body.devices[1].id = DeviceId("spare");
  for (const auto* name : {"left", "right"}) {
    auto app = digits_app(1, name);
    app.model = ModelId(name);
    app.sensing.on = app.interaction.on = DeviceId(std::string(name) == "left" ? "glasses" : "spare");
    problem.pipelines.push_back({app, SmallModel(name, 64, 4).conv(500, 3).build()});
  }
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  // Both on one device: everything agrees but the columns of its weight memory.
  auto together = outcome.plan;
  for (auto& pipeline : together.pipelines) {
    auto& execution = pipeline.executions[0];
    execution.source = execution.target = execution.chunks[0].device = DeviceId("glasses");
    for (auto& step : execution.steps) step.device = DeviceId("glasses");
    auto change = execution.steps[2];
    change.kind = TaskKind::kSwitch;
    change.bytes = 0;
    execution.steps.insert(execution.steps.begin() + 2, change);
  }
  make_consistent(together);
  problem.pipelines[1].app.sensing.on = problem.pipelines[1].app.interaction.on = DeviceId("glasses");
  const auto verified = planner::verify(problem, together);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::kNoFit) << verified.error().message;
}

TEST(Verify, RefusesACutAcrossWhichMoreThanOneTensorIsLive) {
  Problem problem{standard_body("four-78000"), {{digits_app(3), digits_model()}}};
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  ASSERT_TRUE(planner::verify(problem, outcome.plan));
  // The last layer now reads the model's input besides.
  auto& layers = problem.pipelines[0].model.program.layers;
  layers.back().sources.push_back(accel_model::kInput);
  const auto status = planner::verify(problem, outcome.plan);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("more than one tensor is live across the cut before layer"),
            std::string::npos)
      << status.error().message;
}

TEST(Verify, RefusesAChunkThatTheChipsRulesRefuse) {
  auto problem = digits_problem();
  const auto plan = planner::solve(problem, "ind-e2e").plan;
  problem.pipelines[0].model.program.layers[0].output_shift = 16;  // -15 to 15
  EXPECT_FALSE(planner::verify(problem, plan));
}

}  // namespace
}  // namespace synergy::planner_test
