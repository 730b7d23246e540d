// A PyTorch checkpoint: the network's name and its tensors in the order they were saved.
//
// The file is a zip archive (`torch.save` since PyTorch 1.6) with a pickle `NAME/data.pkl` and, for each
// tensor's numbers, an entry `NAME/data/KEY`; or what PyTorch wrote before, a sequence of pickles with the
// numbers behind it. Only `arch`, `epoch` and `state_dict` are looked at.
//
// Numbers are read when a tensor is asked for them. A tensor that nobody asks may be of any type, damaged, or
// no tensor at all: it stands in the list and does no harm.
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
/// Values of one tensor: more than all weights that a device holds.
inline constexpr std::uint64_t kMaxTensorValues = 1u << 25;

struct CheckpointTensor {
  std::string key;                   ///< `conv1.op.weight`
  std::vector<std::uint64_t> shape;  ///< empty for a single number, and for what is no tensor
  /// The numbers, as many as the shape says, in row-major order whatever the order in the file. Reading holds
  /// the file's bytes; one thread at a time for all tensors of a checkpoint. Fails with kInvalid: no tensor,
  /// numbers of a type that is not read, a storage that does not hold the tensor, a limit above; the message
  /// names neither file nor tensor.
  std::function<Result<std::vector<double>>()> read;
};

struct Checkpoint {
  std::string name;  ///< the file's, for errors
  std::string arch;  ///< empty when the file does not say
  std::int64_t epoch = 0;
  std::vector<CheckpointTensor> tensors;  ///< no key twice

  /// Null when there is none.
  [[nodiscard]] const CheckpointTensor* find(std::string_view key) const;
};

/// Fails with kNotFound (no such file), kEnvironment, or kInvalid (no checkpoint, damaged, too large, written
/// by a big-endian machine or as a tar archive); the message begins with the path and names entry and byte.
[[nodiscard]] Result<Checkpoint> read_checkpoint(const std::filesystem::path& path);
/// The same from memory; `name` stands for the file in errors.
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::vector<std::uint8_t> bytes, const std::string& name);

/// The bytes of one tensor's storage, not more than `limit` of them.
using StorageReader =
    std::function<Result<std::vector<std::uint8_t>>(const std::string& key, std::uint64_t limit)>;
/// The part behind the archive: interprets `data.pkl`. The tensors keep `read_storage`.
[[nodiscard]] Result<Checkpoint> checkpoint_from_pickle(std::span<const std::uint8_t> pickle,
                                                        const std::string& name, StorageReader read_storage);

}  // namespace synergy::accel_import
