// How the dispatcher reaches the world: time, the planner, the store, the executors, and who listens.
//
// The live dispatcher's ports speak over the bus. Tests and the virtual day have ports of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "synergy/base/clock.hpp"
#include "synergy/base/log_value.hpp"
#include "synergy/base/result.hpp"
#include "synergy/dispatcher/events.hpp"
#include "synergy/schemas/app.hpp"
#include "synergy/schemas/plan_commands.hpp"
#include "synergy/schemas/run.hpp"
#include "synergy/schemas/store.hpp"

namespace synergy::dispatcher {

/// Answers come later, once, from the same thread. An answer or a timer that comes after the dispatcher's end
/// must not be called.
struct Ports {
  template <class T>
  using Answer = std::function<void(Result<T>)>;

  std::function<MonotonicTime()> now;
  std::function<ModelTime()> model_now;
  std::function<UnixTime()> unix_now;
  /// Host time that a length of model time takes.
  std::function<Duration(Duration)> to_host;
  /// Calls back at that time, once; at once where it has passed.
  std::function<void(MonotonicTime, std::function<void()>)> at;
  /// As Planning::Ports::make_plan.
  std::function<void(const schemas::PlanMake&, Answer<schemas::CollaborationPlan>)> make_plan;
  std::function<void(const schemas::StoreDecision&, Answer<schemas::Done>)> keep_decision;
  std::function<void(const schemas::StoreRuns&, Answer<schemas::Done>)> keep_runs;
  std::function<void(const schemas::StoreSwitch&, Answer<schemas::Done>)> keep_switch;
  /// The number of the newest plan that the store has; 0: none.
  std::function<void(Answer<std::uint64_t>)> newest_plan;
  std::function<void(const DeviceId&, const schemas::Deploy&, Answer<schemas::Deployed>)> deploy;
  std::function<void(const DeviceId&, const schemas::RunGrant&)> grant;
  std::function<void(const DeviceId&, const schemas::RunSkip&)> skip;
  std::function<void(const schemas::QueryFrames&, Answer<schemas::FrameOutcomes>)> query_frames;
  std::function<void(const DeviceId&, const schemas::FrameEnded&)> frame_ended;
  std::function<void(const schemas::AppSet&)> publish_apps;
  std::function<void(const schemas::CollaborationPlan&)> publish_plan;
  /// `request` names the command that the event goes back to; empty where there is none.
  std::function<void(Event event, LogFields fields, const std::string& request)> log;
};

}  // namespace synergy::dispatcher
