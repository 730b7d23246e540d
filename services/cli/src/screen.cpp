#include "synergy/cli/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <vector>

namespace synergy::cli {
namespace {

void write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

/// Where a colour that begins at `at` ends; `at` where none begins there.
std::size_t end_of_colour(const std::string& line, std::size_t at) {
  if (line.compare(at, 2, "\x1b[") != 0) return at;
  const auto end = line.find('m', at);
  return end == std::string::npos ? line.size() : end + 1;
}

/// The first `columns` letters, with the colours before and between them.
std::string cut(const std::string& line, std::size_t columns) {
  std::size_t at = 0, letters = 0;
  while (at < line.size()) {
    if (const auto end = end_of_colour(line, at); end > at) {
      at = end;
      continue;
    }
    const bool begins_letter = (static_cast<unsigned char>(line[at]) & 0xc0) != 0x80;
    if (begins_letter && letters++ == columns) return line.substr(0, at) + "\x1b[0m";
    ++at;
  }
  return line;
}

}  // namespace

Screen::Screen() { write("\x1b[?1049h\x1b[?25l"); }
Screen::~Screen() { write("\x1b[?25h\x1b[?1049l"); }

Screen::Size Screen::size() const {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
  return known ? Size{size.ws_row, size.ws_col} : Size{24, 80};
}

void Screen::draw(const std::string& text) { write(text); }

std::string page(const std::string& text, const Screen::Size& size) {
  std::vector<std::string> lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  if (lines.size() > size.rows) {
    const auto left_out = lines.size() - size.rows + 1;
    lines.resize(size.rows);
    lines.back() = "... " + std::to_string(left_out) + " more lines";
  }
  std::string out = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i)
    out += (i > 0 ? "\r\n" : "") + cut(lines[i], size.columns) + "\x1b[K";
  return out + "\x1b[J";
}

}  // namespace synergy::cli
