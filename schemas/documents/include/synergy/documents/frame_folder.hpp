// Folders of pictures or of sounds, whose files become frames in order of their names.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "synergy/base/result.hpp"

namespace synergy::documents {

/// Files of a folder at most.
inline constexpr std::size_t kMaxFolderFiles = 10'000;

enum class FrameFiles { kPictures, kSounds };

/// What a folder's files are, by the endings of their names. Fails with kInvalid where there are neither
/// pictures nor sounds, or both; and with kEnvironment where the folder can not be read.
[[nodiscard]] Result<FrameFiles> kind_of_folder(const std::filesystem::path& folder);

/// Whether the file's name ends in one of these, in letters of any case.
[[nodiscard]] bool has_ending(const std::filesystem::path& file, const std::vector<std::string>& endings);

/// The folder's files whose names end so, in order of their names, byte by byte. Hidden ones (`.name`) and
/// files named otherwise are left out. Fails with kInvalid where there are none, or more than
/// kMaxFolderFiles, and with kEnvironment where the folder can not be read. `what`: pictures, or sounds, for
/// the message.
[[nodiscard]] Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder,
                                                                  const std::string& what,
                                                                  const std::vector<std::string>& endings);

}  // namespace synergy::documents
