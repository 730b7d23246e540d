// What the accelerator holds, and how it comes to hold what a plan needs.
//
// The planner placed a plan's chunks from empty memory in the plan's order, and its times are those of that
// placement (a MAX78000 pays for the column where a layer's weights begin). So what is resident stays only
// where the plan begins with it; otherwise the accelerator is power cycled and all are loaded in that order.
//
// What a reader gets wrong: after an accelerator lost its memory, or an operation failed, nothing is known;
// call lost(), and the next make_ready() begins with a power cycle.
//
// Pure apart from the driver; one thread. One operation of make_ready() at a time.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "synergy/executor/driver.hpp"

namespace synergy::executor {

class Residents {
 public:
  using Chunks = std::vector<schemas::ChunkKey>;
  /// With the model time that weights took to load.
  using Done = std::function<void(Result<Duration>)>;

  /// Borrows the driver. `now`: model time.
  Residents(AcceleratorDriver& driver, std::function<ModelTime()> now)
      : driver_(driver), now_(std::move(now)) {}

  /// Makes exactly these resident, then calls `done` once. Of one chunk alone the registers are written too:
  /// its runs need no switch. Fails with the driver's error; what is resident is then not known.
  void make_ready(const Chunks& wanted, Done done);
  /// Empties the accelerator, then calls `done` once, as make_ready(). From then on runs load what they need
  /// at each switch (Step::reloads): what is resident is theirs to say, until the next make_ready().
  void leave_to_switches(Done done);
  /// What can be loaded beside what is resident: the rest of these, in order, where they begin with it; else
  /// nothing.
  [[nodiscard]] Chunks missing(const Chunks& wanted) const;
  /// A chunk was loaded beside the others.
  void loaded(const schemas::ChunkKey& chunk) { resident_.push_back(chunk); }
  void lost() { known_ = false; }
  [[nodiscard]] bool known() const { return known_; }

 private:
  struct Work {
    Chunks wanted;
    std::vector<schemas::AcceleratorDo> operations;
    std::size_t next = 0;
    Duration weight_load{0};
    bool from_empty = false;
    Done done;
  };
  [[nodiscard]] bool begins(const Chunks& wanted) const;
  void plan_operations(Work& work, bool from_empty);
  void go_on(const std::shared_ptr<Work>& work);

  AcceleratorDriver& driver_;
  std::function<ModelTime()> now_;
  Chunks resident_;         ///< in the order they were loaded
  bool known_ = false;      ///< not before the first make_ready()
  bool is_others_ = false;  ///< switches change what is resident
};

}  // namespace synergy::executor
