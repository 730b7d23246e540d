#include "synergy/executor/frames.hpp"

#include <gmock/gmock.h>

#include "png_file.hpp"
#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"
#include "wav_file.hpp"

namespace synergy::executor {
namespace {

using schemas::Bytes;
using schemas::FrameShape;
using schemas::Layout;
using schemas::Sensor;
using schemas::SensorSource;
using ::testing::HasSubstr;

const std::filesystem::path kDeploy = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy";
const std::string kImages = "models/digits/heldout/images.npy";
constexpr FrameShape kDigits{1, 28, 28};

SensorSource file(const std::string& name, Layout layout = Layout::kChw) { return {name, layout, {}, {}}; }
SensorSource generator(std::uint64_t seed) { return {"", Layout::kChw, seed, {}}; }

Frames frames_of(const std::vector<SensorSource>& sources, const std::filesystem::path& deploy = kDeploy) {
  auto frames = Frames::read(deploy, {"camera", "", sources});
  EXPECT_TRUE(frames) << frames.error().message;
  return *frames;
}

TEST(Frames, TakesThePictureOfTheRunsNumberModuloTheirCount) {
  auto frames = frames_of({file(kImages)});
  const auto images = documents::read_npy(kDeploy / kImages);
  ASSERT_TRUE(images);
  const auto count = images->shape.at(0);
  for (const std::uint64_t run : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t(count - 1)}) {
    const auto frame = frames.frame(run, kDigits, {});
    const auto begin = images->data.begin() + std::ptrdiff_t(run * 784);
    EXPECT_EQ(frame.bytes, Bytes(begin, begin + 784));
    EXPECT_FALSE(frame.generated);
    EXPECT_EQ(frame.bytes, frames.frame(run + count, kDigits, {}).bytes);
    EXPECT_EQ(frame.bytes, frames.frame(run + 1'000'000 * count, kDigits, {}).bytes);
  }
}

TEST(Frames, OfASizeThatNoFileHasAreOnlyMadeUpByAGeneratorThatIsListed) {
  const FrameShape other{1, 28, 14};
  EXPECT_FALSE(frames_of({file(kImages)}).serves(other, {}));
  EXPECT_FALSE(frames_of({}).serves(kDigits, {}));
  EXPECT_FALSE(Frames().serves(kDigits, {}));
  auto frames = frames_of({file(kImages), generator(9)});
  const auto frame = frames.frame(3, other, {});
  EXPECT_TRUE(frame.generated);
  EXPECT_EQ(frame.bytes, generated_frame(9, 3, 392));
  EXPECT_FALSE(frames.frame(3, kDigits, {}).generated);
}

TEST(Frames, AsManyValuesInAnotherShapeAreNotTheModelsInput) {
  auto frames = frames_of({file(kImages)});
  EXPECT_TRUE(frames.serves({28, 28, 1}, {})) << "the same values in the same order";
  for (const FrameShape& shape : {FrameShape{4, 14, 14}, {784, 1, 1}, {1, 56, 14}})
    EXPECT_FALSE(frames.serves(shape, {})) << to_text(shape);
}

TEST(Frames, TwoModelsOnOneCameraGetTheirOwnPictures) {
  const test_support::TemporaryFolder folder;
  const auto write = [&](const std::string& name, const documents::NpyArray& array) {
    const auto bytes = documents::to_npy(array);
    folder.write(name, std::string(bytes.begin(), bytes.end()));
  };
  write("grey.npy", {"|u1", {2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}});
  write("colour.npy", {"|u1", {1, 1, 2, 3}, {10, 20, 30, 11, 21, 31}});
  write("signed.npy", {"|i1", {1, 1, 3}, {0x80, 0x00, 0x7f}});
  auto frames =
      frames_of({file("grey.npy"), file("colour.npy", Layout::kHwc), file("signed.npy")}, folder.path());
  EXPECT_EQ(frames.frame(1, {1, 2, 2}, {}).bytes, (Bytes{5, 6, 7, 8}));
  EXPECT_EQ(frames.frame(1, {3, 1, 2}, {}).bytes, (Bytes{10, 11, 20, 21, 30, 31})) << "channels first";
  EXPECT_EQ(frames.frame(1, {1, 1, 3}, {}).bytes, (Bytes{0, 128, 255})) << "a sensor gives unsigned bytes";
}

TEST(Frames, OfAFolderOfPicturesAreMadeWhatEachModelExpects) {
  const test_support::TemporaryFolder folder;
  folder.write("photos/1.png", test_support::png_file(2, 2, 1, {10, 20, 30, 41}));
  folder.write("photos/2.png", test_support::png_file(1, 2, 3, {255, 0, 0, 0, 255, 0}));
  auto frames = frames_of({file("photos"), generator(3)}, folder.path());
  const schemas::InputKinds crop{schemas::PictureDescription(), {}},
      stretch{schemas::PictureDescription{schemas::Fit::kStretch}, {}};
  EXPECT_EQ(frames.frame(0, {1, 1, 1}, crop).bytes, Bytes{25}) << "the mean";
  EXPECT_EQ(frames.frame(1, {1, 1, 2}, stretch).bytes, (Bytes{76, 150})) << "luma";
  EXPECT_EQ(frames.frame(0, {1, 2, 2}, crop).bytes, (Bytes{10, 20, 30, 41}));
  EXPECT_EQ(frames.frame(1, {3, 1, 1}, stretch).bytes, (Bytes{128, 128, 0}));
  EXPECT_FALSE(frames.frame(0, {1, 1, 1}, crop).generated);
  EXPECT_EQ(frames.frame(7, {1, 1, 2}, stretch).bytes, frames.frame(1, {1, 1, 2}, stretch).bytes);
  EXPECT_TRUE(frames.frame(0, {1, 1, 1}, {}).generated) << "of a model that takes no pictures";
}

TEST(Frames, OfPicturesAreTheSameWhetherKeptOrMadeAgain) {
  const test_support::TemporaryFolder folder;
  for (std::uint8_t i = 0; i < 20; ++i)
    folder.write("photos/" + std::to_string(10 + i) + ".png",
                 test_support::png_file(1, 2, 1, {i, std::uint8_t(i + 100)}));
  auto frames = frames_of({file("photos")}, folder.path());
  const schemas::InputKinds stretch{schemas::PictureDescription{schemas::Fit::kStretch}, {}};
  const FrameShape large{1, 2048, 2048};  // 20 of them are more than is kept
  for (int round = 0; round < 2; ++round)
    for (std::uint64_t run = 0; run < 20; ++run) {
      const auto frame = frames.frame(run, large, stretch).bytes;
      EXPECT_EQ(frame.size(), std::size_t(2048) * 2048);
      EXPECT_EQ(frame.front(), run);
      EXPECT_EQ(frame.back(), run + 100);
    }
  EXPECT_EQ(frames.frame(1, {1, 1, 1}, stretch).bytes, Bytes{51}) << "each model has its own";
}

std::string wav(const std::vector<std::int16_t>& samples) {
  const auto bytes = test_support::wav_of(samples);
  return {bytes.begin(), bytes.end()};
}

TEST(Frames, OfAFolderOfSoundsAreTheWindowsOfEachInTurn) {
  const test_support::TemporaryFolder folder;
  folder.write("words/1.wav", wav({256, 512, 768, 1024, 1280}));  // two windows of 4, half of it apart
  folder.write("words/2.wav", wav({2560}));                       // one
  auto frames = frames_of({generator(3), file("words")}, folder.path());
  const schemas::InputKinds sound{{}, schemas::SoundDescription{16000, {}}};
  const FrameShape input{1, 4, 1};
  const std::vector<Bytes> all{{129, 130, 131, 132}, {131, 132, 133, 128}, {128, 138, 128, 128}};
  for (std::uint64_t run = 0; run < 9; ++run) {
    const auto frame = frames.frame(run, input, sound);
    EXPECT_EQ(frame.bytes, all[run % 3]) << run;
    EXPECT_FALSE(frame.generated);
  }
  EXPECT_EQ(frames.frame(1, {1, 8, 1}, sound).bytes, (Bytes{128, 128, 128, 138, 128, 128, 128, 128}))
      << "each model has its own windows";
  const schemas::InputKinds loud{{}, schemas::SoundDescription{16000, 256}};
  EXPECT_EQ(frames.frame(2, input, loud).bytes, (Bytes{128, 255, 128, 128}));
  EXPECT_TRUE(frames.frame(0, input, {}).generated) << "of a model that takes no sound";
  EXPECT_TRUE(frames.frame(0, input, {schemas::PictureDescription(), {}}).generated);
}

TEST(Frames, OfSoundsAreAsFarApartAsTheSourceSays) {
  const test_support::TemporaryFolder folder;
  folder.write("words/1.wav", wav({256, 512, 768, 1024, 1280}));
  auto source = file("words");
  source.hop = 4.0 / 16000;
  auto frames = frames_of({source}, folder.path());
  EXPECT_EQ(frames.frame(1, {1, 4, 1}, {{}, schemas::SoundDescription{16000, {}}}).bytes,
            (Bytes{133, 128, 128, 128}));
}

TEST(Frames, RefusesAFolderThatIsAnotherThanWhenTheBodyWasLoaded) {
  const test_support::TemporaryFolder folder;
  folder.write("photos/1.png", test_support::png_file(1, 1, 1, {9}));
  SensorSource source = file("photos");
  source.pictures = 2;
  const auto changed = Frames::read(folder.path(), {"camera", "", {{source}}});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kConflict);
  EXPECT_THAT(changed.error().message, HasSubstr("its frames are 1 pictures now, and were 2 pictures when"));
  folder.write("photos/2.png", "hello");
  const auto damaged = Frames::read(folder.path(), {"camera", "", {{source}}});
  ASSERT_FALSE(damaged);
  EXPECT_THAT(damaged.error().message, HasSubstr("2.png: is neither PNG nor JPEG"));
}

TEST(Frames, OfAGeneratorAreTheSameForTheSameSeedAndRunAndOtherwiseNot) {
  const auto a = generated_frame(0, 7, 1000);
  EXPECT_EQ(a.size(), 1000u);
  EXPECT_EQ(a, generated_frame(0, 7, 1000));
  EXPECT_NE(a, generated_frame(0, 8, 1000));
  EXPECT_NE(a, generated_frame(1, 7, 1000));
  EXPECT_TRUE(generated_frame(0, 7, 0).empty());
}

TEST(Frames, OfSeedZeroAreTheNumbersOfSplitmix64) {
  // Its first two values from state 0 are 0xe220a8397b1dcdaf and 0x6e789e6aa1b965f4.
  EXPECT_EQ(generated_frame(0, 0, 2), (Bytes{0xaf, 0xf4}));
}

TEST(Frames, RefusesAFileThatHoldsNoFrames) {
  const auto error_of = [](const std::string& name) {
    const auto frames = Frames::read(kDeploy, {"camera", "", {{file(name)}}});
    return frames ? Error{} : frames.error();
  };
  EXPECT_EQ(error_of("no-such-file.npy").code, ErrorCode::kNotFound);
  EXPECT_EQ(error_of("models/digits/heldout/labels.npy").code, ErrorCode::kInvalid) << "one dimension";
  EXPECT_EQ(error_of("models/digits/heldout/logits.npy").code, ErrorCode::kInvalid) << "beyond signed bytes";
}

TEST(Frames, RefusesAFileThatIsAnotherThanWhenTheBodyWasLoaded) {
  auto source = file(kImages);
  source.shape = {28, 27};
  const auto frames = Frames::read(kDeploy, {"camera", "", {{source}}});
  ASSERT_FALSE(frames);
  EXPECT_EQ(frames.error().code, ErrorCode::kConflict);
  EXPECT_THAT(frames.error().message,
              HasSubstr("its frames are (28, 28) now, and were (28, 27) when the body "
                        "was loaded; start the mesh again"));
}

}  // namespace
}  // namespace synergy::executor
