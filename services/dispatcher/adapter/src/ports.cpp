#include "synergy/dispatcher_adapter/ports.hpp"

#include <map>
#include <string>
#include <utility>

namespace synergy::dispatcher_adapter {

using dispatcher::Ports;
namespace topics = schemas::topics;

namespace {

void add_time(runtime::Context& context, const TimeScale& scale, Ports& ports) {
  ports.now = [&context] { return context.clock().monotonic(); };
  ports.model_now = [&context, scale] { return scale.to_model(context.clock().monotonic()); };
  ports.unix_now = [&context] { return context.clock().unix(); };
  ports.to_host = [scale](Duration model) { return scale.to_host(model); };
  ports.at = [&context](MonotonicTime time, std::function<void()> then) {
    context.at(time, std::move(then));
  };
}

void add_planner_and_store(bus::Participant& bus, Ports& ports) {
  ports.make_plan = [&bus, call = std::string()](const auto& command, auto answer) mutable {
    bus.cancel(call);  // the planner gives the older question up for the newer
    call = bus.call(topics::command("planner"), command, kPlanTime, std::move(answer));
  };
  const auto keep = [&bus](const auto& command, auto answer) {
    bus.call(topics::command("store"), command, kAnswerTime, std::move(answer));
  };
  ports.keep_decision = keep;
  ports.keep_runs = keep;
  ports.keep_switch = keep;
  ports.query_frames = keep;
  ports.newest_plan = [&bus](auto answer) {
    bus.call(topics::command("store"), schemas::QueryHistory{1}, kAnswerTime,
             [answer](const Result<schemas::PlanHistory>& history) {
               if (!history) return answer(history.error());
               answer(history->plans.empty() ? 0 : history->plans.front().id);
             });
  };
}

void add_executors(bus::Participant& bus, Ports& ports) {
  // A deployment that is out of date must not be repeated: it would undo the next.
  ports.deploy = [&bus, calls = std::map<std::pair<DeviceId, schemas::DeployStage>, std::string>()](
                     const DeviceId& device, const schemas::Deploy& command, auto answer) mutable {
    auto& call = calls[{device, command.stage}];
    bus.cancel(call);
    call = bus.call(topics::executor(device), command, kDeployTime, std::move(answer));
  };
  // A grant or a skip that is lost is repeated when the dispatcher's patience is over.
  ports.grant = [&bus](const DeviceId& device, const schemas::RunGrant& grant) {
    (void)bus.publish(topics::run(device), grant);
  };
  ports.skip = [&bus](const DeviceId& device, const schemas::RunSkip& skip) {
    (void)bus.publish(topics::run(device), skip);
  };
  // Where it is lost, the executor tells of the frame again.
  ports.frame_ended = [&bus](const DeviceId& device, const schemas::FrameEnded& ended) {
    (void)bus.publish(topics::run(device), ended);
  };
}

void add_states(runtime::Context& context, Ports& ports) {
  const auto check = [&context](const Status& sent, std::string_view what) {  // state fails only by its size
    if (!sent) context.log().warn("not_sent", {{"what", what}, {"error", sent.error().message}});
  };
  ports.publish_apps = [&context, check](const schemas::AppSet& apps) {
    check(context.bus().publish(topics::kApps, apps), "apps");
  };
  ports.publish_plan = [&context, check](const schemas::CollaborationPlan& plan) {
    check(context.bus().publish(topics::kPlan, plan), "plan");
  };
}

void add_log(runtime::Log& log, Ports& ports) {
  ports.log = [&log](dispatcher::Event event, LogFields fields, const std::string& request) {
    const auto& info = dispatcher::info_of(event);
    log.write(info.level, info.name, fields, request);
  };
}

}  // namespace

Ports ports_of(runtime::Context& context, const TimeScale& scale) {
  Ports ports;
  add_time(context, scale, ports);
  add_planner_and_store(context.bus(), ports);
  add_executors(context.bus(), ports);
  add_states(context, ports);
  add_log(context.log(), ports);
  return ports;
}

}  // namespace synergy::dispatcher_adapter
