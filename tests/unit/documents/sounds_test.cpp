// Folders of sounds, and the windows that a model takes of a file.
#include "synergy/documents/sounds.hpp"

#include <gmock/gmock.h>

#include "synergy/documents/frame_folder.hpp"
#include "temporary_folder.hpp"
#include "wav_file.hpp"

namespace synergy::documents {
namespace {

using schemas::Bytes;
using test_support::wav_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string wav(const std::vector<std::int16_t>& samples, std::uint32_t rate = 16000) {
  const auto bytes = wav_of(samples, rate);
  return {bytes.begin(), bytes.end()};
}

class SoundFolder : public ::testing::Test {
 protected:
  [[nodiscard]] std::string refusal() const {
    const auto sounds = read_sounds(folder_.path());
    const auto count = count_sounds(folder_.path());
    EXPECT_FALSE(sounds);
    EXPECT_FALSE(count);
    if (sounds || count) return "";
    EXPECT_EQ(sounds.error(), count.error());
    return sounds.error().message;
  }
  test_support::TemporaryFolder folder_;
};

TEST_F(SoundFolder, IsReadInOrderOfNames) {
  folder_.write("b.wav", wav({2}));
  folder_.write("a.WAV", wav({1}));
  folder_.write("labels.csv", "a,3\n");
  folder_.write("._a.wav", "no sound: a file manager's notes");
  const auto sounds = read_sounds(folder_.path());
  ASSERT_TRUE(sounds) << sounds.error().message;
  EXPECT_THAT(*sounds, ElementsAre(sounds::Sound{16000, {1}}, sounds::Sound{16000, {2}}));
  EXPECT_EQ(*count_sounds(folder_.path()), 2u);
  EXPECT_EQ(*kind_of_folder(folder_.path()), FrameFiles::kSounds);
}

TEST_F(SoundFolder, NamesTheSoundThatCanNotBeRead) {
  folder_.write("a.wav", wav({1}));
  folder_.write("b.flac", "hello");
  EXPECT_EQ(refusal(),
            (folder_ / "b.flac").string() + ": is neither WAV, FLAC nor OGG: save the sound as WAV");
}

TEST_F(SoundFolder, WithoutSoundsIsRefused) {
  folder_.write("a.mp3", "ID3");
  EXPECT_EQ(refusal(), folder_.path().string() + ": holds no sounds, files that end in .wav, .flac or .ogg");
  EXPECT_THAT(kind_of_folder(folder_.path()).error().message,
              HasSubstr("holds no pictures, files that end in .png, .jpg or .jpeg, and no sounds"));
}

TEST_F(SoundFolder, WithPicturesBesideIsNoFolderOfEither) {
  folder_.write("a.wav", wav({1}));
  folder_.write("b.png", "");
  EXPECT_EQ(kind_of_folder(folder_.path()).error().message,
            folder_.path().string() + ": holds pictures and sounds: put them in a folder each");
}

TEST_F(SoundFolder, OfTooManySamplesIsRefusedWithTheirNumber) {
  const auto large = wav(std::vector<std::int16_t>(30u << 20));
  for (const auto* name : {"1.wav", "2.wav", "3.wav", "4.wav", "5.wav"}) folder_.write(name, large);
  EXPECT_THAT(refusal(), HasSubstr("more than 134217728 samples together, up to 5.wav"));
}

TEST(SoundAsInput, IsAFrameForEachWindow) {
  const schemas::InputKinds kinds{{}, schemas::SoundDescription{8000, {}}};
  const schemas::FrameShape input{2, 2, 1};
  const auto made = [&](std::vector<std::int16_t> samples, double hop_s = 0) {
    const sounds::Sound sound{8000, std::move(samples)};
    const auto frames = *frames_of(sound, "a.wav", input, kinds, hop_s);
    EXPECT_EQ(frames.size(), SoundWindows(input, *kinds.sound, hop_s).count(sound));
    return frames;
  };
  EXPECT_THAT(made({256, 512}), ElementsAre(Bytes{128, 130, 129, 128}))
      << "in the middle: 0 1 2 0, in two channels";
  EXPECT_THAT(made({256, 512, 768, 1024, 1280}),
              ElementsAre(Bytes{129, 131, 130, 132}, Bytes{131, 133, 132, 128}));
  EXPECT_THAT(made({256, 512, 768, 1024, 1280}, 4.0 / 8000),
              ElementsAre(Bytes{129, 131, 130, 132}, Bytes{133, 128, 128, 128}));
  EXPECT_EQ(
      frames_of({8000, {1}}, "a.wav", input, {}).error().message,
      "a.wav: the model takes no sound; if it is one that listens, say so in its model.yaml: input: {..., "
      "sound: {rate: 16000}}");
}

}  // namespace
}  // namespace synergy::documents
