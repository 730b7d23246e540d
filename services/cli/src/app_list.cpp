#include "synergy/cli/app_list.hpp"

#include <algorithm>

#include "synergy/base/places.hpp"
#include "synergy/base/text.hpp"
#include "synergy/cli/planning_text.hpp"
#include "synergy/client/table.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {

using client::fixed;
using client::Table;

namespace {

std::string rate_text(const std::optional<double>& rate) { return rate ? fixed(*rate, 2) : "-"; }

/// "10.00", "10.00 (5.00 at least)", "5.00 at least", or "-".
std::string asked_text(const AppRates& rates) {
  const auto least = rates.min_rate ? fixed(*rates.min_rate, 2) + " at least" : std::string();
  if (!rates.rate) return least.empty() ? "-" : least;
  return fixed(*rates.rate, 2) + (least.empty() ? "" : " (" + least + ")");
}

std::string end_text(const schemas::Requirement& end) {
  return end.needs + (end.on.empty() ? "" : "@" + end.on.text());
}

client::Tone tone_of(const schemas::AppStatus& app) {
  if (app.is_waiting()) return client::Tone::kWaiting;
  return app.phase == schemas::AppPhase::kRejected ? client::Tone::kBad : client::Tone::kPlain;
}

AppRates rates_of(const schemas::AppStatus& app, const schemas::CollaborationPlan* plan,
                  const schemas::MeshUse* use) {
  AppRates rates;
  rates.app = app.request.app;
  if (app.request.rate > 0) rates.rate = app.request.rate;
  if (app.request.min_rate > 0) rates.min_rate = app.request.min_rate;
  if (app.phase != schemas::AppPhase::kRunning) return rates;
  if (const auto* pipeline = plan != nullptr ? plan->find(rates.app) : nullptr)
    rates.granted = pipeline->runs_per_second;
  if (use != nullptr)
    for (const auto& pipeline : use->pipelines)
      if (pipeline.app == rates.app) rates.measured = pipeline.runs_per_second;
  return rates;
}

std::string hours_of(const std::vector<schemas::DevicePower>& devices, const DeviceId& id) {
  for (const auto& device : devices)
    if (device.device == id) return hours_text(device.hours);
  return "-";
}

std::string power_of(const std::vector<schemas::DevicePower>& devices, const DeviceId& id) {
  for (const auto& device : devices)
    if (device.device == id) return fixed(device.power_mw, 3);
  return "-";
}

}  // namespace

AppList list_apps(const schemas::AppSet& apps, const schemas::CollaborationPlan* plan,
                  const schemas::MeshUse* use) {
  AppList list{apps.apps, {}};
  for (const auto& app : apps.apps) list.rates.push_back(rates_of(app, plan, use));
  return list;
}

AppRows rows_of(const AppList& list) {
  AppRows rows;
  for (std::size_t k = 0; k < list.apps.size(); ++k) {
    const auto& app = list.apps[k];
    const auto& rates = list.rates[k];
    rows.apps.push_back({app.request.app, std::string(app.state()), app.request.model.text(),
                         end_text(app.request.sensing), end_text(app.request.interaction), app.plan_id,
                         rates.rate, rates.min_rate, rates.granted, rates.measured, app.request.runs,
                         app.completed, app.failed, app.reason});
  }
  return rows;
}

std::string to_text(const AppList& list, client::Colours colours) {
  if (list.apps.empty())
    return Places::here().as_typed("no apps yet; submit one: synergy submit deploy/apps/digits.yaml\n");
  Table table({"APP", "PHASE", "MODEL", "SENSING", "INTERACTION", "PLAN", "ASKED", "GRANTED", "MEASURED",
               "RUNS", "FAILED", "REASON"});
  for (std::size_t k = 0; k < list.apps.size(); ++k) {
    const auto& app = list.apps[k];
    const auto& rates = list.rates[k];
    table.add(
        {app.request.app.text(), std::string(app.state()), app.request.model.text(),
         end_text(app.request.sensing), end_text(app.request.interaction), std::to_string(app.plan_id),
         asked_text(rates), rate_text(rates.granted), rate_text(rates.measured),
         std::to_string(app.completed) + (app.request.runs > 0 ? "/" + std::to_string(app.request.runs) : ""),
         std::to_string(app.failed), app.reason});
    constexpr std::size_t kPhase = 1;
    table.mark(kPhase, tone_of(app));
  }
  return table.text(colours);
}

Error unknown_app(const AppId& app, const std::optional<schemas::AppSet>& known) {
  std::vector<std::string> names;
  if (known)
    for (const auto& status : known->apps) names.push_back(status.request.app.text());
  return {ErrorCode::kNotFound, unknown_name("app", app.text(), names) + " (synergy apps lists them)"};
}

std::string changes_text(const std::vector<schemas::RateChange>& changes) {
  std::string text;
  for (const auto& change : changes)
    text += "  " + change.app.text() + " " + fixed(change.before, 2) + " -> " + fixed(change.after, 2) +
            " runs/s\n";
  return text;
}

std::string to_text(const schemas::AppForecast& forecast) {
  std::string text =
      "app " + forecast.app.text() + " would be served with " + fixed(forecast.rate, 2) + " runs/s\n";
  text += forecast.changes.empty() ? "no other app's rate would be another\n"
                                   : "rates of the others:\n" + changes_text(forecast.changes);
  Table power({"DEVICE", "MW NOW", "MW THEN", "HOURS NOW", "HOURS THEN"});
  for (const auto& device : forecast.devices)
    power.add({device.device.text(), power_of(forecast.devices_now, device.device), fixed(device.power_mw, 3),
               hours_of(forecast.devices_now, device.device), hours_text(device.hours)});
  if (!forecast.devices.empty()) text += power.text();
  text += client::warning_lines(forecast.warnings);
  return text + "nothing was changed\n";
}

}  // namespace synergy::cli

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::AppList>();
template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::AppRows>();
