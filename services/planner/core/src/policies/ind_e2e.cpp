// ind-e2e: each pipeline alone, the least end-to-end latency from sensing to interaction, links included;
// other apps are ignored. (Our reading of the baseline's name.)
//
// Latency is a sum of non-negative step times, so the time of a partial spread is a lower bound for all that
// continue it: a spread already as slow as the best is cut off without losing a better one.
#include "synergy/planner/candidates.hpp"
#include "synergy/planner/policy.hpp"

namespace synergy::planner {
namespace {

class LeastLatency {
 public:
  LeastLatency(CostModel& costs, std::size_t p, const std::vector<DeviceId>& sources,
               const std::vector<DeviceId>& targets)
      : costs_(costs), p_(p), sources_(sources), targets_(targets) {}

  void search(std::size_t devices, Budget& budget) {
    const SpreadVisitor visitor{[&](const auto& chunks) { return so_far(chunks) < best_; },
                                [&](const auto& chunks) {
                                  finish(chunks);
                                  return true;
                                }};
    visit_spreads(costs_, p_, devices, budget, visitor);
  }
  [[nodiscard]] const Choice& choice() const { return choice_; }

 private:
  /// The quickest source to the first chunk's device, and the time up to its input being there.
  [[nodiscard]] std::pair<Duration, DeviceId> arrival(const DeviceId& device) const {
    std::pair<Duration, DeviceId> best{Duration::max(), {}};
    for (const auto& source : sources_) {
      auto time = costs_.sense(p_, source).duration + costs_.prepare(p_, source).duration;
      if (source != device)
        time += costs_.transfer(source, device, costs_.problem().pipelines[p_].input_bytes()).duration;
      if (time < best.first) best = {time, source};
    }
    return best;
  }

  [[nodiscard]] std::pair<Duration, DeviceId> delivery(const schemas::Chunk& last) const {
    std::pair<Duration, DeviceId> best{Duration::max(), {}};
    for (const auto& target : targets_) {
      auto time = costs_.interact(p_, target).duration;
      if (target != last.device)
        time += costs_.transfer(last.device, target, costs_.bytes_after(p_, last.last_layer)).duration;
      if (time < best.first) best = {time, target};
    }
    return best;
  }

  [[nodiscard]] Duration so_far(const std::vector<schemas::Chunk>& chunks) const {
    auto time = arrival(chunks.front().device).first;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      if (i > 0)
        time += costs_
                    .transfer(chunks[i - 1].device, chunks[i].device,
                              costs_.bytes_after(p_, chunks[i - 1].last_layer))
                    .duration;
      for (const auto& step : costs_.chunk_steps(p_, chunks[i], std::uint32_t(i), false))
        time += step.duration;
    }
    return time;
  }

  void finish(const std::vector<schemas::Chunk>& chunks) {
    const auto [delivered, target] = delivery(chunks.back());
    const auto total = so_far(chunks) + delivered;
    if (total >= best_) return;
    best_ = total;
    choice_ = {arrival(chunks.front().device).second, target, chunks};
  }

  CostModel& costs_;
  std::size_t p_;
  const std::vector<DeviceId>&sources_, &targets_;
  Duration best_ = Duration::max();
  Choice choice_;
};

Result<Choice> least_latency(CostModel& costs, std::size_t p, Budget& budget) {
  const auto& problem = costs.problem();
  const auto& pipeline = problem.pipelines[p];
  const auto sources = sources_for(problem.body, pipeline);
  if (!sources) return sources.error();
  const auto targets = targets_for(problem.body, pipeline);
  if (!targets) return targets.error();
  LeastLatency search(costs, p, *sources, *targets);
  const std::size_t most = most_devices(problem, p);
  for (std::size_t devices = std::max(1u, pipeline.app.at_least_devices); devices <= most; ++devices)
    search.search(devices, budget);
  if (search.choice().chunks.empty()) return why_nothing_fits(costs, p, budget);
  return search.choice();
}

}  // namespace

Result<std::vector<Choice>> choose_ind_e2e(CostModel& costs, Budget& budget) {
  std::vector<Choice> choices;
  for (std::size_t p = 0; p < costs.problem().pipelines.size(); ++p) {
    auto choice = least_latency(costs, p, budget);
    if (!choice) return choice.error();
    choices.push_back(std::move(*choice));
  }
  return choices;
}

}  // namespace synergy::planner
