#include "synergy/documents/labels.hpp"

#include <utility>

#include "synergy/documents/npy.hpp"

namespace synergy::documents {
Result<std::vector<std::int32_t>> read_labels(const std::filesystem::path& file, std::size_t each) {
  const auto array = read_npy(file);
  if (!array) return array.error();
  const auto wrong = [&](const std::string& what) {
    return Error{ErrorCode::kInvalid, file.string() + ": " + what};
  };
  const auto read = integers_of(array->type);
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
    if (!label || *label < 0 || !std::in_range<std::int32_t>(*label))
      return wrong("entry " + std::to_string(i) + " is no class number");
    labels.push_back(std::int32_t(*label));
  }
  return labels;
}

}  // namespace synergy::documents
