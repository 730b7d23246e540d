// Placements that somebody else chose: their plans, what is refused, and how far they are behind the best.
#include "synergy/planner/placement.hpp"

#include <gmock/gmock.h>

#include "planner_fixtures.hpp"
#include "synergy/planner/policy.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::OutcomeStatus;
using planner::SolveOptions;
using schemas::Placement;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

const DeviceId kGlasses("glasses"), kEarbud("earbud"), kWatch("watch"), kRing("ring");

/// The digit classifier by way of the earbud: layers 0 to 3 there, 4 on the watch.
Placement by_the_earbud() { return {{{AppId("digits"), {}, {}, {{kEarbud, 0, 3}, {kWatch, 4, 4}}, {}, {}}}}; }

SolveOptions options_for(schemas::Objective objective) {
  SolveOptions options;
  options.objective = objective;
  return options;
}

std::string refusal(const planner::Problem& problem, const Placement& placement, ErrorCode code,
                    const SolveOptions& options = {}) {
  const auto plan = planner::plan_of_placement(problem, placement, options);
  if (plan) return "not refused";
  EXPECT_EQ(plan.error().code, code) << plan.error().message;
  return plan.error().message;
}
std::string refusal(const Placement& placement) {
  return refusal(digits_problem(), placement, ErrorCode::kInvalid);
}

/// Worked out by hand from the profiles; the figures of single tasks are those of digits_plan_test.cpp. The
/// picture is sent first: 784 bytes at 92 160 a second, and 6.2 ms of message.
constexpr std::int64_t kPictureSent = 6'200'000 + 8'506'944, kTensorSent = 6'200'000 + 2'083'333;

TEST(Placement, HasThePlanThatArithmeticByHandSays) {
  const auto placed = planner::plan_of_placement(digits_problem(), by_the_earbud(), {});
  ASSERT_TRUE(placed) << placed.error().message;
  const auto& plan = placed->plan;
  const auto& way = plan.pipelines.at(0).executions.at(0);
  EXPECT_EQ(way.source, kGlasses) << "the app insists on it";
  EXPECT_EQ(way.target, kWatch);
  EXPECT_EQ(way.chunks, (std::vector<schemas::Chunk>{{kEarbud, 0, 3}, {kWatch, 4, 4}}));
  EXPECT_EQ(way.latency, Duration(115'680 + 7'840 + kPictureSent + 56'056 + 1'405'900 + 11'040 + 7'680 +
                                  kTensorSent + 13'728 + 10'460 + 2'300 + 3'200 + 2'000'000));
  EXPECT_NEAR(plan.pipelines[0].runs_per_second, 1e9 / kPictureSent, 1e-9) << "the radio that sends most";
  EXPECT_EQ(plan.pipelines[0].bottleneck, "glasses tx");
  const double mcu = (7.6 - 1.6) * 1e-6 * (7'840 + 56'056 + 11'040 + 7'680 + 13'728 + 2'300 + 3'200);
  const double air = (400 + 180) * 1e-6 * (kPictureSent + kTensorSent);
  EXPECT_NEAR(plan.pipelines[0].energy_uj, mcu + (196 + 48) * 12e-3 + 36e-6 * (1'405'900 + 10'460) + air,
              1e-6);
  EXPECT_EQ(plan.policy, "placement");
  EXPECT_EQ(plan.status, schemas::PlanStatus::kHeuristic);
  EXPECT_TRUE(planner::verify(digits_problem(), plan));
}

TEST(Placement, IsPacedAtTheRateThatIsGiven) {
  auto placement = by_the_earbud();
  placement.apps[0].rate = 5;
  const auto placed = planner::plan_of_placement(digits_problem(), placement, {});
  ASSERT_TRUE(placed) << placed.error().message;
  EXPECT_DOUBLE_EQ(placed->plan.pipelines[0].runs_per_second, 5);
  EXPECT_TRUE(placed->plan.pipelines[0].paced);
  // The glasses prepare and send the picture, five times a second; the rest of their power is idle.
  const auto body = digits_problem().body;
  const double sent_uj = 400e-6 * kPictureSent + (7.6 - 1.6) * 1e-6 * 7'840;
  EXPECT_NEAR(placed->plan.devices.at(0).power_mw, body.idle_power_mw(*body.find(kGlasses)) + 5e-3 * sent_uj,
              1e-6);
}

TEST(Placement, IsComparedWithTheBestPlan) {
  const auto judged = planner::judge_placement(digits_problem(), by_the_earbud(), {});
  ASSERT_TRUE(judged) << judged.error().message;
  EXPECT_EQ(judged->sought_by, "optimal");
  EXPECT_EQ(judged->best.status, OutcomeStatus::kOptimal);
  // The whole model on the glasses sends the label only: 16 bytes.
  const double best = 1e9 / (6'200'000 + 173'611), ours = 1e9 / kPictureSent;
  EXPECT_NEAR(judged->best.objective_value, best, 1e-6);
  EXPECT_EQ(judged->outcome.status, OutcomeStatus::kBounded);
  EXPECT_NEAR(judged->outcome.objective_value, ours, 1e-9);
  EXPECT_NEAR(judged->outcome.bound, judged->best.bound, 1e-9);
  EXPECT_NEAR(judged->outcome.gap, best / ours - 1, 1e-6);
  EXPECT_TRUE(judged->outcome.plan.levels.empty()) << "they are those of another plan";
}

TEST(Placement, OfTheBestPlanIsProvedOptimal) {
  const auto best = planner::solve(digits_problem(), "optimal");
  ASSERT_TRUE(best.has_plan());
  const auto judged =
      planner::judge_placement(digits_problem(), planner::placement_of(digits_problem(), best.choices), {});
  ASSERT_TRUE(judged) << judged.error().message;
  EXPECT_EQ(judged->outcome.status, OutcomeStatus::kOptimal);
  EXPECT_EQ(judged->outcome.gap, 0);
}

TEST(Placement, OfAPlanHasThatPlan) {
  int plans = 0, with_shares = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto problem = random_problem(seed, 1 + seed % 3);
    for (const char* policy : {"synergy", "max-dev", "optimal-mixed"})
      for (const auto objective :
           {schemas::Objective::kFair, schemas::Objective::kRounds, schemas::Objective::kSum}) {
        auto options = options_for(objective);
        options.policy = policy;
        const auto outcome = planner::solve(problem, options, planner::Budget(5'000));
        if (!outcome.has_plan()) continue;
        const auto placed =
            planner::plan_of_placement(problem, planner::placement_of(problem, outcome.choices), options);
        ASSERT_TRUE(placed) << seed << " " << policy << ": " << placed.error().message;
        EXPECT_EQ(placed->plan.pipelines, outcome.plan.pipelines) << seed << " " << policy;
        EXPECT_EQ(placed->plan.units, outcome.plan.units) << seed << " " << policy;
        ++plans;
        for (const auto& choice : outcome.choices) with_shares += choice.executions.size() > 1;
      }
  }
  EXPECT_GT(plans, 20);
  EXPECT_GT(with_shares, 0);
}

TEST(Placement, ThatNamesNotJustTheAppsOfTheProblemIsRefused) {
  auto twice = by_the_earbud();
  twice.apps.push_back(twice.apps[0]);
  EXPECT_THAT(refusal(twice), AllOf(StartsWith("apps[1].app: "), HasSubstr("named twice")));
  auto unknown = by_the_earbud();
  unknown.apps[0].app = AppId("digit");
  EXPECT_THAT(refusal(unknown), AllOf(HasSubstr("apps[0].app: unknown app 'digit'; did you mean 'digits'?"),
                                      HasSubstr("\napps: app 'digits' is missing")));
}

TEST(Placement, WithoutOneRowOfLayersIsRefused) {
  const auto with = [](std::vector<schemas::Chunk> chunks) {
    auto placement = by_the_earbud();
    placement.apps[0].chunks = std::move(chunks);
    return refusal(placement);
  };
  EXPECT_THAT(with({{kEarbud, 0, 1}, {kWatch, 3, 4}}),
              "apps[0].chunks[1].first_layer: layer 2 is left out: this chunk must begin with layer 2");
  EXPECT_THAT(with({{kEarbud, 1, 4}}),
              "apps[0].chunks[0].first_layer: layer 0 is left out: this chunk must begin with layer 0");
  EXPECT_THAT(with({{kEarbud, 0, 3}, {kWatch, 2, 4}}),
              "apps[0].chunks[1].first_layer: layers 2 to 3 are in the chunk before already: this chunk must "
              "begin with layer 4");
  EXPECT_THAT(with({{kEarbud, 0, 2}}),
              "apps[0].chunks[0].last_layer: layers 3 to 4 are left out: the last "
              "chunk must end with layer 4");
  EXPECT_THAT(with({{kEarbud, 0, 5}}), "apps[0].chunks[0].last_layer: model 'digits' has layers 0 to 4 only");
  EXPECT_THAT(with({{kEarbud, 0, 4'294'967'295}}), HasSubstr("layers 0 to 4 only"));
  EXPECT_THAT(with({{kEarbud, 3, 2}}), HasSubstr("last layer is before its first"));
  EXPECT_THAT(with({}), StartsWith("apps[0]: app 'digits' has no 'chunks'"));
}

TEST(Placement, WithDevicesThatCanNotIsRefused) {
  const auto with = [](const DeviceId& source, const DeviceId& chunk, const DeviceId& target) {
    auto problem = digits_problem();
    problem.pipelines[0].app.sensing.on = {};
    problem.pipelines[0].app.interaction.on = {};
    problem.body.absent = {kRing};
    auto placement = by_the_earbud();
    placement.apps[0].source = source;
    placement.apps[0].target = target;
    placement.apps[0].chunks[0].device = chunk;
    return refusal(problem, placement, ErrorCode::kInvalid);
  };
  EXPECT_EQ(with(kGlasses, kEarbud, kWatch), "not refused");
  EXPECT_EQ(with({}, kEarbud, kWatch), "not refused") << "one device only has a camera";
  EXPECT_THAT(with({}, kEarbud, {}),
              "apps[0].target: several devices can be the target: write one of them: glasses, watch");
  EXPECT_THAT(with(kEarbud, kEarbud, kWatch),
              "apps[0].source: 'earbud' is no device that can sense 'camera' for this app; those that are: "
              "glasses");
  EXPECT_THAT(with(kGlasses, kEarbud, kEarbud), StartsWith("apps[0].target: 'earbud' is no device that has"));
  EXPECT_THAT(with(kGlasses, kRing, kWatch), "apps[0].chunks[0].device: device 'ring' is absent now");
  EXPECT_THAT(with(kGlasses, DeviceId("wach"), kWatch),
              StartsWith("apps[0].chunks[0].device: unknown device 'wach'; did you mean 'watch'?"));
  EXPECT_THAT(with(kRing, kEarbud, kWatch), "apps[0].source: device 'ring' is absent now");
  EXPECT_THAT(with(kGlasses, kWatch, kWatch),
              StartsWith("apps[0].chunks[1].device: device 'watch' is used twice"));
}

TEST(Placement, MustHeedWhatTheAppInsistsOn) {
  auto placement = by_the_earbud();
  placement.apps[0].target = kGlasses;
  EXPECT_EQ(refusal(placement), "apps[0].target: the app insists on device 'watch'");
  EXPECT_THAT(refusal(digits_problem(3), by_the_earbud(), ErrorCode::kInvalid),
              "apps[0].chunks: the app wants 3 devices at least (at_least_devices)");
  auto problem = digits_problem();
  problem.pipelines[0].app.deadline_us = 1000;
  EXPECT_THAT(refusal(problem, by_the_earbud(), ErrorCode::kNoFit),
              AllOf(StartsWith("apps[0]: a run takes 26624.161"), HasSubstr("deadline_us is 1000")));
}

TEST(Placement, CutWhereMoreThanOneTensorIsLiveIsRefused) {
  auto problem = digits_problem();
  // Layer 2 reads what layer 0 puts out, too: nothing may be cut between them.
  auto& layers = problem.pipelines[0].model.program.layers;
  ASSERT_EQ(accel_model::clean_cuts(problem.pipelines[0].model.program).size(), 4u);
  layers[2].sources = layers[1].sources;
  const auto cuts = accel_model::clean_cuts(problem.pipelines[0].model.program);
  ASSERT_THAT(cuts, testing::Not(testing::Contains(2u)));
  auto placement = by_the_earbud();
  placement.apps[0].chunks = {{kEarbud, 0, 1}, {kWatch, 2, 4}};
  EXPECT_THAT(refusal(problem, placement, ErrorCode::kInvalid),
              AllOf(StartsWith("apps[0].chunks[1].first_layer: more than one tensor is live before layer 2; "
                               "chunks may begin with layers "),
                    HasSubstr("3, 4")));
}

TEST(Placement, ThatDoesNotFitTheMemorySaysWhatIsThere) {
  // 128 + 256 + 256 columns of weight memory each; a MAX78000 has 768.
  planner::Problem problem{standard_body("four-78000"), {}};
  Placement placement;
  for (const std::string name : {"one", "two"}) {
    auto app = digits_app(1, name);
    app.model = ModelId(name);
    problem.pipelines.push_back(
        {app, SmallModel(name, 64, 4).conv(128, 3).conv(128, 3).conv(128, 3).build()});
    placement.apps.push_back({AppId(name), {}, {}, {{kWatch, 0, 2}}, {}, {}});
  }
  const auto why = refusal(problem, placement, ErrorCode::kNoFit);
  EXPECT_THAT(why, AllOf(StartsWith("apps[1].chunks[0]: layers 0 to 2 of app 'two' do not fit beside"),
                         HasSubstr("device 'watch'"), HasSubstr(" needs 256 columns"),
                         HasSubstr("in a row are free")));
}

TEST(Placement, WithARateAboveWhatItAllowsSaysTheGreatest) {
  auto placement = by_the_earbud();
  placement.apps[0].rate = 68;  // 1e9 / 14 706 944 = 67.995091...
  EXPECT_THAT(refusal(digits_problem(), placement, ErrorCode::kNoFit),
              "apps[0].rate: 68.000000 runs per second, more than this placement allows app 'digits': at "
              "most 67.995091");
  placement.apps[0].rate = 67.995091;
  EXPECT_EQ(refusal(digits_problem(), placement, ErrorCode::kNoFit), "not refused");
  auto problem = digits_problem();
  problem.pipelines[0].app.min_rate = 70;
  placement.apps[0].rate.reset();
  EXPECT_THAT(refusal(problem, placement, ErrorCode::kNoFit),
              AllOf(StartsWith("apps[0]: min_rate is 70.000000"), HasSubstr("at most 67.995091")));
}

TEST(Placement, KeepsTheRatesThatAppsAndSensorsAllow) {
  auto problem = digits_problem();
  auto placement = by_the_earbud();
  placement.apps[0].rate = 20;
  problem.pipelines[0].app.rate = 10;
  EXPECT_THAT(refusal(problem, placement, ErrorCode::kNoFit),
              AllOf(StartsWith("apps[0].rate: "), HasSubstr("by its own rate: at most 10.0")));
  problem.pipelines[0].app.rate = 40;
  problem.pipelines[0].app.min_rate = 30;
  EXPECT_THAT(refusal(problem, placement, ErrorCode::kNoFit),
              HasSubstr("below the min_rate of app 'digits'"));
  problem.pipelines[0].app.rate = problem.pipelines[0].app.min_rate = 0;
  problem.pipelines[0].app.repeat = false;
  placement.apps[0].rate = 60;  // the camera has fewer frames
  EXPECT_THAT(refusal(problem, placement, ErrorCode::kNoFit), HasSubstr("has fresh frames for"));
}

/// Two digit classifiers by the same way: each run of either holds the radio of the glasses.
planner::Problem two_problem() {
  auto problem = digits_problem();
  problem.pipelines.push_back({digits_app(1, "second"), digits_model()});
  return problem;
}
Placement two_by_the_earbud() {
  auto placement = by_the_earbud();
  placement.apps.insert(placement.apps.begin(),
                        {AppId("second"), {}, {}, {{kEarbud, 0, 3}, {kWatch, 4, 4}}, {}, {}});
  return placement;
}

TEST(Placement, GivesTheOthersTheBestRatesBesideThoseThatAreGiven) {
  auto placement = two_by_the_earbud();
  placement.apps[0].rate = 16.99;  // a quarter of what the radio can send
  const auto placed = planner::plan_of_placement(two_problem(), placement, {});
  ASSERT_TRUE(placed) << placed.error().message;
  EXPECT_NEAR(placed->plan.find(AppId("second"))->runs_per_second, 16.99, 1e-9);
  // What the radio has left, less what whole runs in a cycle cost.
  const double left = 1e9 / kPictureSent - 16.99;
  EXPECT_LE(placed->plan.find(AppId("digits"))->runs_per_second, left * (1 + 1e-9));
  EXPECT_GE(placed->plan.find(AppId("digits"))->runs_per_second, left * 0.98);
  EXPECT_FALSE(placed->plan.find(AppId("digits"))->paced);
}

TEST(Placement, WithRatesThatDoNotFitTogetherSaysWhatIsLeft) {
  auto placement = two_by_the_earbud();
  placement.apps[0].rate = 50;
  placement.apps[1].rate = 50;
  EXPECT_THAT(refusal(two_problem(), placement, ErrorCode::kNoFit),
              AllOf(StartsWith("apps[1].rate: 50.0"), HasSubstr("app 'digits' beside the rates asked for so "
                                                                "far: at most 17.995")));
}

TEST(Placement, ThatLeavesNothingForAnAppIsRefused) {
  auto placement = two_by_the_earbud();
  placement.apps[0].rate = 1e9 / kPictureSent;
  EXPECT_EQ(refusal(two_problem(), placement, ErrorCode::kNoFit),
            "apps[1]: the rates of the others leave nothing for app 'digits'");
}

TEST(Placement, WithARateThatUnitsAllowAndOrdersMissSaysWhatOrdersKeep) {
  auto placement = two_by_the_earbud();
  placement.apps[0].rate = 67.99;  // of 67.995: the other would have one turn in ten thousand
  const auto why = refusal(two_problem(), placement, ErrorCode::kNoFit);
  ASSERT_THAT(why, AllOf(StartsWith("apps[0].rate: 67.99"), HasSubstr("at most ")));
  const double kept = std::stod(why.substr(why.rfind("at most ") + 8));
  EXPECT_LT(kept, 67.99);
  EXPECT_GT(kept, 60);
  placement.apps[0].rate = kept;
  EXPECT_EQ(refusal(two_problem(), placement, ErrorCode::kNoFit), "not refused");
}

TEST(Placement, HasRatesThatOnlyOrdersWithMoreTurnsKeep) {
  auto placement = two_by_the_earbud();
  for (const double rate : {5.0, 33.0, 36.0, 40.0, 45.0, 50.0, 50.9, 55.0}) {
    placement.apps[0].rate = rate;
    const auto placed = planner::plan_of_placement(two_problem(), placement, {});
    ASSERT_TRUE(placed) << rate << ": " << placed.error().message;
    EXPECT_DOUBLE_EQ(placed->plan.find(AppId("second"))->runs_per_second, rate);
    EXPECT_DOUBLE_EQ(placed->plan.rounds_per_second,
                     std::min(rate, placed->plan.find(AppId("digits"))->runs_per_second));
  }
}

TEST(Placement, InRoundsHasNoRateAboveTheRound) {
  auto placement = two_by_the_earbud();
  placement.apps[0].rate = 40;
  EXPECT_THAT(refusal(two_problem(), placement, ErrorCode::kNoFit, options_for(schemas::Objective::kRounds)),
              AllOf(StartsWith("apps[0].rate: "), HasSubstr("at most 33.99754")));
}

TEST(Placement, OfSeveralWaysNeedsSharesThatSumToOne) {
  Placement placement{{{AppId("digits"), {}, {}, {}, {}, {}}}};
  auto& ways = placement.apps[0].ways;
  ways = {{0.25, {}, {}, {{kEarbud, 0, 4}}}, {0.75, kGlasses, kWatch, {{kGlasses, 0, 4}}}};
  const auto judged = planner::judge_placement(digits_problem(), placement, {});
  ASSERT_TRUE(judged) << judged.error().message;
  EXPECT_EQ(judged->sought_by, "optimal-mixed");
  ASSERT_EQ(judged->outcome.plan.pipelines[0].executions.size(), 2u);
  ways[0].share = 0.5;
  EXPECT_THAT(refusal(placement), "apps[0].ways: the shares sum to 1.250000; they must sum to 1");
  ways[0].share = 0;
  EXPECT_THAT(refusal(placement), HasSubstr("apps[0].ways[0].share: a share must be above 0"));
  ways[0].share = 0.25;
  placement.apps[0].chunks = {{kEarbud, 0, 4}};
  placement.apps[0].source = kGlasses;
  EXPECT_THAT(refusal(placement), AllOf(HasSubstr("apps[0].chunks: "), HasSubstr("\napps[0].source: ")));
}

TEST(Placement, ThatIsAheadOfABoundForHigherRatesHasNoBound) {
  auto problem = digits_problem();
  problem.pipelines[0].app.rate = 10;
  const auto best = planner::solve(problem, options_for(schemas::Objective::kLifetime));
  ASSERT_TRUE(best.has_plan()) << best.reason;
  auto placement = planner::placement_of(problem, best.choices);
  const auto judge = [&] {
    const auto judged =
        planner::judge_placement(problem, placement, options_for(schemas::Objective::kLifetime));
    EXPECT_TRUE(judged) << judged.error().message;
    return judged ? judged->outcome : planner::Outcome{};
  };
  EXPECT_EQ(judge().status, OutcomeStatus::kOptimal);
  placement.apps[0].rate = 5;
  const auto half = judge();
  EXPECT_GT(half.objective_value, best.objective_value) << "batteries last longer at half the rate";
  EXPECT_EQ(half.status, OutcomeStatus::kHeuristic);
  EXPECT_FALSE(half.plan.bound);
}

TEST(Placement, OfMoreWaysThanACycleHasRunsIsRefused) {
  Placement placement{{{AppId("digits"), {}, {}, {}, {}, {}}}};
  placement.apps[0].ways.assign(257, {1.0 / 257, {}, {}, {{kGlasses, 0, 4}}});
  EXPECT_EQ(refusal(placement), "apps: there are 257 ways; a cycle has a run of each, and 256 runs at most");
}

TEST(Placement, IsHeuristicWhereTheBudgetEndsBeforeABound) {
  const auto judged = planner::judge_placement(digits_problem(), by_the_earbud(), {}, planner::Budget(1));
  ASSERT_TRUE(judged) << judged.error().message;
  if (judged->best.status == OutcomeStatus::kOptimal || judged->best.status == OutcomeStatus::kBounded)
    EXPECT_GE(judged->outcome.bound, judged->outcome.objective_value);
  else
    EXPECT_EQ(judged->outcome.status, OutcomeStatus::kHeuristic);
}

}  // namespace
}  // namespace synergy::planner_test
