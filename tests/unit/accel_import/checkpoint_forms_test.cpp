// One network's checkpoint in every form that PyTorch wrote one (tests/data/import/make_forms.py), and what
// is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "import_fixtures.hpp"
#include "synergy/accel_import/import_network.hpp"

namespace synergy::accel_import {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::set<std::string> forms() {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(data_file("forms"))) names.insert(entry.path().filename());
  return names;
}

std::string refusal(const std::string& form) {
  const auto checkpoint = read_checkpoint(data_file("forms/" + form));
  return checkpoint ? "no error" : checkpoint.error().message;
}

TEST(CheckpointForms, AllOfThemHoldTheSameNetwork) {
  std::size_t read = 0;
  for (const auto& form : forms()) {
    if (form.starts_with("refused")) continue;
    SCOPED_TRACE(form);
    const auto checkpoint = read_checkpoint(data_file("forms/" + form));
    ASSERT_TRUE(checkpoint) << checkpoint.error().message;
    EXPECT_EQ(checkpoint->arch, "tiny");
    EXPECT_EQ(checkpoint->epoch, 3);
    std::vector<std::string> keys;
    for (const auto& tensor : checkpoint->tensors) keys.push_back(tensor.key);
    EXPECT_THAT(keys, ElementsAre("fc.output_shift", "fc.weight_bits", "fc.clamp_activation", "fc.op.weight",
                                  "fc.op.bias"));
    EXPECT_THAT(values_of(*checkpoint, "fc.output_shift"), ElementsAre(-1));
    EXPECT_THAT(values_of(*checkpoint, "fc.weight_bits"), ElementsAre(8));
    EXPECT_THAT(values_of(*checkpoint, "fc.clamp_activation"), ElementsAre(1));
    EXPECT_THAT(values_of(*checkpoint, "fc.op.bias"), ElementsAre(128, -256));
    EXPECT_THAT(checkpoint->find("fc.op.weight")->shape, ElementsAre(2, 3));
    const auto weights = values_of(*checkpoint, "fc.op.weight");
    if (form.find("Bool") != std::string::npos)
      EXPECT_THAT(weights, ElementsAre(0, 1, 1, 0, 1, 1));
    else if (form.find("Byte") != std::string::npos || form.starts_with("untyped"))
      EXPECT_THAT(weights, ElementsAre(0, 1, 2, 3, 4, 5));
    else
      EXPECT_THAT(weights, ElementsAre(-3, -2, -1, 0, 1, 2));
    ++read;
  }
  EXPECT_EQ(read, 38u);  // ten types and five protocols, each in both formats; and eight more
}

TEST(CheckpointForms, TheOtherByteOrderIsRefusedAndTheErrorSaysWhatToDo) {
  for (const std::string form : {"refused-big-endian.pth.tar", "refused-legacy-big-endian.pth.tar"}) {
    EXPECT_THAT(refusal(form), HasSubstr(form + ": was written by a big-endian machine, which is not read"));
    EXPECT_THAT(refusal(form), HasSubstr("torch.save(torch.load(old, map_location='cpu'), new)"));
  }
}

TEST(CheckpointForms, ATarArchiveIsRefusedAndTheErrorSaysWhatToDo) {
  EXPECT_THAT(refusal("refused-tar.pth.tar"), HasSubstr("is a tar archive, as PyTorch wrote before 0.1.10"));
  EXPECT_THAT(refusal("refused-tar.pth.tar"), HasSubstr("torch.save(torch.load("));
}

TEST(CheckpointForms, AnotherVersionOfTheOldFormatIsRefused) {
  EXPECT_THAT(refusal("refused-legacy-version.pth.tar"),
              HasSubstr("is of another version than 1001 of the format before PyTorch 1.6"));
}

TEST(CheckpointForms, BehindAnUnknownTypeOfTheOldFormatNothingCanBeRead) {
  const auto checkpoint = read_checkpoint(data_file("forms/refused-legacy-behind.pth.tar"));
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  const auto values = checkpoint->find("fc.op.weight")->read();
  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("lies behind a storage of type NewStorage"));
}

TEST(CheckpointForms, EveryCutOfTheOldFormatIsRefused) {
  const auto whole = bytes_of_file(data_file("forms/legacy-protocol-2.pth.tar"));
  // Three bytes of the last storage's type are never counted, because nobody knows how long its items are.
  for (std::size_t size = 0; size < whole.size() - 11; ++size)
    EXPECT_FALSE(parse_checkpoint({whole.begin(), whole.begin() + std::ptrdiff_t(size)}, "x")) << size;
}

TEST(CheckpointForms, ACountThatDisagreesWithTheTensorsIsRefused) {
  auto bytes = bytes_of_file(data_file("forms/legacy-type-Float.pth.tar"));
  const std::size_t bias_items = bytes.size() - 16;  // of the last storage: 8 bytes of count, two floats
  ASSERT_EQ(bytes[bias_items], 2);
  bytes[bias_items] = 1;
  const auto fewer = parse_checkpoint(bytes, "x");
  ASSERT_FALSE(fewer);
  EXPECT_THAT(fewer.error().message, HasSubstr("has 1 items; its tensors say 2"));
  bytes[bias_items] = 2;
  bytes[bias_items + 7] = 0x80;  // a count beyond the file, and beyond any multiplication
  EXPECT_FALSE(parse_checkpoint(bytes, "x"));
}

/// A network of that folder with one of its checkpoints.
Result<ImportedModel> import_case(const fs::path& folder, const std::string& checkpoint_name) {
  const auto network = read_network_yaml(folder / "i194-linear-chain.yaml");
  if (!network) return network.error();
  const auto checkpoint = read_checkpoint(folder / checkpoint_name);
  if (!checkpoint) return checkpoint.error();
  const auto sample = read_sample(folder / "i194-linear-chain.npy");
  if (!sample) return sample.error();
  ImportOptions options;
  options.name = ModelId("chain");
  return import_network(*network, *checkpoint, *sample, options);
}

TEST(CheckpointForms, ThoseOfPyTorchItselfHoldTheSameNetwork) {
  const char* folder = std::getenv("SYNERGY_CASES_DIR");
  if (folder == nullptr)
    GTEST_SKIP() << "NOT COMPARED with checkpoints of PyTorch itself: set SYNERGY_CASES_DIR to their folder";
  const auto base = import_case(folder, "i194-linear-chain.pth.tar");
  ASSERT_TRUE(base) << base.error().message;
  EXPECT_TRUE(base->warnings.empty());
  for (const std::string name : {"bool", "half", "extra", "legacy"}) {
    SCOPED_TRACE(name);
    auto model = import_case(folder, name + ".pth.tar");
    ASSERT_TRUE(model) << model.error().message;
    model->description.source = base->description.source;  // names the checkpoint's file
    EXPECT_EQ(model->description, base->description);
    ASSERT_EQ(model->tensors.size(), base->tensors.size());
    for (const auto& [file, tensor] : base->tensors)
      EXPECT_EQ(documents::to_npy(model->tensors.at(file)), documents::to_npy(tensor)) << file;
    if (name == "extra")
      EXPECT_THAT(model->warnings, ElementsAre(HasSubstr("head2.op.weight belongs to no layer")));
    else
      EXPECT_TRUE(model->warnings.empty());
  }
}

}  // namespace
}  // namespace synergy::accel_import
