// Power fails at every event of a run, in its middle and at its edges, and then at random ones: the results
// are those of a run that nobody interrupted, each once and in order.
//
// Uninterrupted, here, means the emulator's answer to the input, computed as a whole: no run is the yardstick
// of another.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "device.hpp"

namespace synergy::harvested_test {
namespace {

using namespace std::chrono_literals;

struct Setting {
  std::string policy, model;
  friend std::ostream& operator<<(std::ostream& out, const Setting& s) { return out << s.policy << s.model; }
};

std::vector<Setting> all_settings() {
  std::vector<Setting> settings;
  for (const auto& policy : policy_names())
    for (const auto& model : five_models()) settings.push_back({policy, model});
  return settings;
}

class Injection : public testing::TestWithParam<Setting> {
 protected:
  const Chain& chain = chain_of(GetParam().model);
  Network& network = network_of(GetParam().model);
  std::uint64_t wrong = 0;

  /// A harvest that comes and goes: enough to sleep through, too little, and none.
  HarvestTrace harvest = *HarvestTrace::of([] {
    schemas::HarvestRecording made;
    made.duration_us = 1'200'000;
    made.rows = {{0, 2'500'000}, {500'000, 300'000}, {800'000, 0}, {900'000, 1'200'000}};
    return made;
  }());
  /// Small: segments are cut, and power cycles many. Yet large enough for each policy to end an inference:
  /// those that restart need the whole one, those that step each layer by itself.
  [[nodiscard]] double microfarads() const {
    const auto& name = GetParam().policy;
    if (name.starts_with("restart")) return 650;
    const bool steps = name == "layer" || name == "jit" || name.starts_with("urgent");
    const bool large = GetParam().model == "widenet" || GetParam().model == "ressimplenet";
    if (GetParam().model == "convnet5") return steps ? 230 : 110;
    return steps || large ? 280 : 150;
  }

  RunReport run_with(std::uint64_t inferences, std::function<std::optional<double>(std::uint64_t)> fails) {
    const auto device = device_of(chain, microfarads());
    const auto policy = policy_of(GetParam().policy, chain, device);
    auto report = run(chain, device, harvest, *policy,
                      {.length = 3600s,
                       .volts = 3.0,
                       .most_inferences = inferences,
                       .input = [this](std::uint64_t n) { return input_of(network, n); },
                       .fails = std::move(fails)},
                      &network);
    EXPECT_TRUE(report) << report.error().message;
    return report ? std::move(*report) : RunReport{};
  }
  void expect_uninterrupted(const RunReport& report, std::uint64_t inferences, const std::string& where) {
    ASSERT_EQ(report.inferences(), inferences) << where << ": " << report.no_progress;
    for (std::uint64_t n = 0; n < inferences; ++n) {
      ASSERT_EQ(report.results[n].number, n) << where;
      ASSERT_EQ(report.results[n].bytes, network.run({0, chain.pieces()}, input_of(network, n))) << where;
    }
    ASSERT_LT(report.books.imbalance(), 1e-9) << where;
  }
};

TEST_P(Injection, AtEveryEventLeavesTheResultsAsTheyAre) {
  // Enough of them that those who sleep must: ConvNet5 is small.
  const std::uint64_t inferences = GetParam().model == "convnet5" ? 6 : 2;
  const auto plain = run_with(inferences, {});
  expect_uninterrupted(plain, inferences, "without a failure");
  ASSERT_GT(plain.events, inferences * 4);
  const auto& policy = GetParam().policy;
  EXPECT_EQ(plain.sleeps > 0, policy.starts_with("urgent") || policy == "adaptive");
  std::uint64_t later = 0;
  for (std::uint64_t event = 0; event < plain.events; ++event)
    for (const double share : {0.0, 0.5, 1.0}) {
      const auto report = run_with(inferences, [&](std::uint64_t e) -> std::optional<double> {
        if (e == event) return share;
        return std::nullopt;
      });
      expect_uninterrupted(report, inferences,
                           "event " + std::to_string(event) + " at " + std::to_string(share));
      if (is_safe(GetParam().policy)) {
        ASSERT_EQ(report.deaths, 0u);
        ASSERT_EQ(report.failures_injected, 1u);
      }
      later += report.end > plain.end;
    }
  EXPECT_GT(later, 0u) << "a failure costs time";
}

TEST_P(Injection, AtRandomLeavesTheResultsAsTheyAre) {
  constexpr std::uint64_t kInferences = 6;
  const char* asked = std::getenv("SYNERGY_INJECTIONS");
  const auto rounds = asked == nullptr ? 20 : std::strtoull(asked, nullptr, 10);
  std::uint64_t failures = 0, shares = 0;
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    SplitMix64 random(seed);
    const auto one_in = 12 + random.below(60);
    const auto report = run_with(kInferences, [&](std::uint64_t) -> std::optional<double> {
      if (random.below(one_in) != 0) return std::nullopt;
      ++shares;
      return double(random.below(1001)) / 1000;
    });
    expect_uninterrupted(report, kInferences, "seed " + std::to_string(seed));
    failures += report.failures_injected;
  }
  EXPECT_GT(failures, rounds / 2) << "power fails often enough to try anything";
}

INSTANTIATE_TEST_SUITE_P(Policies, Injection, testing::ValuesIn(all_settings()), [](const auto& setting) {
  std::string text = setting.param.policy + "_" + setting.param.model;
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
});

}  // namespace
}  // namespace synergy::harvested_test
