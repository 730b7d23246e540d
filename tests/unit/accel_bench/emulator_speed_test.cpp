// Nothing here depends on how fast the machine is.
#include "synergy/accel_bench/emulator_speed.hpp"

#include <gtest/gtest.h>

#include "synergy/accel/inference.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/documents/yaml.hpp"

namespace synergy::accel_bench {
namespace {

schemas::DeviceProfile profile(const std::string& name) {
  const auto read = documents::read_yaml<schemas::DeviceProfile>(std::string(SYNERGY_SOURCE_DIR) +
                                                                 "/deploy/devices/" + name + ".yaml");
  EXPECT_TRUE(read);
  return read ? *read : schemas::DeviceProfile{};
}

std::vector<SpeedModel> digits() {
  auto model = accel::load_model(std::string(SYNERGY_SOURCE_DIR) + "/deploy/models/digits");
  EXPECT_TRUE(model);
  return {{"digits", model->program, model->weights}};
}

Result<SpeedReport> measure(const std::string& instruction_set) {
  SpeedSettings settings;
  settings.instruction_set = instruction_set;
  settings.seconds = 0.001;
  settings.turns = 2;
  return measure_speed(digits(), profile("max78000"), profile("max78002"), settings);
}

TEST(EmulatorSpeed, AnUnknownInstructionSetIsNamedWithThoseThereAre) {
  const auto report = measure("MMX");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_NE(report.error().message.find("MMX"), std::string::npos);
  EXPECT_NE(report.error().message.find("SCALAR"), std::string::npos);
}

TEST(EmulatorSpeed, ReportsTheModelItsSiliconAndItsShapes) {
  const auto report = measure("");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->instruction_set, accel::instruction_set());
  ASSERT_EQ(report->models.size(), 1u);
  const ModelSpeed& model = report->models[0];
  EXPECT_EQ(model.silicon, "MAX78000");
  EXPECT_EQ(model.silicon_us, model.max78000_us);
  EXPECT_DOUBLE_EQ(model.max78000_us, model.max78000_ms * 1000);
  EXPECT_GT(model.max78000_us, 0);
  EXPECT_GT(model.runs_per_second, 0);
  // 28 x 28 x 9 x 60, 16 x 16 x 9 x 60 x 60, 8 x 8 x 9 x 60 x 56, 4 x 4 x 9 x 56 x 12, and 192 x 10.
  EXPECT_EQ(model.macs, 423360u + 8294400u + 1935360u + 96768u + 1920u);
  EXPECT_NEAR(model.giga_macs_per_second, double(model.macs) * model.runs_per_second / 1e9, 1e-6);
  EXPECT_EQ(report->layers.size(), 4u);
  for (const auto& layer : report->layers) EXPECT_TRUE(layer.three_by_three) << layer.shape;
}

}  // namespace
}  // namespace synergy::accel_bench
