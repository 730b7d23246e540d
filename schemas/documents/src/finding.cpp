#include "synergy/documents/finding.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

namespace synergy::documents {
namespace {

struct Place {
  std::size_t begin = 0, end = 0;  ///< of `file:line:column: ` in the line of text
  std::uint64_t line = 0, column = 0;
};

/// Where the number that begins at `at` ends; `at` where there is none.
std::size_t end_of_number(const std::string& text, std::size_t at) {
  return std::min(text.find_first_not_of("0123456789", at), text.size());
}

/// Reads `:line:column: ` at `at`; its begin is left to the caller.
std::optional<Place> numbers_at(const std::string& text, std::size_t at) {
  const auto middle = end_of_number(text, at + 1);
  if (text.compare(at, 1, ":") != 0 || middle == at + 1 || text.compare(middle, 1, ":") != 0) return {};
  const auto end = end_of_number(text, middle + 1);
  if (end == middle + 1 || text.compare(end, 2, ": ") != 0) return {};
  Place place{0, end + 2};
  std::from_chars(text.data() + at + 1, text.data() + middle, place.line);
  std::from_chars(text.data() + middle + 1, text.data() + end, place.column);
  return place;
}

/// The first place of `file` in the text.
std::optional<Place> place_of(const std::string& text, const std::string& file) {
  for (auto at = text.find(file + ":"); at != std::string::npos; at = text.find(file + ":", at + 1))
    if (auto place = numbers_at(text, at + file.size())) {
      place->begin = at;
      return place;
    }
  return {};
}

/// Of a text that begins with a place of some other file: that.
std::optional<Place> place_in_front(const std::string& text) {
  for (auto at = text.find(':'); at != std::string::npos; at = text.find(':', at + 1)) {
    if (text.compare(at, 2, ": ") == 0) return {};
    if (auto place = numbers_at(text, at)) return place;
  }
  return {};
}

Finding finding_in(const std::string& text, const std::string& file) {
  if (const auto own = place_of(text, file))
    return {file, own->line, own->column, text.substr(0, own->begin) + text.substr(own->end)};
  if (const auto other = place_in_front(text))
    return {text.substr(0, text.find(":" + std::to_string(other->line) + ":")), other->line, other->column,
            text.substr(other->end)};
  return {file, 0, 0, text};
}

}  // namespace

std::vector<Finding> findings_in(const Error& error, const std::string& file) {
  std::vector<Finding> findings;
  std::istringstream lines(error.message);
  for (std::string line; std::getline(lines, line);) findings.push_back(finding_in(line, file));
  return findings;
}

std::string to_text(const Finding& finding) {
  if (finding.line != 0)
    return finding.file + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column) + ": " +
           finding.text;
  const auto front = finding.file + ": ";
  return finding.text.starts_with(front) ? finding.text : front + finding.text;
}

}  // namespace synergy::documents
