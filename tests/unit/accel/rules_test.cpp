#include "synergy/accel_model/rules.hpp"

#include "rules_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::check_rules;

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
                 {"a kernel of 1 rows by at most 0"});
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
                 {"processors 0xf names 4", "3 channels take 3"});
  expect_refused(ModelBuilder(3, 4, 4).conv(100).writes_with(0xff), kMax78000, ErrorCode::kInvalid,
                 {"output_processors 0xff names 8", "52 in each of 2 passes"});
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

using schemas::Eltwise;

std::vector<Rule> rules_of_features() {
  const auto no = ErrorCode::kInvalid;
  return {
      {"depthwise", kMax78000, no, [](auto& b) { b.depthwise(); }, {"MAX78000 has no groups"}},
      {"read_gap", kMax78000, no, [](auto& b) { b.conv(1).last().read_gap = 1; }, {"no read_gap"}},
      {"bypass",
       kMax78000,
       no,
       [](auto& b) {
         b.conv(1).last().bypass = true;
         b.last().weights.clear();
       },
       {"no bypass"}},
      {"binary",
       kMax78000,
       no,
       [](auto& b) { b.conv(1).bits(1).last().binary = true; },
       {"no binary weights"}},
      {"calcx4", kMax78000, no, [](auto& b) { b.conv(1).last().calcx4 = true; }, {"no calcx4"}},
      {"readahead", kMax78000, no, [](auto& b) { b.conv(1).last().readahead = true; }, {"no readahead"}},
      {"start layer",
       kMax78000,
       no,
       [](auto& b) { b.conv(1).last().sequence = 1; },
       {"from 0 on without gaps", "its sequence is 1"}},
      {"skipped layer",
       kMax78000,
       no,
       [](auto& b) {
         b.conv(4).conv(4).last().skip = true;
         b.conv(1);
       },
       {"layer1", "can not pass over a layer"}},
      {"layer number",
       kMax78002,
       ErrorCode::kNoFit,
       [](auto& b) { b.conv(1).last().sequence = 128; },
       {"at most 128 layers", "needs 129"}},
      {"inserted layer",
       kMax78002,
       ErrorCode::kNoFit,
       [](auto& b) {
         set_input(b, 8, 8, 8);
         b.passthrough().eltwise(Eltwise::kAdd).reads_with(0xf).writes_with(0xf).last().sequence = 126;
         b.conv(1).avg_pool(2, 2).reads_with(0xf);
       },
       {"needs 129, of which 1 reset averages"}},
      {"one-bit weights of two kinds",
       kMax78002,
       no,
       [](auto& b) { b.conv(4).bits(1).conv(4).bits(1).last().binary = true; },
       {"binary or none", "'layer1'", "'layer0'"}},
      {"activation of the last 32-bit layer",
       kMax78000,
       no,
       [](auto& b) { b.conv(1).wide().relu(); },
       {"raw accumulator"}},
      {"bias quadrant",
       kMax78000,
       no,
       [](auto& b) { b.conv(1).bias().last().bias_quadrants = {2}; },
       {"quadrant 2"}},
      {"operands in different processors",
       kMax78000,
       no,
       [](auto& b) {
         b.conv(4).conv(4).writes_with(0xf0);
         b.conv(4).eltwise(Eltwise::kAdd).reads_from({"layer0", "layer1"});
       },
       {"writes with 0xf,", "with 0xf0"}},
  };
}

std::vector<Rule> rules_of_shapes() {
  const auto no = ErrorCode::kInvalid, fit = ErrorCode::kNoFit;
  return {
      {"wide transposed convolution",
       kMax78000,
       fit,
       [](auto& b) {
         set_input(b, 1, 1, 513);
         b.conv_transpose(1);
       },
       {"the output has 1026"}},
      {"pad of a transposed convolution",
       kMax78000,
       no,
       [](auto& b) { b.conv_transpose(1, 3); },
       {"at most 2", "pad is 3"}},
      {"pool stride",
       kMax78000,
       no,
       [](auto& b) {
         b.passthrough().max_pool(2, 2).last().pool_stride = {2, 1};
       },
       {"one stride", "2 and 1"}},
      {"pool dilation",
       kMax78000,
       no,
       [](auto& b) {
         b.passthrough().max_pool(2, 2).last().pool_dilation = {2, 2};
       },
       {"at most 1 as pooling dilation"}},
      {"pool reach",
       kMax78002,
       no,
       [](auto& b) {
         set_input(b, 4, 40, 40);
         b.passthrough().max_pool(3, 16).last().pool_dilation = {8, 8};
       },
       {"at most 15 as (pooling window - 1) times dilation; this one is 16"}},
      {"input passes",
       kMax78002,
       fit,
       [](auto& b) {
         set_input(b, 68, 1, 1);
         b.model.max_processors = 4;
         b.conv(1, 1, 0).reads_with(0xf);
       },
       {"at most 16 input passes", "17"}},
      {"output step",
       kMax78000,
       fit,
       [](auto& b) { b.conv(1).last().write_gap = 16; },
       {"at most 16 output passes times (write_gap + 1)", "17"}},
      {"flattened product",
       kMax78002,
       fit,
       [](auto& b) {
         set_input(b, 300, 16, 16);
         b.model.max_processors = 1;
         b.linear(1).reads_with(1);
       },
       {"at most 65536 pixels times passes to flatten", "76800"}},
      {"taps far apart, kernel",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 4, 80, 1);
         b.conv1d(1, 4, 0, 4);
       },
       {"at most 3", "it has 4"}},
      {"taps far apart, padding",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 4, 80, 1);
         b.conv1d(1, 3, 1, 8);
       },
       {"exclude padding"}},
      {"taps far apart, pooling",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 4, 80, 1);
         b.conv1d(1, 3, 0, 8).max_pool(2, 2);
       },
       {"exclude pooling"}},
      {"taps far apart, scratch",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 4, 80, 1);
         b.conv1d(1, 3, 0, 8).writes_at(28).writes_with(0x10);
       },
       {"32 bytes below out_offset, which is 28"}},
      {"padded conv1d of many passes",
       kMax78002,
       no,
       [](auto& b) {
         set_input(b, 65, 10, 1);
         b.conv1d(1, 3, 1);
       },
       {"one pass only", "takes 2 for 65"}},
      {"read_gap with many passes",
       kMax78002,
       no,
       [](auto& b) {
         set_input(b, 65, 2, 2);
         b.conv(1).last().read_gap = 1;
       },
       {"read_gap with one pass", "2 for 65"}},
      {"pooling last",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 12, 8, 8);
         b.passthrough().eltwise(Eltwise::kAdd, 3).max_pool(2, 2).reads_with(0xf).writes_with(0xf);
         b.last().pool_first = false;
       },
       {"at most 2 operands; there are 3"}},
      {"operands of many passes",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 384, 2, 2);
         b.conv(4).eltwise(Eltwise::kAdd, 3).reads_with(~std::uint64_t{0});
       },
       {"3 operands of 2 passes"}},
      {"operands and bias",
       kMax78002,
       no,
       [](auto& b) {
         set_input(b, 8, 2, 2);
         b.conv(4).bias().eltwise(Eltwise::kAdd).reads_with(0xf);
       },
       {"4 biases for 2 operands"}},
      {"depthwise output",
       kMax78002,
       no,
       [](auto& b) { b.depthwise().writes_with(0x1e); },
       {"multiple of 4; output_processors begins at 1"}},
      {"depthwise input",
       kMax78002,
       no,
       [](auto& b) {
         set_input(b, 16, 8, 8);
         b.depthwise().reads_with(0x1fffe).writes_with(0xffff);
       },
       {"processors begins at 1"}},
      {"weights' shift", kMax78000, no, [](auto& b) { b.conv(1).bits(1).shift(9); }, {"it is 16"}},
  };
}

TEST(Rules, EachRefusesWhatBreaksIt) {
  expect_each_refuses(rules_of_features());
  expect_each_refuses(rules_of_shapes());
}

TEST(Rules, AcceptWhatTheOtherChipDoes) {
  ModelBuilder depthwise = small(), many(384, 2, 2), padded(65, 10, 1), biased(8, 2, 2);
  expect_accepted(depthwise.depthwise(), kMax78002);
  many.conv(4).eltwise(Eltwise::kAdd, 3).reads_with(~std::uint64_t{0});
  expect_accepted(many, kMax78002);
  expect_accepted(padded.conv1d(1, 3, 1), kMax78000);
  biased.conv(4).bias().eltwise(Eltwise::kAdd).reads_with(0xf);
  expect_accepted(biased, kMax78000);
}

}  // namespace
}  // namespace synergy::accel_test
