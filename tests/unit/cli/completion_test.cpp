#include "synergy/cli/completion.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <set>

#include "synergy/cli/command_table.hpp"
#include "synergy/cli/completion_scripts.hpp"
#include "synergy/cli/usage_text.hpp"

namespace synergy::cli {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using Files = Completion::Files;

/// The program's own tree, and a mesh that has a name of each kind.
class CompletionTest : public testing::Test {
 protected:
  CompletionTest() {
    add_commands(program_, shared_);
    tree_ = program_.tree();
  }

  Completion completed(const std::vector<std::string>& words) {
    return complete(tree_, words,
                    [this](ValueKind kind, const GivenValues& given) -> std::vector<std::string> {
                      given_ = given;
                      asked_.push_back(kind);
                      switch (kind) {
                        case ValueKind::kApp:
                          return {"digits", "faces"};
                        case ValueKind::kDevice:
                          return {"glasses", "ring"};
                        case ValueKind::kTopic:
                          return {"state/body", "state/plan"};
                        case ValueKind::kModel:
                          return {"digits-model"};
                        default:
                          return {};
                      }
                    });
  }
  std::vector<std::string> texts(const std::vector<std::string>& words) {
    std::vector<std::string> all;
    for (const auto& candidate : completed(words).candidates) all.push_back(candidate.text);
    return all;
  }

  Command program_{"a program", "synergy"};
  Shared shared_;
  CommandInfo tree_;
  GivenValues given_;
  std::vector<ValueKind> asked_;
};

TEST_F(CompletionTest, EveryCommandOfTheTableIsOfferedAndNoOther) {
  std::set<std::string> known{"help"};
  for (const auto& row : command_table())
    if (row.name.find(' ') == std::string_view::npos) known.insert(std::string(row.name));
  EXPECT_THAT(texts({""}), testing::UnorderedElementsAreArray(known));
  EXPECT_THAT(texts({"topic", ""}), ElementsAre("list", "echo", "top", "hz", "bw", "pub"));
  EXPECT_THAT(texts({"topic", "e"}), ElementsAre("echo"));
  EXPECT_THAT(texts({"res"}), ElementsAre("results", "restore"));
  EXPECT_THAT(texts({"no-such", ""}), IsEmpty());
}

TEST_F(CompletionTest, ACandidateSaysWhatItIs) {
  const auto found = completed({"app"}).candidates;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].about, tree_.find("apps")->about);
}

TEST_F(CompletionTest, OptionsOfTheCommandAndOfThoseAboveThatAreNotThereYet) {
  EXPECT_THAT(texts({"topic", "top", "--"}), IsSupersetOf({"--json", "--window", "--help", "--sort"}));
  EXPECT_THAT(texts({"topic", "top", "--json", "--"}), Not(Contains("--json")));
  EXPECT_THAT(texts({"export", "-"}), Contains("-o"));
  EXPECT_THAT(texts({"export", "--"}), AllOf(Contains("--output"), Not(Contains("-o"))));
  // One that may be given several times stays.
  EXPECT_THAT(texts({"record", "--topic", "state/", "--"}), Contains("--topic"));
}

TEST_F(CompletionTest, ChoicesOfAFlagAreItsOnlyValues) {
  EXPECT_THAT(texts({"topic", "top", "--sort", ""}), ElementsAre("rate", "bandwidth", "age", "topic"));
  EXPECT_THAT(texts({"topic", "top", "--sort", "b"}), ElementsAre("bandwidth"));
  EXPECT_THAT(texts({"topic", "top", "--sort=b"}), ElementsAre("--sort=bandwidth"));
  EXPECT_THAT(texts({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
  EXPECT_THAT(texts({"export", ""}), Contains("events"));
}

TEST_F(CompletionTest, NamesOfTheMeshStandWhereTheyAreWanted) {
  EXPECT_THAT(texts({"stop", ""}), ElementsAre("digits", "faces"));
  EXPECT_THAT(texts({"results", "f"}), ElementsAre("faces"));
  EXPECT_THAT(texts({"history", "--device", ""}), ElementsAre("glasses", "ring"));
  EXPECT_THAT(texts({"topic", "echo", "state/p"}), ElementsAre("state/plan"));
  EXPECT_THAT(texts({"topic", "echo", "state/plan", "state/b"}), ElementsAre("state/body"));
  EXPECT_THAT(texts({"model", "show", "d"}), ElementsAre("digits-model"));
}

TEST_F(CompletionTest, TheMeshIsOnlyAskedWhereANameIsWanted) {
  (void)completed({""});
  (void)completed({"stop", "--"});
  (void)completed({"topic", "top", "--sort", ""});
  (void)completed({"top", "--interval", ""});
  EXPECT_THAT(asked_, IsEmpty());
}

TEST_F(CompletionTest, WhatTheLineSaysOfTheMeshIsPassedOn) {
  (void)completed({"stop", "--run-dir", "/there", ""});
  EXPECT_THAT(given_, testing::Not(Contains(testing::Key("--run-dir"))));  // this program has no such option
  Command program("a program", "synergy");
  std::filesystem::path folder;
  Shared shared;
  program.add_option("--run-dir", folder, "a folder");
  add_commands(program, shared);
  tree_ = program.tree();
  (void)completed({"stop", "--run-dir", "/there", ""});
  EXPECT_EQ(given_["--run-dir"], "/there");
  (void)completed({"--run-dir=/here", "stop", ""});
  EXPECT_EQ(given_["--run-dir"], "/here");
  EXPECT_EQ(completed({"stop", "--run-dir", ""}).files, Files::kFolders);
}

TEST_F(CompletionTest, FilesWhereAFileIsWanted) {
  EXPECT_EQ(completed({"submit", ""}).files, Files::kFiles);
  EXPECT_EQ(completed({"submit", "a.yaml", ""}).files, Files::kFiles);
  EXPECT_EQ(completed({"solve", "--body", ""}).files, Files::kFiles);
  EXPECT_EQ(completed({"solve", "--app", ""}).files, Files::kFiles);
  EXPECT_EQ(completed({"history", "--app", ""}).files, Files::kNone);
  EXPECT_EQ(completed({"man", "--out", ""}).files, Files::kFolders);
  EXPECT_EQ(completed({"apps", ""}).files, Files::kNone);
}

TEST_F(CompletionTest, WhatStandsBehindTwoDashesIsNoOption) {
  EXPECT_THAT(texts({"stop", "--", "--"}), IsEmpty());
  EXPECT_THAT(texts({"stop", "--", ""}), ElementsAre("digits", "faces"));
}

TEST_F(CompletionTest, ACommandThatTakesNoMoreArgumentsOffersItsOptions) {
  EXPECT_THAT(texts({"stop", "digits", ""}), AllOf(Contains("--json"), Not(Contains("digits"))));
  EXPECT_THAT(texts({"stop", "digits", "f"}), IsEmpty());
}

TEST_F(CompletionTest, HelpAndManTakeCommands) {
  EXPECT_THAT(texts({"help", "his"}), ElementsAre("history"));
  EXPECT_THAT(texts({"help", ""}), Not(Contains("help")));
  EXPECT_THAT(texts({"man", "top"}), ElementsAre("top", "topic"));
  EXPECT_THAT(texts({"man", "topic", "e"}), ElementsAre("echo"));
}

TEST_F(CompletionTest, NoWordsAndUnknownOptionsAreNoTrouble) {
  EXPECT_THAT(complete(tree_, {}, {}).candidates, Not(IsEmpty()));
  EXPECT_THAT(texts({"stop", "--no-such=", ""}), ElementsAre("digits", "faces"));
  EXPECT_THAT(texts({"stop", "--no-such="}), IsEmpty());
  EXPECT_THAT(texts({"top", "--once=", ""}), Not(IsEmpty()));
}

TEST_F(CompletionTest, ItsLinesEndWithWhatTheShellIsToAdd) {
  EXPECT_EQ(completion_lines({{{"a", "first"}, {"b", ""}}, Files::kNone}), "a\tfirst\nb\n:none\n");
  EXPECT_EQ(completion_lines({{}, Files::kFiles}), ":files\n");
  EXPECT_EQ(completion_lines({{}, Files::kFolders}), ":folders\n");
}

TEST_F(CompletionTest, EveryValueOfEveryCommandHasChoicesOrAKnownKindOrIsANumber) {
  std::size_t values = 0;
  const std::function<void(const CommandInfo&)> look = [&](const CommandInfo& command) {
    for (const auto* list : {&command.options, &command.arguments})
      for (const auto& option : *list) {
        if (option.is_flag()) continue;
        ++values;
        const bool is_number = option.placeholder == "UINT" || option.placeholder == "INT" ||
                               option.placeholder == "FLOAT" || option.placeholder == "PERCENT";
        EXPECT_TRUE(is_number || !option.choices.empty() || value_of_option(command.name, option.name()))
            << command.name << " " << option.name() << " takes a " << option.placeholder
            << ": add what it is to src/command_tree.cpp";
      }
    for (const auto& below : command.commands) look(below);
  };
  look(tree_);
  EXPECT_GT(values, 100u);
}

TEST(CompletionScripts, EachAsksTheProgram) {
  for (const auto* shell : {"bash", "zsh", "fish"})
    EXPECT_THAT(std::string(completion_script(shell)), HasSubstr("__complete")) << shell;
}

constexpr const char* kUsage = R"(Usage: deploy/mesh COMMAND [OPTIONS]

  up [OPTIONS]        start a mesh and wait; options:
                        --body FILE       the body (default:
                                          one of ours)
                        --link NAME|FILE  another link
                        --policy NAME     what plans
                        --long            a flag
                        CTEST ARGS        what CTest
                                          takes
  down                stop it
  leave DEVICE        let a device leave
  logs [-f] [--since TIME] [PROCESS]...
                      show the logs, or of some
                      processes

Environment: SYNERGY_RUN_DIR (sockets), more.
)";

TEST(UsageText, CommandsAndOptionsAreReadFromTheScriptsOwnWords) {
  const auto tree = read_usage("mesh", "a script", kUsage);
  ASSERT_EQ(tree.commands.size(), 4u);
  const auto* up = tree.find("up");
  EXPECT_EQ(up->about, "start a mesh and wait; options:");
  ASSERT_EQ(up->options.size(), 4u);
  EXPECT_EQ(up->options[0].about, "the body (default: one of ours)");
  EXPECT_EQ(up->options[0].kind, ValueKind::kBody);
  EXPECT_EQ(up->options[1].kind, ValueKind::kLink);
  EXPECT_EQ(up->options[2].kind, ValueKind::kPolicy);
  EXPECT_TRUE(up->options[3].is_flag());
  ASSERT_EQ(up->arguments.size(), 1u);
  EXPECT_EQ(up->arguments[0].placeholder, "CTEST ARGS");
  EXPECT_EQ(up->arguments[0].about, "what CTest takes");
  const auto* leave = tree.find("leave");
  ASSERT_EQ(leave->arguments.size(), 1u);
  EXPECT_EQ(leave->arguments[0].kind, ValueKind::kDevice);
  EXPECT_TRUE(leave->arguments[0].required);
  const auto* logs = tree.find("logs");
  EXPECT_EQ(logs->about, "show the logs, or of some processes");
  ASSERT_EQ(logs->options.size(), 2u);
  EXPECT_EQ(logs->options[1].placeholder, "TIME");
  ASSERT_EQ(logs->arguments.size(), 1u);
  EXPECT_EQ(logs->arguments[0].kind, ValueKind::kProcess);
  EXPECT_FALSE(logs->arguments[0].required);
  EXPECT_TRUE(logs->arguments[0].many);
  EXPECT_EQ(tree.help_end, "\nEnvironment: SYNERGY_RUN_DIR (sockets), more.\n");
}

TEST(UsageText, TextWithoutCommandsIsNone) {
  for (const auto* text : {"", "Usage: nothing\n", "   deep\n\n\n", "  [odd\n  UP case\n"})
    EXPECT_TRUE(read_usage("mesh", "", text).commands.empty()) << text;
}

}  // namespace
}  // namespace synergy::cli
