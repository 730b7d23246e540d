#include "synergy/schemas/decode.hpp"

#include <algorithm>
#include <cmath>

namespace synergy::schemas {
namespace {

std::string_view name_of_kind(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kBoolean:
      return "true or false";
    case Kind::kInteger:
      return "a whole number";
    case Kind::kReal:
      return "a number";
    case Kind::kText:
      return "text";
    case Kind::kBytes:
      return "bytes";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "?";
}

}  // namespace

Error Node::expected(std::string_view what) const {
  return wrong("expected " + std::string(what) + ", found " + std::string(name_of_kind(kind())));
}

Status decode(Node node, bool& out) {
  if (node.kind() != Kind::kBoolean) return node.expected("true or false");
  out = node.boolean();
  return {};
}

Status decode(Node node, double& out) {
  if (node.kind() != Kind::kReal && node.kind() != Kind::kInteger) return node.expected("a number");
  out = node.real();
  if (!std::isfinite(out)) return node.wrong("the number is infinite or no number");
  return {};
}

Status decode(Node node, std::string& out) {
  if (node.kind() != Kind::kText) return node.expected("text");
  out = node.text();
  return {};
}

Status decode(Node node, Bytes& out) {
  if (node.kind() != Kind::kBytes) return node.expected("bytes");
  const auto bytes = node.bytes();
  out.assign(bytes.begin(), bytes.end());
  return {};
}

Status decode(Node node, std::int64_t& out) {
  if (node.kind() != Kind::kInteger) return node.expected("a whole number");
  if (!node.integer(out)) return node.wrong("the number is out of range");
  return {};
}

Status decode(Node node, std::uint64_t& out) {
  if (node.kind() != Kind::kInteger) return node.expected("a whole number");
  if (!node.unsigned_integer(out)) return node.wrong("the number is negative or out of range");
  return {};
}

namespace detail {

std::optional<std::size_t> find_key(Node map, std::string_view name, std::size_t hint) {
  const std::size_t size = map.size();
  if (hint < size && map.key(hint) == name) return hint;
  for (std::size_t i = 0; i < size; ++i)
    if (map.key(i) == name) return i;
  return std::nullopt;
}

Status reject_unknown_keys(Node map, const std::vector<std::string>& known) {
  std::vector<std::string_view> seen;
  for (std::size_t i = 0; i < map.size(); ++i) {
    const auto key = map.key(i);
    if (std::find(known.begin(), known.end(), key) == known.end())
      return map.value(i).wrong(unknown_name("key", key, known));
    if (std::find(seen.begin(), seen.end(), key) != seen.end())
      return map.value(i).wrong("'" + std::string(key) + "' is given twice");
    seen.push_back(key);
  }
  return {};
}

}  // namespace detail
}  // namespace synergy::schemas
