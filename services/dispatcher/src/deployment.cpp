// Deployment: the plan in force reaches every executor that it names, again whenever one of them starts
// again.
#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher {

std::set<DeviceId> Dispatcher::devices_of(const schemas::CollaborationPlan& plan) const {
  std::set<DeviceId> devices;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& step : execution.steps) {
        devices.insert(step.device);
        if (!step.to.empty()) devices.insert(step.to);
      }
  return devices;
}

void Dispatcher::deploy_plan() {
  to_deploy_ = devices_of(*plan_);
  for (const auto& device : std::set<DeviceId>(to_deploy_)) deploy_to(device);
}

void Dispatcher::deploy_to(const DeviceId& device) {
  const auto id = plan_->id;
  ports_.deploy(device, {*plan_}, [this, device, id](const Result<schemas::Deployed>& done) {
    if (!plan_ || plan_->id != id) return;
    if (!done) {
      ports_.log("deploy_again", device.text() + ": " + done.error().message);
      ports_.at(ports_.now() + kDeployAgainAfter, [this, device, id] {
        if (plan_ && plan_->id == id && to_deploy_.contains(device)) deploy_to(device);
      });
      return;
    }
    if (done->instance != 0)
      executor_instances_[device] = done->instance;  // one that starts again has another
    to_deploy_.erase(device);
    if (!to_deploy_.empty()) return;
    ports_.log("deployed", "plan " + std::to_string(id));
    start_runs();
  });
}

void Dispatcher::on(const schemas::Health& health) {
  constexpr std::string_view kPrefix = "executor/";
  if (!health.process.starts_with(kPrefix) || health.state != schemas::LifeCycle::kReady) return;
  const DeviceId device(health.process.substr(kPrefix.size()));
  const auto [known, first] = executor_instances_.try_emplace(device, health.instance);
  if (first || known->second == health.instance) return;
  known->second = health.instance;
  if (!plan_ || !devices_of(*plan_).contains(device) || to_deploy_.contains(device)) return;
  ports_.log("executor_restarted", device.text());
  to_deploy_.insert(device);
  for (auto& [id, app] : apps_)
    if (app.book) app.book->fail_all(ports_.now());
  deploy_to(device);
}

}  // namespace synergy::dispatcher
