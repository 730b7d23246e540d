// The files that torch.save wrote before PyTorch 1.6, and still does when it is told to:
//
//   a pickle of the number 0x1950a86a20f9469cfc6c
//   a pickle of the number 1001, the version
//   a pickle of {'little_endian': True, ...}, the machine that wrote the file
//   a pickle of what was saved, whose storages are named by keys
//   a pickle of the list of these keys
//   for each of them: the number of its items, in 8 bytes, and the items
//
// Nothing says how long an item is but the type that the fourth pickle gives the storage, so items behind a
// storage of a type that is not known can not be found.
#pragma once

#include <string>
#include <vector>

#include "synergy/accel_import/checkpoint.hpp"

namespace synergy::accel_import {

/// Whether the bytes begin as such a file does, whatever the protocol of its pickles.
[[nodiscard]] bool is_legacy_checkpoint(std::span<const std::uint8_t> bytes);

/// Fails with kInvalid: damaged, cut off, of another version, written by a big-endian machine.
[[nodiscard]] Result<Checkpoint> parse_legacy_checkpoint(std::vector<std::uint8_t> bytes,
                                                         const std::string& name);

}  // namespace synergy::accel_import
