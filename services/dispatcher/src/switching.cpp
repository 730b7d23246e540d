#include "synergy/dispatcher/switching.hpp"

#include <utility>

namespace synergy::dispatcher {
namespace {

using Phase = SwitchingPhase;

constexpr Duration kLookAgainAfter = std::chrono::milliseconds(5);

constexpr PhaseChange<Phase> kChanges[] = {
    {Phase::kAtRest, Phase::kLoadingBeside, "another plan, while the one in force serves"},
    {Phase::kAtRest, Phase::kDraining, "no plan serves, a device of it is gone, or no plan is needed"},
    {Phase::kLoading, Phase::kDraining, "another plan, before the last was served"},
    {Phase::kLoadingBeside, Phase::kDraining, "all is loaded, or 3 s are over"},
    {Phase::kDraining, Phase::kKeeping, "no run is under way, or 3 s are over"},
    {Phase::kKeeping, Phase::kLoading, "the store has the decision, and its plan is put in force"},
    {Phase::kKeeping, Phase::kAtRest, "the store has a decision without a plan, or refused it"},
    {Phase::kLoading, Phase::kAtRest, "the plan is served"},
};

}  // namespace

std::span<const PhaseChange<SwitchingPhase>> changes_of(SwitchingPhase) { return kChanges; }

void Switching::begin(const schemas::CollaborationPlan* next, const std::string& cause,
                      const std::string& request, const AppId& app, std::function<void()> then) {
  ++number_;
  cause_ = cause;
  app_ = app;
  then_ = std::move(then);
  const bool goes_on = deployment_.is_serving() && !deployment_.is_broken();
  if (next != nullptr && goes_on && !devices_of(*next).empty()) return load_beside(*next, request);
  drain();
}

void Switching::load_beside(const schemas::CollaborationPlan& next, const std::string& request) {
  phase_.go_to(Phase::kLoadingBeside);
  loading_ = devices_of(next);
  const auto is_over = [this, number = number_] {
    return number != number_ || !phase_.is(Phase::kLoadingBeside);
  };
  ports_.at(ports_.now() + kBesidePatience, [this, is_over] {
    if (!is_over()) drain();  // what is missing is loaded when the runs have ended
  });
  const schemas::Deploy deploy{next, 0, schemas::DeployStage::kLoadBeside, request};
  for (const auto& device : std::set<DeviceId>(loading_))
    ports_.deploy(device, deploy, [this, device, is_over](const Result<schemas::Deployed>&) {
      if (is_over()) return;
      loading_.erase(device);  // an error shows again when the plan is served
      if (loading_.empty()) drain();
    });
}

void Switching::drain() {
  phase_.go_to(Phase::kDraining);
  began_ = drained_ = ports_.now();
  const bool broken = deployment_.is_broken();
  if (broken) runs_.are_lost("device_left: " + cause_);
  until_ = ports_.now() + (broken ? Duration(0) : kDrainPatience);
  runs_.hold();
  wait_for_runs();
}

void Switching::wait_for_runs() {
  const bool ended = runs_.under_way() == 0 && !store_.has_runs_of(app_) && !runs_.are_ending(app_);
  if (!ended && ports_.now() < until_) {
    ports_.at(ports_.now() + kLookAgainAfter, [this] { wait_for_runs(); });
    return;
  }
  drained_ = ports_.now();
  phase_.go_to(Phase::kKeeping);
  std::exchange(then_, nullptr)();
}

void Switching::kept(bool new_plan) {
  phase_.go_to(new_plan ? Phase::kLoading : Phase::kAtRest);
  runs_.release();
}

void Switching::not_kept() { kept(false); }

void Switching::served() {
  if (!phase_.is(Phase::kLoading)) return;  // the plan before was started once more
  phase_.go_to(Phase::kAtRest);
  const schemas::StoreSwitch took{deployment_.plan()->id, drained_ - began_, ports_.now() - drained_};
  last_ = took.drain + took.load;
  ports_.log(Event::kSwitched, {{"plan", took.plan_id}, {"ms", last_.count() / 1'000'000}},
             deployment_.request());
  store_.send_switch(took);
}

}  // namespace synergy::dispatcher
