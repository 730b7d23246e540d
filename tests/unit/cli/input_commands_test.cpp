// synergy run and classify: which files they take, and that channels last are never taken for channels first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "png_file.hpp"
#include "synergy/base/splitmix64.hpp"
#include "synergy/cli/command_table.hpp"
#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"
#include "wav_file.hpp"

namespace synergy::cli {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kDeploy = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy";
constexpr std::size_t kChannels = 3, kSide = 32, kPixels = kSide * kSide;

class InputCommands : public ::testing::Test {
 protected:
  InputCommands() {
    SplitMix64 random(7);
    for (std::size_t i = 0; i < kChannels * kPixels; ++i) picture_.push_back(std::uint8_t(random.next()));
  }
  Status execute(const std::vector<std::string>& arguments) {
    Command program("a test", "synergy");
    Shared shared;
    shared.deploy_folder = kDeploy.string();
    add_commands(program, shared);
    std::vector<const char*> words{"synergy"};
    for (const auto& argument : arguments) words.push_back(argument.c_str());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const auto parsed = program.parse(int(words.size()), words.data());
    const auto refusal = ::testing::internal::GetCapturedStderr();
    output_ = ::testing::internal::GetCapturedStdout();
    if (parsed != Command::Parsed::kRan) return Error{ErrorCode::kInternal, refusal};
    return shared.status;
  }
  std::string write(const std::string& name, const std::string& type, const std::vector<std::size_t>& shape,
                    const std::vector<std::uint8_t>& data) {
    const auto bytes = documents::to_npy({type, shape, data});
    return folder_.write(name, std::string(bytes.begin(), bytes.end())).string();
  }
  [[nodiscard]] std::vector<std::uint8_t> channels_last() const {
    std::vector<std::uint8_t> data(picture_.size());
    for (std::size_t i = 0; i < picture_.size(); ++i)
      data[i % kPixels * kChannels + i / kPixels] = picture_[i];
    return data;
  }
  [[nodiscard]] std::string run(const std::string& file, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"run", "ressimplenet", "--input", file, "--path", "fast"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto status = execute(arguments);
    return status ? output_ : status.error().message;
  }

  test_support::TemporaryFolder folder_;
  std::vector<std::uint8_t> picture_;  ///< pixels, channels first
  std::string output_;
};

TEST_F(InputCommands, RunRefusesChannelsLastAndConvertsThemWhenTold) {
  const auto right = run(write("chw.npy", "|u1", {3, 32, 32}, picture_));
  EXPECT_THAT(right, HasSubstr("ressimplenet: output 100"));
  const auto hwc = write("hwc.npy", "|u1", {32, 32, 3}, channels_last());
  EXPECT_EQ(run(hwc),
            hwc +
                ": has the shape (32, 32, 3); the model's input is 3 x 32 x 32 (channels x rows x columns): "
                "these axes are rows, columns, channels, which --layout hwc converts");
  EXPECT_EQ(run(hwc, {"--layout", "hwc"}), right);
  EXPECT_THAT(run(hwc, {"--layout", "cwh"}), HasSubstr("cwh"));
}

TEST_F(InputCommands, RunTakesPixelsAndTheSignedBytesTheyStandForAlike) {
  auto shifted = picture_;
  for (auto& pixel : shifted) pixel ^= 0x80;
  EXPECT_EQ(run(write("signed.npy", "|i1", {1, 3, 32, 32}, shifted)),
            run(write("pixels.npy", "|u1", {3, 32, 32}, picture_)));
}

TEST_F(InputCommands, ClassifyTakesWhatRunTakes) {
  const auto digits = (kDeploy / "models/digits").string();
  const auto heldout = documents::read_npy(kDeploy / "models/digits/heldout/images.npy");
  ASSERT_TRUE(heldout) << heldout.error().message;
  auto shifted = heldout->data;
  for (auto& pixel : shifted) pixel ^= 0x80;
  const auto logits = (kDeploy / "models/digits/heldout/logits.npy").string();
  for (const auto& file : {write("signed.npy", "|i1", {100, 1, 28, 28}, shifted),
                           write("hwc.npy", "|u1", {100, 28, 28, 1}, heldout->data)}) {
    const auto status = execute({"classify", digits, "--images", file, "--outputs", logits});
    EXPECT_TRUE(status) << status.error().message;
    EXPECT_THAT(output_, HasSubstr("outputs that differ: 0"));
  }
  const auto flat = write("flat.npy", "|u1", {100, 784}, heldout->data);
  EXPECT_EQ(
      execute({"classify", digits, "--images", flat}).error().message,
      flat + ": has the shape (100, 784); the model's input is 1 x 28 x 28 (channels x rows x columns)");
}

/// Each held-out digit ten times as large, in ink on paper, as a colour picture: what a person would draw.
TEST_F(InputCommands, ClassifyReadsAFolderOfDrawnDigits) {
  const auto digits = (kDeploy / "models/digits").string();
  const auto heldout = documents::read_npy(kDeploy / "models/digits/heldout/images.npy");
  ASSERT_TRUE(heldout) << heldout.error().message;
  constexpr std::uint32_t kDigitSide = 28, kTimes = 10, kDrawn = kDigitSide * kTimes;
  for (std::size_t i = 0; i < 100; ++i) {
    std::vector<std::uint8_t> drawn;
    for (std::uint32_t r = 0; r < kDrawn; ++r)
      for (std::uint32_t c = 0; c < kDrawn; ++c)
        drawn.insert(drawn.end(), 3,
                     std::uint8_t(255 - heldout->data[i * 784 + r / kTimes * 28 + c / kTimes]));
    folder_.write("drawn/" + std::to_string(100 + i) + ".png",
                  test_support::png_file(kDrawn, kDrawn, 3, drawn));
  }
  const auto drawn = (folder_ / "drawn").string(),
             heldout_folder = (kDeploy / "models/digits/heldout").string();
  const auto status = execute({"classify", digits, "--images", drawn, "--outputs",
                               heldout_folder + "/logits.npy", "--labels", heldout_folder + "/labels.npy"});
  EXPECT_TRUE(status) << status.error().message;
  EXPECT_THAT(output_, HasSubstr("outputs that differ: 0")) << "to the bit as the arrays";
  EXPECT_TRUE(execute({"run", digits, "--input", drawn + "/107.png"}));
  const auto from_picture = output_;
  const std::vector<std::uint8_t> eighth(heldout->data.begin() + 7 * 784, heldout->data.begin() + 8 * 784);
  EXPECT_TRUE(execute({"run", digits, "--input", write("7.npy", "|u1", {28, 28}, eighth)}));
  EXPECT_EQ(from_picture, output_);
}

TEST_F(InputCommands, PicturesThatCanNotBeTakenAreRefused) {
  const auto picture = folder_.write("a.png", test_support::png_file(2, 2, 1, {1, 2, 3, 4})).string();
  EXPECT_EQ(execute({"run", "digits", "--input", picture, "--layout", "hwc"}).error().message,
            "--layout: is of arrays (.npy); leave it out, that of a picture or a sound is known");
  EXPECT_THAT(execute({"run", "kws", "--input", picture}).error().message,
              HasSubstr("a frame of the shape (2, 2, 1) does not become the model's input of 128 x 128 x 1"));
  folder_.write("some/b.jpg", "\xff\xd8\xff");
  EXPECT_THAT(execute({"classify", "digits", "--images", (folder_ / "some").string()}).error().message,
              HasSubstr("b.jpg: the JPEG file is damaged"));
  EXPECT_THAT(execute({"classify", "digits", "--images", folder_.path().string() + "/none"}).error().message,
              HasSubstr("none: "));
}

class SoundCommands : public InputCommands {
 protected:
  SoundCommands() {
    std::ifstream file(kDeploy / "models/kws/model.yaml");
    std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string input = "sensor: microphone}";
    text.replace(text.find(input), input.size(), "sensor: microphone, sound: {rate: 16000, gain: 16}}");
    folder_.write("kws/model.yaml", text);
    SplitMix64 random(16);
    for (auto& sample : samples_) sample = std::int16_t(int(random.next() % 2001) - 1000);
  }
  std::string wav(const std::string& name, const std::vector<std::int16_t>& samples,
                  std::uint32_t rate = 16000) {
    const auto bytes = test_support::wav_of(samples, rate);
    return folder_.write(name, std::string(bytes.begin(), bytes.end())).string();
  }
  /// The window as the array that the network takes, made here by the sentences of the specification.
  std::string array(const std::string& name, std::vector<std::int16_t> window) {
    std::vector<std::uint8_t> values(16384);
    int peak = 0;
    for (const int sample : window) peak = std::max(peak, std::abs(sample));
    const double gain = std::min(16.0, peak == 0 ? 16.0 : 127.0 * 256 / peak);
    for (std::size_t t = 0; t < 128; ++t)
      for (std::size_t c = 0; c < 128; ++c)
        values[c * 128 + t] = std::uint8_t(int(std::floor(window[t * 128 + c] * gain / 256 + 0.5)));
    return write(name, "|i1", {128, 128}, values);
  }
  std::string output_of(const std::string& input) {
    const auto status = execute({"run", (folder_ / "kws").string(), "--input", input, "--path", "fast"});
    return status ? output_ : status.error().message;
  }
  std::vector<std::int16_t> samples_ = std::vector<std::int16_t>(16384 + 5000);
};

TEST_F(SoundCommands, RunTakesASoundAsTheArrayThatItStandsFor) {
  const std::vector<std::int16_t> window(samples_.begin(), samples_.begin() + 16384);
  const auto right = output_of(array("a.npy", window));
  EXPECT_THAT(right, HasSubstr("kws: output"));
  EXPECT_EQ(output_of(wav("a.wav", window)), right);
  std::vector<std::int16_t> middle(16384);
  std::copy_n(samples_.begin(), 16001, middle.begin() + 191);
  EXPECT_EQ(output_of(wav("b.wav", {samples_.begin(), samples_.begin() + 16001})),
            output_of(array("b.npy", middle)));
  EXPECT_NE(output_, right);
}

TEST_F(SoundCommands, RunRefusesWhatIsNoSingleWindow) {
  EXPECT_THAT(
      output_of(wav("long.wav", samples_)),
      HasSubstr(
          "long.wav: is longer than the model's window, and gives 2; one is run here: cut the sound, or"));
  EXPECT_THAT(execute({"run", "kws", "--input", wav("a.wav", {1})}).error().message,
              HasSubstr("a.wav: the model takes no sound; if it is one that listens, say so"));
  EXPECT_THAT(output_of(folder_.write("no.wav", "hello").string()),
              HasSubstr("no.wav: is neither WAV, FLAC nor OGG"));
  EXPECT_THAT(output_of(folder_.write("a.png", test_support::png_file(2, 2, 1, {1, 2, 3, 4})).string()),
              HasSubstr("does not become the model's input"));
}

TEST_F(SoundCommands, ClassifyTakesEachWindowOfAFileOrAFolder) {
  const auto kws = (folder_ / "kws").string();
  const auto long_file = wav("some/long.wav", samples_);
  wav("some/short.wav", {1, 2, 3});
  const auto labels = write("labels.npy", "|i1", {3}, {0, 0, 0});
  auto status = execute({"classify", kws, "--images", (folder_ / "some").string(), "--labels", labels});
  EXPECT_TRUE(status) << status.error().message;
  EXPECT_THAT(output_, HasSubstr("accuracy: "));
  status = execute({"classify", kws, "--images", long_file, "--labels", labels});
  EXPECT_THAT(status.error().message, HasSubstr("labels.npy: has labels of 3 pictures"));
  EXPECT_THAT(status.error().message, HasSubstr("long.wav has 2"));
  folder_.write("pictures/a.png", test_support::png_file(2, 2, 1, {1, 2, 3, 4}));
  EXPECT_THAT(execute({"classify", kws, "--images", (folder_ / "pictures").string()}).error().message,
              HasSubstr("holds no sounds, files that end in .wav, .flac or .ogg"));
}

}  // namespace
}  // namespace synergy::cli
