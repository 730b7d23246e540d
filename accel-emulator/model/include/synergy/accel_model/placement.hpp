// Where weights and biases lie in an accelerator, and whether a set of programs is resident together.
//
// A layer occupies the same columns in every processor it reads with, so memory runs out in columns, not
// bytes: a 3-channel layer with 64 outputs takes 64 columns in 3 processors and leaves the other 61
// untouched. Columns start at multiples of 4, and nothing is moved once placed. Biases are written again
// whenever a program is selected; each program therefore has the whole bias memory to itself.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "synergy/accel_model/program.hpp"
#include "synergy/base/result.hpp"
#include "synergy/schemas/device.hpp"

namespace synergy::accel_model {

/// Columns [occupied_begin, occupied_end) of every processor in `processors` are the layer's, and `written`
/// of them hold kernels (fewer where its output mask has holes). `start` and `length` are what its registers
/// say. All zero for a layer without weights; a layer that shares an earlier one's copy has that one's
/// `start` and `length`, and occupies nothing itself. Columns of a `calcx4` layer are logical ones: the
/// hardware spreads them over its four banks.
struct LayerPlacement {
  std::uint32_t start = 0, length = 0;
  std::uint32_t occupied_begin = 0, occupied_end = 0;
  std::array<std::uint32_t, kQuadrants> written{};  ///< in a processor of that quadrant
  std::uint64_t processors = 0;
  std::uint32_t bias_quadrants = 0;                      ///< bit q: biases lie in quadrant q; 0: no biases
  std::array<std::uint32_t, kQuadrants> bias_offsets{};  ///< of the first one, bytes
  bool operator==(const LayerPlacement&) const = default;

  [[nodiscard]] std::uint32_t written_in(std::uint32_t processor) const {
    return ((processors >> processor) & 1) != 0 ? written[processor / kProcessorsPerQuadrant] : 0;
  }
};

struct ProgramPlacement {
  std::vector<LayerPlacement> layers;
  std::array<std::uint32_t, kQuadrants> bias_levels{};  ///< bytes used in each quadrant

  /// Columns written in one processor.
  [[nodiscard]] std::uint32_t columns_used(std::uint32_t processor) const;
  /// One past the last column occupied in any processor.
  [[nodiscard]] std::uint32_t highest_column() const;
  bool operator==(const ProgramPlacement&) const = default;
};

struct Placement {
  std::vector<ProgramPlacement> programs;  ///< as many as were asked for, in the same order
};

/// Places programs in the order given, each beside those before it. Within a program, layers that read with
/// all 64 processors come first. Fails with kNoFit naming the layer, the columns or bias bytes it needs and
/// those free.
[[nodiscard]] Result<Placement> place(std::span<const Program* const> programs,
                                      schemas::AcceleratorKind kind);

/// Places one more program where `resident` ones leave room; these stay where they are. Equal to the last
/// entry of `place` when the others were placed in that order and none was dropped since.
[[nodiscard]] Result<ProgramPlacement> place_beside(std::span<const ProgramPlacement* const> resident,
                                                    const Program& program, schemas::AcceleratorKind kind);

/// Which output channel's bias each byte holds, from a quadrant's `bias_offsets` on.
inline constexpr std::int32_t kUnusedBias = -1;
using BiasChannels = std::array<std::vector<std::int32_t>, kQuadrants>;

/// The bias bytes of layer k. `placement` must be that of the whole program on a chip of `kind`.
[[nodiscard]] BiasChannels bias_channels(const Program& program, std::size_t k,
                                         const ProgramPlacement& placement, schemas::AcceleratorKind kind);

}  // namespace synergy::accel_model
