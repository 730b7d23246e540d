#include "follow.hpp"

#include <utility>

#include "synergy/schemas/encode.hpp"

namespace synergy::gateway_adapter {

namespace topics = schemas::topics;
using gateway::StateKind;

Follow::Follow(runtime::Context& context, gateway::Board& board, gateway::StreamHub& hub)
    : context_(context), board_(board), hub_(hub) {
  follow(topics::kBody, StateKind::kBody, body_);
  follow(topics::kApps, StateKind::kApps, apps_);
  follow(topics::kPlan, StateKind::kPlan, plan_);
  follow(topics::kServices, StateKind::kServices, services_);
  follow(topics::kUse, StateKind::kUse, use_);
  context_.bus().subscribe<schemas::Health>(topics::kHealthPrefix,
                                            [this](const auto&, const schemas::Health& health) {
                                              board_.heard(health, context_.clock().monotonic());
                                            });
  follow_runs();
  context_.every(kBetweenTasks, [this] { ask_for_tasks(); });
}

template <class T>
void Follow::follow(std::string_view topic, StateKind kind, Paced<T>& paced) {
  context_.bus().subscribe<T>(topic, [this, kind, &paced](const auto&, const T& state) {
    paced.newest = state;
    const auto now = context_.clock().monotonic();
    if (!paced.shown || now - *paced.shown >= kBetweenStates) return show(kind, paced);
    if (std::exchange(paced.waits, true)) return;
    context_.at(*paced.shown + kBetweenStates, [this, kind, &paced] { show(kind, paced); });
  });
}

template <class T>
void Follow::show(StateKind kind, Paced<T>& paced) {
  paced.waits = false;
  if (!paced.newest) return;
  const auto now = context_.clock().monotonic();
  paced.shown = now;
  hub_.publish(kind, board_.set(*std::exchange(paced.newest, std::nullopt), now));
}

void Follow::follow_runs() {
  context_.bus().subscribe<schemas::RunResult>(
      topics::kResultPrefix, [this](const auto&, const schemas::RunResult& result) {
        if (hub_.viewers() == 0) return;
        if (auto shown = results_.hear(result, context_.clock().monotonic()))
          hub_.publish("result", std::move(*shown));
      });
  context_.bus().subscribe<schemas::RunFailed>(topics::kFailedPrefix,
                                               [this](const auto&, const schemas::RunFailed& failed) {
                                                 if (hub_.viewers() > 0)
                                                   hub_.publish("failed", schemas::to_json(failed));
                                               });
  context_.every(gateway::kBetweenResults, [this] {
    for (auto& shown : results_.due(context_.clock().monotonic())) hub_.publish("result", std::move(shown));
  });
}

void Follow::ask_for_tasks() {
  if (!hub_.anybody_wants_tasks()) return tasks_.forget();
  const auto body = board_.body();
  if (!body) return;
  for (const auto& device : body->devices)
    if (!body->is_absent(device.id) && asked_.insert(device.id).second) ask_for_tasks_of(device.id);
}

void Follow::ask_for_tasks_of(const DeviceId& device) {
  context_.bus().call(topics::executor(device), tasks_.question(device), std::chrono::seconds(1),
                      [this, device](Result<schemas::TaskTable> answer) {
                        asked_.erase(device);
                        if (!answer || answer->device != device) return;
                        const auto fresh = tasks_.fresh(std::move(*answer));
                        if (!fresh.tasks.empty()) hub_.publish_tasks(schemas::to_json(fresh));
                      });
}

}  // namespace synergy::gateway_adapter
