// Whether there is a plan where some of the apps' demands are given up, and how far one can be kept.
//
// The tables of the search (`search/space.hpp`) are made once, of the apps without their demands; each trial
// takes its apps' tables and puts the demands back in that it keeps.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "search/context.hpp"
#include "synergy/planner/budget.hpp"
#include "synergy/schemas/conflict.hpp"

namespace synergy::planner::conflict {

enum class Verdict {
  kFeasible,    ///< a plan was found
  kInfeasible,  ///< proved: there is none
  kUnknown,     ///< the budget ended before either
};

/// A demand: its kind, and the pipeline that makes it (of memory: none).
struct Item {
  schemas::DemandKind kind;
  std::size_t pipeline = 0;
};

/// By item: whether it is kept.
using Kept = std::vector<bool>;

/// A value, and ways of the kept apps' pipelines that reach it.
struct FoundValue {
  double value = 0;
  Choices choices;
};

class Trials {
 public:
  /// Every pipeline must have a source and a target on some device. Borrows all.
  Trials(const Problem& problem, const SolveOptions& options, Budget& budget);

  /// Memory first; then in the order in which they are best given up: what apps want of devices, deadlines,
  /// rates, apps.
  static constexpr std::size_t kMemoryItem = 0;
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  [[nodiscard]] Kept all() const { return Kept(items_.size(), true); }
  /// An app that is given up takes its other demands with it.
  [[nodiscard]] Kept without(Kept kept, std::size_t item) const;
  [[nodiscard]] Kept with_memory(Kept kept) const;
  [[nodiscard]] double value_of(std::size_t item) const;
  [[nodiscard]] schemas::Demand demand(std::size_t item) const;
  /// The problem of those that are kept, as somebody would ask for it.
  [[nodiscard]] Problem asked(const Kept& kept) const;

  [[nodiscard]] Verdict judge(const Kept& kept);
  /// The same with another `at_least_devices` in the place of `item`'s.
  [[nodiscard]] Verdict judge_with(const Kept& kept, std::size_t item, std::size_t at_least);
  /// Whether another residency has a plan for everything.
  [[nodiscard]] bool fits_with(Residency residency);
  /// Chunks that a run of the item's pipeline can have at most.
  [[nodiscard]] std::size_t most_chunks(std::size_t item) const;

  /// The greatest minimum rate in the place of `item`'s, the others of `kept` as they are: runs per second.
  [[nodiscard]] std::optional<FoundValue> greatest_rate(std::size_t item, const Kept& kept);
  /// The greatest part of all these minimum rates at once.
  [[nodiscard]] std::optional<FoundValue> greatest_part(const std::vector<std::size_t>& items,
                                                        const Kept& kept);
  /// The least latency found of the pipeline whose deadline is `item`, the others of `kept` as they are: ns.
  [[nodiscard]] std::optional<FoundValue> least_latency(std::size_t item, const Kept& kept);

 private:
  /// What a trial searches. `problem` must outlive the context made of `space`.
  struct Part {
    Problem problem;
    std::vector<std::size_t> pipelines;  ///< indices in the whole problem
    search::Space space;
    std::vector<double> floors;  ///< runs per ns
  };

  void list_items();
  [[nodiscard]] bool keeps(const Kept& kept, schemas::DemandKind kind, std::size_t p) const;
  [[nodiscard]] std::size_t index_of(const Part& part, std::size_t p) const;
  [[nodiscard]] double cap_of(std::size_t p) const;
  [[nodiscard]] bool is_rounds() const { return options_.objective == Objective::kRounds; }
  /// Nothing where some kept demand of one app can not be met whatever the others do.
  [[nodiscard]] std::optional<Part> part_of(const Kept& kept) const;
  [[nodiscard]] bool set_ends(const Kept& kept, std::size_t p, search::PipelineTable& table) const;
  [[nodiscard]] Verdict search(Part part);
  /// Of one pipeline alone with these of its demands, deadline left out: no run takes less. ns.
  [[nodiscard]] double least_alone(const Part& part, std::size_t index);
  [[nodiscard]] std::optional<FoundValue> raised(Part part,
                                                 const std::vector<std::pair<std::size_t, double>>& weights);

  const Problem& problem_;
  const SolveOptions& options_;
  Budget& budget_;
  Problem lifted_;                             ///< without any demand that can be given up
  search::Space base_;                         ///< without pipelines
  std::vector<search::PipelineTable> tables_;  ///< by pipeline
  std::vector<Item> items_;
  std::map<std::pair<std::size_t, schemas::DemandKind>, std::size_t> numbers_;  ///< of items
  std::map<Kept, Verdict> judged_;
};

}  // namespace synergy::planner::conflict
