// Registers and rolling buffers of layers that stream: values worked out by hand from the formulas, and every
// limit that a program can break.
#include "synergy/accel_model/streaming.hpp"

#include "accel_fixtures.hpp"
#include "synergy/accel_model/rules.hpp"

namespace synergy::accel_test {
namespace {

using accel_model::StreamRegisters;
using schemas::AcceleratorKind;
using schemas::Fifo;

constexpr auto k78000 = AcceleratorKind::kMax78000;
constexpr auto k78002 = AcceleratorKind::kMax78002;

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
  const auto registers = registers_of(streamed(builder), k78000);
  ASSERT_EQ(registers.size(), 2u);
  EXPECT_EQ(registers[0], (StreamRegisters{1, 0, 0, 2}));
  // Rows of 8 + 2 pixels: (3 - 1 + 2 - 1) rows, 3 - 1 + 2 pixels, and 2; then one row more and 2 pixels.
  EXPECT_EQ(registers[1], (StreamRegisters{36, 2, 12, 46}));
}

TEST(StreamRegisters, OfAMax78002CountPixelsOfTheInput) {
  ModelBuilder builder(4, 8, 8);
  builder.conv(4).conv(4).max_pool(2, 2);
  const auto registers = registers_of(streamed(builder), k78002);
  ASSERT_EQ(registers.size(), 2u);
  EXPECT_EQ(registers[0], (StreamRegisters{1, 0, 0, 2}));
  // One padded row of 10; two more, 1 and 2 x 2; 2 x 2 columns left over at the end, for it is the last.
  EXPECT_EQ(registers[1], (StreamRegisters{10 + 2 * 10 + 1 + 4 + 2 * 2, 2, 10, 41}));
}

TEST(StreamRegisters, HaveNoBuffersWithoutAFifo) {
  ModelBuilder builder(4, 8, 8);
  streamed(builder.conv(4).conv(4)).model.fifo = Fifo::kNone;
  builder.model.allow_streaming = true;
  const auto registers = registers_of(builder, k78000);
  ASSERT_EQ(registers.size(), 2u);
  EXPECT_EQ(registers[0], StreamRegisters{});
  EXPECT_GT(registers[1].start, 0u);
  EXPECT_EQ(registers[1].buffer_words, 0u);
}

TEST(StreamRegisters, AreThoseOfTheLayersThatStream) {
  ModelBuilder builder(4, 8, 8);
  streamed(builder.conv(4).conv(4).conv(4)).last().streaming = false;
  EXPECT_EQ(registers_of(builder, k78000).size(), 2u);
}

/// A limit, how to break it, and what the refusal says.
struct Limit {
  const char* name;
  AcceleratorKind kind;
  ErrorCode code;
  std::function<ModelBuilder()> build;
  std::vector<std::string> parts;
};

const std::vector<Limit>& limits() {
  const auto no = ErrorCode::kInvalid, full = ErrorCode::kNoFit;
  static const std::vector<Limit> all{
      {"start",
       k78000,
       full,
       [] {
         ModelBuilder b(4, 20, 1020);
         return streamed(b.conv(4).conv(4).max_pool(16, 1));
       },
       {"layer1", "pixels it waits for", "below 16384", "17394"}},
      {"delta 1",
       k78002,
       full,
       [] {
         ModelBuilder b(4, 32, 32);
         return streamed(b.conv(4).eltwise(schemas::Eltwise::kAdd).max_pool(16, 16).reads_with(0x3));
       },
       {"layer0", "from output to output", "below 32", "it is 32"}},
      {"delta 2",
       k78000,
       full,
       [] {
         ModelBuilder b(4, 20, 1020);
         return streamed(b.conv(4).conv(4).max_pool(6, 6));
       },
       {"layer1", "from row to row", "below 4096", "5116"}},
      {"buffer",
       k78002,
       full,
       [] {
         ModelBuilder b(1, 16, 2000);
         b.model.input.data_format = schemas::DataFormat::kChw;
         return streamed(b.conv(4).max_pool(5, 5));
       },
       {"layer0", "rolling buffer, in words", "below 262144"}},
      {"frame",
       k78000,
       full,
       [] {
         ModelBuilder b(4, 1024, 1024);
         return streamed(b.conv(4, 3, 0).conv(4).max_pool(16, 16));
       },
       {"layer0", "input frame", "below 1048576", "it is 1048576"}},
      {"passes",
       k78002,
       full,
       [] {
         ModelBuilder b(4, 8, 8);
         return streamed(b.conv(512).conv(512).conv(512).conv(4));
       },
       {"layer3", "passes of the layers before it", "below 16", "it is 17"}},
      {"line buffer",
       k78000,
       full,
       [] {
         ModelBuilder b(4, 3, 900);
         return streamed(b.conv(4).conv(4).conv(4).conv(4).conv(4));
       },
       {"layer4", "line buffer", "below 4096", "4500"}},
      {"buffers overlap",
       k78000,
       no,
       [] {
         ModelBuilder b(4, 8, 8);
         return streamed(b.conv(4).conv(4).conv(4), 64);
       },
       {"layer2", "rolling buffer, bytes 128 to 231", "layer 'layer1', bytes 64 to 167"}},
      {"output on a buffer",
       k78000,
       no,
       [] {
         ModelBuilder b(4, 8, 8);
         streamed(b.conv(4).conv(4)).last().out_offset = 0x1010;
         return b;
       },
       {"layer1", "the output of layer 'layer1', bytes 4112 to 4367"}},
      {"output on the first buffer",
       k78000,
       no,
       [] {
         ModelBuilder b(4, 8, 8);
         streamed(b.conv(4).conv(4)).last().out_offset = 4;
         return b;
       },
       {"layer0", "the output of layer 'layer1', bytes 4 to 259"}},
      {"no room",
       k78000,
       full,
       [] {
         ModelBuilder b(4, 8, 8);
         streamed(b.conv(4).conv(4), 0x7fc0).last().out_offset = 0x1000;
         return b;
       },
       {"layer1", "rolling buffer needs 104 bytes", "from offset 32704", "has 32768"}},
  };
  return all;
}

TEST(StreamLimits, EachRefusesWhatBreaksIt) {
  for (const auto& limit : limits()) {
    SCOPED_TRACE(limit.name);
    const auto status = accel_model::check_rules(limit.build().build(), limit.kind);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, limit.code) << status.error().message;
    for (const auto& part : limit.parts)
      EXPECT_NE(status.error().message.find(part), std::string::npos)
          << part << " is not in: " << status.error().message;
  }
}

TEST(StreamLimits, AcceptLayersThatKeepThem) {
  for (const auto kind : {k78000, k78002}) {
    ModelBuilder builder(4, 64, 64);
    builder.conv(64).conv(64).max_pool(2, 2).conv(64).conv(16);
    const auto status = accel_model::check_rules(streamed(builder).build(), kind);
    EXPECT_TRUE(status) << status.error().message;
  }
}

TEST(StreamLimits, LetALaterLayerWriteWhereStreamsHaveEnded) {
  ModelBuilder builder(4, 8, 8);
  streamed(builder.conv(4).conv(4).conv(4)).last().streaming = false;
  builder.last().out_offset = 0;
  const auto status = accel_model::check_rules(builder.build(), k78000);
  EXPECT_TRUE(status) << status.error().message;
}

}  // namespace
}  // namespace synergy::accel_test
