// Energies, powers and hours of a plan: held against arithmetic by hand, and judged when they are spoilt.
#include <functional>
#include <limits>

#include "planner_fixtures.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/planner/power.hpp"
#include "synergy/planner/verify.hpp"

namespace synergy::planner_test {
namespace {

using planner::Problem;
using schemas::CollaborationPlan;
using schemas::TaskKind;

/// 4 x 4 x 4 bytes in, 16 words; ten values out, 3 words; one label.
planner::Model small_model(const std::string& name) { return SmallModel(name, 4, 4).linear(10).build(); }

planner::Pipeline app_at_10_hz(const std::string& name, const std::string& senses, const std::string& source,
                               const std::string& acts, const std::string& target) {
  planner::Pipeline pipeline;
  pipeline.app.app = AppId(name);
  pipeline.app.model = ModelId(name);
  pipeline.app.sensing = {senses, DeviceId(source)};
  pipeline.app.interaction = {acts, DeviceId(target)};
  pipeline.app.rate = 10;
  pipeline.app.repeat = true;
  pipeline.model = small_model(name);
  return pipeline;
}

/// Glasses (MAX78002) to the watch, earbud (MAX78000) to the ring, and the watch (MAX78002) by itself.
Problem three_apps_at_10_hz(const std::string& link) {
  auto body = standard_body("mixed-4");
  const auto read = deploy_folder().link(link);
  EXPECT_TRUE(read) << read.error().message;
  body.link = *read;
  return {body,
          {app_at_10_hz("look", "camera", "glasses", "display", "watch"),
           app_at_10_hz("hear", "microphone", "earbud", "haptic", "ring"),
           app_at_10_hz("move", "imu", "watch", "haptic", "watch")}};
}

/// What the accelerator itself takes for the small model, as its own model says.
double infer_uj(const Problem& problem, const std::string& profile) {
  const auto& figures = problem.body.device_profiles.at(profile);
  const auto& program = problem.pipelines.front().model.program;
  const accel_model::Program* alone[] = {&program};
  const auto placed = accel_model::place(alone, figures.accelerator);
  EXPECT_TRUE(placed);
  return accel_model::chunk_cost(program, figures, placed->programs.front()).infer_uj;
}

/// One run of the small model on one device, by the figures of its data sheet: 64 bytes prepared, 16 words
/// loaded, 3 unloaded, ten bytes unpacked and compared.
double max78002_uj(const Problem& problem) {
  const double cpu_ns = 64 * 8 + 16 * 275 + 3 * 230 + 10 * (40 + 40);
  return cpu_ns * (9.4 - 1.64) * 1e-6 + 16 * 11.7e-3 + infer_uj(problem, "max78002");
}
double max78000_uj(const Problem& problem) {
  const double cpu_ns = 64 * 10 + 16 * 286 + 3 * 230 + 10 * (40 + 40);
  return cpu_ns * (7.6 - 1.6) * 1e-6 + 16 * 12e-3 + infer_uj(problem, "max78000");
}

struct Radio {
  double bytes_per_second, overhead_s, tx_mw, rx_mw, idle_mw;
};

/// 16 bytes of label and score go from glasses to watch, and from earbud to ring, ten times a second.
void expect_powers_by_hand(const std::string& link, const Radio& radio) {
  auto problem = three_apps_at_10_hz(link);
  problem.body.batteries = {{"ring", 40}, {"watch", 100}};
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  const auto& plan = outcome.plan;
  for (const auto& pipeline : plan.pipelines) {
    ASSERT_EQ(pipeline.executions.size(), 1u);
    ASSERT_EQ(pipeline.executions[0].chunks.size(), 1u) << "the arithmetic is for one device an app";
    EXPECT_EQ(pipeline.executions[0].chunks[0].device, pipeline.executions[0].source);
    EXPECT_NEAR(pipeline.runs_per_second, 10, 1e-9);
  }
  const double air_s = radio.overhead_s + 16 / radio.bytes_per_second;
  const double tx_uj = radio.tx_mw * air_s * 1e3, rx_uj = radio.rx_mw * air_s * 1e3;
  const double on_78002 = max78002_uj(problem), on_78000 = max78000_uj(problem);
  EXPECT_NEAR(plan.pipelines[0].energy_uj, on_78002 + tx_uj + rx_uj, 1e-3);
  EXPECT_NEAR(plan.pipelines[1].energy_uj, on_78000 + tx_uj + rx_uj, 1e-3);
  EXPECT_NEAR(plan.pipelines[2].energy_uj, on_78002, 1e-3);
  EXPECT_NEAR(plan.energy_uj, (2 * on_78002 + on_78000 + 2 * (tx_uj + rx_uj)) / 3, 1e-3);

  // mW: idle power once, and ten runs a second of what each device has to do. 1 uJ ten times a second is
  // 0.01 mW.
  const double glasses = 1.64 + radio.idle_mw + 0.01 * (on_78002 + tx_uj);
  const double earbud = 1.6 + radio.idle_mw + 0.01 * (on_78000 + tx_uj);
  const double watch = 1.64 + radio.idle_mw + 0.01 * (on_78002 + rx_uj);
  const double ring = 1.6 + radio.idle_mw + 0.01 * rx_uj;
  ASSERT_EQ(plan.devices.size(), 4u);
  const std::vector<std::pair<std::string, double>> by_hand{
      {"glasses", glasses}, {"earbud", earbud}, {"watch", watch}, {"ring", ring}};
  const std::vector<double> mwh{1110, 555, 1110, 0.4 * 555};  // the ring's battery is at 40 %
  double sum = 0;
  for (std::size_t d = 0; d < 4; ++d) {
    const auto& told = plan.devices[d];
    EXPECT_EQ(told.device.text(), by_hand[d].first);
    EXPECT_NEAR(told.power_mw, by_hand[d].second, 1e-4) << told.device.text();
    ASSERT_TRUE(told.hours);
    EXPECT_NEAR(*told.hours, mwh[d] / by_hand[d].second, 0.02) << told.device.text();
    sum += told.power_mw;
  }
  const auto body = schemas::body_power(plan.devices);
  EXPECT_NEAR(body.power_mw, sum, 1e-9);
  EXPECT_EQ(body.empty_first, DeviceId("ring"));
  EXPECT_NEAR(*body.hours, 0.4 * 555 / ring, 0.02);
}

TEST(Power, ThreeAppsAt10HzOverBleAreWhatArithmeticByHandSays) {
  expect_powers_by_hand("ble-2m", {165'000, 7.5e-3, 15, 15, 0.05});
}

TEST(Power, ThreeAppsAt10HzOverTheEsp8266AreWhatArithmeticByHandSays) {
  expect_powers_by_hand("esp8266-uart-921600", {92'160, 6.2e-3, 400, 180, 50});
}

TEST(Power, TheHoursByHandAsNumbers) {
  // 0.05 + 1.6 mW, and 0.01 x 15 mW x (7.5 ms + 16 / 165 000 s) = 1.1395 mW: the ring's radio.
  const auto ble = planner::solve(three_apps_at_10_hz("ble-2m"), "ind-e2e");
  ASSERT_TRUE(ble.has_plan());
  EXPECT_NEAR(ble.plan.devices[3].power_mw, 2.7895, 1e-3);
  EXPECT_NEAR(*ble.plan.devices[3].hours, 198.96, 0.1);
  // 50 + 1.6 mW, and 0.01 x 180 mW x (6.2 ms + 16 / 92 160 s) = 11.4725 mW.
  const auto esp = planner::solve(three_apps_at_10_hz("esp8266-uart-921600"), "ind-e2e");
  ASSERT_TRUE(esp.has_plan());
  EXPECT_NEAR(esp.plan.devices[3].power_mw, 63.0725, 1e-3);
  EXPECT_NEAR(*esp.plan.devices[3].hours, 8.7994, 0.01);
}

TEST(Power, ADeviceThatIsAbsentDrawsNothing) {
  auto problem = digits_problem();
  problem.body.absent = {DeviceId("ring")};
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  ASSERT_EQ(outcome.plan.devices.size(), problem.body.devices.size() - 1);
  for (const auto& device : outcome.plan.devices) EXPECT_NE(device.device, DeviceId("ring"));
}

TEST(Power, ADeviceThatDrawsNothingLastsForNoTellingHowLong) {
  auto problem = digits_problem();
  for (auto& [name, profile] : problem.body.device_profiles) profile.mcu_sleep_mw.value = 0;
  problem.body.link.idle_mw.value = 0;
  const auto outcome = planner::solve(problem, "ind-e2e");
  ASSERT_TRUE(outcome.has_plan()) << outcome.reason;
  int resting = 0;
  for (const auto& device : outcome.plan.devices) {
    EXPECT_EQ(device.hours.has_value(), device.power_mw > 0) << device.device.text();
    resting += device.hours ? 0 : 1;
  }
  EXPECT_GT(resting, 0);
}

TEST(Power, WithoutAnAppEachDeviceDrawsItsIdlePower) {
  Problem problem{standard_body("four-78000"), {}};
  const auto power = planner::power_of(problem.body, {});
  ASSERT_EQ(power.size(), 4u);
  const double idle_mw = 1.6 + problem.body.link.idle_mw.value;
  for (const auto& device : power) {
    EXPECT_DOUBLE_EQ(device.power_mw, idle_mw);
    EXPECT_DOUBLE_EQ(*device.hours, 555 / idle_mw);
  }
}

/// Every way in which an energy of a plan can be wrong.
class EnergyMutation : public testing::TestWithParam<bool> {
 protected:
  EnergyMutation() {
    if (GetParam()) problem_.body.device_profiles.at("max78000").sram_for_tensors_bytes.value = 100;
    problem_.body.batteries = {{"watch", 70}};
    const auto outcome = planner::solve(problem_, "ind-e2e");
    EXPECT_TRUE(outcome.has_plan()) << outcome.reason;
    plan_ = outcome.plan;
    const auto verified = planner::verify(problem_, plan_);
    EXPECT_TRUE(verified) << verified.error().message;
  }
  void refuses(const std::string& what, const std::function<void(CollaborationPlan&)>& change) {
    auto changed = plan_;
    change(changed);
    ASSERT_NE(changed, plan_) << what << ": nothing was changed";
    EXPECT_FALSE(planner::verify(problem_, changed)) << what;
  }
  /// The steps of the only run.
  static std::vector<schemas::Step>& steps(CollaborationPlan& plan) {
    return plan.pipelines[0].executions[0].steps;
  }
  /// Takes over into every sum what a step was changed by.
  static void add(CollaborationPlan& plan, double uj) {
    auto& pipeline = plan.pipelines[0];
    pipeline.executions[0].energy_uj += uj;
    pipeline.energy_uj += uj;
    plan.energy_uj += uj;
  }

  Problem problem_ = digits_problem(3);
  CollaborationPlan plan_;
};

TEST_P(EnergyMutation, RefusesEveryStepOfAnotherEnergyThoughAllSumsAgree) {
  for (std::size_t s = 0; s < steps(plan_).size(); ++s) {
    const auto where = "step " + std::to_string(s);
    refuses("more: " + where, [=, this](auto& plan) {
      steps(plan)[s].energy_uj += 1;
      add(plan, 1);
      plan.devices = planner::power_of(problem_.body, plan);
    });
    refuses("less: " + where, [=, this](auto& plan) {
      steps(plan)[s].energy_uj *= 0.99;
      steps(plan)[s].energy_uj -= 0.01;
      add(plan, steps(plan)[s].energy_uj - steps(plan_)[s].energy_uj);
      plan.devices = planner::power_of(problem_.body, plan);
    });
  }
}

TEST_P(EnergyMutation, RefusesEveryOtherDivisionOfATransfersEnergy) {
  int transfers = 0;
  for (std::size_t s = 0; s < steps(plan_).size(); ++s) {
    refuses("receiver, step " + std::to_string(s), [=, this](auto& plan) {
      steps(plan)[s].receiver_energy_uj += 1;
      plan.devices = planner::power_of(problem_.body, plan);
    });
    if (steps(plan_)[s].kind != TaskKind::kTransfer) continue;
    ++transfers;
    EXPECT_GT(steps(plan_)[s].receiver_energy_uj, 0);
    EXPECT_LT(steps(plan_)[s].receiver_energy_uj, steps(plan_)[s].energy_uj);
    refuses("all of it the sender's, step " + std::to_string(s), [=, this](auto& plan) {
      steps(plan)[s].receiver_energy_uj = 0;
      plan.devices = planner::power_of(problem_.body, plan);
    });
  }
  EXPECT_GE(transfers, 2);
}

TEST_P(EnergyMutation, RefusesEverySumThatIsNotThatOfItsParts) {
  for (const double wrong : {-1.0, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    refuses("of a run", [=](auto& plan) { plan.pipelines[0].executions[0].energy_uj += wrong; });
    refuses("of an app", [=](auto& plan) { plan.pipelines[0].energy_uj += wrong; });
    refuses("of the plan", [=](auto& plan) { plan.energy_uj += wrong; });
  }
}

TEST_P(EnergyMutation, RefusesEveryOtherPowerAndEveryOtherHours) {
  for (std::size_t d = 0; d < plan_.devices.size(); ++d) {
    const auto where = plan_.devices[d].device.text();
    refuses("left out " + where, [=](auto& plan) { plan.devices.erase(plan.devices.begin() + long(d)); });
    refuses("twice " + where, [=](auto& plan) { plan.devices.push_back(plan.devices[d]); });
    refuses("of another " + where, [=](auto& plan) { plan.devices[d].device = DeviceId("somebody"); });
    refuses("no hours " + where, [=](auto& plan) { plan.devices[d].hours.reset(); });
    refuses("more hours " + where, [=](auto& plan) { *plan.devices[d].hours *= 1.001; });
    for (const double factor : {0.999, 1.001, std::numeric_limits<double>::quiet_NaN()})
      refuses("power of " + where, [=](auto& plan) {
        plan.devices[d].power_mw *= factor;
        *plan.devices[d].hours /= factor;
      });
  }
  refuses("out of order", [](auto& plan) { std::swap(plan.devices[0], plan.devices[1]); });
  refuses("of another rate", [](auto& plan) { plan.pipelines[0].runs_per_second *= 0.5; });
}

TEST_P(EnergyMutation, RefusesThePlanWhereABatteryIsAsFullAsItWasNot) {
  problem_.body.batteries["watch"] = 35;
  EXPECT_FALSE(planner::verify(problem_, plan_));
}

INSTANTIATE_TEST_SUITE_P(StoredAndStreamed, EnergyMutation, testing::Bool());

}  // namespace
}  // namespace synergy::planner_test
