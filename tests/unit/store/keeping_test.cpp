// What the store says of itself while it can keep nothing, and when it can again.
#include "synergy/store_service/keeping.hpp"

#include <sys/resource.h>

#include "store_fixtures.hpp"

namespace synergy::store {
namespace {

using std::chrono::milliseconds;
using testing::ChildProcess;
using testing::opened;

const Error kFull{ErrorCode::kEnvironment, "mesh.db: the disk is full"};

class KeepingTest : public testing::StoreTest {
 protected:
  void look(const Status& room = {}) { keeping_.look(*database_, room, now_); }

  Keeping keeping_;
  MonotonicTime now_{std::chrono::seconds(100)};
};

TEST_F(KeepingTest, NothingIsSaidWhileAllIsWell) {
  look();
  keeping_.ended({}, now_);
  EXPECT_EQ(keeping_.trouble(), Trouble::kNone);
  EXPECT_EQ(keeping_.note(), "");
}

TEST_F(KeepingTest, WhatTheMachineRefusedIsTroubleUntilSomethingIsKept) {
  keeping_.ended(kFull, now_);
  EXPECT_EQ(keeping_.trouble(), Trouble::kKeepsNothing);
  EXPECT_EQ(keeping_.note(), "keeps nothing: mesh.db: the disk is full");
  keeping_.ended({}, now_);
  EXPECT_EQ(keeping_.trouble(), Trouble::kNone);
}

TEST_F(KeepingTest, WhatASenderGotWrongIsNoTroubleAndEndsNone) {
  for (const auto code : {ErrorCode::kInvalid, ErrorCode::kConflict, ErrorCode::kNotFound}) {
    keeping_.ended(Error{code, "not so"}, now_);
    EXPECT_EQ(keeping_.trouble(), Trouble::kNone) << name_of(code);
  }
  keeping_.ended(kFull, now_);
  keeping_.ended(Error{ErrorCode::kInvalid, "not so"}, now_);
  EXPECT_EQ(keeping_.trouble(), Trouble::kKeepsNothing);
}

TEST_F(KeepingTest, ItTriesByItselfWhenNobodyComesAgain) {
  keeping_.ended(kFull, now_);
  now_ += kTryAfter - milliseconds(1);
  look();
  EXPECT_EQ(keeping_.trouble(), Trouble::kKeepsNothing) << "commands have the word";
  now_ += milliseconds(1);
  look();
  EXPECT_EQ(keeping_.trouble(), Trouble::kNone);
}

TEST_F(KeepingTest, AFullDiskIsToldBeforeAnythingIsRefused) {
  look(Error{ErrorCode::kEnvironment, "the disk is full; free some space"});
  EXPECT_EQ(keeping_.trouble(), Trouble::kLittleRoom);
  EXPECT_EQ(keeping_.note(), "will soon keep nothing: the disk is full; free some space");
  look();
  EXPECT_EQ(keeping_.trouble(), Trouble::kNone);
}

TEST_F(KeepingTest, AFileThatIsNotAtItsPathIsTroubleUntilItIsBack) {
  const auto away = path_.string() + ".away";
  std::filesystem::rename(path_, away);
  look();
  EXPECT_EQ(keeping_.trouble(), Trouble::kKeepsNothing);
  EXPECT_NE(keeping_.note().find("deleted or moved away"), std::string::npos) << keeping_.note();
  std::filesystem::rename(away, path_);
  look();
  EXPECT_EQ(keeping_.trouble(), Trouble::kNone);
}

TEST(KeepingDurabilityTest, TryingFailsWhileTheFilesCanNotGrowAndChangesNothing) {
  const test_support::TemporaryFolder folder;
  ChildProcess child([&](const auto& report) {
    ::signal(SIGXFSZ, SIG_IGN);  // the write fails instead
    const auto database = opened(folder / "mesh.db");
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const auto grow_to = [&limit](rlim_t bytes) {
      limit.rlim_cur = bytes;
      ::setrlimit(RLIMIT_FSIZE, &limit);
    };
    Keeping keeping;
    MonotonicTime now{std::chrono::seconds(100)};
    const auto look = [&] {
      now += kTryAfter;
      keeping.look(*database, {}, now);
      report(keeping.note().empty() ? "well" : keeping.note());
    };
    keeping.ended(kFull, now);
    grow_to(1);
    look();
    grow_to(RLIM_INFINITY);
    look();
  });
  const auto full = child.line();
  EXPECT_TRUE(full.starts_with("keeps nothing: ")) << full;
  EXPECT_NE(full.find("space"), std::string::npos) << full;
  EXPECT_EQ(child.line(), "well");
  EXPECT_EQ(child.line(), "");
}

}  // namespace
}  // namespace synergy::store
