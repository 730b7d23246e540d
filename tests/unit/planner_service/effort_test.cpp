// Quick and full: what each may take, whom it leaves out, and that a search which was cut can be repeated.
#include <gmock/gmock.h>

#include <memory>
#include <set>

#include "asked_planner.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner_service::Limits;
using schemas::CollaborationPlan;
using schemas::Effort;
using testing::HasSubstr;

/// Every app of some workloads of deploy/apps.
schemas::PlanMake apps_of(const std::vector<std::string>& workloads, Effort effort) {
  schemas::PlanMake request;
  request.id = 7;
  request.leave_out = true;
  request.effort = effort;
  std::vector<std::filesystem::path> folders;
  for (const auto& name : workloads) folders.push_back(deploy_folder().root() / "apps" / name);
  auto apps = documents::read_apps(folders);
  EXPECT_TRUE(apps) << apps.error().message;
  request.apps = std::move(*apps);
  return request;
}

planner::Problem problem_of(const schemas::BodyView& body, const CollaborationPlan& plan,
                            const schemas::PlanMake& request) {
  planner::Problem problem{body, {}};
  for (const auto& app : request.apps)
    if (plan.find(app.app) != nullptr)
      problem.pipelines.push_back({app, *planner_service::read_model(deploy_folder(), app.model)});
  return problem;
}

const DeviceId kBelt("belt");

/// Sixteen apps on sixteen devices.
struct Sixteen {
  schemas::BodyView body = standard_body("mixed-16");
  AskedPlanner planner;
  Sixteen() { planner.on(body); }
  Result<CollaborationPlan> ask(Effort effort, const Limits& limits = {}) {
    return planner.on(apps_of({"w4", "w5"}, effort), limits);
  }
  void lose(const DeviceId& device) {
    body.absent = {device};
    planner.on(body);
  }
};

TEST(Quick, GivesAPlanThatHoldsAndClaimsNothingOfALargeProblem) {
  Sixteen mesh;
  const auto plan = mesh.ask(Effort::kQuick);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->pipelines.size(), 16u);
  EXPECT_EQ(plan->effort, Effort::kQuick);
  EXPECT_EQ(plan->status, schemas::PlanStatus::kHeuristic);
  EXPECT_GT(plan->nodes_spent, 0u);
  EXPECT_TRUE(planner::verify(problem_of(mesh.body, *plan, apps_of({"w4", "w5"}, Effort::kQuick)), *plan));
}

TEST(Quick, LeavesWhatRunsWhereItCanStayWhenADeviceIsGone) {
  Sixteen mesh;
  const auto before = mesh.ask(Effort::kQuick);
  ASSERT_TRUE(before);
  mesh.planner.on(*before);
  mesh.lose(kBelt);
  const auto after = mesh.ask(Effort::kQuick);
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_TRUE(planner::verify(problem_of(mesh.body, *after, apps_of({"w4", "w5"}, Effort::kQuick)), *after));
  std::size_t touched = 0, moved = 0;
  for (const auto& pipeline : before->pipelines) {
    const auto& way = pipeline.executions.front();
    bool uses = way.source == kBelt || way.target == kBelt;
    for (const auto& chunk : way.chunks) uses = uses || chunk.device == kBelt;
    touched += uses ? 1 : 0;
    const auto* now = after->find(pipeline.app);
    if (now == nullptr) {
      EXPECT_TRUE(way.source == kBelt)
          << pipeline.app.text() << " has no camera any more, nobody else is out";
      continue;
    }
    if (!uses && now->executions.front().chunks != way.chunks) ++moved;
  }
  EXPECT_GT(touched, 0u);
  EXPECT_LE(moved, 2u) << "what the device's absence does not touch stays, unless moving is worth it";
  EXPECT_THAT(after->reason, HasSubstr("moves"));
}

TEST(Quick, LeavesOutWhoseDeviceIsGoneWithTheReason) {
  Sixteen mesh;
  mesh.lose(kBelt);
  for (const auto effort : {Effort::kQuick, Effort::kFull}) {
    const auto plan = mesh.ask(effort);
    ASSERT_TRUE(plan) << plan.error().message;
    ASSERT_FALSE(plan->left_out.empty());
    for (const auto& out : plan->left_out) {
      EXPECT_THAT(out.reason, HasSubstr("offered by belt, absent now"));
      EXPECT_EQ(out.code, "no_fit");
    }
    EXPECT_EQ(plan->left_out.size() + plan->pipelines.size(), 16u);
  }
}

TEST(Quick, OfASmallProblemIsTheBestPlanWithItsProof) {
  AskedPlanner planner;
  planner.on(standard_body("four-78000"));
  const auto quick = planner.on(apps_of({"w1"}, Effort::kQuick)),
             full = planner.on(apps_of({"w1"}, Effort::kFull));
  ASSERT_TRUE(quick && full);
  EXPECT_EQ(full->status, schemas::PlanStatus::kOptimal);
  EXPECT_EQ(quick->status, schemas::PlanStatus::kOptimal);
  EXPECT_EQ(quick->rounds_per_second, full->rounds_per_second);
}

TEST(Quick, TakesAPolicyThatClaimsNothingAtItsWord) {
  AskedPlanner planner;
  planner.on(standard_body("four-78000"));
  auto request = apps_of({"w1"}, Effort::kQuick);
  request.policy = "min-dev";
  const auto quick = planner.on(request);
  request.effort = Effort::kFull;
  const auto full = planner.on(request);
  ASSERT_TRUE(quick && full);
  EXPECT_EQ(quick->policy, "min-dev");
  EXPECT_EQ(quick->pipelines, full->pipelines);
}

TEST(Quick, GivesRoomToTheFirstInTheListWhereNotAllFit) {
  // Apps of the same model with ever the same needs: as many as fit, the first of the list.
  AskedPlanner planner;
  planner.on(standard_body("four-78000"));
  schemas::PlanMake request;
  request.leave_out = true;
  request.effort = Effort::kQuick;
  for (int i = 0; i < 40; ++i) {
    auto app = digits_app(1, "digits-" + std::to_string(i));
    app.min_rate = 10;
    request.apps.push_back(app);
  }
  const auto plan = planner.on(request);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_GT(plan->pipelines.size(), 1u);
  ASSERT_GT(plan->left_out.size(), 1u);
  for (std::size_t p = 0; p < plan->pipelines.size(); ++p)
    EXPECT_EQ(plan->pipelines[p].app.text(), "digits-" + std::to_string(p));
  EXPECT_GE(plan->rounds_per_second, 10);
  for (const auto& out : plan->left_out)
    EXPECT_EQ(out.code, "timeout") << "a short search does not prove that there is no room";
}

/// Two planners are asked the same.
void expect_the_same_again(Effort effort) {
  Sixteen a, b;
  const auto before = a.ask(Effort::kQuick);
  ASSERT_TRUE(before);
  for (auto* mesh : {&a, &b}) {
    mesh->planner.on(*before);
    mesh->lose(kBelt);
  }
  const auto first = a.ask(effort), second = b.ask(effort);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
}

TEST(Effort, AQuickPlanIsTheSameAgain) { expect_the_same_again(Effort::kQuick); }

TEST(Effort, AFullPlanIsTheSameAgain) { expect_the_same_again(Effort::kFull); }

TEST(Effort, ASearchThatIsStoppedAtOnceStillGivesAPlan) {
  for (const auto effort : {Effort::kQuick, Effort::kFull}) {
    Sixteen mesh;
    const auto before = mesh.ask(Effort::kQuick);
    ASSERT_TRUE(before);
    mesh.planner.on(*before);
    const auto plan = mesh.ask(effort, {[] { return true; }});
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->pipelines.size(), 16u) << "all stay where they run";
    EXPECT_EQ(plan->nodes_spent, 0u);
  }
}

/// Says stop when it was asked so often, in whichever part of the search.
planner::Budget::Stop stop_after(std::uint64_t times) {
  return [times, asked = std::make_shared<std::uint64_t>(0)] { return ++*asked > times; };
}

/// One search each, because with sanitizers a search takes ten seconds.
class CutSearch : public testing::TestWithParam<std::tuple<Effort, std::uint64_t>> {};
INSTANTIATE_TEST_SUITE_P(Effort, CutSearch,
                         testing::Combine(testing::Values(Effort::kQuick, Effort::kFull),
                                          testing::Values(1, 6, 31, 156, 500)),
                         [](const auto& one) {
                           return std::string(name_of(std::get<0>(one.param))) + "_after_" +
                                  std::to_string(std::get<1>(one.param));
                         });

TEST_P(CutSearch, IsRepeatedByItsNodes) {
  const auto [effort, times] = GetParam();
  Sixteen mesh;
  const auto before = mesh.ask(Effort::kQuick);
  ASSERT_TRUE(before);
  mesh.planner.on(*before);
  mesh.lose(kBelt);
  const auto cut = mesh.ask(effort, {stop_after(times)});
  ASSERT_TRUE(cut) << cut.error().message;
  Limits again;
  again.cut = cut->nodes_spent;
  const auto repeated = mesh.ask(effort, again);
  ASSERT_TRUE(repeated) << repeated.error().message;
  EXPECT_EQ(*repeated, *cut) << "cut after " << cut->nodes_spent << " nodes";
  EXPECT_GE(cut->nodes_spent, times) << "a later stop falls into a later part of the search";
}

TEST(Effort, WithoutLeavingOutSaysWhoFindsNoPlace) {
  Sixteen mesh;
  mesh.lose(kBelt);
  for (const auto effort : {Effort::kQuick, Effort::kFull}) {
    auto request = apps_of({"w4", "w5"}, effort);
    request.leave_out = false;
    const auto plan = mesh.planner.on(request);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().code, ErrorCode::kNoFit);
    EXPECT_THAT(plan.error().message, HasSubstr("belt"));
  }
}

}  // namespace
}  // namespace synergy::planner_test
