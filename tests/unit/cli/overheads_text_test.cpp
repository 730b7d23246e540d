#include "synergy/cli/overheads_text.hpp"

#include <gmock/gmock.h>

namespace synergy::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

bus_bench::BusReport bus_report(std::uint64_t payload, double rate_ratio) {
  bus_bench::PathSpeed ours;
  ours.path = "ours";
  ours.frame_bytes = payload + 165;
  ours.p50_us = {50, 51.26, 52};
  ours.p99_us = {90, 91, 92};
  ours.messages_per_second = {1, 123456, 3};
  ours.p50_ratio = ours.p99_ratio = {0.7, 0.9, 1.1};
  ours.rate_ratio = {rate_ratio - 0.05, rate_ratio, rate_ratio + 0.05};
  auto bare = ours;
  bare.path = "bare";
  bare.p50_ratio = bare.p99_ratio = bare.rate_ratio = std::nullopt;
  return {30, 90000, 0, {{payload, 500, 1000, 100, {ours, bare}}}};
}

TEST(BusText, HasALineForEachPathWithMediansAndQuartiles) {
  const auto text = to_text(bus_report(64, 0.85));
  EXPECT_THAT(text, HasSubstr("64       ours  229    51.3        91.0    123456      0.90 (0.70-1.10)  0.90 "
                              "(0.70-1.10)  0.85 (0.80-0.90)\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "64       bare  229    51.3        91.0    123456      -                 -                 -\n"));
  EXPECT_THAT(text, HasSubstr("30 interleaved pairs, 90000 messages, 0 lost\n"));
}

TEST(BusText, JudgesTheAimAtOneKibibyteOnly) {
  EXPECT_THAT(to_text(bus_report(1024, 0.85)),
              HasSubstr("carries 0.850 of the bare proxy's rate; the aim is 0.8\n"));
  EXPECT_THAT(to_text(bus_report(1024, 0.7996)), HasSubstr("the aim is 0.8: MISSED\n"));
  EXPECT_THAT(to_text(bus_report(64, 0.3)), Not(HasSubstr("aim")));
}

TEST(ShellsText, ShowsTimesTasksAndTrouble) {
  ShellsReport report;
  report.processes = {{"broker", 11, {}, {}, {}, {}, {}, "went away"},
                      {"executor/watch", 12, 1234.4e3, 1234.4, 12.34, 400, 3086.04, {}},
                      {"store", 13, 20e3, 20, 0.2, {}, {}, {}}};
  report.sums = {{"executors", 1, 400, 1234.4e3, 1234.4, 12.34, 3086.04},
                 {"others", 1, 0, 20e3, 20, 0.2, {}}};
  report.notes = {"broker went away: not counted"};
  const auto text = to_text(report);
  EXPECT_THAT(text, HasSubstr("broker          11   -       -      -      -          went away\n"));
  EXPECT_THAT(text, HasSubstr("executor/watch  12   1234    12.3   400    3086.0     \n"));
  EXPECT_THAT(text, HasSubstr("store           13   20      0.2    -      -          \n"));
  EXPECT_THAT(text, HasSubstr("executors  1          1234    12.3   400    3086.0\n"));
  EXPECT_THAT(text, HasSubstr("note: broker went away: not counted\n"));
}

}  // namespace
}  // namespace synergy::cli
