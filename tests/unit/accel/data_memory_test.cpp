// Where tensors lie in data memory: what has no room, what is overwritten, what a layer finds there.
#include "rules_fixtures.hpp"

namespace synergy::accel_test {
namespace {

TEST(DataMemory, HoldsTheInput) {
  expect_refused(ModelBuilder(3, 91, 91).conv(1, 1, 0), kMax78000, ErrorCode::kNoFit,
                 {"the input needs 33124 bytes", "from offset 0x0 on", "has 32768 (0x8000)"});
  ModelBuilder chw(1, 91, 91);
  chw.model.input.data_format = schemas::DataFormat::kChw;
  expect_accepted(chw.conv(1, 1, 0).max_pool(4, 4), kMax78000);
}

TEST(DataMemory, HoldsTheOutput) {
  expect_refused(ModelBuilder(1, 8, 8).conv(1).writes_at(32768 - 252), kMax78000, ErrorCode::kNoFit,
                 {"the output needs 256 bytes", "from offset 0x7f04"});
  expect_accepted(ModelBuilder(1, 8, 8).conv(1).writes_at(32768 - 256), kMax78000);
  expect_refused(ModelBuilder(1, 8, 8).conv(1).wide().writes_at(32768 - 256), kMax78000, ErrorCode::kNoFit,
                 {"the output needs 1024 bytes"});
}

TEST(DataMemory, LimitsTheOutputOffset) {
  expect_refused(ModelBuilder(1, 1, 1).conv(1).writes_at(0x20000), kMax78000, ErrorCode::kInvalid,
                 {"out_offset", "0x20000"});
}

TEST(DataMemory, TheOutputMustNotOverwriteItsInput) {
  expect_refused(ModelBuilder(3, 8, 8).conv(4).writes_at(252), kMax78000, ErrorCode::kInvalid,
                 {"overwrites input", "data memory 0", "0x0 to 0xff", "0xfc to 0x1fb"});
  expect_accepted(ModelBuilder(3, 8, 8).conv(4).writes_at(256), kMax78000);
}

TEST(DataMemory, OtherInstancesDoNotCollide) {
  expect_accepted(ModelBuilder(4, 8, 8).conv(4).writes_at(0).writes_with(0xf0), kMax78000);
}

TEST(DataMemory, AShortLastPassLeavesItsWordsFree) {
  // 68 channels: two passes over 36 processors, the second without the last one's instance (processors 32 to
  // 35).
  const auto behind = [](std::uint64_t processors) {
    ModelBuilder builder(4, 1, 1);
    builder.conv(68, 1, 0).conv(4, 1, 0).writes_at(0x4004).writes_with(processors);
    return builder;
  };
  expect_accepted(behind(0xf00000000), kMax78000);
  expect_refused(behind(0xf0000000), kMax78000, ErrorCode::kInvalid, {"overwrites input", "layer 'layer0'"});
}

TEST(DataMemory, OutputsBesideEachOtherDoNotCollide) {
  const auto interleaved = [](std::uint32_t offset) {
    ModelBuilder builder(4, 4, 4);
    builder.conv(4).writes_at(0x1000).last().write_gap = 1;
    builder.conv(4).reads_from({"input"}).reads_at(0).writes_at(0x1000 + offset).last().write_gap = 1;
    return builder;
  };
  expect_accepted(interleaved(4), kMax78000);
  expect_refused(interleaved(8), kMax78000, ErrorCode::kInvalid, {"overwrites input", "layer 'layer0'"});
}

TEST(DataMemory, AnOutputThatTheHostReadsStays) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(4).writes_at(0x1000).conv(4).writes_at(0x2000).conv(4).writes_at(0x1000);
  expect_accepted(builder, kMax78000);
  builder.model.layers[0].output = true;
  expect_refused(builder, kMax78000, ErrorCode::kInvalid, {"layer 'layer0', which is marked as output"});
}

TEST(DataMemory, OverlapMayBeAllowed) {
  ModelBuilder builder(3, 8, 8);
  builder.conv(4).writes_at(252);
  builder.model.overlap_data = true;
  expect_accepted(builder, kMax78000);
}

TEST(DataMemory, CountsOperandsAndGaps) {
  ModelBuilder operands(128, 16, 8);
  operands.passthrough().eltwise(schemas::Eltwise::kAdd).writes_at(0x3fc);
  expect_refused(operands, kMax78000, ErrorCode::kInvalid, {"0x0 to 0x3ff", "0x3fc"});
  expect_accepted(operands.writes_at(0x400), kMax78000);
}

Status reads_of(const ModelBuilder& builder) { return accel_model::check_reads(builder.build()); }

void expect_wrong_read(const ModelBuilder& builder, const std::string& part) {
  const auto status = reads_of(builder);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find(part), std::string::npos) << status.error().message;
}

TEST(Reads, FindWhatTheSourceWrote) {
  EXPECT_TRUE(accel_model::check_reads(*accel_model::build_program(digits_model())));
  EXPECT_TRUE(reads_of(simple_net()));
  ModelBuilder offset(1, 2, 2), mask(1, 2, 2);
  offset.conv(2).conv(1).reads_at(0x100);
  mask.conv(2).conv(1).reads_with(0xc);
  expect_wrong_read(offset,
                    "layer 1 'layer1': it reads byte 256 with processor 0 and needs channel 0, pixel 0 "
                    "of layer 'layer0' there; there is nothing that was written");
  expect_wrong_read(mask, "processor 2");
}

TEST(Reads, UnderstandInterleavedOperands) {
  const auto residual = [](std::uint32_t second) {
    ModelBuilder builder(4, 4, 4);
    builder.conv(4).writes_at(0x2000);
    builder.passthrough().writes_at(0x1000).last().write_gap = 1;
    builder.conv(4).reads_from({"layer0"}).reads_at(0x2000).writes_at(second).last().write_gap = 1;
    builder.passthrough()
        .eltwise(schemas::Eltwise::kAdd)
        .reads_from({"layer1", "layer2"})
        .reads_at(0x1000)
        .writes_at(0);
    return builder;
  };
  EXPECT_TRUE(reads_of(residual(0x1004)));
  expect_wrong_read(residual(0x1000),
                    "needs channel 0, pixel 0 of layer 'layer1' there; there is channel 0, pixel 0 "
                    "of layer 'layer2'");
}

TEST(Reads, SeeWhatWasOverwrittenInBetween) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(4).writes_at(0x2000).conv(4).writes_at(0x3000).conv(4).writes_at(0x2000);
  builder.conv(4).reads_from({"layer0"}).reads_at(0x2000);
  expect_wrong_read(builder, "layer 3 'layer3'");
}

TEST(Reads, UnderstandChannelsBesideEachOther) {
  ModelBuilder builder(4, 4, 4);
  builder.conv(4).writes_at(0x1000).conv(4).reads_from({"input"}).reads_at(0).reads_with(0xf);
  builder.writes_at(0x1000).writes_with(0xf0);
  builder.conv(4).reads_from({"layer0", "layer1"}).reads_with(0xff).reads_at(0x1000);
  EXPECT_TRUE(reads_of(builder));
  builder.reads_from({"layer1", "layer0"});
  expect_wrong_read(builder, "needs channel 0, pixel 0 of layer 'layer1'");
}

}  // namespace
}  // namespace synergy::accel_test
