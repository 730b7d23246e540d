#include "synergy/runtime/options.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <vector>

#include "synergy/runtime/exit_code.hpp"

namespace synergy::runtime {
namespace {

class OptionsTest : public ::testing::Test {
 protected:
  OptionsTest() {
    ::unsetenv("SYNERGY_TEST_BODY");
    options_.required_text("--body", body_, "the body file", "SYNERGY_TEST_BODY");
    options_.text("--policy", policy_, "what chooses plans");
  }
  ~OptionsTest() override { ::unsetenv("SYNERGY_TEST_BODY"); }

  /// Reads this command line; what is printed is kept in `out_` and `err_`.
  bool parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "program");
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const bool go_on = options_.parse(int(arguments.size()), arguments.data());
    out_ = ::testing::internal::GetCapturedStdout();
    err_ = ::testing::internal::GetCapturedStderr();
    return go_on;
  }

  Options options_{"synergy-test", "Tests options."};
  std::string body_, policy_ = "synergy", out_, err_;
};

TEST_F(OptionsTest, FlagsGiveTheirValuesAndTheRestKeepTheirDefaults) {
  ASSERT_TRUE(parse({"--body", "a.yaml"})) << err_;
  EXPECT_EQ(body_, "a.yaml");
  EXPECT_EQ(policy_, "synergy");
  EXPECT_EQ(out_ + err_, "");
}

TEST_F(OptionsTest, AFlagMayBeJoinedToItsValue) {
  ASSERT_TRUE(parse({"--body=a.yaml", "--policy=min-dev"})) << err_;
  EXPECT_EQ(body_, "a.yaml");
  EXPECT_EQ(policy_, "min-dev");
}

TEST_F(OptionsTest, AnUnknownFlagIsAUsageError) {
  EXPECT_FALSE(parse({"--body", "a.yaml", "--colour", "red"}));
  EXPECT_EQ(options_.exit_code(), int(ExitCode::kUsage));
  EXPECT_NE(err_.find("--colour"), std::string::npos) << err_;
}

TEST_F(OptionsTest, AMissingRequiredFlagIsAUsageError) {
  EXPECT_FALSE(parse({}));
  EXPECT_EQ(options_.exit_code(), 2);
  EXPECT_NE(err_.find("--body"), std::string::npos) << err_;
}

TEST_F(OptionsTest, AFlagWithoutItsValueIsAUsageError) {
  EXPECT_FALSE(parse({"--body"}));
  EXPECT_EQ(options_.exit_code(), 2);
}

TEST_F(OptionsTest, HelpIsPrintedAndEndsWell) {
  EXPECT_FALSE(parse({"--help"}));
  EXPECT_EQ(options_.exit_code(), 0);
  EXPECT_NE(out_.find("Tests options."), std::string::npos) << out_;
  EXPECT_NE(out_.find("the body file"), std::string::npos) << out_;
  EXPECT_NE(out_.find("SYNERGY_TEST_BODY"), std::string::npos) << out_;
}

TEST_F(OptionsTest, TheVersionIsPrintedAndEndsWell) {
  EXPECT_FALSE(parse({"--version"}));
  EXPECT_EQ(options_.exit_code(), 0);
  EXPECT_NE(out_.find('.'), std::string::npos) << out_;
}

TEST_F(OptionsTest, TheEnvironmentStandsInForAFlagThatIsNotGiven) {
  ::setenv("SYNERGY_TEST_BODY", "from the environment", 1);
  ASSERT_TRUE(parse({})) << err_;
  EXPECT_EQ(body_, "from the environment");
}

TEST_F(OptionsTest, AFlagGoesBeforeTheEnvironment) {
  ::setenv("SYNERGY_TEST_BODY", "from the environment", 1);
  ASSERT_TRUE(parse({"--body", "a.yaml"})) << err_;
  EXPECT_EQ(body_, "a.yaml");
}

TEST(ExitCodes, EveryErrorHasItsExitCode) {
  const std::pair<ErrorCode, int> expected[] = {{ErrorCode::kInvalid, 3},     {ErrorCode::kNotFound, 3},
                                                {ErrorCode::kConflict, 1},    {ErrorCode::kNoFit, 1},
                                                {ErrorCode::kUnavailable, 6}, {ErrorCode::kTimeout, 1},
                                                {ErrorCode::kOverloaded, 1},  {ErrorCode::kCorrupt, 5},
                                                {ErrorCode::kEnvironment, 4}, {ErrorCode::kInternal, 70}};
  EXPECT_EQ(std::size(expected), std::size_t(ErrorCode::kInternal) + 1);
  for (const auto& [code, number] : expected) EXPECT_EQ(int(exit_code_for(code)), number) << name_of(code);
}

}  // namespace
}  // namespace synergy::runtime
