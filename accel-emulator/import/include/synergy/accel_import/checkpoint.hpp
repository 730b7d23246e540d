// A PyTorch checkpoint: the network's name and its tensors in the order they were saved.
//
// The file is a zip archive (`torch.save` since PyTorch 1.6) with a pickle `NAME/data.pkl` and, for each
// tensor's numbers, an entry `NAME/data/KEY`. Only `arch`, `epoch` and `state_dict` are looked at.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::accel_import {

/// A larger file is refused before it is read, and no more than this is read of all tensors together.
inline constexpr std::uint64_t kMaxCheckpointBytes = 256u << 20;
inline constexpr std::size_t kMaxTensorRank = 8;

/// Numbers with a shape, in row-major order whatever the order in the file. Floats hold every number that a
/// quantised network may have exactly.
struct CheckpointTensor {
  std::string key;  ///< `conv1.op.weight`
  std::vector<std::uint64_t> shape;
  std::vector<float> values;
};

struct Checkpoint {
  std::string name;  ///< the file's, for errors
  std::string arch;  ///< empty when the file does not say
  std::int64_t epoch = 0;
  std::vector<CheckpointTensor> tensors;

  /// Null when there is none.
  [[nodiscard]] const CheckpointTensor* find(std::string_view key) const;
};

/// Fails with kNotFound (no such file), kEnvironment, or kInvalid (no checkpoint, damaged, too large, a
/// tensor that its storage does not hold); the message begins with the path and names entry and byte.
[[nodiscard]] Result<Checkpoint> read_checkpoint(const std::filesystem::path& path);
/// The same from memory; `name` stands for the file in errors.
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::vector<std::uint8_t> bytes, const std::string& name);

/// The bytes of one tensor's storage, not more than `limit` of them.
using StorageReader =
    std::function<Result<std::vector<std::uint8_t>>(const std::string& key, std::uint64_t limit)>;
/// The part behind the archive: interprets `data.pkl`.
[[nodiscard]] Result<Checkpoint> checkpoint_from_pickle(std::span<const std::uint8_t> pickle,
                                                        const std::string& name,
                                                        const StorageReader& read_storage);

}  // namespace synergy::accel_import
