// Every figure of a profile does something. Each is halved and about doubled, alone, and what the planner
// plans, the virtual run measures and the monitor counts must change: a figure that changes nothing is one
// that people set for nothing. The figures are those of the field lists, so a new one is swept, too.
#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <string>

#include "synergy/documents/load.hpp"
#include "synergy/monitor/watch.hpp"
#include "synergy/planner/solve.hpp"
#include "synergy/planner_offline/simulation.hpp"
#include "synergy/schemas/describe.hpp"

namespace synergy::figures_test {
namespace {

using namespace std::chrono_literals;
using planner::Problem;
using schemas::BodyView;
using schemas::DeviceProfile;
using testing::IsEmpty;

/// Figures that plan, measure and show nothing by themselves but bound another one: a profile is refused
/// where they are changed alone.
const std::map<std::string_view, std::string_view> kBounds{
    {"sram_bytes", "'sram_for_tensors_bytes' must be at most 'sram_bytes'"}};

documents::DeployFolder deploy_folder() {
  return documents::DeployFolder(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
}

/// A body of two devices of one profile: `near` senses and shows, `far` shows. The MCU runs slower than it
/// was measured, the tensors' part of the SRAM holds some of UNet's tensors but not all, and weights need
/// both stores.
BodyView body_of(const std::string& profile) {
  const auto deploy = deploy_folder();
  auto body = deploy.body(deploy.root() / "bodies/mixed-4.yaml");
  EXPECT_TRUE(body) << body.error().message;
  const schemas::SensorSource noise{"", schemas::Layout::kChw, 0, {}};
  const schemas::Sensor camera{"camera", "", std::vector{noise}};
  body->devices = {{DeviceId("near"), profile, {camera}, {"display"}},
                   {DeviceId("far"), profile, {}, {"display"}}};
  body->link = *deploy.link("ble-2m");
  auto& figures = body->device_profiles.at(profile);
  figures.mcu_clock_mhz.value = 60;
  figures.sram_bytes.value = 200'000;
  figures.sram_for_tensors_bytes.value = 120'000;
  figures.flash_for_weights_bytes.value = figures.extra_weight_store_bytes.value = 1'000'000;
  return *body;
}

planner::Pipeline pipeline(const std::string& model, const std::string& to) {
  const auto read = deploy_folder().model(ModelId(model));
  EXPECT_TRUE(read) << read.error().message;
  auto program = accel_model::build_program(read->description);
  EXPECT_TRUE(program) << program.error().message;
  planner::Pipeline pipeline;
  pipeline.model = {*program, read->digest, read->description.labels, read->description.input.sensor};
  pipeline.app.app = AppId(model);
  pipeline.app.model = ModelId(model);
  pipeline.app.sensing = {"camera", DeviceId("near")};
  pipeline.app.interaction = {"display", DeviceId(to)};
  return pipeline;
}

/// A label and a map; layers that convolve and that pass through; chunks that take turns on an accelerator.
Problem alone(BodyView body) {
  body.devices.resize(1);
  return {body, {pipeline("digits", "near"), pipeline("ressimplenet", "near"), pipeline("unet", "near")}};
}
/// Results cross the link, faster than the camera has new frames.
Problem apart(const BodyView& body) { return {body, {pipeline("digits", "far")}}; }
/// A fifth of flash and extra store together just holds the weights.
Problem full(BodyView body) {
  for (auto& [name, profile] : body.device_profiles) {
    profile.flash_for_weights_bytes.value /= 5;
    profile.extra_weight_store_bytes.value /= 5;
  }
  body.devices.resize(1);
  return {body, {pipeline("ressimplenet", "near")}};
}

/// What the monitor knows of the batteries after a hundred idle hours.
std::map<std::string, std::uint32_t> batteries_of(const BodyView& body) {
  monitor::Watch watch(body);
  MonotonicTime now{1h};
  for (const auto wait : {Duration(0), Duration(100h)}) {
    now += wait;
    for (const auto& process : monitor::processes_of(body)) {
      schemas::Health health;
      health.process = process;
      health.state = schemas::LifeCycle::kReady;
      watch.hear(health, now);
    }
    EXPECT_TRUE(watch.judge(now));
  }
  return watch.body().batteries;
}

using Scene = std::function<Problem(const BodyView&)>;

/// All that is planned, measured and shown for a body.
std::string outcome_of(const BodyView& body) {
  static const std::vector<Scene> scenes{alone, apart, full};
  std::string text;
  for (const auto& scene : scenes) {
    const auto problem = scene(body);
    planner::SolveOptions options;
    options.policy = "ind-e2e";
    options.residency = planner::Residency::kReload;
    const auto outcome = planner::solve(problem, options);
    text += outcome.has_plan() ? schemas::to_json(outcome.plan) : outcome.reason;
    if (!outcome.has_plan()) continue;
    const auto ran = planner_offline::simulate(problem, outcome.plan, 20);
    EXPECT_TRUE(ran) << ran.error().message;
    if (ran) text += schemas::to_json(*ran);
  }
  for (const auto& [device, percent] : batteries_of(body)) text += device + std::to_string(percent);
  return text;
}

/// What a file with this profile is refused for; empty: it is read.
template <class Profile>
std::string refusal_of(const Profile& profile) {
  if constexpr (requires { profile.check(); }) {
    if (const auto status = profile.check(); !status) return status.error().message;
  }
  return {};
}

/// The figures of the body's profile, of which `profile_in` gives the one to sweep, that do nothing.
template <class Profile>
std::vector<std::string> idle_figures(const BodyView& body,
                                      const std::function<Profile&(BodyView&)>& profile_in) {
  const auto usual = outcome_of(body);
  auto original = body;
  std::vector<std::string> idle;
  const auto figures = schemas::figures_of(profile_in(original));
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const double value = figures[i].figure->value;
    bool does_something = false;
    std::string refused;
    for (const double other : {value / 2, value * 2 + 1}) {
      auto changed = body;
      auto& profile = profile_in(changed);
      schemas::figures_in(profile)[i]->value = other;
      if (const auto refusal = refusal_of(profile); !refusal.empty())
        refused = refusal;
      else
        does_something |= outcome_of(changed) != usual;
    }
    const auto bounds = kBounds.find(figures[i].name);
    if (bounds != kBounds.end()) {
      EXPECT_EQ(refused.substr(0, bounds->second.size()), bounds->second);
      EXPECT_FALSE(does_something) << figures[i].name << " does more than bound others: take it off kBounds";
    } else if (!does_something) {
      idle.emplace_back(figures[i].name);
    }
  }
  return idle;
}

class DeviceFigures : public testing::TestWithParam<const char*> {};

TEST_P(DeviceFigures, EachChangesWhatIsPlannedMeasuredOrShown) {
  const auto idle = idle_figures<DeviceProfile>(
      body_of(GetParam()), [](BodyView & body) -> auto& { return body.device_profiles.at(GetParam()); });
  EXPECT_THAT(idle, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Profiles, DeviceFigures, testing::Values("max78000", "max78002"));

TEST(SensorFigures, EachChangesWhatIsPlannedMeasuredOrShown) {
  const auto idle = idle_figures<schemas::SensorProfile>(
      body_of("max78000"), [](BodyView & body) -> auto& { return body.sensor_profiles.at("camera"); });
  EXPECT_THAT(idle, IsEmpty());
}

TEST(ActuatorFigures, EachChangesWhatIsPlannedMeasuredOrShown) {
  const auto idle = idle_figures<schemas::ActuatorProfile>(
      body_of("max78000"), [](BodyView & body) -> auto& { return body.actuator_profiles.at("display"); });
  EXPECT_THAT(idle, IsEmpty());
}

TEST(LinkFigures, EachChangesWhatIsPlannedMeasuredOrShown) {
  const auto idle = idle_figures<schemas::LinkProfile>(
      body_of("max78000"), [](BodyView & body) -> auto& { return body.link; });
  EXPECT_THAT(idle, IsEmpty());
}

TEST(BodyFigures, TheTimeScaleChangesWhatTheBatteriesLast) {
  auto body = body_of("max78000");
  const auto usual = batteries_of(body);
  body.time_scale = 2;
  EXPECT_NE(batteries_of(body), usual);
}

}  // namespace
}  // namespace synergy::figures_test
