// What the bus says, to the board and to the viewers.
#pragma once

#include <optional>
#include <set>

#include "synergy/gateway/board.hpp"
#include "synergy/gateway/result_pace.hpp"
#include "synergy/gateway/stream_hub.hpp"
#include "synergy/gateway/task_deltas.hpp"
#include "synergy/runtime/context.hpp"

namespace synergy::gateway_adapter {

/// A state is shown at most so often, and tasks are asked for.
inline constexpr Duration kBetweenStates = std::chrono::milliseconds(250);
inline constexpr Duration kBetweenTasks = std::chrono::milliseconds(250);

/// Belongs to the loop. Borrows all of it; must outlive the context's loop.
class Follow {
 public:
  Follow(runtime::Context& context, gateway::Board& board, gateway::StreamHub& hub);

 private:
  template <class T>
  struct Paced {
    std::optional<T> newest;
    std::optional<MonotonicTime> shown;
    bool waits = false;
  };

  template <class T>
  void follow(std::string_view topic, gateway::StateKind kind, Paced<T>& paced);
  template <class T>
  void show(gateway::StateKind kind, Paced<T>& paced);
  void follow_runs();
  void ask_for_tasks();
  void ask_for_tasks_of(const DeviceId& device);

  runtime::Context& context_;
  gateway::Board& board_;
  gateway::StreamHub& hub_;
  Paced<schemas::BodyView> body_;
  Paced<schemas::AppSet> apps_;
  Paced<schemas::CollaborationPlan> plan_;
  Paced<schemas::ServiceList> services_;
  Paced<schemas::MeshUse> use_;
  gateway::ResultPace results_;
  gateway::TaskDeltas tasks_;
  std::set<DeviceId> asked_;  ///< for their tasks, and have not answered
};

}  // namespace synergy::gateway_adapter
