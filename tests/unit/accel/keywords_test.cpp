// The trained keyword model: the emulator answers what the script's integers answer, to the bit, and its
// inputs are the committed clips.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "synergy/accel/evaluate.hpp"
#include "synergy/accel/inference.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/accel_model/placement.hpp"
#include "synergy/accel_model/rules.hpp"
#include "synergy/documents/npy.hpp"

namespace synergy::accel_test {
namespace {

namespace fs = std::filesystem;
using schemas::AcceleratorKind;

constexpr std::size_t kChannels = 128, kSteps = 128, kWindow = kChannels * kSteps, kClips = 60;
constexpr std::int64_t kGain = 16;
constexpr std::size_t kWaveHeader = 44;  ///< of the files that Python's `wave` writes

const fs::path kFolder = fs::path(SYNERGY_SOURCE_DIR) / "deploy/models/keywords";

documents::NpyArray array(const std::string& name) {
  auto read = documents::read_npy(kFolder / "heldout" / name);
  if (!read) throw std::runtime_error(read.error().message);
  return *std::move(read);
}

const accel::LoadedModel& keywords() {
  static const auto model = accel::load_model(kFolder);
  if (!model) throw std::runtime_error(model.error().message);
  return *model;
}

/// What the model hears of a window, by the rule that the model's README states.
std::vector<std::int8_t> bytes_of(const std::vector<std::int16_t>& samples) {
  std::int64_t peak = 0;
  for (const std::int64_t s : samples) peak = std::max(peak, s < 0 ? -s : s);
  const auto floor_divided = [](std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  std::vector<std::int8_t> bytes(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto value = peak * kGain >= 32512 ? floor_divided(254 * samples[i] + peak, 2 * peak)
                                             : floor_divided(2 * kGain * samples[i] + 256, 512);
    bytes[i % kChannels * kSteps + i / kChannels] = std::int8_t(value);
  }
  return bytes;
}

std::vector<std::int16_t> samples_of(const fs::path& wave) {
  std::ifstream file(wave, std::ios::binary);
  const std::vector<char> all{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::int16_t> samples(kWindow);
  if (all.size() != kWaveHeader + 2 * kWindow) throw std::runtime_error(wave.string() + " has another size");
  std::memcpy(samples.data(), all.data() + kWaveHeader, 2 * kWindow);
  return samples;
}

std::vector<fs::path> clips() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kFolder / "heldout"))
    if (entry.path().extension() == ".wav") paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

TEST(Keywords, TheEmulatorGivesTheOutputsOfTheScriptToTheBit) {
  const auto inputs = array("inputs.npy"), logits = array("logits.npy"), labels = array("labels.npy");
  ASSERT_EQ(inputs.shape, (std::vector<std::size_t>{kClips, kChannels, kSteps}));
  ASSERT_EQ(logits.type, "<i4");
  const auto& model = keywords();
  const auto each = model.program.output_bytes();
  ASSERT_EQ(logits.data.size(), kClips * each);
  ASSERT_EQ(labels.data.size(), kClips);
  std::size_t right = 0;
  for (std::size_t clip = 0; clip < kClips; ++clip) {
    const auto input = std::span(inputs.data).subspan(clip * kWindow, kWindow);
    const auto output = accel::to_bytes(accel::run_program(
        model.program, model.weights, accel::tensor_from_bytes(model.program.input(), input)));
    const auto expected = std::span(logits.data).subspan(clip * each, each);
    EXPECT_TRUE(std::ranges::equal(output, expected)) << "clip " << clip;
    std::vector<std::int32_t> scores(each / 4);
    std::memcpy(scores.data(), output.data(), each);
    right += std::size_t(std::ranges::max_element(scores) - scores.begin()) == labels.data[clip];
  }
  EXPECT_GE(right, kClips * 9 / 10) << "of " << kClips;
}

TEST(Keywords, TheInputsAreTheClipsInOrderOfTheirNames) {
  const auto inputs = array("inputs.npy"), labels = array("labels.npy");
  const auto paths = clips();
  ASSERT_EQ(paths.size(), kClips);
  for (std::size_t clip = 0; clip < kClips; ++clip) {
    const auto expected = inputs.as_int8().subspan(clip * kWindow, kWindow);
    EXPECT_TRUE(std::ranges::equal(bytes_of(samples_of(paths[clip])), expected)) << paths[clip];
    const auto name = paths[clip].filename().string();
    ASSERT_LT(labels.data[clip], keywords().description.labels.size());
    EXPECT_EQ(name.substr(0, name.find('-')), keywords().description.labels[labels.data[clip]]);
  }
}

TEST(Keywords, BothChipsTakeIt) {
  for (const auto kind : {AcceleratorKind::kMax78000, AcceleratorKind::kMax78002}) {
    const auto status = accel_model::check_rules(keywords().program, kind);
    EXPECT_TRUE(status) << status.error().message;
    const accel_model::Program* const alone[] = {&keywords().program};
    const auto placed = accel_model::place(alone, kind);
    EXPECT_TRUE(placed) << placed.error().message;
  }
}

}  // namespace
}  // namespace synergy::accel_test
