// Places in errors: taken out where they stand, whatever stands around them.
#include "synergy/documents/finding.hpp"

#include <gtest/gtest.h>

namespace synergy::documents {
namespace {

std::vector<Finding> findings(const std::string& message) {
  return findings_in(Error{ErrorCode::kInvalid, message}, "dir/a.yaml");
}

TEST(Finding, HasThePlaceThatItsLineNames) {
  EXPECT_EQ(findings("dir/a.yaml:3:7: rate: wrong\nmodel: dir/a.yaml:12:1: 'x' is missing"),
            (std::vector<Finding>{{"dir/a.yaml", 3, 7, "rate: wrong"},
                                  {"dir/a.yaml", 12, 1, "model: 'x' is missing"}}));
}

TEST(Finding, WithoutAPlaceIsOfTheFileAsAWhole) {
  EXPECT_EQ(findings("dir/a.yaml: no such file"),
            (std::vector<Finding>{{"dir/a.yaml", 0, 0, "dir/a.yaml: no such file"}}));
  EXPECT_EQ(findings("a:b:c: d"), (std::vector<Finding>{{"dir/a.yaml", 0, 0, "a:b:c: d"}}));
}

TEST(Finding, OfAnotherFileIsOfThatOne) {
  EXPECT_EQ(findings("dir/b.yaml:5:2: 'y' is wrong: 1:2: 3"),
            (std::vector<Finding>{{"dir/b.yaml", 5, 2, "'y' is wrong: 1:2: 3"}}));
}

TEST(Finding, ReadsAsEditorsReadIt) {
  EXPECT_EQ(to_text(Finding{"a.yaml", 3, 7, "wrong"}), "a.yaml:3:7: wrong");
  EXPECT_EQ(to_text(Finding{"a.yaml", 0, 0, "wrong"}), "a.yaml: wrong");
  EXPECT_EQ(to_text(Finding{"a.yaml", 0, 0, "a.yaml: wrong"}), "a.yaml: wrong");
}

}  // namespace
}  // namespace synergy::documents
