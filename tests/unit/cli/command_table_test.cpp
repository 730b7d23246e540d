#include "synergy/cli/command_table.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
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

TEST(CommandTable, NamesAreUniqueAndEachVerbFollowsItsNoun) {
  std::set<std::string_view> names;
  for (const auto& row : command_table()) {
    EXPECT_FALSE(row.summary.empty()) << row.name;
    const auto space = row.name.find(' ');
    EXPECT_TRUE(space == std::string_view::npos || names.contains(row.name.substr(0, space))) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  }
  std::size_t short_names = 0;
  for (const auto& row : command_table()) {
    if (row.also.empty()) continue;
    ++short_names;
    EXPECT_EQ(row.name.find(' '), std::string_view::npos) << row.name;
    EXPECT_TRUE(names.contains(row.also.substr(0, row.also.find(' ')))) << row.also;
    EXPECT_TRUE(names.insert(row.also).second) << row.also;
  }
  EXPECT_GT(short_names, 10u);
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream text(line);
  return {std::istream_iterator<std::string>(text), {}};
}

TEST(CommandTable, EveryCommandHasExamplesThatParseAndAreOfThisCommand) {
  for (const auto& row : command_table()) {
    const auto examples = examples_of(row);
    EXPECT_EQ(examples.empty(), row.add == nullptr) << row.name;
    for (const auto& example : examples) {
      EXPECT_TRUE((example + " ").starts_with("synergy " + std::string(row.name) + " ")) << example;
      Command program("a program", "synergy");
      Shared shared;
      add_commands(program, shared);
      auto words = words_of(example);
      words.erase(words.begin());
      EXPECT_EQ(program.problem_with(words), "") << example;
      EXPECT_EQ(program.unknown_word(words), "") << example;
      if (!row.also.empty()) {
        auto by_the_rule = words_of(std::string(row.also));
        by_the_rule.insert(by_the_rule.end(), words.begin() + 1, words.end());
        EXPECT_EQ(program.problem_with(by_the_rule), "") << example;
      }
      words.emplace_back("--no-such-flag");
      EXPECT_NE(program.problem_with(words), "") << example;
      EXPECT_THAT(program.unknown_word(words), ::testing::StartsWith("unknown option '--no-such-flag'"));
    }
  }
}

TEST(CommandTable, FilesOfExamplesExist) {
  std::size_t files = 0;
  for (const auto& row : command_table())
    for (const auto& example : examples_of(row))
      for (const auto& word : words_of(example)) {
        if (!word.starts_with("deploy/") && !word.starts_with("tests/")) continue;
        ++files;
        EXPECT_TRUE(std::filesystem::exists(SYNERGY_SOURCE_DIR "/" + word)) << example;
      }
  EXPECT_GT(files, 10u);
}

TEST(CommandTable, HelpEndsWithTheCommandsOwnExamplesOrHowToGoOn) {
  Command program("a program", "synergy");
  Shared shared;
  add_commands(program, shared);
  EXPECT_THAT(program.help(), ::testing::HasSubstr("\nsynergy COMMAND --help tells"));
  EXPECT_THAT(program.help(), ::testing::Not(::testing::HasSubstr("Examples:")));
  std::size_t at = 0;
  for (const auto& row : command_table()) {
    if (row.name.find(' ') != std::string_view::npos) continue;
    const auto help = program.below(at++).help();
    if (row.add == nullptr)
      EXPECT_THAT(help, ::testing::EndsWith("\nsynergy " + std::string(row.name) +
                                            " COMMAND --help tells what a command takes, with examples.\n"));
    else
      EXPECT_THAT(help, ::testing::HasSubstr("\nExamples:\n  " + examples_of(row).front() + "\n"));
  }
}

struct Tree {
  Tree() { add_commands(program, shared); }
  std::string unknown(const std::string& line) const { return program.unknown_word(words_of(line)); }
  Shared shared;
  Command program{"a program", "synergy"};
};

TEST(UnknownWord, IsToldWithTheKnownNamesThatAreLikeIt) {
  const Tree tree;
  EXPECT_EQ(tree.unknown("aps"),
            "unknown command 'aps'; did you mean 'apps'? (synergy --help tells what each does)");
  EXPECT_EQ(tree.unknown("body lnk ble-2m"),
            "unknown command 'lnk'; did you mean 'link'? (synergy body --help tells what each does)");
  EXPECT_EQ(
      tree.unknown("results digits --folow"),
      "unknown option '--folow'; did you mean '--follow'? (synergy results --help tells what each does)");
  EXPECT_EQ(tree.unknown("apps submt deploy/apps"),
            "unknown command 'submt'; did you mean 'submit'? (synergy apps --help tells what each does)");
}

TEST(UnknownWord, LeavesValuesArgumentsAndNumbersAlone) {
  const Tree tree;
  EXPECT_EQ(tree.unknown("export runs -o --odd"), "");
  EXPECT_EQ(tree.unknown("export runs -oruns.csv --since=1h"), "");
  EXPECT_EQ(tree.unknown("submit -- --a-file"), "");
  EXPECT_EQ(tree.unknown("body battery ring -5"), "");
  EXPECT_EQ(tree.unknown("topic echo -"), "");
}

TEST(PlaceOfCommand, IsBehindTheOptionsOfTheProgram) {
  std::string folder;
  Command program("a program", "synergy");
  program.add_option("--run-dir", folder, "a folder");
  EXPECT_EQ(program.place_of_command({"--run-dir", "apps", "stop"}), 2u);
  EXPECT_EQ(program.place_of_command({"--run-dir=apps", "stop"}), 1u);
  EXPECT_EQ(program.place_of_command({"--help"}), 1u);
}

TEST(CommandTree, ACommandWithCommandsBelowItRunsOnlyWhereNoneIsChosen) {
  std::string called;
  Command program("a program", "synergy");
  auto* apps = program.add_command("apps", "lists", [&] { called += "apps "; });
  apps->add_command("stop", "stops", [&] { called += "stop "; });
  for (const auto& words :
       std::vector<std::vector<const char*>>{{"synergy", "apps"}, {"synergy", "apps", "stop"}})
    EXPECT_EQ(program.parse(int(words.size()), words.data()), Command::Parsed::kRan);
  EXPECT_EQ(called, "apps stop ");
}

TEST(CommandTree, AnArgumentMayBeNamedAsACommandIs) {
  std::string app, called;
  Command program("a program", "synergy");
  auto* apps = program.add_command("apps", "lists", [&] { called += "apps "; });
  apps->add_command("stop", "stops", [&] { called += "stop "; })->add_option("APP", app, "its name");
  apps->add_command("results", "reports", [&] { called += "results "; });
  program.add_command("top", "shows", [&] { called += "top "; });
  for (const char* name : {"results", "top", "apps"}) {
    const std::vector<const char*> words{"synergy", "apps", "stop", name};
    EXPECT_EQ(program.parse(int(words.size()), words.data()), Command::Parsed::kRan);
    EXPECT_EQ(app, name);
  }
  EXPECT_EQ(called, "stop stop stop ");
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
