#include "orientation.hpp"

#include <algorithm>
#include <optional>

namespace synergy::pictures {
namespace {

/// Numbers of TIFF data in the byte order that its header names.
class Tiff {
 public:
  explicit Tiff(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool read_header() {
    if (bytes_.size() < 8 || bytes_[0] != bytes_[1]) return false;
    big_endian_ = bytes_[0] == 'M';
    return (big_endian_ || bytes_[0] == 'I') && number(2, 2) == 42u;
  }
  /// Nothing where the data does not reach that far.
  [[nodiscard]] std::optional<std::uint32_t> number(std::uint64_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8 | bytes_[std::size_t(at) + (big_endian_ ? i : size - 1 - i)];
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool big_endian_ = false;
};

/// How row and column of the picture as it is seen are found in the stored one.
struct Turn {
  bool transposed, rows_flipped, columns_flipped;  ///< the flips are of the stored picture
};
constexpr Turn kTurns[] = {{false, false, false}, {false, false, true}, {false, true, true},
                           {false, true, false},  {true, false, false}, {true, true, false},
                           {true, true, true},    {true, false, true}};

}  // namespace

Orientation orientation_of(std::span<const std::uint8_t> exif) {
  constexpr std::uint32_t kOrientationTag = 0x0112, kShort = 3, kEntryBytes = 12;
  Tiff tiff(exif);
  if (!tiff.read_header()) return kUpright;
  const auto directory = tiff.number(4, 4);
  const auto entries = directory ? tiff.number(*directory, 2) : std::nullopt;
  for (std::uint32_t i = 0; i < entries.value_or(0); ++i) {
    const auto entry = std::uint64_t(*directory) + 2 + std::uint64_t(i) * kEntryBytes;
    if (tiff.number(entry, 2) != kOrientationTag) continue;
    const auto value = tiff.number(entry + 8, 2).value_or(0);
    const bool is_one = tiff.number(entry + 2, 2) == kShort && tiff.number(entry + 4, 4) == 1u;
    return is_one && value >= 1 && value <= 8 ? Orientation(value) : kUpright;
  }
  return kUpright;
}

Picture oriented(Picture picture, Orientation orientation) {
  if (orientation == kUpright) return picture;
  const auto turn = kTurns[orientation - 1];
  Picture seen{picture.rows, picture.columns, picture.channels, {}};
  if (turn.transposed) std::swap(seen.rows, seen.columns);
  seen.bytes.resize(picture.bytes.size());
  auto* to = seen.bytes.data();
  for (std::uint32_t r = 0; r < seen.rows; ++r)
    for (std::uint32_t c = 0; c < seen.columns; ++c) {
      std::size_t row = turn.transposed ? c : r, column = turn.transposed ? r : c;
      if (turn.rows_flipped) row = picture.rows - 1 - row;
      if (turn.columns_flipped) column = picture.columns - 1 - column;
      const auto* from = picture.bytes.data() + (row * picture.columns + column) * picture.channels;
      to = std::copy_n(from, picture.channels, to);
    }
  return seen;
}

}  // namespace synergy::pictures
