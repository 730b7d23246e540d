#include "field_limits.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "checks.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/schemas/field_text.hpp"

namespace synergy::schemas {
namespace {

std::string to_text(double number) { return number_text(number); }
std::string to_text(std::int64_t number) {
  return number == kMaxWholeNumber ? "2^62" : std::to_string(number);
}

/// `from 1 to 256`, `at least 1`, `at most 64`.
template <class Number>
std::string span_text(const std::optional<Number>& least, const std::optional<Number>& most) {
  if (least && most) return "from " + to_text(*least) + " to " + to_text(*most);
  return least ? "at least " + to_text(*least) : "at most " + to_text(*most);
}

/// `8 or 32`.
std::string text_of(std::span<const std::int64_t> numbers) {
  std::string text;
  for (const auto number : numbers) text += (text.empty() ? "" : " or ") + std::to_string(number);
  return text;
}

std::string size_text(std::size_t least, std::size_t most) {
  if (most == kNoLimit) return "at least " + std::to_string(least);
  return std::to_string(least) + " to " + std::to_string(most);
}

/// What is wrong with a text of so many bytes, or a list of so many items; nothing where it is allowed.
Status check_count(Node value, const std::string& what, std::size_t count, const char* of, std::size_t least,
                   std::size_t most) {
  if (count >= least && count <= most) return {};
  return value.wrong(what + " has " + std::to_string(count) + of + "; allowed: " + size_text(least, most));
}

template <class Number>
Status check_number(Node value, const std::string& what, Number number, const Limits& limits,
                    const std::optional<Number>& least, const std::optional<Number>& most) {
  if ((!least || number >= *least) && (!most || number <= *most)) return {};
  if (limits.or_nothing && number == 0) return {};
  return value.wrong(what + " must be " + (limits.or_nothing ? "0 or " : "") + span_text(least, most) +
                     "; it is " + to_text(number));
}

/// By the text as it was read, because control characters of a message are written out and take more room.
Status check_text(Node value, const std::string& what, const Limits& limits) {
  const auto text = visible(value.text());
  if (text.empty() && limits.or_nothing) return {};
  if (limits.plain_name) {
    if (is_plain_name(text)) return {};
    return value.wrong(what + " is '" + text.substr(0, kMaxNameBytes) + "': " + std::string(kPlainNameRule));
  }
  return check_count(value, what, text.size(), " bytes", limits.least_bytes, limits.most_bytes);
}

bool has_text_limits(const Limits& limits) {
  return limits.plain_name || limits.least_bytes > 0 || limits.most_bytes != kNoLimit;
}

Status check_one(Node value, const std::string& what, const TypeInfo& type, const Limits& limits) {
  const auto kind = value.kind();
  if (std::int64_t whole = 0;
      type.kind == ValueKind::kInteger && kind == Kind::kInteger && value.integer(whole)) {
    const auto& only = limits.one_of;
    if (!only.empty() && std::find(only.begin(), only.end(), whole) == only.end())
      return value.wrong(what + " must be " + text_of(only) + "; it is " + std::to_string(whole));
    return check_number(value, what, whole, limits, limits.least, limits.most);
  }
  const bool is_number = kind == Kind::kInteger || kind == Kind::kReal;
  if (type.kind == ValueKind::kNumber && is_number && (limits.least_real || limits.most_real))
    return check_number(value, what, value.real(), limits, limits.least_real, limits.most_real);
  if (type.kind == ValueKind::kText && kind == Kind::kText && has_text_limits(limits))
    return check_text(value, what, limits);
  return {};
}

void note_size(Node value, const std::string& what, const Limits& limits, Findings& findings) {
  findings.note(check_count(value, what, value.size(), " items", limits.least_items, limits.most_items));
  if (value.kind() != Kind::kMap) return;
  for (std::size_t i = 0; i < value.size() && findings.go_on(); ++i)
    findings.note(check_count(value, "a name in " + what, visible(value.key(i)).size(), " bytes",
                              limits.least_key_bytes, limits.most_key_bytes));
}

}  // namespace

bool is_told_of(Node value, const std::string& errors) {
  return !errors.empty() && errors.find(value.wrong("").message) != std::string::npos;
}

Status check_limits(Node value, const FieldInfo& field, const std::string& errors) {
  const auto& type = *field.type;
  const auto what = "'" + std::string(field.name) + "'";
  if (errors.size() > kSearchable || is_told_of(value, errors)) return {};
  if (type.item() == nullptr) return check_one(value, what, type, field.limits);
  if (value.kind() != Kind::kList && value.kind() != Kind::kMap) return {};
  Findings findings(value);
  note_size(value, what, field.limits, findings);
  for (std::size_t i = 0; i < value.size() && findings.go_on(); ++i) {
    const auto one = value.kind() == Kind::kMap ? value.value(i) : value.item(i);
    if (!is_told_of(one, errors))
      findings.note(check_one(one, "an item of " + what, *type.item(), field.limits));
  }
  return findings.status();
}

std::string text_of_limits(const FieldInfo& field) {
  const auto& limits = field.limits;
  std::vector<std::string> parts;
  if (limits.least_items > 0 || limits.most_items != kNoLimit)
    parts.push_back(size_text(limits.least_items, limits.most_items) + " items");
  if (limits.any_number) parts.emplace_back("any 64 bits");
  if (!limits.one_of.empty()) parts.push_back(text_of(limits.one_of));
  const std::string or_zero = limits.or_nothing ? "0 or " : "";
  if (limits.least || limits.most) parts.push_back(or_zero + span_text(limits.least, limits.most));
  if (limits.least_real || limits.most_real)
    parts.push_back(or_zero + span_text(limits.least_real, limits.most_real));
  if (limits.plain_name)
    parts.emplace_back(limits.or_nothing ? "a plain name or empty" : "a plain name");
  else if (has_text_limits(limits))
    parts.push_back(size_text(limits.least_bytes, limits.most_bytes) + " bytes");
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

namespace {

/// The words that a unit may begin with, as the last parts of names.
constexpr std::array<std::string_view, 17> kUnits{"ns",      "us", "ms", "uj",  "nj",    "pj",
                                                  "mhz",     "mw", "uw", "mwh", "bytes", "cycles",
                                                  "percent", "mv", "ua", "uf",  "ohm"};

bool is_unit(std::string_view word) { return std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end(); }

}  // namespace

std::string unit_of(const FieldInfo& field) {
  if (!field.limits.unit.empty()) return std::string(field.limits.unit);
  const auto& type = field.type->item() != nullptr ? *field.type->item() : *field.type;
  if (type.kind == ValueKind::kText || type.kind == ValueKind::kBoolean || type.kind == ValueKind::kEnum)
    return {};
  const auto name = field.name;
  const auto per = name.rfind("_per_");
  const auto head = name.substr(0, per);
  const auto word = head.substr(head.rfind('_') + 1);  // npos + 1 is 0: the whole
  if (per != std::string_view::npos) {
    auto rest = std::string(name.substr(per + 5));
    std::replace(rest.begin(), rest.end(), '_', ' ');
    return std::string(word) + " per " + rest;
  }
  return is_unit(word) ? std::string(word) : std::string();
}

std::string unit_for_people(const FieldInfo& field) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kWritten{{{"uj", "uJ"},
                                                                                    {"nj", "nJ"},
                                                                                    {"pj", "pJ"},
                                                                                    {"mhz", "MHz"},
                                                                                    {"mw", "mW"},
                                                                                    {"uw", "uW"},
                                                                                    {"mwh", "mWh"},
                                                                                    {"mv", "mV"},
                                                                                    {"ua", "uA"},
                                                                                    {"uf", "uF"}}};
  auto unit = unit_of(field);
  const auto word = unit.substr(0, unit.find(' '));
  for (const auto& [name, written] : kWritten)
    if (word == name) unit.replace(0, word.size(), written);
  return unit;
}

}  // namespace synergy::schemas
