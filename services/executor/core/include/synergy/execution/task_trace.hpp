// The last tasks of one device, for people who want to see what its units did: a ring of bounded size.
//
// Pure. Whoever ends a task adds it, with the model times at which it began and ended:
//
//   trace.add({key.app, key.run, key.attempt, step.kind, index, step.chunk, units, begin, end});
#pragma once

#include <cstddef>
#include <vector>

#include "synergy/base/clock.hpp"
#include "synergy/schemas/trace.hpp"

namespace synergy::execution {

class TaskTrace {
 public:
  /// Remembers the last `most` tasks, at least one.
  explicit TaskTrace(std::size_t most = schemas::kMaxTasksOfTable);

  void add(schemas::TaskRecord task);

  /// The remembered tasks that ended after `time`, in the order they were added.
  [[nodiscard]] std::vector<schemas::TaskRecord> since(ModelTime time) const;

  /// Whether a task that ended after `time` was added and is not remembered any more.
  [[nodiscard]] bool forgot_since(ModelTime time) const { return forgotten_until_ > time; }

 private:
  std::size_t most_;
  std::vector<schemas::TaskRecord> ring_;
  std::size_t oldest_ = 0;                        ///< in ring_, once it is full
  ModelTime forgotten_until_ = ModelTime::min();  ///< the latest end of a forgotten task
};

}  // namespace synergy::execution
