#include "storage.hpp"

#include <array>
#include <cstring>
#include <utility>

namespace synergy::accel_import {
namespace {

/// The machine must be little-endian, as the files are.
template <class T>
float item_as(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return float(value);
}

struct StorageClass {
  std::string_view name;
  std::size_t bytes;
  float (*read)(const std::uint8_t*);
};

constexpr std::array<StorageClass, 7> kStorageClasses{{
    {"FloatStorage", 4, item_as<float>},
    {"DoubleStorage", 8, item_as<double>},
    {"LongStorage", 8, item_as<std::int64_t>},
    {"IntStorage", 4, item_as<std::int32_t>},
    {"ShortStorage", 2, item_as<std::int16_t>},
    {"CharStorage", 1, item_as<std::int8_t>},
    {"ByteStorage", 1, item_as<std::uint8_t>},
}};

const StorageClass* find_class(std::string_view name) {
  for (const auto& known : kStorageClasses)
    if (known.name == name) return &known;
  return nullptr;
}

Error invalid(const std::string& what) { return {ErrorCode::kInvalid, what}; }

/// Number of values of the view, which must not exceed the storage's `items`.
Result<std::uint64_t> checked_count(const View& view, std::uint64_t items) {
  std::uint64_t count = 1, last = view.offset;
  for (const auto size : view.shape) {
    if (size == 0) return std::uint64_t(0);
    if (count > items / size)
      return invalid("has more values than the " + std::to_string(items) + " of its storage");
    count *= size;
  }
  if (view.offset >= items)
    return invalid("begins beyond its storage of " + std::to_string(items) + " values");
  for (std::size_t d = 0; d < view.shape.size(); ++d) {
    if (view.shape[d] > 1 && view.strides[d] > (items - last) / (view.shape[d] - 1))
      return invalid("reaches beyond its storage of " + std::to_string(items) + " values");
    if (view.shape[d] > 1) last += view.strides[d] * (view.shape[d] - 1);
  }
  if (last >= items) return invalid("reaches beyond its storage of " + std::to_string(items) + " values");
  return count;
}

}  // namespace

std::optional<std::size_t> storage_item_bytes(std::string_view storage_class) {
  const auto* known = find_class(storage_class);
  if (known == nullptr) return std::nullopt;
  return known->bytes;
}

Result<std::vector<float>> read_view(std::string_view storage_class, std::span<const std::uint8_t> bytes,
                                     const View& view) {
  const auto* known = find_class(storage_class);
  if (known == nullptr) return invalid("numbers of type " + std::string(storage_class) + " are not read");
  const auto count = checked_count(view, bytes.size() / known->bytes);
  if (!count) return count.error();
  std::vector<float> values;
  values.reserve(std::size_t(*count));
  std::vector<std::uint64_t> index(view.shape.size(), 0);
  std::uint64_t item = view.offset;
  while (values.size() < *count) {
    values.push_back(known->read(bytes.data() + item * known->bytes));
    // The last axis runs fastest; an axis at its end starts again and moves the one before it.
    for (std::size_t d = index.size(); d-- > 0;) {
      item += view.strides[d];
      if (++index[d] < view.shape[d]) break;
      item -= view.strides[d] * view.shape[d];
      index[d] = 0;
    }
  }
  return values;
}

}  // namespace synergy::accel_import
