#include "synergy/documents/pictures.hpp"

#include "synergy/documents/file.hpp"
#include "synergy/documents/frame_folder.hpp"
#include "synergy/frames/convert.hpp"

namespace synergy::documents {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& endings() {
  static const std::vector<std::string> all{".png", ".jpg", ".jpeg"};
  return all;
}

/// Gives each picture of the folder to `take`, one after the other.
template <class Take>
Status for_each_picture(const fs::path& folder, const Take& take) {
  const auto files = pictures_in(folder);
  if (!files) return files.error();
  std::size_t bytes = 0;
  for (const auto& file : *files) {
    auto picture = read_picture(file);
    if (!picture) return picture.error();
    bytes += picture->bytes.size();
    if (bytes > kMaxPicturesBytes)
      return Error{ErrorCode::kInvalid,
                   folder.string() + ": its pictures have more than " + std::to_string(kMaxPicturesBytes) +
                       " bytes together (rows x columns x channels), up to " + file.filename().string() +
                       ": scale them down, or leave some out"};
    take(*std::move(picture));
  }
  return {};
}

}  // namespace

bool is_picture_name(const fs::path& file) { return has_ending(file, endings()); }

Result<pictures::Picture> read_picture(const fs::path& file) {
  const auto bytes = read_file(file, pictures::kMaxFileBytes);
  if (!bytes) return bytes.error();
  auto picture = pictures::read_picture(*bytes);
  if (!picture) return picture.error().at(file.string());
  return picture;
}

Result<std::vector<fs::path>> pictures_in(const fs::path& folder) {
  return files_in(folder, "pictures", endings());
}

Result<std::vector<pictures::Picture>> read_pictures(const fs::path& folder) {
  std::vector<pictures::Picture> pictures;
  auto status =
      for_each_picture(folder, [&](pictures::Picture picture) { pictures.push_back(std::move(picture)); });
  if (!status) return status.error();
  return pictures;
}

Result<std::size_t> count_pictures(const fs::path& folder) {
  std::size_t count = 0;
  auto status = for_each_picture(folder, [&](const pictures::Picture&) { ++count; });
  if (!status) return status.error();
  return count;
}

Result<schemas::Bytes> frame_of(const pictures::Picture& picture, const std::string& name,
                                const schemas::FrameShape& input,
                                const std::optional<schemas::PictureDescription>& description) {
  auto frame = frames::to_input(
      {{picture.rows, picture.columns, picture.channels}, schemas::Layout::kHwc, picture.bytes}, input,
      description);
  if (!frame) return frame.error().at(name);
  return frame;
}

}  // namespace synergy::documents
