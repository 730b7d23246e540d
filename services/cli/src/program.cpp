#include "synergy/cli/program.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <vector>

#include "completion_answer.hpp"
#include "synergy/base/places.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/cli/command_table.hpp"
#include "synergy/cli/watch.hpp"
#include "synergy/runtime/exit_code.hpp"
#include "synergy/runtime/run_folder.hpp"

namespace synergy::cli {
namespace {

/// Nouns may be written in the singular or in the plural: the word becomes the command that there is.
void write_in_known_number(const Command& program, std::vector<std::string>& words) {
  const auto place = program.place_of_command(words);
  if (place == words.size()) return;
  auto& word = words[place];
  const auto known = program.names_of_commands();
  const auto is_known = [&](const std::string& name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  if (is_known(word)) return;
  if (is_known(word + "s"))
    word += "s";
  else if (word.ends_with('s') && is_known(word.substr(0, word.size() - 1)))
    word.pop_back();
}

/// Says why the program ends. What it quotes may be a file's or a stranger's: a terminal must not obey it.
void tell(const std::string& message) {
  std::istringstream lines(message);
  const char* before = "synergy: ";
  for (std::string line; std::getline(lines, line); before = "")
    std::fprintf(stderr, "%s%s\n", before, visible(line).c_str());
}

/// By the convention of NO_COLOR any text turns colours off.
bool wants_colours(const char* no_color, const char* terminal, bool is_terminal) {
  const auto is_empty = [](const char* text) { return text == nullptr || *text == '\0'; };
  return is_terminal && is_empty(no_color) && !is_empty(terminal) && std::string_view(terminal) != "dumb";
}

Shared defaults() {
  Shared shared;
  const auto places = Places::here();
  shared.run_folder = runtime::default_run_folder(places.checkout);
  const char* deploy = std::getenv("SYNERGY_DEPLOY");
  shared.deploy_is_chosen = deploy != nullptr && *deploy != '\0';
  shared.deploy_folder = shared.deploy_is_chosen ? deploy : places.deploy;
  if (wants_colours(std::getenv("NO_COLOR"), std::getenv("TERM"), ::isatty(STDOUT_FILENO) == 1))
    shared.colours = Colours::kOn;
  return shared;
}

/// What the program's exit code is, once a command has run.
int outcome(Command::Parsed parsed, const Shared& shared) {
  if (parsed == Command::Parsed::kRefused) return int(runtime::ExitCode::kUsage);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    std::fprintf(stderr, "synergy: standard output can not be written to; what it shows is not whole\n");
    return int(runtime::ExitCode::kEnvironment);
  }
  if (shared.status) return int(runtime::ExitCode::kOk);
  tell(shared.status.error().message);
  return int(runtime::exit_code_for(shared.status.error().code));
}

}  // namespace

int run_program(int argc, const char* const* argv, const std::string& version) {
  Command program("Synergy Mesh: the tiny AI accelerators on one body as one computer", "synergy");
  program.set_version(version);
  auto shared = defaults();
  shared.version = version;
  program.add_option("--run-dir", shared.run_folder.folder, "folder of the running mesh's sockets")
      ->from_environment("SYNERGY_RUN_DIR")
      ->show_default();
  program.add_flag("--trace", shared.trace,
                   "of any command: print on standard error each message that it sends to the mesh and "
                   "receives");
  add_commands(program, shared);
  if (argc == 1) {
    std::fputs(program.help().c_str(), stderr);
    return int(runtime::ExitCode::kUsage);
  }
  std::vector<std::string> words(argv + 1, argv + argc);
  if (const auto answer = answer_completion(program, shared, words)) return int(*answer);
  if (words.front() == "help") {  // `synergy help plan` is `synergy plan --help`
    words.erase(words.begin());
    words.push_back("--help");
  }
  write_in_known_number(program, words);
  give_watch_its_seconds(words);
  if (const auto problem = program.unknown_word(words); !problem.empty()) {
    tell(problem);
    return int(runtime::ExitCode::kUsage);
  }
  std::vector<const char*> parsed{argv[0]};
  for (const auto& word : words) parsed.push_back(word.c_str());
  return outcome(program.parse(int(parsed.size()), parsed.data()), shared);
}

}  // namespace synergy::cli
