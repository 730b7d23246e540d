#include "synergy/cli/man_page.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "synergy/cli/command_table.hpp"
#include "synergy/cli/usage_text.hpp"

namespace synergy::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Manual kManual{"1.2.3", "2026-03-01", "synergy", "synergy-mesh"};

CommandInfo program_tree() {
  Command program("a program", "synergy");
  Shared shared;
  std::filesystem::path folder = "/home/somebody/run";
  program.add_option("--run-dir", folder, "a folder")->from_environment("SYNERGY_RUN_DIR")->show_default();
  add_commands(program, shared);
  return program.tree();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  return lines;
}

TEST(ManPage, EveryCommandHasOneWithItsOptionsAndExamples) {
  const auto tree = program_tree();
  const auto pages = man_pages(tree, kManual);
  std::map<std::string, std::string> texts;
  for (const auto& page : pages) texts[page.name] = page.text;
  std::size_t names = 1;  // the program's own
  EXPECT_EQ(pages.front().name, "synergy");
  for (const auto& row : command_table())
    for (const auto also : {row.name, row.also}) {
      if (also.empty()) continue;
      ++names;
      std::string name = "synergy-" + std::string(also);
      std::replace(name.begin(), name.end(), ' ', '-');
      ASSERT_TRUE(texts.contains(name)) << name;
      const auto& text = texts[name];
      EXPECT_THAT(text, HasSubstr("\n.SH NAME\n")) << name;
      EXPECT_EQ(text.find("\n.SH EXAMPLES\n") == std::string::npos, row.add == nullptr) << name;
      EXPECT_THAT(text, HasSubstr("\\fB\\-\\-help\\fR")) << name;
    }
  EXPECT_EQ(pages.size(), names);
}

TEST(ManPage, SaysWhatTheTreeSaysOfAnOption) {
  const auto page = man_page(program_tree(), {"topic", "top"}, kManual).text;
  EXPECT_THAT(page, StartsWith(".TH \"SYNERGY\\-TOPIC\\-TOP\" \"1\" \"2026-03-01\" \"Synergy Mesh 1.2.3\""));
  EXPECT_THAT(page, HasSubstr("\\fBsynergy topic top\\fR [\\fIOPTIONS\\fR] [\\fITOPIC\\fR...]\n"));
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-interval\\fR \\fIFLOAT\\fR\n"));
  EXPECT_THAT(page, HasSubstr("What stands first. One of: rate, bandwidth, age, topic. Default: rate."));
  EXPECT_THAT(page, HasSubstr(".BR synergy\\-topic (1)\n"));
}

TEST(ManPage, NothingInItDependsOnTheMachine) {
  const auto page = man_page(program_tree(), {}, kManual).text;
  EXPECT_THAT(page, HasSubstr("SYNERGY_RUN_DIR of the environment"));
  for (const auto& one : man_pages(program_tree(), kManual))
    EXPECT_THAT(one.text, Not(HasSubstr("/home/somebody"))) << one.name;
}

TEST(ManPage, NoLineOfTextIsTakenForARequest) {
  CommandInfo odd;
  odd.name = "odd";
  odd.about = ".so /etc/passwd 'quoted' back\\slash ~ ^ ` -x and --long, so-called";
  odd.help_end = ".TH away\n\nExamples:\n  .de now\n  'x\n";
  auto& option = odd.options.emplace_back();
  option.names = {"--x"};
  option.placeholder = "A\"B";
  option.about = "\n.x\n'y";
  const auto text = man_page(odd, {}, {"1", "", "odd", "", false}).text;
  for (const auto& line : lines_of(text)) {
    if (!line.starts_with('.') && !line.starts_with('\'')) continue;
    EXPECT_THAT(line, testing::MatchesRegex("\\.(TH|SH|SS|TP|PP|BR|nf|fi)( .*)?"));
  }
  EXPECT_THAT(text, HasSubstr("back\\eslash"));
  EXPECT_THAT(text, HasSubstr("\\-x and \\-\\-long, so-called"));
  EXPECT_THAT(text, HasSubstr("\n\\&.de now\n\\(aqx\n"));
}

TEST(ManPage, NoLineIsLongerThanATerminalWhereWordsAllowIt) {
  const auto is_text = [](const std::string& line) {
    return line.find(' ') != std::string::npos && !line.starts_with('.') && !line.starts_with("synergy") &&
           !line.starts_with("\\fB");
  };
  for (const auto& page : man_pages(program_tree(), kManual))
    for (const auto& line : lines_of(page.text)) {
      if (!is_text(line)) continue;
      EXPECT_LE(line.size(), 80u) << page.name << ": " << line;
    }
}

TEST(ManPage, AScriptsCommandsAllStandInOnePage) {
  const auto tree = read_usage("synergy-mesh", "a script",
                               "Usage: mesh\n\n  up [OPTIONS]  start it; options:\n"
                               "                  --body FILE  the body\n  down          stop it\n");
  const auto pages = man_pages(tree, {"1", "", "deploy/mesh", "synergy", true});
  ASSERT_EQ(pages.size(), 1u);
  EXPECT_THAT(pages[0].text, HasSubstr(".SS \"\\fBdeploy/mesh up\\fR [\\fIOPTIONS\\fR]\"\n"));
  EXPECT_THAT(pages[0].text, HasSubstr(".SS \"\\fBdeploy/mesh down\\fR\"\nStop it.\n"));
  EXPECT_THAT(pages[0].text, HasSubstr("\\fB\\-\\-body\\fR \\fIFILE\\fR\n"));
}

}  // namespace
}  // namespace synergy::cli
