#include <algorithm>

#include "synergy/base/statistics.hpp"
#include "synergy/monitor/usage.hpp"

namespace synergy::monitor {

void RunWindow::add(const schemas::RunResult& result, MonotonicTime now) {
  if (!runs_.insert(result.run.key.run).second) return;
  ended_.push_back({result.run.key.run, now, result.ended, microseconds(result.latency()),
                    microseconds(std::max(result.lag, Duration(0))), result.run.energy_uj,
                    result.run.generated});
  if (ended_.size() > kMostRunsOfApp) forget_first();
}

void RunWindow::add_failure(MonotonicTime now) {
  failed_.push_back(now);
  if (failed_.size() > kMostRunsOfApp) failed_.pop_front();
}

void RunWindow::forget_first() {
  runs_.erase(ended_.front().run);
  ended_.pop_front();
}

void RunWindow::forget_before(MonotonicTime begin) {
  while (!ended_.empty() && ended_.front().heard < begin) forget_first();
  while (!failed_.empty() && failed_.front() < begin) failed_.pop_front();
}

schemas::PipelineUse RunWindow::use(const AppId& app, MonotonicTime now, Duration window,
                                    double time_scale) const {
  schemas::PipelineUse use;
  use.app = app;
  use.completed = ended_.size();
  use.failed = failed_.size();
  if (ended_.empty()) return use;
  std::vector<double> latencies, lags;
  for (const auto& run : ended_) {
    latencies.push_back(run.latency_us);
    lags.push_back(run.lag_us);
    use.energy_uj += run.energy_uj / double(ended_.size());
    use.generated = use.generated || run.generated;
  }
  std::sort(latencies.begin(), latencies.end());
  std::sort(lags.begin(), lags.end());
  use.latency_p50_us = percentile(latencies, 50);
  use.latency_p95_us = percentile(latencies, 95);
  use.latency_p99_us = percentile(latencies, 99);
  use.lag_p50_us = percentile(lags, 50);
  use.lag_p99_us = percentile(lags, 99);
  add_rates(now, window, time_scale, use);
  return use;
}

void RunWindow::add_rates(MonotonicTime now, Duration window, double time_scale,
                          schemas::PipelineUse& use) const {
  const auto by_end = [](const Ended& a, const Ended& b) { return a.ended < b.ended; };
  const auto [first, last] = std::minmax_element(ended_.begin(), ended_.end(), by_end);
  // Not the runs over the window: at two runs a second, that would be wrong by a tenth as the window slides.
  const double gaps = double(ended_.size() - 1);
  double host = seconds(ended_.back().heard - ended_.front().heard);
  double model = seconds(last->ended - first->ended);
  if (gaps == 0 || host <= 0 || model <= 0) {
    use.runs_per_host_second = double(ended_.size()) / seconds(std::max(window, kUsePeriod));
    use.runs_per_second = use.runs_per_host_second * time_scale;
    return;
  }
  const double silence = seconds(now - ended_.back().heard);
  if (silence > 2 * host / gaps) {
    host += silence;
    model += silence / time_scale;
  }
  use.runs_per_host_second = gaps / host;
  use.runs_per_second = gaps / model;
}

}  // namespace synergy::monitor
