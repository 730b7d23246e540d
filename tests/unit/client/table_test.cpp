#include "synergy/client/table.hpp"

#include <gtest/gtest.h>

namespace synergy::client {
namespace {

TEST(Table, MakesColumnsAsWideAsTheirWidestEntry) {
  Table table({"app", "runs"});
  table.add({"digits", "100"});
  table.add({"a", "7"});
  EXPECT_EQ(table.text(), "app     runs\ndigits  100\na       7\n");
}

TEST(Table, WithoutRowsIsItsHeading) { EXPECT_EQ(Table({"app", "runs"}).text(), "app  runs\n"); }

TEST(Table, TakesRowsShorterAndLongerThanItsHeading) {
  Table table({"app", "runs"});
  table.add({"digits"});
  table.add({"a", "7", "more"});
  EXPECT_EQ(table.text(), "app     runs\ndigits\na       7     more\n");
}

TEST(Table, ColoursMarkedCellsOnlyWhereThatIsAskedForAndKeepsColumns) {
  Table table({"app", "phase", "runs"});
  table.add({"a", "waiting", "7"});
  table.mark(1, Tone::kWaiting);
  table.add({"b", "rejected", "0"});
  table.mark(1, Tone::kBad);
  table.add({"c", "running", "9"});
  EXPECT_EQ(table.text(), "app  phase     runs\na    waiting   7\nb    rejected  0\nc    running   9\n");
  EXPECT_EQ(table.text(Colours::kOn),
            "app  phase     runs\na    \x1b[33mwaiting\x1b[0m   7\nb    \x1b[31mrejected\x1b[0m  0\n"
            "c    running   9\n");
}

TEST(Fixed, RoundsToTheDecimalsAskedFor) {
  EXPECT_EQ(fixed(3.14159, 2), "3.14");
  EXPECT_EQ(fixed(2.5, 0), "2");
  EXPECT_EQ(fixed(3.5, 0), "4");
  EXPECT_EQ(fixed(-0.126, 2), "-0.13");
  EXPECT_EQ(fixed(1e15, 1), "1000000000000000.0");
}

}  // namespace
}  // namespace synergy::client
