// Deployment: from one start of a plan to the next, and chunks loaded beside what runs.
#include <algorithm>

#include "synergy/executor/executor.hpp"

namespace synergy::executor {

using schemas::AcceleratorAction;

Residents::Chunks Executor::chunks_here(const schemas::CollaborationPlan& plan) const {
  Residents::Chunks chunks;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& chunk : execution.chunks) {
        const schemas::ChunkKey key{pipeline.model, pipeline.model_digest, chunk.first_layer,
                                    chunk.last_layer};
        if (chunk.device == device_ && std::find(chunks.begin(), chunks.end(), key) == chunks.end())
          chunks.push_back(key);
      }
  return chunks;
}

/// Whether switches of this plan load weights here. The planner says so for all of a device's switches or
/// none.
bool Executor::reloads_here(const schemas::CollaborationPlan& plan) const {
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& step : execution.steps)
        if (step.reloads && step.device == device_) return true;
  return false;
}

/// Whether this device senses for the pipeline. A plan that does not tell the shape of its input was made by
/// an earlier program: another is made in its place.
Status Executor::check_sensor(const schemas::PipelinePlan& pipeline) const {
  const auto where = "device '" + device_.text() + "'";
  const auto found = sensors_.find(pipeline.sensing);
  if (found == sensors_.end())
    return Error{ErrorCode::kNotFound, where + " has no sensor '" + pipeline.sensing + "'"};
  if (!pipeline.input.is_told())
    return Error{ErrorCode::kNotFound, "the plan does not tell the shape of the model's input"};
  if (pipeline.frames != schemas::FrameUse::kOwn) {
    if (spool_ != nullptr && found->second.is_fed()) return {};
    return Error{ErrorCode::kNotFound, where + ": nothing can be fed to sensor '" + pipeline.sensing + "'"};
  }
  if (found->second.serves(pipeline.input, pipeline.kinds())) return {};
  return Error{ErrorCode::kNotFound, where + " has no frames of " + to_text(pipeline.input) +
                                         " for sensor '" + pipeline.sensing +
                                         "': " + found->second.sources()};
}

Status Executor::check_sensors(const schemas::CollaborationPlan& plan) const {
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      if (execution.source == device_)
        if (auto status = check_sensor(pipeline); !status)
          return status.error().at("app '" + pipeline.app.text() + "'");
  return {};
}

void Executor::on(const schemas::Deploy& deploy, Deployed done) {
  if (deploying_ || after_beside_)
    return done(Error{ErrorCode::kUnavailable, "'" + device_.text() + "' is still deploying"});
  if (auto status = check_sensors(deploy.plan); !status) return done(status.error());
  if (deploy.stage == schemas::DeployStage::kLoadBeside) return load_beside(deploy.plan, std::move(done));
  const auto* plan = runs_.plan();
  if (plan != nullptr && residents_.known() && runs_.start() == deploy.start && *plan == deploy.plan)
    return done(schemas::Deployed{device_, plan->id, Duration(0)});
  if (!beside_loading_) return serve(deploy, std::move(done));
  // A chunk is being loaded: what is resident is known only when that has ended.
  after_beside_ = [this, deploy, done = std::move(done)] { serve(deploy, done); };
}

void Executor::serve(const schemas::Deploy& deploy, Deployed done) {
  end_loading_beside();
  beside_task_ = 0;
  deploying_ = true;
  driver_.forget();  // operations of runs that are forgotten
  runs_.forget();
  const Residents::Done ready = [this, deploy, done = std::move(done)](Result<Duration> loaded) {
    deploying_ = false;
    if (!loaded) return done(loaded.error().at("device '" + device_.text() + "'"));
    runs_.serve(std::make_shared<schemas::CollaborationPlan>(deploy.plan), deploy.start);
    set_takers();
    done(schemas::Deployed{device_, deploy.plan.id, *loaded});
    tell_frames_again();
  };
  if (reloads_here(deploy.plan)) return residents_.leave_to_switches(ready);
  residents_.make_ready(chunks_here(deploy.plan), ready);
}

void Executor::load_beside(const schemas::CollaborationPlan& plan, Deployed done) {
  if (beside_)
    return done(Error{ErrorCode::kUnavailable, "'" + device_.text() + "' is still loading for another plan"});
  beside_ = std::make_unique<Beside>();
  if (runs_.plan() != nullptr && residents_.known() && !reloads_here(plan))
    beside_->chunks = residents_.missing(chunks_here(plan));
  beside_->plan_id = plan.id;
  beside_->done = std::move(done);
  queue_next_beside();
  runs_.start_tasks();
}

void Executor::queue_next_beside() {
  if (beside_->next == beside_->chunks.size()) return end_loading_beside();
  beside_task_ = runs_.add_guest({schemas::Unit::kCpu, schemas::Unit::kAccelerator}, ports_.now());
}

void Executor::load_queued_beside() {
  schemas::AcceleratorDo operation;
  operation.action = AcceleratorAction::kLoadWeights;
  operation.chunk = beside_->chunks[beside_->next];
  operation.begin = ports_.now();
  beside_loading_ = true;
  driver_.perform(operation, [this, chunk = operation.chunk](Result<schemas::AcceleratorDone> loaded) {
    runs_.end_guest(std::exchange(beside_task_, 0), loaded ? loaded->end : ports_.now());
    beside_loading_ = false;
    if (loaded) {
      residents_.loaded(chunk);
      beside_->weight_load += loaded->end - loaded->begin;
      ++beside_->next;
    } else {
      if (loaded.error().code == ErrorCode::kNotFound) residents_.lost();
      beside_->next = beside_->chunks.size();  // there is no room: the rest is loaded when the plan is served
    }
    if (after_beside_) return std::exchange(after_beside_, nullptr)();
    queue_next_beside();
    runs_.start_tasks();
  });
}

void Executor::end_loading_beside() {
  const auto ended = std::move(beside_);
  if (ended) ended->done(schemas::Deployed{device_, ended->plan_id, ended->weight_load});
}

}  // namespace synergy::executor
