// What Prometheus reads.
#include "synergy/gateway/metrics.hpp"

#include <set>
#include <sstream>

#include "gateway_fixtures.hpp"

namespace synergy::gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr auto kNow = MonotonicTime(100s);

TEST(Metrics, TellTheMeshInPrometheusUnits) {
  Board board;
  auto body = body_view();
  body.absent = {DeviceId("ring")};
  body.batteries["glasses"] = 42;
  (void)board.set(body, kNow);
  (void)board.set(schemas::AppSet{{digits_status()}}, kNow);
  (void)board.set(digits_plan(), kNow);
  schemas::MeshUse use;
  use.units = {{DeviceId("watch"), schemas::Unit::kAccelerator, 0.25, 3}};
  use.devices = {{DeviceId("watch"), 12.5, {}, {}, {}, 100}};
  schemas::PipelineUse pipeline;
  pipeline.app = AppId("digits");
  pipeline.runs_per_second = 9.5;
  pipeline.latency_p99_us = 41'000;
  pipeline.energy_uj = 1500;
  use.pipelines = {pipeline};
  (void)board.set(use, kNow);
  schemas::Health planner;
  planner.process = "planner";
  planner.state = schemas::LifeCycle::kReady;
  (void)board.set(schemas::ServiceList{{planner}}, kNow);
  Counters counters;
  counters.refused = 5;
  const auto text = metrics_text(board, counters, kNow + 2s);
  for (const char* line :
       {"synergy_device_present{device=\"ring\"} 0", "synergy_device_present{device=\"watch\"} 1",
        "synergy_device_battery_ratio{device=\"glasses\"} 0.42",
        "synergy_app_state{app=\"digits\",state=\"running\"} 1",
        "synergy_app_runs_completed_total{app=\"digits\"} 240",
        "synergy_app_runs_failed_total{app=\"digits\"} 3", "synergy_plan_id 7",
        "synergy_unit_busy_ratio{device=\"watch\",unit=\"accelerator\"} 0.25",
        "synergy_unit_queue{device=\"watch\",unit=\"accelerator\"} 3",
        "synergy_device_power_watts{device=\"watch\"} 0.0125",
        "synergy_app_runs_per_second{app=\"digits\"} 9.5",
        "synergy_app_latency_seconds{app=\"digits\",quantile=\"0.99\"} 0.041",
        "synergy_app_run_energy_joules{app=\"digits\"} 0.0015",
        "synergy_process_ready{process=\"planner\"} 1", "synergy_process_trouble{process=\"planner\"} 0",
        "synergy_gateway_requests_total{outcome=\"refused\"} 5",
        "synergy_state_age_seconds{state=\"plan\"} 2", "# TYPE synergy_app_runs_completed_total counter"})
    EXPECT_THAT(text, HasSubstr(std::string(line) + "\n"));
}

TEST(Metrics, EachFamilyIsTypedOnceAndEachFigureGivenOnce) {
  Board board;
  (void)board.set(body_view(), kNow);
  (void)board.set(digits_plan(), kNow);
  const Counters counters;
  std::istringstream lines(metrics_text(board, counters, kNow));
  std::set<std::string> seen;
  for (std::string line; std::getline(lines, line);) {
    const auto figure = line.starts_with("#") ? line : line.substr(0, line.rfind(' '));
    EXPECT_TRUE(seen.insert(figure).second) << line;
  }
  EXPECT_GT(seen.size(), 20u);
}

TEST(Metrics, WithoutAMeshTheGatewayStillCounts) {
  const Board board;
  const Counters counters;
  EXPECT_THAT(metrics_text(board, counters, kNow), HasSubstr("synergy_gateway_viewers 0"));
}

}  // namespace
}  // namespace synergy::gateway
