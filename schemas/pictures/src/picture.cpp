#include "synergy/pictures/picture.hpp"

#include <algorithm>
#include <string_view>

#include "decoders.hpp"

namespace synergy::pictures {
namespace {

bool begins_with(std::span<const std::uint8_t> file, std::string_view bytes, std::size_t at = 0) {
  return file.size() >= at + bytes.size() &&
         std::equal(bytes.begin(), bytes.end(), file.begin() + std::ptrdiff_t(at),
                    [](char a, std::uint8_t b) { return std::uint8_t(a) == b; });
}

/// What a file that is neither is likely to be.
std::string likely_kind(std::span<const std::uint8_t> file) {
  using namespace std::string_view_literals;
  struct Kind {
    std::string_view name, bytes;
    std::size_t at = 0;
  };
  constexpr Kind kKinds[] = {
      {"GIF", "GIF8"}, {"WebP", "WEBP", 8},         {"TIFF", "II*\0"sv},      {"TIFF", "MM\0*"sv},
      {"BMP", "BM"},   {"HEIF or AVIF", "ftyp", 4}, {"NumPy", "\x93NUMPY"sv}, {"JPEG 2000", "jP  ", 4},
      {"PDF", "%PDF"}};
  for (const auto& kind : kKinds)
    if (begins_with(file, kind.bytes, kind.at))
      return ", but begins as a " + std::string(kind.name) + " file";
  return "";
}

}  // namespace

Status check_size(std::uint64_t rows, std::uint64_t columns) {
  const auto size = std::to_string(columns) + " x " + std::to_string(rows) + " pixels";
  if (rows == 0 || columns == 0)
    return Error{ErrorCode::kInvalid, "a picture of " + size + " has nothing to see"};
  if (rows <= kMaxSide && columns <= kMaxSide && rows * columns <= kMaxPixels) return {};
  return Error{ErrorCode::kInvalid, "a picture of " + size + " is too large: scale it down to " +
                                        std::to_string(kMaxPixels) + " pixels at most, " +
                                        std::to_string(kMaxSide) + " a side"};
}

Error damaged(const char* kind, const std::string& what) {
  return {ErrorCode::kInvalid, std::string("the ") + kind + " file is damaged (" + what +
                                   "): get it again from where it came from, or save it anew"};
}

bool begins_as_picture(std::span<const std::uint8_t> file) {
  using namespace std::string_view_literals;
  return begins_with(file, "\x89PNG\r\n\x1a\n"sv) || begins_with(file, "\xff\xd8"sv) ||
         !likely_kind(file).empty();
}

Result<Picture> read_picture(std::span<const std::uint8_t> file) {
  using namespace std::string_view_literals;
  if (file.size() > kMaxFileBytes)
    return Error{ErrorCode::kInvalid, "a picture file of " + std::to_string(file.size()) +
                                          " bytes is too large: at most " + std::to_string(kMaxFileBytes) +
                                          " are read; scale the picture down"};
  const bool is_png = begins_with(file, "\x89PNG\r\n\x1a\n"sv);
  if (!is_png && !begins_with(file, "\xff\xd8"sv))
    return Error{ErrorCode::kInvalid,
                 (file.empty() ? "is empty" : "is neither PNG nor JPEG" + likely_kind(file)) +
                     ": save the picture as PNG or JPEG"};
  auto decoded = is_png ? decode_png(file) : decode_jpeg(file);
  if (!decoded) return decoded.error();
  return oriented(std::move(decoded->picture), decoded->orientation);
}

}  // namespace synergy::pictures
