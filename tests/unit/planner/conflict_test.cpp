// Why there is no plan: the demands that are in the way are those, each of them is needed for the conflict,
// and what is said to fit fits.
#include "synergy/planner/conflict.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "planner_fixtures.hpp"
#include "synergy/planner/cost_model.hpp"

namespace synergy::planner_test {
namespace {

using planner::Budget;
using planner::Objective;
using planner::OutcomeStatus;
using planner::Problem;
using schemas::Conflict;
using schemas::Demand;
using schemas::DemandKind;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

/// "left min_rate", "memory": what a set is made of, without its values.
std::vector<std::string> names_of(const Conflict& conflict) {
  std::vector<std::string> names;
  for (const auto& demand : conflict.demands)
    names.push_back((demand.app.empty() ? "" : demand.app.text() + " ") +
                    std::string(schemas::name_of(demand.kind)));
  return names;
}

const Demand& find(const Conflict& conflict, DemandKind kind, const std::string& app) {
  static const Demand none;
  for (const auto& demand : conflict.demands)
    if (demand.kind == kind && demand.app == AppId(app)) return demand;
  ADD_FAILURE() << "no " << schemas::name_of(kind) << " of " << app;
  return none;
}

schemas::AppRequest* app_of(Problem& problem, const AppId& app) {
  for (auto& pipeline : problem.pipelines)
    if (pipeline.app.app == app) return &pipeline.app;
  return nullptr;
}

planner::Outcome refused(const Problem& problem, const planner::SolveOptions& options = {}) {
  auto outcome = planner::solve(problem, options);
  EXPECT_EQ(outcome.status, OutcomeStatus::kInfeasible) << outcome.reason;
  EXPECT_TRUE(outcome.conflict) << outcome.reason;
  if (!outcome.conflict) outcome.conflict.emplace();
  return outcome;
}

/// Apps of two layers on one MAX78002, one run of any at a time: the mesh is busy for rate x duration of a
/// run.
struct OneDevice {
  Problem problem{standard_body("four-78000"), {}};
  planner::SolveOptions options;

  explicit OneDevice(const std::vector<std::string>& names) {
    options.overlap = false;
    problem.body.devices.resize(1);
    problem.body.devices[0].profile = "max78002";
    problem.body.device_profiles = standard_body("mixed-4").device_profiles;
    for (const auto& name : names) {
      auto app = digits_app(1, name);
      app.interaction.on = app.sensing.on = {};
      app.model = ModelId(name);
      problem.pipelines.push_back({app, SmallModel(name, 4, 8).conv(1, 3).build()});
    }
  }
  schemas::AppRequest& app(std::size_t p) { return problem.pipelines[p].app; }
  /// A run of pipeline `p`, by its tasks: seconds. The device is shared, so the accelerator is switched.
  [[nodiscard]] double seconds(std::size_t p) const {
    planner::CostModel costs(problem);
    const DeviceId device("glasses");
    const auto last = std::uint32_t(problem.pipelines[p].model.program.layers.size()) - 1;
    const auto run =
        costs.execution(p, {1, device, device, {{device, 0, last}}}, {planner::SwitchKind::kProgram});
    double ns = 0;
    for (const auto& step : run.steps) ns += double(step.duration.count());
    return ns * 1e-9;
  }
};

TEST(Conflict, OfTwoAppsTellsTheGreatestFloorThatFitsBesideTheOther) {
  OneDevice two({"left", "right"});
  two.app(0).min_rate = 0.6 / two.seconds(0);  // six tenths of the mesh
  two.app(1).min_rate = 0.8 / two.seconds(1);
  const auto outcome = refused(two.problem, two.options);
  const auto& conflict = *outcome.conflict;
  EXPECT_THAT(names_of(conflict),
              UnorderedElementsAre("left app", "left min_rate", "right app", "right min_rate"));
  EXPECT_TRUE(conflict.is_smallest);
  EXPECT_TRUE(conflict.is_enough);
  // What the other leaves: 1 - 0.8, and 1 - 0.6. Three digits, rounded down, and 1 % for whole runs at most.
  const auto& left = find(conflict, DemandKind::kMinimumRate, "left");
  const auto& right = find(conflict, DemandKind::kMinimumRate, "right");
  ASSERT_TRUE(left.fits && right.fits) << outcome.reason;
  EXPECT_LE(*left.fits, 0.2 / two.seconds(0));
  EXPECT_GE(*left.fits, 0.97 * 0.2 / two.seconds(0));
  EXPECT_LE(*right.fits, 0.4 / two.seconds(1));
  EXPECT_GE(*right.fits, 0.97 * 0.4 / two.seconds(1));
  EXPECT_DOUBLE_EQ(left.value, two.app(0).min_rate);
  ASSERT_TRUE(conflict.min_rates_fit);
  EXPECT_LE(*conflict.min_rates_fit, 1 / 1.4);
  EXPECT_GE(*conflict.min_rates_fit, 0.97 / 1.4);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("'left' with min_rate"), HasSubstr("'right' with min_rate"),
                                    HasSubstr("can not hold together"),
                                    HasSubstr("min_rate of 'left' at most"), Not(HasSubstr("memory"))));
  two.app(0).min_rate = *left.fits;
  EXPECT_TRUE(planner::solve(two.problem, two.options).has_plan()) << "it is said to fit";
}

TEST(Conflict, LeavesOutWhoPlaysNoPart) {
  OneDevice three({"left", "beside", "right"});
  three.app(0).min_rate = 0.6 / three.seconds(0);
  three.app(2).min_rate = 0.8 / three.seconds(2);
  three.app(1).deadline_us = 1e9;
  three.app(1).min_rate = 1e-3;
  const auto outcome = refused(three.problem, three.options);
  EXPECT_THAT(names_of(*outcome.conflict),
              UnorderedElementsAre("left app", "left min_rate", "right app", "right min_rate"));
  EXPECT_THAT(outcome.reason, Not(HasSubstr("beside")));
}

TEST(Conflict, OfADeadlineTellsTheLeastThatFits) {
  auto problem = digits_problem();
  planner::SolveOptions fastest;
  fastest.objective = Objective::kLatency;
  const auto best = planner::solve(problem, fastest);
  ASSERT_EQ(best.status, OutcomeStatus::kOptimal);
  problem.pipelines[0].app.deadline_us = std::floor(best.objective_value) - 1;
  const auto outcome = refused(problem);
  EXPECT_THAT(names_of(*outcome.conflict), testing::IsSupersetOf({"digits app", "digits deadline_us"}));
  EXPECT_TRUE(outcome.conflict->is_smallest);
  const auto& deadline = find(*outcome.conflict, DemandKind::kDeadline, "digits");
  EXPECT_EQ(deadline.fits, std::ceil(best.objective_value));
  EXPECT_THAT(outcome.reason,
              AllOf(HasSubstr("'digits' with"), HasSubstr("deadline_us of 'digits' at least")));
}

TEST(Conflict, OfARateBeyondWhatOneAppCanHaveNamesThatAppOnly) {
  OneDevice two({"fast", "other"});
  two.app(0).min_rate = 1.5 / two.seconds(0);
  const auto outcome = refused(two.problem, two.options);
  EXPECT_THAT(names_of(*outcome.conflict), UnorderedElementsAre("fast app", "fast min_rate"));
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("app 'fast' with min_rate"), HasSubstr("can not be served"),
                                    HasSubstr("what would have to change: min_rate of 'fast' at most"),
                                    Not(HasSubstr("'other'"))));
}

planner::Pipeline shipped(const std::string& file) {
  const auto deploy = deploy_folder();
  const auto apps = documents::read_apps({deploy.root() / "apps" / file});
  EXPECT_TRUE(apps) << apps.error().message;
  const auto model = deploy.model(apps->front().model);
  EXPECT_TRUE(model) << model.error().message;
  auto program = accel_model::build_program(model->description);
  EXPECT_TRUE(program) << program.error().message;
  return {apps->front(), {*program, model->digest, {}, model->description.input.sensor}};
}

TEST(Conflict, OfAFloorThatAnAppBesideItCanNotFollowNamesTheFloorNotTheMemory) {
  Problem problem{standard_body("four-78000"), {shipped("w2/kws.yaml"), shipped("w1/unet.yaml")}};
  auto& kws = problem.pipelines[0].app;
  auto& unet = problem.pipelines[1].app;
  kws.interaction = {"haptic", DeviceId("ring")};
  kws.min_rate = 30;
  EXPECT_TRUE(planner::solve(problem, "optimal").has_plan()) << "each at its own rate they fit";
  planner::SolveOptions rounds;
  rounds.objective = Objective::kRounds;
  const auto outcome = refused(problem, rounds);
  EXPECT_THAT(
      names_of(*outcome.conflict),
      UnorderedElementsAre(kws.app.text() + " app", kws.app.text() + " min_rate", unet.app.text() + " app"));
  EXPECT_TRUE(outcome.conflict->is_smallest);
  // What UNet reaches alone, the pace of the round.
  auto alone = problem;
  alone.pipelines.erase(alone.pipelines.begin());
  const double most = planner::solve(alone, rounds).bound;
  const auto& floor = find(*outcome.conflict, DemandKind::kMinimumRate, kws.app.text());
  ASSERT_TRUE(floor.fits) << outcome.reason;
  EXPECT_LT(*floor.fits, 30);
  EXPECT_LE(*floor.fits, most);
  EXPECT_GE(*floor.fits, 0.97 * most);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("in objective 'rounds'"), HasSubstr("min_rate 30"),
                                    Not(HasSubstr("no spread")), Not(HasSubstr("memory"))));
}

TEST(Conflict, OfThreeFloorsThatExceedAnyPlanNamesAllThree) {
  OneDevice three({"a", "b", "c"});
  // A run takes 7 ms: two of them fit, three do not.
  auto& camera = three.problem.body.sensor_profiles.at("camera");
  camera.fixed_us.value = camera.ns_per_byte.value = 0;
  three.problem.body.actuator_profiles.at("display").map_us.value = 0;
  camera.fixed_us.value = 7'000 - 1e6 * three.seconds(0);
  ASSERT_GE(camera.fixed_us.value, 0) << "the rest of a run";
  for (std::size_t p = 0; p < 3; ++p) three.app(p).min_rate = 60;
  const auto outcome = refused(three.problem, three.options);
  EXPECT_THAT(names_of(*outcome.conflict),
              UnorderedElementsAre("a app", "a min_rate", "b app", "b min_rate", "c app", "c min_rate"));
  EXPECT_TRUE(outcome.conflict->is_smallest);
  ASSERT_TRUE(outcome.conflict->min_rates_fit) << outcome.reason;
  EXPECT_LE(*outcome.conflict->min_rates_fit, 1 / (3 * 60 * 0.007));
  EXPECT_GE(*outcome.conflict->min_rates_fit, 0.97 / (3 * 60 * 0.007));
  const auto& one = find(*outcome.conflict, DemandKind::kMinimumRate, "b");
  ASSERT_TRUE(one.fits);
  EXPECT_LE(*one.fits, (1 - 2 * 60 * 0.007) / 0.007);  // what two of them leave: 22.86
  EXPECT_GE(*one.fits, 0.97 * (1 - 2 * 60 * 0.007) / 0.007);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("'a' with min_rate"), HasSubstr("all of these min_rate at"),
                                    Not(HasSubstr("room"))));
}

TEST(Conflict, OfADeviceThatAnAppInsistsOnSaysThatItIsToBeLifted) {
  auto problem = digits_problem();
  problem.pipelines[0].app.interaction.on = DeviceId("ring");  // has no display
  const auto outcome = refused(problem);
  EXPECT_THAT(names_of(*outcome.conflict), UnorderedElementsAre("digits app", "digits interaction.on"));
  EXPECT_THAT(outcome.reason,
              AllOf(HasSubstr("interaction.on of 'digits' left out"), HasSubstr("glasses, watch")));
}

TEST(Conflict, OfTooManyDevicesTellsHowManyFit) {
  const auto outcome = refused(digits_problem(7));
  EXPECT_THAT(names_of(*outcome.conflict), UnorderedElementsAre("digits app", "digits at_least_devices"));
  EXPECT_EQ(find(*outcome.conflict, DemandKind::kAtLeastDevices, "digits").fits, 4);
}

TEST(Conflict, OfFreshFramesSaysThatRunsMayShareThem) {
  auto problem = digits_problem();
  auto& app = problem.pipelines[0].app;
  app.repeat = false;
  problem.body.sensor_profiles.at("camera").fresh_per_second.value = 2;
  app.min_rate = 3;
  const auto outcome = refused(problem);
  EXPECT_THAT(names_of(*outcome.conflict),
              UnorderedElementsAre("digits app", "digits min_rate", "digits repeat"));
  EXPECT_EQ(find(*outcome.conflict, DemandKind::kFreshFrames, "digits").value, 2);
  EXPECT_THAT(outcome.reason, AllOf(HasSubstr("2 fresh frames per second"), HasSubstr("repeat: true")));
}

/// The problem with these demands only, as somebody would ask for it; memory is always as it is.
Problem only(const Problem& whole, const std::vector<Demand>& demands) {
  Problem part{whole.body, {}};
  const auto has = [&](DemandKind kind, const AppId& app) {
    return std::any_of(demands.begin(), demands.end(),
                       [&](const auto& one) { return one.kind == kind && one.app == app; });
  };
  for (auto pipeline : whole.pipelines) {
    auto& app = pipeline.app;
    if (!has(DemandKind::kApp, app.app)) continue;
    if (!has(DemandKind::kMinimumRate, app.app)) app.min_rate = 0;
    if (!has(DemandKind::kDeadline, app.app)) app.deadline_us = 0;
    if (!has(DemandKind::kAtLeastDevices, app.app)) app.at_least_devices = 1;
    if (!has(DemandKind::kSensingOn, app.app)) app.sensing.on = {};
    if (!has(DemandKind::kInteractionOn, app.app)) app.interaction.on = {};
    if (!has(DemandKind::kFreshFrames, app.app)) app.repeat = true;
    if (!has(DemandKind::kRate, app.app)) app.rate = 0;
    part.pipelines.push_back(std::move(pipeline));
  }
  return part;
}

/// Up to three small apps that ask for more than there mostly is.
Problem demanding_problem(std::uint64_t seed) {
  Random random(seed);
  auto problem = random_problem(random.next(), 1 + random.below(3));
  while (problem.body.devices.size() > 3) problem.body.devices.pop_back();
  problem.body.absent.clear();
  if (random.one_in(4)) {
    problem.body.devices.resize(1);
    problem.body.devices[0].profile = "max78000";
  }
  for (auto& device : problem.body.devices) {
    device.sensors = {{"camera", ""}, {"imu", ""}};
    device.actuators = {"display", "haptic"};
  }
  for (auto& pipeline : problem.pipelines) {
    for (auto* need : {&pipeline.app.sensing, &pipeline.app.interaction}) {
      if (problem.body.find(need->on) == nullptr) need->on = {};
      if (random.one_in(3)) need->on = random.any_of(problem.body.devices).id;
    }
    if (random.one_in(2)) pipeline.app.min_rate = double(1 + random.below(150));
    if (random.one_in(3)) pipeline.app.deadline_us = double(2'000 + random.below(60'000));
  }
  for (auto& [name, profile] : problem.body.device_profiles)
    if (random.one_in(2))
      profile.sram_for_tensors_bytes.value = random.any_of<double>({1'000, 3'000, 9'000, 40'000});
  return problem;
}

TEST(Conflict, HasNoPlanAndHasOneWithoutAnyOfItsDemands) {
  int conflicts = 0, with_rates = 0, with_memory = 0, of_several = 0, with_values = 0;
  for (std::uint64_t seed = 1; conflicts < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto problem = demanding_problem(seed);
    planner::SolveOptions options;
    options.overlap = false;  // rates by loads are those of plans, apart from whole runs
    options.objective = std::array{Objective::kFair, Objective::kLatency, Objective::kRounds}[seed % 3];
    const auto outcome = planner::solve(problem, options);
    if (outcome.status != OutcomeStatus::kInfeasible) continue;
    ++conflicts;
    ASSERT_TRUE(outcome.conflict) << outcome.reason;
    const auto& conflict = *outcome.conflict;
    EXPECT_TRUE(conflict.is_smallest) << outcome.reason;
    auto plain = options;
    plain.explains = false;
    EXPECT_EQ(planner::solve(only(problem, conflict.demands), plain).status, OutcomeStatus::kInfeasible)
        << outcome.reason;
    bool memory = false;
    for (std::size_t k = 0; k < conflict.demands.size(); ++k) {
      const auto& demand = conflict.demands[k];
      memory = memory || demand.kind == DemandKind::kMemory;
      if (demand.kind == DemandKind::kMemory) continue;  // can not be lifted in a problem
      auto others = conflict.demands;
      others.erase(others.begin() + std::ptrdiff_t(k));
      const auto without = planner::solve(only(problem, others), plain);
      EXPECT_TRUE(without.has_plan())
          << "without " << names_of(conflict)[k] << " of: " << outcome.reason << "\n"
          << without.reason;
      if (demand.fits && conflict.is_enough) {
        ++with_values;
        auto changed = problem;
        auto* app = app_of(changed, demand.app);
        if (demand.kind == DemandKind::kMinimumRate) app->min_rate = *demand.fits;
        if (demand.kind == DemandKind::kDeadline) app->deadline_us = *demand.fits;
        if (demand.kind == DemandKind::kAtLeastDevices) app->at_least_devices = std::uint32_t(*demand.fits);
        const auto made = planner::solve(changed, plain);
        EXPECT_TRUE(made.has_plan()) << names_of(conflict)[k] << " at " << *demand.fits << ": " << made.reason
                                     << "\n"
                                     << outcome.reason;
      }
    }
    with_memory += memory;
    of_several += conflict.demands.size() > 2;
    with_rates += std::any_of(conflict.demands.begin(), conflict.demands.end(),
                              [](const auto& one) { return one.kind == DemandKind::kMinimumRate; });
  }
  EXPECT_GE(with_rates, 8);
  EXPECT_GE(with_memory, 1);
  EXPECT_GE(of_several, 6);
  EXPECT_GE(with_values, 12);
}

TEST(Conflict, IsOneHoweverSmallTheBudgetAndSaysWhetherItIsProvedSmallest) {
  int smallest = 0, others = 0;
  for (std::uint64_t seed = 100; seed < 160; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto problem = demanding_problem(seed);
    planner::SolveOptions options;
    options.overlap = false;
    options.explains = false;
    if (planner::solve(problem, options).status != OutcomeStatus::kInfeasible) continue;
    Budget few(seed % 4 * 200);
    const auto conflict = planner::find_conflict(problem, options, few);
    if (!conflict) continue;
    EXPECT_EQ(planner::solve(only(problem, conflict->demands), options).status, OutcomeStatus::kInfeasible);
    const auto text = planner::text_of(*conflict, problem, options);
    (conflict->is_smallest ? smallest : others) += 1;
    if (conflict->is_smallest) {
      EXPECT_THAT(text, Not(HasSubstr("not proved smallest")));
    } else {
      EXPECT_THAT(text, HasSubstr("not proved smallest"));
    }
  }
  EXPECT_GE(smallest, 3);
  EXPECT_GE(others, 3);
}

TEST(Conflict, IsNoneWhereThereIsAPlan) {
  Budget budget(planner::kConflictNodes);
  EXPECT_FALSE(planner::find_conflict(digits_problem(), {}, budget));
}

}  // namespace
}  // namespace synergy::planner_test
