// The file taken away under an open store, and things that are no file at its path.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "store_fixtures.hpp"
#include "synergy/store/transaction.hpp"

namespace synergy::store {
namespace {

using schemas::QueryRuns;
using schemas::StoreDecision;
using schemas::StoreRuns;
using schemas::StoreSwitch;
using test_support::TemporaryFolder;
using testing::opened;
using testing::sample_app;
using testing::sample_body;
using testing::sample_plan;
using testing::sample_run;

class FileWatchTest : public testing::StoreTest {
 protected:
  /// Every command that stores fails and says what to do; queries go on.
  void expect_nothing_is_acknowledged(const std::string& ending) {
    const auto refused = [&](const Result<schemas::Done>& done) {
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().code, ErrorCode::kEnvironment);
      EXPECT_NE(done.error().message.find(path_.string() + ending + ":"), std::string::npos)
          << done.error().message;
      EXPECT_NE(done.error().message.find("nothing is kept until"), std::string::npos)
          << done.error().message;
    };
    refused(service_->on(StoreDecision{{sample_app("kws")}, sample_plan(2), "test"}));
    refused(service_->on(StoreRuns{{sample_run("digits", 11)}, {sample_app("digits")}}));
    refused(service_->on(StoreSwitch{1, {}, {}}));
    refused(service_->on(schemas::StoreBody{sample_body()}));
    EXPECT_FALSE(database_->may_write());
    EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), 0, 10})->runs.size(), 1u);
  }
  void keep_something() {
    ASSERT_TRUE(service_->on(StoreDecision{{sample_app("digits")}, sample_plan(1), "test"}));
    ASSERT_TRUE(service_->on(StoreRuns{{sample_run("digits", 10)}, {sample_app("digits")}}));
    ASSERT_TRUE(database_->may_write());
  }
};

TEST_F(FileWatchTest, WhileTheFileIsMovedAwayNothingIsAcknowledgedAndAllIsOnceItIsBack) {
  for (const std::string ending : {"", "-wal", "-shm"}) {
    if (ending.empty()) keep_something();
    const auto file = path_.string() + ending, away = path_.string() + ".away";
    std::filesystem::rename(file, away);
    expect_nothing_is_acknowledged(ending);
    std::filesystem::copy_file(away, file);  // the same content, and yet another file
    expect_nothing_is_acknowledged(ending);
    std::filesystem::rename(away, file);
    EXPECT_TRUE(database_->may_write());
  }
  EXPECT_TRUE(service_->on(StoreRuns{{sample_run("digits", 11)}, {sample_app("digits")}}));
  reopen();
  EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), 0, 10})->runs.size(), 2u);
}

TEST_F(FileWatchTest, AFileThatGoesAwayBeforeTheCommitIsNotAcknowledged) {
  keep_something();
  auto transaction = Transaction::begin(*database_, Durability::kPowerCut);
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(Apps(*database_).keep(sample_app("kws")));
  std::filesystem::rename(path_, path_.string() + ".away");
  const auto committed = transaction->commit();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::kEnvironment);
}

TEST_F(FileWatchTest, WhatStandsInADeletedLogIsWrittenToTheDatabaseWhenTheStoreEnds) {
  keep_something();
  std::filesystem::remove(path_.string() + "-wal");
  expect_nothing_is_acknowledged("-wal");
  reopen();
  EXPECT_EQ(service_->on(QueryRuns{AppId("digits"), 0, 10})->runs.size(), 1u);
  EXPECT_TRUE(database_->may_write());
}

void make_socket(const std::filesystem::path& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(socket);
}

TEST(StrangeFileTest, WhatIsNoPlainFileIsRefusedAtOnceAndNamed) {
  const TemporaryFolder folder;
  int n = 0;
  for (const std::string ending : {"", "-wal", "-shm", ".lock"}) {
    const std::vector<std::pair<std::string, std::function<void(const std::filesystem::path&)>>> strangers{
        {"a FIFO", [](const auto& path) { ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0); }},
        {"a socket", make_socket},
        {"a folder", [](const auto& path) { std::filesystem::create_directory(path); }},
        {"a device", [](const auto& path) { std::filesystem::create_symlink("/dev/zero", path); }}};
    for (const auto& [kind, make] : strangers) {
      const auto path = folder / ("store-" + std::to_string(++n) + ".db");
      const auto strange = path.string() + ending;
      make(strange);
      const auto database = Database::open(path);  // where it waited, the test would never end
      ASSERT_FALSE(database) << kind << ending;
      EXPECT_EQ(database.error().code, ErrorCode::kEnvironment);
      EXPECT_NE(database.error().message.find(strange + ": is " + kind), std::string::npos)
          << database.error().message;
      EXPECT_FALSE(std::filesystem::is_regular_file(path)) << "nothing was made beside it";
    }
  }
}

TEST(InterruptTest, AnOpeningThatIsInterruptedFailsAndTheNextOneSucceeds) {
  const TemporaryFolder folder;
  const auto path = folder / "mesh.db";
  bool asked = false;
  const auto database = Database::open(path, [&] { return asked = true; });
  ASSERT_FALSE(database);
  EXPECT_TRUE(asked);
  EXPECT_EQ(database.error().code, ErrorCode::kUnavailable) << database.error().message;
  EXPECT_TRUE(Database::open(path, [] { return false; }));
}

}  // namespace
}  // namespace synergy::store
