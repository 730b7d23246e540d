// The token's file: made once, private, and made anew where it may be known.
#include "synergy/gateway/token.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "temporary_folder.hpp"

namespace synergy::gateway {
namespace {

class TokenTest : public ::testing::Test {
 protected:
  std::string kept() {
    const auto token = Token::kept_in(file_);
    EXPECT_TRUE(token);
    return token ? token->text() : "";
  }
  mode_t mode() const {
    struct stat info {};
    EXPECT_EQ(::stat(file_.c_str(), &info), 0);
    return info.st_mode & 07777;
  }
  test_support::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "gateway.token";
};

TEST_F(TokenTest, IsMadeOnceAndOnlyItsUserCanReadIt) {
  const auto first = kept();
  EXPECT_EQ(first.size(), 64u);
  EXPECT_EQ(mode(), 0600u);
  EXPECT_EQ(kept(), first);
  std::filesystem::remove(file_);
  EXPECT_NE(kept(), first);
}

TEST_F(TokenTest, AFileThatOthersCouldReadIsReplaced) {
  const auto first = kept();
  ASSERT_EQ(::chmod(file_.c_str(), 0644), 0);
  EXPECT_NE(kept(), first);
  EXPECT_EQ(mode(), 0600u);
}

TEST_F(TokenTest, AFileThatHoldsNoTokenIsReplaced) {
  for (const char* text : {"", "secret\n", "0123456789abcdef"}) {
    std::ofstream(file_) << text;
    ASSERT_EQ(::chmod(file_.c_str(), 0600), 0);
    EXPECT_EQ(kept().size(), 64u) << text;
  }
  const auto elsewhere = folder_.path() / "elsewhere";
  std::ofstream(elsewhere) << kept() << "\n";
  ASSERT_EQ(::chmod(elsewhere.c_str(), 0600), 0);
  const auto known = kept();
  std::filesystem::remove(file_);
  std::filesystem::create_symlink(elsewhere, file_);
  EXPECT_NE(kept(), known) << "a link is not followed";
}

TEST_F(TokenTest, OnlyTheWholeTokenIsIt) {
  const auto token = Token::kept_in(file_);
  ASSERT_TRUE(token);
  auto other = token->text();
  EXPECT_TRUE(token->is(other));
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_FALSE(token->is(other));
  EXPECT_FALSE(token->is(token->text().substr(1)));
  EXPECT_FALSE(token->is(token->text() + "0"));
  EXPECT_FALSE(token->is(""));
}

TEST_F(TokenTest, WhereTheFolderCanNotBeWrittenItSaysSo) {
  const auto token = Token::kept_in(folder_.path() / "no such folder" / "token");
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kEnvironment);
}

}  // namespace
}  // namespace synergy::gateway
