#include "synergy/documents/harvest_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "synergy/base/check.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/documents/file.hpp"

namespace synergy::documents {
namespace {

using schemas::HarvestRecording;

constexpr std::string_view kHeader = "t_us,p_nw";
constexpr std::size_t kShown = 40;  ///< bytes of a wrong line, in its error

constexpr std::array<std::pair<std::string_view, std::string HarvestRecording::*>, 5> kTexts{{
    {"name", &HarvestRecording::name},
    {"what", &HarvestRecording::what},
    {"source", &HarvestRecording::source},
    {"licence", &HarvestRecording::licence},
    {"note", &HarvestRecording::note},
}};

std::string quoted(std::string_view text) {
  return "'" + visible(text.substr(0, kShown)) + (text.size() > kShown ? "...'" : "'");
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r");
  if (from == text.npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

struct Number {
  std::uint64_t value = 0;
  std::string wrong;  ///< empty: nothing
};

Number whole_number(std::string_view text, std::string_view unit) {
  const auto shown = quoted(text), units = std::string(unit);
  if (text.empty()) return {0, "is missing; write a whole number of " + units};
  if (text.front() == '-') return {0, shown + " is negative; a time or a harvest is 0 or more " + units};
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view rest(end, std::size_t(text.data() + text.size() - end));
  if (failure == std::errc::result_out_of_range)
    return {0, shown + " is beyond 64 bits; is it in " + units + "?"};
  if (failure != std::errc() || !rest.empty()) {
    const bool fraction = failure == std::errc() && (rest.front() == '.' || rest.front() == 'e');
    return {0, shown + (fraction ? " is no whole number; round it to " + units
                                 : " is no number; write a whole number of " + units)};
  }
  return {value, {}};
}

/// Reads line by line, up to the first that is wrong.
class Reader {
 public:
  Reader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  Result<HarvestRecording> read() {
    while (!wrong_ && at_ < text_.size()) {
      const auto end = std::min(text_.find('\n', at_), text_.size());
      line(text_.substr(at_, end - at_));
      at_ = end + 1;
    }
    if (!wrong_) whole();
    if (wrong_) return *wrong_;
    return std::move(recording_);
  }

 private:
  void line(std::string_view line) {
    ++line_;
    if (const auto nul = line.find('\0'); nul != line.npos)
      return refuse(nul, "holds a NUL byte: the file is damaged, or no text");
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trimmed(line).empty()) return;
    if (line.front() == '#') return comment(line);
    if (in_rows_) return row(line);
    if (line != kHeader)
      return refuse(0, quoted(line) + " stands where the line '" + std::string(kHeader) +
                           "' must, behind the comments ('# key: value')");
    header();
  }

  void comment(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == line.npos) return;
    const auto key = trimmed(line.substr(1, colon - 1)), value = trimmed(line.substr(colon + 1));
    const auto column = std::min(line.find_first_not_of(" \t", colon + 1), line.size());
    const auto text =
        std::find_if(kTexts.begin(), kTexts.end(), [&](const auto& known) { return known.first == key; });
    const bool number = key == "duration_us" || key == "energy_uj";
    if (text == kTexts.end() && !number && key != "kind") return;
    if (!told_.insert(std::string(key)).second)
      return refuse(0, "tells '" + std::string(key) + "' a second time; keep one of them");
    if (in_rows_ && (number || key == "kind"))
      return refuse(0, "'" + std::string(key) + "' must stand above the line '" + std::string(kHeader) + "'");
    if (text != kTexts.end()) {
      recording_.*text->second = std::string(value);
    } else if (number) {
      const auto read = whole_number(value, key == "energy_uj" ? "microjoules" : "microseconds");
      if (!read.wrong.empty()) return refuse(column, std::string(key) + ": " + read.wrong);
      (key == "energy_uj" ? energy_uj_ : duration_us_) = read.value;
    } else if (const auto kind = schemas::value_of<schemas::HarvestKind>(value)) {
      recording_.kind = *kind;
    } else {
      refuse(column, "kind: " + quoted(value) + " is neither 'rf_input_power' nor 'harvester_output_power'");
    }
  }

  void header() {
    in_rows_ = true;
    if (!told_.contains("kind"))
      return refuse(0,
                    "no comment above says where the power was measured; write '# kind: "
                    "harvester_output_power', or '# kind: rf_input_power' for one before a rectifier");
    if (!duration_us_)
      return refuse(0,
                    "no comment above says how long the last row holds; write '# duration_us: N', in "
                    "microseconds from 0");
    recording_.duration_us = *duration_us_;
  }

  void row(std::string_view line) {
    const auto comma = line.find(',');
    if (comma == line.npos || line.find(',', comma + 1) != line.npos)
      return refuse(
          0, quoted(line) + " is no row; write two numbers with a comma between: " + std::string(kHeader));
    const auto time = whole_number(line.substr(0, comma), "microseconds");
    if (!time.wrong.empty()) return refuse(0, "t_us: " + time.wrong);
    const auto power = whole_number(line.substr(comma + 1), "nanowatts");
    if (!power.wrong.empty()) return refuse(comma + 1, "p_nw: " + power.wrong);
    recording_.rows.push_back({time.value, power.value});
    lines_.push_back(line_);
  }

  /// What can only be said of all rows.
  void whole() {
    if (!in_rows_) {
      line_ = 0;
      return refuse(0,
                    "holds no line '" + std::string(kHeader) +
                        "' and no rows; write '# kind: harvester_output_power', '# duration_us: 1000000', '" +
                        std::string(kHeader) + "' and '0,POWER', a line each");
    }
    if (const auto fault = schemas::fault_of(recording_)) {
      line_ = fault->row ? lines_[*fault->row] : 0;
      return refuse(0, fault->text);
    }
    const auto energy = schemas::energy_uj(recording_);
    if (energy_uj_ && *energy_uj_ != energy) {
      line_ = 0;
      refuse(0, "its rows give " + std::to_string(energy) +
                    " uJ, its comment says energy_uj: " + std::to_string(*energy_uj_) +
                    "; the file was cut or changed: get it again, or correct the comment");
    }
  }

  void refuse(std::size_t column, const std::string& what) {
    const auto where =
        line_ > 0 ? ":" + std::to_string(line_) + ":" + std::to_string(column + 1) : std::string();
    wrong_ = Error{ErrorCode::kInvalid, name_ + where + ": " + what};
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0, line_ = 0;
  bool in_rows_ = false;
  std::set<std::string> told_;
  std::optional<std::uint64_t> duration_us_, energy_uj_;
  std::vector<std::size_t> lines_;  ///< of the rows
  HarvestRecording recording_;
  std::optional<Error> wrong_;
};

std::string one_line(std::string text) {
  for (auto& letter : text)
    if (letter == '\n' || letter == '\r' || letter == '\0') letter = ' ';
  return std::string(trimmed(text));
}

}  // namespace

Result<HarvestRecording> parse_harvest(std::string_view text, const std::string& name) {
  return Reader(text, name).read();
}

Result<HarvestRecording> read_harvest(const std::filesystem::path& path) {
  const auto size = size_of_file(path);
  if (!size) return size.error();
  if (*size > kMaxHarvestBytes)
    return Error{ErrorCode::kInvalid,
                 path.string() + ": has " + std::to_string(*size >> 20) + " MiB; at most " +
                     std::to_string(kMaxHarvestBytes >> 20) +
                     " are read: cut the recording, or write a row only where the power changes"};
  const auto bytes = read_file(path, kMaxHarvestBytes);
  if (!bytes) return bytes.error();
  return parse_harvest({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, path.string());
}

std::string to_text(const HarvestRecording& recording) {
  SYNERGY_CHECK(!schemas::fault_of(recording), "a recording that is written has no fault");
  std::string text;
  const auto say = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) text += "# " + std::string(key) + ": " + value + "\n";
  };
  say("name", one_line(recording.name));
  say("what", one_line(recording.what));
  say("kind", std::string(name_of(recording.kind)));
  for (const auto& [key, member] : kTexts)
    if (key != "name" && key != "what") say(key, one_line(recording.*member));
  say("duration_us", std::to_string(recording.duration_us));
  say("energy_uj", std::to_string(schemas::energy_uj(recording)));
  text += std::string(kHeader) + "\n";
  for (const auto& row : recording.rows)
    text += std::to_string(row.t_us) + "," + std::to_string(row.p_nw) + "\n";
  return text;
}

}  // namespace synergy::documents
