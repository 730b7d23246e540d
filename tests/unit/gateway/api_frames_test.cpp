// Frames over HTTP: fed as they are, asked about one at a time, refused with what to do.
#include "gateway_fixtures.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/gateway/api.hpp"
#include "wav_file.hpp"

namespace synergy::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FramesTest : public ::testing::Test {
 protected:
  FramesTest() {
    auto plan = digits_plan();
    for (auto& pipeline : plan.pipelines) pipeline.frames = schemas::FrameUse::kEvery;
    source_ = plan.pipelines[0].executions[0].source;
    auto status = digits_status();
    status.plan_id = plan.id = 7;
    status.phase = schemas::AppPhase::kRunning;
    (void)board_.set(body_view(), {});
    (void)board_.set(schemas::AppSet{{status}}, {});
    (void)board_.set(plan, {});
    mesh_.takers = {AppId("digits")};
  }

  /// So many frames of one value, as the bytes of an `.npy` file.
  static std::string frames(std::size_t count) {
    const auto bytes = documents::to_npy({"|u1", {count, 28, 28}, std::vector<std::uint8_t>(count * 784, 9)});
    return {bytes.begin(), bytes.end()};
  }
  Answer post(const std::string& path, const std::string& body,
              std::map<std::string, std::string, std::less<>> query) {
    auto made = request("POST", path, body);
    made.query = std::move(query);
    return api_.answer(made);
  }
  Answer ask(const std::string& body, const std::string& app = "digits") {
    return post("/api/ask", body, {{"app", app}});
  }
  void outcome_is(schemas::RunOutcome outcome, const std::string& reason = {}) {
    schemas::RunRecord run;
    run.app = AppId("digits");
    run.run = 12;
    run.plan_id = 7;
    run.outcome = outcome;
    run.reason = reason;
    run.label = outcome == schemas::RunOutcome::kCompleted ? 3 : -1;
    run.score = 93;
    run.began = ModelTime(std::chrono::milliseconds(5));
    run.ended = ModelTime(std::chrono::milliseconds(17));
    run.devices = {DeviceId("glasses"), DeviceId("watch")};
    mesh_.runs = schemas::RunTable{{run}};
    mesh_.outcomes = [n = 0]() mutable {  // it takes a while
      return ++n < 3 ? schemas::FrameOutcomes{} : schemas::FrameOutcomes{{{AppId("digits"), 12, 41}}};
    };
  }

  ManualClock clock_;
  FakeMesh mesh_;
  Board board_;
  StreamHub hub_;
  DeviceId source_;
  Api api_{"1.2.3", mesh_, board_, hub_, clock_};
};

TEST_F(FramesTest, AreFedOneByOneUnderTheirId) {
  const auto answer =
      post("/api/feed", frames(2), {{"device", source_.text()}, {"sensor", "camera"}, {"id", "mine"}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  ASSERT_EQ(mesh_.frames.size(), 2u);
  EXPECT_EQ(mesh_.frames[1].id, "mine-1");
  EXPECT_EQ(mesh_.frames[1].sensor, "camera");
  EXPECT_EQ(mesh_.frames[1].shape, (schemas::Axes{28, 28}));
  EXPECT_THAT(answer.body, HasSubstr("\"apps\":[\"digits\"]"));
  (void)post("/api/feed", frames(1), {{"device", source_.text()}, {"sensor", "camera"}, {"id", "one"}});
  EXPECT_EQ(mesh_.frames[2].id, "one");
}

TEST_F(FramesTest, AnAppThatIsAskedAnswersWhenTheStoreHasItsRun) {
  outcome_is(schemas::RunOutcome::kCompleted);
  const auto answer = ask(frames(1));
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("\"label\":3"));
  EXPECT_THAT(answer.body, HasSubstr("\"label_name\":\"3\""));
  EXPECT_THAT(answer.body, HasSubstr("\"latency_us\":12000.0"));
  EXPECT_THAT(answer.body, HasSubstr("\"devices\":[\"glasses\",\"watch\"]"));
  ASSERT_EQ(mesh_.frames.size(), 1u);
  EXPECT_THAT(mesh_.frames_asked.back().sequences, ElementsAre(41));
}

TEST_F(FramesTest, ARunThatFailedIsNoAnswerAndSaysWhy) {
  outcome_is(schemas::RunOutcome::kFailed, "stopped: the app was stopped");
  const auto answer = ask(frames(1));
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("stopped: the app was stopped"));
}

class SoundsTest : public FramesTest {
 protected:
  SoundsTest() {
    auto plan = *board_.plan();
    for (auto& pipeline : plan.pipelines) {
      pipeline.sound = schemas::SoundDescription{16000, {}};  // of 784 samples, the digits' input
      pipeline.sensing = "microphone";
    }
    (void)board_.set(plan, {});
  }
  static std::string wav(std::size_t samples, std::size_t loud = 0) {
    std::vector<std::int16_t> sound(samples, 100);
    sound[loud] = 30000;
    const auto bytes = test_support::wav_of(sound);
    return {bytes.begin(), bytes.end()};
  }
  [[nodiscard]] std::map<std::string, std::string, std::less<>> microphone() const {
    return {{"device", source_.text()}, {"sensor", "microphone"}, {"id", "mine"}};
  }
};

TEST_F(SoundsTest, AreFedWindowByWindow) {
  EXPECT_EQ(post("/api/feed", wav(1000), microphone()).status, 200);
  ASSERT_EQ(mesh_.frames.size(), 2u);
  EXPECT_EQ(mesh_.frames[1].id, "mine-1");
  EXPECT_EQ(mesh_.frames[1].sound_rate, 16000u);
  EXPECT_EQ(mesh_.frames[1].shape, schemas::Axes{784});
  auto shorter = microphone();
  shorter["window"] = "0.01";
  shorter["hop"] = "0.02";
  EXPECT_EQ(post("/api/feed", wav(1000), shorter).status, 200);
  EXPECT_EQ(mesh_.frames.size(), 2u + 4u);
  EXPECT_EQ(mesh_.frames.back().shape, schemas::Axes{160});
  for (const auto* odd : {"", "x", "nan", "1e9", "-1", "0.1s"}) {
    shorter["hop"] = odd;
    EXPECT_THAT(post("/api/feed", wav(1000), shorter).body,
                HasSubstr("'hop' is a number of seconds from 0.010 to 3600"))
        << odd;
  }
  auto elsewhere = microphone();
  elsewhere["sensor"] = "camera";
  EXPECT_THAT(post("/api/feed", wav(1000), elsewhere).body, HasSubstr("say how long they are"));
  EXPECT_THAT(post("/api/feed", wav(1000).substr(0, 500), microphone()).body,
              HasSubstr("its header promises 2000 bytes"));
}

TEST_F(SoundsTest, AnAppIsAskedAboutOneWindow) {
  outcome_is(schemas::RunOutcome::kCompleted);
  EXPECT_THAT(ask(wav(784)).body, HasSubstr("\"begin_s\":null"));
  outcome_is(schemas::RunOutcome::kCompleted);
  const auto several = ask(wav(2000, 1900));
  EXPECT_EQ(several.status, 400);
  EXPECT_THAT(several.body,
              HasSubstr("a sound of 5 windows; an app is asked about one: cut it, or say loudest=true"));
  const auto answer = post("/api/ask", wav(2000, 1500), {{"app", "digits"}, {"loudest", "true"}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("\"begin_s\":0.049"));  // 2 x 392 / 16000, where 1500 is seen first
  EXPECT_EQ(mesh_.frames.back().data[2 * (1500 - 784)], 30000 & 255);
}

TEST_F(FramesTest, ASoundForAModelThatTakesNoneIsRefused) {
  const auto bytes = test_support::wav_of(std::vector<std::int16_t>(784));
  EXPECT_THAT(ask({bytes.begin(), bytes.end()}).body,
              HasSubstr("the body is a sound, and the model of app 'digits' takes none"));
}

TEST_F(FramesTest, AreRefusedWithWhatToDo) {
  const std::map<std::string, std::string, std::less<>> camera{{"device", source_.text()},
                                                               {"sensor", "camera"}};
  auto nobody = camera;
  nobody["device"] = "glases";
  auto sideways = camera;
  sideways["layout"] = "sideways";
  auto nameless = camera;
  nameless["id"] = std::string(200, 'x');
  EXPECT_THAT(post("/api/feed", frames(1), {}).body, HasSubstr("say which sensor"));
  EXPECT_THAT(post("/api/feed", frames(1), nobody).body, HasSubstr("did you mean 'glasses'"));
  EXPECT_THAT(post("/api/feed", frames(1), sideways).body, HasSubstr("'layout' is chw or hwc"));
  EXPECT_THAT(post("/api/feed", frames(1), nameless).body, HasSubstr("1 to 128 bytes"));
  EXPECT_EQ(post("/api/feed", "no picture", camera).status, 400);
  EXPECT_THAT(post("/api/ask", frames(1), {}).body, HasSubstr("say which app"));
  EXPECT_EQ(ask(frames(1), "digit").status, 404);
  EXPECT_THAT(ask(frames(2)).body, HasSubstr("has 2 frames"));
  EXPECT_EQ(ask("").status, 400);
  auto away = body_view();
  away.absent = {source_};
  (void)board_.set(away, {});
  EXPECT_EQ(post("/api/feed", frames(1), camera).status, 503);
  (void)board_.set(body_view(), {});
  EXPECT_TRUE(mesh_.frames.empty());
  mesh_.refuses_frames = Error{ErrorCode::kOverloaded, "the spool is full"};
  EXPECT_EQ(ask(frames(1)).status, 503);
  mesh_.refuses_frames.reset();
  mesh_.takers.clear();
  EXPECT_THAT(ask(frames(1)).body, HasSubstr("'trigger: frame'"));
}

}  // namespace
}  // namespace synergy::gateway
