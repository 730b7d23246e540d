#include "synergy/cli/live_bench.hpp"

#include <algorithm>
#include <cmath>

#include "synergy/base/statistics.hpp"
#include "synergy/cli/client.hpp"
#include "synergy/client/table.hpp"
#include "synergy/execution/virtual_run.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/limits.hpp"
#include "synergy/schemas/roster.hpp"

namespace synergy::cli {
namespace {

using Sample = LiveSamples::Sample;

/// (n - 1) intervals over the time between the first and the last.
template <class Time>
std::optional<double> rate_of(const std::vector<Sample>& samples, Time Sample::*time) {
  if (samples.size() < 2) return {};
  auto first = samples.front().*time, last = first;
  for (const auto& sample : samples) {
    first = std::min(first, sample.*time);
    last = std::max(last, sample.*time);
  }
  const auto seconds = std::chrono::duration<double>(last - first).count();
  return seconds > 0 ? std::optional(double(samples.size() - 1) / seconds) : std::nullopt;
}

std::optional<double> percentile_us(std::vector<Duration> values, double percent) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return microseconds(percentile(values, percent));
}

std::vector<Duration> latencies_of(const std::vector<Sample>& samples) {
  std::vector<Duration> latencies;
  for (const auto& sample : samples) latencies.push_back(sample.latency);
  return latencies;
}

LivePipeline pipeline_of(const AppId& app, const std::vector<Sample>& samples) {
  LivePipeline line;
  line.app = app.text();
  line.runs = samples.size();
  line.runs_per_second = rate_of(samples, &Sample::ended);
  line.runs_per_host_second = rate_of(samples, &Sample::heard);
  line.latency_p50_us = percentile_us(latencies_of(samples), 50);
  line.latency_p99_us = percentile_us(latencies_of(samples), 99);
  double energy_uj = 0;
  for (const auto& sample : samples) energy_uj += sample.energy_uj / double(samples.size());
  if (!samples.empty()) line.energy_uj = energy_uj;
  return line;
}

double shortest_task_us(const schemas::CollaborationPlan& plan) {
  auto shortest = schemas::kLongestDuration;
  for (const auto& pipeline : plan.pipelines)
    for (const auto& execution : pipeline.executions)
      for (const auto& step : execution.steps)
        if (step.duration > Duration(0)) shortest = std::min(shortest, step.duration);
  return microseconds(shortest);
}

std::map<AppId, double> virtual_medians_us(const schemas::CollaborationPlan& plan) {
  std::map<AppId, double> medians;
  const auto run = execution::run_virtually(plan, {600, 300});
  if (!run) return medians;
  for (const auto& pipeline : run->pipelines) {
    auto latencies = pipeline.latencies;
    std::sort(latencies.begin(), latencies.end());
    medians[pipeline.app] = microseconds(percentile(latencies, 50));
  }
  return medians;
}

std::uint64_t out_of_order(const std::vector<Sample>& samples) {
  std::uint64_t count = 0;
  for (std::size_t i = 1; i < samples.size(); ++i) count += samples[i].run < samples[i - 1].run;
  return count;
}

std::optional<double> percent_off(std::optional<double> value, std::optional<double> reference) {
  if (!value || !reference || *reference <= 0) return {};
  return (*value / *reference - 1) * 100;
}

/// The slowest app's rate; not known where one app's is not. `scale`: of the host's time.
std::optional<double> slowest(const std::vector<LivePipeline>& pipelines,
                              std::optional<double> LivePipeline::*rate, double scale) {
  std::optional<double> slowest;
  for (const auto& pipeline : pipelines) {
    if (!(pipeline.*rate)) return {};
    slowest = std::min(slowest.value_or(*(pipeline.*rate) * scale), *(pipeline.*rate) * scale);
  }
  return slowest;
}

/// The one of them that is farther off.
std::optional<double> farther(std::optional<double> a, std::optional<double> b) {
  return !a || (b && std::abs(*b) > std::abs(*a)) ? b : a;
}

void add_power(const schemas::CollaborationPlan& plan, const LiveSamples& samples,
               const schemas::BodyView& body, LivePolicy& line) {
  for (const auto& planned : plan.devices) {
    LiveDevice made{planned.device.text(), {}, planned.power_mw, {}, {}, planned.hours};
    const auto* device = body.find(planned.device);
    const auto tasks_mw = samples.tasks_mw(planned.device, body.time_scale);
    if (device != nullptr && tasks_mw) {
      made.power_mw = body.idle_power_mw(*device) + *tasks_mw;
      made.hours = body.hours_at(*device, *made.power_mw);
    }
    made.power_percent = percent_off(made.power_mw, made.predicted_power_mw);
    line.power_percent = farther(line.power_percent, made.power_percent);
    line.devices.push_back(std::move(made));
  }
}

std::string shown(const std::optional<double>& value, int digits) {
  return value ? fixed(*value, digits) : "-";
}

}  // namespace

void LiveSamples::add(const schemas::RunResult& result, MonotonicTime heard) {
  if (!runs_.emplace(result.run.key.app, result.run.key.run).second) return;
  apps_[result.run.key.app].push_back(
      {result.run.key.run, result.ended, heard, result.latency(), result.lag, result.run.energy_uj});
}

void LiveSamples::add(const schemas::Health& health, MonotonicTime heard) {
  const auto device = schemas::process::device_in(health.process, schemas::process::kExecutor);
  const auto energy_uj = health.counter("energy_uj");
  if (!device || !energy_uj) return;
  auto [found, is_new] = counted_.try_emplace(*device);
  auto& counted = found->second;
  if (is_new || counted.instance != health.instance || *energy_uj < counted.last_uj)
    counted = {health.instance, *energy_uj, *energy_uj, heard, heard};
  counted.last_uj = *energy_uj;
  counted.last = heard;
}

std::optional<double> LiveSamples::tasks_mw(const DeviceId& device, double time_scale) const {
  const auto found = counted_.find(device);
  if (found == counted_.end()) return {};
  const auto& counted = found->second;
  const double model_s = seconds(counted.last - counted.first) / time_scale;
  if (model_s <= 0) return {};
  return double(counted.last_uj - counted.first_uj) * 1e-3 / model_s;
}

LivePolicy measure_live(const schemas::CollaborationPlan& plan, const LiveSamples& samples,
                        const schemas::BodyView& body) {
  const double time_scale = body.time_scale;
  LivePolicy line;
  line.policy = plan.policy;
  line.plan_id = plan.id;
  line.predicted_rounds_per_second = plan.rounds_per_second;
  line.failed = samples.failed();
  line.shortest_task_us = shortest_task_us(plan) * time_scale;
  const auto medians = virtual_medians_us(plan);
  std::vector<Duration> lags;
  for (const auto& pipeline : plan.pipelines) {
    const auto found = samples.of_apps().find(pipeline.app);
    const auto of_app = found == samples.of_apps().end() ? std::vector<Sample>() : found->second;
    auto made = pipeline_of(pipeline.app, of_app);
    if (const auto median = medians.find(pipeline.app); median != medians.end())
      made.virtual_latency_p50_us = median->second;
    made.predicted_runs_per_second = pipeline.runs_per_second;
    made.predicted_energy_uj = pipeline.energy_uj;
    line.latency_percent =
        farther(line.latency_percent, percent_off(made.latency_p50_us, made.virtual_latency_p50_us));
    line.energy_percent = farther(line.energy_percent, percent_off(made.energy_uj, made.predicted_energy_uj));
    line.runs += made.runs;
    line.out_of_order += out_of_order(of_app);
    for (const auto& sample : of_app) lags.push_back(sample.lag);
    line.pipelines.push_back(std::move(made));
  }
  add_power(plan, samples, body, line);
  line.rounds_per_second = slowest(line.pipelines, &LivePipeline::runs_per_second, 1);
  line.rounds_per_host_second = slowest(line.pipelines, &LivePipeline::runs_per_host_second, time_scale);
  line.lag_p50_us = percentile_us(lags, 50);
  line.lag_p99_us = percentile_us(lags, 99);
  line.model_percent = percent_off(line.rounds_per_second, line.predicted_rounds_per_second);
  line.wall_percent = percent_off(line.rounds_per_host_second, line.predicted_rounds_per_second);
  return line;
}

namespace {

/// By device, what each policy's plan draws.
std::string powers_text(const LiveReport& report) {
  Table table({"POLICY", "DEVICE", "POWER MW", "PREDICTED", "OFF %", "HOURS", "PREDICTED"});
  bool any = false;
  for (const auto& policy : report.policies)
    for (const auto& device : policy.devices) {
      any = true;
      table.add({policy.policy, device.device, shown(device.power_mw, 3), shown(device.predicted_power_mw, 3),
                 shown(device.power_percent, 2), shown(device.hours, 1), shown(device.predicted_hours, 1)});
    }
  return any ? "\n" + table.text() : "";
}

}  // namespace

std::string to_text(const LiveReport& report) {
  Table table({"POLICY", "PLAN", "ROUNDS/S", "MODEL TIME", "OFF %", "HOST TIME", "OFF %", "P50 OFF %",
               "ENERGY OFF %", "POWER OFF %", "LAG P50 US", "LAG P99 US", "SHORTEST TASK US", "RUNS",
               "FAILED", "x FIRST", "COMPUTED"});
  std::string notes;
  for (const auto& p : report.policies) {
    table.add({p.policy, p.plan_id ? std::to_string(*p.plan_id) : "-",
               shown(p.predicted_rounds_per_second, 3), shown(p.rounds_per_second, 3),
               shown(p.model_percent, 2), shown(p.rounds_per_host_second, 3), shown(p.wall_percent, 2),
               shown(p.latency_percent, 2), shown(p.energy_percent, 2), shown(p.power_percent, 2),
               shown(p.lag_p50_us, 0), shown(p.lag_p99_us, 0), shown(p.shortest_task_us, 0),
               std::to_string(p.runs), std::to_string(p.failed), shown(p.times_first, 3),
               shown(p.predicted_times_first, 3)});
    if (!p.reason.empty()) notes += p.policy + ": " + p.reason + "\n";
    if (p.out_of_order > 0)
      notes +=
          p.policy + ": " + std::to_string(p.out_of_order) + " results were not in the order of their runs\n";
    if (p.lag_p99_us && p.shortest_task_us && *p.lag_p99_us >= *p.shortest_task_us)
      notes +=
          p.policy + ": the host lags behind by more than the shortest task; its host time says little\n";
  }
  auto text = "body " + report.body + ", link " + report.link + ", time scale " +
              fixed(report.time_scale, 2) + ", " + fixed(report.seconds, 0) + " s each\n" + table.text() +
              notes + powers_text(report);
  if (report.checked > 0)
    text += std::to_string(report.checked) + " results computed again on one device, " +
            std::to_string(report.different) + " different\n";
  return text;
}

}  // namespace synergy::cli

template const synergy::schemas::StructInfo& synergy::schemas::describe<synergy::cli::LiveReport>();
