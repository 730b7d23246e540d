// The inner loops of the fast path, compiled once for every instruction set and chosen when a plan is made.
//
// Tensors lie pixel by pixel: all channels of a pixel, then the next pixel of the row, then the next row.
// What a convolution reads is an *operand*: the same order, with a border of zeros around the image, in the
// form that the instruction set multiplies best (`Kernels::operand_bytes`):
//
//   1 byte    x + 128 as unsigned byte, multiplied four at a time; the 128 x sum(weights) that this adds to
//             every sum is taken off its start value
//   2 bytes   x as 16-bit integer, multiplied two at a time
//
// Four bytes of an operand (two or four inputs) are a *group*. Sums are exact in 32 bits: nothing here
// saturates before the output stage.
//
// Kernels may read up to `kSlack` bytes beyond a buffer's end and write as many beyond an output's; what they
// write there is garbage. They know nothing of layers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace synergy::accel::fast {

inline constexpr std::size_t kSlack = 256;
/// Pixels of a tensor begin at multiples of this many channels.
inline constexpr std::uint32_t kChannelStep = 4;
inline constexpr std::size_t kGroupBytes = 4;

/// How a kernel writes its result.
enum class Form {
  kBytes,    ///< signed bytes
  kOperand,  ///< as the next convolution reads it
  kWide,     ///< 32-bit accumulators
};

/// From an accumulator to a byte: shifted left or right, saturated, limited below, made positive. The addend
/// that rounds is part of the start value.
struct OutputStage {
  int left = 0, right = 0;
  std::int8_t lowest = -128;
  bool absolute = false;
};

/// Rows and columns of pixels in memory; steps in bytes.
struct Grid {
  std::ptrdiff_t pixel_step = 0, row_step = 0;
};

/// A convolution as sums over runs of neighbouring bytes: each kernel row is one run.
struct ConvArgs {
  const std::byte* input = nullptr;  ///< operand, at the first tap of the first output
  Grid input_grid;                   ///< from one output's window to the next one's
  std::ptrdiff_t kernel_row_step = 0;
  std::uint32_t kernel_rows = 0, groups = 0;  ///< groups: of each run
  /// Panel after panel (`panels_of`): for every group and vector of the panel, four bytes a lane.
  const std::byte* weights = nullptr;
  const std::int32_t* start = nullptr;  ///< one for every lane of every vector
  std::uint32_t vectors = 0;            ///< of outputs
  std::byte* output = nullptr;
  Grid output_grid;
  std::uint32_t rows = 0, columns = 0;
  std::uint32_t channels = 0;  ///< to write, a multiple of kChannelStep
  Form form = Form::kBytes;
  OutputStage stage;
};

/// One output channel for every input channel. Weights, for every block of `depthwise_lanes` channels and
/// pair of taps: the two weights of every channel side by side, ordered as sums are (`depthwise_order`).
struct DepthwiseArgs {
  const std::byte* input = nullptr;  ///< signed bytes with a border
  Grid input_grid;
  std::span<const std::ptrdiff_t> taps;  ///< bytes from the first; an even number of them
  const std::int16_t* weights = nullptr;
  const std::int32_t* start = nullptr;
  std::byte* output = nullptr;
  Grid output_grid;
  std::uint32_t rows = 0, columns = 0, channels = 0;
  Form form = Form::kBytes;
  OutputStage stage;
};

enum class PoolMode { kMax, kAverage, kRoundedAverage };

struct PoolArgs {
  const std::int8_t* input = nullptr;
  Grid window_grid;                                   ///< from one window to the next
  Grid tap_grid;                                      ///< within a window
  std::uint32_t window_rows = 1, window_columns = 1;  ///< at most kLargestAverage values where averaged
  PoolMode mode = PoolMode::kMax;
  std::int8_t* output = nullptr;  ///< pixel after pixel
  std::uint32_t rows = 0, columns = 0, channels = 0;
};
/// Sums of this many bytes fit into 16 bits.
inline constexpr std::uint64_t kLargestAverage = 256;

enum class CombineMode { kAdd, kSubtract, kOr, kXor };

/// Some channels of a tensor that become neighbouring channels of an operand.
struct PackPart {
  const std::int8_t* from = nullptr;
  Grid grid;
  std::uint32_t channels = 0;
};

/// An operand, or a copy as signed bytes, from one or several parts.
struct PackArgs {
  std::span<const PackPart> parts;  ///< in the order of channels
  std::uint32_t rows = 0, columns = 0;
  std::uint32_t top = 0, left = 0, bottom = 0, right = 0;  ///< border, in pixels
  std::uint32_t channels = 0;  ///< from one pixel to the next; at least the parts'
  std::byte* to = nullptr;
  Form form = Form::kOperand;
};

struct Kernels {
  std::string_view name;       ///< of the instruction set
  std::string_view conv_name;  ///< what `paths()` calls the convolution
  std::uint32_t lanes = 0;     ///< outputs of one vector
  std::uint32_t operand_bytes = 0;
  std::uint32_t panel_vectors = 0;  ///< largest number of vectors in a panel
  std::uint32_t depthwise_lanes = 0;
  /// Which channel of its block a sum of a depthwise kernel belongs to, for every sum in memory order.
  std::vector<std::uint32_t> depthwise_order;

  void (*conv)(const ConvArgs&) = nullptr;
  void (*depthwise)(const DepthwiseArgs&) = nullptr;
  void (*pool)(const PoolArgs&) = nullptr;
  /// to[i] = the operands' i-th bytes combined, saturated once.
  void (*combine)(CombineMode, std::span<const std::int8_t* const> operands, std::size_t count,
                  std::int8_t* to) = nullptr;
  void (*pack)(const PackArgs&) = nullptr;
  /// Only the border of `pack`; the parts are not looked at.
  void (*fill_border)(const PackArgs&) = nullptr;
};

/// Vectors of each panel: as even as possible.
[[nodiscard]] constexpr std::uint32_t vectors_of_panel(std::uint32_t vectors, std::uint32_t largest,
                                                       std::uint32_t panel) {
  const std::uint32_t panels = (vectors + largest - 1) / largest;
  return vectors / panels + (panel < vectors % panels ? 1 : 0);
}
[[nodiscard]] constexpr std::uint32_t panels_of(std::uint32_t vectors, std::uint32_t largest) {
  return (vectors + largest - 1) / largest;
}

/// Those that this machine can run, best first; the last is plain code.
[[nodiscard]] std::span<const Kernels> available_kernels();

}  // namespace synergy::accel::fast
