#include "synergy/client/report.hpp"
#include "synergy/client/table.hpp"

namespace synergy::client {
namespace {

/// With its unit; "-" where it is not known.
std::string shown(const std::optional<double>& value, int digits, const std::string& unit) {
  return value ? fixed(*value, digits) + unit : "-";
}
std::string shown_ms(const std::optional<double>& us, const std::string& unit = " ms") {
  return us ? fixed(*us / 1000, 2) + unit : "-";
}

std::string heading(const Report& report) {
  auto text = "app " + report.app.text() + ": " + std::to_string(report.completed) + " results, " +
              std::to_string(report.failed) + " failed, " + std::to_string(report.repeated_attempts) +
              " attempts repeated\n";
  if (report.older_left_out)
    text += "older runs are left out; --last N looks at more of them, --since and --plan elsewhere\n";
  if (report.earlier_runs > 0)
    text += std::to_string(report.earlier_runs) +
            " runs of earlier submissions are left out; --last N, --since and --plan reach them\n";
  if (report.on_noise > 0)
    text += report.on_noise == report.completed
                ? "input: generated noise; its labels say nothing\n"
                : "input: generated noise in " + std::to_string(report.on_noise) + " of " +
                      std::to_string(report.completed) + " results; their labels say nothing\n";
  if (report.accuracy_percent)
    text += "accuracy: " + fixed(*report.accuracy_percent, 1) + " % (" + std::to_string(*report.labels) +
            " labels; run n has label n modulo " + std::to_string(*report.labels) + ")\n";
  return text;
}

std::string figures_text(const Report& report) {
  const auto plan = report.plan_id && *report.plan_id > 0 ? ", plan " + std::to_string(*report.plan_id) : "";
  Table table({"", "measured" + plan, "predicted"});
  table.add({"throughput", shown(report.runs_per_second, 2, " runs/s"),
             shown(report.predicted_runs_per_second, 2, " runs/s")});
  table.add({"latency p50", shown_ms(report.latency_p50_us),
             shown_ms(report.predicted_latency_us, " ms (empty mesh)")});
  table.add({"latency p90", shown_ms(report.latency_p90_us), ""});
  table.add({"latency p99", shown_ms(report.latency_p99_us), ""});
  table.add({"latency max", shown_ms(report.latency_max_us), ""});
  table.add({"energy a run", shown(report.energy_uj, 0, " uJ"), shown(report.predicted_energy_uj, 0, " uJ")});
  return table.text();
}

/// For all apps of the plan, not this one's part.
std::string power_text(const Report& report) {
  if (report.devices.empty()) return {};
  // Measured is what the last seconds took, in which the apps may have been at rest.
  Table table(
      {"DEVICE (ALL APPS)", "POWER MW, LAST SECONDS", "PLANNED MW", "HOURS AT THAT", "PLANNED HOURS"});
  for (const auto& device : report.devices)
    table.add({device.device.text(), shown(device.power_mw, 3, ""), shown(device.predicted_power_mw, 3, ""),
               shown(device.hours, 1, ""), shown(device.predicted_hours, 1, "")});
  const auto &body = report.body_power, &planned = report.predicted_body_power;
  table.add({"all devices", body ? fixed(body->power_mw, 3) : "-",
             planned ? fixed(planned->power_mw, 3) : "-", body ? shown(body->hours, 1, "") : "-",
             planned ? shown(planned->hours, 1, "") : "-"});
  return "\n" + table.text();
}

std::string plans_text(const Report& report) {
  Table table({"PLAN", "RUNS", "RESULTS", "FAILED", "RUNS/S", "PLAN'S RUNS/S", "P50 MS", "P99 MS", "UJ A RUN",
               "PAUSES", "PAUSED S", "FIRST RECORDED", "LAST RECORDED (UTC)"});
  for (const auto& pace : report.plans)
    table.add({pace.plan_id > 0 ? std::to_string(pace.plan_id) : "none",
               std::to_string(pace.first_run) + "-" + std::to_string(pace.last_run),
               std::to_string(pace.completed), std::to_string(pace.failed),
               shown(pace.runs_per_second, 2, ""), shown(pace.plan_runs_per_second, 2, ""),
               shown_ms(pace.latency_p50_us, ""), shown_ms(pace.latency_p99_us, ""),
               shown(pace.energy_uj, 0, ""), std::to_string(pace.pauses),
               pace.pauses > 0 ? fixed(pace.paused_us * 1e-6, 1) : "-", pace.since, pace.until});
  return report.plans.empty() ? "" : "\n" + table.text();
}

}  // namespace

std::string to_text(const Report& report) {
  auto text = heading(report);
  if (!report.classes.empty()) text += "classes: " + to_text(report.classes) + "\n";
  if (report.result == "map" || report.result == "values")
    text += std::string("results are ") + (report.result == "map" ? "maps" : "values") +
            ", which are not kept: synergy results " + report.app.text() +
            " --follow shows them as they come\n";
  text += figures_text(report);
  for (const auto& placement : report.placement) text += "runs on: " + placement + "\n";
  for (const auto& path : report.devices_crossed) text += "crossed: " + path + "\n";
  if (!report.bottleneck.empty()) text += "bounded by: " + report.bottleneck + "\n";
  if (!report.served) text += "no plan serves it now\n";
  if (report.host_lag_p99_us)
    text += "host behind model time: p50 " + shown_ms(report.host_lag_p50_us) + ", p99 " +
            shown_ms(report.host_lag_p99_us) + "\n";
  return text + power_text(report) + plans_text(report);
}

}  // namespace synergy::client
