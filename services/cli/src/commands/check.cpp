// check: everything that is wrong with files that people write.
#include "synergy/files/check.hpp"

#include <cstdio>
#include <memory>

#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/value_named.hpp"

namespace synergy::cli {
namespace {

struct CheckFlags {
  std::vector<std::string> files;
  std::string as, body;
  std::filesystem::path deploy;
};

std::string count_of(std::size_t number, const std::string& thing) {
  return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

/// A line for each finding, as editors jump to them; where all is well, one for each file.
std::string to_lines(const files::CheckReport& report) {
  std::string text;
  for (const auto& finding : report.findings) text += visible(files::to_text(finding)) + "\n";
  if (report.ok())
    for (const auto& file : report.files)
      if (file.findings == 0) text += file.file + ": ok, " + file.kind + "\n";
  return text;
}

Status check(const Shared& shared, const CheckFlags& flags) {
  const bool is_told = !flags.deploy.empty();
  files::CheckOptions options{
      is_told ? flags.deploy : shared.deploy_folder, is_told || shared.deploy_is_chosen, {}, flags.body};
  if (!flags.as.empty()) {
    const auto kind = schemas::value_named<files::FileKind>("kind of file", flags.as);
    if (!kind) return kind.error();
    options.as = *kind;
  }
  const auto report = files::check({flags.files.begin(), flags.files.end()}, options);
  print<files::CheckReport>(shared, report, to_lines);
  if (report.ok()) return {};
  return Error{ErrorCode::kConflict, count_of(report.errors(), "error") + " in " +
                                         count_of(report.files.size(), "file") + " looked at"};
}

}  // namespace

void add_check_command(const NewCommand& made) {
  auto flags = std::make_shared<CheckFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return check(shared, *flags); });
  command
      ->add_option("FILE", flags->files, "files, or folders of them; those that they name are checked, too")
      ->required();
  command->add_option(
      "--as", flags->as,
      "the kind of all files, which their content tells otherwise: " + list_of(files::names_of_kinds()));
  command->add_option("--body", flags->body,
                      "a body file, which apps, placements and days are held against: its sensors, devices, "
                      "memories");
  command->add_option(
      "--deploy", flags->deploy,
      "folder with models, devices, links; without it (and SYNERGY_DEPLOY) the one that a file "
      "stands in, else the checkout's");
}

}  // namespace synergy::cli
