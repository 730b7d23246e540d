// Which source of a sensor serves a model, and what people are told of an app's input.
#include <gtest/gtest.h>

#include "synergy/schemas/device.hpp"
#include "synergy/schemas/plan.hpp"

namespace synergy::schemas {
namespace {

SensorSource file(const std::string& name, Axes shape, Layout layout = Layout::kChw) {
  return {name, layout, {}, std::move(shape)};
}
SensorSource generator(std::uint64_t seed) { return {"", Layout::kChw, seed, {}}; }

Sensor camera(std::vector<SensorSource> sources) { return {"camera", "", std::move(sources)}; }

constexpr FrameShape kDigits{1, 28, 28}, kColour{3, 32, 32}, kWide{3, 48, 64};

TEST(SensorSources, TheFileOfTheModelsShapeServesIt) {
  const auto sensor = camera({generator(5), file("digits.npy", {28, 28}), file("colour.npy", {3, 32, 32})});
  EXPECT_EQ(sensor.source_for(kDigits)->frames, "digits.npy");
  EXPECT_EQ(sensor.source_for(kColour)->frames, "colour.npy");
  EXPECT_EQ(sensor.source_for(kWide)->generator, 5u) << "it serves what no file does";
}

TEST(SensorSources, AFileOfChannelsLastServesOnlyWhereItIsSaidToBeOne) {
  EXPECT_EQ(camera({file("a.npy", {32, 32, 3})}).source_for(kColour), nullptr);
  EXPECT_NE(camera({file("a.npy", {32, 32, 3}, Layout::kHwc)}).source_for(kColour), nullptr);
}

TEST(SensorSources, WithNeitherAFileNorAGeneratorNothingServes) {
  for (const auto& sensor : {camera({}), camera({file("digits.npy", {28, 28})})}) {
    EXPECT_EQ(sensor.source_for(kColour), nullptr);
    EXPECT_FALSE(sensor.may_serve(kColour));
  }
}

TEST(SensorSources, OfWhichNothingIsKnownMayServe) {
  const Sensor unknown{"camera", "", {}};
  EXPECT_TRUE(unknown.may_serve(kColour));
  EXPECT_EQ(unknown.source_for(kColour), nullptr);
}

TEST(SensorSources, AreToldToPeople) {
  EXPECT_EQ(to_text(std::vector<SensorSource>{}), "no frames");
  EXPECT_EQ(to_text({file("a.npy", {28, 28}), file("b.npy", {32, 32, 3}, Layout::kHwc), generator(0)}),
            "a.npy of (28, 28), b.npy of (32, 32, 3) (hwc), a generator for any shape");
}

PipelinePlan pipeline() {
  PipelinePlan plan;
  plan.app = AppId("words");
  plan.model = ModelId("kws");
  plan.sensing = "microphone";
  plan.expects = "microphone";
  plan.input = {128, 128, 1};
  plan.executions.resize(3);
  plan.executions[0].source = plan.executions[2].source = DeviceId("earbud");
  plan.executions[1].source = DeviceId("watch");
  return plan;
}

TEST(WarningsOnInput, ThereAreNoneWhereTheModelGetsWhatItExpects) {
  EXPECT_TRUE(warnings_on_input(pipeline()).empty());
  auto plan = pipeline();
  plan.expects.clear();
  EXPECT_TRUE(warnings_on_input(plan).empty()) << "it does not say what it expects";
}

TEST(WarningsOnInput, AnotherCapabilityThanTheModelsIsNamed) {
  auto plan = pipeline();
  plan.sensing = "camera";
  EXPECT_EQ(warnings_on_input(plan),
            (std::vector<std::string>{
                "model 'kws' was made for sensor 'microphone'; app 'words' feeds it from 'camera'"}));
}

TEST(WarningsOnInput, NoiseIsNamedOnceForEachDevice) {
  auto plan = pipeline();
  for (auto& execution : plan.executions) execution.generated = true;
  EXPECT_EQ(warnings_on_input(plan),
            (std::vector<std::string>{"app 'words' computes on generated noise: no frames file of sensor "
                                      "'microphone' of earbud, watch has the shape 128 x 128 x 1 (channels x "
                                      "rows x columns)"}));
}

}  // namespace
}  // namespace synergy::schemas
