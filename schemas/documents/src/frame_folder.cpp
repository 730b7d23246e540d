#include "synergy/documents/frame_folder.hpp"

#include <algorithm>
#include <cctype>

#include "synergy/documents/pictures.hpp"
#include "synergy/documents/sounds.hpp"

namespace synergy::documents {
namespace {

namespace fs = std::filesystem;

/// Calls `take` for each file of the folder that is not hidden, until it returns false.
template <class Take>
Status for_each_file(const fs::path& folder, const Take& take) {
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const auto& file = entry->path();
    if (file.filename().string().front() != '.' && !take(file)) return {};
  }
  if (failure) return Error{ErrorCode::kEnvironment, folder.string() + ": " + failure.message()};
  return {};
}

/// `.png, .jpg or .jpeg`.
std::string text_of(const std::vector<std::string>& endings) {
  std::string text;
  for (std::size_t i = 0; i < endings.size(); ++i)
    text += (i == 0 ? "" : i + 1 == endings.size() ? " or " : ", ") + endings[i];
  return text;
}

}  // namespace

bool has_ending(const fs::path& file, const std::vector<std::string>& endings) {
  auto ending = file.extension().string();
  for (auto& letter : ending) letter = char(std::tolower(static_cast<unsigned char>(letter)));
  return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

Result<FrameFiles> kind_of_folder(const fs::path& folder) {
  bool pictures = false, sounds = false;
  const auto status = for_each_file(folder, [&](const fs::path& file) {
    pictures = pictures || is_picture_name(file);
    sounds = sounds || is_sound_name(file);
    return !(pictures && sounds);
  });
  if (!status) return status.error();
  if (pictures && sounds)
    return Error{ErrorCode::kInvalid,
                 folder.string() + ": holds pictures and sounds: put them in a folder each"};
  if (!pictures && !sounds)
    return Error{ErrorCode::kInvalid,
                 folder.string() +
                     ": holds no pictures, files that end in .png, .jpg or .jpeg, and no "
                     "sounds, files that end in .wav, .flac or .ogg"};
  return pictures ? FrameFiles::kPictures : FrameFiles::kSounds;
}

Result<std::vector<fs::path>> files_in(const fs::path& folder, const std::string& what,
                                       const std::vector<std::string>& endings) {
  std::vector<fs::path> files;
  const auto status = for_each_file(folder, [&](const fs::path& file) {
    if (has_ending(file, endings)) files.push_back(file);
    return files.size() <= kMaxFolderFiles;
  });
  if (!status) return status.error();
  if (files.size() > kMaxFolderFiles)
    return Error{ErrorCode::kInvalid, folder.string() + ": holds more than " +
                                          std::to_string(kMaxFolderFiles) + " " + what + "; leave some out"};
  if (files.empty())
    return Error{ErrorCode::kInvalid,
                 folder.string() + ": holds no " + what + ", files that end in " + text_of(endings)};
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return a.filename().native() < b.filename().native();
  });
  return files;
}

}  // namespace synergy::documents
