#include "synergy/schedule/plan_rate.hpp"

#include <algorithm>
#include <set>

namespace synergy::schedule {
namespace {

/// Adds edges to a graph over the tasks of a cycle.
class Builder {
 public:
  Builder(const Cycle& cycle, EventGraph& graph) : cycle_(cycle), graph_(graph) {}

  /// `to` of a cycle begins after the end of `from`, `tokens` cycles before.
  void after(std::uint32_t from, std::uint32_t to, std::int64_t tokens) {
    graph_.edges.push_back({from, to, cycle_.tasks[from].duration, tokens});
  }
  /// Of runs in turn, each `distance` after another: the step `first` of the later after `last` of the
  /// earlier.
  void spaced(const std::vector<std::uint32_t>& runs, std::uint32_t last, std::uint32_t first,
              std::uint32_t distance) {
    const auto count = std::int64_t(runs.size());
    for (std::int64_t j = 0; j < count; ++j) {
      const auto earlier = j - std::int64_t(distance);
      const auto tokens = earlier >= 0 ? 0 : (-earlier + count - 1) / count;
      after(task(runs[std::size_t(earlier + tokens * count)], last), task(runs[std::size_t(j)], first),
            tokens);
    }
  }
  void add_runs() {
    for (const auto& run : cycle_.runs)
      for (std::uint32_t i = 1; i < run.tasks; ++i) after(run.first_task + i - 1, run.first_task + i, 0);
  }
  Status add_unit(const schemas::UnitOrder& unit) {
    std::vector<std::uint32_t> order;
    for (const auto& ref : unit.order) {
      const auto* found = cycle_.find(ref);
      if (found == nullptr)
        return Error{ErrorCode::kInvalid, "the order of " + unit.device.text() + " " +
                                              std::string(schemas::name_of(unit.unit)) + " names no task"};
      order.push_back(std::uint32_t(found - cycle_.tasks.data()));
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto next = (i + 1) % order.size();
      after(order[i], order[next],
            std::int64_t(unit.order[i].lag) - std::int64_t(unit.order[next].lag) + (next == 0 ? 1 : 0));
    }
    return {};
  }
  void add_depths(const schemas::CollaborationPlan& plan) {
    for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
      const auto& runs = cycle_.runs_of[p];
      const auto count = std::int64_t(runs.size());
      for (std::int64_t j = 0; j < count; ++j) {  // runs of several execution plans have different lengths
        const auto earlier = j - std::int64_t(std::max(1u, plan.pipelines[p].depth));
        const auto tokens = earlier >= 0 ? 0 : (-earlier + count - 1) / count;
        const auto before = runs[std::size_t(earlier + tokens * count)];
        after(task(before, cycle_.runs[before].tasks - 1), task(runs[std::size_t(j)], 0), tokens);
      }
    }
  }
  /// Results keep their order, also where runs take different ways.
  void add_ends() {
    for (const auto& runs : cycle_.runs_of)
      for (std::size_t j = 0; j < runs.size() && runs.size() > 1; ++j) {
        const auto before = runs[(j + runs.size() - 1) % runs.size()];
        after(task(before, cycle_.runs[before].tasks - 1), task(runs[j], cycle_.runs[runs[j]].tasks - 1),
              j == 0);
      }
  }
  Status add_buffers(const schemas::CollaborationPlan& plan) {
    for (std::size_t p = 0; p < plan.pipelines.size(); ++p)
      for (std::uint32_t e = 0; e < plan.pipelines[p].executions.size(); ++e) {
        const auto& execution = plan.pipelines[p].executions[e];
        std::vector<std::uint32_t> runs;
        for (const auto run : cycle_.runs_of[p])
          if (cycle_.runs[run].execution == e) runs.push_back(run);
        for (const auto& buffer : execution.buffers) {
          if (std::max(buffer.first_step, buffer.last_step) >= execution.steps.size())
            return Error{ErrorCode::kInvalid, "a buffer of app " + plan.pipelines[p].app.text() +
                                                  " names a step that is not there"};
          if (!runs.empty()) spaced(runs, buffer.last_step, buffer.first_step, std::max(1u, buffer.slots));
        }
      }
    return {};
  }
  void add_one_at_a_time() {
    const auto count = cycle_.runs.size();
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto before = std::uint32_t((i + count - 1) % count);
      after(task(before, cycle_.runs[before].tasks - 1), task(i, 0), i == 0 ? 1 : 0);
    }
  }

 private:
  [[nodiscard]] std::uint32_t task(std::uint32_t run, std::uint32_t step) const {
    return cycle_.runs[run].first_task + step;
  }
  const Cycle& cycle_;
  EventGraph& graph_;
};

std::string name_of_unit(const schemas::UnitRef& unit) {
  return unit.device.text() + " " + std::string(schemas::name_of(unit.unit));
}

/// The unit that all tasks of the circuit hold; else the circuit's tasks' units, as they wait for each other.
std::string bottleneck_of(const schemas::CollaborationPlan& plan, const Cycle& cycle, const EventGraph& graph,
                          const Circuit& circuit) {
  if (circuit.edges.empty()) return "";
  std::set<std::uint32_t> common, all;
  bool first = true;
  for (const auto e : circuit.edges) {
    const auto& units = cycle.tasks[graph.edges[e].from].units;
    std::set<std::uint32_t> held(units.begin(), units.end()), both;
    all.insert(held.begin(), held.end());
    std::set_intersection(held.begin(), held.end(), common.begin(), common.end(),
                          std::inserter(both, both.end()));
    common = first ? held : both;
    first = false;
  }
  const auto loads = cycle.loads();
  for (const auto unit : common)
    if (loads[unit] * circuit.tokens == circuit.weight) return name_of_unit(cycle.units[unit]);
  std::set<std::string> apps;
  std::string names;
  for (const auto e : circuit.edges)
    apps.insert(plan.pipelines[cycle.tasks[graph.edges[e].from].ref.pipeline].app.text());
  for (const auto unit : all) names += (names.empty() ? "" : ", ") + name_of_unit(cycle.units[unit]);
  std::string text = "tasks in turn on " + names + " (";
  for (const auto& app : apps) text += (text.back() == '(' ? "app " : ", ") + app;
  return text + ")";
}

}  // namespace

Result<EventGraph> event_graph(const schemas::CollaborationPlan& plan, const Cycle& cycle) {
  EventGraph graph;
  graph.nodes = std::uint32_t(cycle.tasks.size());
  for (const auto& run : cycle.runs)
    if (run.tasks == 0)
      return Error{ErrorCode::kInvalid,
                   "a run of app " + plan.pipelines[run.pipeline].app.text() + " has no step"};
  Builder builder(cycle, graph);
  builder.add_runs();
  for (const auto& unit : plan.units)
    if (auto status = builder.add_unit(unit); !status) return status.error();
  builder.add_depths(plan);
  builder.add_ends();
  if (auto status = builder.add_buffers(plan); !status) return status.error();
  if (!plan.overlap) builder.add_one_at_a_time();
  return graph;
}

Result<GroupRate> group_rate(const schemas::CollaborationPlan& plan) {
  const auto cycle = flatten(plan.pipelines);
  const auto graph = event_graph(plan, cycle);
  if (!graph) return graph.error();
  const auto circuit = slowest_circuit(*graph);
  if (!circuit) return circuit.error();
  GroupRate rate;
  rate.cycle_ns = double(circuit->weight) / double(circuit->tokens);
  rate.bottleneck = plan.overlap ? bottleneck_of(plan, cycle, *graph, *circuit) : "one run at a time";
  return rate;
}

Result<std::vector<GroupRate>> plan_rate(const schemas::CollaborationPlan& plan) {
  std::vector<GroupRate> rates(plan.pipelines.size());
  for (const auto& group : groups_of(plan)) {
    const auto rate = group_rate(part_of(plan, group));
    if (!rate) return rate.error();
    for (const auto p : group) rates[p] = *rate;
  }
  return rates;
}

}  // namespace synergy::schedule
