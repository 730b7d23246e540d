// PNG and JPEG files, made by the libraries that the decoders use, or put together byte by byte.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "synergy/pictures/picture.hpp"

namespace synergy::pictures_test {

using Bytes = std::vector<std::uint8_t>;

/// What a PNG file is made of. `rows`: of each row the bytes as PNG packs them.
struct PngSketch {
  std::uint32_t columns = 0;
  int bits = 8;
  int colour_type = 0;  ///< libpng's PNG_COLOR_TYPE_...
  bool interlaced = false;
  std::vector<Bytes> rows{};
  std::vector<std::array<std::uint8_t, 3>> palette{};
  Bytes palette_alpha{};
  std::vector<std::uint16_t> transparent{};  ///< the value, or red, green, blue, that is transparent
  double gamma = 0;
  Bytes exif{};
};
[[nodiscard]] Bytes png_of(const PngSketch& sketch);

/// What a JPEG file is made of.
struct JpegSketch {
  std::uint32_t rows = 0, columns = 0;
  int components = 3;    ///< 1 grey, 3 RGB, 4 CMYK
  bool as_rgb = false;   ///< stored as RGB, not as YCbCr
  bool as_ycck = false;  ///< CMYK is stored as YCCK
  bool adobe = true;     ///< whether CMYK and RGB have Adobe's marker
  bool progressive = false, arithmetic = false, subsampled = true;
  bool whole_bits = false;  ///< grey and progressive: two scans, each with all bits of its coefficients
  int restart_rows = 0;
  int quality = 100;
  Bytes values{};  ///< rows x columns x components
  Bytes exif{};    ///< TIFF data
};
[[nodiscard]] Bytes jpeg_of(const JpegSketch& sketch);

/// TIFF data with nothing but an orientation; `big`: in big-endian order.
[[nodiscard]] Bytes exif_of(std::uint16_t orientation, bool big);

/// One PNG chunk: length, type, data and CRC.
[[nodiscard]] Bytes png_chunk(const std::string& type, const Bytes& data);
/// The first bytes of a PNG file of that size, as far as IHDR.
[[nodiscard]] Bytes png_begin(std::uint32_t columns, std::uint32_t rows, std::uint8_t bits,
                              std::uint8_t colour_type);

/// The picture, or one of no size where it is refused (and a failed test).
[[nodiscard]] pictures::Picture read(const Bytes& file);
/// Why it is refused; empty where it is not.
[[nodiscard]] std::string refusal(const Bytes& file);

[[nodiscard]] Bytes joined(const std::vector<Bytes>& parts);

}  // namespace synergy::pictures_test
