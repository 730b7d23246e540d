#include "synergy/accel_model/rules.hpp"

#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::check_rules;
using schemas::AcceleratorKind;
constexpr auto kMax78000 = AcceleratorKind::kMax78000;
constexpr auto kMax78002 = AcceleratorKind::kMax78002;

/// Expects a refusal of that kind whose message has all `parts`, and the layer and the chip besides.
void expect_refused(const ModelBuilder& builder, AcceleratorKind kind, ErrorCode code,
                    const std::vector<std::string>& parts) {
  const auto status = check_rules(builder.build(), kind);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, code) << status.error().message;
  for (const auto& part : parts)
    EXPECT_NE(status.error().message.find(part), std::string::npos)
        << part << " is not in: " << status.error().message;
}

void expect_accepted(const ModelBuilder& builder, AcceleratorKind kind) {
  const auto status = check_rules(builder.build(), kind);
  EXPECT_TRUE(status) << status.error().message;
}

TEST(Rules, AcceptTheDigitClassifierOnBothChips) {
  const auto program = accel_model::build_program(digits_model());
  EXPECT_TRUE(check_rules(*program, kMax78000));
  EXPECT_TRUE(check_rules(*program, kMax78002));
}

TEST(Rules, LimitRowsAndColumns) {
  expect_refused(ModelBuilder(1, 1300, 1).conv(1, 1, 0), kMax78000, ErrorCode::kNoFit,
                 {"model 'sample', layer 0 'layer0'", "MAX78000", "at most 1024 rows", "1300"});
  expect_accepted(ModelBuilder(1, 1300, 1).conv(1, 1, 0), kMax78002);
  expect_refused(ModelBuilder(1, 1, 2049).conv(1, 1, 0), kMax78002, ErrorCode::kNoFit,
                 {"MAX78002", "columns", "2049"});
}

TEST(Rules, CountPaddingInTheRowsOfAMax78000) {
  expect_refused(ModelBuilder(1, 1024, 1).conv(1), kMax78000, ErrorCode::kNoFit, {"with padding", "1026"});
  expect_accepted(ModelBuilder(1, 1022, 1).conv(1), kMax78000);
}

TEST(Rules, LimitChannels) {
  expect_refused(ModelBuilder(1, 1, 1).conv(1025, 1, 0), kMax78002, ErrorCode::kNoFit,
                 {"at most 1024 channels", "the output has 1025"});
}

TEST(Rules, LimitPixelsTimesPasses) {
  expect_refused(ModelBuilder(65, 1024, 1024).conv(1, 1, 0), kMax78000, ErrorCode::kNoFit,
                 {"pixels times passes", "2097151", "2097152"});
}

TEST(Rules, LimitWhatIsFlattened) {
  expect_refused(ModelBuilder(1, 17, 16).linear(2), kMax78000, ErrorCode::kNoFit,
                 {"256 pixels to flatten", "272"});
  expect_accepted(ModelBuilder(1, 16, 16).linear(2), kMax78000);
  expect_refused(ModelBuilder(1024, 16, 16).linear(2), kMax78000, ErrorCode::kNoFit,
                 {"values to flatten", "262144"});
}

TEST(Rules, LimitPadding) {
  expect_refused(ModelBuilder(1, 8, 8).conv(1, 3, 3), kMax78000, ErrorCode::kInvalid,
                 {"at most 2", "pad is 3"});
  expect_refused(ModelBuilder(1, 8, 8).conv(1, 1, 1), kMax78000, ErrorCode::kInvalid,
                 {"1x1 kernel by at most 0"});
  expect_accepted(ModelBuilder(1, 8, 8).conv(1, 3, 2), kMax78000);
}

TEST(Rules, LimitPooling) {
  expect_refused(ModelBuilder(1, 40, 40).passthrough().max_pool(17, 1), kMax78002, ErrorCode::kInvalid,
                 {"pooling window", "16", "17"});
  expect_refused(ModelBuilder(1, 40, 40).passthrough().max_pool(2, 17), kMax78002, ErrorCode::kInvalid,
                 {"pooling stride", "17"});
  expect_accepted(ModelBuilder(1, 40, 40).passthrough().max_pool(16, 16), kMax78000);
}

TEST(Rules, LimitTheOutputShift) {
  expect_refused(ModelBuilder(1, 1, 1).conv(1).shift(16), kMax78000, ErrorCode::kInvalid,
                 {"-15 to 15", "it is 16"});
  expect_refused(ModelBuilder(1, 1, 1).conv(1).shift(-16), kMax78000, ErrorCode::kInvalid, {"it is -16"});
  expect_accepted(ModelBuilder(1, 1, 1).conv(1).shift(-15), kMax78000);
}

TEST(Rules, CompareMasksWithChannels) {
  expect_refused(ModelBuilder(3, 4, 4).conv(8).reads_with(0xf), kMax78000, ErrorCode::kInvalid,
                 {"processors names 4", "3 channels take 3"});
  expect_refused(ModelBuilder(3, 4, 4).conv(100).writes_with(0xff), kMax78000, ErrorCode::kInvalid,
                 {"output_processors names 8", "52 in each of 2 passes"});
}

TEST(Rules, KeepPassthroughInItsQuadrant) {
  expect_refused(ModelBuilder(4, 4, 4).passthrough().writes_with(0xf0000), kMax78000, ErrorCode::kInvalid,
                 {"quadrant 0 reads 4"});
  expect_refused(ModelBuilder(4, 4, 4).passthrough().writes_with(0x17), kMax78000, ErrorCode::kInvalid,
                 {"neighbouring"});
  expect_accepted(ModelBuilder(4, 4, 4).passthrough().writes_with(0xf0), kMax78000);
  expect_accepted(ModelBuilder(4, 4, 4).passthrough().reads_with(0x55).writes_with(0xf), kMax78000);
}

TEST(Rules, AMax78000DoesNotPoolManyPassesInPassthrough) {
  expect_refused(ModelBuilder(128, 4, 4).passthrough().max_pool(2, 2), kMax78000, ErrorCode::kInvalid,
                 {"2 passes for 128 channels", "128 x 2 x 2"});
  expect_accepted(ModelBuilder(128, 4, 4).passthrough().max_pool(4, 4), kMax78000);
  expect_accepted(ModelBuilder(128, 4, 4).passthrough().max_pool(2, 2), kMax78002);
}

TEST(Rules, ChwTakesOneProcessorOfEachFour) {
  ModelBuilder neighbours(2, 8, 8), apart(2, 8, 8);
  neighbours.model.input.data_format = apart.model.input.data_format = schemas::DataFormat::kChw;
  expect_refused(neighbours.conv(4).reads_with(0x30), kMax78000, ErrorCode::kInvalid, {"CHW", "from 4 on"});
  expect_accepted(apart.conv(4).reads_with(0x11), kMax78000);
}

TEST(Rules, OnlyTheFirstLayerReadsChw) {
  Program program = ModelBuilder(4, 4, 4).conv(1).conv(1).build();
  program.layers[1].data_format = schemas::DataFormat::kChw;
  const auto status = check_rules(program, kMax78000);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("only the first layer reads CHW"), std::string::npos);
}

TEST(Rules, SomeLayerUsesQuadrantZero) {
  expect_refused(ModelBuilder(4, 4, 4).conv(4).reads_with(0xf0000).writes_with(0xf0000), kMax78000,
                 ErrorCode::kInvalid, {"quadrant 0"});
}

TEST(Rules, LimitTheNumberOfLayers) {
  ModelBuilder builder(4, 4, 4);
  for (int k = 0; k < 33; ++k) builder.conv(4);
  expect_refused(builder, kMax78000, ErrorCode::kNoFit, {"at most 32 layers", "33"});
  expect_accepted(builder, kMax78002);
}

TEST(DataMemory, HoldsTheInput) {
  expect_refused(ModelBuilder(3, 91, 91).conv(1, 1, 0), kMax78000, ErrorCode::kNoFit,
                 {"the input needs 33124 bytes", "from offset 0", "has 32768"});
  ModelBuilder chw(1, 91, 91);
  chw.model.input.data_format = schemas::DataFormat::kChw;
  expect_accepted(chw.conv(1, 1, 0).max_pool(4, 4), kMax78000);
}

TEST(DataMemory, HoldsTheOutput) {
  expect_refused(ModelBuilder(1, 8, 8).conv(1).writes_at(32768 - 252), kMax78000, ErrorCode::kNoFit,
                 {"the output needs 256 bytes", "from offset 32516"});
  expect_accepted(ModelBuilder(1, 8, 8).conv(1).writes_at(32768 - 256), kMax78000);
  expect_refused(ModelBuilder(1, 8, 8).conv(1).wide().writes_at(32768 - 256), kMax78000, ErrorCode::kNoFit,
                 {"the output needs 1024 bytes"});
}

TEST(DataMemory, LimitsTheOutputOffset) {
  expect_refused(ModelBuilder(1, 1, 1).conv(1).writes_at(0x20000), kMax78000, ErrorCode::kInvalid,
                 {"out_offset", "131072"});
}

TEST(DataMemory, TheOutputMustNotOverwriteItsInput) {
  expect_refused(ModelBuilder(3, 8, 8).conv(4).writes_at(252), kMax78000, ErrorCode::kInvalid,
                 {"overwrites input", "data memory 0", "0 to 255", "252 to 507"});
  expect_accepted(ModelBuilder(3, 8, 8).conv(4).writes_at(256), kMax78000);
}

TEST(DataMemory, OtherInstancesDoNotCollide) {
  expect_accepted(ModelBuilder(4, 8, 8).conv(4).writes_at(0).writes_with(0xf0), kMax78000);
}

TEST(DataMemory, AShortLastPassLeavesItsWordsFree) {
  // 68 channels: two passes over 36 processors, the second without the last one's instance (processors 32 to
  // 35).
  expect_accepted(ModelBuilder(68, 1, 1).conv(4, 1, 0).writes_at(4).writes_with(0xf00000000), kMax78000);
  expect_refused(ModelBuilder(68, 1, 1).conv(4, 1, 0).writes_at(4).writes_with(0xf0000000), kMax78000,
                 ErrorCode::kInvalid, {"overwrites input"});
}

}  // namespace
}  // namespace synergy::accel_test
