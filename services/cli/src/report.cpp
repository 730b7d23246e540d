#include "synergy/cli/report.hpp"

#include <algorithm>
#include <map>

#include "synergy/base/statistics.hpp"
#include "synergy/cli/table.hpp"
#include "synergy/documents/npy.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::cli {
namespace {

using schemas::RunRecord;

Status add_accuracy(const std::vector<const RunRecord*>& completed, const std::filesystem::path& file,
                    Report& report) {
  const auto labels = documents::read_npy(file);
  if (!labels) return labels.error();
  if (labels->type != "|u1" || labels->data.empty())
    return Error{ErrorCode::kInvalid, file.string() + ": labels must be unsigned bytes"};
  const auto right = std::count_if(completed.begin(), completed.end(), [&](const RunRecord* run) {
    return run->label == labels->data[run->run % labels->data.size()];
  });
  if (!completed.empty()) report.accuracy_percent = 100.0 * double(right) / double(completed.size());
  return {};
}

void add_times(const std::vector<const RunRecord*>& completed, Report& report) {
  std::vector<double> latencies;
  ModelTime first = ModelTime::max(), last{};
  for (const auto* run : completed) {
    latencies.push_back(milliseconds(run->ended - run->began));
    first = std::min(first, run->ended);
    last = std::max(last, run->ended);
  }
  std::sort(latencies.begin(), latencies.end());
  report.latency_p50_ms = percentile(latencies, 50);
  report.latency_p90_ms = percentile(latencies, 90);
  report.latency_p99_ms = percentile(latencies, 99);
  report.latency_max_ms = latencies.empty() ? 0 : latencies.back();
  if (completed.size() > 1 && last > first)
    report.runs_per_second = double(completed.size() - 1) / (double((last - first).count()) * 1e-9);
}

void add_energy(const std::vector<const RunRecord*>& completed, const schemas::BodyView& body,
                Report& report) {
  if (completed.empty()) return;
  for (const auto* run : completed) report.energy_tasks_uj += run->energy_uj;
  report.energy_tasks_uj /= double(completed.size());
  double idle_mw = 0;
  for (const auto& device : body.devices)
    if (!body.is_absent(device.id))
      idle_mw += body.profile_of(device).mcu_sleep_mw.value + body.link.idle_mw.value;
  if (report.runs_per_second > 0) report.energy_idle_uj = idle_mw * 1e3 / report.runs_per_second;
  report.energy_uj = report.energy_tasks_uj + report.energy_idle_uj;
}

void add_plan(const schemas::AppRequest& app, const schemas::CollaborationPlan& plan, Report& report) {
  const auto* pipeline = plan.find(app.app);
  if (pipeline == nullptr) return;
  report.predicted_runs_per_second = app.rate_of(plan.rounds_per_second);
  report.predicted_energy_uj = plan.energy_uj;
  report.bottleneck =
      report.predicted_runs_per_second < plan.rounds_per_second ? "its own rate" : plan.bottleneck;
  report.predicted_latency_ms = milliseconds(pipeline->executions.front().latency);
  for (const auto& chunk : pipeline->executions.front().chunks)
    report.placement.push_back(chunk.device.text() + " layers " + std::to_string(chunk.first_layer) + "-" +
                               std::to_string(chunk.last_layer));
}

/// A prediction, which there is only while a plan serves the app.
std::string predicted(const Report& report, double value, int digits, const std::string& unit) {
  return report.bottleneck.empty() ? "-" : fixed(value, digits) + unit;
}

}  // namespace

std::string way_of(const std::vector<DeviceId>& devices) {
  std::string way;
  for (const auto& device : devices) way += (way.empty() ? "" : " > ") + device.text();
  return way;
}

Result<Report> make_report(const schemas::AppRequest& app, const std::vector<RunRecord>& runs,
                           const schemas::CollaborationPlan& plan, const schemas::BodyView& body,
                           const std::filesystem::path& labels) {
  Report report;
  report.app = app.app;
  report.runs = runs.size();
  std::vector<const RunRecord*> completed;
  std::map<std::string, int> crossed;
  for (const auto& run : runs) {
    report.repeated_attempts += run.attempts > 0 ? run.attempts - 1 : 0;
    if (run.outcome == schemas::RunOutcome::kFailed) {
      ++report.failed;
      continue;
    }
    completed.push_back(&run);
    ++crossed[way_of(run.devices)];
  }
  report.completed = completed.size();
  if (!labels.empty())
    if (auto status = add_accuracy(completed, labels, report); !status) return status.error();
  add_times(completed, report);
  add_energy(completed, body, report);
  add_plan(app, plan, report);
  for (const auto& [path, count] : crossed)
    report.devices_crossed.push_back(path + ": " + std::to_string(count) + " runs");
  return report;
}

void add_lags(std::vector<Duration> lags, Report& report) {
  if (lags.empty()) return;
  std::vector<double> sorted;
  for (const auto lag : lags) sorted.push_back(milliseconds(lag));
  std::sort(sorted.begin(), sorted.end());
  report.host_lag_p50_ms = percentile(sorted, 50);
  report.host_lag_p99_ms = percentile(sorted, 99);
}

std::string to_text(const Report& report) {
  std::string text = "app " + report.app.text() + ": " + std::to_string(report.completed) + " results, " +
                     std::to_string(report.failed) + " failed, " + std::to_string(report.repeated_attempts) +
                     " attempts repeated\n";
  if (report.accuracy_percent) text += "accuracy: " + fixed(*report.accuracy_percent, 1) + " %\n";
  Table table({"", "measured", "predicted"});
  table.add({"throughput", fixed(report.runs_per_second, 2) + " runs/s",
             predicted(report, report.predicted_runs_per_second, 2, " runs/s")});
  table.add({"latency p50", fixed(report.latency_p50_ms, 2) + " ms",
             predicted(report, report.predicted_latency_ms, 2, " ms (empty mesh)")});
  table.add({"latency p90", fixed(report.latency_p90_ms, 2) + " ms", ""});
  table.add({"latency p99", fixed(report.latency_p99_ms, 2) + " ms", ""});
  table.add({"latency max", fixed(report.latency_max_ms, 2) + " ms", ""});
  table.add({"energy a run", fixed(report.energy_uj, 0) + " uJ",
             predicted(report, report.predicted_energy_uj, 0, " uJ")});
  table.add({"  its tasks", fixed(report.energy_tasks_uj, 0) + " uJ", ""});
  table.add({"  idle devices", fixed(report.energy_idle_uj, 0) + " uJ", ""});
  text += table.text();
  for (const auto& placement : report.placement) text += "runs on: " + placement + "\n";
  for (const auto& path : report.devices_crossed) text += "crossed: " + path + "\n";
  text += report.bottleneck.empty() ? "no plan serves it now\n" : "bounded by: " + report.bottleneck + "\n";
  if (report.host_lag_p99_ms)
    text += "host behind model time: p50 " + fixed(*report.host_lag_p50_ms, 2) + " ms, p99 " +
            fixed(*report.host_lag_p99_ms, 2) + " ms\n";
  return text;
}

}  // namespace synergy::cli

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::Report>();
