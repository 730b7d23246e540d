#include "synergy/dispatcher/deployment.hpp"

#include <algorithm>
#include <utility>

#include "synergy/schemas/roster.hpp"

namespace synergy::dispatcher {
namespace {

using Phase = DeploymentPhase;

constexpr PhaseChange<Phase> kChanges[] = {
    {Phase::kNothing, Phase::kDeploying, "the first plan"},
    {Phase::kDeploying, Phase::kServing, "all its executors have taken the plan in"},
    {Phase::kDeploying, Phase::kDeploying, "another plan takes its place"},
    {Phase::kDeploying, Phase::kPausing, "an executor or the broker was started again meanwhile"},
    {Phase::kServing, Phase::kDeploying,
     "another plan, or the same once more: at once, because it ran undisturbed for 5 s"},
    {Phase::kServing, Phase::kPausing, "a run did not come through, soon after a start"},
    {Phase::kPausing, Phase::kDeploying, "the pause is over, or another plan takes its place"},
};

/// What asking again will not change.
bool is_definite(ErrorCode code) {
  return code == ErrorCode::kNoFit || code == ErrorCode::kInvalid || code == ErrorCode::kConflict ||
         code == ErrorCode::kNotFound;
}

}  // namespace

std::span<const PhaseChange<DeploymentPhase>> changes_of(DeploymentPhase) { return kChanges; }

std::set<DeviceId> devices_of(const schemas::ExecutionPlan& execution) {
  std::set<DeviceId> devices;
  for (const auto& step : execution.steps) {
    devices.insert(step.device);
    if (!step.to.empty()) devices.insert(step.to);
  }
  return devices;
}

std::set<DeviceId> devices_of(const schemas::CollaborationPlan& plan) {
  std::set<DeviceId> devices;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions) devices.merge(devices_of(execution));
  return devices;
}

Deployment::Deployment(const Ports& ports, const BodyWatch& body, Events events)
    : ports_(ports),
      body_(body),
      events_(std::move(events)),
      // Executors that were started by a dispatcher before this one must not take a new start for an old.
      start_(std::uint64_t(ports_.unix_now().time_since_epoch().count())) {}

bool Deployment::is_broken(const schemas::CollaborationPlan& plan) const {
  const auto devices = devices_of(plan);
  return std::any_of(devices.begin(), devices.end(),
                     [&](const DeviceId& device) { return body_.is_absent(device); });
}

void Deployment::put_in_force(schemas::CollaborationPlan plan, const std::string& request) {
  plan_ = std::move(plan);
  request_ = request;
  ports_.publish_plan(*plan_);
  begin();
}

void Deployment::resume(schemas::CollaborationPlan plan) {
  ports_.log(Event::kResumed, {{"plan", plan.id}}, {});
  put_in_force(std::move(plan), {});
}

void Deployment::begin() {
  phase_.go_to(Phase::kDeploying);
  ++start_;
  ++starts_;
  events_.runs_are_lost({});
  to_deploy_ = devices_of(*plan_);
  if (to_deploy_.empty()) return serve();
  for (const auto& device : std::set<DeviceId>(to_deploy_)) deploy_to(device);
}

void Deployment::serve() {
  phase_.go_to(Phase::kServing);
  ports_.log(Event::kDeployed, {{"plan", plan_->id}}, request_);
  served_at_ = ports_.now();
  last_good_ = plan_;
  events_.served();
}

void Deployment::deploy_to(const DeviceId& device) {
  const auto is_over = [this, start = start_] { return start_ != start || !phase_.is(Phase::kDeploying); };
  ports_.deploy(device, {*plan_, start_, schemas::DeployStage::kServe, request_},
                [this, device, is_over](const Result<schemas::Deployed>& done) {
                  if (is_over()) return;
                  if (done) return took_in(device, *done);
                  ports_.log(
                      Event::kNotDeployed,
                      {{"plan", plan_->id}, {"device", device.text()}, {"error", done.error().message}},
                      request_);
                  if (is_definite(done.error().code)) give_way(device, done.error());
                  ports_.at(ports_.now() + kDeployAgainAfter, [this, device, is_over] {
                    if (!is_over() && to_deploy_.contains(device)) deploy_to(device);
                  });
                });
}

void Deployment::took_in(const DeviceId& device, const schemas::Deployed& done) {
  if (done.instance != 0) instances_[device] = done.instance;  // one that starts again has another
  to_deploy_.erase(device);
  if (to_deploy_.empty()) serve();
}

/// Meanwhile the executor is asked again: what it lacks may come.
void Deployment::give_way(const DeviceId& device, const Error& error) {
  if (std::exchange(refused_plan_, plan_->id) == plan_->id) return;
  Refusal refusal{"plan " + std::to_string(plan_->id) + " can not be deployed on '" + device.text() +
                      "': " + error.message,
                  plan_->id};
  if (last_good_ && last_good_->pipelines != plan_->pipelines && !is_broken(*last_good_))
    refusal.roll_back_to = last_good_;
  events_.refused(std::move(refusal));
}

void Deployment::start_again(const std::string& why) {
  if (!plan_ || phase_.is(Phase::kPausing)) return;
  ports_.log(Event::kStartedAgain, {{"plan", plan_->id}, {"reason", why}}, request_);
  events_.runs_are_lost(why);
  const bool undisturbed = is_serving() && ports_.now() - served_at_ > kUndisturbed;
  pause_ = undisturbed ? Duration(0) : std::clamp<Duration>(2 * pause_, kStartAgainAfter, kLongestStartAgain);
  if (undisturbed) return begin();
  phase_.go_to(Phase::kPausing);
  ports_.at(ports_.now() + pause_, [this, start = start_] {
    if (phase_.is(Phase::kPausing) && start_ == start) begin();
  });
}

void Deployment::hear(const schemas::Health& health) {
  const auto device = schemas::process::device_in(health.process, schemas::process::kExecutor);
  if (!device || health.state != schemas::LifeCycle::kReady) return;
  if (!plan_ || !devices_of(*plan_).contains(*device)) return;
  const auto [known, first] = instances_.try_emplace(*device, health.instance);
  if (first || known->second == health.instance) return;
  known->second = health.instance;
  start_again(health.process + " was started again");
}

}  // namespace synergy::dispatcher
