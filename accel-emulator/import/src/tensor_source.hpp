// Reads the numbers of a checkpoint's tensors when somebody asks for them.
#pragma once

#include <memory>
#include <string>

#include "stored_tensor.hpp"
#include "synergy/accel_import/checkpoint.hpp"

namespace synergy::accel_import {

/// Shared by the tensors of one checkpoint, which may outlive it and each other. One thread at a time.
class TensorSource {
 public:
  explicit TensorSource(StorageReader read_storage) : read_storage_(std::move(read_storage)) {}

  /// Fails with kInvalid; the message begins with a verb and leaves out file and tensor.
  Result<std::vector<double>> read(const StoredTensor& tensor);

 private:
  Result<std::vector<std::uint8_t>> storage_bytes(const StoredStorage& storage, std::size_t item_bytes);

  StorageReader read_storage_;
  std::uint64_t budget_ = kMaxCheckpointBytes;  ///< bytes of storages that may still be read
};

/// Why a checkpoint in the other byte order is refused, and what to do.
[[nodiscard]] Error big_endian_checkpoint(const std::string& name);

/// The checkpoint that a pickle of a state dictionary describes. Fails with kInvalid when it is none; tensors
/// that can not be read fail when they are.
[[nodiscard]] Result<Checkpoint> describe_checkpoint(const Pickle& pickle, const std::string& name,
                                                     StorageReader read_storage);

}  // namespace synergy::accel_import
