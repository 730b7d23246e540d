// Sounds cut into the frames that feed them.
#include "synergy/client/sound_cut.hpp"

#include <gmock/gmock.h>

#include "synergy/frames/sound.hpp"

namespace synergy::client {
namespace {

using ::testing::HasSubstr;

sounds::Sound counting(std::size_t count, std::uint32_t rate = 16000) {
  sounds::Sound sound{rate, {}};
  for (std::size_t i = 0; i < count; ++i) sound.samples.push_back(std::int16_t(i + 1));
  return sound;
}

std::vector<std::int16_t> samples_of(const schemas::FrameFeed& frame) {
  EXPECT_TRUE(frame.check());
  std::vector<std::int16_t> samples;
  for (std::size_t at = 0; at < frame.data.size(); at += 2)
    samples.push_back(std::int16_t(frame.data[at] + 256 * frame.data[at + 1]));
  return samples;
}
std::vector<std::vector<std::int16_t>> cut_of(const sounds::Sound& sound, const SoundCut& how) {
  const auto made = cut(sound, "a.wav", how);
  EXPECT_TRUE(made) << made.error().message;
  std::vector<std::vector<std::int16_t>> all;
  for (const auto& frame : made->frames) all.push_back(samples_of(frame));
  return all;
}
std::string refusal(const sounds::Sound& sound, const SoundCut& how) {
  return cut(sound, "a.wav", how).error().message;
}

constexpr SoundWindow kFour{16000, 4};

TEST(SoundCut, AShortSoundIsOneFrameAsItIs) {
  EXPECT_EQ(cut_of(counting(3), {kFour}), (std::vector<std::vector<std::int16_t>>{{1, 2, 3}}));
  EXPECT_EQ(cut_of(counting(4), {kFour}), (std::vector<std::vector<std::int16_t>>{{1, 2, 3, 4}}));
}

TEST(SoundCut, ALongSoundIsAFrameForEachWindow) {
  EXPECT_EQ(cut_of(counting(5), {kFour}),
            (std::vector<std::vector<std::int16_t>>{{1, 2, 3, 4}, {3, 4, 5, 0}}));
  EXPECT_EQ(cut_of(counting(5), {kFour, {}, 1.0 / 16000}),
            (std::vector<std::vector<std::int16_t>>{{1, 2, 3, 4}, {2, 3, 4, 5}}));
  EXPECT_EQ(cut_of(counting(5), {kFour, 2.0 / 16000}),
            (std::vector<std::vector<std::int16_t>>{{1, 2}, {2, 3}, {3, 4}, {4, 5}}));
  const auto made = *cut(counting(40000), "a.wav", {SoundWindow{16000, 16000}});
  EXPECT_EQ(to_text(made, "a.wav"), "a.wav: 4 frames of 1.000 s, one each 0.500 s");
  EXPECT_EQ(made.hop_s, 0.5);
}

TEST(SoundCut, IsMadeTheModelsRateAsAWholeAndThenCut) {
  const auto sound = counting(44100, 44100);
  const auto whole = *frames::resampled({sound.rate, sound.samples}, 16000);
  const auto frames = cut(sound, "a.wav", {SoundWindow{16000, 4000}})->frames;
  ASSERT_EQ(frames.size(), 7u);
  EXPECT_EQ(frames[2].sound_rate, 16000u);
  EXPECT_EQ(samples_of(frames[2]), frames::window_at(whole, 2, 4000, 2000));
}

TEST(SoundCut, WithoutAModelIsInTheSoundsOwnRate) {
  const auto frames = cut(counting(44100, 44100), "a.wav", {{}, 0.5, 0.5})->frames;
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].sound_rate, 44100u);
  EXPECT_EQ(frames[0].shape, schemas::Axes{22050});
  EXPECT_EQ(
      refusal(counting(9), {}),
      "a.wav: no app takes sound of this sensor now, so its windows are not known: say how long they are "
      "(--window SECONDS), or submit the app first");
}

TEST(SoundCut, WindowsThatNobodyTakesAreRefused) {
  EXPECT_THAT(refusal(counting(9), {kFour, 0.001}),
              HasSubstr("is longer than the 0.000 s that the model takes"));
  EXPECT_THAT(refusal(counting(9, 192000), {{}, 99.0}), HasSubstr("too many for one message"));
  EXPECT_THAT(refusal(counting(20'000'000), {SoundWindow{16000, 1'000'000}, {}, 0.01}),
              HasSubstr("more than fit the memory: cut the file into parts, or say a longer --hop"));
}

TEST(SoundCut, TheLoudestWindowIsTheFirstOfTheLoudest) {
  sounds::Sound sound{16000, std::vector<std::int16_t>(40)};
  sound.samples[17] = -300;
  sound.samples[18] = 299;
  sound.samples[33] = 301;
  EXPECT_EQ(loudest_of(*cut(sound, "a.wav", {SoundWindow{16000, 8}})), 3u) << "12 to 19, as loud as 16 to 23";
}

schemas::PipelinePlan listener(const std::string& app, std::uint32_t rows) {
  schemas::PipelinePlan pipeline;
  pipeline.app = AppId(app);
  pipeline.sensing = "microphone";
  pipeline.frames = schemas::FrameUse::kEvery;
  pipeline.input = {128, rows, 1};
  pipeline.sound = schemas::SoundDescription{16000, {}};
  pipeline.executions.resize(1);
  pipeline.executions[0].source = DeviceId("earbud");
  return pipeline;
}

TEST(SoundWindowOfASensor, IsThatOfTheAppsThatTakeItsFrames) {
  schemas::CollaborationPlan plan;
  const DeviceId earbud("earbud");
  const auto window = [&] { return window_of(plan, earbud, "microphone"); };
  EXPECT_EQ(*window_of(std::nullopt, earbud, "microphone"), std::nullopt);
  EXPECT_EQ(*window(), std::nullopt);
  plan.pipelines = {listener("words", 128), listener("also", 128)};
  EXPECT_EQ(*window(), (SoundWindow{16000, 16384}));
  EXPECT_EQ(*window_of(plan, DeviceId("watch"), "microphone"), std::nullopt);
  EXPECT_EQ(*window_of(plan, earbud, "camera"), std::nullopt);
  plan.pipelines[1].input.rows = 64;
  EXPECT_EQ(window().error().message,
            "apps 'words' (16384 samples at 16000 Hz) and 'also' (8192 samples at 16000 Hz) take windows of "
            "different "
            "lengths: say which (--window SECONDS)");
  plan.pipelines[1].sound.reset();
  EXPECT_EQ(*window(), (SoundWindow{16000, 16384})) << "of those that take sound";
  plan.pipelines[0].frames = schemas::FrameUse::kOwn;
  EXPECT_EQ(*window(), std::nullopt) << "it has frames of its own";
}

}  // namespace
}  // namespace synergy::client
