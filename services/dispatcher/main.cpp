// The dispatcher: admits apps, deploys plans, starts runs and keeps book of them.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "synergy/dispatcher/dispatcher.hpp"
#include "synergy/runtime/body.hpp"
#include "synergy/runtime/service_main.hpp"

using namespace synergy;
using namespace std::chrono_literals;
namespace topics = schemas::topics;

namespace {

/// Storing takes milliseconds; a peer that is starting again takes a second or two.
constexpr Duration kAnswerTime = 10s;
/// A plan takes as long as it takes; a planner that is gone is noticed by its silence
/// (dispatcher/planning.hpp).
constexpr Duration kPlanTime = 1h;
/// How often to look whether the broker is another.
constexpr Duration kLookAtBus = 50ms;
constexpr Duration kLoadAgainAfter = 500ms;
/// Weights travel at the emulated speed.
constexpr Duration kDeployTime = 30s;

dispatcher::Ports ports_of(runtime::Context& context, const TimeScale& scale) {
  auto& bus = context.bus();
  dispatcher::Ports ports;
  ports.now = [&context] { return context.clock().monotonic(); };
  ports.model_now = [&context, scale] { return scale.to_model(context.clock().monotonic()); };
  ports.unix_now = [&context] { return context.clock().unix(); };
  ports.to_host = [scale](Duration model) { return scale.to_host(model); };
  ports.at = [&context](MonotonicTime time, std::function<void()> then) {
    context.at(time, std::move(then));
  };
  ports.make_plan = [&bus, call = std::string()](const auto& command, auto answer) mutable {
    bus.cancel(call);  // the planner gives the older question up for the newer
    call = bus.call(topics::command("planner"), command, kPlanTime, std::move(answer));
  };
  ports.keep_decision = [&bus](const auto& command, auto answer) {
    bus.call(topics::command("store"), command, kAnswerTime, std::move(answer));
  };
  ports.keep_runs = [&bus](const auto& command, auto answer) {
    bus.call(topics::command("store"), command, kAnswerTime, std::move(answer));
  };
  ports.keep_switch = [&bus](const auto& command, auto answer) {
    bus.call(topics::command("store"), command, kAnswerTime, std::move(answer));
  };
  ports.newest_plan = [&bus](auto answer) {
    bus.call(topics::command("store"), schemas::QueryHistory{1}, kAnswerTime,
             [answer](const Result<schemas::PlanHistory>& history) {
               if (!history) return answer(history.error());
               answer(history->plans.empty() ? 0 : history->plans.front().id);
             });
  };
  // One that is out of date must not be repeated: it would undo the next.
  ports.deploy = [&bus, calls = std::map<std::pair<DeviceId, schemas::DeployStage>, std::string>()](
                     const DeviceId& device, const schemas::Deploy& command, auto answer) mutable {
    auto& call = calls[{device, command.stage}];
    bus.cancel(call);
    call = bus.call(topics::executor(device), command, kDeployTime, std::move(answer));
  };
  ports.grant = [&bus](const DeviceId& device, const schemas::RunGrant& grant) {
    (void)bus.publish(topics::tensor(device),
                      grant);  // a grant that is lost is repeated when its patience is over
  };
  ports.skip = [&bus](const DeviceId& device, const schemas::RunSkip& skip) {
    (void)bus.publish(topics::tensor(device), skip);  // as with a grant
  };
  const auto check = [&context](const Status& sent, std::string_view what) {  // state fails only by its size
    if (!sent) context.log().warn("not_sent", {{"what", what}, {"error", sent.error().message}});
  };
  ports.publish_apps = [&bus, check](const schemas::AppSet& apps) {
    check(bus.publish(topics::kApps, apps), "apps");
  };
  ports.publish_plan = [&bus, check](const schemas::CollaborationPlan& plan) {
    check(bus.publish(topics::kPlan, plan), "plan");
  };
  ports.log = [&context](dispatcher::Event event, const std::string& what, const std::string& request) {
    const auto& info = dispatcher::info_of(event);
    const auto write = [&](runtime::Log::Fields fields) {
      info.level == dispatcher::EventLevel::kWarn ? context.log().warn(info.name, fields)
                                                  : context.log().info(info.name, fields);
    };
    if (request.empty()) return write({{"what", what}});
    write({{"what", what}, {"request", request}});
  };
  return ports;
}

void serve(runtime::Context& context, dispatcher::Dispatcher& dispatcher) {
  auto& bus = context.bus();
  bus.subscribe<schemas::RunResult>(
      topics::kResultPrefix, [&](const auto&, const schemas::RunResult& result) { dispatcher.on(result); });
  bus.subscribe<schemas::RunFailed>(
      topics::kFailedPrefix, [&](const auto&, const schemas::RunFailed& failed) { dispatcher.on(failed); });
  bus.subscribe<schemas::Health>(topics::kHealthPrefix,
                                 [&](const auto&, const schemas::Health& health) { dispatcher.on(health); });
  bus.serve<schemas::PlanAgain>(
      topics::command("dispatcher"), [&](const schemas::PlanAgain& again, const auto& answer) {
        context.log().info("plan_again", {{"policy", again.policy}, {"request", answer.request_id()}});
        dispatcher.on(
            again, [answer](const Result<schemas::CollaborationPlan>& plan) { answer(plan); },
            answer.request_id());
      });
  context.every(kLookAtBus, [&, epoch = bus.epoch()]() mutable {
    const auto before = std::exchange(epoch, bus.epoch());
    if (before != 0 && before != epoch) dispatcher.on_bus_restart();  // 0: not on the bus yet
  });
  bus.serve<schemas::AppSubmit>(topics::command("dispatcher"), [&](const schemas::AppSubmit& submit,
                                                                   const auto& answer) {
    context.log().info("submit", {{"app", submit.request.app.text()},
                                  {"model", submit.request.model.text()},
                                  {"request", answer.request_id()}});
    dispatcher.on(
        submit, [answer](const Result<schemas::AppSubmitted>& done) { answer(done); }, answer.request_id());
  });
  bus.serve<schemas::AppStop>(
      topics::command("dispatcher"), [&](const schemas::AppStop& stop, const auto& answer) {
        context.log().info("stop_app", {{"app", stop.app.text()}, {"request", answer.request_id()}});
        dispatcher.on(
            stop, [answer](const Result<schemas::AppStopped>& done) { answer(done); }, answer.request_id());
      });
  context.report([&] { return dispatcher.counters(); });
  context.tell([&] { return dispatcher.note(); });
  context.on_drain([&] { dispatcher.drain(); });
  context.busy_while([&] { return !dispatcher.settled(); });
}

/// Asks the store what there is, for as long as it takes.
void load_state(runtime::Context& context, const std::function<void(const schemas::StoredState&)>& then) {
  context.bus().call(topics::command("store"), schemas::LoadState{}, kAnswerTime,
                     [&context, then](const Result<schemas::StoredState>& state) {
                       if (state) return then(*state);
                       context.log().warn("no_state", {{"error", state.error().message}});
                       context.at(context.clock().monotonic() + kLoadAgainAfter,
                                  [&context, then] { load_state(context, then); });
                     });
}

}  // namespace

int main(int argc, char** argv) {
  return runtime::service_main(
      argc, argv, {"dispatcher", "Admits apps, deploys their plans, and starts and accounts for their runs."},
      [](runtime::Options&) {},
      [](runtime::Context& context) -> Status {
        std::unique_ptr<dispatcher::Dispatcher> dispatcher;
        std::optional<schemas::BodyView> body_now;
        bool serving = false;
        context.bus().subscribe<schemas::BodyView>(topics::kBody,
                                                   [&](const auto&, const schemas::BodyView& body) {
                                                     body_now = body;
                                                     if (serving) dispatcher->on(body);
                                                   });
        runtime::when_body_is_known(context, [&](const schemas::BodyView& body) {
          dispatcher =
              std::make_unique<dispatcher::Dispatcher>(ports_of(context, TimeScale(body.time_scale)));
          context.waiting_for("the store");
          load_state(context, [&](const schemas::StoredState& state) {
            serve(context, *dispatcher);
            dispatcher->resume(state);
            dispatcher->on(*body_now);
            serving = true;
            context.ready();
          });
        });
        return context.run();
      });
}
