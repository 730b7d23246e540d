// Files and folders of pictures, PNG and JPEG, as inputs of networks.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "synergy/base/result.hpp"
#include "synergy/pictures/picture.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/frame_shape.hpp"
#include "synergy/schemas/picture.hpp"

namespace synergy::documents {

/// The bytes of a folder's pictures together, once they are unfolded. All are held in memory.
inline constexpr std::size_t kMaxPicturesBytes = 256u << 20;

/// Whether the file's name ends as one of a picture that is read: .png, .jpg or .jpeg, in letters of any
/// case.
[[nodiscard]] bool is_picture_name(const std::filesystem::path& file);

/// Fails as read_file() and as pictures::read_picture(); the message begins with the path.
[[nodiscard]] Result<pictures::Picture> read_picture(const std::filesystem::path& file);

/// The files of a folder that are named as pictures. Fails as files_in() (frame_folder.hpp).
[[nodiscard]] Result<std::vector<std::filesystem::path>> pictures_in(const std::filesystem::path& folder);

/// The pictures of pictures_in(). Fails as that and read_picture(): one that can not be read is named, and
/// none is left out for it; and with kInvalid where they have more than kMaxPicturesBytes.
[[nodiscard]] Result<std::vector<pictures::Picture>> read_pictures(const std::filesystem::path& folder);
/// How many read_pictures() would give. Reads each, and keeps none. Fails as read_pictures().
[[nodiscard]] Result<std::size_t> count_pictures(const std::filesystem::path& folder);

/// What a model takes for a picture (`synergy/frames/convert.hpp`), as a sensor gives it: unsigned. Fails
/// with kInvalid where the model does not take pictures; the message begins with `name`.
[[nodiscard]] Result<schemas::Bytes> frame_of(const pictures::Picture& picture, const std::string& name,
                                              const schemas::FrameShape& input,
                                              const std::optional<schemas::PictureDescription>& description);

}  // namespace synergy::documents
