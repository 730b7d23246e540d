// PNG by libpng. libpng leaves a failed call by longjmp, past every destructor between: so each step that
// calls it is a function of its own which holds nothing but numbers and pointers, and what has to be freed
// belongs to the decoder.
#include <png.h>

#include <csetjmp>
#include <cstring>

#include "decoders.hpp"

namespace synergy::pictures {
namespace {

class PngDecoder {
 public:
  explicit PngDecoder(std::span<const std::uint8_t> file) : rest_(file) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, ignore);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  Result<Decoded> decode() {
    if (info_ == nullptr) return Error{ErrorCode::kEnvironment, "there is no memory to read a PNG file"};
    if (!done(&PngDecoder::read_header)) return damaged("PNG", reason_);
    if (auto status = check_size(rows_, columns_); !status) return status.error();
    if (!done(&PngDecoder::choose_form)) return damaged("PNG", reason_);
    bytes_.resize(std::size_t(rows_) * columns_ * channels_);
    for (std::size_t r = 0; r < rows_; ++r) lines_.push_back(bytes_.data() + r * columns_ * channels_);
    if (!done(&PngDecoder::read_pixels)) return damaged("PNG", reason_);
    put_over_white();
    return Decoded{{rows_, columns_, channels_, std::move(bytes_)}, orientation_};
  }

 private:
  static constexpr std::size_t kMaxChunkBytes = 1u << 20;  ///< of what is no picture: texts, profiles
  static constexpr std::uint32_t kMaxChunks = 1000;

  /// Runs one step; whether libpng was content.
  bool done(void (PngDecoder::*step)()) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    (this->*step)();
    return true;
  }
  static void fail(png_structp png, png_const_charp text) {
    auto* self = static_cast<PngDecoder*>(png_get_error_ptr(png));
    std::strncpy(self->reason_, text, sizeof self->reason_ - 1);
    png_longjmp(png, 1);
  }
  static void ignore(png_structp, png_const_charp) {}
  static void give(png_structp png, png_bytep to, std::size_t size) {
    auto* self = static_cast<PngDecoder*>(png_get_io_ptr(png));
    if (size > self->rest_.size()) png_error(png, "it ends early");
    std::memcpy(to, self->rest_.data(), size);
    self->rest_ = self->rest_.subspan(size);
  }

  void read_header() {
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_size() judges, and says more
    png_set_chunk_malloc_max(png_, kMaxChunkBytes);
    png_set_chunk_cache_max(png_, kMaxChunks);
    png_set_read_fn(png_, this, give);
    png_read_info(png_, info_);
    rows_ = png_get_image_height(png_, info_);
    columns_ = png_get_image_width(png_, info_);
  }
  /// 8 bits, grey or colour, with alpha where the file has transparency of any kind.
  void choose_form() {
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    channels_ = png_get_channels(png_, info_);
    if (png_get_rowbytes(png_, info_) != std::size_t(columns_) * channels_)
      png_error(png_, "rows of another size");
  }
  void read_pixels() {
    png_read_image(png_, lines_.data());
    png_read_end(png_, info_);
    png_bytep exif = nullptr;
    png_uint_32 size = 0;
    if (png_get_eXIf_1(png_, info_, &size, &exif) != 0) orientation_ = orientation_of({exif, size});
  }

  void put_over_white() {
    if (channels_ % 2 != 0) return;
    const std::size_t pixels = bytes_.size() / channels_, colours = channels_ - 1;
    for (std::size_t i = 0; i < pixels; ++i) {
      const std::uint8_t alpha = bytes_[i * channels_ + colours];
      for (std::size_t c = 0; c < colours; ++c) {
        const std::uint32_t value = bytes_[i * channels_ + c];
        bytes_[i * colours + c] = std::uint8_t((value * alpha + 255u * (255u - alpha) + 127u) / 255u);
      }
    }
    channels_ = std::uint32_t(colours);
    bytes_.resize(pixels * colours);
  }

  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::span<const std::uint8_t> rest_;  ///< of the file, not yet read
  char reason_[160] = {};
  std::uint32_t rows_ = 0, columns_ = 0, channels_ = 0;
  Orientation orientation_ = kUpright;
  std::vector<std::uint8_t> bytes_;
  std::vector<png_bytep> lines_;
};

}  // namespace

Result<Decoded> decode_png(std::span<const std::uint8_t> file) { return PngDecoder(file).decode(); }

}  // namespace synergy::pictures
