#include "synergy/executor/frames.hpp"

#include <gmock/gmock.h>

#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"

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
  const auto frames = frames_of({file(kImages)});
  const auto images = documents::read_npy(kDeploy / kImages);
  ASSERT_TRUE(images);
  const auto count = images->shape.at(0);
  for (const std::uint64_t run : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t(count - 1)}) {
    const auto frame = frames.frame(run, kDigits);
    const auto begin = images->data.begin() + std::ptrdiff_t(run * 784);
    EXPECT_EQ(frame.bytes, Bytes(begin, begin + 784));
    EXPECT_FALSE(frame.generated);
    EXPECT_EQ(frame.bytes, frames.frame(run + count, kDigits).bytes);
    EXPECT_EQ(frame.bytes, frames.frame(run + 1'000'000 * count, kDigits).bytes);
  }
}

TEST(Frames, OfASizeThatNoFileHasAreOnlyMadeUpByAGeneratorThatIsListed) {
  const FrameShape other{1, 28, 14};
  EXPECT_FALSE(frames_of({file(kImages)}).serves(other));
  EXPECT_FALSE(frames_of({}).serves(kDigits));
  EXPECT_FALSE(Frames().serves(kDigits));
  const auto frames = frames_of({file(kImages), generator(9)});
  const auto frame = frames.frame(3, other);
  EXPECT_TRUE(frame.generated);
  EXPECT_EQ(frame.bytes, generated_frame(9, 3, 392));
  EXPECT_FALSE(frames.frame(3, kDigits).generated);
}

TEST(Frames, AsManyValuesInAnotherShapeAreNotTheModelsInput) {
  const auto frames = frames_of({file(kImages)});
  EXPECT_TRUE(frames.serves({28, 28, 1})) << "the same values in the same order";
  for (const FrameShape& shape : {FrameShape{4, 14, 14}, {784, 1, 1}, {1, 56, 14}})
    EXPECT_FALSE(frames.serves(shape)) << to_text(shape);
}

TEST(Frames, TwoModelsOnOneCameraGetTheirOwnPictures) {
  const testing::TemporaryFolder folder;
  const auto write = [&](const std::string& name, const documents::NpyArray& array) {
    const auto bytes = documents::to_npy(array);
    folder.write(name, std::string(bytes.begin(), bytes.end()));
  };
  write("grey.npy", {"|u1", {2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}});
  write("colour.npy", {"|u1", {1, 1, 2, 3}, {10, 20, 30, 11, 21, 31}});
  write("signed.npy", {"|i1", {1, 1, 3}, {0x80, 0x00, 0x7f}});
  const auto frames =
      frames_of({file("grey.npy"), file("colour.npy", Layout::kHwc), file("signed.npy")}, folder.path());
  EXPECT_EQ(frames.frame(1, {1, 2, 2}).bytes, (Bytes{5, 6, 7, 8}));
  EXPECT_EQ(frames.frame(1, {3, 1, 2}).bytes, (Bytes{10, 11, 20, 21, 30, 31})) << "channels first";
  EXPECT_EQ(frames.frame(1, {1, 1, 3}).bytes, (Bytes{0, 128, 255})) << "a sensor gives unsigned bytes";
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
