// The forms in which a command's outcome is printed: `--format table|json|yaml|csv`.
//
// YAML and CSV are made of the JSON document and of the field list that it was made of: the names are the
// same, and so is each number, digit by digit.
//
// CSV (RFC 4180, but for lines that end in LF) has a line of names and a line for each thing that the command
// tells of:
// - The things are the entries of the document's first list of structs; of a document without one it is the
//   document itself. What stands beside that list is left out; JSON and YAML have all.
// - A struct inside a thing becomes a column for each of its fields, `request.app`; a list or a map is one
//   column, with JSON in its cells. What has no value is an empty cell.
// - The columns follow from the field list alone: they are the same whatever the values are.
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synergy/schemas/decode.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::cli {

enum class Format { kTable, kJson, kYaml, kCsv };

/// In the order of Format.
[[nodiscard]] const std::vector<std::string>& format_names();
/// `name` must be one of format_names().
[[nodiscard]] Format format_named(const std::string& name);

/// JSON of this program as a block of YAML. Text that another reader may take for something else is quoted.
[[nodiscard]] std::string json_to_yaml(const std::string& json);

/// The columns of `row`, a struct's field list.
[[nodiscard]] std::vector<std::string> csv_columns(const schemas::StructInfo& row);
/// The document's things, as above. `info` describes the document.
[[nodiscard]] std::string csv_heading(const schemas::StructInfo& info);
[[nodiscard]] std::string csv_lines(schemas::Node document, const schemas::StructInfo& info);

/// `json`, a document of the struct that `info` describes, in that form, which is not kTable; with a line's
/// end.
[[nodiscard]] std::string in_format(Format format, const std::string& json, const schemas::StructInfo& info);

/// Documents one after the other, as one text that a program can read: JSON on a line each, YAML with `---`
/// before each, CSV with one heading.
class Series {
 public:
  explicit Series(Format format) : format_(format) {}
  /// `json` is one line.
  [[nodiscard]] std::string next(const std::string& json, const schemas::StructInfo& info);

 private:
  Format format_;
  bool begun_ = false;
};

/// One field of a CSV file: quoted where it must be.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace synergy::cli
