#include "synergy/cli/description.hpp"

#include <algorithm>
#include <cctype>

#include "synergy/base/text.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

std::vector<schemas::EventRecord> events_of(const std::string& name, const Heard& heard) {
  std::vector<schemas::EventRecord> events;
  for (const auto& event : heard.events) {  // newest first
    if (events.size() == kEventsDescribed) break;
    if (tells_of(event.subject, name) || tells_of(event.text, name)) events.push_back(event);
  }
  std::reverse(events.begin(), events.end());
  return events;
}

double latency_us(const schemas::PipelinePlan& pipeline) {
  double sum = 0;
  for (const auto& way : pipeline.executions) sum += way.share * microseconds(way.latency);
  return sum;
}

std::string layers_text(const schemas::Chunk& chunk) {
  return "layers " + std::to_string(chunk.first_layer) + "-" + std::to_string(chunk.last_layer);
}

void add_tasks(const DeviceId& device, const schemas::PipelinePlan& pipeline,
               std::vector<DeviceTask>& tasks) {
  const auto add = [&](const std::string& task) {
    const DeviceTask made{pipeline.app, task};
    if (std::find(tasks.begin(), tasks.end(), made) == tasks.end()) tasks.push_back(made);
  };
  for (const auto& way : pipeline.executions) {
    if (way.source == device) add("senses");
    for (const auto& chunk : way.chunks)
      if (chunk.device == device) add(layers_text(chunk));
    if (way.target == device) add("interacts");
  }
}

}  // namespace

Result<AppDescription> describe_app(const AppId& app, const Heard& heard) {
  AppDescription made;
  bool found = false;
  for (const auto& status : heard.apps ? heard.apps->apps : std::vector<schemas::AppStatus>()) {
    if (status.request.app != app) continue;
    found = true;
    made.app = status;
  }
  if (!found) return unknown_app(app, heard.apps);
  made.state = made.app.state();
  const auto* plan = heard.plan ? &*heard.plan : nullptr;
  const auto* use = heard.use ? &*heard.use : nullptr;
  made.rates = list_apps({{made.app}}, plan, use).rates.front();
  if (const auto* pipeline = plan != nullptr ? plan->find(app) : nullptr) {
    made.plan_id = plan->id;
    made.policy = plan->policy;
    made.why = plan->reason;
    made.predicted_latency_us = latency_us(*pipeline);
    made.plan = *pipeline;
  }
  if (use != nullptr)
    for (const auto& pipeline : use->pipelines)
      if (pipeline.app == app) made.use = pipeline;
  made.runs = heard.runs;
  made.events = events_of(app.text(), heard);
  return made;
}

Result<DeviceDescription> describe_device(const DeviceId& device, const Heard& heard) {
  if (!heard.body)
    return Error{ErrorCode::kUnavailable, "the body is not known yet: the monitor publishes nothing"};
  const auto& body = *heard.body;
  const auto* found = body.find(device);
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const auto& each : body.devices) names.push_back(each.id.text());
    return Error{ErrorCode::kNotFound,
                 unknown_name("device", device.text(), names) + " (synergy devices lists them)"};
  }
  DeviceDescription made;
  made.device = *found;
  made.present = !body.is_absent(device);
  if (const auto note = body.notes.find(device.text()); note != body.notes.end()) made.note = note->second;
  if (const auto left = body.batteries.find(device.text()); left != body.batteries.end())
    made.battery_percent = left->second;
  made.profile = body.profile_of(*found);
  if (heard.plan) {
    for (const auto& pipeline : heard.plan->pipelines) add_tasks(device, pipeline, made.tasks);
    for (const auto& memory : heard.plan->memory)
      if (memory.device == device) made.memory = memory;
  }
  if (heard.use) {
    for (const auto& unit : heard.use->units)
      if (unit.device == device) made.units.push_back(unit);
    for (const auto& use : heard.use->devices)
      if (use.device == device) made.use = use;
  }
  made.events = events_of(device.text(), heard);
  return made;
}

std::string way_text(const schemas::ExecutionPlan& way) {
  std::string text = way.source.text() + " senses";
  for (const auto& chunk : way.chunks) text += " > " + chunk.device.text() + " " + layers_text(chunk);
  return text + " > " + way.target.text() + " interacts";
}

bool tells_of(std::string_view text, std::string_view name) {
  const auto is_of_a_name = [&](std::size_t at) {
    if (at >= text.size()) return false;
    const auto c = static_cast<unsigned char>(text[at]);
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  };
  if (name.empty()) return false;
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1))
    if ((at == 0 || !is_of_a_name(at - 1)) && !is_of_a_name(at + name.size())) return true;
  return false;
}

}  // namespace synergy::cli

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::AppDescription>();
template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::DeviceDescription>();
