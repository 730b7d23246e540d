#include <algorithm>

#include "synergy/accel_import/import_network.hpp"
#include "synergy/documents/input.hpp"

namespace synergy::accel_import {
namespace {

constexpr std::uint64_t kMostOfAnAxis = 1u << 16;

}  // namespace

Result<documents::NpyArray> read_sample(const std::filesystem::path& path, schemas::Layout layout) {
  auto array = documents::read_input(path);
  if (!array) return array.error();
  auto axes = array->axes;
  if (axes.size() == 4 && axes.front() == 1) axes.erase(axes.begin());
  const auto invalid = [&](const std::string& what) {
    return Error{ErrorCode::kInvalid,
                 array->name + ": " + what + "; this one has the shape " + schemas::to_text(array->axes)};
  };
  const bool channels_last = layout == schemas::Layout::kHwc;
  if (axes.size() != 2 && axes.size() != 3)
    return invalid(channels_last ? "a sample has the axes rows, columns, channels, or length, channels"
                                 : "a sample has the axes channels, rows, columns, or channels, length");
  for (const auto length : axes)
    if (length < 1 || length > kMostOfAnAxis)
      return invalid("a sample's axes are 1 to " + std::to_string(kMostOfAnAxis) + " long");
  if (axes.size() == 2) axes.insert(axes.begin() + 1 + (channels_last ? 0 : 1), 1);
  if (channels_last) std::rotate(axes.begin(), axes.end() - 1, axes.end());
  const schemas::FrameShape frame{std::uint32_t(axes[0]), std::uint32_t(axes[1]), std::uint32_t(axes[2])};
  return documents::NpyArray{
      "|i1", {axes.begin(), axes.end()}, to_chw(std::move(array->values), frame, layout)};
}

}  // namespace synergy::accel_import
