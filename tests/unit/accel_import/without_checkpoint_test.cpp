// Descriptions that are imported without a checkpoint: what one would say follows from the description, and
// the model is that of a checkpoint but for the numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import_fixtures.hpp"
#include "synergy/accel/generated_weights.hpp"
#include "synergy/accel_import/import_network.hpp"
#include "synergy/documents/yaml_writer.hpp"

namespace synergy::accel_import {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kSeed = 4711;

documents::NpyArray zeros(std::vector<std::size_t> shape) {
  std::size_t count = 1;
  for (const auto size : shape) count *= size;
  return documents::npy_of(std::vector<std::int8_t>(count, 0), std::move(shape));
}

ImportOptions options_for(schemas::AcceleratorKind device) {
  ImportOptions options;
  options.name = ModelId("net");
  options.device = device;
  return options;
}

Result<NetworkYaml> network_of(const std::string& layers, const std::string& arch = "net") {
  return parse_network_yaml("arch: " + arch + "\ndataset: data\nlayers:\n" + layers, "net.yaml");
}

Result<ImportedModel> import_layers(const std::string& layers,
                                    const std::optional<documents::NpyArray>& sample = zeros({3, 8, 8}),
                                    schemas::AcceleratorKind device = schemas::AcceleratorKind::kMax78000) {
  const auto network = network_of(layers);
  if (!network) return network.error();
  return import_description(*network, kSeed, sample, options_for(device));
}

std::string error_of(const Result<ImportedModel>& model) {
  if (model) return "no error";
  EXPECT_EQ(model.error().code, ErrorCode::kInvalid);
  return model.error().message;
}

/// A branch, a shared kernel, a flattening, and widths of their own.
constexpr const char* kLayers =
    "  - {name: stem, op: conv2d, processors: 0x7, out_channels: 4, quantization: 4, out_offset: 0x1000, "
    "activate: relu}\n"
    "  - {name: one, op: conv2d, kernel_size: 1x1, pad: 0, processors: 0xf, out_channels: 4, out_offset: "
    "0x2000,\n"
    "     output_shift: -2, quantization: 2, output_processors: 0xf}\n"
    "  - {name: again, op: conv2d, kernel_size: 1x1, pad: 0, processors: 0xf, weight_source: one, "
    "out_offset: 0x3000,\n"
    "     output_processors: 0xf0}\n"
    "  - {name: both, in_sequences: [one, again], in_offset: 0x2000, op: conv2d, processors: 0xff, "
    "out_channels: 6,\n"
    "     out_offset: 0x4000, max_pool: 2, pool_stride: 2}\n"
    "  - {name: fc, op: linear, flatten: true, processors: 0x3f, out_channels: 5, out_offset: 0x5000}\n";

TEST(WithoutCheckpoint, TheModelIsThatOfACheckpointButForTheNumbers) {
  const auto network = network_of(kLayers);
  ASSERT_TRUE(network) << network.error().message;
  const auto checkpoint =
      checkpoint_of({filled("a.weight", {4, 3, 3, 3}, 1), filled("b.weight", {4, 4, 1, 1}, 1),
                     filled("c.weight", {6, 8, 3, 3}, 1), filled("d.weight", {5, 6 * 16}, 1)});
  const auto options = options_for(schemas::AcceleratorKind::kMax78000);
  const auto with = import_network(*network, checkpoint, zeros({3, 8, 8}), options);
  ASSERT_TRUE(with) << with.error().message;
  auto without = import_description(*network, kSeed, zeros({3, 8, 8}), options);
  ASSERT_TRUE(without) << without.error().message;
  EXPECT_TRUE(without->tensors.empty());
  EXPECT_EQ(without->description.weights_seed, kSeed);
  EXPECT_EQ(without->description.source, "imported from net.yaml, weights generated");
  EXPECT_EQ(without->description.layers[1].weights, without->description.layers[2].weights);
  without->description.weights_seed.reset();
  without->description.source = with->description.source;
  for (std::size_t k = 0; k < with->description.layers.size(); ++k)
    without->description.layers[k].weights = with->description.layers[k].weights;
  EXPECT_EQ(documents::to_yaml(without->description), documents::to_yaml(with->description));
}

TEST(WithoutCheckpoint, TheWeightsAreGeneratedInEachLayersWidthAndShape) {
  const auto model = import_layers(kLayers);
  ASSERT_TRUE(model) << model.error().message;
  const auto program = accel_model::build_program(model->description);
  ASSERT_TRUE(program) << program.error().message;
  const auto weights = accel::generate_weights(*program, kSeed);
  EXPECT_TRUE(check_weights(*program, weights));
  const std::vector<std::size_t> counts{4 * 3 * 9, 4 * 4, 4 * 4, 6 * 8 * 9, 5 * 6 * 16};
  for (std::size_t k = 0; k < counts.size(); ++k) {
    EXPECT_EQ(weights[k].weights.size(), counts[k]) << k;
    EXPECT_TRUE(weights[k].bias.empty()) << k;
  }
  for (const auto value : weights[1].weights) EXPECT_TRUE(value >= -2 && value <= 1) << int(value);
  EXPECT_EQ(weights[1].weights, weights[2].weights);
}

TEST(WithoutCheckpoint, OneDimensionalDepthwiseAndBinaryLayersHaveTheirKernels) {
  const auto model = import_layers(
      "  - {op: conv1d, kernel_size: 5, pad: 2, processors: 0x7, out_channels: 8, out_offset: 0x1000}\n"
      "  - {op: conv1d, kernel_size: 3, pad: 1, processors: 0xff, groups: 8, out_offset: 0x2000}\n"
      "  - {op: conv1d, kernel_size: 1, pad: 0, processors: 0xff, out_channels: 2, quantization: bin, "
      "out_offset: 0x3000}\n",
      zeros({3, 16, 1}), schemas::AcceleratorKind::kMax78002);
  ASSERT_TRUE(model) << model.error().message;
  const auto program = accel_model::build_program(model->description);
  ASSERT_TRUE(program) << program.error().message;
  const auto weights = accel::generate_weights(*program, kSeed);
  EXPECT_EQ(weights[0].weights.size(), 8u * 3 * 5);
  EXPECT_EQ(weights[1].weights.size(), 8u * 3);
  EXPECT_EQ(program->layers[1].output.channels, 8u);
  EXPECT_EQ(weights[2].weights.size(), 2u * 8);
  for (const auto value : weights[2].weights) EXPECT_EQ(std::abs(int(value)), 1);
}

TEST(WithoutCheckpoint, OutputChannelsThatAreNotGivenAreThoseOfTheMaskWithAWarning) {
  const auto model = import_layers(
      "  - {op: conv2d, processors: 7, out_channels: 2, out_offset: 0x1000}\n"
      "  - {name: two, op: conv2d, processors: 3}\n"
      "  - {op: none, processors: 3, out_offset: 0x2000}\n"
      "  - {op: conv2d, processors: 3, output_processors: 0xf0}\n"
      "  - {op: conv2d, processors: 0xf0, out_offset: 0x1000}\n"
      "output_map: 0x1f\n");
  ASSERT_TRUE(model) << model.error().message;
  std::vector<std::uint32_t> channels;
  for (const auto& layer : model->description.layers) channels.push_back(layer.out_channels);
  EXPECT_EQ(channels, (std::vector<std::uint32_t>{2, 2, 2, 4, 5}));
  ASSERT_EQ(model->warnings.size(), 1u);
  EXPECT_EQ(model->warnings[0],
            "net.yaml: out_channels that are not given are taken for the processors a layer writes with; a "
            "layer of "
            "several passes has more, and must say how many: layer 1 'two': 2, layer 3 'layer_3': 4, layer 4 "
            "'layer_4': 5");
}

TEST(WithoutCheckpoint, OutputChannelsThatNothingTellsAreAskedFor) {
  EXPECT_EQ(error_of(import_layers("  - {op: conv2d, processors: 7, out_channels: 2, out_offset: 0x1000}\n"
                                   "  - {name: two, op: conv2d, processors: 3}\n")),
            "net.yaml:5:5: layer 1 'two': out_channels must be given, because no checkpoint says how many "
            "there are; "
            "nothing reads the last layer, whose mask would tell");
}

TEST(WithoutCheckpoint, SharedWeightsHaveTheSourcesOutputChannels) {
  const auto model = import_layers(
      "  - {name: one, op: conv2d, processors: 7, out_channels: 3, out_offset: 0x1000}\n"
      "  - {op: conv2d, processors: 7, weight_source: one}\n");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.layers[1].out_channels, 3u);
}

TEST(WithoutCheckpoint, LayersBehindTheLastOneNeedNoOutputChannels) {
  const auto network = network_of(
      "  - {op: conv2d, processors: 7, out_channels: 2, out_offset: 0x1000}\n"
      "  - {op: conv2d, processors: 3}\n");
  ASSERT_TRUE(network) << network.error().message;
  auto options = options_for(schemas::AcceleratorKind::kMax78000);
  options.stop_after = 0;
  const auto model = import_description(*network, kSeed, zeros({3, 8, 8}), options);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.layers.size(), 1u);
}

TEST(WithoutCheckpoint, TheInputsShapeMustBeKnown) {
  const std::string rest = "out_channels: 2, out_offset: 0x1000}\n";
  EXPECT_THAT(error_of(import_layers("  - {op: conv2d, processors: 7, " + rest, std::nullopt)),
              HasSubstr("net.yaml:4:5: layer 0: the shape of the input is not known"));
  const auto model =
      import_layers("  - {op: conv2d, processors: 7, in_channels: 3, in_dim: [6, 8], " + rest, std::nullopt);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.input.channels, 3u);
}

TEST(WithoutCheckpoint, NetworksOfArchTestAreImported) {
  const auto network =
      network_of("  - {op: conv2d, processors: 7, out_channels: 2, out_offset: 0x1000}\n", "test");
  ASSERT_TRUE(network) << network.error().message;
  const auto options = options_for(schemas::AcceleratorKind::kMax78000);
  EXPECT_TRUE(import_description(*network, kSeed, zeros({3, 8, 8}), options));
  EXPECT_THAT(error_of(import_network(*network, checkpoint_of({}), zeros({3, 8, 8}), options)),
              HasSubstr("arch 'test' takes no checkpoint; such networks are imported with --weights seed:N"));
}

TEST(WithoutCheckpoint, SharedKernelsMustBeAlike) {
  const std::string first = "  - {op: conv2d, processors: 7, out_channels: 8, out_offset: 0x1000}\n";
  EXPECT_THAT(
      error_of(import_layers(first +
                             "  - {op: conv2d, processors: 0xff, weight_source: 0, out_offset: 0x2000}\n")),
      HasSubstr("net.yaml:5:5: layer 1: has kernels of 8 inputs and 8 outputs; those it shares with layer 0 "
                "have 3 and 8"));
  EXPECT_THAT(
      error_of(import_layers(first + "  - {op: conv2d, processors: 7, in_sequences: input, weight_source: 0, "
                                     "out_channels: 4, out_offset: 0x2000}\n")),
      HasSubstr("has kernels of 3 inputs and 4 outputs"));
  EXPECT_THAT(
      error_of(import_layers(first + "  - {op: conv2d, processors: 7, in_sequences: input, weight_source: 0, "
                                     "quantization: 4, out_offset: 0x2000}\n")),
      HasSubstr("another quantization than its weight_source"));
}

}  // namespace
}  // namespace synergy::accel_import
