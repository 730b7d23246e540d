// The emulator's process over a transport that the test holds: when it answers, and what it refuses.
#include "synergy/schemas/accelerator.hpp"

#include "adapter_fixtures.hpp"
#include "synergy/accel_adapter/begin.hpp"

namespace synergy::adapter_test {
namespace {

class AcceleratorAdapterTest : public test_support::ProcessTest {
 protected:
  static constexpr double kSlower = 10;  ///< host seconds for each model second

  AcceleratorAdapterTest() : ProcessTest("accelerator/glasses") {}

  Status play_on_glasses() {
    return play([](runtime::Context& context) -> Status {
      const auto body = body_view();
      const auto& device = *body.find(kGlasses);
      const auto parts = accel_adapter::begin(
          context, {device, body.profile_of(device), TimeScale(kSlower), deploy_folder().root()});
      context.ready();
      return context.run();
    });
  }
  [[nodiscard]] ModelTime now() const { return TimeScale(kSlower).to_model(clock_.monotonic()); }
  /// The chunk of all layers of the digit classifier.
  static schemas::ChunkKey whole() {
    const auto plan = digits_plan();
    const auto& pipeline = *plan.find(kApp);
    return {pipeline.model, pipeline.model_digest, 0, pipeline.executions.at(0).chunks.back().last_layer};
  }
  schemas::AcceleratorDo operation(schemas::AcceleratorAction action) const {
    schemas::AcceleratorDo asked;
    asked.action = action;
    asked.chunk = whole();
    asked.begin = now();
    return asked;
  }
};

TEST_F(AcceleratorAdapterTest, AnOperationIsAnsweredWhenTheHardwareWouldBeDone) {
  std::string id;
  ModelTime asked_at{};
  then([&] {
    asked_at = now();
    id = ask(topics::accelerator(kGlasses), operation(schemas::AcceleratorAction::kLoadWeights));
  });
  when([&] {
    if (outcome_of<schemas::AcceleratorDo>(id)) return true;
    clock_.advance(100us);
    return false;
  });
  ASSERT_TRUE(play_on_glasses());
  const auto done = *outcome_of<schemas::AcceleratorDo>(id);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_GT(done->end, asked_at);
  EXPECT_GE(now(), done->end) << "answered before it was done";
  EXPECT_LE(now(), done->end + 100us) << "answered late";
  EXPECT_EQ(health().counters.at("inferences"), 0u);
}

TEST_F(AcceleratorAdapterTest, WhatTheChipRefusesAndWhatBeginsFarAheadIsRefusedAtOnce) {
  std::string refused, far;
  then([&] {
    refused = ask(topics::accelerator(kGlasses), operation(schemas::AcceleratorAction::kInfer));
    auto ahead = operation(schemas::AcceleratorAction::kPowerCycle);
    ahead.begin = now() + accel_adapter::kFarthestAhead + 1ns;
    far = ask(topics::accelerator(kGlasses), ahead);
  });
  then([&] {
    ASSERT_TRUE(outcome_of<schemas::AcceleratorDo>(refused));
    ASSERT_TRUE(outcome_of<schemas::AcceleratorDo>(far));
  });
  ASSERT_TRUE(play_on_glasses());
  EXPECT_EQ(outcome_of<schemas::AcceleratorDo>(refused)->error().code, ErrorCode::kNotFound);
  EXPECT_EQ(outcome_of<schemas::AcceleratorDo>(far)->error().code, ErrorCode::kInvalid);
}

TEST_F(AcceleratorAdapterTest, TheBodysProfileIsFollowed) {
  std::vector<std::string> ids;
  const auto load = [&] {
    then([&] {
      ids.push_back(ask(topics::accelerator(kGlasses), operation(schemas::AcceleratorAction::kLoadWeights)));
    });
    when([&] {
      clock_.advance(1ms);
      return outcome_of<schemas::AcceleratorDo>(ids.back()).has_value();
    });
  };
  load();
  then([&] {
    auto body = body_view();
    for (auto& [name, profile] : body.device_profiles) profile.load_weight_ns_per_word.value *= 2;
    arrive(topics::kBody, body);
    ask(topics::accelerator(kGlasses), operation(schemas::AcceleratorAction::kPowerCycle));
  });
  load();
  ASSERT_TRUE(play_on_glasses());
  const auto first = **outcome_of<schemas::AcceleratorDo>(ids[0]);
  const auto second = **outcome_of<schemas::AcceleratorDo>(ids[1]);
  EXPECT_GT(second.end - second.begin, first.end - first.begin);
}

}  // namespace
}  // namespace synergy::adapter_test
