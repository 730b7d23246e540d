#include "synergy/schemas/decode.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "field_limits.hpp"
#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/limits.hpp"

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

/// A file may be wrong in a million places; nobody reads that many.
constexpr std::size_t kMostText = 16384;

void Findings::note(const Status& status, std::string_view where) {
  if (status) return;
  std::istringstream lines(status.error().message);
  for (std::string line; found_.size() < kMostText && std::getline(lines, line);) {
    if (!found_.empty()) found_ += '\n';
    if (!where.empty()) found_ += std::string(where) + ": ";
    found_ += line;
  }
}

Status Findings::status() const {
  return found_.empty() ? Status() : Status(Error{ErrorCode::kInvalid, found_});
}

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
  out = visible(node.text());
  // A file is a person's, who is told; a message is written out, because its sender can not be asked.
  if (node.unknown_keys_are_errors() && out != node.text())
    return node.wrong("the text '" + out + "' has control characters or is no UTF-8");
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

std::optional<std::size_t> find_key(Node map, std::string_view name, std::size_t hint) {
  const std::size_t size = map.size();
  if (hint < size && map.key(hint) == name) return hint;
  for (std::size_t i = 0; i < size; ++i)
    if (map.key(i) == name) return i;
  return std::nullopt;
}

namespace {

/// Fails when a map has a key that no field has, or any key twice.
Status reject_unknown_keys(Node map, const StructInfo& info) {
  std::vector<std::string> known;
  for (const auto& field : info.fields) known.emplace_back(field.name);
  std::vector<std::string_view> seen;
  Findings findings(map);
  for (std::size_t i = 0; i < map.size(); ++i) {
    const auto key = map.key(i);
    if (std::find(known.begin(), known.end(), key) == known.end())
      findings.note(map.value(i).wrong(unknown_name("key", key, known)));
    if (std::find(seen.begin(), seen.end(), key) != seen.end())
      findings.note(map.value(i).wrong("'" + std::string(key) + "' is given twice"));
    seen.push_back(key);
  }
  return findings.status();
}

/// The place of the field that a check's message begins with, as in `'rate' must be ...`; else the map's own.
Error at_named_field(Node map, const Error& error) {
  const std::string_view message = error.message;
  const auto end = message.starts_with('\'') ? message.find('\'', 1) : std::string_view::npos;
  if (end == std::string_view::npos) return map.wrong(error.message);
  const auto field = find_key(map, message.substr(1, end - 1), 0);
  return field ? map.value(*field).wrong(error.message) : map.wrong(error.message);
}

/// A number, or each number of a list or map of them. `type` is that of the number: one with a fraction may
/// travel as a whole one.
Status check_range(Node value, ValueKind type) {
  std::int64_t whole = 0;
  switch (type == ValueKind::kNumber && value.kind() == Kind::kInteger ? Kind::kReal : value.kind()) {
    case Kind::kInteger:
      if (value.integer(whole) && whole >= -kMaxWholeNumber && whole <= kMaxWholeNumber) return {};
      return value.wrong("the number is out of range; at most 2^62 is allowed, in either direction");
    case Kind::kReal:
      if (std::abs(value.real()) <= kMaxNumber) return {};
      return value.wrong("the number is out of range; at most 1e18 is allowed, in either direction");
    case Kind::kList:
    case Kind::kMap:
      for (std::size_t i = 0; i < value.size(); ++i)
        if (auto status = check_range(value.kind() == Kind::kList ? value.item(i) : value.value(i), type);
            !status)
          return status;
      return {};
    default:
      return {};
  }
}

const TypeInfo& innermost(const TypeInfo& type) {
  return type.item() == nullptr ? type : innermost(*type.item());
}

Status decode_field(Node map, const FieldInfo& field, std::size_t position, void* out) {
  const auto found = find_key(map, field.name, position);
  if (!found) {
    if (field.presence == Presence::kOptional) return {};
    return map.wrong("'" + std::string(field.name) + "' is missing (" + std::string(field.about) + ")");
  }
  const Node value = map.value(*found);
  if (value.kind() == Kind::kNull && field.presence == Presence::kOptional) return {};
  auto status = field.type->decode(value, field.in(out));
  if (status)  // its errors name the field, and what the field allows is less than any number may be
    if (auto limited = check_limits(value, field); !limited) return limited;
  const bool has_ranges_of_its_own = field.limits.any_number || field.type->part() != nullptr;
  if (status && !has_ranges_of_its_own) status = check_range(value, innermost(*field.type).kind);
  if (status) return {};
  Findings findings(map);
  findings.note(status, field.name);
  return findings.status();
}

}  // namespace

Status decode(Node node, const StructInfo& info, void* out) {
  if (node.kind() != Kind::kMap) return node.expected("a map");
  Findings findings(node);
  if (node.unknown_keys_are_errors()) findings.note(reject_unknown_keys(node, info));
  for (std::size_t i = 0; i < info.fields.size() && findings.go_on(); ++i)
    findings.note(decode_field(node, info.fields[i], i, out));
  if (info.check != nullptr && findings.status())
    if (const auto checked = info.check(out); !checked) findings.note(at_named_field(node, checked.error()));
  return findings.status();
}

namespace detail {

Error decode_enum(Node node, const std::vector<EnumName>& names) {
  if (node.kind() != Kind::kText) return node.expected("a name");
  std::vector<std::string> known;
  for (const auto& candidate : names) known.emplace_back(candidate.name);
  return node.wrong(unknown_name("value", node.text(), known));
}

}  // namespace detail
}  // namespace synergy::schemas
