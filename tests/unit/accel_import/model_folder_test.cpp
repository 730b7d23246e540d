// Folders of imported models: read back by the emulator, whole or not there at all.
#include "synergy/accel_import/model_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

#include "import_fixtures.hpp"
#include "synergy/accel/model_files.hpp"
#include "synergy/documents/npy.hpp"
#include "temporary_folder.hpp"

namespace synergy::accel_import {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

ImportedModel imported(const std::string& name, schemas::AcceleratorKind device) {
  ImportOptions options;
  options.name = ModelId(name);
  options.device = device;
  const auto model = import_network(*read_network_yaml(data_file(name + ".yaml")),
                                    *read_checkpoint(data_file(name + ".pth.tar")),
                                    *read_sample(data_file(name + ".npy")), options);
  EXPECT_TRUE(model) << model.error().message;
  return *model;
}

std::size_t entries_in(const fs::path& folder) {
  return std::size_t(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(ModelFolder, IsReadBackAsItWasImported) {
  const test_support::TemporaryFolder folder;
  for (const auto& [name, device] : {std::pair("bracelet", schemas::AcceleratorKind::kMax78000),
                                     std::pair("anklet", schemas::AcceleratorKind::kMax78002)}) {
    auto model = imported(name, device);
    const auto status = write_model_folder(model, folder / name, false);
    ASSERT_TRUE(status) << status.error().message;
    const auto loaded = accel::load_model(folder / name);
    ASSERT_TRUE(loaded) << loaded.error().message;
    model.description.place.clear();  // lines of the file it was made of; no part of the model
    for (auto& layer : model.description.layers) layer.place.clear();
    EXPECT_EQ(loaded->description, model.description);
    const auto first = model.tensors.at("weights_0.npy").as_int8();
    EXPECT_TRUE(std::equal(first.begin(), first.end(), loaded->weights[0].weights.begin(),
                           loaded->weights[0].weights.end()));
    EXPECT_EQ(documents::read_npy(folder.path() / name / kSampleFile)->data, model.input->data);
  }
  EXPECT_EQ(entries_in(folder.path()), 2u) << "nothing else is left beside the folders";
}

TEST(ModelFolder, AnExistingOneIsReplacedOnlyWhenAsked) {
  const test_support::TemporaryFolder folder;
  const auto model = imported("bracelet", schemas::AcceleratorKind::kMax78000);
  ASSERT_TRUE(write_model_folder(model, folder / "m", false));
  folder.write("m/bias_99.npy", "of an earlier import");
  const auto again = write_model_folder(model, folder / "m", false);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(fs::exists(folder / "m" / "bias_99.npy"));
  ASSERT_TRUE(write_model_folder(model, folder / "m" / "", true));
  EXPECT_FALSE(fs::exists(folder / "m" / "bias_99.npy"));
  EXPECT_TRUE(accel::load_model(folder / "m"));
  EXPECT_EQ(entries_in(folder.path()), 1u);
}

TEST(ModelFolder, WhatIsNoModelIsNeverReplaced) {
  const test_support::TemporaryFolder folder;
  folder.write("home/letter.txt", "dear");
  folder.write("file", "");
  fs::create_symlink(folder / "home", folder / "link");
  for (const auto* name : {"home", "file", "link"}) {
    const auto status =
        write_model_folder(imported("bracelet", schemas::AcceleratorKind::kMax78000), folder / name, true);
    ASSERT_FALSE(status) << name;
    EXPECT_THAT(status.error().message, HasSubstr("is no model's folder"));
  }
  EXPECT_TRUE(fs::exists(folder / "home" / "letter.txt"));
  EXPECT_EQ(write_model_folder(imported("bracelet", schemas::AcceleratorKind::kMax78000), folder / ".", true)
                .error()
                .code,
            ErrorCode::kInvalid);
}

TEST(ModelFolder, WhatNoImportWroteIsNotReplacedWithTheModel) {
  const test_support::TemporaryFolder folder;
  const auto model = imported("bracelet", schemas::AcceleratorKind::kMax78000);
  ASSERT_TRUE(write_model_folder(model, folder / "m", false));
  std::ofstream(folder / "m" / "thesis.txt") << "precious";
  const auto status = write_model_folder(model, folder / "m", true);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kConflict);
  EXPECT_THAT(status.error().message, HasSubstr("m/thesis.txt: was written by no import"));
  EXPECT_TRUE(fs::exists(folder.path() / "m" / "thesis.txt"));
  EXPECT_EQ(entries_in(folder.path()), 1u);
}

TEST(ModelFolder, OfManyWhoWriteOneFolderAtOnceOneDoes) {
  const test_support::TemporaryFolder folder;
  const auto model = imported("bracelet", schemas::AcceleratorKind::kMax78000);
  constexpr int kWriters = 8;
  std::array<ErrorCode, kWriters> outcomes{};
  std::array<bool, kWriters> wrote{};
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i)
    writers.emplace_back([&, i] {
      const auto status = write_model_folder(model, folder / "m", false);
      wrote[std::size_t(i)] = status.has_value();
      if (!status) outcomes[std::size_t(i)] = status.error().code;
    });
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(std::count(wrote.begin(), wrote.end(), true), 1);
  for (int i = 0; i < kWriters; ++i)
    if (!wrote[std::size_t(i)]) {
      EXPECT_EQ(outcomes[std::size_t(i)], ErrorCode::kConflict);
    }
  EXPECT_TRUE(accel::load_model(folder / "m"));
  EXPECT_EQ(entries_in(folder.path()), 1u);
}

TEST(ModelFolder, NothingIsLeftWhereItCanNotBeWritten) {
  const test_support::TemporaryFolder folder;
  auto model = imported("bracelet", schemas::AcceleratorKind::kMax78000);
  std::ofstream(folder / "file") << "no folder";
  const auto beneath = write_model_folder(model, folder / "file" / "such", false);
  ASSERT_FALSE(beneath);
  EXPECT_EQ(beneath.error().code, ErrorCode::kEnvironment);
  EXPECT_THAT(beneath.error().message, HasSubstr("file: can not be made"));
  model.tensors.emplace("no-folder/x.npy", model.tensors.at("weights_0.npy"));
  const auto status = write_model_folder(model, folder / "m", false);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("no-folder/x.npy: can not be written"));
  EXPECT_EQ(entries_in(folder.path()), 1u) << "the file of before";
}

}  // namespace
}  // namespace synergy::accel_import
