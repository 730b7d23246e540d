#include "synergy/client/report.hpp"

#include <algorithm>
#include <map>

#include "synergy/base/statistics.hpp"
#include "synergy/documents/labels.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::client {
namespace {

using schemas::CollaborationPlan;
using schemas::RunRecord;

Status add_accuracy(const std::vector<RunRecord>& runs, const std::filesystem::path& file, Report& report) {
  const auto labels = documents::read_labels(file, 1);
  if (!labels) return labels.error();
  report.labels = labels->size();
  const auto right = std::count_if(runs.begin(), runs.end(), [&](const RunRecord& run) {
    return run.outcome == schemas::RunOutcome::kCompleted && !run.generated &&
           run.label == (*labels)[run.run % labels->size()];
  });
  const auto on_frames = report.completed - report.on_noise;
  if (on_frames > 0) report.accuracy_percent = 100.0 * double(right) / double(on_frames);
  return {};
}

void add_counts(const std::vector<RunRecord>& runs, Report& report) {
  std::map<std::string, int> crossed;
  report.runs = runs.size();
  for (const auto& run : runs) {
    report.repeated_attempts += run.attempts > 0 ? run.attempts - 1 : 0;
    if (run.outcome == schemas::RunOutcome::kFailed) {
      ++report.failed;
      continue;
    }
    ++report.completed;
    report.on_noise += run.generated ? 1 : 0;
    report.generated = report.on_noise > 0;
    ++crossed[way_of(run.devices)];
  }
  for (const auto& [path, count] : crossed)
    report.devices_crossed.push_back(path + ": " + std::to_string(count) + " runs");
}

/// Names come from the newest plan.
void add_classes(const std::vector<RunRecord>& runs, const schemas::PipelinePlan* pipeline, Report& report) {
  std::map<std::int32_t, std::uint64_t> counts;
  for (const auto& run : runs)
    if (run.outcome == schemas::RunOutcome::kCompleted && run.label >= 0) ++counts[run.label];
  report.classes = counted(counts, pipeline == nullptr ? std::vector<std::string>() : pipeline->labels);
}

void add_pace(const PlanPace& pace, Report& report) {
  report.plan_id = pace.plan_id;
  report.runs_per_second = pace.runs_per_second;
  report.latency_p50_us = pace.latency_p50_us;
  report.latency_p90_us = pace.latency_p90_us;
  report.latency_p99_us = pace.latency_p99_us;
  report.latency_max_us = pace.latency_max_us;
  report.energy_uj = pace.energy_uj;
}

/// What each device draws under the plan, and what was measured of it where the plan is in force.
void add_power(const ReportSource& source, const CollaborationPlan& plan, Report& report) {
  const bool measured = source.use && source.use->plan_id == plan.id;
  std::vector<schemas::DevicePower> told;
  for (const auto& planned : plan.devices) {
    DevicePowerLine line{planned.device, {}, planned.power_mw, {}, planned.hours};
    for (std::size_t d = 0; measured && d < source.use->devices.size(); ++d) {
      const auto& use = source.use->devices[d];
      if (use.device != planned.device || !use.power_mw) continue;
      line.power_mw = use.power_mw;
      line.hours = use.hours;
      told.push_back({use.device, *use.power_mw, use.hours});
    }
    report.devices.push_back(std::move(line));
  }
  if (plan.devices.empty()) return;
  report.predicted_body_power = schemas::body_power(plan.devices);
  if (told.size() == plan.devices.size()) report.body_power = schemas::body_power(told);
}

void add_prediction(const schemas::PipelinePlan& pipeline, Report& report) {
  report.predicted_runs_per_second = pipeline.runs_per_second;
  report.bottleneck = pipeline.bottleneck;
  report.predicted_energy_uj = pipeline.energy_uj;
  report.predicted_latency_us = microseconds(pipeline.executions.front().latency);
  for (const auto& chunk : pipeline.executions.front().chunks)
    report.placement.push_back(chunk.device.text() + " layers " + std::to_string(chunk.first_layer) + "-" +
                               std::to_string(chunk.last_layer));
}

/// The plan that the figures are of; without any run, the one in force. nullptr: not known.
const CollaborationPlan* plan_of(const ReportSource& source, const Report& report) {
  if (!report.plan_id) return source.in_force ? &*source.in_force : nullptr;
  if (source.in_force && source.in_force->id == *report.plan_id) return &*source.in_force;
  const auto found = source.plans.find(*report.plan_id);
  return found == source.plans.end() ? nullptr : &found->second;
}

void add_old_names(Report& report) {
  const auto ms = [](const std::optional<double>& us) {
    return us ? std::optional(*us / 1000) : std::nullopt;
  };
  report.latency_p50_ms = ms(report.latency_p50_us);
  report.latency_p90_ms = ms(report.latency_p90_us);
  report.latency_p99_ms = ms(report.latency_p99_us);
  report.latency_max_ms = ms(report.latency_max_us);
  report.predicted_latency_ms = ms(report.predicted_latency_us);
  report.host_lag_p50_ms = ms(report.host_lag_p50_us);
  report.host_lag_p99_ms = ms(report.host_lag_p99_us);
}

}  // namespace

std::string way_of(const std::vector<DeviceId>& devices) {
  std::string way;
  for (const auto& device : devices) way += (way.empty() ? "" : " > ") + device.text();
  return way;
}

Result<Report> make_report(const ReportSource& source) {
  Report report;
  report.app = source.app.app;
  report.served = source.served;
  add_counts(source.runs, report);
  if (!source.labels.empty())
    if (auto status = add_accuracy(source.runs, source.labels, report); !status) return status.error();
  report.plans = paces_of(source.runs, source.plans);
  if (!report.plans.empty()) add_pace(report.plans.back(), report);
  const auto* plan = plan_of(source, report);
  const auto* pipeline = plan == nullptr ? nullptr : plan->find(report.app);
  if (pipeline != nullptr) report.result = kind_of_answer(*pipeline);
  add_classes(source.runs, pipeline, report);
  if (pipeline != nullptr) add_prediction(*pipeline, report);
  if (pipeline != nullptr) add_power(source, *plan, report);
  add_old_names(report);
  return report;
}

void add_lags(std::vector<Duration> lags, Report& report) {
  if (lags.empty()) return;
  std::sort(lags.begin(), lags.end());
  report.host_lag_p50_us = microseconds(percentile(lags, 50));
  report.host_lag_p99_us = microseconds(percentile(lags, 99));
  add_old_names(report);
}

}  // namespace synergy::client

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::client::Report>();
