// What a look at a machine or a mesh found: one line for each check.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/schemas/fields.hpp"

namespace synergy::doctor {

enum class Verdict {
  kOk,
  kWarning,  ///< it works, and soon may not, or not as well as it could
  kProblem,  ///< a mesh can not start, or does not do what it is for
};

struct Finding {
  Verdict verdict = Verdict::kOk;
  std::string check;   ///< what was looked at, e.g. `disk`
  std::string says;    ///< what was found
  std::string remedy;  ///< what to do; empty where nothing is wrong

  static void fields(auto& f) {
    using F = Finding;
    f.required("verdict", &F::verdict, "ok, warning or problem");
    f.required("check", &F::check, "what was looked at");
    f.required("says", &F::says, "what was found");
    f.required("remedy", &F::remedy, "what to do; empty: nothing is wrong");
  }
  bool operator==(const Finding&) const = default;
};

struct Report {
  std::uint64_t problems = 0, warnings = 0;
  std::vector<Finding> findings;

  void add(Finding finding);
  void add(std::vector<Finding> more);
  static void fields(auto& f) {
    using R = Report;
    f.required("problems", &R::problems, "findings that are a problem");
    f.required("warnings", &R::warnings, "findings that are a warning");
    f.required("findings", &R::findings, "of every check, in its order");
  }
};

/// One line each, `VERDICT CHECK SAYS; REMEDY`, and a last one that counts. What a terminal may obey is
/// written out.
[[nodiscard]] std::string to_text(const Report& report);

/// `VERDICT:CHECK:SAYS:REMEDY`, as deploy/mesh hands on what it found by itself; SAYS has no colon. Fails
/// with kInvalid.
[[nodiscard]] Result<Finding> parse_finding(const std::string& text);

}  // namespace synergy::doctor

namespace synergy::schemas {
template <>
inline constexpr std::array<std::pair<doctor::Verdict, std::string_view>, 3> kEnumNames<doctor::Verdict>{{
    {doctor::Verdict::kOk, "ok"},
    {doctor::Verdict::kWarning, "warning"},
    {doctor::Verdict::kProblem, "problem"},
}};
}  // namespace synergy::schemas
