#include "synergy/accel/model_files.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "accel_fixtures.hpp"

namespace synergy::accel_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kYaml = R"(name: tiny
input: {channels: 1, height: 2, width: 2}
result: raw
layers:
  - {name: edge, op: conv2d, kernel_size: 1, out_channels: 2, processors: 0x1, output_processors: 0x3,
     in_offset: 0, out_offset: 0x100, weights: edge.npy, bias: edge_bias.npy}
)";

/// Writes an array in NumPy's format, version 1.0.
void write_npy(const fs::path& path, const std::string& type, const std::string& shape,
               const std::vector<std::int8_t>& values) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  header.append(64 - (10 + header.size() + 1) % 64, ' ');
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  file.write("\x93NUMPY\x01\x00", 8);
  file.put(char(header.size() & 0xff)).put(char(header.size() >> 8));
  file << header;
  file.write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size()));
}

/// A folder with one good model, removed afterwards.
class ModelFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder = fs::temp_directory_path() / ("synergy-model-" + std::to_string(::getpid()) + "-" +
                                          ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder);
    write_yaml(kYaml);
    write_npy(folder / "edge.npy", "|i1", "2, 1, 1, 1", {3, -4});
    write_npy(folder / "edge_bias.npy", "|i1", "2,", {1, -128});
  }
  void TearDown() override { fs::remove_all(folder); }

  void write_yaml(const std::string& text) { std::ofstream(folder / "model.yaml") << text; }

  std::string refusal() {
    const auto model = accel::load_model(folder);
    return model ? "accepted" : model.error().message;
  }

  fs::path folder;
};

#define EXPECT_SAYS(message, part) EXPECT_NE((message).find(part), std::string::npos) << (message)

TEST_F(ModelFiles, GiveProgramAndNumbers) {
  const auto model = accel::load_model(folder);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->program.model, ModelId("tiny"));
  EXPECT_EQ(model->weights, (accel::ModelWeights{{{3, -4}, {1, -128}}}));
  EXPECT_TRUE(check_weights(model->program, model->weights));
  EXPECT_EQ(model->digest.size(), 64u);
}

TEST_F(ModelFiles, TheDigestChangesWithEveryFile) {
  const auto digest = [&] { return accel::load_model(folder)->digest; };
  const auto original = digest();
  EXPECT_EQ(digest(), original);
  write_npy(folder / "edge.npy", "|i1", "2, 1, 1, 1", {3, -5});
  const auto other_weights = digest();
  write_npy(folder / "edge_bias.npy", "|i1", "2,", {1, 1});
  const auto other_bias = digest();
  write_yaml(std::string(kYaml) + "about: changed\n");
  const auto other_text = digest();
  EXPECT_EQ(std::set<std::string>({original, other_weights, other_bias, other_text}).size(), 4u);
}

TEST_F(ModelFiles, AOneByOneKernelMayBeWrittenAsAMatrix) {
  write_npy(folder / "edge.npy", "|i1", "2, 1", {3, -4});
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(ModelFiles, NameTheFileWhoseShapeIsWrong) {
  write_npy(folder / "edge.npy", "|i1", "1, 2, 1, 1", {3, -4});
  EXPECT_SAYS(refusal(), "edge.npy: has shape (1, 2, 1, 1); needed is (2, 1, 1, 1)");
  EXPECT_SAYS(refusal(), "layer 0 'edge'");
}

TEST_F(ModelFiles, RefuseUnsignedNumbers) {
  write_npy(folder / "edge_bias.npy", "|u1", "2,", {1, 2});
  EXPECT_SAYS(refusal(), "edge_bias.npy: must hold int8 (|i1), not |u1");
}

TEST_F(ModelFiles, NameAMissingFile) {
  fs::remove(folder / "edge.npy");
  EXPECT_SAYS(refusal(), "edge.npy: ");
  EXPECT_EQ(accel::load_model(folder).error().code, ErrorCode::kNotFound);
  EXPECT_SAYS(accel::load_model(folder / "nowhere").error().message, "model.yaml");
}

TEST_F(ModelFiles, StayWithinTheFolder) {
  std::string text = kYaml;
  text.replace(text.find("edge.npy"), 8, "../e.npy");
  write_yaml(text);
  EXPECT_SAYS(refusal(), "'../e.npy' is no plain file name");
}

TEST_F(ModelFiles, NameTheLayerThatContradictsItself) {
  std::string text = kYaml;
  text.replace(text.find("kernel_size: 1"), 14, "kernel_size: 5");
  write_yaml(text);
  EXPECT_SAYS(refusal(), "model.yaml: model 'tiny', layer 0 'edge': conv2d has a 1x1 or 3x3 kernel");
}

}  // namespace
}  // namespace synergy::accel_test
