// Policies that never die at work do not, on any harvest that is there.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "device.hpp"

namespace synergy::harvested_test {
namespace {

using namespace std::chrono_literals;

std::vector<std::filesystem::path> recordings_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// A lossy device: leakage, series resistance, converter, and the planning's default margin.
DeviceFigures lossy(const Chain& chain, double microfarads) {
  auto device = device_of(chain, microfarads);
  device.store.capacitor.esr_ohm = 1;
  device.store.converter.quiescent_uw = 1.5;
  device.store.converter.efficiency = accel_model::EfficiencyTable(0.8);
  device.margin = 0.85;
  return device;
}

/// Files that are no recordings are told, and passed over: only deployed ones are ours to keep right.
void expect_safe(const std::vector<std::filesystem::path>& files) {
  std::uint64_t read = 0, runs = 0, ended = 0, worked = 0, died = 0;
  for (const auto& file : files) {
    const auto recording = documents::read_harvest(file);
    if (!recording) {
      std::printf("NOT READ: %s\n", recording.error().message.c_str());
      continue;
    }
    ++read;
    const auto trace = *HarvestTrace::of(*recording);
    for (const auto& model : five_models())
      for (const double microfarads : {150.0, 330.0, 1000.0})
        for (const auto& name : policy_names()) {
          const auto& chain = chain_of(model);
          auto device = lossy(chain, microfarads);
          if (recording->kind == schemas::HarvestKind::kRfInput)
            device.store.converter.rectifier_efficiency = 0.5;
          const auto policy = make_policy(name, chain, device);
          if (!policy) continue;  // too small a capacitor: run_test.cpp
          const auto report =
              run(chain, device, trace, **policy, {.length = trace.duration(), .volts = 3.15});
          ASSERT_TRUE(report) << report.error().message;
          ++runs;
          ended += report->inferences() > 0;
          ASSERT_LT(report->books.imbalance(), 1e-9) << file << ' ' << model << ' ' << name;
          if (is_safe(name)) {
            ASSERT_EQ(report->deaths_in_segment, 0u)
                << file << ' ' << model << ' ' << name << ' ' << microfarads;
            worked += report->inferences();
          } else {
            died += report->deaths_in_segment;
          }
        }
  }
  EXPECT_GE(read, 5u);
  EXPECT_GT(runs, 50 * read);
  EXPECT_GT(ended, runs / 2);
  EXPECT_GT(worked, 1000u);
  EXPECT_GT(died, 100u) << "those that may die do, so this test could see it";
}

TEST(SafePolicies, NeverDieAtWorkOnTheDeployedHarvests) {
  const auto files = recordings_in(deploy() / "harvest");
  ASSERT_EQ(files.size(), 5u);
  expect_safe(files);
}

/// SYNERGY_TRACES_DIR: a folder of further recordings.
TEST(SafePolicies, NeverDieAtWorkOnFurtherHarvests) {
  const char* folder = std::getenv("SYNERGY_TRACES_DIR");
  if (folder == nullptr)
    GTEST_SKIP() << "no further harvests: SYNERGY_TRACES_DIR names no folder of recordings";
  expect_safe(recordings_in(folder));
}

}  // namespace
}  // namespace synergy::harvested_test
