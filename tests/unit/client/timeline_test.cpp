#include "synergy/client/timeline.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "synergy/client/duration.hpp"

namespace synergy::client {
namespace {

using namespace std::chrono_literals;
using schemas::TaskKind;
using schemas::Unit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const DeviceId kGlasses("glasses"), kWatch("watch");

ModelTime at(Duration time) { return ModelTime(1000s + time); }

schemas::BodyView two_devices() {
  schemas::BodyView body;
  body.name = "two & <more>";
  body.devices = {{kGlasses, "max78000", {}, {}}, {kWatch, "max78000", {}, {}}};
  return body;
}

schemas::TaskRecord task(Duration begin, Duration end, std::vector<Unit> units = {Unit::kCpu},
                         TaskKind kind = TaskKind::kUnpack, const std::string& app = "digits",
                         std::uint64_t run = 0) {
  return {AppId(app), run, 1, kind, 0, 0, std::move(units), at(begin), at(end)};
}

/// A run from the glasses' camera over both devices, told completely.
std::vector<schemas::TaskTable> one_run() {
  return {{kGlasses,
           at(200ms),
           false,
           {task(0ms, 9ms, {Unit::kSensor}, TaskKind::kSense), task(9ms, 10ms),
            task(10ms, 12ms, {Unit::kCpu, Unit::kAccelerator}, TaskKind::kLoad),
            task(12ms, 40ms, {Unit::kAccelerator}, TaskKind::kInfer),
            task(40ms, 100ms, {Unit::kTx}, TaskKind::kTransfer)}},
          {kWatch,
           at(201ms),
           false,
           {task(40ms, 100ms, {Unit::kRx}, TaskKind::kTransfer),
            task(100ms, 110ms, {Unit::kActuator}, TaskKind::kInteract, "kws", 7)}}};
}

TEST(Timeline, HasALaneForEachUnitInUseInTheOrderOfTheBody) {
  const auto timeline = make_timeline(two_devices(), one_run(), 110ms);
  std::vector<std::string> lanes;
  for (const auto& lane : timeline.lanes)
    lanes.push_back(lane.unit.device.text() + " " + std::string(name_of(lane.unit.unit)));
  EXPECT_THAT(lanes, ElementsAre("glasses sensor", "glasses cpu", "glasses accelerator", "glasses tx",
                                 "watch rx", "watch actuator"));
  EXPECT_THAT(timeline.apps, ElementsAre(AppId("digits"), AppId("kws")));
  EXPECT_EQ(timeline.begin, at(0ms));
  EXPECT_EQ(timeline.end, at(110ms));
  EXPECT_FALSE(timeline.cut);
  EXPECT_DOUBLE_EQ(timeline.lanes[1].busy, 3.0 / 110);
  EXPECT_DOUBLE_EQ(timeline.lanes[3].busy, 60.0 / 110);
}

TEST(Timeline, EndsWhereEveryTaskHasEnded) {
  // The cpu's tasks take 10 ms and the last one told ended just now, so one of 30 ms may still run elsewhere.
  std::vector<schemas::TaskTable> tables{{kWatch, at(1s), false, {task(900ms, 930ms), task(990ms, 1s)}}};
  EXPECT_EQ(make_timeline(two_devices(), tables, 500ms).end, at(970ms));
  tables.push_back({kGlasses, at(950ms), false, {}});
  EXPECT_EQ(make_timeline(two_devices(), tables, 500ms).end, at(920ms)) << "the glasses answered earlier";
}

TEST(Timeline, OfAMeshThatStoppedIsOfItsLastWork) {
  const std::vector<schemas::TaskTable> tables{{kWatch, at(1700ms), false, {task(990ms, 1s)}}};
  const auto timeline = make_timeline(two_devices(), tables, 500ms);
  EXPECT_EQ(timeline.end, at(1s));
  EXPECT_THAT(timeline.lanes.at(0).tasks, SizeIs(1));
  EXPECT_EQ(timeline.begin, at(700ms)) << "the tables reach back no further: idle time before is not known";
  EXPECT_TRUE(timeline.cut);
}

TEST(Timeline, ShowsATaskThatIsTheWholeStory) {
  const std::vector<schemas::TaskTable> tables{{kWatch, at(100ms), false, {task(0ms, 100ms)}}};
  const auto timeline = make_timeline(two_devices(), tables, 200ms);
  EXPECT_EQ(timeline.end, at(100ms));
  EXPECT_DOUBLE_EQ(timeline.lanes.at(0).busy, 0.5);
}

TEST(Timeline, OfNothingHasNoLanes) {
  EXPECT_THAT(make_timeline(two_devices(), {}, 2s).lanes, IsEmpty());
  const auto timeline = make_timeline(two_devices(), {{kWatch, at(3s), false, {}}}, 2s);
  EXPECT_EQ(timeline.end - timeline.begin, 2s);
  EXPECT_THAT(to_text(shares_of(timeline)), HasSubstr("no unit was in use during 2000 ms"));
  EXPECT_THAT(to_svg(timeline), HasSubstr("no unit was in use"));
  EXPECT_THAT(to_chrome_trace(timeline), HasSubstr("\"traceEvents\":[]"));
}

TEST(Timeline, CountsAUnitsTimeOnceEvenIfTasksOverlap) {
  const std::vector<schemas::TaskTable> tables{
      {kWatch, at(100ms), false, {task(0ms, 20ms), task(10ms, 30ms), task(5ms, 10ms)}}};
  const auto timeline = make_timeline(two_devices(), tables, 30ms);
  EXPECT_DOUBLE_EQ(timeline.lanes.at(0).busy, 1);
  EXPECT_EQ(timeline.lanes.at(0).tasks[1].begin, at(5ms)) << "in the order they began";
}

TEST(Timeline, IsShorterWhereAnExecutorRemembersLess) {
  const std::vector<schemas::TaskTable> tables{
      {kGlasses, at(1s), false, {task(100ms, 110ms), task(980ms, 990ms)}},
      {kWatch, at(1s), true, {task(600ms, 610ms), task(980ms, 990ms)}}};
  const auto timeline = make_timeline(two_devices(), tables, 1s);
  EXPECT_TRUE(timeline.cut);
  EXPECT_EQ(timeline.begin, at(610ms));
  EXPECT_THAT(to_svg(timeline), HasSubstr("the executors remember no more"));
}

TEST(Timeline, LeavesOutDevicesThatAreNotOfTheBody) {
  EXPECT_THAT(make_timeline(two_devices(), {{DeviceId("shoe"), at(1s), false, {task(0ms, 1ms)}}}, 2s).lanes,
              IsEmpty());
}

TEST(TimelineText, ListsTheBusyUnits) {
  EXPECT_EQ(to_text(shares_of(make_timeline(two_devices(), one_run(), 100ms))),
            "DEVICE   UNIT         BUSY %  TASKS\n"
            "glasses  cpu          2.0     1\n"
            "glasses  accelerator  30.0    2\n"
            "glasses  tx           60.0    1\n"
            "watch    rx           60.0    1\n"
            "watch    actuator     10.0    1\n"
            "over 100 ms of model time\n");
}

/// Compares with the committed file; with SYNERGY_WRITE_GOLDEN set, writes it.
void compare_with_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(SYNERGY_SOURCE_DIR) + "/tests/data/timeline/" + name;
  if (std::getenv("SYNERGY_WRITE_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(golden.empty()) << path << " is missing";
  EXPECT_EQ(text, golden);
}

TEST(TimelineSvg, DrawsTheSamePictureEachTime) {
  compare_with_golden("one-run.svg", to_svg(make_timeline(two_devices(), one_run(), 110ms)));
}

TEST(TimelineSvg, EscapesNames) {
  const auto svg = to_svg(make_timeline(two_devices(), one_run(), 110ms));
  EXPECT_THAT(svg, HasSubstr("two &amp; &lt;more&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("<more>")));
}

TEST(TimelineSvg, LabelsOnlyWhatHasRoom) {
  const auto svg = to_svg(make_timeline(two_devices(), one_run(), 110ms));
  EXPECT_THAT(svg, HasSubstr(">transfer #0</text>"));
  EXPECT_THAT(svg, HasSubstr(">sense #0</text>"));
  EXPECT_THAT(svg, Not(HasSubstr(">unpack</text>")));
  EXPECT_THAT(svg, HasSubstr("digits run 0: unpack\n9.000 to 10.000 ms (1.000 ms)"));
}

TEST(TimelineSvg, StaysWithinItsFrameWhateverTheTasks) {
  std::vector<schemas::TaskTable> tables{{kWatch, at(10s), false, {task(-900s, 9s), task(9s, 9s)}}};
  for (int app = 0; app < 60; ++app)
    tables[0].tasks.push_back(
        task(9s, 9500ms, {Unit::kRx}, TaskKind::kTransfer, "an-app-of-a-long-name-" + std::to_string(app)));
  const auto svg = to_svg(make_timeline(two_devices(), tables, 2s));
  EXPECT_THAT(svg, Not(HasSubstr("x=\"-")));
  EXPECT_THAT(svg, Not(HasSubstr("width=\"-")));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

TEST(TimelineTrace, DrawsTheSameTraceEachTime) {
  compare_with_golden("one-run.json", to_chrome_trace(make_timeline(two_devices(), one_run(), 110ms)));
}

TEST(TimelineTrace, HasAnEventForEachUnitThatATaskHolds) {
  const auto trace = to_chrome_trace(make_timeline(two_devices(), one_run(), 110ms));
  std::size_t events = 0;
  for (auto found = trace.find("\"ph\":\"X\""); found != std::string::npos;
       found = trace.find("\"ph\":\"X\"", found + 1))
    ++events;
  EXPECT_EQ(events, 8u) << "the load holds two units";
  EXPECT_THAT(trace, HasSubstr(R"("name":"process_name","ph":"M","pid":2,"tid":0,"args":{"name":"watch"})"));
  EXPECT_THAT(trace, HasSubstr(R"("name":"kws interact","cat":"kws","ph":"X","pid":2,"tid":6,)"
                               R"("ts":100000.0,"dur":10000.0,"args":{"run":7,"attempt":1,)"));
}

TEST(TimelineTrace, BeginsWithTheFirstTask) {
  const std::vector<schemas::TaskTable> tables{{kWatch, at(1s), false, {task(200ms, 600ms), task(0s, 0s)}}};
  const auto trace = to_chrome_trace(make_timeline(two_devices(), tables, 300ms));
  EXPECT_THAT(trace, HasSubstr("\"ts\":0.0,\"dur\":400000.0"));
  EXPECT_THAT(trace, HasSubstr("\"model_time_of_ts_0_ns\":1000200000000"));
}

Result<Duration> parsed(std::string_view text) { return parse_duration(text, 1ms, 10min); }

TEST(ParseDuration, TakesANumberAndItsUnit) {
  EXPECT_EQ(*parsed("2s"), 2s);
  EXPECT_EQ(*parsed("500ms"), 500ms);
  EXPECT_EQ(*parsed("1.5s"), 1500ms);
  EXPECT_EQ(*parsed("1000us"), 1ms);
  EXPECT_EQ(*parsed("10min"), 10min);
}

TEST(ParseDuration, RefusesWhatIsNone) {
  for (const auto* text : {"nonsense", "", "2", "s", "2 s", "2h", "-2s", "0", "0s", "nan s", "nans", "infs",
                           "1e3s", "2ss", "0x2s", "11min", "999us", "999999999999999999999999s"})
    EXPECT_FALSE(parsed(text)) << text;
  EXPECT_THAT(parsed("nonsense").error().message,
              HasSubstr("'nonsense' is no length of time; write for example 2s or 500ms"));
  EXPECT_THAT(parsed("0s").error().message, HasSubstr("'0s' is not from 1 ms to 600 s"));
}

}  // namespace
}  // namespace synergy::client
