#include "synergy/accel/evaluate.hpp"

#include <algorithm>

#include "operators.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel {
namespace {

using accel_model::Layer;
using accel_model::Program;

// The buffer's rows from `buffer_shift` on move to its beginning; zeros follow.
void shift_rows(Tensor& buffer, std::uint32_t rows) {
  const std::ptrdiff_t plane = std::ptrdiff_t(buffer.shape.pixels());
  const std::ptrdiff_t by = std::ptrdiff_t(rows) * buffer.shape.width;
  for (auto at = buffer.values.begin(); at != buffer.values.end(); at += plane) {
    std::copy(at + by, at + plane, at);
    std::fill(at + (plane - by), at + plane, std::int8_t{0});
  }
}

// Each pixel of the output becomes one of the buffer's last rows.
void replace_last_rows(Tensor& buffer, const Tensor& output) {
  const auto pixels = std::ptrdiff_t(output.shape.pixels()), plane = std::ptrdiff_t(buffer.shape.pixels());
  for (std::ptrdiff_t c = 0; c < std::ptrdiff_t(output.shape.channels); ++c)
    std::copy_n(output.values.begin() + c * pixels, pixels, buffer.values.begin() + (c + 1) * plane - pixels);
}

/// The tensors of one run while it goes on.
class Run {
 public:
  Run(const Program& program, const ModelWeights& weights, const Tensor& input)
      : program_(program), weights_(weights), input_(input), outputs_(program.layers.size()) {
    if (program.buffer)
      buffer_ = {program.buffer->shape, std::vector<std::int8_t>(program.buffer->shape.values(), 0)};
  }

  void compute(std::size_t k) {
    const Layer& layer = program_.layers[k];
    if (layer.skipped) return;
    if (layer.buffer_shift > 0) shift_rows(buffer_, layer.buffer_shift);
    const bool legacy = program_.legacy_operands && k > 0;
    outputs_[k] = run_layer(layer, weights_[k], fetch_operands(layer, tensors_of(layer), legacy));
    if (layer.buffer_insert > 0) replace_last_rows(buffer_, std::get<Tensor>(outputs_[k]));
  }

  std::vector<LayerOutput> take_outputs() { return std::move(outputs_); }

 private:
  [[nodiscard]] std::vector<const Tensor*> tensors_of(const Layer& layer) const {
    std::vector<const Tensor*> tensors;
    for (const auto source : layer.sources)
      tensors.push_back(source == accel_model::kInput    ? &input_
                        : source == accel_model::kBuffer ? &buffer_
                                                         : &std::get<Tensor>(outputs_[std::size_t(source)]));
    return tensors;
  }

  const Program& program_;
  const ModelWeights& weights_;
  const Tensor& input_;
  Tensor buffer_;
  std::vector<LayerOutput> outputs_;
};

}  // namespace

Tensor prepare_operands(const Layer& layer, std::vector<Tensor> operands) {
  SYNERGY_CHECK(operands.size() == layer.operands, "as many operands as the layer has");
  if (layer.pool_first)
    for (auto& operand : operands) operand = pool(layer, std::move(operand));
  Tensor data = layer.eltwise == schemas::Eltwise::kNone ? std::move(operands.front())
                                                         : combine(layer.eltwise, std::move(operands));
  if (!layer.pool_first) data = pool(layer, std::move(data));
  // Flattening changes the shape only: values already lie channel by channel, row by row.
  if (layer.flatten) data.shape = {std::uint32_t(data.shape.values()), 1, 1};
  return data;
}

LayerOutput run_layer(const Layer& layer, const LayerWeights& weights, std::vector<Tensor> operands) {
  for (const auto& operand : operands)
    SYNERGY_CHECK(operand.shape == layer.input && operand.values.size() == layer.input.values(),
                  "the layer's input");
  SYNERGY_CHECK(weights.weights.size() == weight_count(layer), "the layer's weights");
  return function_of(layer.op)(layer, weights, prepare_operands(layer, std::move(operands)));
}

std::vector<LayerOutput> run_all_layers(const Program& program, const ModelWeights& weights,
                                        const Tensor& input) {
  SYNERGY_CHECK(weights.size() == program.layers.size(), "weights of every layer");
  Run run(program, weights, input);
  for (std::size_t k = 0; k < program.layers.size(); ++k) run.compute(k);
  return run.take_outputs();
}

LayerOutput run_program(const Program& program, const ModelWeights& weights, const Tensor& input) {
  auto outputs = run_all_layers(program, weights, input);
  for (std::size_t k = program.layers.size(); k-- > 0;)
    if (!program.layers[k].skipped) return std::move(outputs[k]);
  SYNERGY_CHECK(false, "a program runs at least one layer");
  std::abort();
}

}  // namespace synergy::accel
