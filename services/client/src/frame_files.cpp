#include "synergy/client/frame_files.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <random>

#include "synergy/documents/file.hpp"
#include "synergy/documents/input.hpp"
#include "synergy/frames/convert.hpp"
#include "synergy/pictures/picture.hpp"

namespace synergy::client {
namespace {

using schemas::FrameFeed;

constexpr std::uint8_t kNpyMagic[] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

/// In proportion, so that it fits a message.
Result<FrameFeed> made_smaller(const pictures::Picture& picture) {
  const double factor = std::sqrt(double(kMostPictureBytes) / double(picture.bytes.size()));
  const auto side = [&](std::uint32_t old) { return std::max(1u, std::uint32_t(double(old) * factor)); };
  const schemas::FrameShape shape{picture.channels, side(picture.rows), side(picture.columns)};
  schemas::PictureDescription stretch;
  stretch.fit = schemas::Fit::kStretch;
  auto bytes = frames::to_input(
      {{picture.rows, picture.columns, picture.channels}, schemas::Layout::kHwc, picture.bytes}, shape,
      stretch);
  if (!bytes) return bytes.error();
  FrameFeed frame;
  frame.shape = {shape.channels, shape.rows, shape.columns};
  frame.layout = schemas::Layout::kChw;
  frame.data = *std::move(bytes);
  return frame;
}

Result<FrameFeed> frame_of(pictures::Picture picture) {
  if (picture.bytes.size() > kMostPictureBytes) return made_smaller(picture);
  FrameFeed frame;
  frame.shape = {picture.rows, picture.columns, picture.channels};
  frame.layout = schemas::Layout::kHwc;
  frame.data = std::move(picture.bytes);
  return frame;
}

Result<std::vector<FrameFeed>> frames_of(const documents::InputArray& array, schemas::Layout layout) {
  auto axes = documents::axes_of_frames(array.axes, array.name);
  if (!axes) return axes.error();
  const auto size = array.values.size() / array.axes.front();
  if (size > schemas::kMaxTensorBytes - (1u << 16))
    return Error{ErrorCode::kInvalid, array.name + ": a frame of " + schemas::to_text(*axes) + " has " +
                                          std::to_string(size) + " values, too many for one message"};
  std::vector<FrameFeed> frames(array.axes.front());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    frames[i].dtype = schemas::ElementType::kInt8;
    frames[i].shape = *axes;
    frames[i].layout = layout;
    const auto begin = array.values.begin() + std::ptrdiff_t(i * size);
    frames[i].data.assign(begin, begin + std::ptrdiff_t(size));
  }
  return frames;
}

}  // namespace

Result<FileFrames> frames_in(std::span<const std::uint8_t> bytes, const std::string& name,
                             schemas::Layout layout) {
  if (bytes.size() >= std::size(kNpyMagic) &&
      std::equal(std::begin(kNpyMagic), std::end(kNpyMagic), bytes.begin())) {
    const auto array = documents::parse_input(bytes, name);
    if (!array) return array.error();
    auto frames = frames_of(*array, layout);
    if (!frames) return frames.error();
    return FileFrames{name, *std::move(frames)};
  }
  if (sounds::begins_as_sound(bytes)) {
    auto sound = sounds::read_sound(bytes);
    if (!sound) return sound.error().at(name);
    return FileFrames{name, {}, *std::move(sound)};
  }
  if (!pictures::begins_as_picture(bytes))
    return Error{ErrorCode::kInvalid,
                 name + (bytes.empty() ? ": is empty" : ": is no file that can be fed") +
                     "; give a picture (PNG or JPEG), a sound (WAV, FLAC or OGG) or an .npy array"};
  auto picture = pictures::read_picture(bytes);
  if (!picture) return picture.error().at(name);
  auto frame = frame_of(*std::move(picture));
  if (!frame) return frame.error().at(name);
  return FileFrames{name, {*std::move(frame)}};
}

Result<FileFrames> read_frames(const std::filesystem::path& file, schemas::Layout layout) {
  if (file == "-") {
    std::vector<std::uint8_t> bytes;
    for (auto at = std::istreambuf_iterator<char>(std::cin); at != std::istreambuf_iterator<char>(); ++at) {
      bytes.push_back(std::uint8_t(*at));
      if (bytes.size() > documents::kMaxNpyBytes)
        return Error{ErrorCode::kInvalid, "standard input: more than 256 MiB; feed it in parts"};
    }
    return frames_in(bytes, "standard input", layout);
  }
  const auto bytes = documents::read_file(file, documents::kMaxNpyBytes);
  if (!bytes) return bytes.error();
  return frames_in(*bytes, file.string(), layout);
}

std::string new_frame_id(const std::string& prefix) {
  std::random_device random;
  char text[17];
  std::snprintf(text, sizeof text, "%08x%08x", random(), random());
  return prefix + "-" + text;
}

}  // namespace synergy::client
