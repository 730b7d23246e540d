// Frames that are fed to an executor: what it takes, what it tells the dispatcher, and which frame a run
// gets.
#include <gmock/gmock.h>

#include "fake_mesh.hpp"

namespace synergy::executor_test {
namespace {

using schemas::FrameUse;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

schemas::Sensor fed_camera() {
  schemas::SensorSource feed;
  feed.feed = true;
  return {"camera", "", {{feed}}};
}

schemas::FrameFeed digit(const std::string& id, std::uint8_t pixel = 7) {
  schemas::FrameFeed frame;
  frame.sensor = "camera";
  frame.id = id;
  frame.shape = {28, 28};
  frame.data.assign(28 * 28, pixel);
  return frame;
}

class Feeding : public testing::Test {
 protected:
  FakeMesh mesh{{}, {kGlasses, kEarbud, kWatch}, fed_camera()};
  schemas::CollaborationPlan plan = digits_plan(1, kGlasses);

  void serve(FrameUse use) {
    plan.pipelines[0].frames = use;
    mesh.deploy(plan);
  }
  [[nodiscard]] executor::Executor& glasses() { return mesh.executor(kGlasses); }
  void grant(std::uint64_t run, const schemas::FrameRef& frame) {
    schemas::RunGrant grant{{kApp, run, 1}, 1, 0, mesh.host.now(), mesh.start, run};
    grant.frame = frame;
    glasses().on(grant);
  }
  /// All that the dispatcher was told: `id:apps`, with `again` before a message that says so.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> texts;
    for (const auto& message : mesh.frames_told) {
      if (message.again) texts.emplace_back("again");
      for (const auto& frame : message.frames) {
        texts.push_back(frame.id + ":");
        for (const auto& app : frame.apps) texts.back() += app.text();
      }
    }
    return texts;
  }
};

TEST_F(Feeding, AFrameIsInTheSpoolWhenItIsAnsweredAndTheDispatcherIsTold) {
  serve(FrameUse::kEvery);
  mesh.frames_told.clear();
  const auto fed = glasses().on(digit("first"));
  ASSERT_TRUE(fed) << fed.error().message;
  EXPECT_EQ(fed->frame.device, kGlasses);
  EXPECT_EQ(fed->frame.id, "first");
  EXPECT_THAT(fed->apps, ElementsAre(kApp));
  EXPECT_EQ(mesh.spool(kGlasses).open(), 1u);
  EXPECT_EQ(mesh.counter(kGlasses, "frames.open"), 1u);
  mesh.host.run_out();
  EXPECT_THAT(told(), ElementsAre("first:digits"));
}

TEST_F(Feeding, TheSameIdAgainChangesNothing) {
  serve(FrameUse::kEvery);
  const auto first = glasses().on(digit("x", 1));
  const auto again = glasses().on(digit("x", 2));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->again);
  EXPECT_EQ(again->frame, first->frame);
  EXPECT_EQ(mesh.spool(kGlasses).read(first->frame.sequence)->data.front(), 1);
}

TEST_F(Feeding, AnAppThatWantsTheNewestOnlyIsNotOwedEach) {
  serve(FrameUse::kOnce);
  mesh.frames_told.clear();
  EXPECT_THAT(glasses().on(digit("x"))->apps, IsEmpty());
  mesh.host.run_out();
  EXPECT_THAT(told(), ElementsAre("x:digits")) << "though it may take it";
}

TEST_F(Feeding, ARunTakesTheFrameThatItsGrantNames) {
  serve(FrameUse::kEvery);
  const auto first = *glasses().on(digit("x", 1));
  ASSERT_TRUE(glasses().on(digit("y", 2)));
  grant(0, first.frame);
  mesh.host.run_out();
  ASSERT_THAT(mesh.results, SizeIs(1));
  EXPECT_EQ(mesh.results[0].run.frame, first.frame);
  EXPECT_EQ(mesh.driver(kGlasses).loaded, (schemas::Bytes(28 * 28, 1 ^ 0x80))) << "made signed on the way";
}

TEST_F(Feeding, SignedFramesAreTheModelsInputAsTheyAre) {
  serve(FrameUse::kEvery);
  auto frame = digit("x", 5);
  frame.dtype = schemas::ElementType::kInt8;
  grant(0, glasses().on(frame)->frame);
  mesh.host.run_out();
  EXPECT_EQ(mesh.driver(kGlasses).loaded, (schemas::Bytes(28 * 28, 5)));
}

TEST_F(Feeding, APictureOfAnySizeBecomesWhatTheModelTakes) {
  plan.pipelines[0].picture = schemas::PictureDescription{schemas::Fit::kPad, schemas::Background::kDark};
  serve(FrameUse::kEvery);
  auto photo = digit("photo");  // white paper, in colour
  photo.layout = schemas::Layout::kHwc;
  photo.shape = {30, 40, 3};
  photo.data.assign(30 * 40 * 3, 255);
  grant(0, glasses().on(photo)->frame);
  mesh.host.run_out();
  EXPECT_EQ(mesh.driver(kGlasses).loaded, (schemas::Bytes(28 * 28, 0x80))) << "black, made signed";
  photo.id = "signed";
  photo.dtype = schemas::ElementType::kInt8;
  photo.data.assign(30 * 40 * 3, 0x7f);
  grant(1, glasses().on(photo)->frame);
  mesh.host.run_out();
  EXPECT_EQ(mesh.driver(kGlasses).loaded, (schemas::Bytes(28 * 28, 0x80)))
      << "127 of -128 to 127 is white, too";
}

TEST_F(Feeding, ASoundBecomesTheModelsWindow) {
  plan.pipelines[0].sound = schemas::SoundDescription{16000, {}};
  serve(FrameUse::kEvery);
  auto sound = digit("word");
  sound.dtype = schemas::ElementType::kInt16;
  sound.sound_rate = 16000;
  sound.shape = {2};
  sound.data = {0x00, 0x05, 0x00, 0xfd};  // 1280, -768
  grant(0, glasses().on(sound)->frame);
  mesh.host.run_out();
  schemas::Bytes expected(28 * 28);
  expected[391] = 5;
  expected[392] = std::uint8_t(-3);
  EXPECT_EQ(mesh.driver(kGlasses).loaded, expected) << "in the middle, made signed";

  sound.id = "other rate";
  sound.sound_rate = 48000;
  sound.shape = {3 * 784};
  sound.data.assign(2 * 3 * 784, 0);
  grant(1, glasses().on(sound)->frame);
  mesh.host.run_out();
  EXPECT_EQ(mesh.driver(kGlasses).loaded, schemas::Bytes(28 * 28)) << "silence at another rate";

  sound.id = "long";
  sound.shape = {3 * 785};
  sound.data.assign(2 * 3 * 785, 0);
  const auto refused = glasses().on(sound);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(refused.error().message,
              HasSubstr("a sound of 0.049 s is longer than the window of 0.049 s that the model takes"));
}

TEST_F(Feeding, ASoundForAModelThatTakesNoneIsRefusedAndNotKept) {
  serve(FrameUse::kEvery);
  auto sound = digit("word");
  sound.dtype = schemas::ElementType::kInt16;
  sound.sound_rate = 16000;
  sound.shape = {392};
  const auto refused = glasses().on(sound);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("app 'digits': the model takes no sound"));
  EXPECT_EQ(mesh.spool(kGlasses).open(), 0u);
}

TEST_F(Feeding, ARunWithoutAFrameOfItsOwnTakesTheNewest) {
  serve(FrameUse::kNewest);
  EXPECT_THAT(glasses().on(digit("x"))->apps, IsEmpty()) << "nobody is owed an outcome";
  const auto newest = *glasses().on(digit("y"));
  mesh.grant(0, mesh.host.now());
  mesh.host.run_out();
  ASSERT_THAT(mesh.results, SizeIs(1));
  EXPECT_EQ(mesh.results[0].run.frame, newest.frame);
}

TEST_F(Feeding, AnAppThatHasEndedIsNotOwedNewFrames) {
  serve(FrameUse::kEvery);
  ASSERT_TRUE(glasses().on(digit("x")));
  glasses().on(schemas::FrameEnded{kApp, 0});
  EXPECT_THAT(glasses().on(digit("y"))->apps, IsEmpty());
  EXPECT_EQ(mesh.spool(kGlasses).open(), 1u) << "what it was owed before it still is";
}

TEST_F(Feeding, ARunWhoseFrameIsGoneFailsAndSaysSo) {
  serve(FrameUse::kEvery);
  const auto fed = *glasses().on(digit("x"));
  ASSERT_TRUE(glasses().on(digit("y")));
  glasses().on(schemas::FrameEnded{kApp, fed.frame.sequence});
  grant(0, fed.frame);
  mesh.host.run_out();
  ASSERT_THAT(mesh.failures, SizeIs(1));
  EXPECT_THAT(mesh.failures[0].reason, HasSubstr("is not in the spool any more"));
}

TEST_F(Feeding, OpenFramesAreToldAgainWithEachStartAndWhenAsked) {
  serve(FrameUse::kEvery);
  mesh.frames_told.clear();
  const auto first = *glasses().on(digit("x"));
  ASSERT_TRUE(glasses().on(digit("y")));
  mesh.host.run_out();
  EXPECT_THAT(told(), ElementsAre("x:digits", "y:digits"));
  glasses().on(schemas::FrameEnded{kApp, first.frame.sequence});
  mesh.frames_told.clear();
  mesh.deploy_again(plan);
  EXPECT_THAT(told(), ElementsAre("again", "y:digits"));
  mesh.frames_told.clear();
  glasses().tell_frames_again();
  mesh.host.run_out();
  EXPECT_THAT(told(), ElementsAre("again", "y:digits"));
  mesh.frames_told.clear();
  ASSERT_TRUE(glasses().on(digit("z")));
  mesh.host.run_out();
  EXPECT_THAT(told(), ElementsAre("z:digits"));
}

TEST_F(Feeding, WhatTheDispatcherDoesNotAnswerIsToldUntilItDoes) {
  serve(FrameUse::kEvery);
  mesh.host.run_out();
  mesh.frames_told.clear();
  mesh.answers_to_frames = [n = 0]() mutable { return ++n > 3; };
  ASSERT_TRUE(glasses().on(digit("x")));
  ASSERT_TRUE(glasses().on(digit("y")));
  mesh.host.run_out();
  EXPECT_THAT(told(), ElementsAre("x:digits", "again", "x:digits", "y:digits", "again", "x:digits",
                                  "y:digits", "again", "x:digits", "y:digits"));
}

TEST_F(Feeding, IsRefusedWhereNobodyCouldUseIt) {
  serve(FrameUse::kEvery);
  auto wrong = digit("x");
  wrong.shape = {783};
  wrong.data.pop_back();
  const auto refused = glasses().on(wrong);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(refused.error().message, HasSubstr("app 'digits'"));
  EXPECT_THAT(refused.error().message, HasSubstr("(783,) does not become the model's input of 1 x 28 x 28"));
  auto elsewhere = digit("x");
  elsewhere.sensor = "nose";
  EXPECT_THAT(glasses().on(elsewhere).error().message, HasSubstr("device 'glasses' has no sensor 'nose'"));
  EXPECT_EQ(mesh.spool(kGlasses).open(), 0u);
  EXPECT_EQ(*mesh.spool(kGlasses).find("camera", "x"), std::nullopt);
}

TEST_F(Feeding, OnASensorThatIsNotFedIsRefusedWithWhatToDo) {
  FakeMesh other;
  const auto refused = other.executor(kGlasses).on(digit("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("list 'feed: true' among its 'sources'"));
}

TEST_F(Feeding, APlanThatNeedsAFeedIsRefusedWhereThereIsNone) {
  FakeMesh other;
  plan.pipelines[0].frames = FrameUse::kEvery;
  const auto answer = other.deploy_to(kGlasses, plan);
  other.host.run_out();
  ASSERT_TRUE(answer->has_value());
  ASSERT_FALSE(**answer);
  EXPECT_THAT((*answer)->error().message, HasSubstr("nothing can be fed to sensor 'camera'"));
}

}  // namespace
}  // namespace synergy::executor_test
