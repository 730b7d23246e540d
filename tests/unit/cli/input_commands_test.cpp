// synergy run and classify: which files they take, and that channels last are never taken for channels first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "synergy/base/splitmix64.hpp"
#include "synergy/cli/command_table.hpp"
#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"

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

  testing::TemporaryFolder folder_;
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

}  // namespace
}  // namespace synergy::cli
