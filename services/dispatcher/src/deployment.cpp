// Deployment: the plan in force reaches every executor that it names, again whenever one of them starts
// again, or a run did not come through.
#include <algorithm>
#include <utility>

#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher {
namespace {

/// What asking again will not change.
bool is_definite(ErrorCode code) {
  return code == ErrorCode::kNoFit || code == ErrorCode::kInvalid || code == ErrorCode::kConflict ||
         code == ErrorCode::kNotFound;
}

}  // namespace

std::set<DeviceId> Dispatcher::devices_of(const schemas::CollaborationPlan& plan) const {
  std::set<DeviceId> devices;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions) {
      const auto of_execution = devices_of(execution);
      devices.insert(of_execution.begin(), of_execution.end());
    }
  return devices;
}

std::set<DeviceId> Dispatcher::devices_of(const schemas::ExecutionPlan& execution) const {
  std::set<DeviceId> devices;
  for (const auto& step : execution.steps) {
    devices.insert(step.device);
    if (!step.to.empty()) devices.insert(step.to);
  }
  return devices;
}

void Dispatcher::start_plan() {
  restart_at_.reset();
  ++start_;
  ++starts_;
  next_pipeline_ = 0;
  fail_runs_under_way({});
  to_deploy_ = devices_of(*plan_);
  if (to_deploy_.empty()) return serve_plan();
  for (const auto& device : std::set<DeviceId>(to_deploy_)) deploy_to(device);
}

void Dispatcher::serve_plan() {
  ports_.log(Event::kDeployed, "plan " + std::to_string(plan_->id), plan_request_);
  started_at_ = ports_.now();
  last_good_ = plan_;
  auto others = devices_of(*plan_);  // what they did before has given way to this plan
  if (const auto body = body_.view()) others.insert(body->absent.begin(), body->absent.end());
  ending_.forgotten_by(others, ports_.now());
  turns_ = Turns(*plan_, ports_.model_now());
  for (auto& [id, app] : apps_) app.not_before = ports_.model_now();
  note_switched();
  start_runs();
}

void Dispatcher::deploy_to(const DeviceId& device) {
  const auto is_over = [this, id = plan_->id, start = start_] {
    return !plan_ || plan_->id != id || start_ != start;
  };
  ports_.deploy(device, {*plan_, start_, schemas::DeployStage::kServe},
                [this, device, is_over](const Result<schemas::Deployed>& done) {
                  if (is_over()) return;
                  if (done) {
                    // One that starts again has another instance.
                    if (done->instance != 0) executor_instances_[device] = done->instance;
                    to_deploy_.erase(device);
                    if (to_deploy_.empty()) serve_plan();
                    return;
                  }
                  ports_.log(Event::kNotDeployed, device.text() + ": " + done.error().message, plan_request_);
                  if (is_definite(done.error().code)) give_way(device, done.error());
                  ports_.at(ports_.now() + kDeployAgainAfter, [this, device, is_over] {
                    if (!is_over() && to_deploy_.contains(device)) deploy_to(device);
                  });
                });
}

/// Asks for another plan in place of one that an executor refuses for good, once: the last that ran, or,
/// where that can not be, a new one. Meanwhile the executor is asked again: what it lacks may come.
void Dispatcher::give_way(const DeviceId& device, const Error& error) {
  if (std::exchange(refused_plan_, plan_->id) == plan_->id) return;
  Decision decision;
  decision.cause = "plan " + std::to_string(plan_->id) + " can not be deployed on '" + device.text() +
                   "': " + error.message;
  if (last_good_ && last_good_->pipelines != plan_->pipelines && !is_broken(last_good_)) {
    decision.roll_back_to = last_good_;
    decision.refused_plan = plan_->id;
  }
  add(std::move(decision));
}

void Dispatcher::start_plan_again(const std::string& why) {
  if (!plan_ || restart_at_) return;
  ports_.log(Event::kStartedAgain, "plan " + std::to_string(plan_->id) + ": " + why, plan_request_);
  fail_runs_under_way(why);
  const bool undisturbed = to_deploy_.empty() && ports_.now() - started_at_ > kUndisturbed;
  restart_pause_ = undisturbed
                       ? Duration(0)
                       : std::clamp<Duration>(2 * restart_pause_, kStartAgainAfter, kLongestStartAgain);
  if (restart_pause_ == Duration(0)) return start_plan();
  restart_at_ = ports_.now() + restart_pause_;
  ports_.at(*restart_at_, [this, start = start_] {
    if (restart_at_ && start_ == start) start_plan();
  });
}

void Dispatcher::on(const schemas::Health& health) {
  if (health.process == "planner") planning_.heard_of_planner();
  constexpr std::string_view kPrefix = "executor/";
  if (!health.process.starts_with(kPrefix) || health.state != schemas::LifeCycle::kReady) return;
  const DeviceId device(health.process.substr(kPrefix.size()));
  if (!plan_ || !devices_of(*plan_).contains(device)) return;
  const auto [known, first] = executor_instances_.try_emplace(device, health.instance);
  if (first || known->second == health.instance) return;
  known->second = health.instance;
  start_plan_again(health.process + " was started again");
}

void Dispatcher::on_bus_restart() { start_plan_again("the broker was started again"); }

}  // namespace synergy::dispatcher
