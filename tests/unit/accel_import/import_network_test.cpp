// Whole imports: two invented networks against files that were checked by hand, and what is refused.
#include "synergy/accel_import/import_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import_fixtures.hpp"
#include "synergy/documents/yaml_writer.hpp"
#include "temporary_folder.hpp"

namespace synergy::accel_import {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

ImportOptions options_for(const std::string& name,
                          schemas::AcceleratorKind device = schemas::AcceleratorKind::kMax78000) {
  ImportOptions options;
  options.name = ModelId(name);
  options.device = device;
  return options;
}

Result<ImportedModel> import_files(const std::string& name, schemas::AcceleratorKind device) {
  const auto network = read_network_yaml(data_file(name + ".yaml"));
  if (!network) return network.error();
  const auto checkpoint = read_checkpoint(data_file(name + ".pth.tar"));
  if (!checkpoint) return checkpoint.error();
  const auto sample = read_sample(data_file(name + ".npy"));
  if (!sample) return sample.error();
  return import_network(*network, *checkpoint, *sample, options_for(name, device));
}

std::vector<std::int8_t> values_of(const ImportedModel& model, const std::string& file) {
  const auto values = model.tensors.at(file).as_int8();
  return {values.begin(), values.end()};
}

std::vector<std::int8_t> bytes_of(const std::vector<double>& numbers) {
  return {numbers.begin(), numbers.end()};
}

/// A conv2d layer of `outputs` channels for each entry, with weights that are all 1 and one input channel.
Checkpoint convolutions(std::vector<std::uint64_t> outputs, std::uint64_t inputs = 1) {
  std::vector<CheckpointTensor> tensors;
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    tensors.push_back(filled("c" + std::to_string(k) + ".weight", {outputs[k], inputs, 3, 3}, double(2 + k)));
    inputs = outputs[k];
  }
  return checkpoint_of(std::move(tensors));
}

documents::NpyArray zeros(std::vector<std::size_t> shape) {
  std::size_t count = 1;
  for (const auto size : shape) count *= size;
  return documents::npy_of(std::vector<std::int8_t>(count, 0), std::move(shape));
}

/// Lines of layers, each beginning with two spaces and a dash.
Result<ImportedModel> import_layers(const std::string& layers, const Checkpoint& checkpoint,
                                    const std::optional<documents::NpyArray>& sample = zeros({1, 8, 8}),
                                    const ImportOptions& options = options_for("net")) {
  const auto network = parse_network_yaml("arch: net\ndataset: data\nlayers:\n" + layers, "net.yaml");
  if (!network) return network.error();
  return import_network(*network, checkpoint, sample, options);
}

std::string error_of(const Result<ImportedModel>& model) {
  if (model) return "no error";
  EXPECT_EQ(model.error().code, ErrorCode::kInvalid);
  return model.error().message;
}

TEST(Import, TheTwoDimensionalNetworkIsDescribedAsExpected) {
  const auto model = import_files("bracelet", schemas::AcceleratorKind::kMax78000);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(documents::to_yaml(model->description), text_of_file(data_file("bracelet-model.yaml")));
  EXPECT_EQ(model->input->shape, (std::vector<std::size_t>{3, 8, 8}));
}

TEST(Import, TheOneDimensionalNetworkIsDescribedAsExpected) {
  const auto model = import_files("anklet", schemas::AcceleratorKind::kMax78002);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(documents::to_yaml(model->description), text_of_file(data_file("anklet-model.yaml")));
  EXPECT_EQ(model->input->shape, (std::vector<std::size_t>{4, 32, 1}));
}

TEST(Import, TensorsHoldTheCheckpointsNumbers) {
  const auto model = import_files("bracelet", schemas::AcceleratorKind::kMax78000);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(values_of(*model, "weights_0.npy"), bytes_of(made_numbers(1, 8 * 3 * 9, 8)));
  EXPECT_EQ(values_of(*model, "weights_2.npy"), bytes_of(made_numbers(2, 8 * 8 * 9, 4)));
  EXPECT_EQ(values_of(*model, "weights_3.npy"), bytes_of(made_numbers(3, 16 * 8, 8)));
  EXPECT_EQ(values_of(*model, "weights_6.npy"), bytes_of(made_numbers(5, 5 * 64, 2)));
  EXPECT_EQ(values_of(*model, "bias_0.npy"), bytes_of(made_numbers(1, 8, 8)));
  EXPECT_EQ(values_of(*model, "bias_6.npy"), bytes_of(made_numbers(5, 5, 8)));
  const auto ours = values_of(*model, "weights_4.npy");
  const auto theirs = bytes_of(made_numbers(4, 16 * 4 * 9, 8));  // (in, out, rows, columns)
  for (std::size_t in = 0; in < 16; ++in)
    for (std::size_t out = 0; out < 4; ++out)
      for (std::size_t tap = 0; tap < 9; ++tap)
        ASSERT_EQ(ours[(out * 16 + in) * 9 + tap], theirs[(in * 4 + out) * 9 + 8 - tap]);
}

TEST(Import, TheLastLayersMaskIsTheLowestProcessorsUnlessOneIsGiven) {
  const auto mask = [](std::uint64_t channels, const std::string& more = {}) {
    const auto model = import_layers("  - {op: conv2d, processors: 1}\n" + more, convolutions({channels}));
    EXPECT_TRUE(model) << error_of(model);
    return model ? model->description.layers.back().output_processors : 0;
  };
  EXPECT_EQ(mask(10), 0x3ffu);
  EXPECT_EQ(mask(64), ~std::uint64_t(0));
  EXPECT_EQ(mask(100), (std::uint64_t(1) << 52) - 1);
  EXPECT_EQ(mask(120), (std::uint64_t(1) << 60) - 1);
  EXPECT_EQ(mask(10, "output_map: 0xffc00\n"), 0xffc00u);
}

TEST(Import, PointConvolutionsInAndBehindAStreamingLayerGrowAMarginOfZeros) {
  const auto checkpoint =
      checkpoint_of({filled("a.weight", {2, 1, 3, 3}, 1), filled("b.weight", {2, 2, 1, 1}, 5),
                     filled("c.weight", {2, 2, 1, 1}, 6)});
  const auto model = import_layers(
      "  - {op: conv2d, processors: 1, streaming: true}\n"
      "  - {op: conv2d, kernel_size: 1x1, pad: 0, processors: 3}\n"
      "  - {op: conv2d, kernel_size: 1x1, pad: 0, processors: 3}\n",
      checkpoint);
  ASSERT_TRUE(model) << model.error().message;
  const auto& layers = model->description.layers;
  EXPECT_EQ(layers[1].kernel_size, 3u);
  EXPECT_EQ(layers[1].pad, 1u);
  EXPECT_THAT(model->tensors.at("weights_1.npy").shape, ElementsAre(2, 2, 3, 3));
  const auto wide = values_of(*model, "weights_1.npy");
  for (std::size_t i = 0; i < wide.size(); ++i) EXPECT_EQ(wide[i], i % 9 == 4 ? 5 : 0);
  EXPECT_EQ(layers[2].kernel_size, 1u);
  EXPECT_EQ(*layers[2].in_dim, (schemas::Extent{8, 8}));
}

TEST(Import, EqualTensorsShareAFileUnlessTheirWidthDiffers) {
  const auto layer = [](const std::string& more) {
    return "  - {op: conv2d, processors: 1, out_channels: 1" + more + "}\n";
  };
  const auto checkpoint = checkpoint_of({filled("a.weight", {1, 1, 3, 3}, 1), filled("a.bias", {1}, 128),
                                         filled("b.weight", {1, 1, 3, 3}, 1), filled("b.bias", {1}, 128),
                                         filled("c.weight", {1, 1, 3, 3}, 1)});
  const auto model = import_layers(layer("") + layer("") + layer(", quantization: 4"), checkpoint);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.layers[1].weights, "weights_0.npy");
  EXPECT_EQ(model->description.layers[1].bias, "bias_0.npy");
  EXPECT_EQ(model->description.layers[2].weights, "weights_2.npy");
  EXPECT_EQ(model->tensors.size(), 3u);
}

TEST(Import, ConcatenatedSourcesAddTheirChannelsAndElementWiseOnesDoNot) {
  const auto checkpoint =
      checkpoint_of({filled("a.weight", {2, 1, 3, 3}, 2), filled("b.weight", {2, 2, 3, 3}, 3),
                     filled("c.weight", {3, 4, 3, 3}, 4), filled("d.weight", {1, 3, 3, 3}, 5)});
  const std::string begin =
      "  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3, output_processors: 0xc}\n";
  const auto model = import_layers(begin +
                                       "  - {op: conv2d, in_sequences: [0, 1], processors: 0xf}\n"
                                       "  - {op: conv2d, processors: 7}\n",
                                   checkpoint);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.layers[2].in_channels, 4u);
  EXPECT_THAT(model->description.layers[2].in_sequences, ElementsAre("layer_0", "layer_1"));
  const auto sum = import_layers(
      "  - {op: conv2d, processors: 1}\n  - {op: sub, in_sequences: [0, 0], operands: 2, "
      "processors: 3, output_shift: 0}\n",
      convolutions({2}));
  ASSERT_TRUE(sum) << sum.error().message;
  EXPECT_EQ(sum->description.layers[1].in_channels, 2u);
  EXPECT_EQ(sum->description.layers[1].eltwise, schemas::Eltwise::kSub);
  EXPECT_EQ(sum->description.layers[1].pad, 0u);
}

TEST(Import, OptionsOfTheToolAreTakenOver) {
  auto options = options_for("net");
  options.fifo = schemas::Fifo::kFast;
  options.avg_pool_rounding = options.overlap_data = options.legacy_operands = true;
  options.weight_start = 7;
  options.stop_after = 1;
  options.no_bias = {0};
  auto checkpoint = convolutions({1, 1, 1});
  checkpoint.tensors.push_back(filled("c0.bias", {1}, 128));
  checkpoint.tensors.push_back(filled("c1.bias", {1}, 128));
  const auto model = import_layers(
      "  - {op: conv2d, processors: 1, avg_pool: 2, pool_stride: 2}\n"
      "  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 1}\n",
      checkpoint, zeros({1, 8, 8}), options);
  ASSERT_TRUE(model) << model.error().message;
  const auto& made = model->description;
  EXPECT_EQ(made.layers.size(), 2u);
  EXPECT_TRUE(made.layers[1].output);
  EXPECT_TRUE(made.layers[0].avg_pool_rounding);
  EXPECT_EQ(made.layers[0].bias, "");
  EXPECT_EQ(made.layers[1].bias, "bias_1.npy");
  EXPECT_EQ(made.fifo, schemas::Fifo::kFast);
  EXPECT_TRUE(made.overlap_data && made.legacy_operands);
  EXPECT_EQ(made.weight_start, 7u);
}

TEST(Import, WithoutASampleTheFirstLayerMustGiveTheShape) {
  const auto model =
      import_layers("  - {op: conv2d, processors: 1, in_dim: [6, 5]}\n", convolutions({2}), std::nullopt);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.input, (schemas::InputDescription{1, 6, 5, schemas::DataFormat::kHwc}));
  EXPECT_THAT(error_of(import_layers("  - {op: conv2d, processors: 1}\n", convolutions({2}), std::nullopt)),
              HasSubstr("net.yaml:4:5: layer 0: the shape of the input is not known"));
}

TEST(Import, ADataBufferIsReadByItsName) {
  const auto checkpoint = checkpoint_of({filled("a.weight", {4, 4, 3}, 2)});
  const auto model = import_layers(
      "  - {op: passthrough, name: shift, in_sequences: window, buffer_shift: 1, in_offset: 0, out_offset: "
      "0,\n"
      "     in_dim: 9, in_channels: 4, processors: 0xf, output_processors: 0xf}\n"
      "  - {op: conv1d, kernel_size: 3, in_sequences: Window, in_offset: 0, out_offset: 0x100, in_dim: 9,\n"
      "     in_channels: 4, processors: 0xf}\n"
      "data_buffer:\n  - {processors: 0xf, dim: 9, channels: 4, offset: 0, name: window}\n",
      checkpoint, zeros({4, 9, 1}));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.data_buffer->height, 9u);
  EXPECT_THAT(model->description.layers[1].in_sequences, ElementsAre("window"));
}

TEST(Import, OneNumberOfAPoolingIsALengthOn1dData) {
  const auto pooled = [](const std::string& op, const std::string& keys,
                         const std::vector<std::size_t>& sample) {
    std::size_t count = 1;
    for (const auto size : sample) count *= size;
    const auto model =
        import_layers("  - {op: " + op + ", processors: 0xf, " + keys + "}\n", checkpoint_of({}),
                      documents::npy_of(std::vector<std::int8_t>(count, 1), sample));
    if (!model) return std::string(model.error().message);
    const auto& layer = model->description.layers[0];
    const auto extent = [](const schemas::Extent& e) {
      return std::to_string(e.rows) + "x" + std::to_string(e.columns);
    };
    const auto window = layer.avg_pool ? layer.avg_pool : layer.max_pool;
    return extent(*window) + " " + extent(layer.pool_stride) + " " + extent(layer.pool_dilation);
  };
  EXPECT_EQ(pooled("none", "avg_pool: 16, pool_stride: 16", {4, 32, 1}), "16x1 16x1 1x1");
  EXPECT_EQ(pooled("none", "max_pool: 2, pool_stride: 2, pool_dilation: 3", {4, 32, 1}), "2x1 2x1 3x1");
  EXPECT_EQ(pooled("add", "avg_pool: 4, pool_stride: 4", {8, 32, 1}), "4x1 4x1 1x1");
  EXPECT_EQ(pooled("none", "avg_pool: 4, pool_stride: 4", {4, 32, 4}), "4x4 4x4 1x1");
  EXPECT_EQ(pooled("none", "avg_pool: [16, 1], pool_stride: [16, 1]", {4, 32, 1}), "16x1 16x1 1x1");
  EXPECT_EQ(
      pooled("none", "avg_pool: [4, 4], pool_stride: [4, 4]", {4, 32, 1}),
      "net.yaml:4:5: layer 0: pooling with a window of 4 x 4 leaves nothing of its input, which has 32 x 1 "
      "pixels");
}

TEST(Import, WeightsAndWhatTheyMultiplyMustBeAsMany) {
  const auto refusal = [](const std::string& second, std::vector<std::uint64_t> shape) {
    const auto model = import_layers(
        "  - {op: conv2d, processors: 1, output_processors: 0xff}\n  - {" + second + ", processors: 0xff}\n",
        checkpoint_of({filled("a.weight", {8, 1, 3, 3}, 1), filled("b.op.weight", std::move(shape), 1)}),
        zeros({1, 8, 8}));
    return error_of(model);
  };
  EXPECT_EQ(refusal("op: mlp, flatten: true", {2, 512}), "no error");
  EXPECT_THAT(
      refusal("op: mlp, flatten: true", {2, 128}),
      HasSubstr("net.yaml:5:5: layer 1: the weights (b.op.weight) have 128 inputs, the flattened input has "
                "512 (8 x 8 x 8)"));
  EXPECT_THAT(
      refusal("op: conv2d", {2, 4, 3, 3}),
      HasSubstr("net.yaml:5:5: layer 1: the weights (b.op.weight) have 4 inputs, the input has 8 channels"));
  EXPECT_THAT(refusal("op: conv2d, in_channels: 8", {2, 4, 3, 3}),
              HasSubstr("layer 1: the weights (b.op.weight) have 4 inputs, in_channels says 8"));
}

struct Refused {
  const char* layers;
  const char* message;
};
class ImportRefuses : public ::testing::TestWithParam<Refused> {};

TEST_P(ImportRefuses, WithPlaceAndReason) {
  const auto message = error_of(import_layers(GetParam().layers, convolutions({2, 2})));
  EXPECT_THAT(message, HasSubstr(GetParam().message));
  EXPECT_THAT(message, ::testing::StartsWith("net.yaml"));
}

INSTANTIATE_TEST_SUITE_P(
    , ImportRefuses,
    ::testing::Values(
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d}\n",
                "net.yaml:5:5: layer 1: 'processors' is missing"},
        Refused{"  - {op: conv2d, processors: 1, sequence: 32}\n  - {op: conv2d, processors: 3}\n",
                "layer number 32: the device has layers 0 to 31"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3, sequence: 0}\n",
                "layer number 0 is given twice"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3, sequence: 2}\n",
                "without gaps; 1 is missing"},
        Refused{"  - {op: conv2d, processors: 1, operands: 2}\n  - {op: conv2d, processors: 3}\n",
                "operands can only be given with"},
        Refused{
            "  - {op: conv2d, processors: 1, eltwise: add, operands: 17}\n  - {op: conv2d, processors: 3}\n",
            "operands must be 2 to 16, not 17"},
        Refused{"  - {op: conv2d, processors: 1, pool_dilation: 2}\n  - {op: conv2d, processors: 3}\n",
                "pool_dilation needs pooling"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: none, dilation: 2, processors: 3}\n  - {op: "
                "conv2d, processors: 3}\n",
                "dilation needs a convolution"},
        Refused{"  - {op: conv2d, processors: 1, dilation: 2}\n  - {op: conv2d, processors: 3}\n",
                "only conv1d has a dilation"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: fc, kernel_size: 1, processors: 3}\n",
                "kernel_size can not be given for a linear layer"},
        Refused{"  - {op: conv2d, processors: 1, kernel_size: 5x5}\n  - {op: conv2d, processors: 3}\n",
                "kernel_size of conv2d is 1x1 or 3x3"},
        Refused{
            "  - {op: convtranspose2d, processors: 1, kernel_size: 1x1}\n  - {op: conv2d, processors: 3}\n",
            "kernel_size of convtranspose2d is 3x3"},
        Refused{"  - {op: conv1d, processors: 1, kernel_size: 10}\n  - {op: conv2d, processors: 3}\n",
                "kernel_size must be 1 to 9"},
        Refused{"  - {op: conv2d, processors: 1, stride: 2}\n  - {op: conv2d, processors: 3}\n",
                "stride must be 1 for this operator"},
        Refused{"  - {op: conv2d, processors: 1, stride: [1, 2]}\n  - {op: conv2d, processors: 3}\n",
                "stride must be equal both ways"},
        Refused{"  - {op: conv2d, processors: 1, max_pool: 2, stride: 2}\n  - {op: conv2d, processors: 3}\n",
                "stride must be 1 with pooling"},
        Refused{"  - {op: conv2d, processors: 1, output_pad: 1}\n  - {op: conv2d, processors: 3}\n",
                "output_pad must be 0"},
        Refused{"  - {op: conv2d, processors: 1, pool_first: false}\n  - {op: conv2d, processors: 3}\n",
                "pool_first: false needs pooling and"},
        Refused{"  - {op: conv2d, processors: 1, output_width: 16}\n  - {op: conv2d, processors: 3}\n",
                "output_width must be 8 or 32, not 16"},
        Refused{"  - {op: conv2d, processors: 1, out_offset: 0x20000}\n  - {op: conv2d, processors: 3}\n",
                "out_offset 0x20000 is not below 0x20000"},
        Refused{"  - {op: conv2d, processors: 1, quantization: bin}\n  - {op: conv2d, processors: 3}\n",
                "a MAX78000 has no +1/-1 weights"},
        Refused{"  - {op: conv2d, processors: 1, name: Stop}\n  - {op: conv2d, processors: 3}\n",
                "the name 'Stop' is reserved"},
        Refused{"  - {op: conv2d, processors: 1, name: a}\n  - {op: conv2d, processors: 3, name: A}\n",
                "the name is given twice"},
        Refused{"  - {op: conv2d, processors: 1, name: stem}\n  - {op: conv2d, processors: 3, in_sequences: "
                "sten}\n",
                "in_sequences: unknown layer 'sten'; did you mean 'stem'?"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3, in_sequences: 1}\n",
                "in_sequences names layer 1, which does not run before this one"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3, in_sequences: []}\n",
                "in_sequences is empty"},
        Refused{"  - {op: conv2d, processors: 1, next_sequence: 0}\n  - {op: conv2d, processors: 3}\n",
                "next_sequence must be the next layer or stop"},
        Refused{"  - {op: conv2d, processors: 1, snoop_sequence: 1}\n  - {op: conv2d, processors: 3}\n",
                "conditional execution (snoop_sequence) is not emulated"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3, data_format: chw}\n",
                "data_format chw is for the first layer only"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3, in_sequences: [0, -1]}\n",
                "sources of 2 and of 1 channels"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: none, max_pool: 2, pool_stride: 2, processors: "
                "3}\n  - {op: conv2d, processors: 3, in_sequences: [0, 1]}\n",
                "sources of different sizes; in_dim must say"},
        Refused{"  - {op: conv2d, processors: 1, max_pool: 9}\n  - {op: conv2d, processors: 3}\n",
                "pooling with a window of 9 x 9 leaves nothing of its input, which has 8 x 8 pixels"},
        Refused{"  - {op: conv2d, processors: 1, max_pool: 0}\n  - {op: conv2d, processors: 3}\n",
                "from 1 on"},
        Refused{"  - {op: conv2d, processors: 1, in_crop: [4, 4]}\n  - {op: conv2d, processors: 3}\n",
                "in_crop leaves nothing"},
        Refused{"  - {op: conv2d, processors: 1, pad: 0, max_pool: 7}\n  - {op: conv2d, processors: 3}\n",
                "would put out 0 x 0 pixels"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3}\n  - {op: conv2d, "
                "processors: 3, weight_source: 2}\n",
                "weight_source names layer 2, which has no weights of its own"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: none, processors: 3}\n  - {op: conv2d, "
                "processors: 3, weight_source: 1}\n  - {op: conv2d, processors: 3}\n",
                "weight_source names layer 1, which has no weights of its own"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: none, processors: 3, buffer_shift: 0}\n  - {op: "
                "conv2d, processors: 3}\n",
                "buffer_shift and buffer_insert must be 1 or more"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3, buffer_shift: 1}\n",
                "buffer_shift needs op: passthrough"},
        Refused{"  - {op: conv2d, processors: 1}\n  - {op: conv2d, processors: 3}\n  - {op: conv2d, "
                "processors: 3}\n",
                "has 3 layers with weights, x.pth.tar has weights of 2"}));

TEST(Import, WeightsBeyondTheLastLayerAreLeftOutAndNamed) {
  const auto model = import_layers("  - {op: conv2d, processors: 1}\n", convolutions({2, 2}));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT(model->warnings,
              ElementsAre("x.pth.tar: c1.weight belongs to no layer and is left out: net.yaml has 1 "
                          "layers with weights"));
  EXPECT_EQ(model->tensors.size(), 1u);
}

TEST(Import, ADataBufferOrInputOfAbsurdSizeIsRefused) {
  const std::string layer = "  - {op: conv2d, processors: 1}\n";
  EXPECT_THAT(error_of(import_layers(
                  layer + "data_buffer: [{processors: 1, dim: 0, channels: 1, offset: 0, name: b}]\n",
                  convolutions({2}))),
              HasSubstr("channels and dim must be 1 to 65536"));
  EXPECT_THAT(
      error_of(import_layers(layer + "data_buffer: [{processors: 1, dim: 1, channels: 1, offset: 0}]\n",
                             convolutions({2}))),
      HasSubstr("the data buffer needs a name of its own"));
  EXPECT_THAT(error_of(import_layers(layer, convolutions({2}), zeros({1, 0, 8}))),
              HasSubstr("must be 1 to 65536"));
  EXPECT_THAT(error_of(import_layers("  - {op: conv2d, processors: 1, in_dim: [4000000000, 4000000000]}\n",
                                     convolutions({2}))),
              HasSubstr("in_dim"));
}

TEST(Import, ANetworkOfAnotherNameIsRefused) {
  auto other = convolutions({2});
  other.arch = "another";
  EXPECT_THAT(error_of(import_layers("  - {op: conv2d, processors: 1}\n", other)),
              HasSubstr("net.yaml: the network is 'net', x.pth.tar is of 'another'"));
  other.arch = "NET";
  EXPECT_EQ(error_of(import_layers("  - {op: conv2d, processors: 1}\n", other)), "no error");
}

TEST(Import, ASampleWithOtherChannelsIsRefused) {
  EXPECT_THAT(
      error_of(import_layers("  - {op: conv2d, processors: 1}\n", convolutions({2}), zeros({3, 8, 8}))),
      HasSubstr("layer 0: the weights (c0.weight) have 1 input, the input has 3 channels"));
}

TEST(Sample, NumbersMustFitSignedBytes) {
  const auto sample = read_sample(data_file("bracelet.npy"));
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(sample->type, "|i1");
  EXPECT_EQ(sample->as_int8()[0], std::int8_t(made_numbers(5, 1, 8)[0]));
  const auto length = read_sample(data_file("anklet.npy"));
  ASSERT_TRUE(length) << length.error().message;
  EXPECT_EQ(length->shape, (std::vector<std::size_t>{4, 32, 1}));
}

/// Written as `type` and read as a sample.
Result<documents::NpyArray> sample_of(const std::string& type, const std::vector<std::size_t>& shape,
                                      const std::vector<std::uint8_t>& data,
                                      schemas::Layout layout = schemas::Layout::kChw) {
  const test_support::TemporaryFolder folder;
  const auto bytes = documents::to_npy({type, shape, data});
  return read_sample(folder.write("s.npy", std::string(bytes.begin(), bytes.end())), layout);
}

void expect_same(const Result<documents::NpyArray>& sample, const std::vector<std::int8_t>& values,
                 const std::vector<std::size_t>& shape) {
  ASSERT_TRUE(sample) << sample.error().message;
  EXPECT_EQ(sample->shape, shape);
  EXPECT_EQ(std::vector(sample->as_int8().begin(), sample->as_int8().end()), values);
}

TEST(Sample, IsTakenByTheRuleOfEveryInput) {
  const std::vector<std::size_t> shape{1, 2, 2};
  for (const auto& given : {shape, {1, 1, 2, 2}})
    expect_same(sample_of("|u1", given, {0, 128, 129, 255}), {-128, 0, 1, 127}, shape);
}

TEST(Sample, ChannelsLastAreConvertedWhereItIsSaid) {
  for (const auto& given : {std::vector<std::size_t>{3, 1, 2}, {3, 2}})
    expect_same(sample_of("|i1", given, {0, 1, 2, 3, 4, 5}, schemas::Layout::kHwc), {0, 2, 4, 1, 3, 5},
                {2, 3, 1});
}

TEST(Sample, OfOtherAxesIsRefused) {
  EXPECT_THAT(
      sample_of("|i1", {4}, {0, 1, 2, 3}).error().message,
      HasSubstr("a sample has the axes channels, rows, columns, or channels, length; this one has the "
                "shape (4,)"));
  EXPECT_THAT(sample_of("|i1", {0, 2}, {}).error().message, HasSubstr("a sample's axes are 1 to 65536 long"));
}

}  // namespace
}  // namespace synergy::accel_import
