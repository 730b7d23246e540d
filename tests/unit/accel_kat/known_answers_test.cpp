// Our own golden cases always; recordings of the vendor's tool where SYNERGY_KAT_DIR names their folder.
#include <gtest/gtest.h>

#include <cstdlib>

#include "case_copy.hpp"

namespace synergy::accel_kat_test {
namespace {

std::string label(const fs::path& folder) {
  std::string name = folder.parent_path().filename().string() + "_" + folder.filename().string();
  for (auto& letter : name)
    if (!std::isalnum(static_cast<unsigned char>(letter))) letter = '_';
  return name;
}

std::vector<fs::path> cases_below(const fs::path& root) {
  auto folders = accel_kat::find_known_answers(root);
  return folders ? *folders : std::vector<fs::path>();
}

void expect_equal(const accel_kat::CaseReport& report) {
  EXPECT_EQ(report.error, "");
  for (const auto& difference : report.differences) ADD_FAILURE() << report.name << ": " << difference;
  EXPECT_GT(report.layers, 0u);
}

constexpr accel_kat::Path kPaths[] = {accel_kat::Path::kReference, accel_kat::Path::kFast};

class GoldenCase : public ::testing::TestWithParam<fs::path> {};

TEST_P(GoldenCase, IsComputedPlacedAndTimedAsWorkedOutByHand) {
  for (const auto path : kPaths) {
    const auto report = accel_kat::check_folder(GetParam(), path);
    expect_equal(report);
    EXPECT_GT(report.images, 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(Ours, GoldenCase, ::testing::ValuesIn(cases_below(golden(""))),
                         [](const auto& each) { return label(each.param); });

TEST(GoldenCases, ShowWhatNoRecordingShows) { EXPECT_GE(cases_below(golden("")).size(), 15u); }

class KnownAnswers : public ::testing::TestWithParam<schemas::AcceleratorKind> {};

TEST_P(KnownAnswers, EveryRecordedCaseIsEqualInEveryRespect) {
  const char* root = std::getenv("SYNERGY_KAT_DIR");
  if (root == nullptr) GTEST_SKIP() << "NOT COMPARED WITH KNOWN ANSWERS: set SYNERGY_KAT_DIR to their folder";
  const auto folders =
      accel_kat::find_known_answers(fs::path(root) / std::string(schemas::name_of(GetParam())));
  ASSERT_TRUE(folders) << folders.error().message;
  for (const auto path : kPaths) {
    std::vector<accel_kat::CaseReport> reports;
    for (const auto& folder : *folders) {
      reports.push_back(accel_kat::check_folder(folder, path));
      expect_equal(reports.back());
    }
    EXPECT_EQ(accel_kat::summarize(reports).passed, folders->size());
  }
}

INSTANTIATE_TEST_SUITE_P(Chips, KnownAnswers,
                         ::testing::Values(schemas::AcceleratorKind::kMax78000,
                                           schemas::AcceleratorKind::kMax78002),
                         [](const auto& each) { return std::string(schemas::name_of(each.param)); });

}  // namespace
}  // namespace synergy::accel_kat_test
