#include "synergy/base/text.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace synergy {
namespace {

/// Edit distance in which swapping two neighbouring letters, the commonest slip, counts as one edit.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> before(width), last(width), row(width);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(last, std::exchange(row, before));
  }
  return last[b.size()];
}

constexpr std::size_t kMostGuesses = 3;

/// The known names that `name` may be a misspelling of, the closest first; of names that are as close, the
/// one that stands first in `known`. Nothing is a misspelling of an empty name, nor an empty name of it.
std::vector<std::string> nearest_few(std::string_view name, std::span<const std::string> known) {
  const std::size_t limit = name.empty() ? 0 : std::max<std::size_t>(1, name.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> close;
  for (const auto& candidate : known)
    if (const auto distance = edit_distance(name, candidate); distance <= limit && !candidate.empty())
      close.emplace_back(distance, candidate);
  std::stable_sort(close.begin(), close.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [distance, candidate] : close)
    if (names.size() < kMostGuesses && std::find(names.begin(), names.end(), candidate) == names.end())
      names.push_back(std::move(candidate));
  return names;
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> known) {
  const auto names = nearest_few(name, known);
  return names.empty() ? std::nullopt : std::optional(names.front());
}

std::string list_of(std::span<const std::string> names) {
  if (names.empty()) return "none";
  std::string text = names.front();
  for (const auto& name : names.subspan(1)) text += ", " + name;
  return text;
}

std::string unknown_name(std::string_view what, std::string_view name, std::span<const std::string> known) {
  // Nobody misspells a name of this length, and what a message claims to be a name may have megabytes.
  if (name.size() > kMaxNameBytes)
    return "unknown " + std::string(what) + " of " + std::to_string(name.size()) +
           " bytes; known: " + list_of(known);
  std::string text = "unknown " + std::string(what) + " '" + std::string(name) + "'";
  const auto guesses = nearest_few(name, known);
  if (guesses.empty()) return text + "; known: " + list_of(known);
  for (std::size_t i = 0; i < guesses.size(); ++i)
    text += (i == 0 ? "; did you mean '" : i + 1 < guesses.size() ? ", '" : " or '") + guesses[i] + "'";
  return text + "?";
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c < 0x20 || c > 0x7e) c = '?';
  return out;
}

bool is_plain_name(std::string_view name) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kMaxNameBytes && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace synergy
