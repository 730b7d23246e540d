// new: a file to begin with, every field explained.
#include <cstdio>
#include <memory>

#include "flags.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/files/new_file.hpp"
#include "synergy/schemas/value_named.hpp"

namespace synergy::cli {
namespace {

struct NewFlags {
  std::string kind, name, out;
};

Status write(const Shared& shared, const NewFlags& flags) {
  const auto kind = schemas::value_named<files::FileKind>("kind of file", flags.kind);
  if (!kind) return kind.error();
  const auto& deploy = shared.deploy_folder;
  const std::filesystem::path file =
      flags.out.empty() ? files::usual_place(*kind, deploy, flags.name) : std::filesystem::path(flags.out);
  const auto text = files::new_file(*kind, flags.name, deploy, file.parent_path());
  if (!text) return text.error();
  if (flags.out == "-") {
    std::fputs(text->c_str(), stdout);
    return {};
  }
  if (auto status = files::write_new(file, *text); !status) return status;
  std::printf("%s\n", file.c_str());
  return {};
}

/// The kinds that there is a new file of.
std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (const auto& [kind, name] : schemas::kEnumNames<files::FileKind>)
    if (files::can_be_new(kind)) names.emplace_back(name);
  return names;
}

}  // namespace

void add_new_command(const NewCommand& made) {
  auto flags = std::make_shared<NewFlags>();
  auto* command = add_plain_command(made, [&shared = made.shared, flags] { return write(shared, *flags); });
  command->add_option("KIND", flags->kind, "of file: " + list_of(kinds()))->required()->one_of(kinds());
  command->add_option("NAME", flags->name, "what it is to be called: letters, digits, - _ .")->required();
  command->add_option("-o,--output,--out", flags->out,
                      "the file; without it NAME.yaml in the folder of its kind below deploy, where others "
                      "find it by its name; - prints it");
  add_deploy_option(*command, made.shared, "models, devices, links that it names");
}

}  // namespace synergy::cli
