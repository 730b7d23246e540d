#include "synergy/base/visible_text.hpp"

#include <cstddef>
#include <cstdint>

namespace synergy {
namespace {

struct Character {
  std::size_t bytes = 0;  ///< 0: no UTF-8
  std::uint32_t code = 0;
};

/// The UTF-8 character that `text` begins with. The shortest form only, no surrogates, nothing above
/// U+10FFFF.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return std::uint32_t(static_cast<unsigned char>(text[i])); };
  const auto lead = byte(0);
  if (lead < 0x80) return {1, lead};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {};
  std::uint32_t code = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return {};
    code = code << 6U | (byte(i) & 0x3fU);
  }
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < kLeast[bytes] || code > 0x10ffff || surrogate) return {};
  return {bytes, code};
}

bool is_harmless(std::uint32_t code) {
  const auto between = [code](std::uint32_t least, std::uint32_t most) {
    return code >= least && code <= most;
  };
  return code >= 0x20 && !between(0x7f, 0x9f) && !between(0x2028, 0x202e) && !between(0x2066, 0x2069);
}

void write_out(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xfU];
  }
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto character = first_character(text);
    const auto bytes = text.substr(0, character.bytes == 0 ? 1 : character.bytes);
    if (character.bytes != 0 && is_harmless(character.code))
      out += bytes;
    else
      write_out(out, bytes);
    text.remove_prefix(bytes.size());
  }
  return out;
}

}  // namespace synergy
