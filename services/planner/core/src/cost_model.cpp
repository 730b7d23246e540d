#include "synergy/planner/cost_model.hpp"

#include <cmath>

#include "synergy/accel_model/rules.hpp"

namespace synergy::planner {
namespace {

using schemas::Step;
using schemas::TaskKind;

Duration nanoseconds(double ns) { return Duration(std::llround(ns)); }
/// mW x ns = pJ; in microjoule.
double energy_uj(double mw, Duration time) { return mw * double(time.count()) * 1e-6; }

/// Whether the device could run this chunk if it held nothing else.
Result<accel_model::ChunkCost> judge_chunk(const accel_model::Program& chunk,
                                           const schemas::DeviceProfile& profile) {
  if (auto status = accel_model::check_rules(chunk, profile.accelerator); !status) return status.error();
  const accel_model::Program* alone[] = {&chunk};
  auto placement = accel_model::place(alone, profile.accelerator);
  if (!placement) return placement.error();
  const auto largest = std::max(chunk.input_bytes(), chunk.output_bytes());
  if (double(largest) > profile.sram_for_tensors_bytes.value)
    return Error{ErrorCode::kNoFit, "a tensor of " + std::to_string(largest) +
                                        " bytes does not fit the SRAM of '" + profile.name + "' (" +
                                        std::to_string(std::uint64_t(profile.sram_for_tensors_bytes.value)) +
                                        " bytes); streaming it is not modelled yet"};
  return accel_model::chunk_cost(chunk, profile, placement->programs.front());
}

}  // namespace

const schemas::DeviceProfile& CostModel::profile(const DeviceId& device) const {
  return problem_.body.profile_of(*problem_.body.find(device));
}

const Result<accel_model::ChunkCost>& CostModel::chunk(std::size_t p, std::uint32_t first, std::uint32_t last,
                                                       const schemas::Device& device) {
  const Key key{p, first, last, device.profile};
  auto found = chunks_.find(key);
  if (found == chunks_.end()) {
    const auto chunk = accel_model::chunk_of(problem_.pipelines[p].model.program, first, last);
    found = chunks_.emplace(key, judge_chunk(chunk, problem_.body.profile_of(device))).first;
  }
  return found->second;
}

Step CostModel::cpu_step(TaskKind kind, const DeviceId& device, double ns) const {
  const auto& mcu = profile(device);
  Step step{kind, device, {}, 0, nanoseconds(ns), 0, 0};
  step.energy_uj = energy_uj(mcu.mcu_active_mw.value - mcu.mcu_sleep_mw.value, step.duration);
  return step;
}

Step CostModel::sense(std::size_t p, const DeviceId& source) const {
  const auto& pipeline = problem_.pipelines[p];
  const auto& sensor = problem_.body.sensor_profiles.at(pipeline.app.sensing.needs);
  const double ns = sensor.fixed_us.value * 1e3 + sensor.ns_per_byte.value * double(pipeline.input_bytes());
  return {TaskKind::kSense, source, {}, 0, nanoseconds(ns), 0, 0};
}

Step CostModel::prepare(std::size_t p, const DeviceId& source) const {
  const double bytes = double(problem_.pipelines[p].input_bytes());
  return cpu_step(TaskKind::kPrepare, source, bytes * profile(source).prepare_ns_per_byte.value);
}

Step CostModel::transfer(const DeviceId& from, const DeviceId& to, std::uint64_t bytes) const {
  const auto& link = problem_.body.link;
  const double rate = link.bytes_per_second.value;
  const double ns = link.message_overhead_us.value * 1e3 + (rate > 0 ? double(bytes) / rate * 1e9 : 0);
  Step step{TaskKind::kTransfer, from, to, 0, nanoseconds(ns), bytes, 0};
  step.energy_uj = energy_uj(link.tx_mw.value + link.rx_mw.value, step.duration);
  return step;
}

Step CostModel::interact(std::size_t p, const DeviceId& target) const {
  const auto& pipeline = problem_.pipelines[p];
  const auto& actuator = problem_.body.actuator_profiles.at(pipeline.app.interaction.needs);
  const bool label = pipeline.model.program.result == schemas::ResultKind::kArgmax;
  const double us = label ? actuator.label_us.value : actuator.map_us.value;
  return {TaskKind::kInteract, target, {}, 0, nanoseconds(us * 1e3), 0, 0};
}

std::vector<Step> CostModel::chunk_steps(std::size_t p, const schemas::Chunk& chunk, std::uint32_t index,
                                         bool switched) {
  const auto& program = problem_.pipelines[p].model.program;
  const auto& cost = *this->chunk(p, chunk.first_layer, chunk.last_layer, *problem_.body.find(chunk.device));
  const auto& mcu = profile(chunk.device);
  const bool last = chunk.last_layer + 1 == program.layers.size();
  const std::uint64_t in =
      chunk.first_layer == 0 ? program.input_bytes() : program.layers[chunk.first_layer - 1].output_bytes();
  const std::uint64_t out = last ? program.output_bytes() : program.layers[chunk.last_layer].output_bytes();

  std::vector<Step> steps;
  if (switched)
    steps.push_back(cpu_step(TaskKind::kSwitch, chunk.device, double(cost.switch_program.count())));
  auto load = cpu_step(TaskKind::kLoad, chunk.device, double(cost.load.count()));
  load.energy_uj += cost.load_uj;
  load.bytes = in;
  auto unload = cpu_step(TaskKind::kUnload, chunk.device, double(cost.unload.count()));
  unload.energy_uj += cost.unload_uj;
  unload.bytes = out;
  const bool argmax = last && program.result == schemas::ResultKind::kArgmax;
  const double unpack =
      double(out) * (mcu.unpack_ns_per_byte.value + (argmax ? mcu.argmax_ns_per_byte.value : 0));
  steps.push_back(load);
  steps.push_back({TaskKind::kInfer, chunk.device, {}, 0, cost.infer, 0, cost.infer_uj});
  steps.push_back(unload);
  steps.push_back(cpu_step(TaskKind::kUnpack, chunk.device, unpack));
  for (auto& step : steps) step.chunk = index;
  return steps;
}

std::uint64_t CostModel::bytes_after(std::size_t p, std::uint32_t layer) const {
  const auto& program = problem_.pipelines[p].model.program;
  const bool last = layer + 1 == program.layers.size();
  if (last && program.result == schemas::ResultKind::kArgmax) return kArgmaxResultBytes;
  return last ? program.output_bytes() : program.layers[layer].output_bytes();
}

schemas::ExecutionPlan CostModel::execution(std::size_t p, const Choice& choice,
                                            const std::vector<bool>& switched) {
  schemas::ExecutionPlan plan;
  plan.source = choice.source;
  plan.target = choice.target;
  plan.chunks = choice.chunks;
  auto& steps = plan.steps;
  steps.push_back(sense(p, choice.source));
  steps.push_back(prepare(p, choice.source));
  DeviceId at = choice.source;
  std::uint64_t bytes = problem_.pipelines[p].input_bytes();
  for (std::uint32_t i = 0; i < choice.chunks.size(); ++i) {
    const auto& chunk = choice.chunks[i];
    if (chunk.device != at) steps.push_back(transfer(at, chunk.device, bytes));
    const auto more = chunk_steps(p, chunk, i, switched[i]);
    steps.insert(steps.end(), more.begin(), more.end());
    at = chunk.device;
    bytes = bytes_after(p, chunk.last_layer);
  }
  if (at != choice.target) steps.push_back(transfer(at, choice.target, bytes));
  steps.push_back(interact(p, choice.target));
  for (const auto& step : steps) {
    plan.latency += step.duration;
    plan.energy_uj += step.energy_uj;
  }
  return plan;
}

double idle_power_mw(const schemas::BodyView& body, const schemas::Device& device) {
  return body.profile_of(device).mcu_sleep_mw.value + body.link.idle_mw.value;
}

}  // namespace synergy::planner
