// Columns of text for people: as wide as their widest entry, two spaces apart, a heading line. Few cells may
// have a colour: those that a person is to see first.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace synergy::client {

/// How much a cell asks for attention.
enum class Tone { kPlain, kWaiting, kBad };

/// Whether tones are shown: yellow for waiting, red for bad.
enum class Colours { kOff, kOn };

class Table {
 public:
  explicit Table(const std::vector<std::string>& heading) { add(heading); }
  /// What is not printable ASCII shows as '?'.
  void add(const std::vector<std::string>& row);
  /// Gives a cell of the last row a tone; it must be there.
  void mark(std::size_t column, Tone tone);
  [[nodiscard]] std::string text(Colours colours = Colours::kOff) const;

 private:
  struct Cell {
    std::string text;
    Tone tone = Tone::kPlain;
  };
  std::vector<std::vector<Cell>> rows_;
};

/// A number with so many decimals.
[[nodiscard]] std::string fixed(double value, int decimals);

/// `WARNING: ...` and a line's end for each; nothing for none.
[[nodiscard]] std::string warning_lines(const std::vector<std::string>& warnings);

}  // namespace synergy::client
