// The calibration report: its arithmetic on invented rows, and what it says of the shipped profiles.
#include "synergy/accel_bench/calibration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "synergy/accel_bench/pipeline_fit.hpp"

namespace synergy::accel_bench {
namespace {

namespace fs = std::filesystem;

const fs::path kDeploy = fs::path(SYNERGY_SOURCE_DIR) / "deploy";

/// A row that 11 cycles per convolution pixel and 7 per passthrough pixel describe exactly.
PipelineRow exact_row(double formula, double conv, double passthrough) {
  return {formula, conv, passthrough, formula + 11 * conv + 7 * passthrough};
}

TEST(PipelineFit, FindsTheCoefficientsThatMadeTheRows) {
  const std::vector<PipelineRow> rows{exact_row(1000, 10, 0), exact_row(5000, 30, 20),
                                      exact_row(90000, 700, 15)};
  const auto fit = fit_pipeline(rows);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->per_conv_pixel, 11, 1e-9);
  EXPECT_NEAR(fit->per_passthrough_pixel, 7, 1e-9);
  EXPECT_NEAR(fit->cycles(rows[1]), 5000 + 330 + 140, 1e-6);
}

TEST(PipelineFit, WithoutARowDoesNotDependOnIt) {
  std::vector<PipelineRow> rows{exact_row(1000, 10, 0), exact_row(5000, 30, 20), exact_row(9000, 70, 15)};
  rows[1].measured *= 3;
  const auto fit = fit_pipeline_without(rows, 1);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->per_conv_pixel, 11, 1e-9);
  EXPECT_NEAR(fit->per_passthrough_pixel, 7, 1e-9);
  EXPECT_GT(std::abs(fit_pipeline(rows)->per_passthrough_pixel - 7), 1);
}

TEST(PipelineFit, IsNothingWhereRowsDoNotTellTheCoefficientsApart) {
  EXPECT_FALSE(fit_pipeline({}));
  EXPECT_FALSE(fit_pipeline(std::vector<PipelineRow>{exact_row(1000, 10, 0), exact_row(5000, 30, 0)}));
  EXPECT_FALSE(fit_pipeline(std::vector<PipelineRow>{exact_row(1000, 10, 5), exact_row(1000, 10, 5)}));
}

const CalibrationGroup& group_of(const CalibrationReport& report, const std::string& device,
                                 const std::string& quantity) {
  for (const auto& group : report.groups)
    if (group.device == device && group.quantity == quantity) return group;
  throw std::runtime_error("no " + quantity + " of " + device);
}

class ShippedProfiles : public testing::Test {
 protected:
  static const CalibrationReport& report() {
    static const auto made = calibrate(kDeploy);
    if (!made) throw std::runtime_error(made.error().message);
    return *made;
  }
};

TEST_F(ShippedProfiles, KeepEveryLimit) {
  for (const auto& group : report().groups)
    EXPECT_TRUE(group.passed) << group.device << ", " << group.quantity << ": " << group.worst_percent;
  EXPECT_TRUE(report().passed);
}

TEST_F(ShippedProfiles, AreComparedWithEveryPublishedRow) {
  EXPECT_EQ(group_of(report(), "max78000", "inference time").rows, 3u);
  for (const auto* quantity : {"inference time", "weight load time", "input load time", "inference energy",
                               "weight load energy", "input load energy"})
    EXPECT_EQ(group_of(report(), "max78002", quantity).rows, 13u) << quantity;
  EXPECT_EQ(report().left_out.size(), 5u);
}

TEST_F(ShippedProfiles, OfTheMax78000HaveAWeakEnergy) {
  const auto& group = group_of(report(), "max78000", "mean power of inference");
  EXPECT_TRUE(group.weak);
  EXPECT_EQ(group.rows, 3u);
}

TEST_F(ShippedProfiles, PredictPipelinedTimesWithoutTheRowThatIsPredicted) {
  for (const auto& row : report().rows)
    EXPECT_EQ(row.leave_one_out.has_value(), row.device == "max78002" && row.quantity == "inference time")
        << row.network;
}

/// A copy of the deploy folder's part that calibration reads, for tests that change it.
class ChangedFolder : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (const auto* part : {"calibration", "devices", "models"})
      fs::copy(kDeploy / part, folder_ / part, fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void replace(const fs::path& file, const std::string& from, const std::string& to) const {
    std::ifstream in(folder_ / file);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    std::ofstream(folder_ / file) << text.replace(at, from.size(), to);
  }

  const fs::path folder_ =
      fs::path(testing::TempDir()) /
      (std::string("calibration-") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(ChangedFolder, AWrongStartTimeMissesTheLimitAndSaysWhere) {
  replace("devices/max78000.yaml", "startup_us: {value: 6.6", "startup_us: {value: 60.6");
  const auto report = calibrate(folder_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->passed);
  const auto& group = group_of(*report, "max78000", "inference time");
  EXPECT_EQ(group.within, 0u);
  EXPECT_THAT(group.missed, testing::ElementsAre("mnist", "kws20_v3", "cifar-100"));
}

TEST_F(ChangedFolder, ANetworkThatItsChipRefusesIsAnErrorThatNamesTheFile) {
  replace("calibration/measurements.yaml", "device: max78002, folder: models/efficientnetv2",
          "device: max78000, folder: models/efficientnetv2");
  const auto report = calibrate(folder_);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, testing::HasSubstr("models/efficientnetv2/model.yaml"));
  EXPECT_THAT(report.error().message, testing::HasSubstr("at most 32 layers"));
}

TEST(Calibration, WithoutMeasurementsIsAnErrorThatNamesTheFile) {
  const auto report = calibrate("/nowhere");
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, testing::HasSubstr("/nowhere/calibration/measurements.yaml"));
}

}  // namespace
}  // namespace synergy::accel_bench
