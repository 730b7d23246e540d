#include "space.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "../rates.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/device_constants.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/planner/measures.hpp"

namespace synergy::planner::search {
namespace {

using schemas::Chunk;
using schemas::Device;
using schemas::Step;

double ns(const Step& step) { return double(step.duration.count()); }

/// Fills one pipeline's tables; `represent` holds one device of each kind.
class TableBuilder {
 public:
  TableBuilder(CostModel& costs, std::size_t p, const std::vector<const Device*>& represent)
      : costs_(costs), p_(p), represent_(represent), program_(costs.problem().pipelines[p].model.program) {}

  PipelineTable build() {
    table_.kinds = represent_.size();
    table_.bounds = accel_model::clean_cuts(program_);
    table_.bounds.insert(table_.bounds.begin(), 0);
    table_.bounds.push_back(std::uint32_t(program_.layers.size()));
    add_nodes();
    add_edges();
    add_ends();
    add_buffers();
    return std::move(table_);
  }

 private:
  [[nodiscard]] Chunk chunk(std::size_t kind, std::size_t i, std::size_t j) const {
    return {represent_[kind]->id, table_.bounds[i], table_.bounds[j] - 1};
  }

  void add_nodes() {
    const std::size_t n = table_.bounds.size();
    table_.nodes.resize(table_.kinds * n * n);
    for (std::size_t k = 0; k < table_.kinds; ++k)
      for (std::size_t i = 0; i + 1 < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j) fill(table_.nodes[(k * n + i) * n + j], k, i, j);
  }

  void fill(Node& node, std::size_t kind, std::size_t i, std::size_t j) {
    const auto at = chunk(kind, i, j);
    const auto& cost = costs_.chunk(p_, at.first_layer, at.last_layer, *represent_[kind]);
    node.valid = cost.has_value();
    if (!node.valid) return;
    const auto infer = costs_.infer(p_, at, 0);
    node.infer = ns(infer);
    node.energy = infer.energy_uj;
    node.cycles = double(cost->cycles);
    const auto program = costs_.switch_to(p_, at, 0, SwitchKind::kProgram);
    const auto weights = costs_.switch_to(p_, at, 0, SwitchKind::kWeights);
    node.program = {ns(program), program.energy_uj};
    node.weights = {ns(weights), weights.energy_uj};
    const auto cut = accel_model::chunk_of(program_, at.first_layer, at.last_layer);
    node.layers = std::uint32_t(cut.layers.size());
    node.weight_bytes = double(accel_model::weight_bytes(cut));
    const accel_model::Program* alone[] = {&cut};
    const auto placed =
        accel_model::place(alone, costs_.problem().body.profile_of(*represent_[kind]).accelerator);
    for (const auto& layer : placed->programs.front().layers)
      for (std::size_t q = 0; q < node.columns.size(); ++q)
        if ((layer.processors >> q) & 1)
          node.columns[q] = std::uint16_t(node.columns[q] + (layer.occupied_end - layer.occupied_begin));
    for (const auto columns : node.columns) node.columns_total += columns;
  }

  /// A chunk of that kind which begins (ends) at boundary `b`, if there is one.
  [[nodiscard]] std::optional<Chunk> beginning(std::size_t kind, std::size_t b) const {
    for (std::size_t j = b + 1; j < table_.bounds.size(); ++j)
      if (table_.node(kind, b, j).valid) return chunk(kind, b, j);
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Chunk> ending(std::size_t kind, std::size_t b) const {
    for (std::size_t i = b; i-- > 0;)
      if (table_.node(kind, i, b).valid) return chunk(kind, i, b);
    return std::nullopt;
  }

  /// The steps of `CostModel::execution` between two inferences. Null `sender`: the source; null `receiver`:
  /// the target.
  Edge between(std::size_t from, const Chunk* sender, std::size_t to, const Chunk* receiver, bool local) {
    Edge edge;
    edge.valid = true;
    const auto add = [&](const Step& step, bool at_receiver) {
      edge.time += ns(step);
      edge.energy += step.energy_uj;
      (at_receiver ? edge.energy_to : edge.energy_from) += step.energy_uj;
    };
    const auto moved = costs_.move(p_, represent_[from]->id, sender, represent_[to]->id, receiver, 0);
    if (sender != nullptr && (local || !moved.unloads))
      for (const auto& step : costs_.unload(p_, *sender, 0)) {
        add(step, false);
        edge.cpu_from += ns(step);
        if (step.kind == schemas::TaskKind::kUnload) edge.accelerator_from += ns(step);
      }
    if (!local) {
      add(moved, false);
      edge.energy_from -= moved.energy_of_end(true);
      edge.energy_to += moved.energy_of_end(true);
      edge.radio = ns(moved);
      if (moved.unloads) edge.cpu_from = edge.accelerator_from = ns(moved);
      if (moved.loads) edge.cpu_to = edge.accelerator_to = ns(moved);
    }
    if (receiver != nullptr && (local || !moved.loads)) {
      const auto load = costs_.load(p_, *receiver, 0);
      add(load, true);
      edge.cpu_to = edge.accelerator_to = ns(load);
    }
    return edge;
  }

  void add_edges() {
    const std::size_t n = table_.segments(), kinds = table_.kinds;
    table_.edges.resize((n + 1) * kinds * kinds);
    table_.locals.resize(2 * kinds);
    for (std::size_t b = 0; b <= n; ++b)
      for (std::size_t from = 0; from < kinds; ++from)
        for (std::size_t to = 0; to < kinds; ++to) {
          const auto sender = b > 0 ? ending(from, b) : std::nullopt;
          const auto receiver = b < n ? beginning(to, b) : std::nullopt;
          if ((b > 0 && !sender) || (b < n && !receiver)) continue;
          table_.edges[(b * kinds + from) * kinds + to] =
              between(from, sender ? &*sender : nullptr, to, receiver ? &*receiver : nullptr, false);
        }
    for (std::size_t k = 0; k < kinds; ++k) {
      if (const auto first = beginning(k, 0)) table_.locals[k] = between(k, nullptr, k, &*first, true);
      if (const auto last = ending(k, n)) table_.locals[kinds + k] = between(k, &*last, k, nullptr, true);
    }
  }

  void add_ends() {
    const auto& pipeline = costs_.problem().pipelines[p_];
    for (const auto* device : represent_) {
      const auto prepare = costs_.prepare(p_, device->id);
      table_.prepare.push_back(ns(prepare));
      table_.prepare_energy.push_back(prepare.energy_uj);
    }
    table_.sense = ns(costs_.sense(p_, represent_.front()->id));
    table_.interact = ns(costs_.interact(p_, represent_.front()->id));
    table_.tensor_bytes.push_back(double(pipeline.input_bytes()));
    for (std::size_t b = 1; b < table_.bounds.size(); ++b)
      table_.tensor_bytes.push_back(double(program_.layers[table_.bounds[b] - 1].output_bytes()));
    table_.result_bytes = double(costs_.bytes_after(p_, std::uint32_t(program_.layers.size()) - 1));
    table_.at_least = std::max(1u, pipeline.app.at_least_devices);
    table_.deadline = pipeline.app.deadline_us * 1e3;
    table_.intensity_input = double(pipeline.input_bytes());
    table_.intensity_weights = double(accel_model::weight_bytes(program_));
  }

  /// Ways from the source and to the target are left out: they differ, and may be none.
  void add_buffers() {
    const auto& body = costs_.problem().body;
    const std::size_t n = table_.segments();
    for (std::size_t k = 0; k < table_.kinds; ++k) {
      const double sram = body.profile_of(*represent_[k]).sram_for_tensors_bytes.value;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j <= n; ++j) {
          auto& node = table_.nodes[(k * table_.bounds.size() + i) * table_.bounds.size() + j];
          const double in = table_.tensor_bytes[i], out = table_.tensor_bytes[j];
          if (!node.valid || in > sram || out > sram || in + out <= sram) continue;
          node.buffer = node.infer;
          if (i > 0) node.buffer += least_time(i, k, true);
          if (j < n) node.buffer += least_time(j, k, false);
        }
    }
  }

  /// Of a tensor's way over boundary `b`, into (out of) a device of that kind, as far as the device's SRAM
  /// holds it.
  [[nodiscard]] double least_time(std::size_t b, std::size_t kind, bool into) const {
    double least = 0;
    bool any = false;
    for (std::size_t other = 0; other < table_.kinds; ++other) {
      const auto& edge = into ? table_.edge(b, other, kind) : table_.edge(b, kind, other);
      if (!edge.valid) continue;
      const double time = edge.radio + (into ? edge.cpu_to : edge.cpu_from);
      least = any ? std::min(least, time) : time;
      any = true;
    }
    return least;
  }

  CostModel& costs_;
  std::size_t p_;
  const std::vector<const Device*>& represent_;
  const accel_model::Program& program_;
  PipelineTable table_;
};

void forget_ends(PipelineTable& table) {
  table.sense = table.interact = 0;
  std::fill(table.prepare.begin(), table.prepare.end(), 0);
  std::fill(table.prepare_energy.begin(), table.prepare_energy.end(), 0);
  table.sources = table.targets = {0};
  table.deadline = 0;
  const auto clear = [](Edge& edge) {
    const bool valid = edge.valid;
    edge = {};
    edge.valid = valid;
  };
  const std::size_t per_bound = table.kinds * table.kinds;
  for (std::size_t k = 0; k < per_bound; ++k) {
    clear(table.edges[k]);
    clear(table.edges[table.segments() * per_bound + k]);
  }
  for (auto& local : table.locals) clear(local);
}

Capacity capacity_of(const schemas::DeviceProfile& profile) {
  const auto& chip = accel_model::constants_of(profile.accelerator);
  Capacity capacity;
  capacity.counts_layers = profile.accelerator == schemas::AcceleratorKind::kMax78002;
  capacity.layers = chip.max_layers;
  capacity.weight_bytes = profile.flash_for_weights_bytes.value + profile.extra_weight_store_bytes.value;
  capacity.sram = profile.sram_for_tensors_bytes.value;
  for (std::uint32_t q = 0; q < capacity.columns.size(); ++q) {
    capacity.columns[q] = std::uint16_t(chip.columns_of(q));
    capacity.columns_total += capacity.columns[q];
  }
  return capacity;
}

std::vector<Battery> batteries_of(const schemas::BodyView& body) {
  constexpr double kMwOfRate = 1e6;  // a run per ns that takes a uJ: 1e9 uW
  std::vector<Battery> batteries;
  for (const auto* device : present_devices(body)) {
    Battery battery;
    const double mwh = body.hours_at(*device, 1).value_or(0);  // at a mW
    if (mwh > 0) {
      battery.per_uj = kMwOfRate / mwh;
      battery.base = body.idle_power_mw(*device) / mwh;
      battery.in_peak = true;
    }
    batteries.push_back(battery);
  }
  return batteries;
}

/// The objective as weights of total time, total energy and peak load.
void set_weights(Space& space, const Problem& problem) {
  const auto count = problem.pipelines.size();
  const bool overlap = space.options.overlap;
  space.rates.assign(count, 1.0);
  space.time_parts.assign(count, 1.0);
  space.energy_parts.assign(count, 1.0);
  double floor = 0;
  for (const auto& pipeline : problem.pipelines) floor = std::max(floor, pipeline.app.min_rate);
  if (floor > 0)
    for (const auto& pipeline : problem.pipelines) space.floors.push_back(pipeline.app.min_rate * 1e-9);
  switch (space.options.objective) {
    case Objective::kRounds:
      (overlap ? space.peak_weight : space.time_weight) = 1;
      if (floor > 0) space.load_limit = 1e9 / floor;
      return;
    case Objective::kFair:
    case Objective::kSum:
      (overlap ? space.peak_weight : space.time_weight) = 1;
      for (std::size_t p = 0; p < count; ++p) space.rates[p] = problem.pipelines[p].app.weight;
      space.time_parts = space.rates;
      return;
    case Objective::kLifetime:
      space.peak_weight = 1;
      for (std::size_t p = 0; p < count; ++p)
        space.rates[p] = lasting_rate(problem.body, problem.pipelines[p]) / 1e9;
      if (!overlap) space.time_parts = space.rates;
      space.load_limit = 1;
      space.batteries = batteries_of(problem.body);
      space.floors.clear();  // the rates are at them, or above
      return;
    case Objective::kLatency:
      space.time_weight = 1;
      space.time_parts.assign(count, 1.0 / double(count));
      return;
    case Objective::kEnergy:
      space.energy_weight = 1;
      space.energy_parts = energy_parts(problem);
      return;
  }
}

Refusal infeasible(const Error& nobody, const std::string& where) {
  return Refusal{RefusalKind::kInfeasible, nobody.message}.at(where);
}

}  // namespace

Planned<Space> Space::build(CostModel& costs, const SolveOptions& options, bool model_only) {
  const auto& problem = costs.problem();
  Space space;
  space.options = options;
  std::vector<const Device*> represent;
  std::map<std::string, std::size_t> kinds;
  std::map<DeviceId, int> numbers;
  for (const auto* device : present_devices(problem.body)) {
    const auto [kind, fresh] = kinds.emplace(device->profile, kinds.size());
    if (fresh) {
      represent.push_back(device);
      space.capacity.push_back(capacity_of(problem.body.profile_of(*device)));
    }
    numbers[device->id] = int(space.devices.size());
    space.devices.push_back(device->id);
    space.kind_of.push_back(kind->second);
    space.chip_of.push_back(problem.body.profile_of(*device).accelerator);
  }
  set_weights(space, problem);
  if (model_only) {
    space.load_limit = std::numeric_limits<double>::infinity();
    space.floors.clear();
    for (auto& battery : space.batteries) battery.limit = std::numeric_limits<double>::infinity();
  }
  space.max_chunks = options.max_chunks == 0 ? space.devices.size() : options.max_chunks;
  for (std::size_t p = 0; p < problem.pipelines.size(); ++p) {
    const auto& pipeline = problem.pipelines[p];
    const auto where = "app '" + pipeline.app.app.text() + "'";
    if (auto above = floor_above_cap(problem.body, pipeline); above && !model_only) return above->at(where);
    const auto sources = sources_for(problem.body, pipeline);
    if (!sources) return infeasible(sources.error(), where);
    const auto targets = targets_for(problem.body, pipeline);
    if (!targets) return infeasible(targets.error(), where);
    auto table = TableBuilder(costs, p, represent).build();
    for (const auto& source : *sources) table.sources.push_back(numbers.at(source));
    table.has_one_source = std::any_of(sources->begin(), sources->end(), [&](const DeviceId& source) {
      return frame_use(*problem.body.find(source), pipeline) != schemas::FrameUse::kOwn;
    });
    for (const auto& target : *targets) table.targets.push_back(numbers.at(target));
    if (model_only) forget_ends(table);
    space.pipelines.push_back(std::move(table));
  }
  return space;
}

}  // namespace synergy::planner::search
