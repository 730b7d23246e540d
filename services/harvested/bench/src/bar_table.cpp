#include <algorithm>

#include "synergy/documents/svg.hpp"
#include "synergy/harvested_bench/chart.hpp"

namespace synergy::harvested_bench {
namespace {

using documents::Anchor;
using documents::svg_line;
using documents::svg_rect;
using documents::svg_text;

constexpr int kMargin = 16, kLine = 20, kGroupGap = 8, kSentence = 18, kGroup = 170, kLabel = 170;
constexpr int kBar = 56, kNumber = 90, kColumn = kBar + kNumber, kLeastWidth = 900;
constexpr int kFirstColumn = kMargin + kGroup + kLabel;

std::string cell_text(const BarTable::Cell& cell, int x, int y) {
  const int base = y + kLine - 6;
  std::string text;
  const bool cut = cell.length.value_or(0) > 1;
  if (cell.length)
    text += svg_rect(x, y + 3, std::max(1.0, std::clamp(*cell.length, 0.0, 1.0) * kBar), kLine - 8,
                     "fill=\"#2166ac\"", cell.text);
  if (cell.mark) {
    const double at = x + std::clamp(*cell.mark, 0.0, 1.0) * kBar;
    text += svg_line(at, y + 1, at, y + kLine - 3, "stroke=\"#b2182b\"");
  }
  return text + svg_text(x + kBar + 4, base, cell.text, Anchor::kStart,
                         cut ? "font-weight=\"bold\" font-size=\"11\"" : "font-size=\"11\"");
}

}  // namespace

std::string to_svg(const BarTable& table) {
  auto body = svg_text(kMargin, 26, table.title, Anchor::kStart, "font-size=\"16\"");
  int y = 48;
  for (const auto& sentence : table.explained) {
    body += svg_text(kMargin, y, sentence);
    y += kSentence;
  }
  y += kSentence;
  const int columns = int(table.columns.size());
  const int width = std::max(kLeastWidth, kFirstColumn + columns * kColumn + kMargin);
  for (int i = 0; i < columns; ++i)
    body += svg_text(kFirstColumn + i * kColumn, y, table.columns[std::size_t(i)], Anchor::kStart,
                     "font-weight=\"bold\"");
  y += 10;
  std::string group;
  for (const auto& line : table.lines) {
    if (line.group != group) {
      y += kGroupGap;
      body += svg_line(kMargin, y - 2, width - kMargin, y - 2, "stroke=\"#d0d4d8\"");
      body += svg_text(kMargin, y + kLine - 6, line.group, Anchor::kStart, "font-weight=\"bold\"");
      group = line.group;
    }
    body += svg_text(kMargin + kGroup, y + kLine - 6, line.label);
    for (std::size_t i = 0; i < line.cells.size(); ++i)
      body += cell_text(line.cells[i], kFirstColumn + int(i) * kColumn, y);
    y += kLine;
  }
  return documents::svg_document(width, y + kMargin, body);
}

}  // namespace synergy::harvested_bench
