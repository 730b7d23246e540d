// The numbers behind one tensor of a checkpoint: little-endian items of a storage, picked by strides.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::accel_import {

/// How a tensor lies in its storage, in items.
struct View {
  std::uint64_t offset = 0;
  std::vector<std::uint64_t> shape, strides;  ///< equally many
};

/// A type of numbers that PyTorch knows.
struct NumberType {
  std::string_view storage_class;            ///< `FloatStorage`; empty where there is none
  std::string_view name;                     ///< `float32`
  std::size_t bytes;                         ///< of one item
  double (*read)(const std::uint8_t* item);  ///< null: such numbers are skipped, never read
};

/// Null for a name that is not known. `UntypedStorage` counts as one of bytes.
[[nodiscard]] const NumberType* number_type_of_class(std::string_view storage_class);
[[nodiscard]] const NumberType* number_type_named(std::string_view name);

/// The view's values in row-major order. Fails with kInvalid when numbers of the type are not read, when the
/// view reaches beyond the storage or repeats items of it, so that the result never has more values than the
/// storage, or when there are more than kMaxTensorValues.
[[nodiscard]] Result<std::vector<double>> read_view(const NumberType& type,
                                                    std::span<const std::uint8_t> storage, const View& view);

}  // namespace synergy::accel_import
