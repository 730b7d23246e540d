#include "synergy/schemas/node_path.hpp"

#include <algorithm>
#include <charconv>

namespace synergy::schemas {

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
  const auto size = std::min(path.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), path.size());
  if (size == 0) return std::nullopt;
  const PathPart part{path.substr(0, size)};
  path.remove_prefix(size);
  return part;
}

std::optional<Node> entry_of(Node node, const PathPart& part) {
  if (part.key.empty()) {
    if (node.kind() != Kind::kList || part.index >= node.size()) return std::nullopt;
    return node.item(part.index);
  }
  if (node.kind() != Kind::kMap) return std::nullopt;
  const auto found = find_key(node, part.key, 0);
  return found ? std::optional(node.value(*found)) : std::nullopt;
}

std::optional<Node> node_at(Node root, std::string_view path) {
  std::optional<Node> found;
  while (!path.empty()) {
    const auto part = take_part(path);
    if (!part) return std::nullopt;
    const auto next = entry_of(found.value_or(root), *part);
    if (!next) break;
    found = next;
  }
  return found;
}

std::string_view path_of(std::string_view line) { return line.substr(0, line.find(": ")); }

}  // namespace synergy::schemas
