// What the API asks of a mesh, answered by a recording: what was kept and decided up to the moment shown.
// Whatever would change the mesh is refused. Any thread.
#pragma once

#include "synergy/gateway/comparer.hpp"
#include "synergy/gateway/mesh.hpp"
#include "synergy/gateway/playback.hpp"
#include "synergy/gateway_recorded/player.hpp"

namespace synergy::gateway_recorded {

/// Borrows all of it.
class RecordedMesh final : public gateway::Mesh {
 public:
  RecordedMesh(RecordingFile& file, const Player& player, const gateway::Board& board,
               gateway::Comparer& comparer)
      : file_(file), player_(player), board_(board), comparer_(comparer) {}

  Result<schemas::AppSubmitted> ask(const schemas::AppSubmit&) override { return refused(); }
  Result<schemas::AppForecast> ask(const schemas::AppTry&) override { return refused(); }
  Result<schemas::AppStopped> ask(const schemas::AppStop&) override { return refused(); }
  Result<schemas::CollaborationPlan> ask(const schemas::PlanAgain&) override { return refused(); }
  Result<schemas::FrameOutcomes> ask(const schemas::QueryFrames&) override { return refused(); }
  Result<schemas::FrameFed> ask(const DeviceId&, const schemas::FrameFeed&) override { return refused(); }
  Status move(const DeviceId&, gateway::DeviceMove) override { return refused(); }

  Result<schemas::PlanHistory> ask(const schemas::QueryHistory& query) override;
  Result<schemas::CollaborationPlan> ask(const schemas::QueryPlan& query) override;
  Result<schemas::RunTable> ask(const schemas::QueryRuns& query) override;
  Result<schemas::EventTable> ask(const schemas::QueryEvents& query) override;
  /// Only those that somebody asked for while it was recorded (`synergy record --tasks`).
  Result<schemas::TaskTable> ask(const DeviceId& device, const schemas::QueryTasks& query) override;
  Result<gateway::Comparison> compare(const std::vector<std::string>& policies) override {
    return comparer_.compare(policies);
  }
  gateway::Comparison compared() override { return comparer_.known(); }

 private:
  static Error refused() { return gateway::recording_is_shown(); }

  RecordingFile& file_;
  const Player& player_;
  const gateway::Board& board_;
  gateway::Comparer& comparer_;
};

}  // namespace synergy::gateway_recorded
