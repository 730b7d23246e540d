// The vendor tool's network description: its own ways of writing values, and its strictness.
#include "synergy/accel_import/network_yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import_fixtures.hpp"

namespace synergy::accel_import {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A network of one layer with these lines, which begin with key: value.
std::string with_layer(const std::string& lines) {
  return "arch: net\ndataset: data\nlayers:\n  - processors: 1\n    " + lines + "\n";
}

LayerYaml layer(const std::string& lines) {
  const auto network = parse_network_yaml(with_layer(lines), "net.yaml");
  EXPECT_TRUE(network) << network.error().message;
  return network ? network->layers.at(0) : LayerYaml{};
}

std::string error_of(const std::string& text) {
  const auto network = parse_network_yaml(text, "net.yaml");
  if (network) return "no error";
  EXPECT_EQ(network.error().code, ErrorCode::kInvalid);
  return network.error().message;
}

TEST(NetworkYaml, TheInventedNetworkIsReadWithItsPlaces) {
  const auto network = read_network_yaml(data_file("bracelet.yaml"));
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(*network->arch, "bracelet");
  ASSERT_EQ(network->layers.size(), 7u);
  EXPECT_EQ(network->layers[0].place, data_file("bracelet.yaml") + ":7:5");
  EXPECT_EQ(network->layers[1].output_processors->bits, 0xffu);
  EXPECT_EQ(network->layers[2].in_sequences->items.at(0).name, "stem");
  EXPECT_EQ(network->layers[3].in_sequences->items.at(1).number, 2);
  EXPECT_EQ(read_network_yaml("/nowhere.yaml").error().code, ErrorCode::kNotFound);
}

TEST(NetworkYaml, MasksAreNumbersOrHexadecimalTextWithPartsForTheEye) {
  EXPECT_EQ(layer("output_processors: 0xffffffffffffffff").output_processors->bits, ~std::uint64_t(0));
  EXPECT_EQ(layer("output_processors: 0xffff.0000").output_processors->bits, 0xffff0000u);
  EXPECT_EQ(layer("output_processors: 'ff_00'").output_processors->bits, 0xff00u);
  for (const std::string bad :
       {"0", "-1", "0x1ffffffffffffffff", "'0x'", "'-1'", "xyz", "[1]", "1.5", "null"})
    EXPECT_THAT(error_of(with_layer("output_processors: " + bad)),
                HasSubstr("a mask of processors from 1 to 0xffffffffffffffff"))
        << bad;
}

TEST(NetworkYaml, NamesOfOperatorsAreReadWhateverTheirCase) {
  using schemas::Eltwise;
  using schemas::Operator;
  EXPECT_EQ(layer("op: Conv2d").op->op, Operator::kConv2d);
  EXPECT_EQ(layer("operation: CONVTRANSPOSE2D").op->op, Operator::kConvTranspose2d);
  for (const auto* name : {"linear", "fc", "MLP"})
    EXPECT_EQ(layer("operator: " + std::string(name)).op->op, Operator::kLinear);
  for (const auto* name : {"none", "None", "passthrough"})
    EXPECT_EQ(layer("convolution: " + std::string(name)).op->op, Operator::kPassthrough);
  EXPECT_EQ(layer("op: bitwise_xor").op->op, Operator::kPassthrough);
  EXPECT_EQ(layer("op: bitwise_xor").op->eltwise, Eltwise::kXor);
  EXPECT_EQ(layer("op: Add").op->eltwise, Eltwise::kAdd);
  EXPECT_EQ(layer("eltwise: Sub").eltwise, Eltwise::kSub);
  EXPECT_THAT(error_of(with_layer("op: conv3d")),
              HasSubstr("net.yaml:5:9: layers[0]: op: unknown value 'conv3d'"));
}

TEST(NetworkYaml, ValuesOfOtherKeysAreReadInTheirForms) {
  EXPECT_EQ(layer("kernel_size: 3x3").kernel_size->columns, 3u);
  EXPECT_TRUE(layer("kernel_size: 9").kernel_size->one_number);
  EXPECT_EQ(layer("max_pool: [2, 3]").max_pool, (PoolSize{{2, 3}, false}));
  EXPECT_EQ(layer("avg_pool: 4").avg_pool, (PoolSize{{4, 4}, true}));
  EXPECT_EQ(layer("in_dim: 16").in_dim, (schemas::Extent{16, 1}));
  EXPECT_EQ(layer("in_dim: [4, 5]").in_dim, (schemas::Extent{4, 5}));
  EXPECT_TRUE(layer("quantization: Bin").quantization->binary);
  EXPECT_EQ(layer("quantization: 2").quantization->bits, 2u);
  EXPECT_EQ(layer("data_format: big").data_format, schemas::DataFormat::kChw);
  EXPECT_THAT(layer("bias_quadrant: 2").bias_group->items, ElementsAre(2));
  EXPECT_THAT(layer("bias_group: [0, 3]").bias_group->items, ElementsAre(0, 3));
  EXPECT_EQ(layer("in_skip: 3").read_gap, 3u);
  EXPECT_EQ(layer("in_sequences: -1").in_sequences->items.at(0).number, -1);
  for (const auto* yes : {"true", "True", "yes", "on", "1"})
    EXPECT_EQ(layer("flatten: " + std::string(yes)).flatten, true);
  for (const auto* no : {"false", "No", "OFF", "0"})
    EXPECT_EQ(layer("flatten: " + std::string(no)).flatten, false);
}

TEST(NetworkYaml, ValuesThatAreNoneOfTheirKeyAreRefusedWithTheirLine) {
  for (const std::string bad :
       {"quantization: 3", "quantization: ternary", "kernel_size: 3by3", "pad: -1", "pad: wide",
        "flatten: perhaps", "activate: gelu", "eltwise: mul", "data_format: nchw", "max_pool: [1, 2, 3]",
        "out_offset: -4", "out_offset: 0x100000000", "in_sequences: [1.5]", "in_crop: 3", "name: 7",
        "in_dim: [1]"})
    EXPECT_THAT(error_of(with_layer(bad)), HasSubstr("net.yaml:5:")) << bad;
}

TEST(NetworkYaml, NumbersAreThoseOfYaml11) {
  EXPECT_EQ(layer("output_processors: 0b101").output_processors->bits, 5u);
  EXPECT_EQ(layer("output_processors: 0x0000_00ff").output_processors->bits, 0xffu);
  EXPECT_EQ(layer("out_offset: 0o20").out_offset, 16u);
  EXPECT_EQ(layer("out_offset: 020").out_offset, 16u);
  EXPECT_EQ(layer("out_offset: 1_000").out_offset, 1000u);
  // Quoted, it is text, and text is hexadecimal.
  EXPECT_EQ(layer("output_processors: \"0b1\"").output_processors->bits, 0xb1u);
}

TEST(NetworkYaml, LayersMayTakeKeysOverFromAnAnchor) {
  const auto network = parse_network_yaml(
      "arch: a\ndataset: d\nlayers:\n  - &conv {op: conv2d, pad: 1, processors: 1}\n"
      "  - {<<: *conv, pad: 2, name: second}\n",
      "net.yaml");
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->layers.at(1).processors->bits, 1u);
  EXPECT_EQ(network->layers.at(1).pad, 2u);
  EXPECT_EQ(network->layers.at(0).pad, 1u);
}

TEST(NetworkYaml, AnUnknownKeyIsRefusedWithTheLikelyOne) {
  EXPECT_THAT(error_of(with_layer("max_pol: 2")),
              HasSubstr("net.yaml:5:14: layers[0]: unknown key 'max_pol'; did you mean 'max_pool'?"));
  EXPECT_THAT(error_of("arch: a\ndataset: d\nlayer: []\n"),
              HasSubstr("net.yaml:3:8: unknown key 'layer'; did you mean 'layers'?"));
  EXPECT_THAT(error_of("arch: a\ndataset: d\nlayers: [{processors: 1}]\nunload:\n  - {procesors: 1}\n"),
              HasSubstr("unknown key 'procesors'"));
}

TEST(NetworkYaml, AKeyTwiceAndTwoNamesOfOneKeyAreRefused) {
  EXPECT_THAT(error_of(with_layer("pad: 1\n    pad: 2")),
              HasSubstr("net.yaml:6:10: layers[0]: 'pad' is given twice"));
  for (const std::string pair : {"op: conv2d\n    operation: conv2d", "activate: relu\n    activation: relu",
                                 "groups: 1\n    conv_groups: 1", "bias_group: 0\n    bias_quadrant: 0",
                                 "read_gap: 1\n    in_skip: 1", "operator: fc\n    convolution: fc"})
    EXPECT_THAT(error_of(with_layer(pair)), HasSubstr("are two names of one key; give one")) << pair;
  EXPECT_THAT(error_of("arch: a\narch: b\ndataset: d\nlayers: []\n"), HasSubstr("'arch' is given twice"));
}

TEST(NetworkYaml, ArchDatasetAndLayersMustBeThere) {
  EXPECT_THAT(error_of("dataset: d\nlayers: [{processors: 1}]\n"), HasSubstr("'arch' is missing"));
  EXPECT_THAT(error_of("arch: a\nlayers: [{processors: 1}]\n"), HasSubstr("'dataset' is missing"));
  EXPECT_THAT(error_of("arch: a\ndataset: d\n"), HasSubstr("'layers' is missing or empty"));
  EXPECT_THAT(error_of("arch: a\ndataset: d\nlayers: {}\n"), HasSubstr("expected a list of layers"));
  EXPECT_THAT(error_of("- 1\n"), HasSubstr("expected a map"));
  EXPECT_THAT(error_of(""), HasSubstr("net.yaml"));
}

TEST(NetworkYaml, AnAbsurdNumberOfLayersIsRefused) {
  std::string text = "arch: a\ndataset: d\nlayers:\n";
  for (std::size_t i = 0; i <= kMaxYamlLayers; ++i) text += "- {}\n";
  EXPECT_THAT(error_of(text), HasSubstr("has 1025 layers; at most 1024 are read"));
}

TEST(NetworkYaml, MemoryEntriesNeedTheirFourKeys) {
  const std::string begin = "arch: a\ndataset: d\nlayers: [{processors: 1}]\ndata_buffer:\n  - ";
  const auto network =
      parse_network_yaml(begin + "{processors: 0xf, dim: 9, channels: 4, offset: 0x100, name: b}\n", "n");
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->data_buffer.at(0).dim, (schemas::Extent{9, 1}));
  EXPECT_THAT(error_of(begin + "{processors: 0xf, dim: 9, channels: 4}\n"),
              HasSubstr("net.yaml:5:5: data_buffer[0]: needs processors, channels, dim and offset"));
}

}  // namespace
}  // namespace synergy::accel_import
