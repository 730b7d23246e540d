// Frames and models of a few values, for tests of the conversion.
#pragma once

#include <gtest/gtest.h>

#include "synergy/frames/convert.hpp"

namespace synergy::frames_test {

using schemas::Background;
using schemas::Bytes;
using schemas::Fit;
using schemas::FrameShape;
using schemas::Layout;
using schemas::PictureDescription;

struct OwnPicture {
  std::uint32_t rows = 0, columns = 0, channels = 1;
  Bytes bytes{};  ///< rows x columns x channels
};

/// The frame that a model of that input gets; empty, and a failed test, where it gets none.
inline Bytes to_model(const OwnPicture& picture, const FrameShape& input,
                      const PictureDescription& description = {}) {
  const auto made = frames::to_input(
      {{picture.rows, picture.columns, picture.channels}, Layout::kHwc, picture.bytes}, input, description);
  EXPECT_TRUE(made) << made.error().message;
  return made ? *made : Bytes();
}

}  // namespace synergy::frames_test
