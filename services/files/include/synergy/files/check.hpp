// Everything that is wrong with files that people write, with line and column: what the readers say of them,
// what they name that is not there, and what planning knows without a search.
//
//   const auto report = files::check({"deploy/apps/digits.yaml"}, {.deploy = "deploy"});
//   for (const auto& finding : report.findings) std::puts(to_text(finding).c_str());
//
// What a reader gets wrong: files that a checked file names are checked, too, so a finding may be of another
// file than those given.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "synergy/files/kinds.hpp"

namespace synergy::files {

struct CheckOptions {
  /// Where profiles and models are looked for. Of a file that stands in a deploy folder (one with
  /// `devices/`), that one, unless `deploy_is_chosen`.
  std::filesystem::path deploy;
  bool deploy_is_chosen = false;
  std::optional<FileKind> as{};  ///< of all files given; nothing: by their content
  std::filesystem::path body{};  ///< apps, placements and days are held against it; empty: against none
};

/// Whether a file can be used all the same.
enum class Severity { kError, kWarning };

/// One thing that is wrong, and what to do. `line` and `column` count from 1; 0: the file as a whole.
struct CheckFinding {
  std::string file;
  std::uint64_t line = 0, column = 0;
  Severity severity = Severity::kError;
  std::string text;

  static void fields(auto& f) {
    using F = CheckFinding;
    f.required("file", &F::file, "where it is");
    f.required("line", &F::line, "from 1; 0: the file as a whole");
    f.required("column", &F::column, "from 1; 0: the file as a whole");
    f.required("severity", &F::severity, "error, or warning: the file can be used all the same");
    f.required("text", &F::text, "what is wrong, and what to do");
  }
  bool operator==(const CheckFinding&) const = default;
};

struct CheckedFile {
  std::string file, kind;
  std::uint64_t findings = 0;

  static void fields(auto& f) {
    using C = CheckedFile;
    f.required("file", &C::file, "that was looked at: given, or named by one that was");
    f.required("kind", &C::kind, "of file; empty: not known");
    f.required("findings", &C::findings, "things that are wrong with it");
  }
};

struct CheckReport {
  std::vector<CheckedFile> files;  ///< each once, those that were given first
  std::vector<CheckFinding> findings;

  [[nodiscard]] std::size_t errors() const;
  [[nodiscard]] bool ok() const { return errors() == 0; }
  static void fields(auto& f) {
    using R = CheckReport;
    f.required("files", &R::files, "those that were looked at");
    f.required("findings", &R::findings, "what is wrong, by file and line");
  }
};

/// `file:line:column: text`, as editors read it; of a file as a whole `file: text`. A warning's text begins
/// with `warning: `.
[[nodiscard]] std::string to_text(const CheckFinding& finding);

/// A folder stands for its model.yaml, or else for the .yaml files in it. Files that can not be read are
/// findings, too.
[[nodiscard]] CheckReport check(const std::vector<std::filesystem::path>& given, const CheckOptions& options);

}  // namespace synergy::files

namespace synergy::schemas {
template <>
inline constexpr std::array<std::pair<files::Severity, std::string_view>, 2> kEnumNames<files::Severity>{{
    {files::Severity::kError, "error"},
    {files::Severity::kWarning, "warning"},
}};
}  // namespace synergy::schemas
