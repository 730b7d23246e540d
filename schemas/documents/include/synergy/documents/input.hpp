// What networks are given, read from `.npy` files: one rule for `synergy run --input`, `classify`, the frames
// of a body's sensors, and the sample of an import.
//
// The rule. Signed bytes are the network's input as it is. Unsigned bytes are pixels: each is made
// pixel - 128, as a device's MCU does. Wider integers are input values, which must lie within -128 to 127.
// Anything else is refused. Shapes are compared as `schemas/frame_shape.hpp` says; a layout of rows, columns,
// channels is converted where the caller says that it is one, never by a guess.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "synergy/base/result.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/schemas/fields.hpp"
#include "synergy/schemas/frame_shape.hpp"

namespace synergy::documents {

struct InputArray {
  std::string name;       ///< of its file, for errors
  schemas::Axes axes;     ///< as in the file
  schemas::Bytes values;  ///< signed bytes in two's complement, in the file's order
};

/// Fails as read_npy(), and with kInvalid where the array holds no integers, or one beyond -128 to 127.
[[nodiscard]] Result<InputArray> read_input(const std::filesystem::path& file);

/// The same from memory; `name` stands for the file in errors.
[[nodiscard]] Result<InputArray> parse_input(std::span<const std::uint8_t> bytes, const std::string& name);

/// The axes of the array, without its values where its type alone says that they are right. Fails as
/// read_input().
[[nodiscard]] Result<schemas::Axes> read_input_axes(const std::filesystem::path& file);

/// The array's only frame, as channels x rows x columns. Fails with kInvalid where it has another shape: the
/// error tells both, and what to do where the array holds it otherwise (`--layout hwc`, one of several).
[[nodiscard]] Result<schemas::Bytes> only_frame(InputArray array, const schemas::FrameShape& frame,
                                                schemas::Layout layout);

/// Whether the array is (N, ...) with N at least 1 and such frames behind the first axis. Fails as
/// only_frame().
[[nodiscard]] Status check_frames(const InputArray& array, const schemas::FrameShape& frame,
                                  schemas::Layout layout);
/// Frame `number` modulo their count of an array for which check_frames() holds, as channels x rows x
/// columns.
[[nodiscard]] schemas::Bytes frame_at(const InputArray& array, std::uint64_t number,
                                      const schemas::FrameShape& frame, schemas::Layout layout);

/// The axes of one frame of an array (N, ...). Fails with kInvalid where the array has no frames: fewer than
/// two axes, or one of length 0.
[[nodiscard]] Result<schemas::Axes> axes_of_frames(const schemas::Axes& axes, const std::string& name);

}  // namespace synergy::documents
