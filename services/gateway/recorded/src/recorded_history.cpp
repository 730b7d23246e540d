#include "recorded_history.hpp"

#include <algorithm>
#include <utility>

#include "synergy/base/text.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/schemas/topics.hpp"

namespace synergy::gateway_recorded {
namespace {

using Entry = client::RecordingIndex::Entry;

std::string placement_of(const schemas::PipelinePlan& pipeline) {
  std::string text = pipeline.app.text() + ":";
  for (const auto& way : pipeline.executions)
    for (const auto& chunk : way.chunks)
      text += " " + chunk.device.text() + " layers " + std::to_string(chunk.first_layer) + "-" +
              std::to_string(chunk.last_layer);
  return text;
}

/// As the store words it.
schemas::EventRecord event_of(const schemas::StoreDecision& decision, UnixTime at) {
  if (!decision.decided.empty()) return {at, "decision", decision.decided, decision.cause};
  if (decision.plan) return {at, "plan", "plan " + std::to_string(decision.plan->id), decision.cause};
  std::vector<std::string> names;
  for (const auto& status : decision.apps) names.push_back(status.request.app.text());
  return {at, "apps", list_of(names), decision.cause};
}

UnixTime time_of(RecordingFile& file, const Entry& entry, UnixTime told) {
  return told == UnixTime{} ? file.index().header().started + entry.at : told;
}

}  // namespace

std::optional<RecordedPlan> plan_at(RecordingFile& file, const Entry& entry) {
  if (file.index().name_of(entry) == schemas::topics::kPlan) {
    auto plan = file.message<schemas::CollaborationPlan>(entry);
    if (!plan) return std::nullopt;
    return RecordedPlan{std::move(*plan), "was in force when the recording began", time_of(file, entry, {})};
  }
  auto decision = file.message<schemas::StoreDecision>(entry);
  if (!decision || !decision->plan) return std::nullopt;
  return RecordedPlan{std::move(*decision->plan), std::move(decision->cause),
                      time_of(file, entry, decision->at)};
}

schemas::PlanSummary summary_of(const RecordedPlan& recorded) {
  const auto& plan = recorded.plan;
  schemas::PlanSummary summary;
  summary.id = plan.id;
  summary.made = client::utc_text(recorded.made);
  summary.body = plan.body;
  summary.policy = plan.policy;
  summary.cause = recorded.cause;
  summary.reason = plan.reason;
  summary.bottleneck = plan.bottleneck;
  summary.rounds_per_second = plan.rounds_per_second;
  summary.latency_us = microseconds(plan.latency);
  summary.latency_ms = milliseconds(plan.latency);
  summary.energy_uj = plan.energy_uj;
  summary.status = plan.status;
  summary.stopped_by = plan.stopped_by;
  summary.nodes_spent = plan.nodes_spent;
  for (const auto& pipeline : plan.pipelines) summary.placements.push_back(placement_of(pipeline));
  return summary;
}

void add_switches(RecordingFile& file, std::uint32_t end, std::vector<schemas::PlanSummary>& plans) {
  for (const auto place : file.index().places(client::kStoreSwitches, end)) {
    const auto took = file.message<schemas::StoreSwitch>(file.index().entries()[place]);
    if (!took) continue;
    for (auto& plan : plans) {
      if (plan.id != took->plan_id || plan.switch_us) continue;  // the first word on a plan stands
      plan.switch_us = microseconds(took->drain + took->load);
      plan.switch_ms = milliseconds(took->drain + took->load);
    }
  }
}

std::vector<schemas::EventRecord> events_of(RecordingFile& file, std::uint32_t end, std::size_t limit) {
  std::vector<schemas::EventRecord> events;
  const auto places = file.index().places(client::kStoreDecisions, end);
  for (auto place = places.rbegin(); place != places.rend() && events.size() < limit; ++place) {
    const auto& entry = file.index().entries()[*place];
    const auto decision = file.message<schemas::StoreDecision>(entry);
    if (!decision) continue;
    auto event = event_of(*decision, time_of(file, entry, decision->at));
    // A command whose answer was lost was sent again.
    if (std::find(events.begin(), events.end(), event) == events.end()) events.push_back(std::move(event));
  }
  return events;
}

}  // namespace synergy::gateway_recorded
