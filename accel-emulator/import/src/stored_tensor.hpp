// What a pickle says of a tensor: where its numbers are, and how they lie there.
#pragma once

#include <string>

#include "storage.hpp"
#include "synergy/accel_import/pickle.hpp"

namespace synergy::accel_import {

/// A storage as the pickle names it:
///
///   ('storage', torch.FloatStorage, 'KEY', 'cpu', items)                 since PyTorch 1.6
///   ('storage', torch.FloatStorage, 'KEY', 'cpu', items, None or view)   before
///
/// where view is ('ANOTHER KEY', first, count): a part of the storage that is stored.
struct StoredStorage {
  std::string storage_class, key;
  std::uint64_t items = 0;             ///< of all that is stored under the key
  std::uint64_t first = 0, count = 0;  ///< the part that is meant
};

struct StoredTensor {
  StoredStorage storage;
  std::string type;  ///< `float16` where the tensor names its type itself; else the storage's is meant
  View view;
};

/// Nothing when the value is no storage, but something else that is kept outside the pickle.
[[nodiscard]] std::optional<StoredStorage> stored_storage(const Pickle& pickle, const PickleValue& value);

/// Fails with kInvalid when the value is no tensor, or one of a kind that has no plain numbers.
[[nodiscard]] Result<StoredTensor> stored_tensor(const Pickle& pickle, PickleRef value);

}  // namespace synergy::accel_import
