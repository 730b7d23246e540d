#include "synergy/schedule/cycle.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace synergy::schedule {

std::vector<std::int64_t> Cycle::loads() const {
  std::vector<std::int64_t> loads(units.size(), 0);
  for (const auto& task : tasks)
    for (const auto unit : task.units) loads[unit] += task.duration;
  return loads;
}

const CycleTask* Cycle::find(const schemas::TaskRef& ref) const {
  if (ref.pipeline >= runs_of.size() || ref.run >= runs_of[ref.pipeline].size()) return nullptr;
  const auto& run = runs[runs_of[ref.pipeline][ref.run]];
  if (run.execution != ref.execution || ref.step >= run.tasks) return nullptr;
  return &tasks[run.first_task + ref.step];
}

std::vector<std::uint32_t> sequence_of(const schemas::PipelinePlan& pipeline) {
  return pipeline.sequence.empty() ? std::vector<std::uint32_t>(pipeline.runs_per_cycle, 0)
                                   : pipeline.sequence;
}

void set_sequence(schemas::PipelinePlan& pipeline, const std::vector<std::uint32_t>& sequence) {
  pipeline.runs_per_cycle = std::uint32_t(sequence.size());
  pipeline.sequence.clear();
  if (pipeline.executions.size() == 1) return;
  pipeline.sequence = sequence;
  for (std::uint32_t e = 0; e < pipeline.executions.size(); ++e)
    pipeline.executions[e].share =
        double(std::count(sequence.begin(), sequence.end(), e)) / double(sequence.size());
}

schemas::CollaborationPlan part_of(const schemas::CollaborationPlan& plan,
                                   const schemas::PipelineGroup& group) {
  schemas::CollaborationPlan part;
  part.overlap = plan.overlap;
  part.order = plan.order;
  part.objective = plan.objective;
  std::map<std::uint32_t, std::uint32_t> numbers;
  for (const auto p : group) {
    numbers.emplace(p, std::uint32_t(part.pipelines.size()));
    part.pipelines.push_back(plan.pipelines[p]);
  }
  for (auto unit : plan.units) {
    if (unit.order.empty() || !numbers.contains(unit.order.front().pipeline)) continue;
    for (auto& task : unit.order) task.pipeline = numbers.at(task.pipeline);
    part.units.push_back(std::move(unit));
  }
  return part;
}

void put_back(schemas::CollaborationPlan& plan, const schemas::PipelineGroup& group,
              schemas::CollaborationPlan part) {
  for (std::size_t k = 0; k < group.size(); ++k) plan.pipelines[group[k]] = std::move(part.pipelines[k]);
  std::erase_if(plan.units, [&](const schemas::UnitOrder& unit) {
    return !unit.order.empty() && std::binary_search(group.begin(), group.end(), unit.order.front().pipeline);
  });
  for (auto& unit : part.units) {
    for (auto& task : unit.order) task.pipeline = group[task.pipeline];
    plan.units.push_back(std::move(unit));
  }
  std::sort(plan.units.begin(), plan.units.end(), [](const auto& a, const auto& b) {
    return schemas::UnitRef{a.device, a.unit} < schemas::UnitRef{b.device, b.unit};
  });
}

Cycle flatten(const std::vector<schemas::PipelinePlan>& pipelines) {
  Cycle cycle;
  std::map<schemas::UnitRef, std::uint32_t> numbers;
  const auto unit_number = [&](const schemas::UnitRef& unit) {
    const auto [found, added] = numbers.emplace(unit, std::uint32_t(cycle.units.size()));
    if (added) cycle.units.push_back(unit);
    return found->second;
  };
  const auto add_run = [&](std::uint32_t p, std::uint32_t execution) {
    const auto run = std::uint32_t(cycle.runs.size());
    const auto number = std::uint32_t(cycle.runs_of[p].size());
    const auto& steps = pipelines[p].executions[execution].steps;
    cycle.runs.push_back(
        {p, execution, number, std::uint32_t(cycle.tasks.size()), std::uint32_t(steps.size())});
    cycle.runs_of[p].push_back(run);
    for (std::uint32_t s = 0; s < steps.size(); ++s) {
      CycleTask task{{p, execution, s, number, 0}, run, steps[s].duration.count(), {}};
      for (const auto& unit : schemas::units_held(steps[s])) task.units.push_back(unit_number(unit));
      cycle.tasks.push_back(std::move(task));
    }
  };
  cycle.runs_of.resize(pipelines.size());
  // Run j of n has its place at (2 j + 1) / 2 n of the cycle.
  struct Place {
    std::uint64_t twice_run = 0, twice_runs = 0;
    std::uint32_t pipeline = 0, execution = 0;
  };
  std::vector<Place> places;
  for (std::uint32_t p = 0; p < pipelines.size(); ++p) {
    const auto sequence = sequence_of(pipelines[p]);
    for (std::size_t j = 0; j < sequence.size(); ++j)
      places.push_back({2 * j + 1, 2 * sequence.size(), p, sequence[j]});
  }
  std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
    return a.twice_run * b.twice_runs < b.twice_run * a.twice_runs;
  });
  for (const auto& place : places) add_run(place.pipeline, place.execution);
  return cycle;
}

std::vector<std::uint32_t> alternate(const std::vector<std::uint32_t>& counts) {
  std::uint32_t runs = 0;
  for (const auto count : counts) runs += count;
  std::vector<std::uint32_t> sequence;
  std::vector<std::int64_t> credit(counts.size(), 0);
  while (sequence.size() < runs) {
    for (std::size_t i = 0; i < counts.size(); ++i) credit[i] += counts[i];
    const auto next = std::max_element(credit.begin(), credit.end()) - credit.begin();
    credit[std::size_t(next)] -= runs;
    sequence.push_back(std::uint32_t(next));
  }
  return sequence;
}

std::vector<std::uint32_t> counts_of(const std::vector<double>& shares, std::uint32_t runs) {
  std::vector<std::uint32_t> counts;
  std::uint32_t given = 0;
  for (const auto share : shares) {
    counts.push_back(share > 0 ? std::max(1u, std::uint32_t(std::floor(share * runs + 1e-9))) : 0);
    given += counts.back();
  }
  const auto missing = [&](std::size_t i) { return shares[i] * runs - counts[i]; };
  while (given != runs) {  // to those that are furthest below their share, or from those furthest above
    std::size_t chosen = shares.size();
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (given < runs ? !(shares[i] > 0) : counts[i] <= 1) continue;
      if (chosen == shares.size() ||
          (given < runs ? missing(i) > missing(chosen) : missing(i) < missing(chosen)))
        chosen = i;
    }
    if (chosen == shares.size()) break;
    counts[chosen] += given < runs ? 1 : -1;
    given += given < runs ? 1 : -1;
  }
  return counts;
}

}  // namespace synergy::schedule
