#include "verify_rates.hpp"

#include <algorithm>
#include <cmath>

#include "synergy/schedule/plan_rate.hpp"

namespace synergy::planner {
namespace {

constexpr double kSame = 1e-9;  ///< relative

Error wrong(const std::string& what) { return {ErrorCode::kInvalid, what}; }

/// Runs per second that the app may have at most; 0: any.
double most_of(const schemas::BodyView& body, const schemas::AppRequest& app) {
  double most = app.rate;
  const auto sensor = body.sensor_profiles.find(app.sensing.needs);
  const bool by_frames = app.trigger == schemas::Trigger::kFrame ? app.rate == 0 : !app.repeat;
  if (!by_frames || sensor == body.sensor_profiles.end()) return most;
  const double fresh = sensor->second.fresh_per_second.value;
  if (fresh > 0) most = most > 0 ? std::min(most, fresh) : fresh;
  return most;
}

/// `cycle_ns`: of the pipeline's group, by its orders.
Status verify_one(const schemas::BodyView& body, const schemas::AppRequest& app,
                  const schemas::PipelinePlan& planned, double cycle_ns) {
  if (std::abs(double(planned.cycle.count()) - cycle_ns) > 1)  // it is rounded
    return wrong("the cycle is not that of its units' orders");
  const double most = most_of(body, app), rate = planned.runs_per_second;
  if (most > 0 && rate > most * (1 + kSame)) return wrong("more runs are promised than it may have");
  if (cycle_ns == 0)
    return rate == 0 || most > 0 ? Status() : Status(wrong("a rate, but tasks take no time"));
  const double turns = planned.runs_per_cycle * 1e9 / cycle_ns;
  if (!(rate > 0) || rate > turns * (1 + kSame)) return wrong("the rate is not what its turns allow");
  if (!planned.paced && rate < turns * (1 - kSame))
    return wrong("the rate is lower than its turns, and it is not paced");
  return {};
}

/// With whole numbers of runs each unit is held for so much of the time.
Status verify_loads(const schemas::CollaborationPlan& plan) {
  for (const auto& unit : plan.units) {
    double held = 0;
    for (const auto& task : unit.order) {
      const auto& pipeline = plan.pipelines[task.pipeline];
      const auto& step = pipeline.executions[task.execution].steps[task.step];
      held += double(step.duration.count()) * 1e-9 * pipeline.runs_per_second / pipeline.runs_per_cycle;
    }
    if (held > 1 + kSame)
      return wrong("the promised rates hold " + unit.device.text() + " " +
                   std::string(schemas::name_of(unit.unit)) + " for " + std::to_string(held) +
                   " of the time");
  }
  return {};
}

}  // namespace

Status verify_rates(const Problem& problem, const schemas::CollaborationPlan& plan) {
  if (auto status = verify_loads(plan); !status) return status;
  const auto cycles = schedule::plan_rate(plan);
  if (!cycles) return cycles.error();
  double lowest = plan.pipelines.empty() ? plan.rounds_per_second : plan.pipelines.front().runs_per_second;
  for (std::size_t p = 0; p < plan.pipelines.size(); ++p) {
    const auto& app = problem.pipelines[p].app;
    const auto& planned = plan.pipelines[p];
    if (auto status = verify_one(problem.body, app, planned, (*cycles)[p].cycle_ns); !status)
      return status.error().at("app '" + app.app.text() + "'");
    lowest = std::min(lowest, planned.runs_per_second);
  }
  if (plan.rounds_per_second != lowest) return wrong("the plan's rate is not the lowest of its apps' rates");
  return {};
}

}  // namespace synergy::planner
