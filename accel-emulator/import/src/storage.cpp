#include "storage.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <string>

#include "synergy/accel_import/checkpoint.hpp"

namespace synergy::accel_import {
namespace {

/// The machine must be little-endian, as the files are.
template <class T>
T item_of(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
template <class T>
double item_as(const std::uint8_t* at) {
  return double(item_of<T>(at));
}

double truth_item(const std::uint8_t* at) { return *at != 0 ? 1 : 0; }

/// IEEE 754 binary16: a sign, five bits of exponent, ten of fraction.
double half_item(const std::uint8_t* at) {
  const auto bits = item_of<std::uint16_t>(at);
  const int exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  double value = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
  if (exponent == 0x1f) value = fraction == 0 ? HUGE_VAL : std::nan("");
  return (bits & 0x8000) != 0 ? -value : value;
}

/// The upper half of a binary32.
double brain_item(const std::uint8_t* at) {
  const std::uint32_t bits = std::uint32_t(item_of<std::uint16_t>(at)) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

constexpr std::array<NumberType, 25> kNumberTypes{{
    {"FloatStorage", "float32", 4, item_as<float>},
    {"DoubleStorage", "float64", 8, item_as<double>},
    {"HalfStorage", "float16", 2, half_item},
    {"BFloat16Storage", "bfloat16", 2, brain_item},
    {"LongStorage", "int64", 8, item_as<std::int64_t>},
    {"IntStorage", "int32", 4, item_as<std::int32_t>},
    {"ShortStorage", "int16", 2, item_as<std::int16_t>},
    {"CharStorage", "int8", 1, item_as<std::int8_t>},
    {"ByteStorage", "uint8", 1, item_as<std::uint8_t>},
    {"BoolStorage", "bool", 1, truth_item},
    {"", "uint16", 2, item_as<std::uint16_t>},
    {"", "uint32", 4, item_as<std::uint32_t>},
    {"", "uint64", 8, item_as<std::uint64_t>},
    {"ComplexHalfStorage", "complex32", 4, nullptr},
    {"ComplexFloatStorage", "complex64", 8, nullptr},
    {"ComplexDoubleStorage", "complex128", 16, nullptr},
    {"QInt8Storage", "qint8", 1, nullptr},
    {"QUInt8Storage", "quint8", 1, nullptr},
    {"QInt32Storage", "qint32", 4, nullptr},
    {"QUInt4x2Storage", "quint4x2", 1, nullptr},
    {"QUInt2x4Storage", "quint2x4", 1, nullptr},
    {"", "float8_e5m2", 1, nullptr},
    {"", "float8_e4m3fn", 1, nullptr},
    {"", "float8_e5m2fnuz", 1, nullptr},
    {"", "float8_e4m3fnuz", 1, nullptr},
}};

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

const NumberType* number_type_of_class(std::string_view storage_class) {
  if (storage_class == "UntypedStorage" || storage_class == "_UntypedStorage")
    return number_type_named("uint8");
  for (const auto& known : kNumberTypes)
    if (!known.storage_class.empty() && known.storage_class == storage_class) return &known;
  return nullptr;
}

const NumberType* number_type_named(std::string_view name) {
  for (const auto& known : kNumberTypes)
    if (known.name == name) return &known;
  return nullptr;
}

Result<std::vector<double>> read_view(const NumberType& type, std::span<const std::uint8_t> storage,
                                      const View& view) {
  if (type.read == nullptr)
    return invalid("holds numbers of type " + std::string(type.name) + ", which no layer has");
  const auto count = checked_count(view, storage.size() / type.bytes);
  if (!count) return count.error();
  if (*count > kMaxTensorValues)
    return invalid("has " + std::to_string(*count) + " values; at most " + std::to_string(kMaxTensorValues) +
                   " are read of a tensor");
  std::vector<double> values;
  values.reserve(std::size_t(*count));
  std::vector<std::uint64_t> index(view.shape.size(), 0);
  std::uint64_t item = view.offset;
  while (values.size() < *count) {
    values.push_back(type.read(storage.data() + item * type.bytes));
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
