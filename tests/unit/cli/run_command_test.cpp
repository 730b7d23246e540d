// synergy run and synergy model show: what they write, print and refuse. The model is invented, with two
// layers marked as outputs and a last one of 32 bits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "synergy/accel/evaluate.hpp"
#include "synergy/cli/command_table.hpp"
#include "synergy/cli/model_argument.hpp"
#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"

namespace synergy::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kModel = R"(name: heads
input: {channels: 2, height: 4, width: 6}
result: raw
weights_seed: 7
layers:
  - {name: stem, op: conv2d, kernel_size: 3, pad: 1, out_channels: 4, processors: 0x3, output_processors: 0xf,
     in_offset: 0, out_offset: 0x1000, weights: a, activate: relu}
  - {name: box/1, op: conv2d, kernel_size: 1, out_channels: 3, processors: 0xf, output_processors: 0x7,
     in_sequences: [stem], in_offset: 0x1000, out_offset: 0x2000, weights: b, output: true}
  - {name: pooled, op: passthrough, max_pool: 2, pool_stride: 2, processors: 0xf, output_processors: 0xf,
     in_sequences: [stem], in_offset: 0x1000, out_offset: 0x3000}
  - {name: class, op: conv2d, kernel_size: 1, out_channels: 2, processors: 0xf, output_processors: 0x3,
     in_offset: 0x3000, out_offset: 0x4000, weights: c, output: true}
  - {name: wide, op: conv2d, kernel_size: 1, out_channels: 5, processors: 0xf, output_processors: 0x1f,
     in_sequences: [pooled], in_offset: 0x3000, out_offset: 0x5000, weights: d, output_width: 32}
)";

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

class RunCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("heads/model.yaml", kModel);
    std::vector<std::int8_t> values;
    for (int i = 0; i < 48; ++i) values.push_back(std::int8_t(i * 5 - 120));
    const auto npy = documents::to_npy(documents::npy_of(values, {2, 4, 6}));
    folder_.write("in.npy", {npy.begin(), npy.end()});
    const auto model = accel::load_model(folder_ / "heads");
    ASSERT_TRUE(model) << model.error().message;
    expected_ = accel::run_all_layers(model->program, model->weights, {model->program.input(), values});
  }

  Status synergy(std::vector<std::string> words) {
    Command program("a test", "synergy");
    Shared shared;
    shared.deploy_folder = SYNERGY_SOURCE_DIR "/deploy";
    add_commands(program, shared);
    words.insert(words.begin(), "synergy");
    std::vector<const char*> arguments;
    for (const auto& word : words) arguments.push_back(word.c_str());
    ::testing::internal::CaptureStdout();
    const auto parsed = program.parse(int(arguments.size()), arguments.data());
    output_ = ::testing::internal::GetCapturedStdout();
    EXPECT_EQ(parsed, Command::Parsed::kRan);
    return shared.status;
  }
  Status run_heads(const std::vector<std::string>& more) {
    std::vector<std::string> words{"run", path("heads"), "--input", path("in.npy")};
    words.insert(words.end(), more.begin(), more.end());
    return synergy(words);
  }
  std::string path(const std::string& name) { return (folder_ / name).string(); }

  /// The file holds layer `k`'s output as an array (channels, rows, columns).
  void expect_holds(const std::string& file, std::size_t k, const std::string& type,
                    const std::vector<std::size_t>& shape) {
    const auto array = documents::read_npy(folder_ / file);
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->type, type) << file;
    EXPECT_EQ(array->shape, shape) << file;
    EXPECT_EQ(array->data, accel::to_bytes(expected_[k])) << file;
  }

  test_support::TemporaryFolder folder_;
  std::vector<accel::LayerOutput> expected_;
  std::string output_;
};

TEST_F(RunCommand, EveryLayerThatIsAnOutputIsShownOnBothPaths) {
  for (const std::string way : {"reference", "fast"}) {
    ASSERT_TRUE(run_heads({"--path", way}));
    for (const auto* row : {"1                box/1  3 x 4 x 6  8", "3                class  2 x 2 x 3  8",
                            "4                wide   5 x 2 x 3  32"})
      EXPECT_THAT(output_, HasSubstr(row)) << way;
    EXPECT_THAT(output_, Not(HasSubstr("written to")));
  }
  ASSERT_TRUE(run_heads({"--json"}));
  EXPECT_THAT(output_, HasSubstr("\"name\": \"box/1\""));
  EXPECT_THAT(output_, HasSubstr("\"file\": null"));
  EXPECT_THAT(output_, HasSubstr("\"layers_folder\": null"));
}

TEST_F(RunCommand, SeveralOutputsGoToAFileEachNamedAfterTheirLayer) {
  for (const std::string way : {"reference", "fast"}) {
    ASSERT_TRUE(run_heads({"--path", way, "-o", path(way + "/deep/out.npy")}));
    EXPECT_THAT(output_, HasSubstr("written to " + path(way + "/deep/out_01_box_1.npy") + "\n"));
    EXPECT_EQ(names_in(folder_ / way / "deep"),
              (std::set<std::string>{"out_01_box_1.npy", "out_03_class.npy", "out_04_wide.npy"}));
    expect_holds(way + "/deep/out_01_box_1.npy", 1, "|i1", {3, 4, 6});
    expect_holds(way + "/deep/out_03_class.npy", 3, "|i1", {2, 2, 3});
    expect_holds(way + "/deep/out_04_wide.npy", 4, "<i4", {5, 2, 3});
  }
}

TEST_F(RunCommand, EveryLayerGoesIntoAFolderOnBothPaths) {
  for (const std::string way : {"reference", "fast"}) {
    ASSERT_TRUE(run_heads({"--path", way, "--layers", path(way)}));
    EXPECT_THAT(output_, HasSubstr("every layer's output written to " + path(way)));
    EXPECT_EQ(names_in(folder_ / way), (std::set<std::string>{"00_stem.npy", "01_box_1.npy", "02_pooled.npy",
                                                              "03_class.npy", "04_wide.npy"}));
    expect_holds(way + "/00_stem.npy", 0, "|i1", {4, 4, 6});
    expect_holds(way + "/01_box_1.npy", 1, "|i1", {3, 4, 6});
    expect_holds(way + "/02_pooled.npy", 2, "|i1", {4, 2, 3});
    expect_holds(way + "/04_wide.npy", 4, "<i4", {5, 2, 3});
  }
}

TEST_F(RunCommand, ASplitRunWritesTheSameLayersAsAWholeOne) {
  const std::vector<std::int8_t> picture(784, 3);
  const auto npy = documents::to_npy(documents::npy_of(picture, {1, 28, 28}));
  folder_.write("digit.npy", {npy.begin(), npy.end()});
  const std::vector<std::string> words{"run", "digits", "--input", path("digit.npy"), "--layers"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return synergy(more);
  };
  ASSERT_TRUE(with({path("whole"), "-o", path("one.npy")}));
  ASSERT_TRUE(with({path("split"), "--split", "2,4"}));
  ASSERT_TRUE(with({path("split_fast"), "--split", "1,3", "--path", "fast"}));
  const auto names = names_in(folder_ / "whole");
  EXPECT_EQ(names.size(), 5u);
  for (const std::string other : {"split", "split_fast"}) {
    EXPECT_EQ(names_in(folder_ / other), names);
    for (const auto& name : names)
      EXPECT_EQ(text_of(folder_ / other / name), text_of(folder_ / "whole" / name)) << name;
  }
  // A single output goes to the file that was named.
  EXPECT_EQ(text_of(folder_ / "one.npy"), text_of(folder_ / "whole" / *names.rbegin()));
}

TEST_F(RunCommand, FilesThatAreThereAreReplacedWhole) {
  std::ofstream(folder_ / "out_03_class.npy") << "old";
  ASSERT_TRUE(run_heads({"-o", path("out.npy")}));
  expect_holds("out_03_class.npy", 3, "|i1", {2, 2, 3});
}

TEST_F(RunCommand, WhatCanNotBeWrittenLeavesTheOthersAsTheyWere) {
  std::ofstream(folder_ / "out_01_box_1.npy") << "old";
  fs::create_directory(folder_ / "out_04_wide.npy.new");  // the last of the three can not be written
  const auto before = names_in(folder_.path());
  const auto status = run_heads({"-o", path("out.npy")});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kEnvironment);
  EXPECT_THAT(status.error().message, HasSubstr(path("out_04_wide.npy") + ": can not be written"));
  EXPECT_EQ(text_of(folder_ / "out_01_box_1.npy"), "old");
  EXPECT_EQ(names_in(folder_.path()), before);
}

TEST_F(RunCommand, AFolderThatCanNotBeMadeIsRefusedWithItsName) {
  for (const std::string option : {"--layers", "-o"}) {
    const auto place = path("in.npy/below") + (option == "-o" ? "/x.npy" : "");
    const auto status = run_heads({option, place});
    ASSERT_FALSE(status) << option;
    EXPECT_EQ(status.error().code, ErrorCode::kEnvironment);
    EXPECT_THAT(status.error().message, HasSubstr(path("in.npy/below") + ": can not be made: ")) << option;
  }
  const auto file = run_heads({"--layers", path("in.npy")});
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message, HasSubstr(path("in.npy") + ": can not be made: "));
}

double number_behind(const std::string& text, const std::string& key, std::size_t from = 0) {
  const auto at = text.find("\"" + key + "\": ", from);
  EXPECT_NE(at, std::string::npos) << key;
  return at == std::string::npos ? 0 : std::stod(text.substr(at + key.size() + 4));
}

TEST_F(RunCommand, TheEnergiesThatModelShowGivesAddUpToThatOfARun) {
  for (const std::string device : {"MAX78000", "MAX78002"}) {
    ASSERT_TRUE(run_heads({"--json", "--device", device}));
    const auto run_uj = number_behind(output_, "energy_uj");
    EXPECT_GT(run_uj, 0);
    const auto run_cycles = number_behind(output_, "cycles");
    ASSERT_TRUE(synergy({"model", "show", path("heads"), "--json", "--device", device}));
    EXPECT_EQ(number_behind(output_, "run_cycles"), run_cycles);
    double layers = 0;
    std::size_t count = 0;
    const auto end = output_.find("\"weight_load_uj\"");
    for (auto at = output_.find("\"energy_uj\""); at < end;
         at = output_.find("\"energy_uj\"", at + 1), ++count)
      layers += number_behind(output_, "energy_uj", at);
    EXPECT_EQ(count, 5u);
    EXPECT_NEAR(layers, number_behind(output_, "layers_uj"), 1e-9);
    EXPECT_NEAR(number_behind(output_, "total_uj"), run_uj, 1e-9);
    EXPECT_NEAR(layers + number_behind(output_, "start_uj") + number_behind(output_, "load_uj"), run_uj,
                1e-9);
  }
  ASSERT_TRUE(synergy({"model", "show", path("heads")}));
  EXPECT_THAT(output_, HasSubstr("energy uJ"));
  EXPECT_THAT(output_, HasSubstr("energy of one inference: "));
  EXPECT_THAT(output_, Not(HasSubstr("by the formula")));
  ASSERT_TRUE(synergy({"model", "show", path("heads"), "--device", "MAX78002"}));
  EXPECT_THAT(output_, HasSubstr(" cycles by the formula, "));
}

TEST_F(RunCommand, ModelShowSaysWhyEnergiesAreNotKnown) {
  ASSERT_TRUE(synergy({"model", "show", path("heads"), "--deploy", path("nowhere")}));
  EXPECT_THAT(output_, HasSubstr("energy is not known: " + path("nowhere/devices/max78000.yaml")));
}

}  // namespace
}  // namespace synergy::cli
