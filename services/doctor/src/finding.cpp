#include "synergy/doctor/finding.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "synergy/base/visible_text.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::doctor {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(out.size(), width), ' ');
  return out + "  ";
}

std::string count(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

}  // namespace

void Report::add(Finding finding) {
  problems += finding.verdict == Verdict::kProblem ? 1 : 0;
  warnings += finding.verdict == Verdict::kWarning ? 1 : 0;
  findings.push_back(std::move(finding));
}

void Report::add(std::vector<Finding> more) {
  for (auto& finding : more) add(std::move(finding));
}

std::string to_text(const Report& report) {
  std::size_t width = 0;
  for (const auto& finding : report.findings) width = std::max(width, finding.check.size());
  constexpr std::size_t kVerdict = 7;
  std::string text;
  for (const auto& [verdict, check, says, remedy] : report.findings)
    text += padded(schemas::name_of(verdict), kVerdict) + padded(visible(check), width) +
            visible(remedy.empty() ? says : says + "; " + remedy) + "\n";
  return text + count(report.problems, "problem") + ", " + count(report.warnings, "warning") + "\n";
}

Result<Finding> parse_finding(const std::string& text) {
  std::array<std::string, 4> parts;
  std::string_view left = text;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto colon = left.find(':');
    if (colon == std::string_view::npos)
      return Error{ErrorCode::kInvalid, "'" + text + "' is no finding; write VERDICT:CHECK:SAYS:REMEDY"};
    parts.at(i) = left.substr(0, colon);
    left.remove_prefix(colon + 1);
  }
  parts.back() = left;
  for (const auto& [verdict, name] : schemas::kEnumNames<Verdict>)
    if (name == parts[0]) return Finding{verdict, parts[1], parts[2], parts[3]};
  return Error{ErrorCode::kInvalid, "'" + parts[0] + "' is no verdict; write ok, warning or problem"};
}

}  // namespace synergy::doctor

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::doctor::Finding>();
template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::doctor::Report>();
