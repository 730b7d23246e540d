#include "synergy/cli/format.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "synergy/base/check.hpp"
#include "synergy/documents/yaml_writer.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

using schemas::FieldInfo;
using schemas::Kind;
using schemas::Node;
using schemas::StructInfo;
using schemas::ValueKind;

void copy(Node node, schemas::Encoder& out) {
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  switch (node.kind()) {
    case Kind::kNull:
    case Kind::kBytes:  // JSON has none
      return out.null();
    case Kind::kBoolean:
      return out.boolean(node.boolean());
    case Kind::kInteger:
      if (node.integer(integer)) return out.integer(integer);
      if (node.unsigned_integer(unsigned_integer)) return out.unsigned_integer(unsigned_integer);
      return out.real(node.real());
    case Kind::kReal:
      return out.real(node.real());
    case Kind::kText:
      return out.text(node.text());
    case Kind::kList:
      out.begin_list(node.size());
      for (std::size_t i = 0; i < node.size(); ++i) copy(node.item(i), out);
      return out.end_list();
    case Kind::kMap:
      out.begin_map(node.size());
      for (std::size_t i = 0; i < node.size(); ++i) {
        out.key(node.key(i));
        copy(node.value(i), out);
      }
      return out.end_map();
  }
}

std::string json_of(Node node) {
  return schemas::with_json([&](schemas::Encoder& out) { copy(node, out); }, -1);
}

/// JSON's quoted text is YAML's, too.
std::string text_in_yaml(std::string_view text) {
  if (documents::is_plain_yaml(text)) return std::string(text);
  return schemas::with_json([&](schemas::Encoder& out) { out.text(text); }, -1);
}

bool is_container(Node node) { return node.kind() == Kind::kList || node.kind() == Kind::kMap; }

bool stands_on_line(Node node) {
  if (!is_container(node) || node.size() == 0) return true;
  if (node.kind() == Kind::kMap) return false;
  for (std::size_t i = 0; i < node.size(); ++i)
    if (is_container(node.item(i))) return false;
  return true;
}

std::string on_line(Node node) {
  if (node.kind() == Kind::kText) return text_in_yaml(node.text());
  if (node.kind() != Kind::kList) return json_of(node);  // a scalar, or {}
  std::string text = "[";
  for (std::size_t i = 0; i < node.size(); ++i) text += (i > 0 ? ", " : "") + on_line(node.item(i));
  return text + "]";
}

/// `first` is what stands before the value's first line; further lines are indented by `indent`.
void write_yaml(Node node, const std::string& indent, std::string first, std::string& out) {
  if (stands_on_line(node)) {
    out += first + on_line(node) + "\n";
    return;
  }
  for (std::size_t i = 0; i < node.size(); ++i) {
    if (node.kind() == Kind::kList) {
      write_yaml(node.item(i), indent + "  ", first + "- ", out);
    } else {
      const auto value = node.value(i);
      const auto key = first + text_in_yaml(node.key(i)) + ":";
      if (stands_on_line(value)) {
        out += key + " " + on_line(value) + "\n";
      } else {
        out += key + "\n";
        write_yaml(value, indent + "  ", indent + "  ", out);
      }
    }
    first = indent;
  }
}

/// The struct that a field is, as opposed to one that it holds many of.
const StructInfo* struct_in(const FieldInfo& field) {
  return field.type->kind == ValueKind::kStruct ? field.type->part() : nullptr;
}

void add_columns(const StructInfo& row, const std::string& before, std::vector<std::string>& columns) {
  for (const auto& field : row.fields) {
    const auto name = before + std::string(field.name);
    if (const auto* inner = struct_in(field))
      add_columns(*inner, name + ".", columns);
    else
      columns.push_back(name);
  }
}

std::optional<Node> value_in(std::optional<Node> map, std::string_view name) {
  if (!map || map->kind() != Kind::kMap) return std::nullopt;
  const auto place = schemas::find_key(*map, name, 0);
  return place ? std::optional(map->value(*place)) : std::nullopt;
}

std::string cell_of(std::optional<Node> value) {
  if (!value || value->kind() == Kind::kNull) return {};
  return csv_field(value->kind() == Kind::kText ? std::string(value->text()) : json_of(*value));
}

void add_cells(const StructInfo& row, std::optional<Node> value, std::vector<std::string>& cells) {
  for (const auto& field : row.fields) {
    const auto inner_value = value_in(value, field.name);
    if (const auto* inner = struct_in(field))
      add_cells(*inner, inner_value, cells);
    else
      cells.push_back(cell_of(inner_value));
  }
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "," : "") + cells[i];
  return line + "\n";
}

/// The first list of structs; nullptr: the document has none.
const FieldInfo* list_of_things(const StructInfo& info) {
  for (const auto& field : info.fields)
    if (field.type->kind == ValueKind::kList && field.type->item()->kind == ValueKind::kStruct) return &field;
  return nullptr;
}

std::string made_of(const std::string& json, const std::function<std::string(Node)>& make) {
  std::string text;
  const auto read = schemas::with_json_tree(json, schemas::UnknownKeys::kIgnored, [&](Node root) -> Status {
    text = make(root);
    return {};
  });
  SYNERGY_CHECK(read.has_value(), "what is read here was written by the same program");
  return text;
}

}  // namespace

const std::vector<std::string>& format_names() {
  static const std::vector<std::string> names{"table", "json", "yaml", "csv"};
  return names;
}

Format format_named(const std::string& name) {
  const auto& names = format_names();
  const auto found = std::find(names.begin(), names.end(), name);
  SYNERGY_CHECK(found != names.end(), "the parser lets no other name pass");
  return Format(found - names.begin());
}

std::string json_to_yaml(const std::string& json) {
  return made_of(json, [](Node root) {
    std::string text;
    write_yaml(root, "", "", text);
    return text;
  });
}

std::vector<std::string> csv_columns(const StructInfo& row) {
  std::vector<std::string> columns;
  add_columns(row, "", columns);
  return columns;
}

std::string csv_heading(const StructInfo& info) {
  const auto* things = list_of_things(info);
  return line_of(csv_columns(things != nullptr ? *things->type->part() : info));
}

std::string csv_lines(Node document, const StructInfo& info) {
  std::string text;
  const auto add = [&](const StructInfo& row, Node thing) {
    std::vector<std::string> cells;
    add_cells(row, thing, cells);
    text += line_of(cells);
  };
  const auto* things = list_of_things(info);
  if (things == nullptr) {
    add(info, document);
    return text;
  }
  const auto list = value_in(document, things->name);
  for (std::size_t i = 0; list && i < list->size(); ++i) add(*things->type->part(), list->item(i));
  return text;
}

std::string in_format(Format format, const std::string& json, const StructInfo& info) {
  if (format == Format::kCsv)
    return csv_heading(info) + made_of(json, [&](Node root) { return csv_lines(root, info); });
  return format == Format::kYaml ? json_to_yaml(json) : json + "\n";
}

std::string Series::next(const std::string& json, const StructInfo& info) {
  const bool first = !std::exchange(begun_, true);
  if (format_ == Format::kYaml) return "---\n" + in_format(format_, json, info);
  if (format_ == Format::kCsv && !first)
    return made_of(json, [&](Node root) { return csv_lines(root, info); });
  return in_format(format_, json, info);
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace synergy::cli
