#include "commented_yaml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <sstream>
#include <utility>

#include "synergy/base/check.hpp"
#include "synergy/base/text.hpp"
#include "synergy/documents/yaml_writer.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/encode.hpp"
#include "synergy/schemas/field_text.hpp"

namespace synergy::files {
namespace {

using schemas::FieldInfo;
using schemas::Presence;
using schemas::StructInfo;

constexpr std::size_t kWidth = 100;

/// YAML on one line: `{value: 5, mark: sheet}`; of a list of structs, where `block`, a line for each. Values
/// that are left out, or null, are not written.
class FlowYaml final : public schemas::Encoder {
 public:
  explicit FlowYaml(bool block) : block_(block) {}

  void null() override { key_.clear(); }
  void boolean(bool value) override { put(value ? "true" : "false"); }
  void integer(std::int64_t value) override { put(std::to_string(value)); }
  void unsigned_integer(std::uint64_t value) override { put(std::to_string(value)); }
  void real(double value) override {
    std::array<char, 32> digits;
    put({digits.begin(), std::to_chars(digits.begin(), digits.end(), value).ptr});
  }
  void text(std::string_view value) override {
    const bool plain = is_plain_name(value) && documents::is_plain_yaml(value);
    put(plain ? std::string(value) : schemas::to_json(std::string(value)));
  }
  void bytes(std::span<const std::uint8_t>) override { SYNERGY_CHECK(false, "files hold no raw bytes"); }
  void begin_map(std::size_t) override { begin("{"); }
  void key(std::string_view name) override { key_ = std::string(name); }
  void end_map() override { end("}"); }
  void begin_list(std::size_t) override { begin(block_ && depth_ == 0 ? "" : "["); }
  void end_list() override { end(block_ && depth_ == 1 ? "" : "]"); }
  [[nodiscard]] bool leaves_out_defaults() const override { return true; }

  [[nodiscard]] const std::string& line() const { return line_; }

 private:
  void put(const std::string& value) {
    if (block_ && depth_ == 1)
      line_ += "\n  - ";
    else if (!line_.empty() && line_.back() != '{' && line_.back() != '[')
      line_ += ", ";
    if (!key_.empty()) line_ += key_ + ": ";
    line_ += value;
    key_.clear();
  }
  void begin(const char* bracket) {
    put(bracket);
    ++depth_;
  }
  void end(const char* bracket) {
    line_ += bracket;
    --depth_;
  }

  bool block_;
  int depth_ = 0;
  std::string line_, key_;
};

/// ` VALUE`, as it stands behind `key:`.
std::string flow(const FieldInfo& field, const void* whole) {
  const bool block = field.type->kind == schemas::ValueKind::kList && field.type->part() != nullptr;
  FlowYaml out(block);
  field.type->encode(out, field.in(whole));
  return (block ? "" : " ") + out.line();
}

/// `text` in lines that begin with `front`.
std::string wrapped(const std::string& front, const std::string& text) {
  std::istringstream words(text);
  std::string lines, line = front;
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > kWidth && line != front) {
      lines += line + "\n";
      line = "#" + std::string(front.size() - 1, ' ');
    }
    line += " " + word;
  }
  return lines + line + "\n";
}

bool tells_all(const std::string& text, const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return text.find(name) != std::string::npos; });
}

/// What the field list says of a field: what it is, its unit, limits, names, default.
std::string about(const StructInfo& info, const FieldInfo& field) {
  auto text = std::string(field.about);
  if (const auto unit = unit_for_people(field); !unit.empty() && text.find(unit) == std::string::npos)
    text += "; in " + unit;
  if (const auto limits = text_of_limits(field); !limits.empty()) text += "; " + limits;
  std::vector<std::string> names;
  for (const auto& value : field.type->enum_names()) names.emplace_back(value.name);
  if (!tells_all(text, names)) text += "; one of " + list_of(names);
  if (field.presence == Presence::kOptional && text.find("default") == std::string::npos) {
    const auto usual = flow(field, info.defaults.get());
    const bool nothing = usual == " " || usual == " \"\"" || usual == " []" || usual.empty();
    text += nothing ? "; may be left out" : "; default" + usual;
  }
  return text;
}

class Writer {
 public:
  void add(const StructInfo& info, const void* value) {
    for (const auto& field : info.fields) {
      text_ += wrapped("#", std::string(field.name) + ": " + about(info, field));
      if (const auto* part = field.type->part()) explain(*part, "  ");
      const auto line = flow(field, value);
      const bool left_out = field.presence == Presence::kOptional && line == flow(field, info.defaults.get());
      text_ += (left_out ? "#" : "") + std::string(field.name) + ":" + line + "\n";
    }
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  /// The fields of a struct inside another, the first time that it occurs.
  void explain(const StructInfo& part, const std::string& indent) {
    if (!explained_.insert(&part).second) return;
    for (const auto& field : part.fields) {
      text_ += wrapped("#" + indent, std::string(field.name) + ": " + about(part, field));
      if (const auto* inner = field.type->part()) explain(*inner, indent + "  ");
    }
  }
  std::string text_;
  std::set<const StructInfo*> explained_;
};

}  // namespace

std::string comment(const std::string& text) { return wrapped("#", text); }

std::string commented_yaml(const StructInfo& info, const void* value) {
  Writer writer;
  writer.add(info, value);
  return writer.text();
}

}  // namespace synergy::files
