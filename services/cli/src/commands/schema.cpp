// schema: what travels, and what people write, as tables and as data.
#include <memory>
#include <vector>

#include "../write_text.hpp"
#include "synergy/cli/commands.hpp"
#include "synergy/files/kinds.hpp"
#include "synergy/schemas/catalogue.hpp"
#include "synergy/schemas/value_named.hpp"

namespace synergy::cli {
namespace {

struct SchemaFlags {
  std::string kind, folder;
};

Status write_all(const std::string& folder) {
  std::vector<OutputFile> made;
  for (const auto& kind : files::file_kinds())
    made.push_back({(std::filesystem::path(folder) / files::schema_file_name(kind.kind)).string(),
                    files::schema_of(kind.kind)});
  if (auto status = write_files(made); !status) return status;
  for (const auto& file : made) std::printf("%s\n", file.name.c_str());
  return {};
}

Status show(const Shared& shared, const SchemaFlags& flags) {
  if (!flags.folder.empty()) return write_all(flags.folder);
  if (shared.format == Format::kCsv)
    return Error{ErrorCode::kInvalid, "a schema has no CSV form; json and yaml tell it whole"};
  auto text = shared.json ? schemas::catalogue_json() : schemas::catalogue_markdown();
  if (!flags.kind.empty()) {
    const auto kind = schemas::value_named<files::FileKind>("kind of file", flags.kind);
    if (!kind) return kind.error();
    text = files::schema_of(*kind);
  }
  const bool is_json = shared.json || !flags.kind.empty();
  put(shared,
      shared.format == Format::kYaml ? json_to_yaml(is_json ? text : schemas::catalogue_json()) : text);
  return {};
}

}  // namespace

void add_schema_command(const NewCommand& made) {
  auto flags = std::make_shared<SchemaFlags>();
  auto* command = add_command(made, [&shared = made.shared, flags] { return show(shared, *flags); });
  auto* kind = command->add_option(
      "KIND", flags->kind,
      "print the JSON Schema of a kind of file instead: " + list_of(files::names_of_kinds()));
  command
      ->add_option("--files", flags->folder,
                   "write the JSON Schema of every kind of file into this folder instead; deploy/schemas is "
                   "made so")
      ->excludes(kind);
}

}  // namespace synergy::cli
