// Kernels as the vendor's tool packs them: one stream of bytes a processor, output after output, pass after
// pass, taps backwards. With narrow weights, neighbouring kernels of the stream share their bytes, the first
// in the low bits.
#include <algorithm>
#include <bit>

#include "synergy/accel/images.hpp"

namespace synergy::accel {
namespace {

using accel_model::kBytesPerColumn;
using accel_model::Layer;

/// The columns of one processor while they are filled.
class ColumnWriter {
 public:
  explicit ColumnWriter(std::uint64_t first_byte)
      : position_(first_byte), first_(first_byte / kBytesPerColumn) {}

  void put(std::uint8_t byte) {
    const std::uint64_t column = position_ / kBytesPerColumn;
    reach(column + 1);
    columns_[column - first_].bytes[kBytesPerColumn - 1 - position_ % kBytesPerColumn] = byte;
    columns_[column - first_].written = true;
    ++position_;
  }
  void skip_column() { position_ += kBytesPerColumn; }
  /// Zeros up to `end` columns.
  void fill(std::uint64_t end) {
    const std::uint64_t from = first_ + columns_.size();
    reach(end);
    for (std::uint64_t column = from; column < end; ++column) columns_[column - first_].written = true;
  }

  struct Column {
    std::array<std::uint8_t, kBytesPerColumn> bytes{};
    bool written = false;
  };
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }

 private:
  void reach(std::uint64_t end) {
    if (end > first_ + columns_.size()) columns_.resize(end - first_);
  }

  std::uint64_t position_, first_;
  std::vector<Column> columns_;
};

/// A layer's kernels with the taps that the hardware uses, as bit patterns of the weights' width.
struct Kernels {
  std::vector<std::uint8_t> values;  ///< output, input, tap
  std::uint32_t outputs = 0, inputs = 0, taps = 0;

  [[nodiscard]] std::uint8_t at(std::uint64_t output, std::uint64_t input, std::uint32_t tap) const {
    return output < outputs && input < inputs ? values[(output * inputs + input) * taps + tap] : 0;
  }
};

/// Taps further apart than the longest kernel are computed as a 3x3 convolution of the signal folded into
/// rows.
constexpr std::uint32_t kLongestKernel = 9;

bool is_folded(const Layer& layer) { return (layer.kernel.rows - 1) * layer.dilation + 1 > kLongestKernel; }

/// Where tap u of a kernel lies among the taps that the hardware uses.
std::uint32_t hardware_tap(const Layer& layer, std::uint32_t tap) {
  if (layer.op != schemas::Operator::kConv1d || layer.dilation == 1) return tap;
  if (!is_folded(layer)) return tap * layer.dilation;
  // Folded to rows of `dilation` samples, a 3x3 kernel uses its middle column; fewer taps than 3 begin in the
  // middle, because one row of padding stands above.
  constexpr std::uint32_t kMiddleColumn = 1, kColumns = 3;
  const std::uint32_t first_row = layer.kernel.rows == 3 ? 0 : 1;
  return (first_row + tap) * kColumns + kMiddleColumn;
}

std::uint32_t hardware_taps(const Layer& layer) {
  const std::uint32_t taps = layer.kernel.rows * layer.kernel.columns;
  if (layer.op != schemas::Operator::kConv1d || layer.dilation == 1) return taps;
  return is_folded(layer) ? 9 : (taps - 1) * layer.dilation + 1;
}

Kernels kernels_of(const Layer& layer, const LayerWeights& weights) {
  const std::uint32_t taps = layer.kernel.rows * layer.kernel.columns;
  Kernels kernels;
  kernels.outputs = layer.output.channels;
  kernels.inputs = std::uint32_t(layer.kernel_inputs());
  kernels.taps = hardware_taps(layer);
  kernels.values.assign(std::size_t(kernels.outputs) * kernels.inputs * kernels.taps, 0);
  const std::uint32_t bits_of_weight = (1u << layer.weight_bits) - 1;
  for (std::size_t k = 0; k < weights.weights.size(); ++k) {
    const int weight = weights.weights[k];
    // +1 is stored as 0 and -1 as 1, which is also how 0 and -1 are.
    const std::uint32_t pattern =
        layer.binary ? std::uint32_t(weight < 0) : std::uint32_t(weight) & bits_of_weight;
    kernels.values[k / taps * kernels.taps + hardware_tap(layer, std::uint32_t(k % taps))] =
        std::uint8_t(pattern);
  }
  return kernels;
}

/// What one processor's stream is made for.
struct Stream {
  const Layer& layer;
  const Kernels& kernels;
  std::uint32_t ordinal;            ///< of the processor in the layer's input mask
  std::uint32_t channels_per_pass;  ///< of the input

  [[nodiscard]] std::uint32_t per_byte() const { return 8 / layer.weight_bits; }
  [[nodiscard]] std::uint32_t channel(std::uint64_t pass) const {
    return std::uint32_t(pass) * channels_per_pass + ordinal;
  }
};

/// Bytes of the kernels numbered in `group`, which share them; numbers count outputs and, within them,
/// passes.
void put_group(const Stream& s, const std::vector<std::pair<std::uint32_t, std::uint64_t>>& group,
               ColumnWriter& out) {
  for (std::uint32_t tap = s.kernels.taps; tap-- > 0;) {
    std::uint32_t byte = 0;
    for (const auto& [place, number] : group) {
      const std::uint64_t passes = s.layer.input_passes;
      byte |= std::uint32_t(s.kernels.at(number / passes, s.channel(number % passes), tap))
              << (place * s.layer.weight_bits);
    }
    out.put(std::uint8_t(byte));
  }
}

/// A bit for every output processor from the first of the mask on, pass after pass; true where it has one.
std::vector<bool> output_places(const Layer& layer) {
  const std::uint64_t mask = layer.output_processors >> std::countr_zero(layer.output_processors);
  std::vector<bool> places;
  for (std::uint32_t pass = 0; pass < layer.output_passes; ++pass)
    for (std::uint32_t place = 0; place < std::uint32_t(std::bit_width(mask)); ++place)
      places.push_back((mask >> place) & 1);
  return places;
}

void put_dense(const Stream& s, const std::vector<bool>& places, ColumnWriter& out) {
  const std::uint32_t per_byte = s.per_byte();
  std::uint64_t output = 0;
  for (std::size_t begin = 0; begin < places.size(); begin += per_byte) {
    std::vector<std::uint32_t> used;
    std::uint64_t outputs = 0;
    for (std::uint32_t i = 0; i < per_byte; ++i) {
      const bool behind = begin + i >= places.size();
      if (!behind && !places[begin + i]) continue;
      used.push_back(i);
      outputs += !behind;
    }
    if (outputs == 0) {
      out.skip_column();
      continue;
    }
    for (std::uint32_t round = 0; round < s.layer.input_passes; ++round) {
      std::vector<std::pair<std::uint32_t, std::uint64_t>> group;
      for (std::size_t n = 0; n < used.size(); ++n)
        group.emplace_back(used[n], output * s.layer.input_passes + round * per_byte + n);
      put_group(s, group, out);
    }
    output += outputs;
  }
}

/// One kernel a processor and pass: its own channel's.
void put_depthwise(const Stream& s, ColumnWriter& out) {
  for (std::uint32_t pass = 0; pass < s.layer.input_passes; pass += s.per_byte())
    for (std::uint32_t tap = s.kernels.taps; tap-- > 0;) {
      std::uint32_t byte = 0;
      for (std::uint32_t i = 0; i < s.per_byte() && pass + i < s.layer.input_passes; ++i)
        byte |= std::uint32_t(s.kernels.at(s.channel(pass + i), 0, tap)) << (i * s.layer.weight_bits);
      out.put(std::uint8_t(byte));
    }
}

/// A flattened layer's weights: outputs, then pixels, then passes, without a break between outputs.
void put_flat(const Stream& s, ColumnWriter& out) {
  std::uint32_t byte = 0, filled = 0;
  const std::uint64_t pixels = s.layer.pooled.pixels();
  for (std::uint32_t output = 0; output < s.layer.output.channels; ++output)
    for (std::uint64_t x = 0; x < pixels; ++x)
      for (std::uint32_t pass = 0; pass < s.layer.input_passes; ++pass) {
        const std::uint32_t channel = s.channel(pass);
        if (channel < s.layer.pooled.channels)
          byte |= std::uint32_t(s.kernels.at(output, channel * pixels + x, 0))
                  << (filled * s.layer.weight_bits);
        if (++filled < s.per_byte()) continue;
        out.put(std::uint8_t(byte));
        byte = filled = 0;
      }
  if (filled != 0) out.put(std::uint8_t(byte));
}

/// Every fourth kernel, beginning with each of the first four in turn: `calcx4` computes four at once.
Kernels in_quarters(const Kernels& kernels) {
  Kernels turned = kernels;
  const std::size_t size = std::size_t(kernels.inputs) * kernels.taps;
  std::size_t to = 0;
  for (std::uint32_t first = 0; first < 4; ++first)
    for (std::uint32_t output = first; output < kernels.outputs; output += 4, ++to)
      std::copy_n(kernels.values.begin() + std::ptrdiff_t(output * size), size,
                  turned.values.begin() + std::ptrdiff_t(to * size));
  return turned;
}

/// The kernels of one quadrant where a quad FIFO makes each compute every fourth output.
Kernels quarter_of(const Kernels& kernels, std::uint32_t quadrant) {
  Kernels quarter{{}, 0, kernels.inputs, kernels.taps};
  const std::size_t size = std::size_t(kernels.inputs) * kernels.taps;
  for (std::uint32_t output = quadrant; output < kernels.outputs; output += accel_model::kQuadrants) {
    const auto from = kernels.values.begin() + std::ptrdiff_t(output * size);
    quarter.values.insert(quarter.values.end(), from, from + std::ptrdiff_t(size));
    ++quarter.outputs;
  }
  return quarter;
}

void put_layer(const Stream& s, const std::vector<bool>& places, ColumnWriter& out) {
  if (s.layer.flatten)
    put_flat(s, out);
  else if (s.layer.depthwise())
    put_depthwise(s, out);
  else
    put_dense(s, places, out);
}

/// Banks of a processor's weight memory, each read by one of the four computations of `calcx4`.
constexpr std::uint32_t kBanks = 4, kColumnsPerBank = 1024;

std::uint32_t physical_column(const Layer& layer, const accel_model::LayerPlacement& placed,
                              std::uint32_t column) {
  const std::uint32_t quarter = placed.length / kBanks;
  if (!layer.calcx4 || quarter == 0) return column;
  const std::uint32_t at = column - placed.start;
  return at / quarter * kColumnsPerBank + placed.start / kBanks + at % quarter;
}

void add_words(const Layer& layer, const accel_model::LayerPlacement& placed, std::uint32_t processor,
               const ColumnWriter& filled, std::vector<KernelWord>& words) {
  for (std::size_t i = 0; i < filled.columns().size(); ++i) {
    if (!filled.columns()[i].written) continue;
    const auto column = std::uint32_t(placed.start + filled.first() + i);
    words.push_back({processor, column, physical_column(layer, placed, column), filled.columns()[i].bytes});
  }
}

/// Bytes that stay free in front, for output processors below the mask's first one in its group of four.
std::uint64_t first_byte(const Layer& layer, const Kernels& kernels) {
  const std::uint64_t start = std::countr_zero(layer.output_processors) % accel_model::kProcessorsPerInstance;
  const std::uint64_t rounds = layer.flatten ? 1 : layer.input_passes;
  return start * kernels.taps * rounds / kBytesPerColumn * kBytesPerColumn;
}

}  // namespace

std::vector<KernelWord> kernel_words(const accel_model::Program& program, std::size_t k,
                                     const LayerWeights& weights,
                                     const accel_model::ProgramPlacement& placement) {
  const Layer& layer = program.layers[k];
  const auto& placed = placement.layers[k];
  std::vector<KernelWord> words;
  if (!has_weights(layer) || placed.processors == 0) return words;
  const bool quad = program.fifo == schemas::Fifo::kFastQuad && k == program.first_run();
  const Kernels all = kernels_of(layer, weights);
  const Kernels turned = layer.calcx4 ? in_quarters(all) : all;
  const std::uint32_t start = std::countr_zero(layer.output_processors) % accel_model::kProcessorsPerInstance;
  std::uint32_t ordinal = 0;
  for (std::uint32_t p = 0; p < accel_model::kProcessors; ++p) {
    if (((placed.processors >> p) & 1) == 0) continue;
    if (quad && p % accel_model::kProcessorsPerQuadrant == 0) ordinal = 0;
    const Kernels quarter = quad ? quarter_of(all, p / accel_model::kProcessorsPerQuadrant) : Kernels{};
    const Kernels& kernels = quad ? quarter : turned;
    const auto places = quad ? std::vector<bool>(kernels.outputs, true) : output_places(layer);
    const auto per_pass = std::uint32_t(std::popcount(layer.processors));
    ColumnWriter columns(first_byte(layer, kernels));
    put_layer({layer, kernels, ordinal++, per_pass}, places, columns);
    // A quadrant with fewer outputs than the others holds fewer kernels.
    if (!quad) columns.fill(placed.length + (layer.flatten ? 0 : start));
    add_words(layer, placed, p, columns, words);
  }
  return words;
}

}  // namespace synergy::accel
