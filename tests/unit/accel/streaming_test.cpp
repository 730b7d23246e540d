// Registers and rolling buffers of layers that stream: values worked out by hand from the formulas, and every
// limit that a program can break.
#include "synergy/accel_model/streaming.hpp"

#include "rules_fixtures.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::StreamRegisters;
using schemas::Fifo;

/// All layers stream through a standard FIFO; outputs lie one behind the other.
ModelBuilder& streamed(ModelBuilder& builder, std::uint32_t distance = 0x1000) {
  builder.model.fifo = Fifo::kStandard;
  std::uint32_t offset = 0;
  for (auto& layer : builder.model.layers) {
    layer.streaming = true;
    layer.in_offset = offset;
    layer.out_offset = offset += distance;
  }
  return builder;
}

std::vector<StreamRegisters> registers_of(const ModelBuilder& builder, AcceleratorKind kind) {
  return accel_model::stream_registers(builder.build(), kind);
}

TEST(StreamRegisters, OfAMax78000CountPixelsOfTheInput) {
  ModelBuilder builder(4, 8, 8);
  builder.conv(4).conv(4).max_pool(2, 2);
  const auto registers = registers_of(streamed(builder), kMax78000);
  ASSERT_EQ(registers.size(), 2u);
  EXPECT_EQ(registers[0], (StreamRegisters{1, 0, 0, 2}));
  // Rows of 8 + 2 pixels: (3 - 1 + 2 - 1) rows, 3 - 1 + 2 pixels, and 2; then one row more and 2 pixels.
  EXPECT_EQ(registers[1], (StreamRegisters{36, 2, 12, 46}));
}

TEST(StreamRegisters, OfAMax78002CountPixelsOfTheInput) {
  ModelBuilder builder(4, 8, 8);
  builder.conv(4).conv(4).max_pool(2, 2);
  const auto registers = registers_of(streamed(builder), kMax78002);
  ASSERT_EQ(registers.size(), 2u);
  EXPECT_EQ(registers[0], (StreamRegisters{1, 0, 0, 2}));
  // One padded row of 10; two more, 1 and 2 x 2; 2 x 2 columns left over at the end, for it is the last.
  EXPECT_EQ(registers[1], (StreamRegisters{10 + 2 * 10 + 1 + 4 + 2 * 2, 2, 10, 41}));
}

TEST(StreamRegisters, HaveNoBuffersWithoutAFifo) {
  ModelBuilder builder(4, 8, 8);
  streamed(builder.conv(4).conv(4)).model.fifo = Fifo::kNone;
  builder.model.allow_streaming = true;
  const auto registers = registers_of(builder, kMax78000);
  ASSERT_EQ(registers.size(), 2u);
  EXPECT_EQ(registers[0], StreamRegisters{});
  EXPECT_GT(registers[1].start, 0u);
  EXPECT_EQ(registers[1].buffer_words, 0u);
}

TEST(StreamRegisters, AreThoseOfTheLayersThatStream) {
  ModelBuilder builder(4, 8, 8);
  streamed(builder.conv(4).conv(4).conv(4)).last().streaming = false;
  EXPECT_EQ(registers_of(builder, kMax78000).size(), 2u);
}

void stream(ModelBuilder& b, std::size_t layers) {
  b.model.fifo = Fifo::kStandard;
  for (std::size_t k = 0; k < layers; ++k) b.model.layers[k].streaming = true;
}

std::vector<Rule> rules_of_limits() {
  const auto no = ErrorCode::kInvalid, full = ErrorCode::kNoFit;
  return {
      {"start",
       kMax78000,
       full,
       [](auto& b) {
         set_input(b, 4, 20, 1020);
         streamed(b.conv(4).conv(4).max_pool(16, 1));
       },
       {"layer1", "pixels it waits for", "below 16384", "17394"}},
      {"delta 1",
       kMax78002,
       full,
       [](auto& b) {
         set_input(b, 4, 32, 32);
         streamed(b.conv(4).eltwise(schemas::Eltwise::kAdd).max_pool(16, 16).reads_with(0x3));
       },
       {"layer0", "from output to output", "below 32", "it is 32"}},
      {"delta 2",
       kMax78000,
       full,
       [](auto& b) {
         set_input(b, 4, 20, 1020);
         streamed(b.conv(4).conv(4).max_pool(6, 6));
       },
       {"layer1", "from row to row", "below 4096", "5116"}},
      {"buffer",
       kMax78002,
       full,
       [](auto& b) {
         set_input(b, 1, 16, 2000);
         b.model.input.data_format = schemas::DataFormat::kChw;
         streamed(b.conv(4).max_pool(5, 5));
       },
       {"layer0", "rolling buffer, in words", "below 262144"}},
      {"frame",
       kMax78000,
       full,
       [](auto& b) {
         set_input(b, 4, 1024, 1024);
         streamed(b.conv(4, 3, 0).conv(4).max_pool(16, 16));
       },
       {"layer0", "input frame", "below 1048576", "it is 1048576"}},
      {"passes",
       kMax78002,
       full,
       [](auto& b) {
         set_input(b, 4, 8, 8);
         streamed(b.conv(512).conv(512).conv(512).conv(4));
       },
       {"layer3", "passes of the layers before it", "below 16", "it is 17"}},
      {"line buffer",
       kMax78000,
       full,
       [](auto& b) {
         set_input(b, 4, 3, 900);
         streamed(b.conv(4).conv(4).conv(4).conv(4).conv(4));
       },
       {"layer4", "line buffer", "below 4096", "4500"}},
      {"buffers overlap",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 4, 8, 8);
         streamed(b.conv(4).conv(4).conv(4), 64);
       },
       {"layer2", "rolling buffer, bytes 128 to 231", "layer 'layer1', bytes 64 to 167"}},
      {"output on a buffer",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 4, 8, 8);
         streamed(b.conv(4).conv(4)).last().out_offset = 0x1010;
       },
       {"layer1", "the output of layer 'layer1', bytes 4112 to 4367"}},
      {"output on the first buffer",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 4, 8, 8);
         streamed(b.conv(4).conv(4)).last().out_offset = 4;
       },
       {"layer0", "the output of layer 'layer1', bytes 4 to 259"}},
      {"no room",
       kMax78000,
       full,
       [](auto& b) {
         set_input(b, 4, 8, 8);
         streamed(b.conv(4).conv(4), 0x7fc0).last().out_offset = 0x1000;
       },
       {"layer1", "rolling buffer needs 104 bytes", "from offset 32704", "has 32768"}},
  };
}

std::vector<Rule> rules_of_streams() {
  const auto no = ErrorCode::kInvalid;
  return {
      {"no FIFO", kMax78000, no, [](auto& b) { b.conv(4).last().streaming = true; }, {"needs a FIFO"}},
      {"after a layer that does not",
       kMax78000,
       no,
       [](auto& b) {
         b.conv(4).conv(4).last().streaming = true;
         b.model.fifo = Fifo::kStandard;
       },
       {"layer1", "layer 'layer0' before it does not"}},
      {"order",
       kMax78002,
       no,
       [](auto& b) {
         b.conv(4).conv(4).last().sequence = 5;
         stream(b, 2);
       },
       {"in order from 0 on", "sequence is 5"}},
      {"nine layers",
       kMax78000,
       ErrorCode::kNoFit,
       [](auto& b) {
         for (int k = 0; k < 9; ++k) b.conv(4);
         stream(b, 9);
       },
       {"at most 8 layers; there are 9"}},
      {"unpadded last",
       kMax78000,
       no,
       [](auto& b) {
         b.conv(4, 3, 0);
         stream(b, 1);
       },
       {"needs padding"}},
      {"passthrough",
       kMax78002,
       no,
       [](auto& b) {
         b.conv(4).passthrough();
         stream(b, 2);
       },
       {"does not stream passthrough"}},
      {"readahead in one bank",
       kMax78002,
       no,
       [](auto& b) { b.conv(1).writes_at(0x2000).last().readahead = true; },
       {"banks of 16384", "bank 0"}},
      {"FIFO channels",
       kMax78002,
       no,
       [](auto& b) {
         set_input(b, 17, 2, 2);
         b.model.fifo = Fifo::kStandard;
         b.conv(1);
       },
       {"at most 16 channels", "17"}},
      {"FIFO CHW channels",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 5, 2, 2);
         b.model.input.data_format = schemas::DataFormat::kChw;
         b.model.fifo = Fifo::kStandard;
         b.conv(1).reads_with(0x11111);
       },
       {"at most 4 channels", "5"}},
      {"FIFO processors",
       kMax78000,
       no,
       [](auto& b) {
         b.model.fifo = Fifo::kStandard;
         b.conv(1).reads_with(0xf0);
       },
       {"can not read with processor 4"}},
      {"fast FIFO channels",
       kMax78000,
       no,
       [](auto& b) {
         set_input(b, 5, 2, 2);
         b.model.fifo = Fifo::kFast;
         b.conv(1).reads_with(0x1000f);
       },
       {"at most 4 channels", "5"}},
      {"fast FIFO 32 bits",
       kMax78000,
       no,
       [](auto& b) {
         b.model.fifo = Fifo::kFast;
         b.conv(1).wide();
       },
       {"8 bits, not 32"}},
      {"fast FIFO passthrough",
       kMax78000,
       no,
       [](auto& b) {
         b.model.fifo = Fifo::kFast;
         b.passthrough();
       },
       {"no passthrough"}},
  };
}

TEST(Streaming, EachRuleRefusesWhatBreaksIt) {
  expect_each_refuses(rules_of_streams());
  expect_each_refuses(rules_of_limits());
}

TEST(Streaming, IsAcceptedThroughAFifoAndWhereAllowedWithout) {
  ModelBuilder builder = small();
  builder.conv(4).conv(4).writes_at(0x6000);
  stream(builder, 2);
  expect_accepted(builder, kMax78000);
  builder.model.fifo = Fifo::kNone;
  builder.model.allow_streaming = true;
  expect_accepted(builder, kMax78000);
}

TEST(Streaming, AcceptLayersThatKeepThem) {
  for (const auto kind : {kMax78000, kMax78002}) {
    ModelBuilder builder(4, 64, 64);
    builder.conv(64).conv(64).max_pool(2, 2).conv(64).conv(16);
    expect_accepted(streamed(builder), kind);
  }
}

TEST(Streaming, LetALaterLayerWriteWhereStreamsHaveEnded) {
  ModelBuilder builder(4, 8, 8);
  streamed(builder.conv(4).conv(4).conv(4)).last().streaming = false;
  builder.last().out_offset = 0;
  expect_accepted(builder, kMax78000);
}

}  // namespace
}  // namespace synergy::accel_test
