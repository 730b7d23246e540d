#include "synergy/gateway/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <initializer_list>
#include <utility>
#include <vector>

#include "families.hpp"

namespace synergy::gateway {
namespace {

void add_body(const schemas::BodyView& body, Families& out) {
  for (const auto& device : body.devices) {
    const auto id = device.id.text();
    out.gauge("synergy_device_present", "1: the device is there.", {{"device", id}},
              body.is_absent(device.id) ? 0 : 1);
    if (const auto left = body.batteries.find(id); left != body.batteries.end())
      out.gauge("synergy_device_battery_ratio", "Left of the device's battery.", {{"device", id}},
                left->second / 100.0);
  }
}

void add_apps(const schemas::AppSet& apps, Families& out) {
  for (const auto& app : apps.apps) {
    const auto name = app.request.app.text();
    out.gauge("synergy_app_state", "1, by the app's state.",
              {{"app", name}, {"state", std::string(app.state())}}, 1);
    out.counter("synergy_app_runs_completed_total", "Runs of the present submission with a result.",
                {{"app", name}}, double(app.completed));
    out.counter("synergy_app_runs_failed_total", "Runs of the present submission that failed.",
                {{"app", name}}, double(app.failed));
    if (app.request.rate > 0)
      out.gauge("synergy_app_wanted_runs_per_second", "The rate that the app asks for.", {{"app", name}},
                app.request.rate);
  }
}

void add_plan(const schemas::CollaborationPlan& plan, Families& out) {
  out.gauge("synergy_plan_id", "Number of the plan in force.", {}, double(plan.id));
  out.gauge("synergy_plan_info", "1; how the plan in force was made.",
            {{"policy", plan.policy},
             {"objective", std::string(schemas::name_of(plan.objective))},
             {"status", std::string(schemas::name_of(plan.status))},
             {"bottleneck", plan.bottleneck}},
            1);
  out.gauge("synergy_plan_planning_seconds", "Time spent on the plan in force.", {},
            double(plan.planning_us) / 1e6);
  for (const auto& pipeline : plan.pipelines)
    out.gauge("synergy_plan_app_runs_per_second", "Predicted by the plan in force: model time.",
              {{"app", pipeline.app.text()}}, pipeline.runs_per_second);
  for (const auto& device : plan.devices)
    out.gauge("synergy_plan_device_power_watts", "Predicted by the plan in force.",
              {{"device", device.device.text()}}, device.power_mw / 1e3);
}

void add_pipeline(const schemas::PipelineUse& use, Families& out) {
  const auto app = use.app.text();
  out.gauge("synergy_app_runs_per_second", "Measured over the last seconds: model time.", {{"app", app}},
            use.runs_per_second);
  const auto latency = [&](const char* quantile, double us) {
    out.gauge("synergy_app_latency_seconds",
              "Of a run, model time, queueing included: quantiles over the last seconds.",
              {{"app", app}, {"quantile", quantile}}, us / 1e6);
  };
  latency("0.5", use.latency_p50_us);
  latency("0.95", use.latency_p95_us);
  latency("0.99", use.latency_p99_us);
  out.gauge("synergy_app_run_energy_joules", "Tasks of a run, mean over the last seconds.", {{"app", app}},
            use.energy_uj / 1e6);
  out.gauge("synergy_app_lag_seconds", "Host time behind model time when a run ended, 99th percentile.",
            {{"app", app}}, use.lag_p99_us / 1e6);
}

void add_bus(const schemas::ProcessUse& process, Families& out) {
  const std::pair<const char*, std::uint64_t> counts[] = {
      {"gaps", process.bus.gaps}, {"dropped", process.bus.dropped}, {"retries", process.bus.retries}};
  for (const auto& [what, count] : counts)
    out.gauge("synergy_bus_trouble_recent",
              "Messages missed, dropped or sent again in the last seconds, by process.",
              {{"process", process.process}, {"what", what}}, double(count));
}

void add_use(const schemas::MeshUse& use, Families& out) {
  for (const auto& unit : use.units) {
    const std::vector<Label> labels{{"device", unit.device.text()},
                                    {"unit", std::string(schemas::name_of(unit.unit))}};
    out.gauge("synergy_unit_busy_ratio", "Share of the last seconds that tasks held the unit.", labels,
              unit.busy);
    out.gauge("synergy_unit_queue", "Tasks that wait for the unit.", labels, double(unit.queue));
  }
  for (const auto& device : use.devices)
    if (device.power_mw)
      out.gauge("synergy_device_power_watts", "Measured over the last seconds: model time.",
                {{"device", device.device.text()}}, *device.power_mw / 1e3);
  for (const auto& pipeline : use.pipelines) add_pipeline(pipeline, out);
  for (const auto& process : use.processes) add_bus(process, out);
  out.counter("synergy_bus_messages_sent_total", "By all processes, since they started.", {},
              double(use.bus.sent));
  out.counter("synergy_bus_bytes_sent_total", "By all processes, since they started.", {},
              double(use.bus.bytes_sent));
  out.gauge("synergy_host_lag_seconds", "How far the host is behind model time: the worst 99th percentile.",
            {}, use.lag_p99_us / 1e6);
}

void add_services(const schemas::ServiceList& services, Families& out) {
  for (const auto& health : services.services) {
    out.gauge("synergy_process_ready", "1: the process is ready.", {{"process", health.process}},
              health.state == schemas::LifeCycle::kReady ? 1 : 0);
    out.gauge("synergy_process_trouble", "1: the process runs, and can not do what it is there for.",
              {{"process", health.process}}, health.in_trouble() ? 1 : 0);
  }
}

void add_gateway(const Board& board, const Counters& counters, MonotonicTime now, Families& out) {
  const std::pair<const char*, std::uint64_t> requests[] = {
      {"answered", counters.answered}, {"refused", counters.refused}, {"failed", counters.failed}};
  for (const auto& [outcome, count] : requests)
    out.counter("synergy_gateway_requests_total", "Requests, by what became of them.", {{"outcome", outcome}},
                double(count));
  out.counter("synergy_gateway_connections_turned_away_total", "Beyond those that are served at a time.", {},
              double(counters.turned_away));
  out.counter("synergy_gateway_events_dropped_total", "Of viewers that were too slow.", {},
              double(counters.events_dropped));
  out.gauge("synergy_gateway_viewers", "Streams that are open.", {}, double(counters.viewers));
  out.gauge("synergy_gateway_connections", "Connections that are served.", {}, double(counters.connections));
  for (std::size_t i = 0; i < kStateKinds; ++i)
    if (const auto age = board.age_ms(StateKind(i), now))
      out.gauge("synergy_state_age_seconds", "Since the state's owner was last heard of.",
                {{"state", std::string(name_of(StateKind(i)))}}, double(*age) / 1e3);
}

}  // namespace

std::string metrics_text(const Board& board, const Counters& counters, MonotonicTime now) {
  Families out;
  if (const auto body = board.body()) add_body(*body, out);
  if (const auto apps = board.apps()) add_apps(*apps, out);
  if (const auto plan = board.plan()) add_plan(*plan, out);
  if (const auto use = board.use()) add_use(*use, out);
  if (const auto services = board.services()) add_services(*services, out);
  add_gateway(board, counters, now, out);
  return prometheus::TextSerializer().Serialize(out.all());
}

}  // namespace synergy::gateway
