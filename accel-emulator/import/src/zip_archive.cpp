#include "synergy/accel_import/zip_archive.hpp"

#include <zip.h>

namespace synergy::accel_import {
namespace {

Error invalid(const std::string& name, const std::string& what) {
  return {ErrorCode::kInvalid, name + ": " + what};
}

std::string text_of(zip_error_t& error) {
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

void ZipArchive::Close::operator()(zip* archive) const { zip_discard(archive); }

Result<ZipArchive> ZipArchive::open(std::vector<std::uint8_t> bytes, std::string name) {
  ZipArchive made;
  made.name_ = std::move(name);
  made.bytes_ = std::move(bytes);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(made.bytes_.data(), made.bytes_.size(), 0, &error);
  if (source == nullptr) return invalid(made.name_, "can not be read as a zip archive: " + text_of(error));
  made.archive_.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
  if (!made.archive_) {
    zip_source_free(source);  // an opened archive owns it, a failed one does not
    return invalid(made.name_, "can not be read as a zip archive: " + text_of(error));
  }
  zip_error_fini(&error);

  const auto count = zip_get_num_entries(made.archive_.get(), 0);
  if (count < 0 || std::uint64_t(count) > kMaxZipEntries)
    return invalid(made.name_, "has " + std::to_string(count) + " entries; at most " +
                                   std::to_string(kMaxZipEntries) + " are read");
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t about;
    constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE;
    if (zip_stat_index(made.archive_.get(), zip_uint64_t(i), ZIP_FL_ENC_GUESS, &about) != 0 ||
        (about.valid & kNeeded) != kNeeded)
      return invalid(made.name_, "the archive's entry " + std::to_string(i) + " is damaged");
    if (!made.entries_.emplace(about.name, about.size).second)
      return invalid(made.name_, "holds '" + std::string(about.name) + "' twice");
  }
  return made;
}

Result<std::vector<std::uint8_t>> ZipArchive::read(const std::string& entry, std::uint64_t limit) const {
  const auto found = entries_.find(entry);
  if (found == entries_.end()) return Error{ErrorCode::kNotFound, name_ + ": has no entry '" + entry + "'"};
  const std::string where = name_ + ": " + entry;
  if (found->second > limit)
    return invalid(where, "has " + std::to_string(found->second) + " bytes; at most " +
                              std::to_string(limit) + " are read");
  const std::unique_ptr<zip_file_t, CloseFile> file(zip_fopen(archive_.get(), entry.c_str(), 0));
  if (!file) return invalid(where, zip_strerror(archive_.get()));
  // A packed entry can claim any size, so room is made only as bytes arrive.
  std::vector<std::uint8_t> bytes;
  constexpr std::size_t kStep = 1u << 20;
  while (bytes.size() < found->second) {
    const auto before = bytes.size();
    bytes.resize(std::min<std::uint64_t>(before + kStep, found->second));
    const auto got = zip_fread(file.get(), bytes.data() + before, bytes.size() - before);
    if (got < 0) return invalid(where, zip_file_strerror(file.get()));
    if (got == 0) return invalid(where, "ends before its " + std::to_string(found->second) + " bytes");
    bytes.resize(before + std::size_t(got));
  }
  // The checksum is looked at only by a read at the end.
  std::uint8_t more = 0;
  const auto rest = zip_fread(file.get(), &more, 1);
  if (rest < 0) return invalid(where, zip_file_strerror(file.get()));
  if (rest > 0) return invalid(where, "is longer than the archive says");
  return bytes;
}

}  // namespace synergy::accel_import
