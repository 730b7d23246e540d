#include "plan_builder.hpp"

#include <algorithm>
#include <cstring>

#include "synergy/base/check.hpp"

namespace synergy::accel::fast {
namespace {

using accel_model::PoolKind;
using schemas::Operator;

std::int8_t* bytes_at(const Arena& arena, const TensorAt& tensor) {
  return reinterpret_cast<std::int8_t*>(arena[tensor.buffer] + tensor.first);
}

PoolArgs pool_args(const Layer& layer, const TensorAt& input) {
  const auto& pooling = layer.pooling;
  // Before a conv1d the vendor's tool never rounds an average, and its maximum ignores the dilation.
  const bool one_dimension = layer.op == Operator::kConv1d;
  const bool dilated = pooling.kind == PoolKind::kAverage || !one_dimension;
  const auto pixel = std::ptrdiff_t(input.step()), row = pixel * std::ptrdiff_t(input.shape.width);
  PoolArgs args;
  args.window_grid = {pixel * pooling.stride.columns, row * pooling.stride.rows};
  args.tap_grid = {pixel * (dilated ? pooling.dilation.columns : 1),
                   row * (dilated ? pooling.dilation.rows : 1)};
  if (pooling.kind != PoolKind::kNone) {
    args.window_rows = pooling.window.rows;
    args.window_columns = pooling.window.columns;
  }
  if (pooling.kind == PoolKind::kAverage)
    args.mode = pooling.round_average && !one_dimension ? PoolMode::kRoundedAverage : PoolMode::kAverage;
  args.rows = layer.pooled.height, args.columns = layer.pooled.width;
  args.channels = std::uint32_t(input.step());
  return args;
}

CombineMode combine_mode(schemas::Eltwise op) {
  switch (op) {
    case schemas::Eltwise::kSub:
      return CombineMode::kSubtract;
    case schemas::Eltwise::kOr:
      return CombineMode::kOr;
    case schemas::Eltwise::kXor:
      return CombineMode::kXor;
    default:
      return CombineMode::kAdd;
  }
}

}  // namespace

PlanBuilder::PlanBuilder(PlanParts& parts, const ModelWeights& weights, const Kernels& kernels, bool keep)
    : parts_(parts),
      program_(parts.program),
      weights_(weights),
      kernels_(kernels),
      keep_(keep),
      prepared_(parts.program.layers.size()) {}

void PlanBuilder::build() {
  parts_.plain_weights.resize(program_.layers.size());
  parts_.outputs.resize(program_.layers.size());
  parts_.paths.resize(program_.layers.size());
  parts_.input = new_tensor(program_.input());
  parts_.arena.use(parts_.input.buffer, 0);
  if (program_.buffer) add_buffer_clear();
  for (current_ = 0; current_ < program_.layers.size(); ++current_) add_layer(current_);
  for (std::size_t k = 0; k < program_.layers.size(); ++k)
    if (parts_.paths[k].empty()) parts_.paths[k] = "skipped";
  // The result is read after the last step.
  if (const auto* result = std::get_if<TensorAt>(&parts_.outputs[program_.last_run()]))
    parts_.arena.use(result->buffer, parts_.steps.size());
  parts_.arena.lay_out(!keep_);
}

TensorAt PlanBuilder::new_tensor(const Shape& shape) {
  TensorAt tensor{0, 0, shape};
  tensor.buffer = parts_.arena.add(tensor.bytes());
  return tensor;
}

void PlanBuilder::note(std::string_view path) {
  std::string& paths = parts_.paths[current_];
  if (!paths.empty()) paths += '+';
  paths += path;
}

void PlanBuilder::add_layer(std::size_t k) {
  const Layer& layer = program_.layers[k];
  if (layer.skipped) return;
  if (layer.buffer_shift > 0) add_buffer_shift(layer);
  if (prepared_[k])
    suits_depthwise(layer) ? add_depthwise(k, *prepared_[k]) : add_conv(k, *prepared_[k]);
  else
    add_operator(k, prepare(k));
  if (layer.buffer_insert > 0) add_buffer_insert(k);
}

// Pooled and combined. What needs neither stays in its sources.
View PlanBuilder::prepare(std::size_t k) {
  const Layer& layer = program_.layers[k];
  std::vector<View> views = views_of(k);
  const bool combined = layer.eltwise != schemas::Eltwise::kNone;
  if (!combined && !layer.pooling.active()) return views[0];
  std::vector<TensorAt> operands;
  for (const View& view : views) operands.push_back(tensor_of(view));
  if (layer.pooling.active() && (layer.pool_first || !combined))
    for (TensorAt& operand : operands) operand = add_pool(layer, operand);
  TensorAt result = combined ? add_combine(layer, operands) : operands[0];
  if (combined && layer.pooling.active() && !layer.pool_first) result = add_pool(layer, result);
  return {{{result, 0, result.shape.channels}}, 0, result.shape};
}

TensorAt PlanBuilder::add_pool(const Layer& layer, const TensorAt& input) {
  PoolArgs args = pool_args(layer, input);
  const TensorAt output = new_tensor({input.shape.channels, layer.pooled.height, layer.pooled.width});
  const bool plain = args.mode != PoolMode::kMax && layer.pooling.window_pixels() > kLargestAverage;
  const auto pool = plain ? plain_average : kernels_.pool;
  add_step({input.buffer, output.buffer}, [args, pool, input, output](const Arena& arena) mutable {
    args.input = bytes_at(arena, input);
    args.output = bytes_at(arena, output);
    pool(args);
  });
  note(plain                                   ? "plain.pool"
       : layer.pooling.kind == PoolKind::kNone ? "subsample"
       : args.mode == PoolMode::kMax           ? "pool.max"
                                               : "pool.average");
  return output;
}

TensorAt PlanBuilder::add_combine(const Layer& layer, const std::vector<TensorAt>& operands) {
  const TensorAt output = new_tensor(operands[0].shape);
  std::vector<Arena::Id> buffers{output.buffer};
  for (const auto& operand : operands) buffers.push_back(operand.buffer);
  std::vector<const std::int8_t*> from(operands.size());
  add_step(buffers,
           [=, mode = combine_mode(layer.eltwise), combine = kernels_.combine](const Arena& arena) mutable {
             std::transform(operands.begin(), operands.end(), from.begin(),
                            [&](const TensorAt& operand) { return bytes_at(arena, operand); });
             combine(mode, from, output.bytes(), bytes_at(arena, output));
           });
  note("combine");
  return output;
}

void PlanBuilder::add_operator(std::size_t k, const View& view) {
  const Layer& layer = program_.layers[k];
  if (layer.op == Operator::kPassthrough) return add_copy(k, view);
  if (suits_conv(layer)) return add_conv(k, operand_of(layer, view));
  if (suits_depthwise(layer)) return add_depthwise(k, operand_of(layer, view));
  add_plain_conv(k, tensor_of(view));
}

// A tensor that nobody changes needs no copy.
void PlanBuilder::add_copy(std::size_t k, const View& view) {
  const bool changes = buffer_ && view.whole() && view.parts[0].tensor.buffer == buffer_->buffer;
  if (!changes) {
    parts_.outputs[k] = tensor_of(view);
    if (parts_.paths[k].empty()) note("alias");
    return;
  }
  const TensorAt from = tensor_of(view), to = new_tensor(view.shape);
  add_step({from.buffer, to.buffer}, [from, to](const Arena& arena) {
    std::memcpy(bytes_at(arena, to), bytes_at(arena, from), to.bytes());
  });
  parts_.outputs[k] = to;
  note("copy");
}

void PlanBuilder::add_conv(std::size_t k, const OperandAt& operand) {
  const Layer& layer = program_.layers[k];
  const Target target = make_target(k);
  // Jobs own memory, and a step must be copyable.
  auto jobs = std::make_shared<std::vector<ConvJob>>(conv_jobs(
      layer, {layer.pooled.channels, operand.shape.rows, operand.shape.columns}, weights_[k], kernels_));
  for (ConvJob& job : *jobs) {
    job.args.form = target.form;
    job.args.output_grid = {target.grid.pixel_step * job.step, target.grid.row_step * job.step};
  }
  add_step({operand.buffer, target.buffer}, [=, conv = kernels_.conv](const Arena& arena) {
    for (const ConvJob& job : *jobs) {
      ConvArgs args = job.args;
      args.input = arena[operand.buffer] + job.first_tap;
      args.output = arena[target.buffer] + target.first + job.row * target.grid.row_step +
                    job.column * target.grid.pixel_step;
      conv(args);
    }
  });
  note(kernels_.conv_name);
  finish_target(k);
}

void PlanBuilder::add_depthwise(std::size_t k, const OperandAt& operand) {
  const Target target = make_target(k);
  auto job =
      std::make_shared<DepthwiseJob>(depthwise_job(program_.layers[k], operand.shape, weights_[k], kernels_));
  job->args.form = target.form;
  job->args.output_grid = target.grid;
  add_step({operand.buffer, target.buffer}, [=, depthwise = kernels_.depthwise](const Arena& arena) {
    DepthwiseArgs args = job->args;
    args.input = arena[operand.buffer];
    args.output = arena[target.buffer] + target.first;
    depthwise(args);
  });
  note("depthwise");
  finish_target(k);
}

void PlanBuilder::add_plain_conv(std::size_t k, const TensorAt& input) {
  const Layer& layer = program_.layers[k];
  parts_.plain_weights[k] = weights_[k];
  const std::size_t step = round_up(layer.output.channels, kChannelStep);
  Arena::Id to = 0;
  if (layer.output_width == 32) {
    to = parts_.arena.add(layer.output.pixels() * step * sizeof(std::int32_t));
    parts_.outputs[k] = WideAt{to, step};
  } else {
    const TensorAt output = new_tensor(layer.output);
    to = output.buffer;
    parts_.outputs[k] = output;
  }
  add_step({input.buffer, to}, [=, &layer, &weights = parts_.plain_weights[k]](const Arena& arena) {
    plain_conv(layer, weights, bytes_at(arena, input), input.step(), arena[to], step);
  });
  note("plain.conv");
}

// --- outputs
// -------------------------------------------------------------------------------------------------

// The one layer that reads output k and does nothing to it before its convolution.
std::optional<std::size_t> PlanBuilder::direct_reader(std::size_t k) const {
  if (keep_ || program_.layers[k].buffer_insert > 0) return std::nullopt;
  std::optional<std::size_t> reader;
  for (std::size_t j = k + 1; j < program_.layers.size(); ++j)
    for (const auto source : program_.layers[j].sources)
      if (source == std::int32_t(k)) {
        if (reader) return std::nullopt;
        reader = j;
      }
  if (!reader) return std::nullopt;
  const Layer& layer = program_.layers[*reader];
  const bool plain_read = layer.sources.size() == 1 && layer.operands == 1 && !layer.pooling.active() &&
                          layer.eltwise == schemas::Eltwise::kNone &&
                          layer.input == program_.layers[k].output && layer.input.channels >= kChannelStep &&
                          !layer.skipped;
  return plain_read && (suits_conv(layer) || suits_depthwise(layer)) ? reader : std::nullopt;
}

PlanBuilder::Target PlanBuilder::target_of_operand(const OperandAt& operand, Form form) const {
  return {
      operand.buffer, operand.shape.origin(), {operand.shape.pixel_step(), operand.shape.row_step()}, form};
}

PlanBuilder::Target PlanBuilder::make_target(std::size_t k) {
  const Layer& layer = program_.layers[k];
  if (layer.output_width == 32) {
    const std::size_t step = round_up(layer.output.channels, kernels_.lanes);
    const auto pixel = std::ptrdiff_t(step * sizeof(std::int32_t));
    const WideAt wide{parts_.arena.add(layer.output.pixels() * std::size_t(pixel)), step};
    parts_.outputs[k] = wide;
    return {wide.buffer, 0, {pixel, pixel * layer.output.width}, Form::kWide};
  }
  if (const auto reader = direct_reader(k)) {
    const Layer& next = program_.layers[*reader];
    OperandAt operand{0, operand_shape(next, next.input, kernels_)};
    operand.buffer = parts_.arena.add(operand.shape.bytes());
    prepared_[*reader] = operand;
    parts_.outputs[k] = operand;
    note("direct");
    return target_of_operand(operand, suits_depthwise(next) ? Form::kBytes : Form::kOperand);
  }
  const TensorAt tensor = new_tensor(layer.output);
  parts_.outputs[k] = tensor;
  const auto pixel = std::ptrdiff_t(tensor.step());
  return {tensor.buffer, 0, {pixel, pixel * layer.output.width}, Form::kBytes};
}

// The border comes after the pixels, because kernels may write beyond a row's end.
void PlanBuilder::finish_target(std::size_t k) {
  const auto* operand = std::get_if<OperandAt>(&parts_.outputs[k]);
  if (operand == nullptr || operand->shape.bytes() == std::size_t(operand->shape.rows) *
                                                          operand->shape.columns *
                                                          std::size_t(operand->shape.pixel_step()))
    return;
  PackArgs args;
  const OperandShape& shape = operand->shape;
  args.rows = shape.rows, args.columns = shape.columns, args.channels = shape.channels;
  args.top = shape.top, args.left = shape.left, args.bottom = shape.bottom, args.right = shape.right;
  const auto reader = direct_reader(k);
  args.form = suits_depthwise(program_.layers[*reader]) ? Form::kBytes : Form::kOperand;
  add_step({operand->buffer},
           [args, id = operand->buffer, fill = kernels_.fill_border](const Arena& arena) mutable {
             args.to = arena[id];
             fill(args);
           });
}

// --- data buffer
// ---------------------------------------------------------------------------------------------

void PlanBuilder::add_buffer_clear() {
  buffer_ = new_tensor(program_.buffer->shape);
  add_step({buffer_->buffer}, [buffer = *buffer_](const Arena& arena) {
    std::memset(bytes_at(arena, buffer), 0, buffer.bytes());
  });
}

// Rows move to the beginning; zeros follow.
void PlanBuilder::add_buffer_shift(const Layer& layer) {
  const std::size_t by = std::size_t(layer.buffer_shift) * buffer_->shape.width * buffer_->step();
  add_step({buffer_->buffer}, [buffer = *buffer_, by](const Arena& arena) {
    std::int8_t* bytes = bytes_at(arena, buffer);
    std::memmove(bytes, bytes + by, buffer.bytes() - by);
    std::memset(bytes + buffer.bytes() - by, 0, by);
  });
  note("plain.buffer");
}

// Each pixel of the output becomes one of the buffer's last rows.
void PlanBuilder::add_buffer_insert(std::size_t k) {
  const auto output = std::get<TensorAt>(parts_.outputs[k]);
  add_step({buffer_->buffer, output.buffer}, [buffer = *buffer_, output](const Arena& arena) {
    const std::size_t pixels = output.shape.pixels();
    const std::int8_t* from = bytes_at(arena, output);
    std::int8_t* to = bytes_at(arena, buffer) + (buffer.shape.pixels() - pixels) * buffer.step();
    for (std::size_t i = 0; i < pixels; ++i)
      std::memcpy(to + i * buffer.step(), from + i * output.step(), output.shape.channels);
  });
}

}  // namespace synergy::accel::fast
