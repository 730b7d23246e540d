#include "synergy/accel_service/emulator.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "synergy/accel/model_files.hpp"
#include "synergy/accel_model/cost.hpp"
#include "synergy/documents/npy.hpp"

namespace synergy::accel_service {
namespace {

using namespace std::chrono_literals;
using schemas::AcceleratorAction;
using schemas::ChunkKey;

const std::filesystem::path kDeploy = std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy";

schemas::DeviceProfile profile() {
  const auto body = documents::DeployFolder(kDeploy).body(kDeploy / "bodies/four-78000.yaml");
  EXPECT_TRUE(body);
  return body->profile_of(body->devices[0]);
}

const accel::LoadedModel& digits() {
  static const auto model = accel::load_model(kDeploy / "models/digits");
  EXPECT_TRUE(model);
  return *model;
}

ChunkKey chunk(std::uint32_t first, std::uint32_t last) {
  return {ModelId("digits"), digits().digest, first, last};
}

accel_model::ChunkCost cost_of(std::uint32_t first, std::uint32_t last) {
  const auto program = accel_model::chunk_of(digits().program, first, last);
  const accel_model::Program* alone[] = {&program};
  return accel_model::chunk_cost(program, profile(),
                                 accel_model::place(alone, profile().accelerator)->programs[0]);
}

schemas::Bytes picture(std::size_t number) {
  static const auto images = documents::read_npy(kDeploy / "models/digits/heldout/images.npy");
  schemas::Bytes bytes(images->data.begin() + std::ptrdiff_t(number * 784),
                       images->data.begin() + std::ptrdiff_t((number + 1) * 784));
  for (auto& byte : bytes) byte = std::uint8_t(byte - 128);
  return bytes;
}

schemas::Bytes expected_scores(std::size_t number) {
  static const auto logits = documents::read_npy(kDeploy / "models/digits/heldout/logits.npy");
  EXPECT_EQ(logits->type, "<i4");
  return {logits->data.begin() + std::ptrdiff_t(number * 40),
          logits->data.begin() + std::ptrdiff_t((number + 1) * 40)};
}

class EmulatorTest : public testing::Test {
 protected:
  Result<schemas::AcceleratorDone> ask(AcceleratorAction action, const ChunkKey& key, ModelTime begin = {},
                                       const schemas::Bytes& data = {}) {
    return emulator_.on({action, key, begin, data});
  }
  schemas::AcceleratorDone expect(AcceleratorAction action, const ChunkKey& key, ModelTime begin = {},
                                  const schemas::Bytes& data = {}) {
    const auto done = ask(action, key, begin, data);
    EXPECT_TRUE(done) << done.error().message;
    return done ? *done : schemas::AcceleratorDone{};
  }
  void expect_refused(ErrorCode code, AcceleratorAction action, const ChunkKey& key,
                      const schemas::Bytes& data = {}) {
    const auto busy = emulator_.counters().at("busy_us");
    const auto done = ask(action, key, {}, data);
    ASSERT_FALSE(done) << schemas::name_of(action);
    EXPECT_EQ(done.error().code, code) << done.error().message;
    EXPECT_EQ(emulator_.counters().at("busy_us"), busy) << "a refused operation takes no time";
  }

  Emulator emulator_{documents::DeployFolder(kDeploy), profile()};
};

TEST_F(EmulatorTest, TakesTheTimesAndEnergiesOfTheCostModel) {
  const auto cost = cost_of(3, 4);
  auto time = ModelTime{1s};
  const auto expect_time = [&](const schemas::AcceleratorDone& done, Duration duration, double energy) {
    EXPECT_EQ(done.begin, time);
    EXPECT_EQ(done.end - done.begin, duration);
    EXPECT_DOUBLE_EQ(done.energy_uj, energy);
    time = done.end;
  };
  expect_time(expect(AcceleratorAction::kLoadWeights, chunk(3, 4), time), cost.weight_load,
              cost.weight_load_uj);
  expect_time(expect(AcceleratorAction::kSwitch, chunk(3, 4), time), cost.switch_program, cost.switch_uj);
  expect_time(expect(AcceleratorAction::kLoad, chunk(3, 4), time, schemas::Bytes(56 * 8 * 8)), cost.load,
              cost.load_uj);
  const auto infer = expect(AcceleratorAction::kInfer, chunk(3, 4), time);
  EXPECT_EQ(infer.cycles, 1u + 332 + 192);
  expect_time(infer, cost.infer, cost.infer_uj);
  const auto unload = expect(AcceleratorAction::kUnload, chunk(3, 4), time);
  EXPECT_EQ(unload.data.size(), 40u);
  expect_time(unload, cost.unload, cost.unload_uj);
  EXPECT_EQ(emulator_.counters().at("inferences"), 1u);
  EXPECT_EQ(emulator_.counters().at("cycles"), 525u);
  EXPECT_EQ(emulator_.counters().at("resident"), 1u);
  EXPECT_EQ(emulator_.counters().at("busy_us"), std::uint64_t((time - ModelTime{1s}).count() / 1000));
}

/// Half the MCU's clock, also of one that runs already: words take twice as long, computing does not.
TEST_F(EmulatorTest, MovesWordsAtTheClockOfItsMcu) {
  const auto cost = cost_of(3, 4);
  auto slow = profile();
  slow.mcu_clock_mhz.value = slow.measured_at_mcu_mhz.value / 2;
  expect(AcceleratorAction::kLoadWeights, chunk(3, 4));
  emulator_.follow(slow);
  const auto time_of = [&](AcceleratorAction action, const schemas::Bytes& data = {}) {
    const auto done = expect(action, chunk(3, 4), {}, data);
    return done.end - done.begin;
  };
  EXPECT_EQ(time_of(AcceleratorAction::kSwitch), 2 * cost.switch_program);
  EXPECT_EQ(time_of(AcceleratorAction::kLoad, schemas::Bytes(56 * 8 * 8)), 2 * cost.load);
  EXPECT_EQ(time_of(AcceleratorAction::kInfer), cost.infer);
  EXPECT_EQ(time_of(AcceleratorAction::kUnload), 2 * cost.unload);
}

TEST_F(EmulatorTest, BeginsLaterWhenItIsBusy) {
  const auto first = expect(AcceleratorAction::kLoadWeights, chunk(4, 4), ModelTime{1s});
  const auto second = expect(AcceleratorAction::kLoadWeights, chunk(3, 3), ModelTime{1s});
  EXPECT_EQ(second.begin, first.end);
  const auto idle = expect(AcceleratorAction::kSwitch, chunk(3, 3), ModelTime{60s});
  EXPECT_EQ(idle.begin, ModelTime{60s});
}

TEST_F(EmulatorTest, RefusesWhatIsNotResident) {
  for (const auto action : {AcceleratorAction::kSwitch, AcceleratorAction::kLoad, AcceleratorAction::kInfer,
                            AcceleratorAction::kUnload})
    expect_refused(ErrorCode::kNotFound, action, chunk(4, 4));
}

TEST_F(EmulatorTest, RefusesToWorkOnAChunkThatIsNotSelected) {
  expect(AcceleratorAction::kLoadWeights, chunk(4, 4));
  for (const auto action : {AcceleratorAction::kLoad, AcceleratorAction::kInfer, AcceleratorAction::kUnload})
    expect_refused(ErrorCode::kConflict, action, chunk(4, 4));
  expect(AcceleratorAction::kSwitch, chunk(4, 4));
  expect_refused(ErrorCode::kConflict, AcceleratorAction::kInfer, chunk(4, 4));
  expect_refused(ErrorCode::kConflict, AcceleratorAction::kUnload, chunk(4, 4));
  expect_refused(ErrorCode::kInvalid, AcceleratorAction::kLoad, chunk(4, 4), schemas::Bytes(191));
}

TEST_F(EmulatorTest, RefusesOtherContentThanThePlanWasMadeFor) {
  auto key = chunk(4, 4);
  key.model_digest[0] = key.model_digest[0] == '0' ? '1' : '0';
  expect_refused(ErrorCode::kConflict, AcceleratorAction::kLoadWeights, key);
}

TEST_F(EmulatorTest, RefusesLayersAndModelsThatDoNotExist) {
  expect_refused(ErrorCode::kInvalid, AcceleratorAction::kLoadWeights, chunk(3, 5));
  expect_refused(ErrorCode::kInvalid, AcceleratorAction::kLoadWeights, chunk(3, 2));
  const auto unknown = ask(AcceleratorAction::kLoadWeights, {ModelId("digit"), "some digest", 0, 0});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, testing::HasSubstr("digits"));
}

TEST_F(EmulatorTest, LosesEverythingWhenItsPowerGoes) {
  expect(AcceleratorAction::kLoadWeights, chunk(4, 4));
  expect(AcceleratorAction::kSwitch, chunk(4, 4));
  const auto gone = expect(AcceleratorAction::kPowerCycle, {});
  EXPECT_EQ(gone.begin, gone.end);
  EXPECT_EQ(emulator_.counters().at("resident"), 0u);
  expect_refused(ErrorCode::kNotFound, AcceleratorAction::kSwitch, chunk(4, 4));
  expect(AcceleratorAction::kLoadWeights, chunk(4, 4));
  expect_refused(ErrorCode::kConflict, AcceleratorAction::kLoad, chunk(4, 4), schemas::Bytes(192));
}

TEST_F(EmulatorTest, ReloadingKeepsThatChunkOnlyAndTakesTheTimeOfItsWeightsAndOfTheSwitch) {
  expect(AcceleratorAction::kLoadWeights, chunk(0, 2));
  expect(AcceleratorAction::kLoadWeights, chunk(4, 4));
  const auto cost = cost_of(3, 4);
  const auto done = expect(AcceleratorAction::kReload, chunk(3, 4), ModelTime{1s});
  EXPECT_EQ(done.end - done.begin, cost.weight_load + cost.switch_program);
  EXPECT_DOUBLE_EQ(done.energy_uj, cost.weight_load_uj + cost.switch_uj);
  EXPECT_EQ(emulator_.counters().at("resident"), 1u);
  expect_refused(ErrorCode::kNotFound, AcceleratorAction::kSwitch, chunk(4, 4));
  const auto again = expect(AcceleratorAction::kReload, chunk(3, 4), ModelTime{2s});
  EXPECT_EQ(again.end - again.begin, done.end - done.begin) << "as planned, whatever is there";
  expect(AcceleratorAction::kLoad, chunk(3, 4), {}, schemas::Bytes(56 * 8 * 8));
}

TEST_F(EmulatorTest, ReloadingAModelOfAnotherContentChangesNothing) {
  expect(AcceleratorAction::kLoadWeights, chunk(4, 4));
  expect(AcceleratorAction::kSwitch, chunk(4, 4));
  auto other = chunk(3, 4);
  other.model_digest = "another";
  expect_refused(ErrorCode::kConflict, AcceleratorAction::kReload, other);
  expect(AcceleratorAction::kLoad, chunk(4, 4), {}, schemas::Bytes(192));
}

TEST_F(EmulatorTest, ReloadedChunksComputeWhatResidentOnesDo) {
  for (std::size_t number = 0; number < 3; ++number) {
    schemas::Bytes data = picture(number);
    for (const auto& key : {chunk(0, 2), chunk(3, 4)}) {
      expect(AcceleratorAction::kReload, key);
      expect(AcceleratorAction::kLoad, key, {}, data);
      expect(AcceleratorAction::kInfer, key);
      data = expect(AcceleratorAction::kUnload, key).data;
    }
    EXPECT_EQ(data, expected_scores(number));
  }
}

TEST_F(EmulatorTest, MakesTheSameChunkResidentAgainWithoutTakingMoreMemory) {
  expect(AcceleratorAction::kLoadWeights, chunk(0, 4));
  expect(AcceleratorAction::kLoadWeights, chunk(0, 4));
  EXPECT_EQ(emulator_.counters().at("resident"), 1u);
}

/// The whole network on as many emulators as there are chunks.
schemas::Bytes through_emulators(const std::vector<std::uint32_t>& cuts, schemas::Bytes data) {
  std::uint32_t first = 0;
  auto ends = cuts;
  ends.push_back(std::uint32_t(digits().program.layers.size()));
  for (const auto end : ends) {
    Emulator emulator{documents::DeployFolder(kDeploy), profile()};
    const auto key = chunk(first, end - 1);
    for (const auto action :
         {AcceleratorAction::kLoadWeights, AcceleratorAction::kSwitch, AcceleratorAction::kLoad,
          AcceleratorAction::kInfer, AcceleratorAction::kUnload}) {
      auto done = emulator.on({action, key, {}, data});
      EXPECT_TRUE(done) << done.error().message;
      if (!done) return {};
      if (action == AcceleratorAction::kUnload) data = std::move(done->data);
    }
    first = end;
  }
  return data;
}

TEST(SplitNetwork, GivesTheReferenceScoresWhereverItIsCut) {
  for (const auto& cuts : std::vector<std::vector<std::uint32_t>>{{}, {1}, {2}, {3}, {4}, {1, 2, 3, 4}})
    for (const std::size_t number : {std::size_t{0}, std::size_t{57}})
      EXPECT_EQ(through_emulators(cuts, picture(number)), expected_scores(number))
          << "picture " << number << ", " << cuts.size() << " cuts, the first before layer "
          << (cuts.empty() ? 0 : cuts[0]);
}

TEST(SplitNetwork, GivesTheReferenceScoresOfSeveralPictures) {
  for (const std::size_t number : {std::size_t{1}, std::size_t{33}, std::size_t{99}})
    EXPECT_EQ(through_emulators({4}, picture(number)), expected_scores(number)) << "picture " << number;
}

}  // namespace
}  // namespace synergy::accel_service
