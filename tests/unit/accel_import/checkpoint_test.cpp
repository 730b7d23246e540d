// Checkpoint files: written by tests/data/import/torch_like.py, whole and damaged.
#include "synergy/accel_import/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import_fixtures.hpp"
#include "synergy/accel_import/zip_archive.hpp"

namespace synergy::accel_import {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string error_of(std::vector<std::uint8_t> bytes) {
  const auto checkpoint = parse_checkpoint(std::move(bytes), "x.pth.tar");
  if (checkpoint) return "no error";
  EXPECT_THAT(checkpoint.error().message, StartsWith("x.pth.tar"));
  return checkpoint.error().message;
}

std::string corpus_file(const std::string& name) {
  return std::string(SYNERGY_SOURCE_DIR) + "/tests/fuzz/corpus/" + name;
}

/// The numbers of tensor `a.weight`, or the error when it is read.
Result<std::vector<double>> read_weight(const Result<Checkpoint>& checkpoint) {
  EXPECT_TRUE(checkpoint) << checkpoint.error().message;
  if (!checkpoint) return checkpoint.error();
  return checkpoint->tensors.at(0).read();
}

/// A checkpoint's pickle with this state dictionary entry `a.weight`, where storage `k` holds `storage`.
Result<Checkpoint> with_tensor(const std::string& rebuild_arguments,
                               const std::vector<std::uint8_t>& storage) {
  const std::string storage_id = bytes("(X\x07\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0kX\3\0\0\0cpu");
  std::string pickle = bytes("\x80\x02}(X\x05\0\0\0epochK\1X\x0a\0\0\0state_dict}X\x08\0\0\0a.weight");
  pickle += "ctorch._utils\n_rebuild_tensor_v2\n(" + storage_id;
  pickle += "K" + std::string(1, char(storage.size() / 4)) + "tQ" + rebuild_arguments + "tRsu.";
  const StorageReader reader = [storage](const std::string& key,
                                         std::uint64_t) -> Result<std::vector<std::uint8_t>> {
    EXPECT_EQ(key, "k");
    return storage;
  };
  return checkpoint_from_pickle({reinterpret_cast<const std::uint8_t*>(pickle.data()), pickle.size()}, "x",
                                reader);
}

std::vector<std::uint8_t> floats(const std::vector<float>& values) {
  const auto* begin = reinterpret_cast<const std::uint8_t*>(values.data());
  return {begin, begin + 4 * values.size()};
}

TEST(Checkpoint, NameAndTensorsAreReadInTheirOrder) {
  const auto checkpoint = read_checkpoint(data_file("bracelet.pth.tar"));
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  EXPECT_EQ(checkpoint->arch, "Bracelet");
  EXPECT_EQ(checkpoint->epoch, 7);
  EXPECT_EQ(checkpoint->tensors.front().key, "module.stem.output_shift");
  const auto* weights = checkpoint->find("module.branch.op.weight");
  ASSERT_NE(weights, nullptr);
  EXPECT_THAT(weights->shape, ElementsAre(8, 8, 3, 3));
  EXPECT_EQ(values_of(*checkpoint, weights->key), made_numbers(2, 8 * 8 * 9, 4));
  EXPECT_THAT(values_of(*checkpoint, "module.branch.weight_bits"), ElementsAre(4));
  EXPECT_EQ(checkpoint->find("nothing"), nullptr);
}

TEST(Checkpoint, PackedEntriesAreReadToo) {
  const auto checkpoint = read_checkpoint(data_file("anklet.pth.tar"));
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  EXPECT_EQ(values_of(*checkpoint, "conv3.op.weight"), made_numbers(3, 4 * 8 * 5, 8));
}

TEST(Checkpoint, TensorsThatLieOtherwiseInTheirStorageArePutInOrder) {
  // Offset 1, shape (2, 3), strides (1, 2): a transposed view.
  const auto checkpoint = with_tensor("K\1K\2K\3\x86K\1K\2\x86\x89}", floats({9, 1, 2, 3, 4, 5, 6}));
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  EXPECT_THAT(checkpoint->tensors.at(0).shape, ElementsAre(2, 3));
  EXPECT_THAT(*read_weight(checkpoint), ElementsAre(1, 3, 5, 2, 4, 6));
}

TEST(Checkpoint, TensorsBeyondTheirStorageAreRefusedWhenTheyAreRead) {
  for (const auto* arguments : {"K\1K\2\x85K\1\x85", "K\2)\x29", "M\xff\xffK\1\x85K\1\x85"}) {
    const auto values = read_weight(with_tensor(arguments, floats({1, 2})));
    ASSERT_FALSE(values) << arguments;
    EXPECT_THAT(values.error().message, HasSubstr("beyond its storage of 2 values")) << arguments;
  }
  const auto strides = read_weight(with_tensor(bytes("K\0K\2\x85J\xff\xff\xff\x7f\x85"), floats({1, 2})));
  EXPECT_THAT(strides.error().message, HasSubstr("reaches beyond its storage"));
}

TEST(Checkpoint, AnExpandedTensorCanNotUnfoldIntoALargeOne) {
  const auto values =
      read_weight(with_tensor(bytes("K\0J\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x86K\0K\0\x86"), floats({1, 2})));
  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("has more values than the 2 of its storage"));
}

TEST(Checkpoint, NegativeSizesAndUnequalRanksAreRefusedWhenTheyAreRead) {
  for (const auto& arguments :
       {bytes("K\0J\xff\xff\xff\xff\x85K\1\x85"), bytes("K\0K\1\x85)"), bytes("K\0K\1K\1")}) {
    const auto values = read_weight(with_tensor(arguments, floats({1})));
    ASSERT_FALSE(values);
    EXPECT_THAT(values.error().message, HasSubstr("offset, shape or strides make no sense"));
  }
}

TEST(Checkpoint, OtherStoragesThanTheSizeStatedAreRefusedWhenTheyAreRead) {
  const StorageReader empty = [](const std::string&, std::uint64_t) { return std::vector<std::uint8_t>(); };
  const auto pickle = bytes_of_file(corpus_file("pickle/tiny"));
  const auto values = read_weight(checkpoint_from_pickle(pickle, "x", empty));
  ASSERT_FALSE(values);
  EXPECT_THAT(values.error().message, HasSubstr("needs a storage of 4 bytes; storage 4 has 0"));
}

TEST(Checkpoint, TensorsAreReadInTheirOwnTimeAndTogetherWithinALimit) {
  std::size_t asked = 0;
  const StorageReader counts = [&](const std::string& key, std::uint64_t limit) {
    EXPECT_LE(limit, kMaxCheckpointBytes - 4 * asked);
    ++asked;
    return std::vector<std::uint8_t>(std::stoul(key), 0);
  };
  const auto checkpoint = checkpoint_from_pickle(bytes_of_file(corpus_file("pickle/tiny")), "x", counts);
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  EXPECT_EQ(asked, 0u);
  EXPECT_TRUE(checkpoint->tensors.at(0).read());
  EXPECT_TRUE(checkpoint->tensors.at(0).read());
  EXPECT_EQ(asked, 2u);
}

TEST(Checkpoint, WhatIsNoTensorStandsInTheListAndCanNotBeRead) {
  const auto text = bytes(
      "}(X\x0a\0\0\0state_dict}(X\1\0\0\0aK\5X\1\0\0\0bcos\nsystem\n)RX\1\0\0\0aK\6"
      "K\1K\2uX\5\0\0\0epochK\1u.");
  const StorageReader none = [](const std::string&, std::uint64_t) { return std::vector<std::uint8_t>(); };
  const auto checkpoint =
      checkpoint_from_pickle({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "x", none);
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  ASSERT_EQ(checkpoint->tensors.size(), 2u);  // a key that stands twice counts once, one that is no text not
  for (const auto& tensor : checkpoint->tensors)
    EXPECT_THAT(tensor.read().error().message, HasSubstr("is no tensor of plain numbers"));
}

TEST(Checkpoint, EveryCutIsRefused) {
  const auto whole = bytes_of_file(corpus_file("checkpoint/tiny"));
  EXPECT_EQ(error_of(whole), "no error");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(error_of({whole.begin(), whole.begin() + std::ptrdiff_t(size)}), "no error") << size;
}

TEST(Checkpoint, AFlippedBitInATensorIsFoundByItsChecksumWhenItIsRead) {
  auto bytes = bytes_of_file(data_file("bracelet.pth.tar"));
  bytes.at(bytes.size() / 2) ^= 0x10;  // within the weights of the last layer, which stand under two names
  const auto checkpoint = parse_checkpoint(bytes, "x.pth.tar");
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  std::vector<std::string> damaged;
  for (const auto& tensor : checkpoint->tensors)
    if (const auto values = tensor.read(); !values) {
      damaged.push_back(tensor.key);
      EXPECT_THAT(values.error().message, StartsWith("archive/data/"));  // the file is named by who asks
      EXPECT_EQ(values.error().code, ErrorCode::kInvalid);
    }
  EXPECT_THAT(damaged, ElementsAre("module.last.op.weight", "last.op.weight"));
}

TEST(Checkpoint, WhatIsNoCheckpointIsCalledSo) {
  EXPECT_THAT(error_of({}), HasSubstr("no checkpoint of PyTorch: neither a zip archive"));
  EXPECT_THAT(error_of(bytes_of_file(corpus_file("checkpoint/no-pickle"))), HasSubstr("holds no data.pkl"));
  EXPECT_THAT(error_of(bytes_of_file(corpus_file("checkpoint/legacy-cut"))),
              HasSubstr("x.pth.tar: its version, byte 0: the pickle is cut off"));
  const auto missing = read_checkpoint("/nowhere/x.pth.tar");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST(Checkpoint, AZipBombIsRefusedBeforeItUnfolds) {
  EXPECT_THAT(error_of(bytes_of_file(corpus_file("checkpoint/bomb"))),
              HasSubstr("a/data.pkl: has 17000000 bytes; at most 16777216 are read"));
}

TEST(Checkpoint, StateAndEpochMustBeThere) {
  const StorageReader none = [](const std::string&, std::uint64_t) { return std::vector<std::uint8_t>(); };
  const auto error = [&](std::string_view text) {
    return checkpoint_from_pickle({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "x",
                                  none)
        .error()
        .message;
  };
  EXPECT_THAT(error("}."), HasSubstr("holds no 'state_dict'"));
  EXPECT_THAT(error("}."), HasSubstr("save it as torch.save({'state_dict': model.state_dict(), "));
  EXPECT_THAT(error(bytes("}X\x0a\0\0\0state_dict}s.")), HasSubstr("holds no 'epoch'"));
  EXPECT_THAT(error(bytes("}(X\x0a\0\0\0state_dictK\1X\5\0\0\0epochK\1u.")),
              HasSubstr("'state_dict' is no dictionary"));
}

TEST(ZipArchive, EntriesAreReadWithinALimit) {
  const auto archive = ZipArchive::open(bytes_of_file(corpus_file("checkpoint/no-pickle")), "x.zip");
  ASSERT_TRUE(archive) << archive.error().message;
  EXPECT_EQ(archive->entries().at("a/version"), 2u);
  EXPECT_THAT(*archive->read("a/version", 2), ElementsAre('3', '\n'));
  EXPECT_EQ(archive->read("a/version", 1).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(archive->read("a/other", 9).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace synergy::accel_import
