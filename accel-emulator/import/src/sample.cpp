#include <cstring>

#include "synergy/accel_import/import_network.hpp"

namespace synergy::accel_import {
namespace {

template <class T>
std::int64_t item(const documents::NpyArray& array, std::size_t i) {
  T value;
  std::memcpy(&value, array.data.data() + i * sizeof value, sizeof value);
  return std::int64_t(value);
}

using Item = std::int64_t (*)(const documents::NpyArray&, std::size_t);

Item reader_of(const std::string& type) {
  if (type == "|i1") return item<std::int8_t>;
  if (type == "|u1") return item<std::uint8_t>;
  if (type == "<i2") return item<std::int16_t>;
  if (type == "<i4") return item<std::int32_t>;
  if (type == "<i8") return item<std::int64_t>;
  return nullptr;
}

}  // namespace

Result<documents::NpyArray> read_sample(const std::filesystem::path& path) {
  const auto array = documents::read_npy(path);
  if (!array) return array.error();
  const auto invalid = [&](const std::string& what) {
    return Error{ErrorCode::kInvalid, path.string() + ": " + what};
  };
  const auto read = reader_of(array->type);
  if (read == nullptr) return invalid("a sample holds whole numbers (int64 or int8), not " + array->type);
  if (array->shape.size() != 2 && array->shape.size() != 3)
    return invalid("a sample has the axes channels, rows, columns, or channels, length; this one has " +
                   std::to_string(array->shape.size()));
  std::vector<std::int8_t> values;
  values.reserve(array->items());
  for (std::size_t i = 0; i < array->items(); ++i) {
    const auto value = read(*array, i);
    if (value < -128 || value > 127)
      return invalid("entry " + std::to_string(i) + " is " + std::to_string(value) + ", not -128 to 127");
    values.push_back(std::int8_t(value));
  }
  auto shape = array->shape;
  if (shape.size() == 2) shape.push_back(1);
  return documents::npy_of(values, std::move(shape));
}

}  // namespace synergy::accel_import
