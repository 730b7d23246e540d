// Recorded plans against plans made anew: the same, and each way in which they are not.
#include "synergy/cli/plan_replay.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "synergy/bus/participant.hpp"
#include "synergy/documents/load.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::cli {
namespace {

using schemas::CollaborationPlan;
using schemas::Envelope;
using ::testing::HasSubstr;

documents::DeployFolder deploy() { return documents::DeployFolder(SYNERGY_SOURCE_DIR "/deploy"); }

schemas::BodyView body(const std::string& name = "four-78000") {
  auto view = deploy().body(deploy().root() / "bodies" / (name + ".yaml"));
  EXPECT_TRUE(view) << view.error().message;
  return *view;
}

/// A mesh in miniature: the messages that its processes would have sent, in the order of the bus.
class Recorded {
 public:
  explicit Recorded(planner_service::Settings settings = {}) : maker_(deploy(), std::move(settings)) {}

  template <schemas::Message T>
  void state(std::string_view topic, const T& value) {
    known_.on(value);
    packets.push_back(packet(topic, "owner", 1, {}, value, ++sequence_));
  }

  void ask(const std::string& id, const schemas::PlanMake& request) {
    asked_[id] = request;
    packets.push_back(packet("cmd/planner", "dispatcher", 1, id, request));
  }
  /// What the planner makes of it now, as it travels.
  void answer(const std::string& id) { answer(id, made(id)); }
  void answer(const std::string& id, Result<CollaborationPlan> plan) {
    if (plan) plan->planning_us = 1000 + packets.size();
    const auto topic = schemas::topics::reply_to("dispatcher");
    packets.push_back(plan ? packet(topic, "planner", instance_, id, *plan)
                           : packet(topic, "planner", instance_, id, bus::failure_of(plan.error())));
  }
  void ask_and_answer(const std::string& id, const schemas::PlanMake& request) {
    ask(id, request);
    answer(id);
  }
  [[nodiscard]] Result<CollaborationPlan> made(const std::string& id,
                                               const planner_service::Limits& limits = {}) {
    return maker_.make(known_.question(asked_.at(id)), limits);
  }
  void restart() {
    known_ = {};
    ++instance_;
  }

  std::vector<RecordedPacket> packets;

 private:
  template <schemas::Message T>
  static RecordedPacket packet(std::string_view topic, const std::string& sender, std::uint64_t instance,
                               const std::string& id, const T& message, std::uint64_t sequence = 0) {
    Envelope envelope;
    envelope.sender = sender;
    envelope.instance = instance;
    envelope.sequence = sequence;
    envelope.request_id = id;
    return {Duration(0), std::string(topic), schemas::seal(envelope, message)};
  }

  planner_service::PlanMaker maker_;
  planner_service::PlannerService known_;
  std::uint64_t instance_ = 10, sequence_ = 0;
  std::map<std::string, schemas::PlanMake> asked_;
};

schemas::PlanMake request(std::uint64_t plan = 1, std::uint32_t at_least_devices = 1) {
  auto app = documents::read_app(deploy().root() / "apps/digits.yaml");
  EXPECT_TRUE(app) << app.error().message;
  app->at_least_devices = at_least_devices;
  return {plan, {*app}, false, "", "app digits submitted"};
}

PlansReport replay(const std::vector<RecordedPacket>& packets, planner_service::Settings settings = {}) {
  PlanReplay replay(deploy(), std::move(settings));
  for (const auto& packet : packets) replay.on(packet);
  return replay.report();
}

void expect_counts(const PlansReport& report, std::uint64_t identical, std::uint64_t different,
                   std::uint64_t unanswered = 0) {
  EXPECT_EQ(report.identical, identical) << to_text(report);
  EXPECT_EQ(report.different, different) << to_text(report);
  EXPECT_EQ(report.unanswered, unanswered) << to_text(report);
  EXPECT_EQ(report.plans, identical + different);
}

TEST(PlanReplay, TheSameEventsGiveTheSamePlans) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask("d#1", request(1));
  const auto first = mesh.made("d#1");
  mesh.answer("d#1");
  ASSERT_TRUE(first);
  mesh.state("state/plan", *first);
  mesh.ask_and_answer("d#2", request(2, 2));
  const auto report = replay(mesh.packets);
  expect_counts(report, 2, 0);
  EXPECT_EQ(report.comparisons[1].plan, 2u);
  EXPECT_EQ(report.comparisons[1].recorded, "plan");
  EXPECT_THAT(to_text(report), HasSubstr("plans 2, identical 2, different 0\n"));
}

TEST(PlanReplay, APinnedPlacementIsMadeAgain) {
  Recorded mesh;
  mesh.state("state/body", body());
  auto pinned = request(1);
  pinned.pinned = schemas::Placement{
      {{pinned.apps[0].app, {}, {}, {{DeviceId("earbud"), 0, 3}, {DeviceId("watch"), 4, 4}}, 5.0, {}}}};
  mesh.ask_and_answer("d#1", pinned);
  pinned.pinned->apps[0].chunks[0].first_layer = 1;
  mesh.ask_and_answer("d#2", pinned);
  expect_counts(replay(mesh.packets), 2, 0);
}

TEST(PlanReplay, APlanOfAnEarlierVersionIsNamedAndNotCompared) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask_and_answer("d#1", request());
  Envelope envelope;
  envelope.schema = "plan";
  envelope.version = 1;
  envelope.sender = "planner";
  envelope.request_id = "d#1";
  mesh.packets.back().payload = schemas::seal(envelope, [](schemas::Encoder& out) {
    out.begin_map(1);
    out.key("rounds_per_cycle");
    out.unsigned_integer(1);
    out.end_map();
  });
  const auto report = replay(mesh.packets);
  expect_counts(report, 0, 0, 1);
  EXPECT_EQ(report.comparisons[0].recorded, "plan, version 1");
  EXPECT_EQ(report.comparisons[0].difference,
            "message 'plan' is of version 1, of an earlier program; this one reads version 2 and later");
}

TEST(PlanReplay, APlanInForceThatWasMissedShows) {
  Recorded mesh({"optimal"});
  mesh.state("state/body", body());
  mesh.ask("d#1", request(1));
  const auto first = mesh.made("d#1");
  ASSERT_TRUE(first);
  mesh.state("state/plan", *first);
  mesh.answer("d#1", first);
  mesh.ask_and_answer("d#2", request(2));
  expect_counts(replay(mesh.packets, {"optimal"}), 2, 0);
  std::erase_if(mesh.packets, [](const auto& packet) { return packet.topic == "state/plan"; });
  expect_counts(replay(mesh.packets, {"optimal"}), 1, 1);
}

TEST(PlanReplay, AnyFieldThatDiffersIsShown) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask("d#1", request());
  auto plan = mesh.made("d#1");
  ASSERT_TRUE(plan);
  plan->energy_uj += 1e-6;
  mesh.answer("d#1", plan);
  const auto report = replay(mesh.packets);
  expect_counts(report, 0, 1);
  EXPECT_THAT(report.comparisons[0].difference, HasSubstr("energy_uj"));
  EXPECT_THAT(to_text(report), HasSubstr("plans 1, identical 0, different 1\n"));
}

TEST(PlanReplay, AnotherPolicyShows) {
  Recorded mesh({"min-dev"});
  mesh.state("state/body", body());
  mesh.ask_and_answer("d#1", request(1, 2));
  expect_counts(replay(mesh.packets, {"min-dev"}), 1, 0);
  expect_counts(replay(mesh.packets, {"max-dev"}), 0, 1);
}

TEST(PlanReplay, RefusalsAreComparedWithCodeAndWording) {
  Recorded mesh;
  mesh.ask_and_answer("d#1", request());  // the body is not known yet
  mesh.state("state/body", body());
  mesh.ask_and_answer("d#2", request(1, 9));
  mesh.ask("d#3", request(1, 9));
  mesh.answer("d#3", Error{ErrorCode::kNoFit, "other words"});
  mesh.ask("d#4", request());
  mesh.answer("d#4", Error{ErrorCode::kTimeout, "no plan was found"});
  const auto report = replay(mesh.packets);
  expect_counts(report, 2, 2);
  EXPECT_EQ(report.comparisons[0].recorded, "unavailable");
  EXPECT_THAT(report.comparisons[2].difference, HasSubstr("other words"));
  EXPECT_EQ(report.comparisons[3].recorded, "timeout");
}

TEST(PlanReplay, ARepeatedCommandIsOneAndItsFirstAnswerCounts) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask("d#1", request());
  auto smaller = body();
  smaller.devices.resize(2);
  const auto made = mesh.made("d#1");
  mesh.state("state/body", smaller);  // too late: the planner was asked before
  mesh.ask("d#1", request());
  mesh.answer("d#1", made);
  mesh.answer("d#1", Error{ErrorCode::kInternal, "a second answer is not looked at"});
  expect_counts(replay(mesh.packets), 1, 0);
}

TEST(PlanReplay, AStateThatIsHeardAgainIsNoEvent) {
  Recorded mesh;
  auto renamed = body();
  renamed.name = "another";
  mesh.state("state/body", body());
  const auto old = mesh.packets.back();
  mesh.state("state/body", renamed);
  mesh.packets.push_back(old);
  mesh.ask_and_answer("d#1", request());
  expect_counts(replay(mesh.packets), 1, 0);
}

TEST(PlanReplay, APlannerThatRestartsKnowsTheLatestStatesAndIsAskedAgain) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask_and_answer("d#1", request(1));
  mesh.ask("d#2", request(2));  // the planner dies over it
  mesh.restart();
  auto renamed = body();
  renamed.name = "another";
  mesh.state("state/body", renamed);
  mesh.ask("d#2", request(2));
  mesh.answer("d#2");
  expect_counts(replay(mesh.packets), 2, 0);
}

TEST(PlanReplay, ARequestWithoutAnswerIsNotCompared) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask_and_answer("d#1", request(1));
  mesh.ask("d#2", request(2));
  const auto report = replay(mesh.packets);
  expect_counts(report, 1, 0, 1);
  EXPECT_THAT(to_text(report), HasSubstr("1 without a recorded answer"));
}

TEST(PlanReplay, AnAnswerWithoutItsRequestIsPassedOver) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask_and_answer("d#1", request(1));
  std::erase_if(mesh.packets, [](const auto& packet) { return packet.topic == "cmd/planner"; });
  expect_counts(replay(mesh.packets), 0, 0);
}

/// Says stop when it was asked so often.
planner::Budget::Stop stop_after(int times) {
  return [times, asked = std::make_shared<int>(0)] { return ++*asked > times; };
}

TEST(PlanReplay, ASearchThatTheClockCutIsCutAtTheSameNode) {
  for (const auto effort : {schemas::Effort::kQuick, schemas::Effort::kFull}) {
    Recorded mesh;
    mesh.state("state/body", body("mixed-8"));
    auto asked = request(1);
    asked.effort = effort;
    asked.leave_out = true;
    auto apps = documents::read_apps({deploy().root() / "apps/w5"});
    ASSERT_TRUE(apps) << apps.error().message;
    asked.apps = *apps;
    mesh.ask("d#1", asked);
    const auto cut = mesh.made("d#1", {stop_after(20)}), whole = mesh.made("d#1");
    ASSERT_TRUE(cut && whole);
    ASSERT_LT(cut->nodes_spent, whole->nodes_spent) << "it was cut";
    mesh.answer("d#1", cut);
    expect_counts(replay(mesh.packets), 1, 0);
  }
}

TEST(PlanReplay, AQuestionThatWasGivenUpForANewerOneIsNotCompared) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask("d#1", request(1));
  mesh.ask("d#2", request(1, 2));
  mesh.answer("d#1", Error{ErrorCode::kConflict, "plan 1 was given up: plan 1 is asked for now"});
  mesh.answer("d#2");
  const auto report = replay(mesh.packets);
  expect_counts(report, 1, 0, 1);
  EXPECT_EQ(report.comparisons[0].recorded, "conflict");
}

TEST(PlanReplay, AQuestionIsAnsweredByWhatWasKnownWhenItCame) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask("d#1", request(1));
  const auto made = mesh.made("d#1");
  auto renamed = body();
  renamed.name = "another";
  mesh.state("state/body", renamed);  // while the planner searches
  mesh.answer("d#1", made);
  expect_counts(replay(mesh.packets), 1, 0);
}

TEST(PlanReplay, OfAPlanFromBeforeNodesWereToldTheRestIsCompared) {
  Recorded mesh;
  mesh.state("state/body", body());
  mesh.ask("d#1", request(1));
  auto plan = mesh.made("d#1");
  ASSERT_TRUE(plan);
  plan->nodes_spent = 0;
  plan->stopped_by.reset();
  mesh.answer("d#1", plan);
  plan->energy_uj += 1;
  mesh.ask("d#2", request(2));
  mesh.answer("d#2", plan);
  expect_counts(replay(mesh.packets), 1, 1);
}

TEST(PlanReplay, DamagedPacketsAreNoEvents) {
  Recorded mesh;
  mesh.state("state/body", body());
  for (const auto* topic : {"state/body", "state/plan", "cmd/planner", "@dispatcher/reply"})
    for (const auto& bytes : {schemas::Bytes{}, schemas::Bytes{0xc1}, schemas::Bytes(100, 0x91)})
      mesh.packets.push_back({Duration(0), topic, bytes});
  mesh.ask_and_answer("d#1", request(1));
  expect_counts(replay(mesh.packets), 1, 0);
}

TEST(RecordedDefaults, AreThoseOfTheFirstPlanWhoseRequestNamedNone) {
  planner_service::Settings settings{"min-dev"};
  settings.objective = schemas::Objective::kLatency;
  settings.residency = schemas::Residency::kNeeded;
  Recorded mesh(settings);
  mesh.state("state/body", body());
  auto named = request(1);
  named.policy = "max-dev";
  named.objective = schemas::Objective::kEnergy;
  mesh.ask_and_answer("d#1", named);
  const auto found_in = [&] {
    std::string file(kRecordingMagic);
    const auto add = [&](FrameKind kind, const schemas::Bytes& value) {
      const auto bytes = frame(kind, value);
      file.append(bytes.begin(), bytes.end());
    };
    add(FrameKind::kHeader, schemas::to_msgpack(RecordingHeader{}));
    for (const auto& packet : mesh.packets) add(FrameKind::kPacket, schemas::to_msgpack(packet));
    auto reader = RecordingReader::read(std::make_unique<std::istringstream>(file), "x.rec");
    EXPECT_TRUE(reader);
    return recorded_defaults(*reader);
  };
  ASSERT_TRUE(found_in());
  EXPECT_EQ(found_in()->policy, std::nullopt);
  EXPECT_EQ(found_in()->residency, schemas::Residency::kNeeded);
  mesh.ask_and_answer("d#2", request(2));
  EXPECT_EQ(found_in()->policy, "min-dev");
  EXPECT_EQ(found_in()->objective, schemas::Objective::kLatency);
}

}  // namespace
}  // namespace synergy::cli
