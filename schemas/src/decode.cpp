#include "synergy/schemas/decode.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "field_limits.hpp"
#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/limits.hpp"
#include "synergy/schemas/node_path.hpp"

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

/// A file may be wrong in a hundred thousand places; nobody reads that many.
constexpr std::size_t kMostText = 1u << 20;

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
  std::set<std::string_view> seen;
  Findings findings(map);
  for (std::size_t i = 0; i < map.size(); ++i) {
    const auto key = map.key(i);
    if (std::find(known.begin(), known.end(), key) == known.end())
      findings.note(map.value(i).wrong(unknown_name("key", key, known)));
    if (!seen.insert(key).second)
      findings.note(map.value(i).wrong("'" + std::string(key) + "' is given twice"));
  }
  return findings.status();
}

/// The value that a check's line begins with: `'rate' must be ...`, or `devices[2].id: ...`.
std::optional<Node> named_value(Node map, std::string_view line) {
  const auto end = line.starts_with('\'') ? line.find('\'', 1) : std::string_view::npos;
  if (end == std::string_view::npos) return node_at(map, path_of(line));
  const auto field = find_key(map, line.substr(1, end - 1), 0);
  return field ? std::optional(map.value(*field)) : std::nullopt;
}

/// Whether a line of a check holds although some fields were not read: it names what it is about, by a path
/// or by quoting fields, and all of that was read.
bool holds(Node map, std::string_view line, const std::vector<std::string_view>& unread,
           const std::string& errors) {
  const auto of_path = line.starts_with('\'') ? std::nullopt : node_at(map, path_of(line));
  if (of_path) return !is_told_of(*of_path, errors);
  bool quotes = false;
  for (auto at = line.find('\''); at != std::string_view::npos; at = line.find('\'', at + 1)) {
    const auto end = line.find('\'', at + 1);
    if (end == std::string_view::npos) break;
    const auto name = line.substr(at + 1, end - at - 1);
    if (std::find(unread.begin(), unread.end(), name) != unread.end()) return false;
    quotes = true;
    at = end;
  }
  return quotes;
}

/// What the struct's own check() says, each line at the value that it is about. `unread`: fields that were
/// not read; `errors`: all that was said so far.
void note_check(Node map, const Status& checked, const std::vector<std::string_view>& unread,
                const std::string& errors, Findings& findings) {
  if (checked) return;
  std::istringstream lines(checked.error().message);
  for (std::string line; std::getline(lines, line) && findings.go_on();)
    if (unread.empty() || holds(map, line, unread, errors))
      findings.note(named_value(map, line).value_or(map).wrong(line));
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
    case Kind::kMap: {
      Findings findings(value);
      for (std::size_t i = 0; i < value.size() && findings.go_on(); ++i)
        findings.note(check_range(value.kind() == Kind::kList ? value.item(i) : value.value(i), type));
      return findings.status();
    }
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
  Findings findings(map);
  const auto status = field.type->decode(value, field.in(out));
  findings.note(status, field.name);
  if (!findings.go_on()) return findings.status();
  // Its errors name the field, and what the field allows is less than any number may be.
  const auto limited = check_limits(value, field, status ? std::string() : status.error().message);
  findings.note(limited);
  const bool has_ranges_of_its_own = field.limits.any_number || field.type->part() != nullptr;
  if (status && limited && !has_ranges_of_its_own)
    findings.note(check_range(value, innermost(*field.type).kind), field.name);
  return findings.status();
}

}  // namespace

Status decode(Node node, const StructInfo& info, void* out) {
  if (node.kind() != Kind::kMap) return node.expected("a map");
  Findings findings(node);
  if (node.unknown_keys_are_errors()) findings.note(reject_unknown_keys(node, info));
  std::vector<std::string_view> unread;
  for (std::size_t i = 0; i < info.fields.size() && findings.go_on(); ++i)
    if (const auto status = decode_field(node, info.fields[i], i, out); !status) {
      findings.note(status);
      unread.push_back(info.fields[i].name);
    }
  const auto found = findings.status();
  const auto errors = found ? std::string() : found.error().message;
  // A check() bears whatever values it finds in fields that were not read.
  if (info.check != nullptr && findings.go_on() && errors.size() <= kSearchable)
    note_check(node, info.check(out), unread, errors, findings);
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
