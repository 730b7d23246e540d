#include "synergy/dispatcher_adapter/run.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "synergy/dispatcher/dispatcher.hpp"
#include "synergy/dispatcher_adapter/ports.hpp"
#include "synergy/runtime/body.hpp"

namespace synergy::dispatcher_adapter {

using dispatcher::Dispatcher;
namespace topics = schemas::topics;

namespace {

void follow_runs(bus::Participant& bus, Dispatcher& dispatcher) {
  bus.subscribe<schemas::RunResult>(
      topics::kResultPrefix, [&](const auto&, const schemas::RunResult& result) { dispatcher.on(result); });
  bus.subscribe<schemas::RunFailed>(
      topics::kFailedPrefix, [&](const auto&, const schemas::RunFailed& failed) { dispatcher.on(failed); });
  bus.subscribe<schemas::Health>(topics::kHealthPrefix,
                                 [&](const auto&, const schemas::Health& health) { dispatcher.on(health); });
}

void serve_commands(runtime::Context& context, Dispatcher& dispatcher) {
  auto& bus = context.bus();
  auto& log = context.log();
  const auto topic = topics::command("dispatcher");
  bus.serve<schemas::PlanAgain>(topic, [&](const schemas::PlanAgain& again, const auto& answer) {
    log.info("plan_again",
             {{"policy", again.policy},
              {"objective", again.objective ? schemas::name_of(*again.objective) : ""},
              {"residency", again.residency ? schemas::name_of(*again.residency) : ""}},
             answer.request_id());
    dispatcher.on(
        again, [answer](const Result<schemas::CollaborationPlan>& plan) { answer(plan); },
        answer.request_id());
  });
  bus.serve<schemas::AppSubmit>(topic, [&](const schemas::AppSubmit& submit, const auto& answer) {
    log.info("submit", {{"app", submit.request.app.text()}, {"model", submit.request.model.text()}},
             answer.request_id());
    dispatcher.on(
        submit, [answer](const Result<schemas::AppSubmitted>& done) { answer(done); }, answer.request_id());
  });
  bus.serve<schemas::AppTry>(topic, [&](const schemas::AppTry& one, const auto& answer) {
    log.info("try", {{"app", one.request.app.text()}, {"model", one.request.model.text()}},
             answer.request_id());
    dispatcher.on(
        one, [answer](const Result<schemas::AppForecast>& done) { answer(done); }, answer.request_id());
  });
  bus.serve<schemas::FramesOpen>(topic, [&](const schemas::FramesOpen& frames, const auto& answer) {
    dispatcher.on(frames, [answer](const Result<schemas::Done>& done) { answer(done); });
  });
  bus.serve<schemas::AppStop>(topic, [&](const schemas::AppStop& stop, const auto& answer) {
    log.info("stop_app", {{"app", stop.app.text()}}, answer.request_id());
    dispatcher.on(
        stop, [answer](const Result<schemas::AppStopped>& done) { answer(done); }, answer.request_id());
  });
}

void serve(runtime::Context& context, Dispatcher& dispatcher) {
  auto& bus = context.bus();
  follow_runs(bus, dispatcher);
  serve_commands(context, dispatcher);
  context.every(kLookAtBus, [&, epoch = bus.epoch()]() mutable {
    const auto before = std::exchange(epoch, bus.epoch());
    if (before != 0 && before != epoch) dispatcher.on_bus_restart();  // 0: not on the bus yet
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

Status run(runtime::Context& context) {
  std::unique_ptr<Dispatcher> dispatcher;
  std::optional<schemas::BodyView> body_now;
  bool serving = false;
  context.bus().subscribe<schemas::BodyView>(topics::kBody, [&](const auto&, const schemas::BodyView& body) {
    body_now = body;
    if (serving) dispatcher->on(body);
  });
  runtime::when_body_is_known(context, [&](const schemas::BodyView& body) {
    dispatcher = std::make_unique<Dispatcher>(ports_of(context, TimeScale(body.time_scale)));
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
}

}  // namespace synergy::dispatcher_adapter
