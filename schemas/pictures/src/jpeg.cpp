// JPEG by libjpeg-turbo, through the libjpeg interface: it tells what TurboJPEG's does not, Adobe's marker
// (are CMYK values inverted?), EXIF, and which of its warnings was given. A failed call is left by longjmp,
// as in png.cpp.
#include <cstdio>
// libjpeg's headers need <cstdio> before them
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>

#include "decoders.hpp"

namespace synergy::pictures {
namespace {

class JpegDecoder {
 public:
  explicit JpegDecoder(std::span<const std::uint8_t> file) : file_(file) {
    jpeg_.err = jpeg_std_error(&errors_);
    errors_.error_exit = fail;
    errors_.emit_message = judge;
    errors_.output_message = [](j_common_ptr) {};
    progress_.progress_monitor = watch;
    jpeg_.client_data = this;
  }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder() { jpeg_destroy_decompress(&jpeg_); }

  Result<Decoded> decode() {
    if (!done(&JpegDecoder::read_header)) return refusal();
    if (auto status = check_size(jpeg_.image_height, jpeg_.image_width); !status) return status.error();
    if (jpeg_.out_color_space == JCS_UNKNOWN)
      return Error{ErrorCode::kInvalid, "the JPEG file has " + std::to_string(jpeg_.num_components) +
                                            " components without a meaning: save it in grey or RGB"};
    if (!done(&JpegDecoder::begin)) return refusal();
    rows_ = jpeg_.output_height;
    columns_ = jpeg_.output_width;
    channels_ = std::uint32_t(jpeg_.output_components);
    bytes_.resize(std::size_t(rows_) * columns_ * channels_);
    if (!done(&JpegDecoder::read_pixels)) return refusal();
    if (channels_ == 4) make_rgb();
    return Decoded{{rows_, columns_, channels_, std::move(bytes_)}, orientation_};
  }

 private:
  static constexpr int kMaxScans = 100;  ///< of a progressive file; cameras and tools write about 10

  /// Runs one step; whether libjpeg was content.
  bool done(void (JpegDecoder::*step)()) {
    if (setjmp(leave_) != 0) return false;
    (this->*step)();
    return true;
  }
  static JpegDecoder& self(j_common_ptr jpeg) { return *static_cast<JpegDecoder*>(jpeg->client_data); }
  static void fail(j_common_ptr jpeg) {
    jpeg->err->format_message(jpeg, self(jpeg).reason_);
    std::longjmp(self(jpeg).leave_, 1);
  }
  /// Warnings (level -1) tell of damage, which libjpeg would paper over with grey. Stray bytes between
  /// markers are not: some cameras write them, and nothing of the picture is lost.
  static void judge(j_common_ptr jpeg, int level) {
    const auto code = jpeg->err->msg_code;
    if (level >= 0 || code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM)
      return;
    fail(jpeg);
  }
  static void watch(j_common_ptr jpeg) {
    if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= kMaxScans) return;
    self(jpeg).too_many_scans_ = true;
    fail(jpeg);
  }
  [[nodiscard]] Error refusal() const {
    if (too_many_scans_)
      return {ErrorCode::kInvalid, "the JPEG file has more than " + std::to_string(kMaxScans) +
                                       " scans: save it anew, without 'progressive'"};
    if (errors_.msg_code == JERR_BAD_PRECISION || errors_.msg_code == JERR_SOF_UNSUPPORTED)
      return {ErrorCode::kInvalid, "JPEG files of this kind are not read (" + std::string(reason_) +
                                       "): save it as an ordinary JPEG of 8 bits, or as PNG"};
    return damaged("JPEG", errors_.msg_code == JWRN_JPEG_EOF ? "it ends early" : reason_);
  }

  void read_header() {
    jpeg_create_decompress(&jpeg_);
    jpeg_.progress = &progress_;
    jpeg_mem_src(&jpeg_, file_.data(), file_.size());
    jpeg_save_markers(&jpeg_, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&jpeg_, TRUE);
    switch (jpeg_.jpeg_color_space) {
      case JCS_GRAYSCALE:
        jpeg_.out_color_space = JCS_GRAYSCALE;
        break;
      case JCS_YCbCr:
      case JCS_RGB:
        jpeg_.out_color_space = JCS_RGB;
        break;
      case JCS_CMYK:
      case JCS_YCCK:
        jpeg_.out_color_space = JCS_CMYK;
        break;
      default:
        jpeg_.out_color_space = JCS_UNKNOWN;
    }
    read_exif();
  }
  void read_exif() {
    constexpr std::uint8_t kBegin[] = {'E', 'x', 'i', 'f', 0, 0};
    for (auto* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
      const std::span<const std::uint8_t> data(marker->data, marker->data_length);
      if (data.size() < sizeof kBegin || !std::equal(std::begin(kBegin), std::end(kBegin), data.begin()))
        continue;
      orientation_ = orientation_of(data.subspan(sizeof kBegin));
      return;
    }
  }
  void begin() {
    jpeg_.dct_method = JDCT_ISLOW;  // the same values with and without vector instructions
    jpeg_start_decompress(&jpeg_);
  }
  void read_pixels() {
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW line = bytes_.data() + std::size_t(jpeg_.output_scanline) * columns_ * channels_;
      jpeg_read_scanlines(&jpeg_, &line, 1);
    }
    jpeg_finish_decompress(&jpeg_);
  }

  void make_rgb() {
    const bool inverted = jpeg_.saw_Adobe_marker != 0;
    const auto without = [&](std::uint8_t ink) { return inverted ? ink : std::uint8_t(255 - ink); };
    const std::size_t pixels = bytes_.size() / 4;
    for (std::size_t i = 0; i < pixels; ++i) {
      const auto black = without(bytes_[i * 4 + 3]);
      for (std::size_t c = 0; c < 3; ++c) bytes_[i * 3 + c] = product(without(bytes_[i * 4 + c]), black);
    }
    channels_ = 3;
    bytes_.resize(pixels * 3);
  }

  jpeg_decompress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf leave_;
  std::span<const std::uint8_t> file_;
  char reason_[JMSG_LENGTH_MAX] = {};
  bool too_many_scans_ = false;
  std::uint32_t rows_ = 0, columns_ = 0, channels_ = 0;
  Orientation orientation_ = kUpright;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

Result<Decoded> decode_jpeg(std::span<const std::uint8_t> file) { return JpegDecoder(file).decode(); }

}  // namespace synergy::pictures
