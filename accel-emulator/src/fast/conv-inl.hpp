// Convolutions and depthwise convolutions. Compiled once for every instruction set; see kernels.cpp.
#if defined(SYNERGY_FAST_CONV_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SYNERGY_FAST_CONV_INL
#undef SYNERGY_FAST_CONV_INL
#else
#define SYNERGY_FAST_CONV_INL
#endif

#include "kernels.hpp"
#include "no_vectors-inl.hpp"
#include "vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace synergy::accel::fast::HWY_NAMESPACE {

// A tile is V vectors of outputs for P pixels, kept in registers while all inputs pass by once.
template <std::size_t V, std::size_t P>
struct Tile {
  Sums sums[P][V];

  HWY_INLINE void begin(const std::int32_t* start) {
    for (std::size_t v = 0; v < V; ++v) {
      const Sums s = load_sums(start + v * kLanes);
      for (std::size_t p = 0; p < P; ++p) sums[p][v] = s;
    }
  }

  // One group: V vectors of weights, one group of input a pixel.
  HWY_INLINE void add(const std::byte* weights, const std::byte* const* input, std::size_t at) {
    decltype(load_group_weights(weights)) w[V];
    for (std::size_t v = 0; v < V; ++v) w[v] = load_group_weights(weights + v * kLanes * kGroupBytes);
    for (std::size_t p = 0; p < P; ++p) {
      const auto x = broadcast_group(input[p] + at);
      for (std::size_t v = 0; v < V; ++v) sums[p][v] = add_products(sums[p][v], x, w[v]);
    }
  }

  HWY_INLINE void add_all(const ConvArgs& args, const std::byte* weights, const std::byte* const* input) {
    const std::byte* in[P];
    for (std::size_t p = 0; p < P; ++p) in[p] = input[p];
    for (std::uint32_t r = 0; r < args.kernel_rows; ++r) {
      const std::size_t run = args.groups * kGroupBytes;
      for (std::size_t at = 0; at < run; at += kGroupBytes, weights += V * kLanes * kGroupBytes)
        add(weights, in, at);
      for (std::size_t p = 0; p < P; ++p) in[p] += args.kernel_row_step;
    }
  }

  HWY_INLINE void write(const ConvArgs& args, std::byte* const* output, std::size_t pixels,
                        std::size_t first_channel) {
    const std::size_t size = args.form == Form::kWide ? 4 : args.form == Form::kBytes ? 1 : kOperandBytes;
    for (std::size_t p = 0; p < P; ++p) {
      if (p == pixels) return;
      for (std::size_t v = 0; v < V; ++v) {
        const std::size_t channel = first_channel + v * kLanes;
        write_sums(sums[p][v], args.stage, args.form, output[p] + channel * size, args.channels - channel);
      }
    }
  }
};

/// Pixels of one tile: where their windows begin and their outputs go.
struct Pixels {
  const std::byte* input[kMaxTilePixels];
  std::byte* output[kMaxTilePixels];
  std::size_t count = 0;
};

struct PanelArgs {
  const std::byte* weights;
  const std::int32_t* start;
  std::size_t first_channel;
};

template <std::size_t V, std::size_t P>
HWY_NOINLINE void compute_tile(const ConvArgs& args, const PanelArgs& panel, const Pixels& pixels) {
  Tile<V, P> tile;
  tile.begin(panel.start);
  tile.add_all(args, panel.weights, pixels.input);
  tile.write(args, pixels.output, pixels.count, panel.first_channel);
}

using TileFunction = void (*)(const ConvArgs&, const PanelArgs&, const Pixels&);
struct TileSize {
  std::size_t pixels;
  TileFunction compute;
};

// Tiles of V vectors, largest first. As many pixels as leave registers for the weights and one input.
template <std::size_t V>
std::span<const TileSize> tiles_of() {
  constexpr std::size_t kMost = most_pixels(V);
  constexpr std::size_t kHalf = (kMost + 1) / 2;
  static constexpr TileSize kSizes[] = {{kMost, compute_tile<V, kMost>},
                                        {kMost - kMost / 4, compute_tile<V, kMost - kMost / 4>},
                                        {kHalf, compute_tile<V, kHalf>},
                                        {2, compute_tile<V, 2>},
                                        {1, compute_tile<V, 1>}};
  return kSizes;
}

inline std::span<const TileSize> tiles_for(std::uint32_t vectors) {
  switch (vectors) {
#if SYNERGY_FAST_PANEL >= 4
    case 4:
      return tiles_of<4>();
    case 3:
      return tiles_of<3>();
#endif
#if SYNERGY_FAST_PANEL >= 2
    case 2:
      return tiles_of<2>();
#endif
    default:
      return tiles_of<1>();
  }
}

/// Walks over the output pixels, row by row.
class PixelWalk {
 public:
  explicit PixelWalk(const ConvArgs& args)
      : args_(args), left_(std::size_t(args.rows) * args.columns), input_(args.input), output_(args.output) {}

  [[nodiscard]] std::size_t left() const { return left_; }

  // The next `count` pixels, or fewer at the end; the last is repeated to fill a tile of `tile` pixels.
  void take(std::size_t tile, Pixels& pixels) {
    pixels.count = left_ < tile ? left_ : tile;
    for (std::size_t p = 0; p < pixels.count; ++p) {
      pixels.input[p] = input_;
      pixels.output[p] = output_;
      step();
    }
    for (std::size_t p = pixels.count; p < tile; ++p) pixels.input[p] = pixels.input[pixels.count - 1];
    left_ -= pixels.count;
  }

 private:
  void step() {
    input_ += args_.input_grid.pixel_step;
    output_ += args_.output_grid.pixel_step;
    if (++column_ < args_.columns) return;
    column_ = 0;
    input_ += args_.input_grid.row_step - std::ptrdiff_t(args_.columns) * args_.input_grid.pixel_step;
    output_ += args_.output_grid.row_step - std::ptrdiff_t(args_.columns) * args_.output_grid.pixel_step;
  }

  const ConvArgs& args_;
  std::size_t left_;
  const std::byte* input_;
  std::byte* output_;
  std::uint32_t column_ = 0;
};

// The smallest tile that holds what is left, or the largest there is.
inline const TileSize& tile_for(std::span<const TileSize> sizes, std::size_t left) {
  std::size_t best = 0;
  while (best + 1 < sizes.size() && sizes[best + 1].pixels >= left) ++best;
  return sizes[best];
}

inline void conv(const ConvArgs& args) {
  PanelArgs panel{args.weights, args.start, 0};
  const std::size_t groups = std::size_t(args.kernel_rows) * args.groups;
  for (std::uint32_t i = 0; i < panels_of(args.vectors, SYNERGY_FAST_PANEL); ++i) {
    const std::uint32_t vectors = vectors_of_panel(args.vectors, SYNERGY_FAST_PANEL, i);
    const auto sizes = tiles_for(vectors);
    Pixels pixels;
    for (PixelWalk walk(args); walk.left() > 0;) {
      const TileSize& size = tile_for(sizes, walk.left());
      walk.take(size.pixels, pixels);
      size.compute(args, panel, pixels);
    }
    panel.weights += groups * vectors * kLanes * kGroupBytes;
    panel.start += vectors * kLanes;
    panel.first_channel += vectors * kLanes;
  }
}

// One block of channels of one pixel: pairs of taps side by side, multiplied and added in one step.
HWY_INLINE void depthwise_block(const DepthwiseArgs& args, const std::byte* input, std::size_t block,
                                std::byte* output) {
  const std::size_t channel = block * kDepthwiseLanes;
  const std::int16_t* weights = args.weights + block * args.taps.size() * kDepthwiseLanes;
  BlockSums sums = load_block_sums(args.start + channel);
  for (std::size_t t = 0; t < args.taps.size(); t += 2, weights += 2 * kDepthwiseLanes)
    add_tap_pair(sums, input + args.taps[t] + channel, input + args.taps[t + 1] + channel, weights);
  const std::size_t size = args.form == Form::kBytes ? 1 : kOperandBytes;
  write_block_sums(sums, args.stage, args.form, output + channel * size);
}

// Blocks may reach beyond the pixel's channels; the next pixel then overwrites what they wrote there.
inline void depthwise(const DepthwiseArgs& args) {
  const std::size_t blocks = (args.channels + kDepthwiseLanes - 1) / kDepthwiseLanes;
  for (std::uint32_t y = 0; y < args.rows; ++y) {
    const std::byte* input = args.input + y * args.input_grid.row_step;
    std::byte* output = args.output + y * args.output_grid.row_step;
    for (std::uint32_t x = 0; x < args.columns; ++x) {
      for (std::size_t block = 0; block < blocks; ++block) depthwise_block(args, input, block, output);
      input += args.input_grid.pixel_step;
      output += args.output_grid.pixel_step;
    }
  }
}

}  // namespace synergy::accel::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
