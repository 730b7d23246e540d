// NumPy arrays: the ones we read, and every way in which a file can lie about itself.
#include "synergy/documents/npy.hpp"

#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace synergy::documents {
namespace {

using ByteList = std::vector<std::uint8_t>;

/// A file of format version `major` with this header dictionary, padded as NumPy does, and this data.
ByteList npy(const std::string& dictionary, const ByteList& data, std::uint8_t major = 1) {
  std::string header = dictionary;
  const std::size_t prefix = major >= 2 ? 12 : 10;
  while ((prefix + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  ByteList bytes{0x93, 'N', 'U', 'M', 'P', 'Y', major, 0};
  for (std::size_t i = 0; i < prefix - 8; ++i) bytes.push_back(std::uint8_t(header.size() >> (8 * i)));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

std::string dictionary(const std::string& type, const std::string& shape,
                       const std::string& order = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

std::string error_of(const ByteList& bytes) {
  const auto array = parse_npy(bytes, "x.npy");
  if (array) return "no error";
  EXPECT_EQ(array.error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(array.error().message.starts_with("x.npy: ")) << array.error().message;
  return array.error().message.substr(7);
}

TEST(Npy, ReadsSignedBytesWithTheirShape) {
  const auto array = parse_npy(npy(dictionary("|i1", "(2, 3)"), {1, 2, 3, 0xff, 0x80, 0x7f}), "x.npy");
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->type, "|i1");
  EXPECT_EQ(array->shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(array->items(), 6u);
  const auto values = array->as_int8();
  EXPECT_EQ((std::vector<int>(values.begin(), values.end())), (std::vector<int>{1, 2, 3, -1, -128, 127}));
}

TEST(Npy, ReadsEveryFormatVersionThatNumpyWrites) {
  for (const std::uint8_t major : {1, 2, 3}) {
    const auto array = parse_npy(npy(dictionary("<i4", "(1,)"), {1, 2, 3, 4}, major), "x.npy");
    ASSERT_TRUE(array) << array.error().message;
    EXPECT_EQ(array->data, (ByteList{1, 2, 3, 4}));
  }
  for (const std::uint8_t major : {0, 4, 255})
    EXPECT_EQ(error_of(npy(dictionary("|i1", "(1,)"), {1}, major)),
              "unknown format version " + std::to_string(major));
}

TEST(Npy, ReadsScalarsAndArraysWithoutItems) {
  const auto scalar = parse_npy(npy(dictionary("|u1", "()"), {9}), "x.npy");
  ASSERT_TRUE(scalar) << scalar.error().message;
  EXPECT_TRUE(scalar->shape.empty());
  EXPECT_EQ(scalar->items(), 1u);
  const auto empty = parse_npy(npy(dictionary("|u1", "(0, 28)"), {}), "x.npy");
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(empty->items(), 0u);
}

TEST(Npy, KnowsTheSizeOfEachType) {
  for (const auto& [type, size] : std::vector<std::pair<std::string, std::size_t>>{{"|i1", 1},
                                                                                   {"|u1", 1},
                                                                                   {"|b1", 1},
                                                                                   {"<i2", 2},
                                                                                   {"<u2", 2},
                                                                                   {"<i4", 4},
                                                                                   {"<u4", 4},
                                                                                   {"<f4", 4},
                                                                                   {"<i8", 8},
                                                                                   {"<u8", 8},
                                                                                   {"<f8", 8}}) {
    EXPECT_EQ(error_of(npy(dictionary(type, "(3,)"), ByteList(3 * size))), "no error") << type;
    EXPECT_NE(error_of(npy(dictionary(type, "(3,)"), ByteList(3 * size + 1))), "no error") << type;
  }
}

TEST(Npy, AFileCutOffAnywhereIsRefused) {
  for (const std::uint8_t major : {1, 2}) {
    const auto whole = npy(dictionary("|i1", "(2, 3)"), {1, 2, 3, 4, 5, 6}, major);
    for (std::size_t size = 0; size < whole.size(); ++size)
      ASSERT_NE(error_of(ByteList(whole.begin(), whole.begin() + std::ptrdiff_t(size))), "no error") << size;
    EXPECT_EQ(error_of(whole), "no error");
  }
}

TEST(Npy, BytesBehindTheDataAreRefused) {
  EXPECT_EQ(error_of(npy(dictionary("|i1", "(2,)"), {1, 2, 3})), "the shape needs 2 bytes, the file has 3");
}

TEST(Npy, AWrongMagicIsRefused) {
  auto bytes = npy(dictionary("|i1", "(2,)"), {1, 2});
  bytes[0] = 'x';
  EXPECT_EQ(error_of(bytes), "not a .npy file");
  EXPECT_EQ(error_of({}), "not a .npy file");
}

TEST(Npy, FortranOrderIsRefused) {
  EXPECT_EQ(error_of(npy(dictionary("|i1", "(1, 2)", "True"), {1, 2})),
            "must be in C order: save numpy.ascontiguousarray() of it");
  EXPECT_EQ(error_of(npy("{'descr': '|i1', 'shape': (2,), }", {1, 2})),
            "must be in C order: save numpy.ascontiguousarray() of it");
}

TEST(Npy, ShapesWhoseProductIsEnormousOrOverflowsAreRefused) {
  const std::string too_large = "larger than " + std::to_string(kMaxNpyBytes) + " bytes";
  for (const char* shape : {"(268435457,)", "(18446744073709551615,)", "(4294967296, 4294967296)",
                            "(9223372036854775808, 2)", "(65536, 65536, 65536, 65536)"})
    EXPECT_EQ(error_of(npy(dictionary("|i1", shape), {})), too_large) << shape;
  EXPECT_EQ(error_of(npy(dictionary("<i8", "(33554433,)"), {})), too_large);
  EXPECT_EQ(error_of(npy(dictionary("|i1", "(18446744073709551616,)"), {})), "no shape in the header");
}

TEST(Npy, AShapeThatIsNoTupleOfSizesIsRefused) {
  for (const char* shape : {"(-1,)", "[2]", "2", "(2", "(2, x)", "('2',)", "(2.0,)", "(2L,)", "(", ""})
    EXPECT_EQ(error_of(npy(dictionary("|i1", shape), {1, 2})), "no shape in the header") << shape;
}

TEST(Npy, UnsupportedTypesAreRefused) {
  for (const char* type : {">i4", "<c8", "|O", "<U1", "|S4", "<f2", "=i4", "i1"})
    EXPECT_NE(error_of(npy(dictionary(type, "(0,)"), {})), "no error") << type;
  EXPECT_EQ(error_of(npy(dictionary(">i4", "(1,)"), {0, 0, 0, 1})), "unsupported type '>i4'");
  EXPECT_EQ(error_of(npy("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", {0, 0, 0, 1})),
            "no simple type in the header");
  EXPECT_NE(error_of(npy("{'descr': '|i1", {})), "no error");
}

TEST(Npy, AHeaderLengthBeyondTheFileIsRefused) {
  auto bytes = npy(dictionary("|i1", "(2,)"), {1, 2}, 2);
  for (int i = 8; i < 12; ++i) bytes[std::size_t(i)] = 0xff;
  EXPECT_EQ(error_of(bytes), "the header is cut off");
}

TEST(Npy, AFileIsReadAndAMissingOneIsNotFound) {
  const test_support::TemporaryFolder folder;
  const auto bytes = npy(dictionary("|i1", "(2,)"), {1, 2});
  const auto file = folder.write("x.npy", std::string(bytes.begin(), bytes.end()));
  const auto array = read_npy(file);
  ASSERT_TRUE(array) << array.error().message;
  EXPECT_EQ(array->data, (ByteList{1, 2}));

  const auto missing = read_npy(folder / "y.npy");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(missing.error().message.starts_with((folder / "y.npy").string()));
}

TEST(Npy, AFolderOrADeviceIsRefused) {
  const test_support::TemporaryFolder folder;
  for (const std::filesystem::path& path : {folder.path(), std::filesystem::path("/dev/null")}) {
    const auto array = read_npy(path);
    ASSERT_FALSE(array);
    EXPECT_EQ(array.error().message, path.string() + ": not a regular file");
  }
}

TEST(Npy, AnEnormousFileIsRefusedBeforeItIsRead) {
  const test_support::TemporaryFolder folder;
  const auto file = folder.write("x.npy", "");
  std::filesystem::resize_file(file, kMaxNpyBytes + 1);  // a hole: it takes no disk
  const auto array = read_npy(file);
  ASSERT_FALSE(array);
  EXPECT_EQ(array.error().message, file.string() + ": has " + std::to_string(kMaxNpyBytes + 1) +
                                       " bytes; at most " + std::to_string(kMaxNpyBytes) + " are read");
}

TEST(Npy, WhatIsWrittenIsReadBack) {
  const std::vector<std::int8_t> values{1, -1, -128, 127, 0, 5};
  for (const auto& shape : {std::vector<std::size_t>{6}, {2, 3}, {1, 6, 1, 1}}) {
    const auto bytes = to_npy(npy_of(values, shape));
    const auto back = parse_npy(bytes, "x.npy");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->type, "|i1");
    EXPECT_EQ(back->shape, shape);
    EXPECT_EQ(std::vector<std::int8_t>(back->as_int8().begin(), back->as_int8().end()), values);
    EXPECT_EQ((bytes.size() - values.size()) % 64, 0u) << "the data is aligned as the format wants it";
  }
  const NpyArray scalar{"<i4", {}, {1, 2, 3, 4}};
  EXPECT_EQ(parse_npy(to_npy(scalar), "x.npy")->data, scalar.data);
  EXPECT_EQ(to_npy(npy_of(values, {6})), npy(dictionary("|i1", "(6,)"), {1, 0xff, 0x80, 0x7f, 0, 5}));
}

}  // namespace
}  // namespace synergy::documents
