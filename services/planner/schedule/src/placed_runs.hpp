// Whole runs in a cycle that repeats: when each of their tasks is, and the SRAM that this takes.
//
// Runs are like those of a short cycle, the base, of which there may be several copies. A run that is put in
// takes nothing from those that are there: it finds free time on its units, and room for its tensors, or it
// is left out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "blocks.hpp"
#include "synergy/schedule/executable.hpp"

namespace synergy::schedule {

/// A run that has its place.
struct PlacedRun {
  std::uint32_t like = 0;            ///< the run of the base whose tasks it has
  std::vector<std::int64_t> starts;  ///< of its tasks: ns, of any period
};

/// A run that is wanted.
struct WantedRun {
  std::uint32_t like = 0;
  std::int64_t from = 0;  ///< about when: ns, within the period
};

/// `base`, its cycle and `sram` must outlive it. Copies are independent.
class PlacedRuns {
 public:
  PlacedRuns(const schemas::CollaborationPlan& base, const Cycle& cycle, std::int64_t period,
             const Sram& sram);

  /// A run of the base, at these starts of all of the base's tasks and so much later: its place must be free.
  void take(std::uint32_t like, const std::vector<std::int64_t>& starts, std::int64_t later);

  /// Its tasks one directly after the other where that is possible, first where no other run of its kind is
  /// in its buffers; else they wait where they must. False where it finds no place or no room.
  bool add(const WantedRun& wanted);

  /// Many at once, so that busy units have no gaps: on each of these units in turn, the tasks of all of them
  /// are put one directly behind the other; then the rest of each run is fitted around them. Returns those
  /// that are left out.
  std::vector<WantedRun> pack(const std::vector<WantedRun>& wanted, const std::vector<std::uint32_t>& units);

  /// Runs that wait long take another place where they wait less, and all do what they do as late as their
  /// ends allow: that makes room.
  void tighten();

  /// By pipeline, in the order of their ends, which are all within one period.
  [[nodiscard]] std::vector<std::vector<PlacedRun>> runs() const;

 private:
  /// A run that is placed block by block: blocks without a place are where they would like to be.
  struct Draft {
    PlacedRun run;
    std::vector<bool> is_placed;
  };

  [[nodiscard]] PlacedRun in_one_piece(const WantedRun& wanted) const;
  bool put_in_one_piece(PlacedRun& run);
  bool put_alone(PlacedRun& run);
  bool put(PlacedRun& run);
  /// Puts it with the others where there is room for its tensors; else gives its places back.
  bool keep(PlacedRun run);
  void pack_on(std::uint32_t unit, std::vector<Draft>& drafts);
  bool finish(Draft& draft);
  bool place(Draft& draft, std::size_t block, std::optional<std::int64_t> later);
  void drop(Draft& draft);
  void delay(PlacedRun& run);
  void take_less_waiting(PlacedRun& run);
  /// The change is undone where the SRAM does not hold all tensors after it.
  void change_where_that_fits(PlacedRun& run, void (PlacedRuns::*change)(PlacedRun&));

  [[nodiscard]] std::size_t blocks_in(const PlacedRun& run) const { return blocks_[run.like].size(); }
  /// The step at which a block of the run begins.
  [[nodiscard]] std::size_t first_of(const PlacedRun& run, std::size_t block) const;
  [[nodiscard]] std::int64_t start_of(const PlacedRun& run, std::size_t block) const;
  [[nodiscard]] std::int64_t end_of(const PlacedRun& run, std::size_t block) const;
  [[nodiscard]] std::int64_t end_of_step(const PlacedRun& run, std::size_t step) const;
  [[nodiscard]] std::int64_t length_of(const PlacedRun& run) const;
  void shift(PlacedRun& run, std::size_t block, std::int64_t later) const;
  /// From 0 on. An accelerator is held from the first task of a chunk to the last, the time between included.
  [[nodiscard]] std::vector<Hold> holds_of(const PlacedRun& run, std::size_t block) const;
  void take_places(const PlacedRun& run);
  void give_places_back(const PlacedRun& run);

  [[nodiscard]] std::vector<std::uint32_t> slots_needed(std::uint32_t pipeline,
                                                        std::uint32_t execution) const;
  void set_slots(std::uint32_t pipeline, std::uint32_t execution, const std::vector<std::uint32_t>& slots);
  [[nodiscard]] bool fits() const;

  const schemas::CollaborationPlan& base_;
  const Cycle& cycle_;
  const Sram& sram_;
  std::vector<std::vector<Block>> blocks_;  ///< of the base's runs
  ReservationTable table_;
  std::vector<std::vector<PlacedRun>> runs_;                    ///< by pipeline
  std::vector<std::vector<std::vector<std::uint32_t>>> slots_;  ///< by pipeline, execution plan and buffer
  std::map<DeviceId, std::int64_t> used_;                       ///< bytes of all these slots
};

}  // namespace synergy::schedule
