// Columns of text for people: as wide as their widest entry, two spaces apart, a heading line.
#pragma once

#include <string>
#include <vector>

namespace synergy::client {

class Table {
 public:
  explicit Table(std::vector<std::string> heading) : rows_{std::move(heading)} {}
  /// What is not printable ASCII shows as '?'.
  void add(std::vector<std::string> row);
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// A number with so many decimals.
[[nodiscard]] std::string fixed(double value, int decimals);

/// `WARNING: ...` and a line's end for each; nothing for none.
[[nodiscard]] std::string warning_lines(const std::vector<std::string>& warnings);

}  // namespace synergy::client
