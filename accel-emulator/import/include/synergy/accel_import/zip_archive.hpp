// Reads the entries of a zip archive that is held in memory; PyTorch writes its checkpoints as one.
//
// What an archive says about itself is not believed: an entry is read only up to the caller's limit, and the
// limit is checked before anything is reserved, so a small file can not unfold into a large one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"

struct zip;

namespace synergy::accel_import {

inline constexpr std::size_t kMaxZipEntries = 65536;

/// Owns the archive's bytes. One thread at a time.
class ZipArchive {
 public:
  /// `name` stands for the file in errors. Fails with kInvalid: no zip archive, damaged, an entry's name
  /// twice, more than kMaxZipEntries.
  [[nodiscard]] static Result<ZipArchive> open(std::vector<std::uint8_t> bytes, std::string name);

  /// Unpacked sizes as the archive states them, by entry name.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& entries() const { return entries_; }

  /// Fails with kNotFound (no such entry), kInvalid (larger than `limit` bytes, damaged, encrypted or packed
  /// by an unknown method).
  [[nodiscard]] Result<std::vector<std::uint8_t>> read(const std::string& entry, std::uint64_t limit) const;

 private:
  struct Close {
    void operator()(zip* archive) const;
  };

  ZipArchive() = default;

  std::string name_;
  std::vector<std::uint8_t> bytes_;  ///< before archive_: closed while the bytes are still there
  std::unique_ptr<zip, Close> archive_;
  std::map<std::string, std::uint64_t> entries_;
};

}  // namespace synergy::accel_import
