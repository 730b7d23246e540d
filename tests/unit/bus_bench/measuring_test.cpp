// The whole measuring with few messages. Nothing here depends on how fast the machine is.
#include <gtest/gtest.h>

#include "synergy/bus_bench/bus_speed.hpp"

namespace synergy::bus_bench {
namespace {

BusSettings few_messages() {
  BusSettings settings;
  settings.pairs = 2;
  settings.sizes = {1, 1024};
  settings.hops = 3;
  settings.burst_messages = 50;
  return settings;
}

TEST(Measuring, ReportsEverySizeAndPathAndLosesNothing) {
  std::vector<std::string> told;
  auto settings = few_messages();
  settings.progress = [&](const std::string& what) { told.push_back(what); };
  const auto report = measure_bus(settings);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->pairs, 2u);
  EXPECT_EQ(report->messages, 2u * 3 * 2 * (3 + 50));
  EXPECT_EQ(report->lost, 0u);
  EXPECT_EQ(told, (std::vector<std::string>{"1 bytes, pair 1 of 2", "1 bytes, pair 2 of 2",
                                            "1024 bytes, pair 1 of 2", "1024 bytes, pair 2 of 2"}));
  ASSERT_EQ(report->sizes.size(), 2u);
  for (const auto& size : report->sizes) {
    ASSERT_EQ(size.paths.size(), 3u);
    EXPECT_EQ(size.paths[0].path, "ours");
    EXPECT_EQ(size.paths[1].path, "bare");
    EXPECT_EQ(size.paths[2].path, "forwarder");
    for (const auto& path : size.paths) {
      EXPECT_GT(path.p50_us.median, 0);
      EXPECT_GE(path.p99_us.median, path.p50_us.median);
      EXPECT_GT(path.messages_per_second.median, 0);
      EXPECT_EQ(path.rate_ratio.has_value(), path.path != "bare");
    }
  }
}

TEST(Measuring, OnlyOursHasAnEnvelope) {
  const auto report = measure_bus(few_messages());
  ASSERT_TRUE(report) << report.error().message;
  const auto& paths = report->sizes[1].paths;
  EXPECT_GT(paths[0].frame_bytes, 1024u + 50u);
  EXPECT_EQ(paths[1].frame_bytes, 1024u);
  EXPECT_EQ(paths[2].frame_bytes, 1024u);
}

TEST(Measuring, TheLargestPayloadFitsWithItsEnvelope) {
  auto settings = few_messages();
  settings.pairs = 1;
  settings.sizes = {kLargestPayload};
  settings.hops = settings.burst_messages = 1;
  const auto report = measure_bus(settings);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->sizes[0].payload_bytes, kLargestPayload);
}

TEST(Measuring, SettingsOutOfRangeAreNamed) {
  const auto told = [](auto change) {
    auto settings = few_messages();
    change(settings);
    const auto report = measure_bus(settings);
    EXPECT_FALSE(report);
    return report ? Error{} : report.error();
  };
  EXPECT_EQ(told([](auto& s) { s.pairs = 0; }).message, "pairs must be 1 to 10000");
  EXPECT_EQ(told([](auto& s) { s.pairs = kMostPairs + 1; }).message, "pairs must be 1 to 10000");
  EXPECT_EQ(told([](auto& s) { s.sizes = {}; }).message, "no sizes to measure");
  EXPECT_EQ(told([](auto& s) { s.sizes = {64, 0}; }).message, "a payload has 1 to 4193280 bytes, not 0");
  EXPECT_EQ(told([](auto& s) { s.sizes = {kLargestPayload + 1}; }).message,
            "a payload has 1 to 4193280 bytes, not 4193281");
  EXPECT_EQ(told([](auto& s) { s.hops = 0; }).code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace synergy::bus_bench
