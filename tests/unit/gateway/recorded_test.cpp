// A recording in place of a mesh: its clock, what is shown at each moment, and what is refused.
#include <atomic>
#include <thread>

#include "recorded_fixtures.hpp"
#include "synergy/gateway/api.hpp"
#include "synergy/gateway_recorded/recorded_mesh.hpp"

namespace synergy::gateway_recorded {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PlayClock, PlaysAtItsSpeedAndStopsAtTheEnd) {
  const MonotonicTime t0{100s};
  PlayClock play(60s);
  EXPECT_EQ(play.at(t0), 0s);
  EXPECT_FALSE(play.plays(t0));
  play.play(t0);
  EXPECT_EQ(play.at(t0 + 2s), 2s);
  play.set_speed(10, t0 + 2s);
  EXPECT_EQ(play.at(t0 + 3s), 12s);
  play.pause(t0 + 3s);
  EXPECT_EQ(play.at(t0 + 50s), 12s);
  play.play(t0 + 50s);
  play.seek(55s, t0 + 50s);
  EXPECT_TRUE(play.plays(t0 + 50s));
  EXPECT_EQ(play.at(t0 + 51s), 60s);
  EXPECT_FALSE(play.plays(t0 + 51s));
  play.play(t0 + 52s);
  EXPECT_EQ(play.at(t0 + 53s), 10s) << "it began anew";
  play.seek(-5s, t0 + 53s);
  EXPECT_EQ(play.at(t0 + 53s), 0s);
}

class Recorded : public ::testing::Test {
 protected:
  gateway::Answer get(const std::string& path, std::map<std::string, std::string, std::less<>> query = {}) {
    auto made = gateway::request("GET", path);
    made.query = std::move(query);
    return api_.answer(made);
  }
  gateway::Answer post(const std::string& path, const std::string& body) {
    return api_.answer(gateway::request("POST", path, body));
  }
  void seek(Duration at) {
    const auto answer = post("/api/recording", R"({"at_ns":)" + std::to_string(at.count()) + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
  }
  std::shared_ptr<gateway::TextSource> join(bool tasks = false) {
    auto source = hub_.join(tasks, [this] { return player_.snapshot(); });
    EXPECT_TRUE(source);
    (void)(*source)->next(0s);
    return *source;
  }
  static std::string next(const std::shared_ptr<gateway::TextSource>& source) {
    return source->next(0s).value_or("(ended)");
  }

  /// Those shown and those skipped.
  static std::size_t results_in(const std::string& text) {
    std::size_t count = 0;
    for (auto at = text.find("event: result"); at != std::string::npos;
         at = text.find("event: result", at + 1))
      count += 1 + std::stoul(text.substr(text.find("\"skipped\":", at) + 10));
    return count;
  }

  ManualClock clock_;
  gateway::Board board_;
  gateway::StreamHub hub_;
  std::unique_ptr<RecordingFile> file_ = file_of(whole_recording());
  Player player_{*file_, board_, hub_, clock_};
  gateway::Comparer comparer_{gateway::deploy_folder(), board_, clock_};
  RecordedMesh mesh_{*file_, player_, board_, comparer_};
  gateway::Api api_{"1.2.3", mesh_, board_, hub_, clock_, &player_};
};

TEST_F(Recorded, BeginsWithWhatWasThereAndStandsStill) {
  clock_.advance(5s);
  player_.step();
  const auto state = get("/api/state").body;
  EXPECT_THAT(state, HasSubstr(R"("name":"four-78000")"));
  EXPECT_THAT(state, HasSubstr(R"("plan":null)"));
  EXPECT_THAT(state, HasSubstr(R"("file":"x.rec","body":"four","note":"")"));
  EXPECT_THAT(
      state,
      HasSubstr(
          R"("length_ns":10000000000,"at_ns":0,"speed":1.0,"playing":false,"apps":[],"plans":0,"departures":0)"));
}

TEST_F(Recorded, TheEndHasTheFiguresOfTheWholeRecording) {
  seek(10s);
  const auto told = get("/api/recording").body;
  EXPECT_THAT(
      told,
      HasSubstr(
          R"([{"app":"digits","results":81,"failed":1,"results_per_second":8.1}],"plans":2,"departures":1)"));
  auto reader = whole_recording().reader();
  const auto info = client::describe(*reader);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->apps, file_->index().apps(player_.end(), player_.at()));
  EXPECT_EQ(info->plans, 2u);
  EXPECT_EQ(info->departures, 1u);
  EXPECT_EQ(info->duration_us, 10e6);
}

TEST_F(Recorded, SeekingBackForgetsWhatCameLater) {
  seek(10s);
  EXPECT_THAT(get("/api/state").body, HasSubstr(R"("absent":["ring"])"));
  EXPECT_THAT(get("/api/plans").body, HasSubstr(R"("id":8,)"));
  seek(5s);
  EXPECT_THAT(get("/api/state").body, HasSubstr(R"("absent":[])"));
  EXPECT_EQ(board_.plan()->id, 7u);
  EXPECT_THAT(get("/api/plans").body, Not(HasSubstr(R"("id":8,)")));
  EXPECT_EQ(get("/api/plans/8").status, 404);
  EXPECT_EQ(get("/api/plans/7").status, 200);
  seek(100ms);
  EXPECT_EQ(board_.plan(), nullptr);
  EXPECT_THAT(get("/api/state").body, HasSubstr(R"("plan":null)"));
}

TEST_F(Recorded, AgesAndModelTimeAreThoseOfThen) {
  seek(5s);
  const auto state = get("/api/state").body;
  EXPECT_THAT(state, HasSubstr(R"("age_ms":{"body":5000,"apps":4050,"plan":4050,)"));
  // The host's time of then is known by the results: 1 ms less than it was, as long as the fastest took.
  EXPECT_THAT(state, HasSubstr(R"("model_now_ns":1004999000000,)"));
}

TEST_F(Recorded, RunsAndEventsAreThoseOfTheStoreUpToThen) {
  seek(3s);
  const auto runs = mesh_.ask(schemas::QueryRuns{AppId("digits"), 0, 1000});
  ASSERT_TRUE(runs);
  EXPECT_EQ(runs->runs.size(), 21u);
  EXPECT_EQ(runs->runs.back().run, 20u);
  const auto last = mesh_.ask(schemas::QueryRuns{AppId("digits"), 15, 3});
  ASSERT_EQ(last->runs.size(), 3u);
  EXPECT_EQ(last->runs.front().run, 18u);
  auto events = mesh_.ask(schemas::QueryEvents{});
  ASSERT_EQ(events->events.size(), 1u) << "the repeated command is one decision";
  EXPECT_EQ(events->events[0].subject, "plan 7");
  seek(9s);
  events = mesh_.ask(schemas::QueryEvents{1});
  ASSERT_EQ(events->events.size(), 1u);
  EXPECT_EQ(events->events[0].text, "device 'ring' left");
  const auto plans = mesh_.ask(schemas::QueryHistory{});
  ASSERT_EQ(plans->plans.size(), 2u);
  EXPECT_EQ(plans->plans[0].cause, "device 'ring' left");
  EXPECT_EQ(plans->plans[0].switch_us, 5000);
}

TEST_F(Recorded, PlayedItShowsEachResultOnceAndTellsWhereItIs) {
  const auto viewer = join();
  (void)post("/api/recording", R"({"playing":true,"speed":10})");
  std::string text;
  for (int i = 0; i < 30; ++i) {
    clock_.advance(50ms);
    player_.step();
    text += next(viewer);
  }
  EXPECT_EQ(results_in(text), 81u);
  EXPECT_THAT(text, HasSubstr("event: failed"));
  EXPECT_THAT(text, HasSubstr(R"("at_ns":5000000000,"speed":10.0,"playing":true)"));
  EXPECT_THAT(text, HasSubstr(R"("at_ns":10000000000,"speed":10.0,"playing":false)"));
  EXPECT_THAT(text, HasSubstr(R"("absent":["ring"])"));
  EXPECT_EQ(player_.at(), 10s);
}

TEST_F(Recorded, AtTheEndAllResultsAreToldBeforeThatItEnded) {
  const auto viewer = join();
  (void)post("/api/recording", R"({"playing":true,"speed":100})");
  std::string text;
  while (text.find(R"("at_ns":10000000000,)") == std::string::npos) {
    clock_.advance(15ms);
    player_.step();
    text += next(viewer);
  }
  EXPECT_EQ(results_in(text), 81u);
}

TEST_F(Recorded, WhoSeeksGetsASnapshotAndNothingOfBefore) {
  const auto viewer = join();
  (void)post("/api/recording", R"({"playing":true})");
  clock_.advance(2s);
  player_.step();
  seek(8s);
  const auto text = next(viewer);
  EXPECT_THAT(text, HasSubstr("event: snapshot"));
  EXPECT_THAT(text, HasSubstr(R"("at_ns":8000000000,"speed":1.0,"playing":true)"));
  EXPECT_THAT(text, Not(HasSubstr("event: recording")));
  EXPECT_THAT(text, HasSubstr(R"("run":70,)")) << "the last answer";
}

TEST_F(Recorded, StepsSeeksAndViewersGoOnSideBySide) {
  std::atomic<bool> over{false};
  std::thread steps([&] {
    while (!over) player_.step();
  });
  std::thread viewers([&] {
    while (!over)
      EXPECT_THAT(next(hub_.join(true, [this] { return player_.snapshot(); }).value()),
                  HasSubstr("snapshot"));
  });
  const auto viewer = join();
  for (int i = 0; i < 100; ++i) seek(100ms * (i * 37 % 100));
  seek(9500ms);
  over = true;
  steps.join();
  viewers.join();
  const auto text = next(viewer);
  const auto last = text.rfind("event: snapshot");
  ASSERT_NE(last, std::string::npos);
  EXPECT_THAT(text.substr(last), HasSubstr(R"("at_ns":9500000000,)"));
  EXPECT_EQ(board_.plan()->id, 8u);
}

TEST_F(Recorded, WhatNeedsAMeshIsRefused) {
  for (const auto* path :
       {"/api/submit", "/api/stop", "/api/replan", "/api/leave", "/api/join", "/api/feed", "/api/ask"}) {
    const auto answer = post(path, "{}");
    EXPECT_EQ(answer.status, 409) << path;
    EXPECT_THAT(answer.body, HasSubstr("a recording is shown")) << path;
  }
  EXPECT_FALSE(mesh_.ask(schemas::AppStop{AppId("digits")}));
}

TEST_F(Recorded, WrongCommandsAreRefusedAndChangeNothing) {
  for (const auto* body :
       {"{", R"({"speed":0})", R"({"speed":1000})", R"({"at_ns":-1})", R"({"at":3})", R"({"playing":1})"})
    EXPECT_EQ(post("/api/recording", body).status, 400) << body;
  EXPECT_THAT(get("/api/recording").body, HasSubstr(R"("at_ns":0,"speed":1.0,"playing":false)"));
  seek(3600s);
  EXPECT_EQ(player_.at(), 10s) << "beyond the end is the end";
}

TEST_F(Recorded, TasksAreThoseThatWereAskedFor) {
  seek(4500ms);
  const auto tasks = mesh_.ask(DeviceId("glasses"), schemas::QueryTasks{});
  ASSERT_TRUE(tasks);
  ASSERT_EQ(tasks->tasks.size(), 4u);
  EXPECT_EQ(tasks->tasks.back().run, 30u);
  EXPECT_EQ(mesh_.ask(DeviceId("glasses"), {ModelTime{}, 1s})->tasks.size(), 1u);
  EXPECT_TRUE(mesh_.ask(DeviceId("watch"), schemas::QueryTasks{})->tasks.empty());
  const auto viewer = join(/*tasks=*/true);
  (void)post("/api/recording", R"({"playing":true})");
  clock_.advance(1s);
  player_.step();
  EXPECT_THAT(next(viewer), HasSubstr("event: tasks"));
}

TEST(RecordedFile, OneWithoutTasksSaysHowToGetThem) {
  RecordingText recording;
  recording.add(0ms, "state/body", gateway::body_view());
  recording.end(1s);
  const auto file = file_of(recording);
  ManualClock clock;
  gateway::Board board;
  gateway::StreamHub hub;
  Player player(*file, board, hub, clock);
  gateway::Comparer comparer(gateway::deploy_folder(), board, clock);
  RecordedMesh mesh(*file, player, board, comparer);
  const auto tasks = mesh.ask(DeviceId("glasses"), schemas::QueryTasks{});
  ASSERT_FALSE(tasks);
  EXPECT_THAT(tasks.error().message, HasSubstr("synergy record --tasks"));
}

TEST(RecordedFile, OneThatWasCutOffIsShownAndSaysSo) {
  const auto whole = whole_recording().text();
  auto reader = client::RecordingReader::read(
      std::make_unique<std::istringstream>(whole.substr(0, whole.size() - 5)), "x.rec");
  const auto index = client::RecordingIndex::of(*reader, [] { return true; });
  ASSERT_TRUE(index);
  EXPECT_THAT(index->shortcomings(), HasSubstr("was cut off"));
  EXPECT_EQ(index->length(), 9s);
}

TEST(RecordedFile, OneThatIsDamagedIsRefused) {
  const auto whole = whole_recording().text();
  std::size_t refused = 0;  // many a byte is one of a text, and another text is no damage that could be seen
  for (std::size_t at = whole.size() / 10; at < whole.size(); at += 1 + whole.size() / 500) {
    auto text = whole;
    text[at] = char(~text[at]);
    auto reader = client::RecordingReader::read(std::make_unique<std::istringstream>(text), "x.rec");
    const auto index = client::RecordingIndex::of(*reader, [] { return true; });
    if (!index) {
      EXPECT_THAT(index.error().message, HasSubstr("damaged at byte"));
    }
    refused += index ? 0 : 1;
  }
  EXPECT_GT(refused, 0u);
}

TEST(RecordedFile, ReadingEndsWhenItIsToldTo) {
  RecordingText recording;
  for (int i = 0; i < 5000; ++i) recording.add(0ms, "run/glasses", schemas::RunSkip{AppId("digits"), 1});
  recording.end(1s);
  auto reader = recording.reader();
  int asked = 0;
  const auto index = client::RecordingIndex::of(*reader, [&] { return ++asked < 3; });
  ASSERT_FALSE(index);
  EXPECT_EQ(index.error().code, ErrorCode::kUnavailable);
  EXPECT_LT(reader->packets(), 5000u);
}

TEST(RecordedFile, WhatIsOfAnotherVersionIsCountedAndNotShown) {
  RecordingText recording;
  recording.add(0ms, "state/body", gateway::body_view());
  recording.add_raw(1ms, "state/plan", schemas::Bytes{1, 2, 3});
  recording.end(1s);
  const auto file = file_of(recording);
  EXPECT_THAT(file->index().shortcomings(), HasSubstr("1 messages are of versions"));
  EXPECT_EQ(file->index().plans_in_force(file->index().until(1s)), 0u);
}

TEST(RecordedFile, OneThatChangesUnderTheReaderIsTold) {
  const auto recording = whole_recording();
  auto reader = recording.reader();
  const auto index = client::RecordingIndex::of(*reader, [] { return true; });
  ASSERT_TRUE(index);
  auto packet = reader->packet_at(index->entries()[0].offset);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->topic, "state/body");
  packet = reader->packet_at(recording.text().size() - 3);
  ASSERT_FALSE(packet);
  EXPECT_THAT(packet.error().message, HasSubstr("has changed since it was opened"));
}

}  // namespace
}  // namespace synergy::gateway_recorded
