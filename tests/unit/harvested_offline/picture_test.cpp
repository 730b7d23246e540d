#include "synergy/harvested_offline/picture.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <regex>

#include "synergy/base/splitmix64.hpp"
#include "synergy/documents/svg.hpp"

namespace synergy::harvested_offline {
namespace {

using namespace std::chrono_literals;
using accel_model::HarvestTrace;
using accel_model::PowerState;
using testing::HasSubstr;
using testing::Not;

/// At 200 uF: 400 uJ at 2 V, 900 at 3 V, 1600 at 4 V. The chart ends 6 % above.
accel_model::StoreSettings store() {
  accel_model::StoreSettings store;
  store.capacitor.capacitance_uf = 200;
  store.thresholds = {.on_v = 3, .off_v = 2, .max_v = 4};
  return store;
}

RunSummary summary() {
  RunSummary made;
  made.model = "kws";
  made.device = "ring";
  made.harvest = "sun";
  made.policy = "once";
  made.capacitance_uf = 200;
  made.time_s = 10;
  made.inferences = 3;
  made.boots = 2;
  made.deaths = 1;
  return made;
}

/// Up to 3 V in 5 s, then on for 5 s down to 2 V.
Course course(std::vector<Duration> results = {7s}) {
  CourseMaker maker(10s, kPictureColumns);
  maker.add({ModelTime(0s), 0, PowerState::kOff});
  maker.add({ModelTime(5s), 900, PowerState::kOn});
  maker.add({ModelTime(10s), 400, PowerState::kOn});
  harvested::RunReport report;
  for (const auto time : results) report.results.push_back({report.results.size(), ModelTime(time), {}});
  return std::move(maker).finish(report, HarvestTrace::constant(250'000), {});
}

TEST(Picture, SaysWhatRanOnWhat) {
  const auto svg = to_svg(summary(), course(), store());
  EXPECT_THAT(svg, HasSubstr(">kws on ring, policy once, harvest sun<"));
  EXPECT_THAT(svg, HasSubstr(">3 inferences in 10.0 s, 1 deaths, 2 boots; capacitor 200 uF<"));
  EXPECT_THAT(svg, HasSubstr(">charge, uJ<"));
  EXPECT_THAT(svg, HasSubstr(">model time, s<"));
  EXPECT_THAT(svg, HasSubstr(">250 uW in the mean<"));
  for (const auto* state : {"on", "booting", "retained", "off", "dead", "results"})
    EXPECT_THAT(svg, HasSubstr(">" + std::string(state) + "<"));
}

TEST(Picture, HasTheThresholdsWhereTheirChargesAre) {
  const auto svg = to_svg(summary(), course(), store());
  // The chart: from y = 92, 280 high, 1696 uJ.
  EXPECT_THAT(svg, HasSubstr("y1=\"" + documents::svg_number(92 + 280 * (1 - 1600 / 1696.0)) + "\""));
  EXPECT_THAT(svg, HasSubstr("y1=\"" + documents::svg_number(92 + 280 * (1 - 900 / 1696.0)) + "\""));
  EXPECT_THAT(svg, HasSubstr("y1=\"" + documents::svg_number(92 + 280 * (1 - 400 / 1696.0)) + "\""));
  EXPECT_THAT(svg, HasSubstr(">max 4 V, 1600 uJ<"));
  EXPECT_THAT(svg, HasSubstr(">on 3 V, 900 uJ<"));
  EXPECT_THAT(svg, HasSubstr(">off 2 V, 400 uJ<"));
}

TEST(Picture, DrawsChargeStatesAndResultsAtTheirTimes) {
  const auto svg = to_svg(summary(), course(), store());
  const auto y = [](double uj) { return documents::svg_number(92 + 280 * (1 - uj / 1696)); };
  EXPECT_THAT(svg, HasSubstr("<path d=\"M110 " + y(0) + "L610 " + y(900) + "L1110 " + y(400) + "\""));
  // Below the chart and the harvest: on, in the second half, 16 pixels high.
  const double on_floor = 92 + 280 + 6 + 44 + 6 + 16;
  EXPECT_THAT(svg, HasSubstr("\"M610 " + documents::svg_number(on_floor) + "v-16H1110v16z\""));
  const double off_floor = on_floor + 3 * 22;
  EXPECT_THAT(svg, HasSubstr("\"M110 " + documents::svg_number(off_floor) + "v-16H610v16z\""));
  // A column is 10 ms: the result at 7 s is in that from 810 to 811.
  const double results_floor = on_floor + 5 * 22;
  EXPECT_THAT(svg, HasSubstr("\"M810 " + documents::svg_number(results_floor) + "v-16H811v16z\""));
  EXPECT_THAT(svg, HasSubstr(">50.00 %<"));
}

TEST(Picture, ShowsAStateOfAMillisecondInALongRun) {
  CourseMaker maker(std::chrono::hours(24), kPictureColumns);
  maker.add({ModelTime(0s), 0, PowerState::kOff});
  maker.add({ModelTime(50000s), 900, PowerState::kBooting});
  maker.add({ModelTime(50000s + 1ms), 890, PowerState::kOff});
  maker.add({ModelTime(86400s), 0, PowerState::kOff});
  const auto svg = to_svg(summary(), std::move(maker).finish({}, HarvestTrace::constant(0), {}), store());
  EXPECT_THAT(svg, HasSubstr("v-1.5H")) << "a bar of a pixel and a half";
  EXPECT_THAT(svg, HasSubstr(">model time, h<"));
}

TEST(Picture, KeepsTheExtremesOfAnyNumberOfPointsInABoundedSize) {
  CourseMaker maker(1000s, kPictureColumns);
  SplitMix64 random(7);
  constexpr int kPoints = 200'000;
  for (int i = 0; i <= kPoints; ++i) {
    const double uj = i == 123'457 ? 1.5 : i == 77'771 ? 1599 : 400 + double(random.next() % 500);
    maker.add({ModelTime(i * 5ms), uj, PowerState(random.next() % 5)});
  }
  const auto svg = to_svg(summary(), std::move(maker).finish({}, HarvestTrace::constant(1), {}), store());
  EXPECT_LT(svg.size(), 300'000u);
  EXPECT_THAT(svg, HasSubstr(documents::svg_number(110 + 1000 * 123'457 / double(kPoints)) + " " +
                             documents::svg_number(92 + 280 * (1 - 1.5 / 1696))));
  EXPECT_THAT(svg, HasSubstr(documents::svg_number(110 + 1000 * 77'771 / double(kPoints)) + " " +
                             documents::svg_number(92 + 280 * (1 - 1599 / 1696.0))));
}

TEST(Picture, EscapesNames) {
  auto odd = summary();
  odd.device = "<script>&";
  EXPECT_THAT(to_svg(odd, course(), store()), HasSubstr("kws on &lt;script&gt;&amp;, policy"));
}

TEST(Picture, OfADarkRunWithoutResultsIsOneAllTheSame) {
  CourseMaker maker(5ms, kPictureColumns);
  maker.add({ModelTime(0s), 0, PowerState::kDead});
  maker.add({ModelTime(5ms), 0, PowerState::kDead});
  const auto svg = to_svg(summary(), std::move(maker).finish({}, HarvestTrace::constant(0), {}), store());
  EXPECT_THAT(svg, HasSubstr(">model time, ms<"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("inf\"")));
}

}  // namespace
}  // namespace synergy::harvested_offline
