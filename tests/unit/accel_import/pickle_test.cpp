// Pickles: the values that torch.save writes, and that nothing is ever called.
#include "synergy/accel_import/pickle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import_fixtures.hpp"

namespace synergy::accel_import {
namespace {

using ::testing::HasSubstr;

Result<Pickle> parse(std::string_view text) {
  return Pickle::parse({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, "data.pkl");
}

template <class T>
T root_as(std::string_view text) {
  const auto pickle = parse(text);
  EXPECT_TRUE(pickle) << pickle.error().message;
  const auto* value = pickle ? std::get_if<T>(&pickle->root()) : nullptr;
  EXPECT_NE(value, nullptr);
  return value == nullptr ? T{} : *value;
}

std::string error_of(std::string_view text) {
  const auto pickle = parse(text);
  if (pickle) return "no error";
  EXPECT_EQ(pickle.error().code, ErrorCode::kInvalid);
  return pickle.error().message;
}

TEST(Pickle, NumbersOfEveryFormAreRead) {
  EXPECT_EQ(root_as<std::int64_t>(bytes("\x80\x02K\xff.")), 255);
  EXPECT_EQ(root_as<std::int64_t>(bytes("\x80\x02M\x34\x12.")), 0x1234);
  EXPECT_EQ(root_as<std::int64_t>(bytes("\x80\x02J\xfe\xff\xff\xff.")), -2);
  EXPECT_EQ(root_as<std::int64_t>(bytes("\x80\x02\x8a\x05\x00\x00\x00\x00\x01.")), std::int64_t(1) << 32);
  EXPECT_EQ(root_as<std::int64_t>(bytes("\x80\x02\x8a\x01\xff.")), -1);
  EXPECT_EQ(root_as<std::int64_t>(bytes("\x80\x02\x8a\x00.")), 0);
  EXPECT_EQ(root_as<double>(bytes("\x80\x02G\xbf\xf8\x00\x00\x00\x00\x00\x00.")), -1.5);
  EXPECT_TRUE(root_as<bool>(bytes("\x80\x02\x88.")));
  EXPECT_FALSE(root_as<bool>(bytes("\x80\x02\x89.")));
}

TEST(Pickle, ContainersKeepTheirOrderAndTheLastValueOfAKeyCounts) {
  const auto pickle = parse(bytes("\x80\x02}(X\x01\0\0\0aK\x01X\x01\0\0\0bK\x02X\x01\0\0\0aK\x03u."));
  ASSERT_TRUE(pickle) << pickle.error().message;
  EXPECT_EQ(std::get<PickleDict>(pickle->root()).entries.size(), 3u);
  const auto a = pickle->find(pickle->root(), "a");
  ASSERT_TRUE(a);
  EXPECT_EQ(*pickle->as<std::int64_t>(*a), 3);
  EXPECT_FALSE(pickle->find(pickle->root(), "c"));
  EXPECT_EQ(root_as<PickleTuple>(bytes("K\1K\2K\3\x87.")).items.size(), 3u);
  EXPECT_EQ(root_as<PickleList>(bytes("](K\1K\2eK\3a.")).items.size(), 3u);
}

TEST(Pickle, WhatIsKeptCanBeRecalled) {
  const auto items = root_as<PickleTuple>(bytes("X\1\0\0\0aq\0r\0\1\0\0h\0j\0\1\0\0\x87.")).items;
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0], items[1]);
  EXPECT_EQ(items[0], items[2]);
}

TEST(Pickle, AnOrderedDictionaryIsADictionary) {
  const auto dict =
      root_as<PickleDict>(bytes("ccollections\nOrderedDict\n)RX\1\0\0\0aK\1s}X\1\0\0\0bK\2sb."));
  EXPECT_EQ(dict.entries.size(), 1u);  // its attributes are no entries
}

TEST(Pickle, NothingIsCalled) {
  const auto pickle = parse(bytes("cos\nsystem\nX\4\0\0\0true\x85R."));
  ASSERT_TRUE(pickle) << pickle.error().message;
  const auto& call = std::get<PickleCall>(pickle->root());
  EXPECT_TRUE(pickle->is_global(call.callable, "os", "system"));
  EXPECT_EQ(pickle->text(pickle->as<PickleTuple>(call.arguments)->items[0]), "true");
}

TEST(Pickle, AnObjectThatIsNotMadeTakesItsStateWithoutKeepingIt) {
  root_as<PickleCall>(bytes("cx\nY\n)R}b(K\1eK\1aK\1K\2s(K\1K\2u."));
}

TEST(Pickle, AListInItselfIsNoTrouble) { root_as<PickleList>(bytes("]q\0h\0a.")); }

TEST(Pickle, EveryCutEndsInAnErrorThatNamesTheByte) {
  const auto whole = bytes("\x80\x02}q\0(X\1\0\0\0aG?\xf0\0\0\0\0\0\0X\1\0\0\0bcm\nn\nQu.");
  ASSERT_TRUE(parse(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THAT(error_of(whole.substr(0, size)), HasSubstr("data.pkl, byte ")) << size;
}

TEST(Pickle, TakingWhatIsNotThereIsRefused) {
  for (const auto& text :
       {bytes("\x85."), bytes("K\1\x86."), bytes("K\1\x87."), bytes("K\1R."), bytes("Q."), bytes("t."),
        bytes("u."), bytes("e."), bytes("K\1a."), bytes("K\1K\2s."), bytes("0."), bytes("2."), bytes("1."),
        bytes("b."), bytes("q\0."), bytes("](K\1a."), bytes("}(K\1K\2s."), bytes("(q\0."), bytes("K\1(0R.")})
    EXPECT_THAT(error_of(text), HasSubstr("takes a value that is not there"))
        << ::testing::PrintToString(text);
  EXPECT_THAT(error_of(bytes("h\5.")), HasSubstr("byte 0: the pickle recalls value 5, never kept"));
  EXPECT_THAT(error_of(bytes("K\1K\2.")), HasSubstr("more or less than one value"));
  EXPECT_THAT(error_of(bytes("K\1(.")), HasSubstr("more or less than one value"));
}

TEST(Pickle, ContradictionsAreRefused) {
  EXPECT_THAT(error_of(bytes("K\1K\2a.")),
              HasSubstr("byte 4: the pickle appends to something that is no list"));
  EXPECT_THAT(error_of(bytes("](K\1K\2u.")), HasSubstr("no dictionary"));
  EXPECT_THAT(error_of(bytes("}(K\1u.")), HasSubstr("a key without a value"));
  EXPECT_THAT(error_of(bytes("cx\nY\nK\1R.")), HasSubstr("without a tuple of arguments"));
  EXPECT_THAT(error_of(bytes("\x80\x04N.")), HasSubstr("pickle protocol 4; torch.save writes protocol 2"));
  EXPECT_THAT(error_of(bytes("V1\n.")), HasSubstr("byte 0: opcode 86 is none that torch.save writes"));
}

TEST(Pickle, ATextThatClaimsMoreThanThereIsReservesNothing) {
  EXPECT_THAT(error_of(bytes("X\xff\xff\xff\xff"
                             "abc.")),
              HasSubstr("cut off"));
  EXPECT_THAT(error_of(std::string(kMaxPickleBytes + 1, 'N')), HasSubstr("at most 2097152 are read"));
}

}  // namespace
}  // namespace synergy::accel_import
