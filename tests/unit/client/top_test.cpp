#include "synergy/client/top.hpp"

#include <gmock/gmock.h>

namespace synergy::client {
namespace {

using namespace std::chrono_literals;
using schemas::Unit;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const DeviceId kGlasses("glasses"), kWatch("watch");

schemas::AppStatus app(const std::string& name, schemas::AppPhase phase = schemas::AppPhase::kRunning) {
  schemas::AppStatus status;
  status.request.app = AppId(name);
  status.request.model = ModelId("digits-model");
  status.phase = phase;
  status.plan_id = 12;
  status.completed = 120;
  status.failed = 2;
  return status;
}

schemas::MeshUse some_use() {
  schemas::MeshUse use;
  use.window = 5s;
  use.time_scale = 2;
  use.plan_id = 12;
  use.rounds_per_second = 18;
  use.predicted_rounds_per_second = 20;
  use.planning_us = 1500;
  use.switch_us = 250'000;
  use.lag_p99_us = 3200;
  use.units = {{kGlasses, Unit::kSensor, 0.1, 0},
               {kGlasses, Unit::kActuator, 0, 0},
               {kWatch, Unit::kRx, 0.75, 3},
               {kWatch, Unit::kTx, 0, 1}};
  use.pipelines = {{AppId("digits"), 90, 0, 18, 9, 20, 44'000, 46'000, 48'000, 120, 812.5, 321.25, 320}};
  use.devices = {{kGlasses, 2.5, 2.4, 222, 231.25, 100}, {kWatch, 5, 4.8, 55.5, 57.8125, 50}};
  use.processes = {{"executor/watch", 640, {10, 20, 3000, 4000, 0, 0, 0}}};
  use.bus = {100, 200, 30'000, 40'000, 5, 6, 7};
  return use;
}

TopView some_view() {
  TopView view;
  view.body.emplace();
  view.body->name = "two";
  view.body->devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}};
  view.plan.emplace();
  view.plan->id = 12;
  view.plan->policy = "synergy";
  view.plan->bottleneck = "watch rx";
  view.plan->rounds_per_second = 20;
  view.plan->units = {{kGlasses, Unit::kSensor, {}, 1ms}, {kWatch, Unit::kRx, {}, 1ms}};
  view.plan->pipelines.emplace_back();
  view.plan->pipelines[0].app = AppId("digits");
  view.plan->pipelines[0].runs_per_second = 20;
  view.plan->pipelines[0].energy_uj = 320;
  view.use = some_use();
  view.apps.apps = {app("digits")};
  view.services.services = {{"executor/watch", 1, 4711, schemas::LifeCycle::kReady, "", {}},
                            {"planner", 1, 4712, schemas::LifeCycle::kStarting, "the body view", {}}};
  return view;
}

TEST(Top, MarksAnAppThatComputesOnNoise) {
  auto view = some_view();
  EXPECT_THAT(to_plain(top_lines(view)), Not(HasSubstr("noise")));
  view.use->pipelines[0].generated = true;
  EXPECT_THAT(to_plain(top_lines(view)), HasSubstr("running, generated noise\n"));
}

TEST(Top, ShowsTheMeshAtAGlance) {
  EXPECT_EQ(
      to_plain(top_lines(some_view())),
      "body two: 2 of 2 devices\n"
      "plan 12 by synergy (heuristic), bounded by watch rx\n"
      "rounds/s 18.00 measured, 20.00 predicted (90 %)   time scale 2.00   lag p99 3.2 ms\n"
      "planning 1.5 ms   last switch 250.0 ms   over the last 5 s\n"
      "\n"
      "APP     MODEL         RUNS/S  PREDICTED  P50 MS  P95 MS  P99 MS  UJ A RUN  PREDICTED UJ  COMPLETED  "
      "FAILED  STATE\n"
      "digits  digits-model  18.00   20.00      44.0    46.0    48.0    321       320           120        "
      "2       running\n"
      "\n"
      "UNIT            BUSY %  QUEUE  \n"
      "glasses sensor  10.0    0      [|||                           ]\n"
      "watch rx        75.0    3      [|||||||||||||||||||||||       ]\n"
      "watch tx        0.0     1      [                              ]\n"
      "\n"
      "DEVICE       POWER MW  PREDICTED  HOURS  PREDICTED  BATTERY %\n"
      "glasses      2.500     2.400      222.0  231.2      100\n"
      "watch        5.000     4.800      55.5   57.8       50\n"
      "all devices  7.500     7.200      55.5   57.8       \n"
      "\n"
      "PROCESS         STATE     PID   LAG MS  SENT/S  RECEIVED/S  NOTE\n"
      "executor/watch  ready     4711  0.6     2.0     4.0         \n"
      "planner         starting  4712  -       -       -           waits for the body view\n"
      "\n"
      "bus: 2 messages/s, 0.6 kB/s sent; since the start: gaps 5, dropped 6, retries 7\n");
}

TEST(Top, SumsNoPowersOfWhichOneIsNotKnown) {
  auto view = some_view();
  view.use->devices[1].power_mw.reset();
  view.use->devices[1].hours.reset();
  const auto text = to_plain(top_lines(view));
  EXPECT_THAT(text, HasSubstr("watch        -         4.800      -      57.8       50\n"));
  EXPECT_THAT(text, HasSubstr("all devices  -         7.200      -      57.8"));
}

TEST(Top, WarnsOfAHostThatIsTooSlow) {
  auto view = some_view();
  view.use->lag_p99_us = 100'000;
  EXPECT_THAT(to_plain(top_lines(view)), Not(HasSubstr("WARNING")));
  view.use->lag_p99_us = 312'000;
  EXPECT_THAT(to_plain(top_lines(view)),
              HasSubstr("WARNING: the host is too slow: lag p99 is 312 ms, above 100 ms"));
  const auto lines = top_lines(view);
  EXPECT_EQ(lines[4].style, TopStyle::kWarning);
}

TEST(Top, WarnsOfProcessesInTroubleAboveEverythingElse) {
  auto view = some_view();
  EXPECT_THAT(to_plain(top_lines(view)), Not(HasSubstr("TROUBLE")));
  auto& health = view.services.services.at(1);
  health.note = "keeps nothing: the disk is full";
  health.counters[schemas::kTroubleCounter] = 1;
  const auto lines = top_lines(view);
  EXPECT_EQ(lines[4].text, "TROUBLE: planner: keeps nothing: the disk is full");
  EXPECT_EQ(lines[4].style, TopStyle::kWarning);
  health.state = schemas::LifeCycle::kSilent;  // what it said last may be out of date
  EXPECT_THAT(to_plain(top_lines(view)), Not(HasSubstr("TROUBLE: planner")));
}

TEST(Top, WarnsWhenTheMonitorIsSilent) {
  auto view = some_view();
  view.silence = kUseIsOld;
  EXPECT_THAT(to_plain(top_lines(view)), Not(HasSubstr("WARNING")));
  view.silence = 7s;
  EXPECT_THAT(to_plain(top_lines(view)), HasSubstr("WARNING: no news from the monitor for 7 s"));
}

TEST(Top, ShowsWhatThereIsBeforeAnythingIsPublished) {
  EXPECT_EQ(
      to_plain(top_lines({})),
      "no plan in force: no app runs\n"
      "waiting for the monitor\n"
      "\n"
      "APP  MODEL  RUNS/S  PREDICTED  P50 MS  P95 MS  P99 MS  UJ A RUN  PREDICTED UJ  COMPLETED  FAILED  "
      "STATE\n");
}

TEST(Top, NamesAbsentDevices) {
  auto view = some_view();
  view.body->absent = {kWatch};
  EXPECT_THAT(to_plain(top_lines(view)), StartsWith("body two: 1 of 2 devices, absent: watch\n"));
}

TEST(Top, AnAppThatHasNoRunsYetHasNoTimes) {
  auto view = some_view();
  view.use->pipelines = {{AppId("digits"), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}};
  EXPECT_THAT(
      to_plain(top_lines(view)),
      HasSubstr(
          "digits  digits-model  0.00    20.00      -       -       -       -         320           120"));
}

TEST(Top, ListsRunningAppsFirstAndFewOfThoseThatEnded) {
  auto view = some_view();
  view.apps.apps.clear();
  for (int i = 0; i < 9; ++i)
    view.apps.apps.push_back(app("old" + std::to_string(i), schemas::AppPhase::kFinished));
  view.apps.apps.push_back(app("digits"));
  view.use->pipelines.push_back({AppId("stranger"), 1, 0, 1, 1, 1, 1, 1, 1, 1, 1});
  const auto text = to_plain(top_lines(view));
  EXPECT_LT(text.find("\ndigits "), text.find("\nold8 "));
  EXPECT_THAT(text, HasSubstr("\nold4 "));
  EXPECT_THAT(text, Not(HasSubstr("\nold3 ")));
  EXPECT_THAT(text, HasSubstr("and 4 more that do not run: synergy apps\n"));
  EXPECT_THAT(text, HasSubstr("\nstranger  -"));
}

TEST(Top, NoTextOfAMessageMovesTheCursor) {
  auto view = some_view();
  view.body->name = "\x1b[2J";
  view.plan->policy = "a\nb";
  view.plan->bottleneck = "\x9b";
  view.services.services[0].process = "x\x1b]0;title\x07";
  view.services.services[1].note = "\r";
  for (const auto& line : top_lines(view))
    for (const char c : line.text) EXPECT_TRUE(c >= 0x20 && c <= 0x7e) << line.text;
}

TEST(TopScreen, OverwritesEveryLineAndTheRest) {
  const auto text =
      to_screen({{"head", TopStyle::kHeading}, {"plain", {}}, {"alarm", TopStyle::kWarning}}, 10, 80);
  EXPECT_EQ(text, "\x1b[H\x1b[1mhead\x1b[0m\x1b[K\r\nplain\x1b[K\r\n\x1b[1;37;41malarm\x1b[0m\x1b[K\x1b[J");
}

TEST(TopScreen, CutsWhatDoesNotFit) {
  const std::vector<TopLine> lines{{"123456", {}}, {"b", {}}, {"c", {}}};
  EXPECT_EQ(to_screen(lines, 3, 4), "\x1b[H1234\x1b[K\r\nb\x1b[K\r\nc\x1b[K\x1b[J");
  EXPECT_EQ(to_screen(lines, 2, 20), "\x1b[H123456\x1b[K\r\n... 2 more lines\x1b[K\x1b[J");
}

TEST(TopScreen, GoesOnWithAWarningInTheNextRow) {
  const std::vector<TopLine> lines{{"full; make room", TopStyle::kWarning}, {"plain text", {}}};
  const std::string alarm = "\x1b[1;37;41m", end = "\x1b[0m\x1b[K";
  EXPECT_EQ(to_screen(lines, 9, 10), "\x1b[H" + alarm + "full; make" + end + "\r\n" + alarm + "room" + end +
                                         "\r\nplain text\x1b[K\x1b[J");
  EXPECT_EQ(to_screen({{"unbreakable", TopStyle::kWarning}}, 9, 6),
            "\x1b[H" + alarm + "unbrea" + end + "\r\n" + alarm + "kable" + end + "\x1b[J");
}

}  // namespace
}  // namespace synergy::client
