#include "synergy/cli/command_table.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

namespace synergy::cli {
namespace {

TEST(CommandTable, HelpListsEveryCommandUnderItsHeadingInTheTablesOrder) {
  Command program("a program", "synergy");
  Shared shared;
  add_commands(program, shared);
  const auto help = program.help();
  std::size_t at = 0;
  std::string_view section;
  for (const auto& row : command_table()) {
    if (row.name.find(' ') != std::string_view::npos) continue;
    if (row.section != section) {
      section = row.section;
      at = help.find(std::string(section) + ":\n", at);
      ASSERT_NE(at, std::string::npos) << section << " in\n" << help;
    }
    at = help.find("\n  " + std::string(row.name) + " ", at);
    ASSERT_NE(at, std::string::npos) << row.name << " in\n" << help;
  }
}

TEST(CommandTable, NamesAreUniqueAndEachCommandOfAGroupFollowsIt) {
  std::set<std::string_view> names, groups;
  for (const auto& row : command_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.summary.empty()) << row.name;
    if (row.add == nullptr) groups.insert(row.name);
    const auto space = row.name.find(' ');
    const bool is_placed = space == std::string_view::npos || groups.contains(row.name.substr(0, space));
    EXPECT_TRUE(is_placed) << row.name;
  }
}

TEST(CommandTable, TheReadmeHasItsList) {
  std::ifstream file(SYNERGY_SOURCE_DIR "/services/cli/README.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_THAT(text.str(), ::testing::HasSubstr("## Commands\n" + commands_markdown()))
      << "put this below '## Commands' in services/cli/README.md:\n"
      << commands_markdown();
}

}  // namespace
}  // namespace synergy::cli
