#include "synergy/client/table.hpp"

#include <algorithm>
#include <cstdio>

#include "synergy/base/text.hpp"

namespace synergy::client {

namespace {

std::string painted(const std::string& text, Tone tone) {
  constexpr auto kYellow = "\x1b[33m", kRed = "\x1b[31m", kReset = "\x1b[0m";
  if (tone == Tone::kPlain || text.empty()) return text;
  return (tone == Tone::kBad ? kRed : kYellow) + text + kReset;
}

}  // namespace

void Table::add(const std::vector<std::string>& row) {
  auto& cells = rows_.emplace_back();
  for (const auto& text : row) cells.push_back({printable(text)});
}

void Table::mark(std::size_t column, Tone tone) { rows_.back().at(column).tone = tone; }

std::string Table::text(Colours colours) const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) widths.resize(std::max(widths.size(), row.size()));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].text.size());
  std::string text;
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += colours == Colours::kOn ? painted(row[i].text, row[i].tone) : row[i].text;
      if (i + 1 < row.size()) text += std::string(widths[i] - row[i].text.size() + 2, ' ');
    }
    text += "\n";
  }
  return text;
}

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string warning_lines(const std::vector<std::string>& warnings) {
  std::string text;
  for (const auto& warning : warnings) text += "WARNING: " + warning + "\n";
  return text;
}

}  // namespace synergy::client
