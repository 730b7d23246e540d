// synergy import: what it writes, prints and refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "synergy/accel/model_files.hpp"
#include "synergy/cli/command_table.hpp"
#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"

namespace synergy::cli {
namespace {

using ::testing::HasSubstr;

std::string data(const std::string& name) { return SYNERGY_SOURCE_DIR "/tests/data/import/" + name; }

/// Runs `synergy import` with these arguments; `output` is what it printed.
Status run_import(const std::vector<std::string>& arguments, std::string& output) {
  Command program("a test", "synergy");
  Shared shared;
  add_commands(program, shared);
  std::vector<const char*> words{"synergy", "import"};
  for (const auto& argument : arguments) words.push_back(argument.c_str());
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  const auto parsed = program.parse(int(words.size()), words.data());
  const auto refusal = ::testing::internal::GetCapturedStderr();
  if (parsed != Command::Parsed::kRan) shared.status = Error{ErrorCode::kInternal, refusal};
  output = ::testing::internal::GetCapturedStdout();
  return shared.status;
}

std::vector<std::string> bracelet(const std::string& folder) {
  return {"--network", data("bracelet.yaml"), "--checkpoint", data("bracelet.pth.tar"),
          "--sample",  data("bracelet.npy"),  "-o",           folder};
}

TEST(ImportCommand, WritesAModelThatTheEmulatorReads) {
  const test_support::TemporaryFolder folder;
  std::string output;
  const auto status = run_import(bracelet((folder / "bangle").string()), output);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_THAT(output, HasSubstr("model bangle: 7 layers, 1816 weights, 25 biases; input 3 x 8 x 8"));
  const auto model = accel::load_model(folder / "bangle");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.name, ModelId("bangle"));
  EXPECT_EQ(model->program.output().channels, 5u);
}

TEST(ImportCommand, APipeIsNotWaitedFor) {
  const test_support::TemporaryFolder folder;
  const auto pipe = (folder / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::size_t file : {1u, 3u, 5u}) {
    auto arguments = bracelet((folder / "m").string());
    arguments[file] = pipe;
    std::string output;
    const auto status = run_import(arguments, output);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message, HasSubstr(pipe));
  }
}

TEST(ImportCommand, ANameThatNoAppCouldGiveIsRefused) {
  const test_support::TemporaryFolder folder;
  std::string output;
  const auto status = run_import(bracelet((folder / "my net").string()), output);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("'my net' can not name a model"));
  EXPECT_FALSE(std::filesystem::exists(folder / "my net"));
}

TEST(ImportCommand, MakesTheFoldersAboveItsOwn) {
  const test_support::TemporaryFolder folder;
  std::string output;
  const auto status = run_import(bracelet((folder / "a/b/bangle").string()), output);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_TRUE(accel::load_model(folder / "a/b/bangle"));
}

TEST(ImportCommand, FilesGivenToEachOthersOptionsAreRecognised) {
  const test_support::TemporaryFolder folder;
  const auto refusal = [&](const char* network, const char* checkpoint, const char* sample) {
    std::string output;
    const auto status = run_import({"--network", data(network), "--checkpoint", data(checkpoint), "--sample",
                                    data(sample), "-o", (folder / "m").string()},
                                   output);
    return status ? std::string("no error") : status.error().message;
  };
  EXPECT_THAT(
      refusal("bracelet.pth.tar", "bracelet.yaml", "bracelet.npy"),
      HasSubstr("bracelet.pth.tar: is a PyTorch checkpoint and belongs to --checkpoint; --network takes a "
                "network description (YAML)"));
  EXPECT_THAT(refusal("bracelet.yaml", "bracelet.npy", "bracelet.pth.tar"),
              HasSubstr("bracelet.npy: is a NumPy array and belongs to --sample"));
  EXPECT_THAT(refusal("bracelet.yaml", "bracelet.pth.tar", "anklet.yaml"),
              HasSubstr("anklet.yaml: is a network description (YAML) and belongs to --network"));
  EXPECT_FALSE(std::filesystem::exists(folder / "m"));
}

TEST(ImportCommand, WhatNoNumberOfChipsHoldsIsRefused) {
  const test_support::TemporaryFolder folder;
  std::ifstream original(data("bracelet.yaml"));
  std::string text{std::istreambuf_iterator<char>(original), {}};
  text.replace(text.find("    pad: 1"), 10, "    pad: 1\n    in_offset: 0x7f04");
  std::ofstream(folder / "net.yaml") << text;
  auto arguments = bracelet((folder / "m").string());
  arguments[1] = (folder / "net.yaml").string();
  std::string output;
  const auto status = run_import(arguments, output);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(
      status.error().message,
      HasSubstr("net.yaml:7:5: layer 0 'Stem': the input needs 256 bytes of each data memory from offset "
                "0x7f04 on; a MAX78000 has 32768 (0x8000)"));
  EXPECT_THAT(status.error().message, HasSubstr("streams through a FIFO"));
  EXPECT_THAT(status.error().message,
              HasSubstr("; no number of MAX78000 holds it, a MAX78002 does (--device MAX78002)"));
  EXPECT_FALSE(std::filesystem::exists(folder / "m"));
}

TEST(ImportCommand, ItsSummaryIsJsonWhenAsked) {
  const test_support::TemporaryFolder folder;
  auto arguments = bracelet((folder / "m").string());
  arguments.insert(arguments.end(), {"--json", "--name", "other", "--result", "raw", "--overlap-data"});
  std::string output;
  const auto status = run_import(arguments, output);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_THAT(output, HasSubstr("\"model\": \"other\""));
  EXPECT_THAT(output, HasSubstr("\"does_not_fit\": null"));
  EXPECT_THAT(output, HasSubstr("\"warnings\": []"));
  const auto model = accel::load_model(folder / "m");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->description.result, schemas::ResultKind::kRaw);
  EXPECT_TRUE(model->description.overlap_data);
}

TEST(ImportCommand, WeightsThatBelongToNoLayerAreNamed) {
  const test_support::TemporaryFolder folder;
  const auto network = (folder / "short.yaml").string();
  std::ofstream(network)
      << "arch: tiny\ndataset: x\nlayers:\n"
         "  - {op: passthrough, processors: 0x7, in_dim: [4, 4], in_channels: 3, out_offset: 0x1000}\n";
  std::vector<std::string> arguments{
      "--network", network, "--checkpoint", data("forms/type-Half.pth.tar"), "-o", (folder / "m").string()};
  std::string output;
  ASSERT_TRUE(run_import(arguments, output));
  EXPECT_THAT(output, HasSubstr("warning: "));
  EXPECT_THAT(output, HasSubstr("fc.op.weight belongs to no layer and is left out"));
  arguments.insert(arguments.end(), {"--json", "--force"});
  ASSERT_TRUE(run_import(arguments, output));
  EXPECT_THAT(output, HasSubstr("\"warnings\": [\n"));
  EXPECT_THAT(output, HasSubstr("fc.op.weight belongs to no layer"));
}

TEST(ImportCommand, ADescriptionIsCheckedWithoutACheckpoint) {
  const test_support::TemporaryFolder folder;
  const auto network = folder
                           .write("net.yaml",
                                  "arch: tiny\ndataset: x\nlayers:\n"
                                  "  - {op: conv2d, processors: 0x7, in_dim: [4, 4], in_channels: 3, "
                                  "out_channels: 4, out_offset: 0x1000}\n")
                           .string();
  std::string output;
  const std::vector<std::string> arguments{"--network", network, "--weights", "seed:12", "-o"};
  const auto import_to = [&](const std::string& name, std::vector<std::string> more) {
    auto words = arguments;
    words.push_back((folder / name).string());
    words.insert(words.end(), more.begin(), more.end());
    return run_import(words, output);
  };
  ASSERT_TRUE(import_to("a", {"--name", "n"}));
  EXPECT_THAT(output, HasSubstr("model n: 1 layers, 108 weights, 0 biases; input 3 x 4 x 4\n"
                                "its weights are generated from seed 12, without biases\n"));
  ASSERT_TRUE(import_to("b", {"--name", "n", "--json"}));
  EXPECT_THAT(output, HasSubstr("\"weights_seed\": 12"));
  const auto model = accel::load_model(folder / "a"), again = accel::load_model(folder / "b");
  ASSERT_TRUE(model && again);
  EXPECT_EQ(model->digest, again->digest);
  EXPECT_EQ(model->weights, again->weights);
  EXPECT_EQ(model->weights[0].weights.size(), 108u);
  EXPECT_EQ(model->description.weights_seed, 12u);
}

TEST(ImportCommand, WeightsComeFromACheckpointOrAGenerator) {
  std::string output;
  const std::vector<std::string> neither{"--network", data("bracelet.yaml"), "-o", "x"};
  EXPECT_THAT(run_import(neither, output).error().message,
              HasSubstr("Exactly 1 option from [--checkpoint,--weights] is required"));
  auto both = bracelet("x");
  both.insert(both.end(), {"--weights", "seed:1"});
  EXPECT_THAT(run_import(both, output).error().message,
              HasSubstr("Exactly 1 option from [--checkpoint,--weights] is required"));
  for (const std::string seed : {"1", "seed:", "seed:-1", "seed:1x", "seed:99999999999999999999"}) {
    auto wrong = neither;
    wrong.insert(wrong.end(), {"--weights", seed});
    EXPECT_THAT(run_import(wrong, output).error().message, HasSubstr("'" + seed + "' is no seed:N")) << seed;
  }
}

TEST(ImportCommand, WhatNoChipOfTheKindRunsIsNotWritten) {
  const test_support::TemporaryFolder folder;
  std::string output;
  // The network is one for a MAX78002: depthwise, with a bypassed layer.
  const auto status = run_import({"--network", data("anklet.yaml"), "--checkpoint", data("anklet.pth.tar"),
                                  "--sample", data("anklet.npy"), "-o", (folder / "m").string()},
                                 output);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalid) << status.error().message;
  EXPECT_THAT(status.error().message, HasSubstr("anklet.yaml"));
  EXPECT_FALSE(std::filesystem::exists(folder / "m"));
}

TEST(ImportCommand, ASampleWithChannelsLastIsNamedAndConverted) {
  const test_support::TemporaryFolder folder;
  const auto chw = documents::read_npy(data("bracelet.npy"));  // 3 x 8 x 8
  ASSERT_TRUE(chw) << chw.error().message;
  const auto values = chw->data.size() / 3;
  const auto width = chw->data.size() / chw->items();
  auto hwc = *chw;
  hwc.shape = {8, 8, 3};
  for (std::size_t i = 0; i < chw->items(); ++i)
    for (std::size_t byte = 0; byte < width; ++byte)
      hwc.data[i * width + byte] = chw->data[(i % 3) * values + i / 3 * width + byte];
  const auto bytes = documents::to_npy(hwc);
  auto arguments = bracelet((folder / "m").string());
  arguments[5] = folder.write("hwc.npy", std::string(bytes.begin(), bytes.end())).string();
  std::string output;
  const auto status = run_import(arguments, output);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("which --layout hwc converts"));
  arguments.insert(arguments.end(), {"--layout", "hwc"});
  const auto converted = run_import(arguments, output);
  ASSERT_TRUE(converted) << converted.error().message;
  ASSERT_TRUE(run_import(bracelet((folder / "n").string()), output));
  const auto input = documents::read_npy(folder / "m" / "input.npy");
  EXPECT_EQ(input->data, documents::read_npy(folder / "n" / "input.npy")->data);
  EXPECT_EQ(input->shape, (std::vector<std::size_t>{1, 3, 8, 8})) << "one input, not three";
}

TEST(ImportCommand, WrongFlagsAreRefused) {
  std::string output;
  auto arguments = bracelet("x");
  arguments.insert(arguments.end(), {"--device", "MAX78001"});
  EXPECT_THAT(run_import(arguments, output).error().message, HasSubstr("MAX78001"));
  EXPECT_THAT(run_import({"--network", "x"}, output).error().message, HasSubstr("required"));
}

}  // namespace
}  // namespace synergy::cli
