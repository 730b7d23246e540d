#include "synergy/documents/npy.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "synergy/base/check.hpp"
#include "synergy/documents/file.hpp"

namespace synergy::documents {
namespace {

constexpr std::string_view kMagic{"\x93NUMPY", 6};
/// Version 1.0 has no longer ones; those of the others are short, too.
constexpr std::uint64_t kMostHeaderBytes = 1u << 17;

/// The text behind `'key':` in the header's Python dictionary, or empty.
std::string_view value_of(std::string_view header, std::string_view key) {
  const auto at = header.find("'" + std::string(key) + "':");
  if (at == std::string_view::npos) return {};
  auto rest = header.substr(at + key.size() + 3);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return rest;
}

std::optional<std::vector<std::size_t>> parse_shape(std::string_view text) {
  if (!text.starts_with('(')) return std::nullopt;
  text.remove_prefix(1);
  std::vector<std::size_t> shape;
  while (true) {
    while (text.starts_with(' ') || text.starts_with(',')) text.remove_prefix(1);
    if (text.starts_with(')')) return shape;
    std::size_t size = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc()) return std::nullopt;
    shape.push_back(size);
    text.remove_prefix(std::size_t(stop - text.data()));
  }
}

/// Bytes of one item of a NumPy type text such as `<i4`; 0 when it is none of ours.
std::size_t item_bytes(std::string_view type) {
  if (type == "|i1" || type == "|u1" || type == "|b1") return 1;
  if (type == "<i2" || type == "<u2") return 2;
  if (type == "<i4" || type == "<u4" || type == "<f4") return 4;
  if (type == "<i8" || type == "<u8" || type == "<f8") return 8;
  return 0;
}

std::optional<std::size_t> product(const std::vector<std::size_t>& shape, std::size_t factor) {
  std::size_t total = factor;
  for (const auto size : shape) {
    if (size != 0 && total > kMaxNpyBytes / size) return std::nullopt;
    total *= size;
  }
  return total;
}

Error invalid(const std::string& name, const std::string& what) {
  return {ErrorCode::kInvalid, name + ": " + what};
}

struct Header {
  NpyArray array;  ///< without its data
  std::size_t data_begin = 0;
};

/// `bytes`: the beginning of a file of `file_bytes`, with all of its header.
Result<Header> parse_header(std::span<const std::uint8_t> bytes, std::uint64_t file_bytes,
                            const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kMagic) || bytes.size() < 12) return invalid(name, "not a .npy file");
  if (bytes[6] < 1 || bytes[6] > 3)
    return invalid(name, "unknown format version " + std::to_string(bytes[6]));
  const bool long_header = bytes[6] >= 2;
  const std::size_t start = long_header ? 12 : 10;
  std::size_t length = std::size_t(bytes[8]) | std::size_t(bytes[9]) << 8;
  if (long_header) length |= std::size_t(bytes[10]) << 16 | std::size_t(bytes[11]) << 24;
  if (length > bytes.size() - start) return invalid(name, "the header is cut off");
  const auto header = text.substr(start, length);

  Header read;
  read.data_begin = start + length;
  const auto type = value_of(header, "descr");
  if (type.size() < 5 || type[0] != '\'') return invalid(name, "no simple type in the header");
  read.array.type = type.substr(1, type.find('\'', 1) - 1);
  const std::size_t size = item_bytes(read.array.type);
  if (size == 0) return invalid(name, "unsupported type '" + read.array.type + "'");
  if (!value_of(header, "fortran_order").starts_with("False"))
    return invalid(name, "must be in C order: save numpy.ascontiguousarray() of it");
  auto shape = parse_shape(value_of(header, "shape"));
  if (!shape) return invalid(name, "no shape in the header");
  read.array.shape = std::move(*shape);
  const auto total = product(read.array.shape, size);
  if (!total) return invalid(name, "larger than " + std::to_string(kMaxNpyBytes) + " bytes");
  if (file_bytes - read.data_begin != *total)
    return invalid(name, "the shape needs " + std::to_string(*total) + " bytes, the file has " +
                             std::to_string(file_bytes - read.data_begin));
  return read;
}

}  // namespace

namespace {

template <class T>
std::optional<std::int64_t> integer_at(const NpyArray& array, std::size_t i) {
  T value;
  std::memcpy(&value, array.data.data() + i * sizeof value, sizeof value);
  return std::in_range<std::int64_t>(value) ? std::optional(std::int64_t(value)) : std::nullopt;
}

}  // namespace

IntegerAt integers_of(const std::string& type) {
  if (type == "|i1") return integer_at<std::int8_t>;
  if (type == "|u1") return integer_at<std::uint8_t>;
  if (type == "<i2") return integer_at<std::int16_t>;
  if (type == "<u2") return integer_at<std::uint16_t>;
  if (type == "<i4") return integer_at<std::int32_t>;
  if (type == "<u4") return integer_at<std::uint32_t>;
  if (type == "<i8") return integer_at<std::int64_t>;
  if (type == "<u8") return integer_at<std::uint64_t>;
  return nullptr;
}

std::size_t NpyArray::items() const {
  std::size_t total = 1;
  for (const auto size : shape) total *= size;
  return total;
}

std::span<const std::int8_t> NpyArray::as_int8() const {
  SYNERGY_CHECK(type == "|i1", "the array holds signed bytes");
  return {reinterpret_cast<const std::int8_t*>(data.data()), data.size()};
}

Result<NpyArray> parse_npy(std::span<const std::uint8_t> bytes, const std::string& name) {
  auto header = parse_header(bytes, bytes.size(), name);
  if (!header) return header.error();
  const auto data = bytes.subspan(header->data_begin);
  header->array.data.assign(data.begin(), data.end());
  return std::move(header->array);
}

std::vector<std::uint8_t> to_npy(const NpyArray& array) {
  SYNERGY_CHECK(array.data.size() == array.items() * item_bytes(array.type), "shape and data agree");
  std::string shape;
  for (const auto size : array.shape) shape += std::to_string(size) + (array.shape.size() == 1 ? "," : ", ");
  if (array.shape.size() > 1) shape.resize(shape.size() - 2);
  std::string header = "{'descr': '" + array.type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  // Filled so that the data begins at a multiple of 64, as the format wants it.
  constexpr std::size_t kStart = 10, kUnit = 64;
  header.resize((kStart + header.size() + kUnit) / kUnit * kUnit - kStart - 1, ' ');
  header += '\n';

  std::vector<std::uint8_t> bytes(kMagic.begin(), kMagic.end());
  for (const std::size_t byte : {std::size_t(1), std::size_t(0), header.size() & 0xff, header.size() >> 8})
    bytes.push_back(std::uint8_t(byte));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), array.data.begin(), array.data.end());
  return bytes;
}

NpyArray npy_of(std::span<const std::int8_t> values, std::vector<std::size_t> shape) {
  return {"|i1", std::move(shape), {values.begin(), values.end()}};
}

Result<NpyArray> read_npy(const std::filesystem::path& path) {
  const auto bytes = read_file(path, kMaxNpyBytes);
  if (!bytes) return bytes.error();
  return parse_npy(*bytes, path.string());
}

Result<NpyArray> read_npy_header(const std::filesystem::path& path) {
  const auto size = size_of_file(path);
  if (!size) return size.error();
  if (*size > kMaxNpyBytes) return read_file(path, kMaxNpyBytes).error();
  std::vector<std::uint8_t> beginning(std::min<std::uint64_t>(*size, kMostHeaderBytes));
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(beginning.data()), std::streamsize(beginning.size()));
  if (!file) return Error{ErrorCode::kEnvironment, path.string() + ": can not be read"};
  auto header = parse_header(beginning, *size, path.string());
  if (!header) return header.error();
  return std::move(header->array);
}

}  // namespace synergy::documents
