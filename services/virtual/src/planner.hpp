// The planner in virtual time: the search of the mesh's planner with its budgets of nodes, and no clock. An
// answer comes after a constant time, whatever the search takes; a newer question ends an older one. Each
// plan is checked by the judge that shares no code with the search.
#pragma once

#include <functional>
#include <string>

#include "synergy/documents/load.hpp"
#include "synergy/planner_service/planner_service.hpp"
#include "synergy/virtual_mesh/event_queue.hpp"

namespace synergy::virtual_mesh {

class Planner {
 public:
  using Answer = std::function<void(Result<schemas::CollaborationPlan>)>;
  /// Told of a plan that is wrong.
  using Broken = std::function<void(const std::string&)>;

  /// Borrows the queue. `takes`: from each question to its answer.
  Planner(EventQueue& queue, const documents::DeployFolder& deploy, const planner_service::Settings& settings,
          Duration takes, Broken broken)
      : queue_(queue), takes_(takes), broken_(std::move(broken)), maker_(deploy, settings), models_(deploy) {}

  void on(const schemas::BodyView& body) { service_.on(body); }
  void on(const schemas::CollaborationPlan& running) { service_.on(running); }
  void make(const schemas::PlanMake& request, Answer answer);

 private:
  void answer_to(const planner_service::Question& question, const Answer& answer);
  [[nodiscard]] Status check(const planner_service::Question& question,
                             const schemas::CollaborationPlan& plan);

  EventQueue& queue_;
  Duration takes_;
  Broken broken_;
  planner_service::PlannerService service_;
  planner_service::PlanMaker maker_;
  planner_service::ModelCache models_;
  std::uint64_t asked_ = 0;
};

}  // namespace synergy::virtual_mesh
