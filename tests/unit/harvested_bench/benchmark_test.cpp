// The benchmark on real files, small: rows agree with each other and with their bounds, and come out the same
// again.
#include "synergy/harvested_bench/benchmark.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "synergy/schemas/encode.hpp"

namespace synergy::harvested_bench_test {
namespace {

using namespace std::chrono_literals;
using namespace harvested_bench;

BenchSettings small(std::set<char> tables) {
  auto settings = quick_settings();
  settings.deploy = documents::DeployFolder(std::filesystem::path(SYNERGY_SOURCE_DIR) / "deploy");
  settings.tables = std::move(tables);
  settings.models = {"convnet5"};
  settings.longest = 60s;
  return settings;
}

BenchReport report_of(const BenchSettings& settings) {
  auto report = run_benchmark(settings);
  EXPECT_TRUE(report) << report.error().message;
  return report ? std::move(*report) : BenchReport{};
}

TEST(Benchmark, RunsEveryPolicyAtEveryPlaceAndNoneBeatsItsBound) {
  const auto report = report_of(small({'A', 'B', 'D'}));
  ASSERT_EQ(report.runs.size(), 3u * 2 * 2 * 10);  // figures, capacitors, harvests, policies
  std::uint64_t ended = 0;
  for (const auto& run : report.runs) {
    ended += run.inferences.value_or(0);
    EXPECT_LE(double(run.inferences.value_or(0)), run.bound.value_or(0)) << run.policy << ' ' << run.trace;
    EXPECT_LT(run.imbalance.value_or(0), 1e-9);
    EXPECT_EQ(run.inferences.has_value(), run.reason.empty()) << run.reason;
  }
  EXPECT_GT(ended, 100u);
  EXPECT_EQ(report.ratios.size(), (7u + 7 + 4) * 3 * 3);
  ASSERT_EQ(report.smallest.size(), 3u);
  EXPECT_TRUE(report.sharing.empty());
}

/// A boot of 70 ms takes 0.5 mJ: what fits a small capacitor does not fit any more.
TEST(Benchmark, ALongBootNeedsALargerCapacitor) {
  const auto report = report_of(small({'D'}));
  ASSERT_EQ(report.smallest.size(), 3u);
  EXPECT_LT(*report.smallest[0].smallest_uf, *report.smallest[1].smallest_uf);
  EXPECT_LT(*report.smallest[1].smallest_uf, *report.smallest[2].smallest_uf);
  // 67.5 ms more at 7.6 mW; a microfarad from 3.15 to 2.0 V gives 2.5 uJ at most, or 2.1 with the margin.
  const double more_uf = *report.smallest[2].smallest_uf - *report.smallest[0].smallest_uf;
  EXPECT_GT(more_uf, 513 / 2.6);
  EXPECT_LT(more_uf, 513 / 1.9);
  for (const auto& row : report.smallest) {
    EXPECT_GE(*row.whole_uf, *row.smallest_uf);
    EXPECT_GE(*row.pieces_uf, *row.smallest_uf);
  }
}

TEST(Benchmark, SharedWeightsTakeNoLessThanTheBound) {
  const auto report = report_of(small({'E'}));
  ASSERT_EQ(report.sharing.size(), 3u * 2);
  int planned = 0;
  for (const auto& row : report.sharing) {
    if (!row.once_uj) {
      EXPECT_FALSE(row.reason.empty());
      continue;
    }
    ++planned;
    EXPECT_LE(*row.bound_uj, *row.batch_uj + 1e-6);
    EXPECT_LE(*row.bound_uj, *row.sequence_uj + 1e-6);
    EXPECT_LE(*row.batch_uj, *row.once_uj + 1e-6);
    EXPECT_DOUBLE_EQ(*row.batch_times, *row.once_uj / *row.batch_uj);
  }
  EXPECT_GE(planned, 3);
}

TEST(Benchmark, SharesInTimeGrowWithTheDeadline) {
  const auto report = report_of(small({'F'}));
  double most = 0;
  for (const auto& row : report.deadlines) {
    EXPECT_GT(row.inputs, 1u);
    if (!row.one) continue;
    EXPECT_LE(*row.half, *row.one);
    EXPECT_LE(*row.one, *row.two);
    EXPECT_LE(*row.two, row.bound + 1e-12);
    most = std::max(most, *row.one);
  }
  EXPECT_GT(most, 0.3);
}

TEST(Benchmark, TwoWaysToOneResultAgree) {
  const auto report = report_of(small({'I'}));
  ASSERT_EQ(report.fidelity.size(), 2u * 3 + 3);
  for (const auto& row : report.fidelity) {
    EXPECT_GT(row.compared, 0u) << row.what;
    EXPECT_LE(row.worst, row.unit == "us" ? 1.01 : 1e-8) << row.what;
  }
}

TEST(Benchmark, NobodyIsFasterThanTheBoundAndSomeArePacedByTheOptimum) {
  auto settings = small({'J'});
  settings.longest = 300s;
  settings.traces = {"wrist-office-1"};
  const auto report = report_of(settings);
  EXPECT_GE(report.distances.size(), 2u * 10);
  for (const auto& row : report.distances) {
    EXPECT_LE(row.optimum_s, 300);
    if (!row.took_s) continue;
    EXPECT_LE(*row.of_bound, 1) << row.policy;
    EXPECT_DOUBLE_EQ(*row.of_optimum, row.optimum_s / *row.took_s);
  }
}

TEST(Benchmark, ComesOutTheSameAgainAndTellsItsProgress) {
  auto settings = small({'A', 'E'});
  std::vector<std::size_t> steps;
  std::size_t all = 0;
  settings.progress = [&](std::size_t done, std::size_t of, const std::string&) {
    steps.push_back(done);
    all = of;
  };
  const auto first = schemas::to_json(report_of(settings));
  EXPECT_EQ(steps.size(), all);
  EXPECT_EQ(steps.back(), all);
  EXPECT_EQ(first, schemas::to_json(report_of(settings)));
}

TEST(Benchmark, WhatCanNotBeReadOrRunIsRefused) {
  auto settings = small({'E'});
  settings.models = {"nix"};
  EXPECT_NE(run_benchmark(settings).error().message.find("nix"), std::string::npos);
  settings = small({'E'});
  settings.traces = {"nix"};
  EXPECT_NE(run_benchmark(settings).error().message.find("nix"), std::string::npos);
  settings = small({'E'});
  settings.traces = {"office-wall-1", "office-wall-1"};
  EXPECT_EQ(run_benchmark(settings).error().code, ErrorCode::kInvalid);
  settings = small({'E'});
  settings.device = "max78000";
  EXPECT_NE(run_benchmark(settings).error().message.find("battery"), std::string::npos);
  settings = small({'E'});
  settings.capacitors_uf = {0};
  EXPECT_EQ(run_benchmark(settings).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(run_benchmark(small({'C'})).error().code, ErrorCode::kInvalid);
  settings = small({'E'});
  settings.models.clear();
  EXPECT_EQ(run_benchmark(settings).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace synergy::harvested_bench_test
