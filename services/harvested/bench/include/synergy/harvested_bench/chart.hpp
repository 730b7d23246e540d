// The tables as pictures: a line for each place or figures, a bar for each policy, a mark where the bound is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "synergy/harvested_bench/report.hpp"

namespace synergy::harvested_bench {

/// A table whose cells are bars. Lengths are of the widest bar, 0 to 1; what is longer is cut, and its number
/// bold.
struct BarTable {
  struct Cell {
    std::optional<double> length;  ///< none: only the text
    std::string text;
    std::optional<double> mark;  ///< where a thin stroke stands
  };
  struct Line {
    std::string group, label;  ///< a group is written at its first line
    std::vector<Cell> cells;   ///< one for each column
  };
  std::string title;
  std::vector<std::string> explained;
  std::vector<std::string> columns;
  std::vector<Line> lines;
};
/// An SVG file.
[[nodiscard]] std::string to_svg(const BarTable& table);

/// Name (`a-restart`, `d`, `e`, ..) and table of each that the report has.
struct Chart {
  std::string name;
  BarTable table;
};
[[nodiscard]] std::vector<Chart> charts_of(const BenchReport& report);

}  // namespace synergy::harvested_bench
