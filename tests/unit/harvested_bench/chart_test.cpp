// The pictures of the tables.
#include "synergy/harvested_bench/chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synergy::harvested_bench_test {
namespace {

using namespace harvested_bench;
using testing::HasSubstr;
using testing::Not;

TEST(BarTable, DrawsLinesBarsAndMarksAndCutsWhatIsTooLong) {
  BarTable table;
  table.title = "a < b";
  table.columns = {"once", "batch"};
  table.lines = {{"low", "330 uF", {{0.5, "2", 0.25}, {3.0, "12", {}}}}};
  const auto svg = to_svg(table);
  EXPECT_THAT(svg, testing::StartsWith("<svg"));
  EXPECT_THAT(svg, HasSubstr("a &lt; b"));
  EXPECT_THAT(svg, HasSubstr("330 uF"));
  EXPECT_THAT(svg, HasSubstr("width=\"28\"")) << "half a bar";
  EXPECT_THAT(svg, HasSubstr("width=\"56\"")) << "a bar that is cut";
  EXPECT_THAT(svg, Not(HasSubstr("width=\"168\"")));
  EXPECT_THAT(svg, HasSubstr("font-weight=\"bold\" font-size=\"11\""));
}

TEST(Charts, ThereIsOneForEachTableThatTheReportHas) {
  BenchReport report;
  EXPECT_TRUE(charts_of(report).empty());
  SharingRow row;
  row.figures = "low";
  row.model = "kws";
  row.microfarads = 330;
  row.once_uj = 800;
  row.batch_uj = 200;
  row.bound_uj = 100;
  report.sharing = {row};
  const auto charts = charts_of(report);
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].name, "e-sharing");
  const auto& table = charts[0].table;
  EXPECT_EQ(table.columns, (std::vector<std::string>{"once", "sequence", "batch", "bound"}));
  ASSERT_EQ(table.lines.size(), 1u);
  const auto& cells = table.lines[0].cells;
  ASSERT_EQ(cells.size(), 4u);
  EXPECT_EQ(cells[0].length, 1);
  EXPECT_EQ(cells[1].text, "-");
  EXPECT_EQ(cells[1].length, std::nullopt);
  EXPECT_EQ(cells[2].length, 0.25);
  EXPECT_EQ(cells[2].mark, 0.125);
  EXPECT_EQ(cells[3].text, "100");
}

TEST(Charts, APlaceThatOnlyOneEndsInIsToldBesideTheMean) {
  BenchReport report;
  RatioRow row;
  row.table = "A";
  row.figures = "low";
  row.baseline = "restart";
  row.policy = "once";
  row.ratio = 2;
  row.only_ours = 3;
  row.only_theirs = 1;
  report.ratios = {row};
  const auto charts = charts_of(report);
  ASSERT_EQ(charts.size(), 1u);
  const auto& cell = charts[0].table.lines.at(0).cells.at(0);
  EXPECT_EQ(cell.text, "2 +3 -1");
  EXPECT_EQ(cell.length, 0.25);
}

}  // namespace
}  // namespace synergy::harvested_bench_test
