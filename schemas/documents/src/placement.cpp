#include "synergy/documents/placement.hpp"

#include <charconv>
#include <optional>
#include <sstream>
#include <string_view>

#include "synergy/documents/yaml.hpp"
#include "synergy/documents/yaml_writer.hpp"

namespace synergy::documents {
namespace {

using schemas::Kind;
using schemas::Node;

/// Takes a key or an index off the front of a path; nothing where that has another form.
struct PathPart {
  std::string_view key;  ///< empty: an index
  std::size_t index = 0;
};
std::optional<PathPart> take_part(std::string_view& path) {
  if (path.starts_with('[')) {
    PathPart part;
    const auto* const end = path.data() + path.size();
    const auto read = std::from_chars(path.data() + 1, end, part.index);
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ']') return std::nullopt;
    path.remove_prefix(std::size_t(read.ptr - path.data()) + 1);
    return part;
  }
  if (path.starts_with('.')) path.remove_prefix(1);
  const auto size = std::min(path.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), path.size());
  if (size == 0) return std::nullopt;
  const PathPart part{path.substr(0, size)};
  path.remove_prefix(size);
  return part;
}

std::optional<Node> entry(Node node, const PathPart& part) {
  if (part.key.empty()) {
    if (node.kind() != Kind::kList || part.index >= node.size()) return std::nullopt;
    return node.item(part.index);
  }
  if (node.kind() != Kind::kMap) return std::nullopt;
  const auto found = schemas::find_key(node, part.key, 0);
  return found ? std::optional(node.value(*found)) : std::nullopt;
}

/// The line with its place in front, where it begins with a part of the file.
std::string at_place(Node root, const std::string& line) {
  std::string_view path = std::string_view(line).substr(0, line.find(": "));
  Node node = root;
  bool begins = false;  // with a key of the file
  while (!path.empty()) {
    const auto part = take_part(path);
    if (!part) return line;
    const auto next = entry(node, *part);
    if (!next) break;
    node = *next;
    begins = true;
  }
  return begins ? node.wrong(line).message : line;
}

}  // namespace

Result<schemas::Placement> read_placement(const std::filesystem::path& file) {
  return read_yaml<schemas::Placement>(file);
}

std::string placement_text(const schemas::Placement& placement, const std::string& about) {
  return "# " + about + "\n" + to_yaml(placement);
}

Error at_places(const std::filesystem::path& file, const Error& error) {
  Error placed = error;
  const auto read = with_yaml_file(file, [&](Node root) -> Status {
    std::istringstream lines(error.message);
    placed.message.clear();
    for (std::string line; std::getline(lines, line);)
      placed.message += (placed.message.empty() ? "" : "\n") + at_place(root, line);
    return {};
  });
  return read ? placed : error;
}

}  // namespace synergy::documents
