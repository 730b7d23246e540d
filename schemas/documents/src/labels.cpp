#include "synergy/documents/labels.hpp"

#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "synergy/documents/npy.hpp"

namespace synergy::documents {
namespace {

/// Item `i` as a class number, or nothing where it is none.
template <class T>
std::optional<std::int32_t> item(const NpyArray& array, std::size_t i) {
  T value;
  std::memcpy(&value, array.data.data() + i * sizeof value, sizeof value);
  return std::in_range<std::int32_t>(value) && std::cmp_greater_equal(value, 0)
             ? std::optional(std::int32_t(value))
             : std::nullopt;
}

using Item = std::optional<std::int32_t> (*)(const NpyArray&, std::size_t);

Item item_of(const std::string& type) {
  if (type == "|u1") return item<std::uint8_t>;
  if (type == "|i1") return item<std::int8_t>;
  if (type == "<u2") return item<std::uint16_t>;
  if (type == "<i2") return item<std::int16_t>;
  if (type == "<u4") return item<std::uint32_t>;
  if (type == "<i4") return item<std::int32_t>;
  if (type == "<u8") return item<std::uint64_t>;
  if (type == "<i8") return item<std::int64_t>;
  return nullptr;
}

}  // namespace

Result<std::vector<std::int32_t>> read_labels(const std::filesystem::path& file, std::size_t each) {
  const auto array = read_npy(file);
  if (!array) return array.error();
  const auto wrong = [&](const std::string& what) {
    return Error{ErrorCode::kInvalid, file.string() + ": " + what};
  };
  const auto read = item_of(array->type);
  if (read == nullptr) return wrong("labels are class numbers, i.e. integers; it holds " + array->type);
  const std::size_t count = array->shape.empty() ? 0 : array->shape.front();
  if (count == 0 || array->items() != count * each)
    return wrong("labels are (N" + std::string(each == 1 ? "" : ", " + std::to_string(each)) + "), i.e. " +
                 std::to_string(each) + " for each input; it holds " + std::to_string(array->items()) +
                 " numbers for " + std::to_string(count) + " inputs");
  std::vector<std::int32_t> labels;
  labels.reserve(array->items());
  for (std::size_t i = 0; i < array->items(); ++i) {
    const auto label = read(*array, i);
    if (!label) return wrong("entry " + std::to_string(i) + " is no class number");
    labels.push_back(*label);
  }
  return labels;
}

}  // namespace synergy::documents
