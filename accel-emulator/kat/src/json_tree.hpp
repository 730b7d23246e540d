// JSON files as trees that described structs are decoded from (`schemas/decode.hpp`). Unknown keys are
// ignored: recorded answers tell more than is compared.
#pragma once

#include <filesystem>
#include <functional>

#include "synergy/schemas/decode.hpp"

namespace synergy::accel_kat {

/// A larger file is refused before it is read.
inline constexpr std::size_t kMaxJsonBytes = 32u << 20;

/// Reads `path` and hands its root to `read`, valid during the call. Fails with kNotFound (no such file) or
/// kInvalid (not JSON, too large); every message begins with the path.
Status with_json_file(const std::filesystem::path& path, const std::function<Status(schemas::Node)>& read);

template <schemas::Described T>
[[nodiscard]] Result<T> read_json(const std::filesystem::path& path) {
  T value{};
  auto status = with_json_file(path, [&](schemas::Node root) { return schemas::decode(root, value); });
  if (!status) return status.error();
  return value;
}

}  // namespace synergy::accel_kat
