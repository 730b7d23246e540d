#include "synergy/accel/accelerator.hpp"

#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel::Accelerator;
using accel::ChunkKey;
using accel::TraceEvent;
using schemas::AcceleratorKind;
using Bytes = std::vector<std::uint8_t>;
using Change = TraceEvent::Change;

ErrorCode code_of(const Status& status) { return status ? ErrorCode::kInternal : status.error().code; }

Bytes bytes_of(const accel::Tensor& tensor) { return accel::to_bytes(tensor); }

/// An accelerator that writes down its trace, and two small models for it.
class AcceleratorTest : public ::testing::Test {
 protected:
  ChunkKey key(const std::string& model) const { return {ModelId(model), "digest", 0, 0}; }

  Status load(const std::string& model, const Program& program, std::uint64_t seed = 1) {
    return device.load_weights(key(model), program, sample_weights(program, seed));
  }

  Bytes expected(const Program& program, std::uint64_t seed = 1) const {
    return accel::to_bytes(run_program(program, sample_weights(program, seed), sample_input(program)));
  }

  std::vector<Change> changes() const {
    std::vector<Change> list;
    for (const auto& event : trace) list.push_back(event.change);
    return list;
  }

  std::vector<TraceEvent> trace;
  Accelerator device{AcceleratorKind::kMax78000, [this](const TraceEvent& event) { trace.push_back(event); }};
  Program small = ModelBuilder(3, 6, 6).conv(5).relu().bias().build();
  Program digits = *accel_model::build_program(digits_model());
};

TEST_F(AcceleratorTest, ComputesWhatTheProgramSays) {
  ASSERT_TRUE(load("small", small));
  ASSERT_TRUE(device.select(key("small")));
  ASSERT_TRUE(device.load_input(bytes_of(sample_input(small))));
  ASSERT_TRUE(device.start());
  const auto result = device.unload();
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, expected(small));
  EXPECT_EQ(result->size(), 5u * 36);
}

TEST_F(AcceleratorTest, RecordsEveryChangeWithItsWordsAndCycles) {
  ASSERT_TRUE(load("digits", digits));
  ASSERT_TRUE(device.select(key("digits")));
  ASSERT_TRUE(device.load_input(bytes_of(sample_input(digits))));
  ASSERT_TRUE(device.start());
  ASSERT_TRUE(device.unload());
  ASSERT_TRUE(device.drop(key("digits")));
  device.power_off();
  const auto k = key("digits");
  EXPECT_EQ(trace, (std::vector<TraceEvent>{{Change::kWeightsLoaded, k, 17799, 0},
                                            {Change::kSelected, k, 10, 0},
                                            {Change::kInputLoaded, k, 196, 0},
                                            {Change::kStarted, k, 0, 70157},
                                            {Change::kUnloaded, k, 10, 0},
                                            {Change::kWeightsDropped, k, 0, 0},
                                            {Change::kPoweredOff, {}, 0, 0}}));
}

TEST_F(AcceleratorTest, RefusesEveryStepThatComesTooEarly) {
  EXPECT_EQ(code_of(device.select(key("small"))), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(device.drop(key("small"))), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(device.load_input(Bytes(108))), ErrorCode::kConflict);
  EXPECT_EQ(code_of(device.start()), ErrorCode::kConflict);
  EXPECT_EQ(device.unload().error().code, ErrorCode::kConflict);
  ASSERT_TRUE(load("small", small));
  EXPECT_EQ(code_of(device.load_input(Bytes(108))), ErrorCode::kConflict);
  ASSERT_TRUE(device.select(key("small")));
  EXPECT_EQ(code_of(device.start()), ErrorCode::kConflict);
  EXPECT_EQ(device.unload().error().code, ErrorCode::kConflict);
  ASSERT_TRUE(device.load_input(Bytes(108)));
  EXPECT_EQ(device.unload().error().code, ErrorCode::kConflict);
  EXPECT_EQ(changes(), (std::vector{Change::kWeightsLoaded, Change::kSelected, Change::kInputLoaded}));
}

TEST_F(AcceleratorTest, NeedsAnInputForEachStart) {
  ASSERT_TRUE(load("small", small));
  ASSERT_TRUE(device.select(key("small")));
  ASSERT_TRUE(device.load_input(bytes_of(sample_input(small))));
  ASSERT_TRUE(device.start());
  EXPECT_EQ(code_of(device.start()), ErrorCode::kConflict);
  EXPECT_EQ(*device.unload(), expected(small));
  EXPECT_EQ(*device.unload(), expected(small));
}

TEST_F(AcceleratorTest, RefusesAnInputOfTheWrongSize) {
  ASSERT_TRUE(load("small", small));
  ASSERT_TRUE(device.select(key("small")));
  const auto status = device.load_input(Bytes(107));
  ASSERT_EQ(code_of(status), ErrorCode::kInvalid);
  EXPECT_NE(status.error().message.find("3 x 6 x 6, 108 bytes; given are 107"), std::string::npos);
}

TEST_F(AcceleratorTest, KeepsSeveralProgramsAndSwitchesBetweenThem) {
  ASSERT_TRUE(load("small", small, 7));
  ASSERT_TRUE(load("digits", digits, 8));
  for (const auto& [name, program, seed] :
       {std::tuple{"small", &small, 7u}, {"digits", &digits, 8u}, {"small", &small, 7u}}) {
    ASSERT_TRUE(device.select(key(name)));
    EXPECT_EQ(device.selected(), key(name));
    ASSERT_TRUE(device.load_input(bytes_of(sample_input(*program))));
    ASSERT_TRUE(device.start());
    EXPECT_EQ(*device.unload(), expected(*program, seed));
  }
  EXPECT_EQ(device.resident(), (std::vector{key("digits"), key("small")}));
}

TEST_F(AcceleratorTest, SelectingLosesWhatWasInDataMemory) {
  ASSERT_TRUE(load("small", small));
  ASSERT_TRUE(device.select(key("small")));
  ASSERT_TRUE(device.load_input(bytes_of(sample_input(small))));
  ASSERT_TRUE(device.select(key("small")));
  EXPECT_EQ(code_of(device.start()), ErrorCode::kConflict);
}

TEST_F(AcceleratorTest, LoadingTheSameAgainChangesNothing) {
  ASSERT_TRUE(load("small", small));
  EXPECT_TRUE(load("small", small));
  EXPECT_EQ(trace.size(), 1u);
}

TEST_F(AcceleratorTest, RefusesOtherContentUnderAKeyInUse) {
  ASSERT_TRUE(load("small", small, 1));
  EXPECT_EQ(code_of(load("small", small, 2)), ErrorCode::kConflict);
  EXPECT_EQ(code_of(load("small", digits, 1)), ErrorCode::kConflict);
  EXPECT_EQ(trace.size(), 1u);
}

TEST_F(AcceleratorTest, WhatDoesNotFitLeavesAllAsItWas) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(load("digits" + std::to_string(i), digits));
  ASSERT_TRUE(device.select(key("digits0")));
  ASSERT_TRUE(device.load_input(bytes_of(sample_input(digits))));
  const auto status = load("digits5", digits);
  ASSERT_EQ(code_of(status), ErrorCode::kNoFit);
  EXPECT_EQ(device.resident().size(), 5u);
  EXPECT_EQ(trace.size(), 7u);
  ASSERT_TRUE(device.start());
  EXPECT_EQ(*device.unload(), expected(digits));
}

TEST_F(AcceleratorTest, DroppingGivesRoomForAnother) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(load("digits" + std::to_string(i), digits));
  const auto freed = *device.placement_of(key("digits2"));
  ASSERT_TRUE(device.drop(key("digits2")));
  EXPECT_EQ(device.placement_of(key("digits2")), nullptr);
  ASSERT_TRUE(load("digits5", digits));
  EXPECT_EQ(*device.placement_of(key("digits5")), freed);
}

TEST_F(AcceleratorTest, DroppingAnotherKeepsTheSelectedOneRunning) {
  ASSERT_TRUE(load("small", small));
  ASSERT_TRUE(load("digits", digits));
  ASSERT_TRUE(device.select(key("small")));
  ASSERT_TRUE(device.load_input(bytes_of(sample_input(small))));
  ASSERT_TRUE(device.drop(key("digits")));
  ASSERT_TRUE(device.start());
  EXPECT_EQ(*device.unload(), expected(small));
}

TEST_F(AcceleratorTest, DroppingTheSelectedOneLeavesNoneSelected) {
  ASSERT_TRUE(load("small", small));
  ASSERT_TRUE(device.select(key("small")));
  ASSERT_TRUE(device.load_input(bytes_of(sample_input(small))));
  ASSERT_TRUE(device.start());
  ASSERT_TRUE(device.drop(*device.selected()));
  EXPECT_FALSE(device.selected());
  EXPECT_EQ(device.unload().error().code, ErrorCode::kConflict);
}

TEST_F(AcceleratorTest, PowerOffLosesEverything) {
  ASSERT_TRUE(load("small", small));
  ASSERT_TRUE(device.select(key("small")));
  ASSERT_TRUE(device.load_input(bytes_of(sample_input(small))));
  ASSERT_TRUE(device.start());
  device.power_off();
  EXPECT_TRUE(device.resident().empty());
  EXPECT_FALSE(device.selected());
  device.power_on();
  EXPECT_EQ(device.unload().error().code, ErrorCode::kConflict);
  EXPECT_EQ(code_of(device.select(key("small"))), ErrorCode::kNotFound);
  EXPECT_TRUE(load("small", small));
}

TEST_F(AcceleratorTest, DoesNothingWithoutPower) {
  device.power_off();
  EXPECT_EQ(code_of(load("small", small)), ErrorCode::kConflict);
  EXPECT_EQ(code_of(device.select(key("small"))), ErrorCode::kConflict);
  EXPECT_EQ(code_of(device.drop(key("small"))), ErrorCode::kConflict);
  EXPECT_EQ(code_of(device.load_input(Bytes(108))), ErrorCode::kConflict);
  EXPECT_EQ(code_of(device.start()), ErrorCode::kConflict);
  EXPECT_EQ(device.unload().error().code, ErrorCode::kConflict);
  device.power_off();
  device.power_on();
  device.power_on();
  EXPECT_EQ(changes(), (std::vector<Change>{Change::kPoweredOff, Change::kPoweredOn}));
}

TEST_F(AcceleratorTest, CountsWhatItDidAcrossPowerCycles) {
  ASSERT_TRUE(load("digits", digits));
  ASSERT_TRUE(device.select(key("digits")));
  for (int run = 0; run < 3; ++run) {
    ASSERT_TRUE(device.load_input(bytes_of(sample_input(digits))));
    ASSERT_TRUE(device.start());
  }
  ASSERT_TRUE(device.unload());
  device.power_off();
  device.power_on();
  EXPECT_EQ(device.counters(), (accel::Counters{.power_cycles = 1,
                                                .weight_loads = 1,
                                                .selections = 1,
                                                .inferences = 3,
                                                .weight_words = 17799,
                                                .setting_words = 10,
                                                .input_words = 3 * 196,
                                                .output_words = 10,
                                                .cycles = 3 * 70157}));
}

TEST_F(AcceleratorTest, RefusesWhatTheChipWouldRefuse) {
  EXPECT_EQ(code_of(load("tall", ModelBuilder(1, 1300, 1).conv(1, 1, 0).build())), ErrorCode::kNoFit);
  EXPECT_EQ(code_of(load("shifted", ModelBuilder(1, 1, 1).conv(1).shift(16).build())), ErrorCode::kInvalid);
}

TEST_F(AcceleratorTest, RefusesWeightsOfTheWrongNumber) {
  auto weights = sample_weights(small);
  weights[0].bias.pop_back();
  const auto status = device.load_weights(key("small"), small, weights);
  ASSERT_EQ(code_of(status), ErrorCode::kInvalid);
  EXPECT_NE(status.error().message.find("needs 5 biases; there are 4"), std::string::npos)
      << status.error().message;
}

}  // namespace
}  // namespace synergy::accel_test
