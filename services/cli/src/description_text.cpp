// A description for people: a line for each thing, then tables of what there is several of.
#include "synergy/base/text.hpp"
#include "synergy/base/visible_text.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/cli/description.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/client/duration.hpp"
#include "synergy/client/report.hpp"

namespace synergy::cli {
namespace {

/// `name:      value`; of more values of a thing the name is empty. Names are shorter than the column.
std::string line(const std::string& name, const std::string& value) {
  constexpr std::size_t kWidth = 14;
  const auto before = name.empty() ? std::string() : name + ":";
  return before + std::string(kWidth - before.size(), ' ') + visible(value) + "\n";
}

std::string per_second(const std::optional<double>& rate) { return rate ? fixed(*rate, 2) : "-"; }

std::string end_text(const schemas::Requirement& end) {
  return end.needs + (end.on.empty() ? "" : " on " + end.on.text());
}

/// The reason of an app that waits begins with that word.
std::string state_text(const std::string& state, const std::string& reason) {
  const bool waits = state == "waiting" && reason.starts_with("waits: ");
  return waits ? reason : reason.empty() ? state : state + ": " + reason;
}

std::string events_text(const std::vector<schemas::EventRecord>& events) {
  if (events.empty()) return {};
  Table table({"AT (UTC)", "KIND", "SUBJECT", "WHAT"});
  for (const auto& event : events) table.add({utc_text(event.at), event.kind, event.subject, event.text});
  return "\nevents, the newest last:\n" + table.text();
}

std::string runs_text(const std::vector<schemas::RunRecord>& runs, Colours colours) {
  if (runs.empty()) return "\nno runs are kept\n";
  Table table({"RUN", "PLAN", "OUTCOME", "LABEL", "SCORE", "LATENCY MS", "UJ", "WAY", "RECORDED (UTC)"});
  for (const auto& run : runs) {
    const bool failed = run.outcome == schemas::RunOutcome::kFailed;
    table.add({std::to_string(run.run), std::to_string(run.plan_id),
               std::string(name_of(run.outcome)) + (failed ? ": " + run.reason : ""),
               run.label < 0 ? "-" : std::to_string(run.label),
               run.label < 0 ? "-" : std::to_string(run.score), fixed(milliseconds(run.ended - run.began), 2),
               fixed(run.energy_uj, 1), way_of(run.devices), utc_text(run.recorded)});
    if (failed) table.mark(2, Tone::kBad);
  }
  return "\nlast runs:\n" + table.text(colours);
}

std::string request_text(const schemas::AppRequest& request) {
  std::string text = line("model", request.model.text()) + line("senses", end_text(request.sensing)) +
                     line("interacts", end_text(request.interaction));
  if (request.runs > 0) text += line("runs asked", std::to_string(request.runs));
  if (request.deadline_us > 0) text += line("deadline", fixed(request.deadline_us / 1000, 2) + " ms");
  if (request.priority != 0) text += line("priority", std::to_string(request.priority));
  if (request.weight != 1) text += line("weight", fixed(request.weight, 2));
  return text;
}

std::string plan_text(const AppDescription& app) {
  if (!app.plan) return line("plan", "none serves it now");
  auto text = line("plan", std::to_string(*app.plan_id) + ", by " + app.policy) + line("why", app.why) +
              line("bounded by", app.plan->bottleneck);
  for (const auto& way : app.plan->executions)
    text += line("route",
                 (app.plan->executions.size() > 1 ? fixed(100 * way.share, 1) + " %: " : "") + way_text(way));
  text += line("latency", "predicted " + fixed(*app.predicted_latency_us / 1000, 2) + " ms in an empty mesh" +
                              (app.use && app.use->completed > 0
                                   ? ", measured p50 " + fixed(app.use->latency_p50_us / 1000, 2) +
                                         " ms, p99 " + fixed(app.use->latency_p99_us / 1000, 2) + " ms"
                                   : ""));
  return text + line("energy", "predicted " + fixed(app.plan->energy_uj, 1) + " uJ a run" +
                                   (app.use && app.use->completed > 0
                                        ? ", measured " + fixed(app.use->energy_uj, 1) + " uJ"
                                        : ""));
}

}  // namespace

std::string to_text(const AppDescription& app, Colours colours) {
  const auto& status = app.app;
  auto text =
      line("app", status.request.app.text()) + line("state", state_text(app.state, status.reason)) +
      request_text(status.request) +
      line("runs/s", "asked " + per_second(app.rates.rate) + ", at least " + per_second(app.rates.min_rate) +
                         ", granted " + per_second(app.rates.granted) + ", measured " +
                         per_second(app.rates.measured)) +
      line("runs", std::to_string(status.completed) + " completed, " + std::to_string(status.failed) +
                       " failed of this submission, which began with run " +
                       std::to_string(status.first_run)) +
      plan_text(app);
  return text + runs_text(app.runs, colours) + events_text(app.events);
}

std::string to_text(const DeviceDescription& device, Colours /*colours*/) {
  std::vector<std::string> sensors;
  for (const auto& sensor : device.device.sensors) sensors.push_back(sensor.capability);
  auto text =
      line("device", device.device.id.text()) +
      line("present", device.present        ? "yes"
                      : device.note.empty() ? "no"
                                            : "no: " + device.note) +
      line("profile", device.device.profile + ", " + std::string(name_of(device.profile.accelerator))) +
      line("senses", list_of(sensors)) + line("interacts", list_of(device.device.actuators));
  if (device.battery_percent) text += line("battery", std::to_string(*device.battery_percent) + " %");
  if (device.use && device.use->power_mw)
    text += line("power", "measured " + fixed(*device.use->power_mw, 3) + " mW, " +
                              hours_text(device.use->hours) + " hours");
  if (device.use && device.use->predicted_power_mw)
    text += line("", "predicted " + fixed(*device.use->predicted_power_mw, 3) + " mW, " +
                         hours_text(device.use->predicted_hours) + " hours");
  if (device.memory)
    text += line("memory", std::to_string(device.memory->weight_bytes) + " bytes of weights, " +
                               std::to_string(device.memory->bias_bytes) + " of biases, " +
                               std::to_string(device.memory->layers) + " layers, " +
                               std::to_string(device.memory->buffer_bytes) + " bytes for tensors");
  for (const auto& task : device.tasks) text += line("does", task.app.text() + ": " + task.task);
  if (device.tasks.empty()) text += line("does", "nothing by the plan in force");
  if (!device.units.empty()) {
    Table units({"UNIT", "BUSY %", "WAIT FOR IT"});
    for (const auto& unit : device.units)
      units.add({std::string(name_of(unit.unit)), fixed(100 * unit.busy, 1), std::to_string(unit.queue)});
    text += "\n" + units.text();
  }
  return text + events_text(device.events);
}

}  // namespace synergy::cli
