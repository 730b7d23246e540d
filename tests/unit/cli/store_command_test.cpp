// synergy store check: what it prints, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "synergy/cli/command_table.hpp"
#include "synergy/store/database.hpp"
#include "synergy/store_service/store_service.hpp"
#include "temporary_folder.hpp"

namespace synergy::cli {
namespace {

using ::testing::HasSubstr;

class StoreCheck : public ::testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("SYNERGY_STORE");
    shared_.run_folder = folder_.path();
    auto database = store::Database::open(folder_ / "mesh.db");
    ASSERT_TRUE(database) << database.error().message;
    const ManualClock clock;
    store::StoreService service(**database, clock);
    schemas::AppStatus app;
    app.request.app = AppId("digits");
    ASSERT_TRUE(service.on(schemas::StoreDecision{{app}, {}, "submitted"}));
  }

  Status run(const std::vector<std::string>& arguments) {
    Command program("a test", "synergy");
    add_commands(program, shared_);
    std::vector<const char*> words{"synergy", "store", "check"};
    for (const auto& argument : arguments) words.push_back(argument.c_str());
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(program.parse(int(words.size()), words.data()), Command::Parsed::kRan);
    output_ = ::testing::internal::GetCapturedStdout();
    return shared_.status;
  }

  /// Flips a bit in the name of the app's event.
  void damage() {
    std::FILE* file = std::fopen((folder_ / "mesh.db").c_str(), "r+b");
    std::string bytes(std::filesystem::file_size(folder_ / "mesh.db"), '\0');
    ASSERT_EQ(std::fread(bytes.data(), 1, bytes.size(), file), bytes.size());
    const auto at = bytes.find("submitted");
    ASSERT_NE(at, std::string::npos);
    std::fseek(file, long(at), SEEK_SET);
    std::fputc('S', file);
    std::fclose(file);
  }

  test_support::TemporaryFolder folder_;
  Shared shared_;
  std::string output_;
};

TEST_F(StoreCheck, AWholeFileIsToldOf) {
  const auto status = run({});
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_THAT(output_, HasSubstr("mesh.db: 2 rows of schema version 11 read, each with a checksum\n"));
  EXPECT_THAT(output_, HasSubstr("no damage found\n"));
}

TEST_F(StoreCheck, DamageIsListedWithItsKeyAndWhatToDo) {
  damage();
  const auto status = run({(folder_ / "mesh.db").string()});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(status.error().message, HasSubstr("damaged in 1 place"));
  EXPECT_THAT(output_, HasSubstr("events  1    is not as it was written: its checksum differs\n"));
  EXPECT_THAT(output_, HasSubstr("what to do:\n- "));
  EXPECT_THAT(output_, HasSubstr("put a copy of the file in its place"));
}

TEST_F(StoreCheck, JsonTellsTheSame) {
  ASSERT_TRUE(run({"--json"}));
  EXPECT_THAT(output_, HasSubstr("\"damages\": 0"));
  EXPECT_THAT(output_, HasSubstr("\"without_checksum\": 0"));
  damage();
  EXPECT_FALSE(run({"--json"}));
  EXPECT_THAT(output_, HasSubstr("\"table\": \"events\""));
  EXPECT_THAT(output_, HasSubstr("\"row\": \"1\""));
  EXPECT_THAT(output_, HasSubstr("\"advice\": "));
}

TEST_F(StoreCheck, TheFileIsTheOneNamedThenTheMeshsOwn) {
  ::setenv("SYNERGY_STORE", (folder_ / "mesh.db").c_str(), 1);
  shared_.run_folder.folder = "/nowhere";
  EXPECT_TRUE(run({}));
  ::setenv("SYNERGY_STORE", "/nowhere/of.db", 1);
  EXPECT_EQ(run({}).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(run({(folder_ / "mesh.db").string()}));
  ::unsetenv("SYNERGY_STORE");
  EXPECT_THAT(run({}).error().message, HasSubstr("/nowhere/mesh.db"));
}

}  // namespace
}  // namespace synergy::cli
