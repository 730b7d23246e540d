// The report: one line for each check, and what deploy/mesh hands on.
#include "synergy/doctor/finding.hpp"

#include <gtest/gtest.h>

#include "synergy/schemas/encode.hpp"

namespace synergy::doctor_test {
namespace {

using doctor::Finding;
using doctor::Report;
using doctor::Verdict;

Report report() {
  Report report;
  report.add({Verdict::kOk, "build", "it is there", {}});
  report.add(std::vector<Finding>{{Verdict::kProblem, "disk", "it is full", "make room"},
                                  {Verdict::kWarning, "load", "much \x1b[2J", "end it"}});
  return report;
}

TEST(Report, IsALineForEachFindingAndTheirCount) {
  EXPECT_EQ(doctor::to_text(report()),
            "ok       build  it is there\n"
            "problem  disk   it is full; make room\n"
            "warning  load   much \\x1b[2J; end it\n"
            "1 problem, 1 warning\n");
  EXPECT_EQ(doctor::to_text({}), "0 problems, 0 warnings\n");
}

TEST(Report, IsAnObjectOfJson) {
  auto one = report();
  one.findings.resize(1);
  EXPECT_EQ(schemas::to_json(one),
            R"({"problems":1,"warnings":1,"findings":[{"verdict":"ok","check":"build",)"
            R"("says":"it is there","remedy":""}]})");
}

TEST(Finding, OfTheScriptIsReadBack) {
  const auto found = doctor::parse_finding("problem:packages:missing; a b:apt-get install a:b");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, (Finding{Verdict::kProblem, "packages", "missing; a b", "apt-get install a:b"}));
  EXPECT_TRUE(doctor::parse_finding("ok:build:there:"));
  for (const char* wrong : {"", "ok", "ok:build:there", "fine:build:there:"})
    EXPECT_EQ(doctor::parse_finding(wrong).error().code, ErrorCode::kInvalid) << wrong;
}

}  // namespace
}  // namespace synergy::doctor_test
