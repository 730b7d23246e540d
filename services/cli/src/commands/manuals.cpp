// completion, man: what a shell and `man` are given of the program's own commands.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>

#include "../write_text.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/cli/completion_scripts.hpp"
#include "synergy/cli/man_page.hpp"
#include "synergy/cli/usage_text.hpp"

namespace synergy::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMesh = "mesh";
constexpr const char* kInstalledMesh = "synergy-mesh";

struct ManFlags {
  std::vector<std::string> command;
  std::string folder;
};

/// The day that reproducible builds say (SOURCE_DATE_EPOCH); empty without: never today.
std::string date_of_build() {
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  if (epoch == nullptr) return {};
  const std::time_t time = std::strtoll(epoch, nullptr, 10);
  std::tm parts{};
  char text[16];
  if (::gmtime_r(&time, &parts) == nullptr || std::strftime(text, sizeof text, "%Y-%m-%d", &parts) == 0)
    return {};
  return text;
}

/// The script that starts a mesh: of a checkout deploy/mesh, else the one that is installed beside this
/// program.
fs::path mesh_script(const Shared& shared) {
  std::error_code failure;
  const auto beside = fs::read_symlink("/proc/self/exe", failure).parent_path() / kInstalledMesh;
  return !failure && fs::is_regular_file(beside, failure) ? beside : shared.deploy_folder / kMesh;
}

/// What that script prints with --help; empty where it is not there.
std::string mesh_usage(const Shared& shared) {
  const auto script = mesh_script(shared);
  std::error_code failure;
  if (!fs::is_regular_file(script, failure) || script.native().find('\'') != std::string::npos) return {};
  std::FILE* pipe = ::popen(("'" + script.native() + "' --help 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  char part[4096];
  for (std::size_t size = 0; (size = std::fread(part, 1, sizeof part, pipe)) > 0;) text.append(part, size);
  return ::pclose(pipe) == 0 ? text : std::string();
}

/// The page of the script, made from its own words; nothing where it is not there.
std::optional<ManPage> mesh_page(const Shared& shared) {
  const auto usage = mesh_usage(shared);
  if (usage.empty()) return std::nullopt;
  constexpr std::string_view kUsage = "Usage: ";
  const auto called = usage.starts_with(kUsage)
                          ? usage.substr(kUsage.size(), usage.find(' ', kUsage.size()) - kUsage.size())
                          : std::string(kMesh);
  const auto tree = read_usage(kInstalledMesh, "Build, start, look at and stop a mesh", usage);
  const Manual manual{shared.version, date_of_build(), called, "synergy", /*one_page=*/true};
  return man_page(tree, {}, manual);
}

Status no_command(const CommandInfo& at, const std::string& word) {
  std::vector<std::string> names;
  for (const auto& command : at.commands) names.push_back(command.name);
  return Error{ErrorCode::kNotFound, names.empty() ? "'" + at.name + "' has no commands below it"
                                                   : unknown_name("command", word, names)};
}

/// The pages that were asked for: of one command, or all.
Result<std::vector<ManPage>> pages_of(const CommandInfo& program, const Shared& shared,
                                      const ManFlags& flags) {
  const Manual manual{shared.version, date_of_build(), program.name, "synergy-mesh"};
  auto mesh = mesh_page(shared);
  if (!flags.command.empty() && flags.command.front() == kMesh) {
    if (flags.command.size() > 1)
      return Error{ErrorCode::kInvalid, std::string("'") + kMesh +
                                            "' has one page for all its commands; leave '" +
                                            flags.command[1] + "' out"};
    if (mesh) return std::vector<ManPage>{std::move(*mesh)};
    return Error{ErrorCode::kNotFound, "there is no " + mesh_script(shared).string()};
  }
  const auto* at = &program;
  for (const auto& word : flags.command) {
    const auto* below = at->find(word);
    if (below == nullptr) return no_command(*at, word).error();
    at = below;
  }
  if (!flags.command.empty() || flags.folder.empty())
    return std::vector<ManPage>{man_page(program, flags.command, manual)};
  auto pages = man_pages(program, manual);
  if (mesh) pages.push_back(std::move(*mesh));
  return pages;
}

Status print_pages(const CommandInfo& program, const Shared& shared, const ManFlags& flags) {
  const auto pages = pages_of(program, shared, flags);
  if (!pages) return pages.error();
  if (flags.folder.empty()) return write_text(pages->front().text, {});
  std::vector<OutputFile> files;
  for (const auto& page : *pages)
    files.push_back({(fs::path(flags.folder) / (page.name + ".1")).string(), page.text});
  return write_files(files);
}

}  // namespace

void add_completion_command(const NewCommand& made) {
  auto shell = std::make_shared<std::string>();
  auto* command = add_plain_command(
      made, [shell]() -> Status { return write_text(std::string(completion_script(*shell)), {}); });
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->one_of({"bash", "zsh", "fish"});
}

void add_man_command(const NewCommand& made) {
  auto flags = std::make_shared<ManFlags>();
  auto* command = add_plain_command(made, [&shared = made.shared, &program = made.parent, flags] {
    return print_pages(program.tree(), shared, *flags);
  });
  command->add_option("COMMAND", flags->command,
                      "whose page: topic echo; mesh: that of deploy/mesh (default: the program's)");
  command->add_option("--out", flags->folder,
                      "write into this folder, NAME.1; without a command every page. Pages bear the day of "
                      "SOURCE_DATE_EPOCH, or none");
}

}  // namespace synergy::cli
