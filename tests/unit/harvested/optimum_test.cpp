// The policies beside one who knows the harvest, on every synthetic trace.
#include "synergy/harvested/optimum.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "device.hpp"
#include "synergy/accel_model/harvest_families.hpp"

namespace synergy::harvested_test {
namespace {

using namespace std::chrono_literals;

HarvestTrace synthetic(const std::string& family, std::uint64_t seed) {
  return *HarvestTrace::of(*accel_model::generate_harvest(family, seed));
}

/// Time of the last of so many inferences; nothing where they are not done in the length.
std::optional<Duration> time_of(const std::string& name, const Chain& chain, const DeviceFigures& device,
                                const HarvestTrace& trace, std::uint64_t inferences) {
  const auto policy = make_policy(name, chain, device);
  if (!policy) return std::nullopt;
  const auto report = run(chain, device, trace, **policy,
                          {.length = 10 * trace.duration(), .volts = 3.15, .most_inferences = inferences});
  EXPECT_TRUE(report) << report.error().message;
  if (!report || report->inferences() < inferences) return std::nullopt;
  return report->results.back().at.time_since_epoch();
}

struct Case {
  std::string model;
  double microfarads;
};

void print_all(const Case& c, const std::string& family, const DeviceFigures& device,
               const HarvestTrace& trace, std::uint32_t inferences, Duration best) {
  std::printf("%-12s %4.0f uF %-12s %2u in %8.2f s:", c.model.c_str(), c.microfarads, family.c_str(),
              inferences, seconds(best));
  for (const auto& name : policy_names()) {
    const auto took = time_of(name, chain_of(c.model), device, trace, inferences);
    std::printf(" %s %.2f", name.c_str(), took ? seconds(best) / seconds(*took) : 0.0);
  }
  std::printf("\n");
  std::fflush(stdout);
}

/// The oracle takes long where a power cycle holds many inferences: those cases are a long test.
std::vector<Case> cases() {
  if (std::getenv("SYNERGY_OPTIMUM") != nullptr)
    return {{"kws", 330},     {"simplenet", 220},    {"simplenet", 330},
            {"widenet", 330}, {"ressimplenet", 330}, {"kws", 470}};
  return {{"convnet5", 150}, {"kws", 150}};
}

class Optimum : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Devices, Optimum, testing::ValuesIn(cases()), [](const auto& c) {
  return c.param.model + std::to_string(int(c.param.microfarads));
});

/// SYNERGY_FIGURES prints the share of the optimum's pace that each policy has; 0: it does not end.
TEST_P(Optimum, AdaptiveIsNotFarFromIt) {
  const auto& [model, microfarads] = GetParam();
  const auto& chain = chain_of(model);
  const auto device = device_of(chain, microfarads);
  const bool print = std::getenv("SYNERGY_FIGURES") != nullptr;
  int compared = 0;
  for (const auto& family : accel_model::harvest_families()) {
    const auto trace = synthetic(family, 1);
    for (const std::uint32_t inferences : {50, 20}) {
      const auto best =
          optimum(chain, device,
                  {.trace = trace, .into_trace = {}, .volts = 3.15, .length = trace.duration()}, inferences);
      ASSERT_TRUE(best) << best.error().message;
      if (!*best) continue;
      const auto took = time_of("adaptive", chain, device, trace, inferences);
      ASSERT_TRUE(took) << family;
      const double ratio = seconds((*best)->finish) / seconds(*took);
      EXPECT_GE(ratio, 0.8) << family << ": " << seconds(*took) << " s";
      ++compared;
      if (print) print_all(GetParam(), family, device, trace, inferences, (*best)->finish);
      break;
    }
  }
  EXPECT_GE(compared, 3);
}

}  // namespace
}  // namespace synergy::harvested_test
