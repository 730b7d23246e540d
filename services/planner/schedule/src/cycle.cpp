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
  return pipeline.sequence.empty() ? std::vector<std::uint32_t>{0} : pipeline.sequence;
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
  std::size_t rounds = 0;
  for (const auto& pipeline : pipelines) rounds = std::max(rounds, sequence_of(pipeline).size());
  for (std::size_t round = 0; round < rounds; ++round)
    for (std::uint32_t p = 0; p < pipelines.size(); ++p)
      if (const auto sequence = sequence_of(pipelines[p]); round < sequence.size())
        add_run(p, sequence[round]);
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
