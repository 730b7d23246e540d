#include "synergy/planner/cost_model.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "synergy/accel_model/mcu.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::planner {
namespace {

using schemas::Chunk;
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
  return accel_model::chunk_cost(chunk, profile, placement->programs.front());
}

bool is_last(const Problem& problem, std::size_t p, const Chunk& chunk) {
  return chunk.last_layer + 1 == problem.pipelines[p].model.program.layers.size();
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

const accel_model::ChunkCost& CostModel::cost(std::size_t p, const Chunk& chunk) {
  return *this->chunk(p, chunk.first_layer, chunk.last_layer, *problem_.body.find(chunk.device));
}

bool CostModel::fits_sram(const DeviceId& device, std::uint64_t bytes) const {
  return double(bytes) <= profile(device).sram_for_tensors_bytes.value;
}

Step CostModel::cpu_step(TaskKind kind, const DeviceId& device, double ns) const {
  Step step;
  step.kind = kind;
  step.device = device;
  step.duration = nanoseconds(ns);
  step.energy_uj = energy_uj(accel_model::mcu_working_mw(profile(device)), step.duration);
  return step;
}

Step CostModel::sense(std::size_t p, const DeviceId& source) const {
  const auto& pipeline = problem_.pipelines[p];
  const auto& sensor = problem_.body.sensor_profiles.at(pipeline.app.sensing.needs);
  Step step;
  step.kind = TaskKind::kSense;
  step.device = source;
  step.duration =
      nanoseconds(sensor.fixed_us.value * 1e3 + sensor.ns_per_byte.value * double(pipeline.input_bytes()));
  return step;
}

Step CostModel::prepare(std::size_t p, const DeviceId& source) const {
  const double bytes = double(problem_.pipelines[p].input_bytes());
  const auto& mcu = profile(source);
  return cpu_step(TaskKind::kPrepare, source, bytes * accel_model::mcu_ns(mcu, mcu.prepare_ns_per_byte));
}

Step CostModel::transfer(const DeviceId& from, const DeviceId& to, std::uint64_t bytes) const {
  const auto& link = problem_.body.link;
  const double rate = link.bytes_per_second.value;
  Step step;
  step.kind = TaskKind::kTransfer;
  step.device = from;
  step.to = to;
  step.bytes = bytes;
  step.duration =
      nanoseconds(link.message_overhead_us.value * 1e3 + (rate > 0 ? double(bytes) / rate * 1e9 : 0));
  step.receiver_energy_uj = energy_uj(link.rx_mw.value, step.duration);
  step.energy_uj = energy_uj(link.tx_mw.value, step.duration) + step.receiver_energy_uj;
  return step;
}

Step CostModel::interact(std::size_t p, const DeviceId& target) const {
  const auto& pipeline = problem_.pipelines[p];
  const auto& actuator = problem_.body.actuator_profiles.at(pipeline.app.interaction.needs);
  const bool label =
      pipeline.model.program.result == schemas::ResultKind::kArgmax && label_count(pipeline.model) == 1;
  Step step;
  step.kind = TaskKind::kInteract;
  step.device = target;
  step.duration = nanoseconds((label ? actuator.label_us.value : actuator.map_us.value) * 1e3);
  return step;
}

Step CostModel::switch_to(std::size_t p, const Chunk& chunk, std::uint32_t index, SwitchKind kind) {
  const auto& figures = cost(p, chunk);
  const bool weights = kind == SwitchKind::kWeights;
  auto step =
      cpu_step(TaskKind::kSwitch, chunk.device,
               double((figures.switch_program + (weights ? figures.weight_load : Duration(0))).count()));
  step.energy_uj += figures.switch_uj + (weights ? figures.weight_load_uj : 0);
  step.reloads = weights;
  step.chunk = index;
  return step;
}

Step CostModel::load(std::size_t p, const Chunk& chunk, std::uint32_t index) {
  const auto& figures = cost(p, chunk);
  auto step = cpu_step(TaskKind::kLoad, chunk.device, double(figures.load.count()));
  step.energy_uj += figures.load_uj;
  const auto& pipeline = problem_.pipelines[p];
  step.bytes = chunk.first_layer == 0 ? pipeline.input_bytes()
                                      : pipeline.model.program.layers[chunk.first_layer - 1].output_bytes();
  step.chunk = index;
  return step;
}

Step CostModel::infer(std::size_t p, const Chunk& chunk, std::uint32_t index) {
  const auto& figures = cost(p, chunk);
  Step step;
  step.kind = TaskKind::kInfer;
  step.device = chunk.device;
  step.chunk = index;
  step.duration = figures.infer;
  step.energy_uj = figures.infer_uj;
  return step;
}

Step CostModel::unload_step(std::size_t p, const Chunk& chunk) {
  const auto& figures = cost(p, chunk);
  auto step = cpu_step(TaskKind::kUnload, chunk.device, double(figures.unload.count()));
  step.energy_uj += figures.unload_uj;
  step.bytes = problem_.pipelines[p].model.program.layers[chunk.last_layer].output_bytes();
  return step;
}

Step CostModel::unpack_step(std::size_t p, const Chunk& chunk) const {
  const auto& program = problem_.pipelines[p].model.program;
  const auto& mcu = profile(chunk.device);
  const bool reduces = is_last(problem_, p, chunk) && program.result != schemas::ResultKind::kRaw;
  const double per_byte = accel_model::mcu_ns(mcu, mcu.unpack_ns_per_byte) +
                          (reduces ? accel_model::mcu_ns(mcu, mcu.argmax_ns_per_byte) : 0);
  return cpu_step(TaskKind::kUnpack, chunk.device,
                  double(program.layers[chunk.last_layer].output_bytes()) * per_byte);
}

std::vector<Step> CostModel::unload(std::size_t p, const Chunk& chunk, std::uint32_t index) {
  auto unload = unload_step(p, chunk), unpack = unpack_step(p, chunk);
  unload.chunk = unpack.chunk = index;
  if (fits_sram(chunk.device, unload.bytes)) return {unload, unpack};
  unload.duration += unpack.duration;
  unload.energy_uj += unpack.energy_uj;
  return {unload};
}

Step CostModel::move(std::size_t p, const DeviceId& from, const Chunk* sender, const DeviceId& to,
                     const Chunk* receiver, std::uint32_t index) {
  const auto& program = problem_.pipelines[p].model.program;
  const auto bytes =
      sender == nullptr ? problem_.pipelines[p].input_bytes() : bytes_after(p, sender->last_layer);
  auto step = transfer(from, to, bytes);
  step.chunk = index;
  const auto hold = [&](const Step& streamed) { step.duration = std::max(step.duration, streamed.duration); };
  // Only what leaves unreduced is streamed out: a result is formed while it is unloaded.
  step.unloads = sender != nullptr && bytes == program.layers[sender->last_layer].output_bytes() &&
                 !fits_sram(from, bytes);
  step.loads = receiver != nullptr && !fits_sram(to, bytes);
  if (sender != nullptr && step.loads && !step.unloads) step.chunk = index + 1;  // it belongs to the receiver
  if (!step.unloads && !step.loads) return step;
  std::optional<Step> unloaded, loaded;
  if (step.unloads) hold(unloaded.emplace(unload(p, *sender, index).front()));
  if (step.loads) hold(loaded.emplace(load(p, *receiver, index)));
  // An MCU that waits for the slower side is awake all the same.
  const auto spent = [&](const std::optional<Step>& part) {
    if (!part) return 0.0;
    const double working_mw = accel_model::mcu_working_mw(profile(part->device));
    return part->energy_uj + energy_uj(working_mw, step.duration - part->duration);
  };
  const double by_sender = step.energy_of_end(false) + spent(unloaded);
  step.receiver_energy_uj += spent(loaded);
  step.energy_uj = by_sender + step.receiver_energy_uj;
  return step;
}

std::uint64_t CostModel::bytes_after(std::size_t p, std::uint32_t layer) const {
  const auto& model = problem_.pipelines[p].model;
  const bool last = layer + 1 == model.program.layers.size();
  if (!last || model.program.result != schemas::ResultKind::kArgmax)
    return model.program.layers[layer].output_bytes();
  const auto labels = label_count(model);
  return labels == 1 ? kArgmaxResultBytes : labels;
}

schemas::ExecutionPlan CostModel::execution(std::size_t p, const ExecutionChoice& choice,
                                            const std::vector<SwitchKind>& switched) {
  schemas::ExecutionPlan plan;
  plan.share = choice.share;
  plan.source = choice.source;
  plan.target = choice.target;
  plan.chunks = choice.chunks;
  auto& steps = plan.steps;
  steps.push_back(sense(p, choice.source));
  steps.push_back(prepare(p, choice.source));
  const std::size_t count = choice.chunks.size();
  const Chunk* before = nullptr;
  for (std::uint32_t i = 0; i <= count; ++i) {
    const auto* chunk = i < count ? &choice.chunks[i] : nullptr;
    const auto& from = before == nullptr ? choice.source : before->device;
    const auto& to = chunk == nullptr ? choice.target : chunk->device;
    auto moved = move(p, from, before, to, chunk, before == nullptr ? i : i - 1);
    const bool moves = from != to, unloads = moves && moved.unloads, loads = moves && moved.loads;
    if (before != nullptr && !unloads)
      for (auto& step : unload(p, *before, i - 1)) steps.push_back(std::move(step));
    if (moves && !loads) steps.push_back(moved);
    if (chunk == nullptr) break;
    if (switched[i] != SwitchKind::kNone) steps.push_back(switch_to(p, *chunk, i, switched[i]));
    steps.push_back(loads ? std::move(moved) : load(p, *chunk, i));
    steps.push_back(infer(p, *chunk, i));
    before = chunk;
  }
  steps.push_back(interact(p, choice.target));
  for (const auto& step : steps) {
    plan.latency += step.duration;
    plan.energy_uj += step.energy_uj;
  }
  return plan;
}

double idle_power_mw(const schemas::BodyView& body) {
  double mw = 0;
  for (const auto* device : present_devices(body)) mw += body.idle_power_mw(*device);
  return mw;
}

std::uint32_t class_count(const Model& model) {
  const auto& output = model.program.output();
  const bool map = output.pixels() > 1 && !model.labels.empty() && output.channels % model.labels.size() == 0;
  return map ? std::uint32_t(model.labels.size()) : output.channels;
}

std::uint64_t label_count(const Model& model) { return model.program.output().values() / class_count(model); }

std::map<DeviceId, std::uint64_t> buffer_bytes(const schemas::BodyView& body,
                                               const schemas::ExecutionPlan& execution,
                                               std::uint64_t input_bytes) {
  std::map<DeviceId, std::uint64_t> held;
  const auto hold = [&](const DeviceId& device, std::uint64_t bytes) {
    if (double(bytes) <= body.profile_of(*body.find(device)).sram_for_tensors_bytes.value)
      held[device] = std::max(held[device], bytes);
  };
  hold(execution.source, input_bytes);
  for (const auto& step : execution.steps) {
    if (step.kind == TaskKind::kUnload) hold(step.device, step.bytes);
    if (step.kind != TaskKind::kTransfer) continue;
    if (!step.unloads) hold(step.device, step.bytes);
    if (!step.loads) hold(step.to, step.bytes);
  }
  return held;
}

}  // namespace synergy::planner
