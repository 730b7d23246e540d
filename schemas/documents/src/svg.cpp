#include "synergy/documents/svg.hpp"

#include <cstdint>
#include <cstdio>

namespace synergy::documents {
namespace {

/// Bytes of the UTF-8 character at the beginning of `text`; 0 where there is none that XML knows.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return first >= 0x20 || first == '\n' || first == '\t' ? 1 : 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return 0;
    code = code << 6 | (next & 0x3f);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  const bool known = code >= kLeast[length] && code <= 0x10ffff && !surrogate && (code & 0xfffe) != 0xfffe;
  return known ? length : 0;
}

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + svg_number(value) + "\"";
}

std::string spaced(std::string_view attributes) {
  return attributes.empty() ? std::string() : " " + std::string(attributes);
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto length = character_length(text);
    const auto character = text.substr(0, length == 0 ? 1 : length);
    if (length == 0)
      out += '?';
    else if (character == "&")
      out += "&amp;";
    else if (character == "<")
      out += "&lt;";
    else if (character == ">")
      out += "&gt;";
    else if (character == "\"")
      out += "&quot;";
    else
      out += character;
    text.remove_prefix(character.size());
  }
  return out;
}

std::string svg_number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.2f", value);
  std::string number(text);
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number == "-0" ? "0" : number;
}

std::string svg_text(double x, double y, std::string_view text, Anchor anchor, std::string_view attributes) {
  std::string out = "<text" + attribute("x", x) + attribute("y", y);
  if (anchor == Anchor::kMiddle) out += " text-anchor=\"middle\"";
  if (anchor == Anchor::kEnd) out += " text-anchor=\"end\"";
  return out + spaced(attributes) + ">" + xml_escaped(text) + "</text>\n";
}

std::string svg_rect(double x, double y, double width, double height, std::string_view attributes,
                     std::string_view title) {
  const auto begin = "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) +
                     attribute("height", height) + spaced(attributes);
  if (title.empty()) return begin + "/>\n";
  return begin + "><title>" + xml_escaped(title) + "</title></rect>\n";
}

std::string svg_line(double x1, double y1, double x2, double y2, std::string_view attributes) {
  return "<line" + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2) +
         spaced(attributes) + "/>\n";
}

std::string svg_document(double width, double height, std::string_view shapes) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width) +
         attribute("height", height) + " viewBox=\"0 0 " + svg_number(width) + " " + svg_number(height) +
         "\" font-family=\"sans-serif\" font-size=\"12\">\n" +
         "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + std::string(shapes) + "</svg>\n";
}

}  // namespace synergy::documents
