#include "plan.hpp"

#include "plain.hpp"
#include "plan_builder.hpp"
#include "synergy/base/check.hpp"

namespace synergy::accel::fast {

Plan::Plan(const accel_model::Program& program, const ModelWeights& weights, const Kernels& kernels,
           bool keep) {
  parts_.program = program;
  PlanBuilder(parts_, weights, kernels, keep).build();
  last_ = program.last_run();
  result_.resize(output_bytes(last_));
}

std::span<const std::uint8_t> Plan::run(std::span<const std::int8_t> input) {
  const TensorAt& to = parts_.input;
  SYNERGY_CHECK(input.size() == to.shape.values(), "as many bytes as the program's input has values");
  import_tensor(input, to.shape, to.step(), reinterpret_cast<std::int8_t*>(parts_.arena[to.buffer]));
  run_steps();
  write_output(last_, result_.data());
  return result_;
}

void Plan::run_steps() {
  for (const auto& step : parts_.steps) step(parts_.arena);
}

std::size_t Plan::output_bytes(std::size_t layer) const {
  const auto& output = parts_.outputs[layer];
  if (std::holds_alternative<WideAt>(output)) return parts_.program.layers[layer].output.values() * 4;
  if (const auto* tensor = std::get_if<TensorAt>(&output)) return tensor->shape.values();
  SYNERGY_CHECK(std::holds_alternative<std::monostate>(output), "outputs were asked to be kept");
  return 0;
}

std::vector<std::uint8_t> Plan::output_of(std::size_t layer) const {
  std::vector<std::uint8_t> bytes(output_bytes(layer));
  write_output(layer, bytes.data());
  return bytes;
}

void Plan::write_output(std::size_t layer, std::uint8_t* to) const {
  const auto& output = parts_.outputs[layer];
  if (const auto* wide = std::get_if<WideAt>(&output))
    export_wide(reinterpret_cast<const std::int32_t*>(parts_.arena[wide->buffer]),
                parts_.program.layers[layer], wide->step, to);
  if (const auto* tensor = std::get_if<TensorAt>(&output))
    export_tensor(reinterpret_cast<const std::int8_t*>(parts_.arena[tensor->buffer] + tensor->first),
                  tensor->shape, tensor->step(), to);
}

}  // namespace synergy::accel::fast
