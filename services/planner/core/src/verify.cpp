#include "synergy/planner/verify.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"
#include "verify_energy.hpp"
#include "verify_rates.hpp"
#include "verify_times.hpp"

namespace synergy::planner {
namespace {

using schemas::TaskKind;

Error wrong(const std::string& what) { return {ErrorCode::kInvalid, what}; }

Status verify_chunks(const schemas::BodyView& body, const Pipeline& pipeline,
                     const schemas::ExecutionPlan& execution) {
  const auto& program = pipeline.model.program;
  if (execution.chunks.empty()) return wrong("no chunks");
  if (execution.chunks.size() < pipeline.app.at_least_devices)
    return wrong("fewer devices than the app insists on");
  std::set<DeviceId> used;
  const auto cuts = accel_model::clean_cuts(program);
  std::uint32_t next = 0;
  for (const auto& chunk : execution.chunks) {
    const auto* device = body.find(chunk.device);
    if (device == nullptr) return wrong("unknown device '" + chunk.device.text() + "'");
    if (body.is_absent(chunk.device)) return wrong("device '" + chunk.device.text() + "' is absent");
    if (!used.insert(chunk.device).second) return wrong("device '" + chunk.device.text() + "' is used twice");
    if (chunk.first_layer != next || chunk.last_layer < chunk.first_layer ||
        chunk.last_layer >= program.layers.size())
      return wrong("chunks do not follow each other at layer " + std::to_string(next));
    if (next != 0 && !std::binary_search(cuts.begin(), cuts.end(), next))
      return wrong("more than one tensor is live across the cut before layer " + std::to_string(next));
    next = chunk.last_layer + 1;
  }
  if (next != program.layers.size()) return wrong("layers from " + std::to_string(next) + " on are left out");
  return {};
}

Status verify_ends(const schemas::BodyView& body, const Pipeline& pipeline,
                   const schemas::ExecutionPlan& execution) {
  const auto offers = [&](const DeviceId& id, const schemas::Requirement& need, bool sensing) {
    const auto* device = body.find(id);
    if (device == nullptr || body.is_absent(id) || (!need.on.empty() && need.on != id)) return false;
    for (const auto& sensor : device->sensors)
      if (sensing && sensor.capability == need.needs) return pipeline.may_be_served_by(sensor);
    for (const auto& actuator : device->actuators)
      if (!sensing && actuator == need.needs) return true;
    return false;
  };
  if (!offers(execution.source, pipeline.app.sensing, true))
    return wrong("the source does not meet the requirement");
  if (!offers(execution.target, pipeline.app.interaction, false))
    return wrong("the target does not meet the requirement");
  return {};
}

/// How the runs take frames, and that all take those of one sensor where they are fed.
Status verify_frames(const schemas::BodyView& body, const Pipeline& pipeline,
                     const schemas::PipelinePlan& planned) {
  const auto& app = pipeline.app;
  for (const auto& execution : planned.executions) {
    const auto* device = body.find(execution.source);
    if (device == nullptr) return wrong("the source is not on the body");
    for (const auto& sensor : device->sensors)
      if (sensor.capability == app.sensing.needs &&
          sensor.use_by(pipeline.input(), app.trigger, app.repeat, pipeline.model.kinds) != planned.frames)
        return wrong("its runs do not take frames as its sensor gives them");
    if (planned.frames != schemas::FrameUse::kOwn && execution.source != planned.executions.front().source)
      return wrong("frames are fed, and its runs take those of several sensors");
  }
  return {};
}

/// Different chunks of all pipelines on each device: where there are several, each must be switched to.
std::map<DeviceId, std::size_t> chunks_by_device(const schemas::CollaborationPlan& plan) {
  std::map<DeviceId, std::set<std::array<std::size_t, 3>>> different;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
    for (const auto& execution : plan.pipelines[p].executions)
      for (const auto& chunk : execution.chunks)
        different[chunk.device].insert({p, chunk.first_layer, chunk.last_layer});
  std::map<DeviceId, std::size_t> count;
  for (const auto& [device, chunks] : different) count[device] = chunks.size();
  return count;
}

/// The steps of one run, replayed: where its tensor is, and what was done with it.
class Replay {
 public:
  Replay(const Problem& problem, const Pipeline& pipeline, const schemas::ExecutionPlan& execution,
         const std::map<DeviceId, std::size_t>& chunks_on)
      : body_(problem.body),
        pipeline_(pipeline),
        execution_(execution),
        chunks_on_(chunks_on),
        at_(execution.source) {}

  Status run() {
    Duration latency{0};
    for (const auto& step : execution_.steps) {
      if (step.duration < Duration(0) || !(step.energy_uj >= 0))
        return wrong("a step has a negative time or energy");
      if (stage_ == Stage::kDone) return wrong("a step after the interaction");
      if ((step.unloads || step.loads) && step.kind != TaskKind::kTransfer)
        return wrong("only a transfer is streamed");
      latency += step.duration;
      if (auto status = take(step); !status) return status;
    }
    if (stage_ != Stage::kDone || next_ != execution_.chunks.size())
      return wrong("the steps do not lead from sensing to interaction");
    if (latency != execution_.latency) return wrong("the latency is not the sum of the steps");
    return {};
  }

 private:
  enum class Stage { kBegin, kSensed, kMoving, kSwitched, kLoaded, kInferred, kUnloaded, kDone };

  /// The chunk that the tensor is in, or was in last.
  [[nodiscard]] bool of_chunk(const schemas::Step& step, std::size_t chunk) const {
    return chunk < execution_.chunks.size() && step.chunk == chunk &&
           execution_.chunks[chunk].device == step.device;
  }
  [[nodiscard]] const DeviceId& destination() const {
    return next_ < execution_.chunks.size() ? execution_.chunks[next_].device : execution_.target;
  }
  [[nodiscard]] bool stored(const DeviceId& device, std::uint64_t bytes) const {
    return double(bytes) <= body_.profile_of(*body_.find(device)).sram_for_tensors_bytes.value;
  }
  [[nodiscard]] std::uint64_t output_of(std::size_t chunk) const {
    return pipeline_.model.program.layers[execution_.chunks[chunk].last_layer].output_bytes();
  }
  [[nodiscard]] bool may_load() const { return stage_ == Stage::kMoving || stage_ == Stage::kSwitched; }

  Status expect(bool right, const char* what) const {
    if (!right) return wrong(std::string(what) + " out of place");
    return {};
  }
  Status advance(bool right, const char* what, Stage to) {
    if (right) stage_ = to;
    return expect(right, what);
  }

  Status take(const schemas::Step& step) {
    switch (step.kind) {
      case TaskKind::kSense:
        return advance(stage_ == Stage::kBegin && step.device == at_, "sensing", Stage::kSensed);
      case TaskKind::kPrepare:
        return advance(stage_ == Stage::kSensed && step.device == at_, "a preparation", Stage::kMoving);
      case TaskKind::kSwitch:
        // Before a streamed load it is the receiver's, while the tensor is still with the sender.
        if (stage_ == Stage::kInferred && next_ > 0 && !switched_ && of_chunk(step, next_)) {
          switched_ = true;
          return {};
        }
        return advance(stage_ == Stage::kMoving && of_chunk(step, next_), "a switch", Stage::kSwitched);
      case TaskKind::kLoad:
        if (auto status = expect(may_load() && step.device == at_ && of_chunk(step, next_), "a load");
            !status)
          return status;
        return load(step.device);
      case TaskKind::kInfer:
        return advance(stage_ == Stage::kLoaded && of_chunk(step, next_ - 1), "an inference",
                       Stage::kInferred);
      case TaskKind::kUnload:
        return unload(step);
      case TaskKind::kUnpack:
        return advance(stage_ == Stage::kUnloaded && of_chunk(step, next_ - 1), "an unpack", Stage::kMoving);
      case TaskKind::kTransfer:
        return transfer(step);
      case TaskKind::kInteract:
        return advance(stage_ == Stage::kMoving && next_ == execution_.chunks.size() && step.device == at_ &&
                           at_ == execution_.target,
                       "an interaction", Stage::kDone);
    }
    return wrong("a step of no known kind");
  }

  Status load(const DeviceId& device) {
    const bool switched = std::exchange(switched_, false) || stage_ == Stage::kSwitched;
    if (!switched && chunks_on_.at(device) > 1)
      return wrong("a load without a switch on a shared accelerator");
    stage_ = Stage::kLoaded;
    ++next_;
    return {};
  }

  Status unload(const schemas::Step& step) {
    if (auto status =
            expect(stage_ == Stage::kInferred && !switched_ && of_chunk(step, next_ - 1), "an unload");
        !status)
      return status;
    // A tensor that is not stored as it is was unpacked on the way; only a last one may be.
    const bool is_stored = stored(step.device, output_of(next_ - 1));
    if (!is_stored && next_ < execution_.chunks.size())
      return wrong("a tensor is stored that does not fit the SRAM of '" + step.device.text() + "'");
    stage_ = is_stored ? Stage::kUnloaded : Stage::kMoving;
    return {};
  }

  Status transfer(const schemas::Step& step) {
    const bool before_unload = stage_ == Stage::kInferred;
    const bool ready = step.unloads ? before_unload : may_load();
    if (!ready || step.device != at_ || step.to.empty() || step.to == at_ || step.to != destination())
      return wrong("a transfer out of place");
    if (step.unloads && stored(at_, output_of(next_ - 1))) return wrong("a tensor is streamed needlessly");
    const auto chunk = step.unloads ? std::size_t(step.chunk) + 1 : std::size_t(step.chunk);
    if ((step.unloads || step.loads) && chunk != next_) return wrong("a streamed transfer of another chunk");
    if (stage_ == Stage::kSwitched && !step.loads) return wrong("a switch before the tensor is there");
    at_ = step.to;
    if (!step.loads) {
      if (next_ < execution_.chunks.size() && !stored(at_, tensor_bytes()))
        return wrong("a tensor is stored that does not fit the SRAM of '" + at_.text() + "'");
      stage_ = Stage::kMoving;
      return {};
    }
    if (next_ >= execution_.chunks.size() || stored(at_, tensor_bytes()))
      return wrong("a tensor is streamed needlessly");
    return load(at_);
  }

  [[nodiscard]] std::uint64_t tensor_bytes() const {
    return next_ == 0 ? pipeline_.input_bytes() : output_of(next_ - 1);
  }

  const schemas::BodyView& body_;
  const Pipeline& pipeline_;
  const schemas::ExecutionPlan& execution_;
  const std::map<DeviceId, std::size_t>& chunks_on_;
  DeviceId at_;
  std::size_t next_ = 0;  ///< chunk that the tensor goes to
  Stage stage_ = Stage::kBegin;
  bool switched_ = false;
};

/// Which execution plan each run of a cycle takes, by its sequence.
Status verify_sequence(const schemas::PipelinePlan& pipeline) {
  const auto& sequence = pipeline.sequence;
  if (sequence.empty()) {
    if (pipeline.executions.size() != 1) return wrong("several execution plans, but no sequence of them");
    return {};
  }
  if (sequence.size() != pipeline.runs_per_cycle) return wrong("a sequence is not of the cycle's runs");
  std::vector<double> count(pipeline.executions.size(), 0);
  for (const auto execution : sequence) {
    if (execution >= count.size()) return wrong("a sequence names an execution plan that is not there");
    count[execution] += 1;
  }
  for (std::size_t e = 0; e < count.size(); ++e)
    if (!(std::abs(count[e] / double(sequence.size()) - pipeline.executions[e].share) <= 1e-9))
      return wrong("a share is not what the sequence gives");
  return {};
}
Status verify_units(const schemas::CollaborationPlan& plan) {
  using Task = std::array<std::uint32_t, 4>;
  std::map<schemas::UnitRef, std::multiset<Task>> needed, listed;
  std::map<schemas::UnitRef, Duration> busy;
  std::uint64_t runs = 0, ways = 0;
  for (std::uint32_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& pipeline = plan.pipelines[p];
    if (pipeline.runs_per_cycle == 0) return wrong("a cycle without a run of a pipeline");
    runs += pipeline.runs_per_cycle;
    ways += pipeline.executions.size();
    if (auto status = verify_sequence(pipeline); !status) return status;
    for (std::uint32_t run = 0; run < pipeline.runs_per_cycle; ++run) {
      const auto e = pipeline.sequence.empty() ? 0 : pipeline.sequence[run];
      const auto& steps = pipeline.executions[e].steps;
      for (std::uint32_t s = 0; s < steps.size(); ++s)
        for (const auto& held : schemas::units_held(steps[s])) {
          needed[held].insert({p, e, s, run});
          busy[held] += steps[s].duration;
        }
    }
  }
  if (runs > std::max<std::uint64_t>(schemas::kMaxRunsPerCycle, ways))
    return wrong("more runs in a cycle than a plan may have");
  for (const auto& unit : plan.units) {
    const schemas::UnitRef ref{unit.device, unit.unit};
    for (const auto& task : unit.order)
      listed[ref].insert({task.pipeline, task.execution, task.step, task.run});
    if (unit.busy != busy[ref])
      return wrong("the load of " + unit.device.text() + " " + std::string(schemas::name_of(unit.unit)) +
                   " is wrong");
  }
  if (needed != listed) return wrong("a unit's order is not exactly its tasks");
  return {};
}

/// Whether a device's chunks may live there: together, or one by one where they are loaded again.
Status verify_residents(const std::vector<accel_model::Program>& programs,
                        const schemas::DeviceProfile& profile, bool resident) {
  std::vector<const accel_model::Program*> set;
  double layers = 0, bytes = 0;
  for (const auto& program : programs) {
    if (auto status = accel_model::check_rules(program, profile.accelerator); !status) return status;
    set.push_back(&program);
    layers += double(program.layers.size());
    bytes += double(accel_model::weight_bytes(program));
  }
  if (bytes > profile.flash_for_weights_bytes.value + profile.extra_weight_store_bytes.value)
    return Error{ErrorCode::kNoFit, "the weight store does not hold the weights of all chunks"};
  if (!resident) {
    for (const auto* program : set)
      if (auto placed = accel_model::place({&program, 1}, profile.accelerator); !placed)
        return placed.error();
    return {};
  }
  if (profile.accelerator == schemas::AcceleratorKind::kMax78002 &&
      layers > accel_model::constants_of(profile.accelerator).max_layers)
    return Error{ErrorCode::kNoFit, "more layers than registers"};
  if (auto placed = accel_model::place(set, profile.accelerator); !placed) return placed.error();
  return {};
}

/// Devices whose accelerator loads weights at every switch.
Result<std::set<DeviceId>> verify_weights(const Problem& problem, const schemas::CollaborationPlan& plan) {
  std::set<DeviceId> reloads;
  std::map<DeviceId, std::vector<accel_model::Program>> resident;
  std::set<std::pair<DeviceId, std::array<std::size_t, 3>>> known;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
    for (const auto& execution : plan.pipelines[p].executions)
      for (const auto& chunk : execution.chunks)
        if (known.insert({chunk.device, {p, chunk.first_layer, chunk.last_layer}}).second)
          resident[chunk.device].push_back(
              accel_model::chunk_of(problem.pipelines[p].model.program, chunk.first_layer, chunk.last_layer));
  for (const auto& [device, programs] : resident) {
    const auto& profile = problem.body.profile_of(*problem.body.find(device));
    const bool stays = plan.residency != schemas::Residency::kReload || programs.size() == 1;
    auto status = verify_residents(programs, profile, stays);
    if (!stays) reloads.insert(device);
    if (!status && plan.residency == schemas::Residency::kNeeded) {
      status = verify_residents(programs, profile, false);
      reloads.insert(device);
    }
    if (!status) return status.error().at("device '" + device.text() + "'");
  }
  return reloads;
}

Status verify_buffers(const Problem& problem, const schemas::CollaborationPlan& plan) {
  std::map<DeviceId, std::uint64_t> bytes;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& buffer : execution.buffers) {
        if (buffer.slots == 0 || buffer.last_step >= execution.steps.size() ||
            buffer.first_step > buffer.last_step)
          return wrong("a tensor buffer without slots or steps");
        bytes[buffer.device] += buffer.bytes * buffer.slots;
      }
  std::set<DeviceId> listed;
  for (const auto& use : plan.memory) {
    const auto* device = problem.body.find(use.device);
    if (device == nullptr) return wrong("memory of unknown device '" + use.device.text() + "'");
    if (double(use.buffer_bytes) > problem.body.profile_of(*device).sram_for_tensors_bytes.value)
      return wrong("buffers exceed the SRAM of '" + use.device.text() + "'");
    if (!listed.insert(use.device).second || use.buffer_bytes != bytes[use.device])
      return wrong("the SRAM use of '" + use.device.text() + "' is not that of its buffers");
  }
  for (const auto& [device, sum] : bytes)
    if (sum > 0 && !listed.contains(device))
      return wrong("buffers on '" + device.text() + "' are not listed");
  return {};
}

}  // namespace

Status verify(const Problem& problem, const schemas::CollaborationPlan& plan) {
  if (plan.pipelines.size() != problem.pipelines.size()) return wrong("not one plan for each pipeline");
  const auto chunks_on = chunks_by_device(plan);
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& pipeline = problem.pipelines[p];
    const auto& planned = plan.pipelines[p];
    const auto where = "app '" + pipeline.app.app.text() + "'";
    if (planned.app != pipeline.app.app || planned.model != pipeline.app.model)
      return wrong("pipelines are mixed up").at(where);
    if (auto status = verify_frames(problem.body, pipeline, planned); !status)
      return status.error().at(where);
    double shares = 0;
    for (const auto& execution : planned.executions) {
      if (auto status = verify_chunks(problem.body, pipeline, execution); !status)
        return status.error().at(where);
      if (auto status = verify_ends(problem.body, pipeline, execution); !status)
        return status.error().at(where);
      if (auto status = Replay(problem, pipeline, execution, chunks_on).run(); !status)
        return status.error().at(where);
      if (pipeline.app.deadline_us > 0 && double(execution.latency.count()) > pipeline.app.deadline_us * 1e3)
        return wrong("the deadline is missed").at(where);
      if (!(execution.share > 0)) return wrong("a share is not above 0").at(where);
      shares += execution.share;
    }
    if (pipeline.app.min_rate > planned.runs_per_second * (1 + 1e-9))
      return wrong("the minimum rate is missed").at(where);
    if (!(std::abs(shares - 1) <= 1e-9) || planned.depth == 0)
      return wrong("shares or depth are wrong").at(where);
  }
  if (auto status = verify_units(plan); !status) return status;
  const auto reloads = verify_weights(problem, plan);
  if (!reloads) return reloads.error();
  if (auto status = verify_rates(problem, plan); !status) return status;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
    for (const auto& execution : plan.pipelines[p].executions)
      if (auto status = verify_times(problem, problem.pipelines[p], execution, *reloads); !status)
        return status.error().at("app '" + problem.pipelines[p].app.app.text() + "'");
  if (auto status = verify_energy(problem, plan, *reloads); !status) return status;
  if (auto status = verify_power(problem.body, plan); !status) return status;
  return verify_buffers(problem, plan);
}

}  // namespace synergy::planner
