#include "synergy/cli/export_text.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "synergy/schemas/encode.hpp"

namespace synergy::cli {
namespace {

using store::ExportValue;

/// The shortest text that reads as the same value.
template <class Number>
std::string number_text(Number number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  return {text, end};
}

std::string csv_text(const ExportValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return number_text(*integer);
  if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
  if (const auto* text = std::get_if<std::string>(&value)) return csv_field(*text);
  return {};
}

void encode_value(schemas::Encoder& out, const ExportValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    out.integer(*integer);
  else if (const auto* real = std::get_if<double>(&value))
    out.real(*real);
  else if (const auto* text = std::get_if<std::string>(&value))
    out.text(*text);
  else
    out.null();
}

}  // namespace

std::string ExportText::begin(std::span<const std::string> names) {
  names_.assign(names.begin(), names.end());
  if (format_ == Format::kJson) return "[";
  if (format_ == Format::kYaml) return {};
  std::string line;
  for (const auto& name : names_) line += (line.empty() ? "" : ",") + name;
  return line + "\n";
}

std::string ExportText::row(std::span<const ExportValue> values) {
  if (format_ == Format::kCsv) {
    std::string line;
    for (std::size_t i = 0; i < values.size(); ++i) line += (i > 0 ? "," : "") + csv_text(values[i]);
    return line + "\n";
  }
  const auto object = schemas::with_json(
      [&](schemas::Encoder& out) {
        out.begin_map(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
          out.key(names_.at(i));
          encode_value(out, values[i]);
        }
        out.end_map();
      },
      -1);
  if (format_ == Format::kYaml) {
    has_rows_ = true;
    return json_to_yaml("[" + object + "]");
  }
  return (std::exchange(has_rows_, true) ? ",\n" : "\n") + object;
}

std::string ExportText::end() const {
  if (format_ == Format::kCsv) return {};
  if (format_ == Format::kYaml) return has_rows_ ? "" : "[]\n";
  return has_rows_ ? "\n]\n" : "]\n";
}

}  // namespace synergy::cli
