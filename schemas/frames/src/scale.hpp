// One plane of a picture, scaled along both axes.
#pragma once

#include <cstdint>
#include <vector>

#include "axis.hpp"

namespace synergy::frames {

/// Values of one channel, wherever they stand among those of others.
struct Plane {
  const std::uint8_t* values = nullptr;
  std::uint32_t rows = 0, columns = 0;
  std::size_t row_step = 0, column_step = 0;
  [[nodiscard]] std::uint8_t at(std::size_t row, std::size_t column) const {
    return values[row * row_step + column * column_step];
  }
};

/// Writes a value for each of the rows' and columns' mixes, row by row. The axes are of the plane's lengths.
void scale(const Plane& plane, const Axis& rows, const Axis& columns, std::uint8_t background,
           std::uint8_t* to);

}  // namespace synergy::frames
