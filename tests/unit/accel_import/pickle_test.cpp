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

TEST(Pickle, LinesOfProtocol0AreRead) {
  EXPECT_EQ(root_as<std::int64_t>("I-12\n."), -12);
  EXPECT_TRUE(root_as<bool>("I01\n."));
  EXPECT_FALSE(root_as<bool>("I00\n."));
  EXPECT_EQ(root_as<std::int64_t>("L7L\n."), 7);
  root_as<PickleOpaque>("L119547037146038801333356L\n.");
  EXPECT_EQ(root_as<double>("F-2.5e3\n."), -2500);
  EXPECT_EQ(root_as<PickleText>("S'a\\'\\n\\x41\\101\\\\'\n.").text, "a'\nAA\\");
  EXPECT_EQ(root_as<PickleText>("V\xb5\\u4e2d\\U0001f600\n.").text, "\u00b5\u4e2d\U0001f600");
  EXPECT_EQ(root_as<PickleTuple>("(I1\np5\ng5\nt.").items.size(), 2u);
  const auto call = parse("(I1\nicollections\nThing\n.");
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_TRUE(call->is_global(std::get<PickleCall>(call->root()).callable, "collections", "Thing"));
  const auto named = parse("P12\n.");
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_EQ(named->text(std::get<PicklePersistent>(named->root()).id), "12");
}

TEST(Pickle, OpcodesOfProtocols3To5AreRead) {
  EXPECT_EQ(root_as<PickleText>(bytes("\x80\x04\x95\4\0\0\0\0\0\0\0\x8c\1a.")).text, "a");
  EXPECT_EQ(root_as<PickleText>(bytes("\x8d\1\0\0\0\0\0\0\0a.")).text, "a");
  for (const auto& text : {bytes("B\1\0\0\0a."), bytes("C\1a."), bytes("\x8e\1\0\0\0\0\0\0\0a."),
                           bytes("\x96\1\0\0\0\0\0\0\0a."), bytes("\x8f(K\1\x90."), bytes("(K\1\x91."),
                           bytes("\x82\1."), bytes("\x83\1\0."), bytes("\x84\1\0\0\0."),
                           bytes("\x8b\x09\0\0\0"
                                 "123456789.")})
    root_as<PickleOpaque>(text);
  EXPECT_EQ(root_as<std::int64_t>(bytes("\x8b\2\0\0\0\xfe\xff.")), -2);
  const auto call = parse(bytes("\x8c\1m\x8c\1n\x93)}\x92."));
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_TRUE(call->is_global(std::get<PickleCall>(call->root()).callable, "m", "n"));
  // Kept under the numbers 0 and 1, in the order they were kept.
  const auto items = root_as<PickleTuple>(bytes("\x8c\1a\x94"
                                                "0\x8c\1b\x94"
                                                "0h\0h\1\x86."))
                         .items;
  ASSERT_EQ(items.size(), 2u);
  EXPECT_NE(items[0], items[1]);
}

TEST(Pickle, WhatStandsBehindThePickleIsLeftAlone) {
  const auto pickle = parse(bytes("\x80\2K\1.K\2."));
  ASSERT_TRUE(pickle) << pickle.error().message;
  EXPECT_EQ(pickle->size(), 5u);
  EXPECT_EQ(std::get<std::int64_t>(pickle->root()), 1);
}

TEST(Pickle, AnOrderedDictionaryOfPython2IsACallWithPairs) {
  const auto pickle = parse(bytes("ccollections\nOrderedDict\n](](U\1aK\1e](U\1bK\2ee\x85R."));
  ASSERT_TRUE(pickle) << pickle.error().message;
  const auto entries = pickle->entries(pickle->root());
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->size(), 2u);
  const auto b = pickle->find(pickle->root(), "b");
  ASSERT_TRUE(b);
  EXPECT_EQ(*pickle->as<std::int64_t>(*b), 2);
  EXPECT_FALSE(pickle->entries(parse(bytes("ccollections\nOrderedDict\n]K\1a\x85R."))->root()));
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
       {bytes("\x85."),     bytes("K\1\x86."),    bytes("K\1\x87."), bytes("K\1R."),   bytes("Q."),
        bytes("t."),        bytes("u."),          bytes("e."),       bytes("K\1a."),   bytes("K\1K\2s."),
        bytes("0."),        bytes("2."),          bytes("1."),       bytes("b."),      bytes("q\0."),
        bytes("](K\1a."),   bytes("}(K\1K\2s."),  bytes("(q\0."),    bytes("K\1(0R."), bytes("i\n\n."),
        bytes("o."),        bytes("(o."),         bytes("K\1\x93."), bytes("\x91."),   bytes("\x90."),
        bytes("(K\1\x90."), bytes("K\1K\1\x92."), bytes("\x94."),    bytes("p1\n.")})
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
  EXPECT_THAT(error_of(bytes("\x80\x06N.")), HasSubstr("pickle protocol 6; those from 0 to 5 are read"));
  EXPECT_THAT(error_of(bytes("?.")), HasSubstr("byte 0: opcode 63 is none of a pickle"));
  EXPECT_THAT(error_of(bytes("K\1(K\1\x90.")), HasSubstr("adds to something that is no set"));
  EXPECT_THAT(error_of(bytes("K\1K\1\x93.")), HasSubstr("names a class by something that is no text"));
  for (const auto* line : {"I1.5\n.", "I\n.", "Lx\n.", "g1x\n.", "g\n."})
    EXPECT_THAT(error_of(line), HasSubstr("byte 0: the pickle's line is no whole number")) << line;
  for (const auto* line : {"F\n.", "F1.5x\n."})
    EXPECT_THAT(error_of(line), HasSubstr("is no number")) << line;
  for (const auto* line :
       {"Sa\n.", "S'\n.", "S'\\x1'\n.", "S'\\400'\n.", "S'\\q'\n.", "V\\u12\n.", "V\\U00110000\n."})
    EXPECT_THAT(error_of(line), HasSubstr("is no text")) << line;
  for (const auto& text : {bytes("\x97."), bytes("\x98.")})
    EXPECT_THAT(error_of(text), HasSubstr("out-of-band buffers"));
}

TEST(Pickle, ATextThatClaimsMoreThanThereIsReservesNothing) {
  EXPECT_THAT(error_of(bytes("X\xff\xff\xff\xff"
                             "abc.")),
              HasSubstr("cut off"));
  EXPECT_THAT(error_of(bytes("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
                             "abc.")),
              HasSubstr("cut off"));
  EXPECT_THAT(error_of(bytes("\x8b\xff\xff\xff\xff"
                             "abc.")),
              HasSubstr("cut off"));
  EXPECT_THAT(error_of(bytes("\x95\xff\xff\xff\xff\xff\xff\xff\xff"
                             "N.")),
              HasSubstr("cut off"));
}

TEST(Pickle, ValuesAndBytesBeyondTheLimitsAreRefused) {
  EXPECT_THAT(error_of(std::string(kMaxPickleValues, 'N')), HasSubstr("makes more than the 1048576 values"));
  EXPECT_THAT(error_of(std::string(kMaxPickleValues + 1, '(')),
              HasSubstr("makes more than the 1048576 values"));
  EXPECT_THAT(error_of("N" + std::string(kMaxPickleValues, '2')), HasSubstr("makes more than"));
  EXPECT_THAT(error_of("N" + std::string(kMaxPickleValues, '\x94')), HasSubstr("makes more than"));
  std::string large = bytes("\x8e\0\0\0\1\0\0\0\0");  // bytes that begin within the limit and end beyond it
  large.resize(kMaxPickleBytes + 100);
  EXPECT_THAT(error_of(large), HasSubstr("longer than the 16777216 bytes"));
}

}  // namespace
}  // namespace synergy::accel_import
