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
  EXPECT_EQ(sensor.source_for(kDigits, Trigger::kFree, {})->frames, "digits.npy");
  EXPECT_EQ(sensor.source_for(kColour, Trigger::kFree, {})->frames, "colour.npy");
  EXPECT_EQ(sensor.source_for(kWide, Trigger::kFree, {})->generator, 5u) << "it serves what no file does";
}

TEST(SensorSources, AFileOfChannelsLastServesOnlyWhereItIsSaidToBeOne) {
  EXPECT_EQ(camera({file("a.npy", {32, 32, 3})}).source_for(kColour, Trigger::kFree, {}), nullptr);
  EXPECT_NE(camera({file("a.npy", {32, 32, 3}, Layout::kHwc)}).source_for(kColour, Trigger::kFree, {}),
            nullptr);
}

TEST(SensorSources, WithNeitherAFileNorAGeneratorNothingServes) {
  for (const auto& sensor : {camera({}), camera({file("digits.npy", {28, 28})})}) {
    EXPECT_EQ(sensor.source_for(kColour, Trigger::kFree, {}), nullptr);
    EXPECT_FALSE(sensor.may_serve(kColour, Trigger::kFree, {}));
  }
}

TEST(SensorSources, AFolderOfPicturesServesModelsThatTakePictures) {
  const SensorSource photos{"photos", Layout::kChw, {}, {}, false, 12};
  const InputKinds picture{PictureDescription(), {}};
  EXPECT_EQ(camera({photos, generator(1)}).source_for(kDigits, Trigger::kFree, picture)->frames, "photos");
  EXPECT_EQ(camera({photos, generator(1)}).source_for(kDigits, Trigger::kFree, {})->generator, 1u);
  EXPECT_EQ(camera({photos}).source_for({1, 1, 1}, Trigger::kFree, {}), nullptr)
      << "no picture has a shape of its own";
  EXPECT_FALSE(camera({photos}).may_serve(kDigits, Trigger::kFree, {}));
  EXPECT_TRUE(camera({photos}).may_serve(kDigits, Trigger::kFree, picture));
  EXPECT_EQ(
      camera({photos, file("digits.npy", {28, 28})}).source_for(kDigits, Trigger::kFree, picture)->frames,
      "digits.npy")
      << "frames that were made for it go first";
  EXPECT_EQ(to_text(std::vector<SensorSource>{photos}), "photos of 12 pictures of any size");
}

TEST(SensorSources, AFolderOfSoundsServesModelsThatTakeSound) {
  SensorSource words;
  words.frames = "words";
  words.sounds = 3;
  const SensorSource photos{"photos", Layout::kChw, {}, {}, false, 12};
  const InputKinds sound{{}, SoundDescription{16000, {}}}, picture{PictureDescription(), {}};
  for (const auto& sensor : {camera({photos, words, generator(1)}), camera({words, photos, generator(1)})}) {
    EXPECT_EQ(sensor.source_for(kWide, Trigger::kFree, sound)->frames, "words");
    EXPECT_EQ(sensor.source_for(kWide, Trigger::kFree, picture)->frames, "photos");
    EXPECT_EQ(sensor.source_for(kWide, Trigger::kFree, {})->generator, 1u);
  }
  EXPECT_FALSE(camera({words}).may_serve(kWide, Trigger::kFree, picture));
  EXPECT_EQ(to_text(std::vector<SensorSource>{words}), "words of 3 sounds of any length");
}

TEST(SensorSources, OfWhichNothingIsKnownMayServe) {
  const Sensor unknown{"camera", "", {}};
  EXPECT_TRUE(unknown.may_serve(kColour, Trigger::kFree, {}));
  EXPECT_EQ(unknown.source_for(kColour, Trigger::kFree, {}), nullptr);
}

SensorSource feed() {
  SensorSource source;
  source.feed = true;
  return source;
}

TEST(SensorSources, AFeedServesEveryShapeWhereNothingElseDoesOrTheAppRunsForEachFrame) {
  const auto only = camera({feed()});
  EXPECT_TRUE(only.is_fed());
  EXPECT_TRUE(only.may_serve(kWide, Trigger::kFree, {}));
  EXPECT_EQ(only.use_by(kWide, Trigger::kFree, false, {}), FrameUse::kOnce);
  EXPECT_EQ(only.use_by(kWide, Trigger::kFree, true, {}), FrameUse::kNewest);
  EXPECT_EQ(only.use_by(kWide, Trigger::kFrame, true, {}), FrameUse::kEvery);

  const auto all = camera({generator(5), feed(), file("digits.npy", {28, 28})});
  EXPECT_TRUE(all.is_fed());
  EXPECT_EQ(all.source_for(kDigits, Trigger::kFree, {})->frames, "digits.npy");
  EXPECT_EQ(all.source_for(kColour, Trigger::kFree, {})->generator, 5u);
  EXPECT_TRUE(all.source_for(kDigits, Trigger::kFrame, {})->feed);
  EXPECT_EQ(all.use_by(kDigits, Trigger::kFree, false, {}), FrameUse::kOwn);
  EXPECT_EQ(all.use_by(kDigits, Trigger::kFrame, false, {}), FrameUse::kEvery);

  const auto none = camera({generator(5)});
  EXPECT_FALSE(none.is_fed());
  EXPECT_EQ(none.use_by(kDigits, Trigger::kFrame, false, {}), FrameUse::kOwn);
  EXPECT_EQ(to_text(*all.sources), "a generator for any shape, frames that are fed, digits.npy of (28, 28)");
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
