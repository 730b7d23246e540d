#include <algorithm>
#include <sstream>

#include "rules.hpp"
#include "synergy/base/text.hpp"
#include "synergy/documents/profile_names.hpp"
#include "synergy/schemas/node_path.hpp"

namespace synergy::files {

using schemas::Findings;
using schemas::Kind;
using schemas::Node;

void note_at(Findings& findings, Node at, const std::string& error) {
  std::istringstream lines(error);
  for (std::string line; std::getline(lines, line);) findings.note(at.wrong(line));
}

namespace {

/// Exactly that value; nothing where the path ends before.
std::optional<Node> value_at(Node root, std::string_view path) {
  Node node = root;
  while (!path.empty()) {
    const auto part = schemas::take_part(path);
    const auto next = part ? schemas::entry_of(node, *part) : std::nullopt;
    if (!next) return std::nullopt;
    node = *next;
  }
  return node;
}

}  // namespace

std::optional<TextAt> text_at(Node root, std::string_view path) {
  const auto found = value_at(root, path);
  if (!found || found->kind() != Kind::kText) return std::nullopt;
  return TextAt{*found, std::string(found->text())};
}

std::vector<Node> items_at(Node root, std::string_view path) {
  std::vector<Node> items;
  const auto found = value_at(root, path);
  if (!found || found->kind() != Kind::kList) return items;
  for (std::size_t i = 0; i < found->size(); ++i) items.push_back(found->item(i));
  return items;
}

void refer(const RuleContext& context, Findings& findings, const std::optional<TextAt>& name,
           std::string_view folder, FileKind kind) {
  if (!name) return;
  const auto path = context.deploy.root() / folder;
  const auto names = documents::names_in(path);
  if (std::find(names.begin(), names.end(), name->text) != names.end())
    return context.references.push_back({path / (name->text + ".yaml"), kind});
  findings.note(name->node.wrong(unknown_name(schemas::name_of(kind), name->text, names) + " (" +
                                 (path / "NAME.yaml").string() + ")"));
}

void refer_to_link(const RuleContext& context, Findings& findings, const std::optional<TextAt>& name) {
  if (!name || !documents::is_link_file(name->text))
    return refer(context, findings, name, "links", FileKind::kLink);
  const auto path = context.file.parent_path() / name->text;
  std::error_code failure;
  if (std::filesystem::exists(path, failure)) return context.references.push_back({path, FileKind::kLink});
  findings.note(
      name->node.wrong("link file '" + path.string() +
                       "' does not exist; name it as seen from this file, or a profile of links/: " +
                       list_of(documents::names_in(context.deploy.root() / "links"))));
}

}  // namespace synergy::files
