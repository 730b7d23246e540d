// The numbers behind one tensor of a checkpoint: little-endian items of a storage, picked by strides.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::accel_import {

/// How a tensor lies in its storage, in items.
struct View {
  std::uint64_t offset = 0;
  std::vector<std::uint64_t> shape, strides;  ///< equally many
};

/// Bytes of an item of a PyTorch storage class such as `FloatStorage`; nothing for classes not read here.
[[nodiscard]] std::optional<std::size_t> storage_item_bytes(std::string_view storage_class);

/// The view's values in row-major order. Fails with kInvalid when the view reaches beyond the storage or
/// repeats items of it, so that the result is never larger than the storage.
[[nodiscard]] Result<std::vector<float>> read_view(std::string_view storage_class,
                                                   std::span<const std::uint8_t> bytes, const View& view);

}  // namespace synergy::accel_import
