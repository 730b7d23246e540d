// From one plan to the next: what is new is loaded beside what runs, where the next plan begins with that;
// the runs under way come to their end; then the executors load what is left, from empty memory where they
// must.
#include <algorithm>

#include "synergy/dispatcher/dispatcher.hpp"

namespace synergy::dispatcher {

bool Dispatcher::is_broken(const std::optional<schemas::CollaborationPlan>& plan) const {
  if (!plan) return false;
  const auto devices = devices_of(*plan);
  return std::any_of(devices.begin(), devices.end(),
                     [&](const DeviceId& device) { return body_.is_absent(device); });
}

void Dispatcher::begin_switching() {
  const bool goes_on = deployed() && !is_broken(plan_);
  if (decisions_.front().plan && goes_on) return load_beside();
  begin_draining();
}

void Dispatcher::load_beside() {
  const auto& plan = *decisions_.front().plan;
  loading_beside_ = devices_of(plan);
  if (loading_beside_.empty()) return begin_draining();
  const auto id = plan.id;
  const auto is_over = [this, id] {
    return loading_beside_.empty() || decisions_.empty() || !decisions_.front().plan ||
           decisions_.front().plan->id != id;
  };
  ports_.at(ports_.now() + kBesidePatience, [this, is_over] {
    if (is_over()) return;
    loading_beside_.clear();  // what is missing is loaded when the runs have ended
    begin_draining();
  });
  const schemas::Deploy deploy{plan, 0, schemas::DeployStage::kLoadBeside};
  for (const auto& device : std::set<DeviceId>(loading_beside_))
    ports_.deploy(device, deploy, [this, device, is_over](const Result<schemas::Deployed>&) {
      if (is_over()) return;
      loading_beside_.erase(device);  // an error shows again when the plan is served
      if (loading_beside_.empty()) begin_draining();
    });
}

void Dispatcher::begin_draining() {
  switching_ = Switching{ports_.now(), ports_.now()};
  const bool broken = is_broken(plan_);
  if (broken) fail_runs_under_way("device_left: " + decisions_.front().cause);
  switching_until_ = ports_.now() + (broken ? Duration(0) : kDrainPatience);
  pass_over_turns();
  drain_then_keep();
}

void Dispatcher::drain_then_keep() {
  // Of a submission that ends, or gives way to the next, the last runs are kept before: a restart looks only
  // at runs of apps that are running, from their present submission on.
  const auto& decision = decisions_.front();
  const auto& app = decision.submitted ? decision.submitted->app : decision.stopped;
  const bool ended = runs_under_way() == 0 && !has_runs_to_keep(app) && !ending_.has(app);
  if (ended || ports_.now() >= *switching_until_) {
    switching_->drained = ports_.now();
    return keep_decision();
  }
  ports_.at(ports_.now() + std::chrono::milliseconds(5), [this] { drain_then_keep(); });
}

void Dispatcher::note_switched() {
  if (!switching_ || switching_until_) return;  // it is the plan before that was started once more
  const schemas::StoreSwitch kept{plan_->id, switching_->drained - switching_->began,
                                  ports_.now() - switching_->drained};
  last_switch_ = kept.drain + kept.load;
  switching_.reset();
  ports_.log(Event::kSwitched,
             "plan " + std::to_string(kept.plan_id) + " in " +
                 std::to_string(last_switch_.count() / 1'000'000) + " ms",
             plan_request_);
  when_store_is_free([this, kept] {
    ports_.keep_switch(kept, [this](const Result<schemas::Done>&) {  // a time that is lost costs nobody a run
      store_is_free(true);
    });
  });
}

}  // namespace synergy::dispatcher
