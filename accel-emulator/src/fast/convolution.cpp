#include "convolution.hpp"

#include <algorithm>

#include "synergy/accel/fixed_point.hpp"

namespace synergy::accel::fast {
namespace {

using schemas::Activation;
using schemas::Operator;

/// Taps along rows or columns that one job's outputs see: kernel positions `first`, `first + stride`, ... and
/// how far the first of them is from the output's own place, in operand pixels without border.
struct Taps {
  std::uint32_t first = 0, count = 0, stride = 1;
  std::int32_t offset = 0;

  /// Leaves out what falls on padding for every output.
  void trim(std::uint32_t outputs, std::uint32_t size, std::uint32_t dilation) {
    for (; count > 1 && offset + std::int64_t(outputs) <= 0; --count) {
      first += stride;
      offset += std::int32_t(dilation);
    }
    while (count > 1 && offset + std::int64_t(count - 1) * dilation >= size) --count;
  }
  /// Zeros needed before and after `size` pixels for `outputs` outputs.
  [[nodiscard]] std::uint32_t before() const { return offset < 0 ? std::uint32_t(-offset) : 0; }
  [[nodiscard]] std::uint32_t after(std::uint32_t outputs, std::uint32_t size, std::uint32_t dilation) const {
    const std::int64_t last = std::int64_t(outputs) - 1 + offset + std::int64_t(count - 1) * dilation;
    return std::uint32_t(std::max<std::int64_t>(0, last - size + 1));
  }
};

Taps plain_taps(std::uint32_t kernel, std::uint32_t pad) { return {0, kernel, 1, -std::int32_t(pad)}; }

// Output 2i + phase sees value i + offset + n through tap first + 2n: the taps between fall on inserted
// zeros.
Taps transposed_taps(std::uint32_t kernel, std::uint32_t pad, std::uint32_t phase) {
  const std::int32_t border = std::int32_t(kernel) - 1 - std::int32_t(pad);
  const std::uint32_t first = (phase + std::uint32_t(border)) % 2;
  return {first, (kernel - first + 1) / 2, 2, (std::int32_t(phase + first) - border) / 2};
}

bool transposed(const Layer& layer) { return layer.op == Operator::kConvTranspose2d; }

/// One job's outputs: those in rows `row`, `row + step`, ... and likewise columns.
struct Phase {
  std::uint32_t row = 0, column = 0, step = 1;
  std::uint32_t rows = 0, columns = 0;
  Taps vertical, horizontal;
};

std::vector<Phase> all_phases_of(const Layer& layer) {
  const auto& [channels, height, width] = layer.output;
  if (!transposed(layer))
    return {{0, 0, 1, height, width, plain_taps(layer.kernel.rows, layer.pad.rows),
             plain_taps(layer.kernel.columns, layer.pad.columns)}};
  std::vector<Phase> phases;
  for (std::uint32_t row = 0; row < 2; ++row)
    for (std::uint32_t column = 0; column < 2; ++column)
      if (row < height && column < width)
        phases.push_back({row, column, 2, (height - row + 1) / 2, (width - column + 1) / 2,
                          transposed_taps(layer.kernel.rows, layer.pad.rows, row),
                          transposed_taps(layer.kernel.columns, layer.pad.columns, column)});
  return phases;
}

// A depthwise kernel takes all its taps.
std::vector<Phase> phases_of(const Layer& layer, const Shape& pooled) {
  std::vector<Phase> phases = all_phases_of(layer);
  if (suits_depthwise(layer)) return phases;
  for (Phase& phase : phases) {
    phase.vertical.trim(phase.rows, pooled.height, layer.dilation);
    phase.horizontal.trim(phase.columns, pooled.width, 1);
  }
  return phases;
}

OperandShape with_border(OperandShape shape, const std::vector<Phase>& phases, std::uint32_t dilation) {
  for (const Phase& phase : phases) {
    shape.top = std::max(shape.top, phase.vertical.before());
    shape.left = std::max(shape.left, phase.horizontal.before());
    shape.bottom = std::max(shape.bottom, phase.vertical.after(phase.rows, shape.rows, dilation));
    shape.right = std::max(shape.right, phase.horizontal.after(phase.columns, shape.columns, 1));
  }
  return shape;
}

OutputStage output_stage(const Layer& layer) {
  OutputStage stage;
  stage.left = std::max(layer.output_shift - kOutputFractionBits, 0);
  stage.right = std::max(kOutputFractionBits - layer.output_shift, 0);
  stage.lowest = layer.activation == Activation::kRelu ? 0 : -128;
  stage.absolute = layer.activation == Activation::kAbs;
  return stage;
}

bool wide(const Layer& layer) { return layer.output_width == 32; }

// Bias, and what rounds half up when the sum is shifted right.
std::int32_t start_value(const Layer& layer, const LayerWeights& weights, std::size_t output) {
  const std::int32_t bias = weights.bias.empty() ? 0 : weights.bias[output] * kBiasScale;
  const int right = output_stage(layer).right;
  return bias + (wide(layer) || right == 0 ? 0 : std::int32_t{1} << (right - 1));
}

std::size_t weights_of_output(const Layer& layer) {
  return layer.kernel_inputs() * layer.kernel.rows * layer.kernel.columns;
}

/// For every value of a run, in the order of the operand: which of an output's weights it is multiplied with.
constexpr std::int64_t kNone = -1;
using Run = std::vector<std::int64_t>;

// Along one kernel row: pixel by pixel, channel by channel.
Run kernel_row(const Layer& layer, const Phase& phase, const OperandShape& operand, std::uint32_t row) {
  Run run;
  const std::uint32_t u = phase.vertical.first + row * phase.vertical.stride;
  for (std::uint32_t n = 0; n < phase.horizontal.count; ++n) {
    const std::uint32_t v = phase.horizontal.first + n * phase.horizontal.stride;
    for (std::uint32_t c = 0; c < operand.channels; ++c)
      run.push_back(c < layer.kernel_inputs()
                        ? (std::int64_t(c) * layer.kernel.rows + u) * layer.kernel.columns + v
                        : kNone);
  }
  return run;
}

// The whole image, whose values count channel by channel in the weights.
Run whole_image(const Shape& pooled, const OperandShape& operand) {
  Run run;
  for (std::uint64_t pixel = 0; pixel < pooled.pixels(); ++pixel)
    for (std::uint32_t c = 0; c < operand.channels; ++c)
      run.push_back(c < pooled.channels ? std::int64_t(c * pooled.pixels() + pixel) : kNone);
  return run;
}

std::vector<Run> runs_of(const Layer& layer, const Shape& pooled, const OperandShape& operand,
                         const Phase& phase) {
  if (takes_whole_image(layer)) return {whole_image(pooled, operand)};
  std::vector<Run> runs;
  for (std::uint32_t row = 0; row < phase.vertical.count; ++row)
    runs.push_back(kernel_row(layer, phase, operand, row));
  // Kernel rows that follow each other without a gap are one run.
  const bool adjacent = std::ptrdiff_t(runs[0].size() * operand.value_bytes) ==
                        std::ptrdiff_t(layer.dilation) * operand.row_step();
  for (; adjacent && runs.size() > 1; runs.erase(runs.begin() + 1))
    runs[0].insert(runs[0].end(), runs[1].begin(), runs[1].end());
  return runs;
}

/// Writes weights panel by panel, and adds to the start values what their form demands.
class WeightPacker {
 public:
  WeightPacker(const Layer& layer, const LayerWeights& weights, const Kernels& kernels, ConvJob& job)
      : layer_(layer), weights_(weights), kernels_(kernels), job_(job) {}

  void pack(const std::vector<Run>& runs) {
    const std::size_t lanes = std::size_t(job_.args.vectors) * kernels_.lanes;
    job_.start.assign(lanes, 0);
    for (std::size_t o = 0; o < layer_.output.channels; ++o) job_.start[o] = start_value(layer_, weights_, o);
    job_.weights = aligned_bytes(runs.size() * job_.args.groups * lanes * kGroupBytes + kSlack);
    to_ = job_.weights.get();
    std::size_t first = 0;
    for (std::uint32_t p = 0; p < panels_of(job_.args.vectors, kernels_.panel_vectors); ++p) {
      const std::size_t width =
          std::size_t(vectors_of_panel(job_.args.vectors, kernels_.panel_vectors, p)) * kernels_.lanes;
      for (const Run& run : runs)
        for (std::uint32_t g = 0; g < job_.args.groups; ++g) pack_group(run, g, first, width);
      first += width;
    }
  }

 private:
  void pack_group(const Run& run, std::size_t group, std::size_t first, std::size_t width) {
    const std::size_t values = kGroupBytes / kernels_.operand_bytes;
    for (std::size_t o = first; o < first + width; ++o)
      for (std::size_t i = group * values; i < (group + 1) * values; ++i)
        put(o, i < run.size() && o < layer_.output.channels ? weight(o, run[i]) : 0);
  }

  [[nodiscard]] std::int8_t weight(std::size_t output, std::int64_t index) const {
    if (index == kNone) return 0;
    return layer_.bypass ? 1 : weights_.weights[output * weights_of_output(layer_) + std::size_t(index)];
  }

  void put(std::size_t output, std::int16_t value) {
    if (kernels_.operand_bytes == 1) {
      *to_++ = std::byte(value);
      // Operands are 128 too large.
      job_.start[output] = std::int32_t(std::uint32_t(job_.start[output]) - std::uint32_t(128 * value));
    } else {
      *to_++ = std::byte(std::uint16_t(value) & 0xff);
      *to_++ = std::byte(std::uint16_t(value) >> 8);
    }
  }

  const Layer& layer_;
  const LayerWeights& weights_;
  const Kernels& kernels_;
  ConvJob& job_;
  std::byte* to_ = nullptr;
};

ConvJob conv_job(const Layer& layer, const Shape& pooled, const OperandShape& operand, const Phase& phase,
                 const LayerWeights& weights, const Kernels& kernels) {
  const std::vector<Run> runs = runs_of(layer, pooled, operand, phase);
  const std::size_t run_bytes = runs[0].size() * operand.value_bytes;
  ConvJob job;
  job.row = phase.row, job.column = phase.column, job.step = phase.step;
  job.first_tap = operand.origin() + phase.vertical.offset * operand.row_step() +
                  phase.horizontal.offset * operand.pixel_step();
  job.args.input_grid = {operand.pixel_step(), operand.row_step()};
  job.args.kernel_row_step = std::ptrdiff_t(layer.dilation) * operand.row_step();
  job.args.kernel_rows = std::uint32_t(runs.size());
  job.args.groups = std::uint32_t((run_bytes + kGroupBytes - 1) / kGroupBytes);
  job.args.vectors = (layer.output.channels + kernels.lanes - 1) / kernels.lanes;
  job.args.rows = phase.rows, job.args.columns = phase.columns;
  job.args.channels = round_up(layer.output.channels, kChannelStep);
  job.args.form = wide(layer) ? Form::kWide : Form::kBytes;
  job.args.stage = output_stage(layer);
  WeightPacker(layer, weights, kernels, job).pack(runs);
  job.args.weights = job.weights.get();
  job.args.start = job.start.data();
  return job;
}

}  // namespace

bool takes_whole_image(const Layer& layer) {
  const bool one_tap = layer.kernel == schemas::Extent{1, 1} && layer.pad == schemas::Extent{0, 0};
  return layer.op == Operator::kLinear || (layer.flatten && one_tap);
}

bool suits_conv(const Layer& layer) {
  if (layer.op == Operator::kPassthrough || layer.groups != 1) return false;
  if (layer.flatten && !takes_whole_image(layer)) return false;
  return !transposed(layer) || (layer.kernel.rows == 3 && layer.kernel.columns == 3);
}

bool suits_depthwise(const Layer& layer) {
  return (layer.op == Operator::kConv2d || layer.op == Operator::kConv1d) && layer.groups > 1 &&
         layer.groups == layer.output.channels && layer.kernel_inputs() == 1 && !wide(layer) &&
         !layer.flatten;
}

OperandShape operand_shape(const Layer& layer, const Shape& pooled, const Kernels& kernels) {
  OperandShape shape;
  shape.rows = pooled.height, shape.columns = pooled.width;
  shape.value_bytes = suits_depthwise(layer) ? 1 : kernels.operand_bytes;
  // Few channels need no rounding: the run along a kernel row is what is read in groups.
  const bool few = pooled.channels < kChannelStep && !suits_depthwise(layer);
  shape.channels = few ? pooled.channels : round_up(pooled.channels, kChannelStep);
  return takes_whole_image(layer) ? shape : with_border(shape, phases_of(layer, pooled), layer.dilation);
}

std::vector<ConvJob> conv_jobs(const Layer& layer, const Shape& pooled, const LayerWeights& weights,
                               const Kernels& kernels) {
  const OperandShape operand = operand_shape(layer, pooled, kernels);
  std::vector<ConvJob> jobs;
  if (takes_whole_image(layer)) {
    jobs.push_back(conv_job(layer, pooled, operand, {0, 0, 1, 1, 1, {}, {}}, weights, kernels));
    return jobs;
  }
  for (const Phase& phase : phases_of(layer, pooled))
    jobs.push_back(conv_job(layer, pooled, operand, phase, weights, kernels));
  return jobs;
}

DepthwiseJob depthwise_job(const Layer& layer, const OperandShape& operand, const LayerWeights& weights,
                           const Kernels& kernels) {
  DepthwiseJob job;
  const std::size_t lanes = kernels.depthwise_lanes, taps = weights_of_output(layer);
  const std::size_t channels = layer.output.channels, blocks = (channels + lanes - 1) / lanes;
  for (std::uint32_t u = 0; u < layer.kernel.rows; ++u)
    for (std::uint32_t v = 0; v < layer.kernel.columns; ++v)
      job.taps.push_back(std::ptrdiff_t(u * layer.dilation) * operand.row_step() + v * operand.pixel_step());
  if (taps % 2 == 1) job.taps.push_back(job.taps.front());  // with weights of 0

  job.weights = aligned_bytes(blocks * job.taps.size() * lanes * sizeof(std::int16_t));
  auto* to = reinterpret_cast<std::int16_t*>(job.weights.get());
  const auto weight = [&](std::size_t channel, std::size_t tap) -> std::int16_t {
    if (channel >= channels || tap >= taps) return 0;
    return layer.bypass ? 1 : weights.weights[channel * taps + tap];
  };
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t tap = 0; tap < job.taps.size(); tap += 2)
      for (const std::uint32_t lane : kernels.depthwise_order)
        for (const std::size_t t : {tap, tap + 1}) *to++ = weight(block * lanes + lane, t);
    for (const std::uint32_t lane : kernels.depthwise_order)
      job.start.push_back(block * lanes + lane < channels ? start_value(layer, weights, block * lanes + lane)
                                                          : 0);
  }
  job.args.input_grid = {operand.pixel_step(), operand.row_step()};
  job.args.weights = reinterpret_cast<const std::int16_t*>(job.weights.get());
  job.args.start = job.start.data();
  job.args.taps = job.taps;
  job.args.rows = layer.output.height, job.args.columns = layer.output.width;
  job.args.channels = round_up(layer.output.channels, kChannelStep);
  job.args.stage = output_stage(layer);
  return job;
}

}  // namespace synergy::accel::fast
