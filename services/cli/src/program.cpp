#include "synergy/cli/program.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <vector>

#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/cli/command_table.hpp"
#include "synergy/runtime/exit_code.hpp"
#include "synergy/runtime/run_folder.hpp"

namespace synergy::cli {
namespace {

/// The checkout that build/PRESET/bin stands in.
std::filesystem::path checkout() {
  std::error_code failure;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? "" : self.parent_path().parent_path().parent_path().parent_path();
}

/// What is wrong with the first word if it is to be a command; the parser would only say that one is missing.
std::string unknown_command(const Command& program, const std::string& word) {
  if (word.starts_with('-')) return {};
  const auto known = program.names_of_commands();
  if (std::find(known.begin(), known.end(), word) != known.end()) return {};
  return unknown_name("command", word, known) + " (synergy --help tells what each does)";
}

/// Says why the program ends. What it quotes may be a file's or a stranger's: a terminal must not obey it.
void tell(const std::string& message) {
  std::istringstream lines(message);
  const char* before = "synergy: ";
  for (std::string line; std::getline(lines, line); before = "")
    std::fprintf(stderr, "%s%s\n", before, visible(line).c_str());
}

Shared defaults() {
  Shared shared;
  shared.run_folder = runtime::default_run_folder(checkout());
  const char* deploy = std::getenv("SYNERGY_DEPLOY");
  shared.deploy_is_chosen = deploy != nullptr && *deploy != '\0';
  shared.deploy_folder = shared.deploy_is_chosen ? deploy : checkout() / "deploy";
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
  program.add_option("--run-dir", shared.run_folder, "folder of the running mesh's sockets")
      ->from_environment("SYNERGY_RUN_DIR")
      ->show_default();
  add_commands(program, shared);
  if (argc == 1) {
    std::fputs(program.help().c_str(), stderr);
    return int(runtime::ExitCode::kUsage);
  }
  // `synergy help plan` is `synergy plan --help`.
  std::vector<const char*> words(argv, argv + argc);
  if (std::string_view(argv[1]) == "help") {
    words.erase(words.begin() + 1);
    words.push_back("--help");
  }
  if (const auto problem = unknown_command(program, words[1]); !problem.empty()) {
    tell(problem);
    return int(runtime::ExitCode::kUsage);
  }
  return outcome(program.parse(int(words.size()), words.data()), shared);
}

}  // namespace synergy::cli
