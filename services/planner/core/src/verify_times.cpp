#include "verify_times.hpp"

#include <algorithm>
#include <cmath>

#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/mcu.hpp"
#include "synergy/accel_model/placement.hpp"

namespace synergy::planner {
namespace {

using schemas::Step;
using schemas::TaskKind;

/// Durations are rounded to whole ns, part by part.
constexpr double kRounding = 4;

class Times {
 public:
  Times(const Problem& problem, const Pipeline& pipeline, const schemas::ExecutionPlan& execution,
        const std::set<DeviceId>& reloads)
      : body_(problem.body), pipeline_(pipeline), execution_(execution), reloads_(reloads) {}

  Status check() {
    for (std::size_t k = 0; k < execution_.chunks.size(); ++k)
      if (auto status = add_cost(k); !status) return status;
    for (std::size_t s = 0; s < execution_.steps.size(); ++s) {
      const double expected = of(execution_.steps[s]), found = double(execution_.steps[s].duration.count());
      if (std::abs(expected - found) > kRounding)
        return Error{ErrorCode::kInvalid, "step " + std::to_string(s) + ", " +
                                              std::string(schemas::name_of(execution_.steps[s].kind)) +
                                              ", takes " + std::to_string(std::llround(expected)) +
                                              " ns, not " + std::to_string(std::llround(found))};
      if (auto status = check_weights(execution_.steps[s]); !status) return status;
    }
    return {};
  }

 private:
  [[nodiscard]] const schemas::DeviceProfile& profile(const DeviceId& device) const {
    return body_.profile_of(*body_.find(device));
  }
  [[nodiscard]] const accel_model::Program& program() const { return pipeline_.model.program; }

  /// A switch says whether it loads weights: executors do as it says.
  [[nodiscard]] Status check_weights(const Step& step) const {
    if (step.reloads == (step.kind == TaskKind::kSwitch && reloads_.contains(step.device))) return {};
    return Error{ErrorCode::kInvalid,
                 "a switch on '" + step.device.text() + "' " +
                     (step.reloads ? "loads weights that stay" : "loads no weights, which do not stay")};
  }

  Status add_cost(std::size_t k) {
    const auto& chunk = execution_.chunks[k];
    const auto cut = accel_model::chunk_of(program(), chunk.first_layer, chunk.last_layer);
    const accel_model::Program* alone[] = {&cut};
    const auto placed = accel_model::place(alone, profile(chunk.device).accelerator);
    if (!placed) return placed.error();
    costs_.push_back(accel_model::chunk_cost(cut, profile(chunk.device), placed->programs.front()));
    return {};
  }

  [[nodiscard]] double out_bytes(std::size_t k) const {
    return double(program().layers[execution_.chunks[k].last_layer].output_bytes());
  }
  [[nodiscard]] bool classifies() const {
    return program().result == schemas::ResultKind::kArgmax && program().output().pixels() == 1;
  }
  /// A figure of the MCU's own work, in ns: so many cycles at the clock of its profile.
  [[nodiscard]] static double at_its_clock(const schemas::DeviceProfile& mcu, double ns) {
    const double cycles = ns * accel_model::measured_at_mcu_mhz(mcu);
    return std::min(cycles / mcu.mcu_clock_mhz.value, schemas::kMaxFigure);
  }
  [[nodiscard]] double unpack(std::size_t k) const {
    const auto& mcu = profile(execution_.chunks[k].device);
    const bool reduced = k + 1 == execution_.chunks.size() && program().result != schemas::ResultKind::kRaw;
    const double argmax = reduced ? at_its_clock(mcu, mcu.argmax_ns_per_byte.value) : 0;
    return out_bytes(k) * (at_its_clock(mcu, mcu.unpack_ns_per_byte.value) + argmax);
  }
  /// Words out of the accelerator, and where they are not stored as they are, unpacked on the way.
  [[nodiscard]] double unload(std::size_t k) const {
    const double sram = profile(execution_.chunks[k].device).sram_for_tensors_bytes.value;
    return double(costs_[k].unload.count()) + (out_bytes(k) > sram ? unpack(k) : 0);
  }
  [[nodiscard]] double transfer(const Step& step) const {
    const auto& link = body_.link;
    double time = link.message_overhead_us.value * 1e3;
    if (link.bytes_per_second.value > 0) time += double(step.bytes) * 1e9 / link.bytes_per_second.value;
    const std::size_t first = step.chunk;
    if (step.unloads) time = std::max(time, unload(first));
    if (step.loads) time = std::max(time, double(costs_[step.unloads ? first + 1 : first].load.count()));
    return time;
  }

  [[nodiscard]] double of(const Step& step) const {
    const auto& cost = costs_[std::min<std::size_t>(step.chunk, costs_.size() - 1)];
    const double input = double(pipeline_.input_bytes());
    switch (step.kind) {
      case TaskKind::kSense: {
        const auto& sensor = body_.sensor_profiles.at(pipeline_.app.sensing.needs);
        return sensor.fixed_us.value * 1e3 + sensor.ns_per_byte.value * input;
      }
      case TaskKind::kPrepare:
        return input * at_its_clock(profile(step.device), profile(step.device).prepare_ns_per_byte.value);
      case TaskKind::kSwitch:
        return double(
            (cost.switch_program + (reloads_.contains(step.device) ? cost.weight_load : Duration(0)))
                .count());
      case TaskKind::kLoad:
        return double(cost.load.count());
      case TaskKind::kInfer:
        return double(cost.infer.count());
      case TaskKind::kUnload:
        return unload(step.chunk);
      case TaskKind::kUnpack:
        return unpack(step.chunk);
      case TaskKind::kTransfer:
        return transfer(step);
      case TaskKind::kInteract: {
        const auto& actuator = body_.actuator_profiles.at(pipeline_.app.interaction.needs);
        return 1e3 * (classifies() ? actuator.label_us.value : actuator.map_us.value);
      }
    }
    return 0;
  }

  const schemas::BodyView& body_;
  const Pipeline& pipeline_;
  const schemas::ExecutionPlan& execution_;
  const std::set<DeviceId>& reloads_;
  std::vector<accel_model::ChunkCost> costs_;
};

}  // namespace

Status verify_times(const Problem& problem, const Pipeline& pipeline, const schemas::ExecutionPlan& execution,
                    const std::set<DeviceId>& reloads) {
  return Times(problem, pipeline, execution, reloads).check();
}

}  // namespace synergy::planner
