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
  const auto full = ErrorCode::kNoFit;
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

/// Three layers that stream, each in data memories of its own: 0, then 1, then 2; the last one writes to 3.
/// The buffer of layer 0 has 2 words; those of layers 1 and 2 have (10 x 2 + 5) + 1 = 26 words.
struct ThreeStreams {
  ModelBuilder builder = small();

  ThreeStreams() {
    streamed(builder.conv(4).conv(4).conv(4));
    for (std::size_t k = 0; k < 3; ++k) {
      at(k).processors = 0xfull << (4 * k);
      at(k).output_processors = 0xf0ull << (4 * k);
    }
  }
  schemas::LayerDescription& at(std::size_t k) { return builder.model.layers[k]; }
  /// Where layer k reads and the layer before it writes, with what processors.
  void put_buffer(std::size_t k, std::uint32_t offset, std::uint64_t processors) {
    at(k).in_offset = at(k - 1).out_offset = offset;
    at(k).processors = at(k - 1).output_processors = processors;
  }
  void put_output(std::uint32_t offset, std::uint64_t processors) {
    at(2).out_offset = offset;
    at(2).output_processors = processors;
  }
};

TEST(RollingBuffers, InDifferentDataMemoriesNeverOverlap) {
  ThreeStreams streams;
  for (std::size_t k = 1; k < 3; ++k) streams.put_buffer(k, 0, 0xfull << (4 * k));
  streams.put_output(0, 0xf000);
  expect_accepted(streams.builder, kMax78000);
  expect_accepted(streams.builder, kMax78002);
}

TEST(RollingBuffers, InOneDataMemoryDoNotEvenTouch) {
  ThreeStreams streams;
  // Layers 1 and 2 read with different processors of memories 1 and 2. Layer 1 has bytes 0x1000 to 0x1068.
  streams.put_buffer(1, 0x1000, 0x330);
  streams.put_buffer(2, 0x106c, 0xcc0);
  expect_accepted(streams.builder, kMax78000);
  streams.put_buffer(2, 0x1068, 0xcc0);
  expect_refused(streams.builder, kMax78000, ErrorCode::kInvalid,
                 {"layer 2 'layer2'", "rolling buffer, bytes 0x1068 to 0x10d0",
                  "that of layer 'layer1', bytes 0x1000 to 0x1068", "data memory 1", "overlap_data"});
  streams.builder.model.overlap_data = true;
  expect_accepted(streams.builder, kMax78000);
}

TEST(RollingBuffers, AreNotWrittenOnByTheLastLayerThatStreams) {
  for (const bool goes_on : {false, true}) {
    ThreeStreams streams;
    if (goes_on) streams.builder.conv(4).reads_with(0xf0).writes_at(0x7000).last().in_offset = 0x1068;
    // 64 pixels of a word each from 0x1068 on begin where the buffer of layer 1 ends.
    streams.put_output(0x1068, 0xf0);
    expect_refused(streams.builder, kMax78000, ErrorCode::kInvalid,
                   {"layer 2 'layer2'", "output, bytes 0x1068 to 0x1168",
                    "rolling buffer of layer 'layer1', bytes 0x1000 to 0x1068", "data memory 1"});
    streams.builder.model.overlap_data = true;
    expect_accepted(streams.builder, kMax78000);
    streams.builder.model.overlap_data = false;
    streams.put_output(0x106c, 0xf0);
    if (goes_on) streams.builder.last().in_offset = 0x106c;
    expect_accepted(streams.builder, kMax78000);
    streams.put_output(0x1000, 0xf000);
    if (goes_on) streams.builder.reads_with(0xf000).reads_at(0x1000);
    expect_accepted(streams.builder, kMax78000);
  }
}

TEST(RollingBuffers, AreNotReachedByTheirOwnLayersWriting) {
  ThreeStreams streams;
  // Layer 1 reads bytes 0x1000 to 0x1068, and writes with one of the processors that it reads with.
  const auto write_at = [&](std::uint32_t offset) { streams.put_buffer(2, offset, 0x780); };
  write_at(0x1068);
  expect_refused(streams.builder, kMax78000, ErrorCode::kInvalid,
                 {"layer 1 'layer1'", "rolling buffer, bytes 0x1000 to 0x1068", "0x1068 to 0x10d0"});
  // No option lifts this.
  streams.builder.model.overlap_data = true;
  expect_refused(streams.builder, kMax78000, ErrorCode::kInvalid,
                 {"layer 1 'layer1'", "the same processors"});
  write_at(0x106c);
  expect_accepted(streams.builder, kMax78000);
  // From below: as many bytes as the buffer has, and the last of them still meets it.
  write_at(0x1000 - 104);
  expect_refused(streams.builder, kMax78000, ErrorCode::kInvalid, {"layer 1 'layer1'", "0xf98 to 0x1000"});
  write_at(0x1000 - 108);
  expect_accepted(streams.builder, kMax78000);
}

TEST(RollingBuffers, AreNotReachedByTheWholeOutputOfTheLastLayer) {
  ThreeStreams streams;
  streams.builder.model.overlap_data = true;  // the rule for all layers' buffers would speak first
  // Layer 2 reads from 0x2000 on; its output has 64 words.
  streams.put_output(0x2000 - 256, 0xf00);
  expect_refused(streams.builder, kMax78000, ErrorCode::kInvalid, {"layer 2 'layer2'", "0x1f00 to 0x2000"});
  streams.put_output(0x2000 - 260, 0xf00);
  expect_accepted(streams.builder, kMax78000);
}

TEST(RollingBuffers, EndBelowTheEndOfTheirDataMemory) {
  ThreeStreams streams;
  streams.put_buffer(2, 0x8000 - 104, 0xf00);
  expect_refused(streams.builder, kMax78000, ErrorCode::kNoFit,
                 {"layer 2 'layer2'", "bytes 0x7f98 to 0x8000", "does not end below 0x8000"});
  streams.put_buffer(2, 0x8000 - 108, 0xf00);
  expect_accepted(streams.builder, kMax78000);
}

TEST(RollingBuffers, WithReadaheadNeedABankEach) {
  ThreeStreams streams;
  streams.put_buffer(1, 0x8000, 0xf0);
  streams.put_buffer(2, 0xbffc, 0xf00);
  streams.put_output(0x10000, 0xf000);
  for (std::size_t k = 1; k < 3; ++k) streams.at(k).readahead = true;
  // What [57] asks of each layer's own input and output is not at stake: layer 1 reads and writes elsewhere.
  expect_refused(streams.builder, kMax78002, ErrorCode::kInvalid, {"layer 1 'layer1'", "readahead"});
  streams.at(1).out_offset = 0x4000;
  expect_refused(streams.builder, kMax78002, ErrorCode::kInvalid,
                 {"layer 2 'layer2'", "begins at 0xbffc", "that of layer 'layer1'", "a bank each"});
  streams.at(2).in_offset = 0xc000;
  expect_accepted(streams.builder, kMax78002);
}

TEST(RollingBuffers, TheLayerBehindMayOverwriteWhatStreamsWrote) {
  ModelBuilder builder = small();
  streamed(builder.conv(4).conv(4).conv(4)).last().streaming = false;
  // It reads 64 words from 0x2000 on and writes onto them; its input stays if the layer before does not
  // stream.
  builder.last().out_offset = 0x2004;
  expect_accepted(builder, kMax78000);
  ModelBuilder plain = small();
  plain.conv(4).writes_at(0x2000).conv(4).reads_at(0x2000).writes_at(0x2004);
  expect_refused(plain, kMax78000, ErrorCode::kInvalid,
                 {"overwrites input", "layer 'layer0'", "overlap_data"});
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
