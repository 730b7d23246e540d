#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "synergy/accel_model/placement.hpp"
#include "synergy/intermittent/chain.hpp"
#include "synergy/planner/cost_model.hpp"

namespace synergy::intermittent {
namespace {

using planner::SwitchKind;

constexpr double kPjPerMwNs = 1, kPjPerNj = 1000, kNsPerUs = 1000;

Error too_dear() { return {ErrorCode::kInvalid, "a power cycle would take more than 1 kJ, or a day"}; }

/// Of what profile and figures say; nothing where that is beyond all limits.
std::optional<Cost> rounded(double pj, double ns) {
  constexpr double kDayNs = 86'400e9;
  if (!(pj >= 0 && pj <= double(kMostEnergy)) || !(ns >= 0 && ns <= kDayNs)) return std::nullopt;
  return Cost{std::llround(pj), Duration(std::llround(ns))};
}

Status check(const CheckpointFigures& f) {
  for (const double figure :
       {f.boot_us, f.boot_uj, f.fram_ns_per_byte, f.fram_nj_per_byte, f.checkpoint_us, f.checkpoint_uj})
    if (!(figure >= 0 && figure <= 1e9))
      return Error{ErrorCode::kInvalid, "figures of boot and checkpoint are 0 or more, and at most 1e9"};
  return {};
}

/// By how many quadrants a chunk's masks are turned against the model's own.
std::uint32_t turned(const accel_model::Program& program, const accel_model::Program& chunk,
                     std::uint32_t first) {
  for (std::uint32_t q = 0; q < accel_model::kQuadrants; ++q) {
    const int bits = int(q * accel_model::kProcessorsPerQuadrant);
    bool all = true;
    for (std::size_t k = 0; k < chunk.layers.size(); ++k)
      all = all && std::rotr(program.layers[first + k].processors, bits) == chunk.layers[k].processors &&
            std::rotr(program.layers[first + k].output_processors, bits) == chunk.layers[k].output_processors;
    if (all) return q;
  }
  return 0;
}

/// One device with one model, to ask the planner's cost model about.
planner::Problem lone_device(const planner::Model& model, const schemas::DeviceProfile& profile) {
  planner::Problem problem;
  schemas::Device device;
  device.id = DeviceId("harvested");
  device.profile = profile.name;
  problem.body.devices.push_back(device);
  problem.body.device_profiles.emplace(profile.name, profile);
  problem.pipelines.push_back({{}, model});
  return problem;
}

class Costs {
 public:
  Costs(const planner::Model& model, const schemas::DeviceProfile& profile, const CheckpointFigures& figures)
      : problem_(lone_device(model, profile)), model_(problem_), profile_(profile), figures_(figures) {}

  /// Layers [first, end). Fails with kInvalid only where a cost is beyond all limits.
  Result<Range> range(std::uint32_t first, std::uint32_t end) {
    const schemas::Chunk chunk = chunk_of(first, end);
    Range range;
    const auto& judged = model_.chunk(0, chunk.first_layer, chunk.last_layer, problem_.body.devices.front());
    if (!judged) {
      range.refusal = judged.error().message;
      return range;
    }
    range.turned = turned(program(), accel_model::chunk_of(program(), first, end - 1), first);
    const auto registers = drawn({model_.switch_to(0, chunk, 0, SwitchKind::kProgram)});
    const auto both = drawn({model_.switch_to(0, chunk, 0, SwitchKind::kWeights)});
    const auto restore = moved(kept_before(first)), load = drawn({model_.load(0, chunk, 0)}),
               infer = drawn({model_.infer(0, chunk, 0)}), unload = drawn(model_.unload(0, chunk, 0)),
               kept = save(end);
    if (!registers || !both || !restore || !load || !infer || !unload || !kept) return too_dear();
    range.registers = *registers;
    range.weights = {both->energy - registers->energy, both->time - registers->time};
    range.steps = {*restore, *load, *infer, *unload, *kept};
    range.variable = range.steps.sum();
    return range;
  }

  /// FRAM that a tensor takes before layer `first`; after the last layer: a result.
  [[nodiscard]] std::uint64_t kept_before(std::uint32_t first) const {
    if (first == 0) return figures_.inputs_in_fram ? problem_.pipelines[0].input_bytes() : 0;
    return model_.bytes_after(0, first - 1);
  }

  [[nodiscard]] bool together(std::uint32_t tail, std::uint32_t head) const {
    const auto count = std::uint32_t(program().layers.size());
    const auto one = accel_model::chunk_of(program(), tail, count - 1);
    const auto other = accel_model::chunk_of(program(), 0, head - 1);
    const accel_model::Program* both[] = {&one, &other};
    return accel_model::place(both, profile_.accelerator).has_value();
  }

  /// Of a whole device's step.
  void note_power(double pj, double ns) {
    if (ns > 0) peak_mw_ = std::max(peak_mw_, pj / ns / kPjPerMwNs);
  }
  [[nodiscard]] double peak_mw() const { return peak_mw_; }

  [[nodiscard]] const accel_model::Program& program() const { return problem_.pipelines[0].model.program; }

 private:
  [[nodiscard]] schemas::Chunk chunk_of(std::uint32_t first, std::uint32_t end) const {
    schemas::Chunk chunk;
    chunk.device = problem_.body.devices.front().id;
    chunk.first_layer = first;
    chunk.last_layer = end - 1;
    return chunk;
  }
  /// What the whole device takes: a step's energy is above sleep.
  [[nodiscard]] std::optional<Cost> drawn(const std::vector<schemas::Step>& steps) {
    double pj = 0, ns = 0;
    for (const auto& step : steps) {
      const auto time = double(step.duration.count());
      const double energy = step.energy_uj * kPjPerUj + profile_.mcu_sleep_mw.value * time * kPjPerMwNs;
      note_power(energy, time);
      pj += energy;
      ns += time;
    }
    return rounded(pj, ns);
  }
  [[nodiscard]] std::optional<Cost> moved(std::uint64_t bytes) const {
    return rounded(double(bytes) * figures_.fram_nj_per_byte * kPjPerNj,
                   double(bytes) * figures_.fram_ns_per_byte);
  }
  [[nodiscard]] std::optional<Cost> save(std::uint32_t end) const {
    const auto bytes = moved(kept_before(end));
    const auto commit = rounded(figures_.checkpoint_uj * kPjPerUj, figures_.checkpoint_us * kNsPerUs);
    if (!bytes || !commit) return std::nullopt;
    return *bytes + *commit;
  }

  const planner::Problem problem_;
  planner::CostModel model_;
  const schemas::DeviceProfile& profile_;
  const CheckpointFigures& figures_;
  double peak_mw_ = 0;
};

}  // namespace

Result<Chain> make_chain(const planner::Model& model, const schemas::DeviceProfile& profile,
                         const CheckpointFigures& figures) {
  if (auto status = check(figures); !status) return status.error();
  std::vector<std::uint32_t> ends{0};
  for (const auto cut : accel_model::clean_cuts(model.program)) ends.push_back(cut);
  ends.push_back(std::uint32_t(model.program.layers.size()));
  const auto m = std::uint32_t(ends.size()) - 1;

  Costs costs(model, profile, figures);
  Chain chain(m);
  chain.label = accel_model::program_label(model.program);
  chain.layers.clear();
  for (const auto& layer : model.program.layers) chain.layers.push_back(layer.name);
  chain.first_layer = ends;
  chain.fram_bytes = figures.fram_bytes;
  costs.note_power(figures.boot_uj * kPjPerUj, figures.boot_us * kNsPerUs);
  costs.note_power(figures.fram_nj_per_byte * kPjPerNj, figures.fram_ns_per_byte);
  costs.note_power(figures.checkpoint_uj * kPjPerUj, figures.checkpoint_us * kNsPerUs);
  const auto boot = rounded(figures.boot_uj * kPjPerUj, figures.boot_us * kNsPerUs);
  if (!boot) return too_dear();
  chain.boot = *boot;
  for (std::uint32_t b = 0; b <= m; ++b) {
    chain.kept_bytes[b] = costs.kept_before(ends[b]);
    for (std::uint32_t a = 0; a < b; ++a) {
      auto range = costs.range(ends[a], ends[b]);
      if (!range) return range.error().at(chain.label);
      chain.range(a, b) = std::move(*range);
    }
  }
  chain.peak_mw = costs.peak_mw();
  for (std::uint32_t tail = 1; tail < m; ++tail)
    for (std::uint32_t head = 1; head <= tail; ++head) {
      const auto &end = chain.range(tail, m), &begin = chain.range(0, head), &whole = chain.range(0, m);
      if (!end.possible() || !begin.possible()) continue;
      // Parts of a whole that fits lie where they lie in it.
      const bool parts = whole.possible() && end.turned == whole.turned && begin.turned == whole.turned;
      chain.set_together(tail, head, parts || costs.together(ends[tail], ends[head]));
    }
  return chain;
}

}  // namespace synergy::intermittent
