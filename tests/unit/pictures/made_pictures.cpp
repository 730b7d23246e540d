#include "made_pictures.hpp"

#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

#include <cstdio>
#include <cstdlib>
// libjpeg's header needs <cstdio>
#include <jpeglib.h>

namespace synergy::pictures_test {
namespace {

void put(Bytes& to, std::uint32_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) to.push_back(std::uint8_t(value >> 8 * i));
}

void set_transparency(png_structp png, png_infop info, const PngSketch& sketch) {
  if (!sketch.palette_alpha.empty())
    png_set_tRNS(png, info, sketch.palette_alpha.data(), int(sketch.palette_alpha.size()), nullptr);
  if (sketch.transparent.empty()) return;
  png_color_16 colour{};
  if (sketch.transparent.size() == 1)
    colour.gray = sketch.transparent[0];
  else
    colour.red = sketch.transparent[0], colour.green = sketch.transparent[1],
    colour.blue = sketch.transparent[2];
  png_set_tRNS(png, info, nullptr, 1, &colour);
}

void set_colours(jpeg_compress_struct& jpeg, const JpegSketch& sketch) {
  jpeg.input_components = sketch.components;
  jpeg.in_color_space = sketch.components == 1 ? JCS_GRAYSCALE : sketch.components == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  if (sketch.components == 3 && sketch.as_rgb) jpeg_set_colorspace(&jpeg, JCS_RGB);
  if (sketch.components == 4) jpeg_set_colorspace(&jpeg, sketch.as_ycck ? JCS_YCCK : JCS_CMYK);
  if (!sketch.adobe) jpeg.write_Adobe_marker = FALSE;
  jpeg_set_quality(&jpeg, sketch.quality, TRUE);
  if (!sketch.subsampled) jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
  if (sketch.progressive) jpeg_simple_progression(&jpeg);
  static constexpr jpeg_scan_info kScans[] = {{1, {0}, 0, 0, 0, 0}, {1, {0}, 1, 63, 0, 0}};
  if (sketch.whole_bits) {
    jpeg.scan_info = kScans;
    jpeg.num_scans = 2;
  }
  jpeg.arith_code = sketch.arithmetic ? TRUE : FALSE;
  jpeg.restart_in_rows = sketch.restart_rows;
}

}  // namespace

Bytes png_of(const PngSketch& sketch) {
  Bytes file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  if (setjmp(png_jmpbuf(png)) != 0) std::abort();  // libpng has said why on stderr
  png_set_write_fn(
      png, &file,
      [](png_structp p, png_bytep data, size_t size) {
        auto* to = static_cast<Bytes*>(png_get_io_ptr(p));
        to->insert(to->end(), data, data + size);
      },
      nullptr);
  png_set_IHDR(png, info, sketch.columns, std::uint32_t(sketch.rows.size()), sketch.bits, sketch.colour_type,
               sketch.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> palette;
  for (const auto& [red, green, blue] : sketch.palette) palette.push_back({red, green, blue});
  if (!palette.empty()) png_set_PLTE(png, info, palette.data(), int(palette.size()));
  set_transparency(png, info, sketch);
  if (sketch.gamma != 0) png_set_gAMA(png, info, sketch.gamma);
  auto exif = sketch.exif;
  if (!exif.empty()) png_set_eXIf_1(png, info, png_uint_32(exif.size()), exif.data());
  std::vector<Bytes> rows = sketch.rows;
  std::vector<png_bytep> lines;
  for (auto& row : rows) lines.push_back(row.data());
  png_set_rows(png, info, lines.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  return file;
}

Bytes jpeg_of(const JpegSketch& sketch) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);  // ends the test where libjpeg can not write it
  jpeg_create_compress(&jpeg);
  unsigned char* data = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &data, &size);
  jpeg.image_height = sketch.rows;
  jpeg.image_width = sketch.columns;
  set_colours(jpeg, sketch);
  jpeg_start_compress(&jpeg, TRUE);
  if (!sketch.exif.empty()) {
    const auto marker = joined({{'E', 'x', 'i', 'f', 0, 0}, sketch.exif});
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, marker.data(), unsigned(marker.size()));
  }
  auto values = sketch.values;
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row =
        values.data() + std::size_t(jpeg.next_scanline) * sketch.columns * std::size_t(sketch.components);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  Bytes file(data, data + size);
  jpeg_destroy_compress(&jpeg);
  std::free(data);
  return file;
}

Bytes exif_of(std::uint16_t orientation, bool big) {
  const auto number = [&](std::uint32_t value, int bytes) {
    Bytes digits;
    put(digits, value, bytes);
    return big ? digits : Bytes(digits.rbegin(), digits.rend());
  };
  return joined({big ? Bytes{'M', 'M'} : Bytes{'I', 'I'}, number(42, 2), number(8, 4), number(2, 2),
                 // image width, a long, is no part of what is asked for
                 number(0x0100, 2), number(4, 2), number(1, 4), number(77, 4),
                 // orientation, a short
                 number(0x0112, 2), number(3, 2), number(1, 4), number(orientation, 2), number(0, 2),
                 // no directory follows
                 number(0, 4)});
}

Bytes png_chunk(const std::string& type, const Bytes& data) {
  Bytes chunk;
  put(chunk, std::uint32_t(data.size()), 4);
  Bytes body(type.begin(), type.end());
  body.insert(body.end(), data.begin(), data.end());
  chunk.insert(chunk.end(), body.begin(), body.end());
  put(chunk, std::uint32_t(crc32(0, body.data(), unsigned(body.size()))), 4);
  return chunk;
}

Bytes png_begin(std::uint32_t columns, std::uint32_t rows, std::uint8_t bits, std::uint8_t colour_type) {
  Bytes header;
  put(header, columns, 4);
  put(header, rows, 4);
  for (const std::uint8_t byte : {bits, colour_type, std::uint8_t(0), std::uint8_t(0), std::uint8_t(0)})
    header.push_back(byte);
  return joined({{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, png_chunk("IHDR", header)});
}

pictures::Picture read(const Bytes& file) {
  auto picture = pictures::read_picture(file);
  if (!picture) {
    ADD_FAILURE() << picture.error().message;
    return {};
  }
  return *std::move(picture);
}

std::string refusal(const Bytes& file) {
  const auto picture = pictures::read_picture(file);
  if (picture) return "";
  EXPECT_EQ(picture.error().code, ErrorCode::kInvalid);
  return picture.error().message;
}

Bytes joined(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace synergy::pictures_test
