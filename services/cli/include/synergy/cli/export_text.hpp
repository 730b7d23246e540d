// Exported rows as text: CSV by RFC 4180, with names in the first line and lines that end in LF; JSON, an
// array of objects, each on a line of its own; or YAML, a list of maps. Numbers are written so that reading
// them gives the same value again. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "synergy/cli/format.hpp"
#include "synergy/store/export.hpp"

namespace synergy::cli {

/// begin(), then row() for each row, then end(). Text that the store does not know is empty in CSV and null
/// in JSON and YAML.
class ExportText {
 public:
  /// kCsv, kJson or kYaml.
  explicit ExportText(Format format) : format_(format) {}

  [[nodiscard]] std::string begin(std::span<const std::string> names);
  [[nodiscard]] std::string row(std::span<const store::ExportValue> values);
  [[nodiscard]] std::string end() const;

 private:
  Format format_;
  std::vector<std::string> names_;
  bool has_rows_ = false;
};

}  // namespace synergy::cli
