// A PNG file of 8 bits, put together by hand: for tests that need a picture and have no business with libpng.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace synergy::test_support {

namespace png_parts {

inline std::string number(std::uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += char(value >> shift & 255);
  return text;
}
/// CRC-32 as PNG has it (reflected, polynomial 0xedb88320).
inline std::uint32_t crc(const std::string& bytes) {
  std::uint32_t rest = 0xffffffff;
  for (const char byte : bytes) {
    rest ^= static_cast<unsigned char>(byte);
    for (int i = 0; i < 8; ++i) rest = rest >> 1 ^ (0xedb88320u & (0u - (rest & 1)));
  }
  return ~rest;
}
inline std::string chunk(const std::string& type, const std::string& data) {
  return number(std::uint32_t(data.size())) + type + data + number(crc(type + data));
}
/// zlib data that nothing is compressed in: blocks of 65 535 bytes at most, and Adler-32.
inline std::string stored(const std::string& data) {
  std::string text = "\x78\x01";
  for (std::size_t at = 0; at < data.size(); at += 65535) {
    const auto part = data.substr(at, 65535);
    const auto size = std::uint16_t(part.size()), inverted = std::uint16_t(~size);
    text += char(at + 65535 >= data.size());
    for (const auto half : {size, inverted}) text += {char(half & 255), char(half >> 8)};
    text += part;
  }
  std::uint32_t a = 1, b = 0;
  for (const char byte : data) {
    a = (a + static_cast<unsigned char>(byte)) % 65521;
    b = (b + a) % 65521;
  }
  return text + number(b << 16 | a);
}

}  // namespace png_parts

/// `values`: rows x columns x channels, as many as that; channels 1 (grey) or 3.
inline std::string png_file(std::uint32_t rows, std::uint32_t columns, std::uint32_t channels,
                            const std::vector<std::uint8_t>& values) {
  using namespace png_parts;
  std::string lines;
  const std::size_t line = std::size_t(columns) * channels;
  for (std::size_t r = 0; r < rows; ++r)
    lines += '\0' + std::string(values.begin() + std::ptrdiff_t(r * line),
                                values.begin() + std::ptrdiff_t((r + 1) * line));
  const std::string form{8, char(channels == 3 ? 2 : 0), 0, 0, 0};
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", number(columns) + number(rows) + form) +
         chunk("IDAT", stored(lines)) + chunk("IEND", "");
}

}  // namespace synergy::test_support
