// Reads and writes NumPy's `.npy` arrays of numbers (read: format version 1.0 to 3.0, C order, little
// endian): weights, biases, pictures, labels. The format: numpy.lib.format in NumPy's documentation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::documents {

/// Larger arrays are refused before they are read.
inline constexpr std::size_t kMaxNpyBytes = 256u << 20;

struct NpyArray {
  std::string type;                ///< NumPy's type text: `|i1`, `|u1`, `<i4`, `<i8` ...
  std::vector<std::size_t> shape;  ///< empty for a scalar
  std::vector<std::uint8_t> data;  ///< as stored

  [[nodiscard]] std::size_t items() const;
  /// The data as signed bytes; only for `|i1`.
  [[nodiscard]] std::span<const std::int8_t> as_int8() const;
};

/// Item `i` of an array of integers; nothing where 64 bits with a sign do not hold it. `i` must be below
/// items().
using IntegerAt = std::optional<std::int64_t> (*)(const NpyArray& array, std::size_t i);
/// For a type of integers of any width; nullptr for another type.
[[nodiscard]] IntegerAt integers_of(const std::string& type);

/// Fails with kNotFound (no such file) or kInvalid (not .npy, damaged, Fortran order, a type of another size
/// than the data, larger than kMaxNpyBytes); the message begins with the path.
[[nodiscard]] Result<NpyArray> read_npy(const std::filesystem::path& path);
/// Type and shape of a file, whose data is not read; `data` is empty. Fails as read_npy().
[[nodiscard]] Result<NpyArray> read_npy_header(const std::filesystem::path& path);
/// The same as read_npy() from memory; `name` stands for the file in errors.
[[nodiscard]] Result<NpyArray> parse_npy(std::span<const std::uint8_t> bytes, const std::string& name);

/// The array as a file of format version 1.0. Shape, type and data must agree.
[[nodiscard]] std::vector<std::uint8_t> to_npy(const NpyArray& array);
/// An array of signed bytes.
[[nodiscard]] NpyArray npy_of(std::span<const std::int8_t> values, std::vector<std::size_t> shape);

}  // namespace synergy::documents
