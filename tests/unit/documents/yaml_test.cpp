// Files that people write: what a mistake in them is answered with, and how their scalars are read.
#include "synergy/documents/yaml.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "synergy/schemas/app.hpp"
#include "synergy/schemas/describe.hpp"
#include "synergy/schemas/device.hpp"
#include "synergy/schemas/model.hpp"
#include "temporary_folder.hpp"

namespace synergy::documents {
namespace {

/// One field of every kind.
struct Sheet {
  std::string text;
  std::int64_t number = 0;
  std::uint64_t count = 0;
  double real = 0;
  bool flag = false;
  std::int32_t small = 0;
  std::vector<std::string> names;
  std::optional<std::uint32_t> maybe;
  std::map<std::string, std::uint64_t> sizes;

  static void fields(auto& f) {
    using namespace schemas;
    f.optional("text", &Sheet::text, "text");
    f.optional("number", &Sheet::number, "signed", kAnyNumber);
    f.optional("count", &Sheet::count, "count", kAnyNumber);
    f.optional("real", &Sheet::real, "real");
    f.optional("flag", &Sheet::flag, "flag");
    f.optional("small", &Sheet::small, "32 bits");
    f.optional("names", &Sheet::names, "names");
    f.optional("maybe", &Sheet::maybe, "or not");
    f.optional("sizes", &Sheet::sizes, "sizes");
  }
};

struct Sizes {
  std::vector<std::uint32_t> sizes;
  static void fields(auto& f) { f.required("sizes", &Sizes::sizes, "sizes", schemas::from_to(1, 9)); }
};

Sheet read(const std::string& text) {
  auto sheet = read_yaml_text<Sheet>(text, "sheet.yaml");
  EXPECT_TRUE(sheet) << text << ": " << (sheet ? "" : sheet.error().message);
  return sheet ? *sheet : Sheet{};
}

std::string error_of(const std::string& text) {
  const auto sheet = read_yaml_text<Sheet>(text, "sheet.yaml");
  if (sheet) return "no error";
  EXPECT_EQ(sheet.error().code, ErrorCode::kInvalid);
  return sheet.error().message;
}

TEST(Yaml, AnUnknownKeyIsNamedWithFileLineAndTheLikelyKey) {
  EXPECT_EQ(error_of("text: a\nnumbr: 3\n"), "sheet.yaml:2:8: unknown key 'numbr'; did you mean 'number'?");
}

TEST(Yaml, AnUnknownKeyFarFromAllOthersListsThem) {
  EXPECT_EQ(error_of("colour: red\n"),
            "sheet.yaml:1:9: unknown key 'colour'; known: text, number, count, real, flag, small, names, "
            "maybe, sizes");
}

TEST(Yaml, AKeyGivenTwiceIsRefused) {
  EXPECT_EQ(error_of("text: a\nnumber: 1\ntext: b\n"), "sheet.yaml:3:7: 'text' is given twice");
}

TEST(Yaml, AKeyOfAFreeMapGivenTwiceIsRefused) {
  EXPECT_EQ(error_of("sizes:\n  a: 1\n  a: 2\n"), "sheet.yaml:3:6: sizes: 'a' is given twice");
}

TEST(Yaml, AWrongValueIsNamedWithItsFieldFileLineAndColumn) {
  EXPECT_EQ(error_of("text: a\nnumber: many\n"),
            "sheet.yaml:2:9: number: expected a whole number, found text");
  EXPECT_EQ(error_of("names:\n  - a\n  - [b]\n"), "sheet.yaml:3:5: names: [1]: expected text, found a list");
}

TEST(Yaml, EverythingThatIsWrongWithAFileIsToldALineEach) {
  EXPECT_EQ(
      error_of("text: a\nnumbr: 3\ncount: -1\nnames:\n  - a\n  - [b]\n  - 7\nsizes: {a: b, c: 1, d: e}\n"),
      "sheet.yaml:2:8: unknown key 'numbr'; did you mean 'number'?\n"
      "sheet.yaml:3:8: count: the number is negative or out of range\n"
      "sheet.yaml:6:5: names: [1]: expected text, found a list\n"
      "sheet.yaml:7:5: names: [2]: expected text, found a whole number\n"
      "sheet.yaml:8:12: sizes: a: expected a whole number, found text\n"
      "sheet.yaml:8:24: sizes: d: expected a whole number, found text");
}

TEST(Yaml, OfVeryMuchThatIsWrongOnlyTheBeginningIsTold) {
  std::string text = "names:\n";
  for (int i = 0; i < 100'000; ++i) text += "- 1\n";
  const auto message = error_of(text);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 20) << message.size();
  EXPECT_TRUE(message.starts_with("sheet.yaml:2:3: names: [0]: ")) << message.substr(0, 100);
  EXPECT_TRUE(message.ends_with("sheet.yaml: there may be more; these are the first"));
}

TEST(Yaml, WhatACheckFindsHasTheLineOfItsField) {
  const auto app = read_yaml_text<schemas::AppRequest>(
      "app: a\nmodel: m\nsensing: {needs: camera}\ninteraction: {needs: display}\nrate: -5\n", "x.yaml");
  ASSERT_FALSE(app);
  EXPECT_EQ(app.error().message, "x.yaml:5:7: 'rate' must be 0 or from 1e-06 to 1000000000; it is -5");
}

TEST(Yaml, WhatACheckFindsOfTwoFieldsHasTheLineOfTheFirst) {
  const auto app = read_yaml_text<schemas::AppRequest>(
      "app: a\nmin_rate: 30\nmodel: m\nsensing: {needs: camera}\ninteraction: {needs: display}\nrate: 0.25\n",
      "x.yaml");
  ASSERT_FALSE(app);
  EXPECT_EQ(app.error().message,
            "x.yaml:6:7: 'rate' is 0.25, below 'min_rate', which is 30: raise 'rate', lower 'min_rate', or "
            "leave one "
            "of them out");
}

TEST(Yaml, WhatACheckFindsIsToldBesideWhatIsWrongElsewhere) {
  const auto error = [](const std::string& rest) {
    const auto app = read_yaml_text<schemas::AppRequest>(
        "app: a\nmodel: m\nsensing: {needs: camera}\ninteraction: {needs: display}\n" + rest, "x.yaml");
    return app ? "no error" : app.error().message;
  };
  const auto both = error("rate: 1\nmin_rate: 5\nruns: -1\n");
  EXPECT_NE(both.find("x.yaml:5:7: 'rate' is 1, below 'min_rate', which is 5"), std::string::npos) << both;
  EXPECT_NE(both.find("x.yaml:7:7: runs: "), std::string::npos) << both;
  EXPECT_EQ(error("rate: fast\nmin_rate: 5\n"), "x.yaml:5:7: rate: expected a number, found text")
      << "of a rate that was not read nothing is known";
}

TEST(Yaml, EveryItemOfAListIsHeldToItsLimits) {
  const auto sizes = read_yaml_text<Sizes>("sizes: [0, a, 5, 10]\n", "x.yaml");
  ASSERT_FALSE(sizes);
  EXPECT_EQ(sizes.error().message,
            "x.yaml:1:12: sizes: [1]: expected a whole number, found text\n"
            "x.yaml:1:9: an item of 'sizes' must be from 1 to 9; it is 0\n"
            "x.yaml:1:18: an item of 'sizes' must be from 1 to 9; it is 10");
}

TEST(Yaml, AMapBelowItsKeyStandsWhereTheKeyDoes) {
  EXPECT_EQ(error_of("text: a\nnumbr:\n\n  a: 1\n"),
            "sheet.yaml:2:1: unknown key 'numbr'; did you mean 'number'?");
  EXPECT_EQ(error_of("text:\n  - a\n"), "sheet.yaml:1:1: text: expected text, found a list");
}

TEST(Yaml, AMissingFieldIsNamedWithTheLineOfItsMap) {
  const auto app =
      read_yaml_text<schemas::AppRequest>("app: x\nmodel: y\nsensing: {needs: camera}\n", "x.yaml");
  ASSERT_FALSE(app);
  EXPECT_EQ(app.error().message, "x.yaml:1:1: 'interaction' is missing (where the result goes)");
}

TEST(Yaml, AnAliasStandsForWhatItsAnchorNames) {
  EXPECT_EQ(read("names: [&n a, *n]\ntext: *n\n").names, (std::vector<std::string>{"a", "a"}));
  EXPECT_EQ(read("names: &n [a, b]\ntext: x\nsizes: &s {a: 1}\n").names,
            (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(error_of("names: &n [a]\ntext: *n\n"), "sheet.yaml:1:8: text: expected text, found a list");
  EXPECT_TRUE(error_of("text: *n\n").starts_with("sheet.yaml:1:7: ")) << error_of("text: *n\n");
}

TEST(Yaml, AMergeKeyAddsWhatTheMapDoesNotSay) {
  const auto sheet = read("text: a\nsizes: {<<: {a: 1, b: 2}, b: 3}\n");
  EXPECT_EQ(sheet.sizes, (std::map<std::string, std::uint64_t>{{"a", 1}, {"b", 3}}));
  // Of several maps the earlier ones come first.
  EXPECT_EQ(read("text: a\nsizes: {<<: [{a: 1}, {a: 2, c: 3}]}\n").sizes,
            (std::map<std::string, std::uint64_t>{{"a", 1}, {"c", 3}}));
  EXPECT_EQ(error_of("text: a\nsizes: {<<: 3}\n"),
            "sheet.yaml:2:13: '<<' takes over the keys of a map, or of a list of maps");
}

TEST(Yaml, AliasesUnfoldToABoundedNumberOfValues) {
  std::string text = "names: [&n0 [a, a, a, a, a, a, a, a]";
  for (int k = 1; k < 12; ++k) {
    const auto before = "*n" + std::to_string(k - 1);
    text += ", &n" + std::to_string(k) + " [" + before + ", " + before + ", " + before + ", " + before + "]";
  }
  const auto message = error_of(text + "]\n");
  EXPECT_NE(message.find("sheet.yaml:1:9: its aliases unfold to more than 100000 values"), std::string::npos)
      << message;
  // One that contains itself ends at the bound of depth.
  EXPECT_EQ(error_of("names: &n [*n]\n"), "sheet.yaml:1:8: nested too deep");
}

TEST(Yaml, MoreValuesThanAnyFileNeedsAreRefusedBeforeATreeIsMadeOfThem) {
  std::string text = "names: [";
  for (std::size_t i = 0; i <= kMaxYamlValues; ++i) text += "1,";
  EXPECT_EQ(error_of(text + "]\n"), "sheet.yaml: holds 500004 values; at most 500000 are read");
}

TEST(Yaml, NumbersAreOfTheSchemaThatIsAskedFor) {
  const auto number = [](const std::string& text, YamlNumbers numbers) {
    std::int64_t found = -1;
    const auto read_it = [&](schemas::Node node) { return schemas::decode(node, found); };
    return with_yaml_text(text, "x", read_it, numbers) ? std::optional(found) : std::nullopt;
  };
  const auto core = YamlNumbers::kCore, old = YamlNumbers::kYaml11;
  struct Case {
    const char* text;
    std::optional<std::int64_t> core, old;
  };
  for (const auto& c : {Case{"0x1f", 31, 31}, Case{"0o17", 15, 15}, Case{"017", 17, 15}, Case{"0b101", {}, 5},
                        Case{"1_000", {}, 1000}, Case{"-0b11", {}, -3}, Case{"0x_ff", {}, {}},
                        Case{"0", 0, 0}, Case{"08", 8, {}}, Case{"0b", {}, {}}, Case{"0b2", {}, {}},
                        Case{"--1", {}, {}}, Case{"0x-1", {}, {}}, Case{"_1", {}, {}}, Case{"+5", 5, 5}}) {
    EXPECT_EQ(number(c.text, core), c.core) << c.text;
    EXPECT_EQ(number(c.text, old), c.old) << c.text;
  }
}

TEST(Yaml, AnAmpersandInsideTextIsText) {
  EXPECT_EQ(read("text: \"&a *b\"\n").text, "&a *b");
  EXPECT_EQ(read("text: salt & pepper\n").text, "salt & pepper");
}

TEST(Yaml, NestingBeyondTheLimitIsRefused) {
  const auto nested = [](std::size_t depth) {
    return "names: " + std::string(depth, '[') + std::string(depth, ']') + "\n";
  };
  EXPECT_EQ(error_of(nested(schemas::kMaxDepth)), "sheet.yaml:1:9: names: [0]: expected text, found a list");
  EXPECT_EQ(error_of(nested(schemas::kMaxDepth + 1)), "sheet.yaml:1:40: nested too deep");
  EXPECT_NE(error_of(nested(10000)), "no error");
  EXPECT_NE(error_of("names: " + std::string(10000, '[')), "no error");
}

TEST(Yaml, AnEmptyFileIsRefused) {
  for (const char* text : {"", "# only a comment\n", "\n\n"})
    EXPECT_EQ(error_of(text), "sheet.yaml: expected one YAML document, found none") << text;
}

TEST(Yaml, TwoDocumentsInOneFileAreRefused) {
  EXPECT_EQ(error_of("text: a\n---\ntext: b\n"), "sheet.yaml: expected one YAML document, found more");
}

TEST(Yaml, AStrayEndOfAListOrMapIsRefusedAndDoesNotLastForEver) {
  for (const std::string& text : {std::string(","), std::string("}"), std::string("]"),
                                  std::string("text: a\n]\n"), std::string(",\0\0\0D", 5)})
    EXPECT_NE(error_of(text), "no error") << text;
}

TEST(Yaml, AFileThatIsNoMapIsRefused) {
  EXPECT_EQ(error_of("- a\n"), "sheet.yaml:1:1: expected a map, found a list");
  EXPECT_EQ(error_of("just text\n"), "sheet.yaml:1:1: expected a map, found text");
}

TEST(Yaml, BrokenYamlIsRefusedWithItsLine) {
  const auto message = error_of("text: a\nnames: [b, c\nflag: true\n");
  EXPECT_TRUE(message.starts_with("sheet.yaml:")) << message;
  EXPECT_NE(error_of("\t- tab"), "no error");
}

TEST(Yaml, AKeyThatIsNoPlainNameIsRefused) {
  EXPECT_EQ(error_of("? [a, b]\n: c\n"), "sheet.yaml:1:1: a key must be a plain name");
}

TEST(Yaml, QuotedNumbersAndWordsStayText) {
  EXPECT_EQ(read("text: \"7\"\n").text, "7");
  EXPECT_EQ(read("text: '0x10'\n").text, "0x10");
  EXPECT_EQ(read("text: 'true'\n").text, "true");
  EXPECT_EQ(read("text: ''\n").text, "");
  EXPECT_EQ(read("text: \"null\"\n").text, "null");
  EXPECT_EQ(error_of("number: \"7\"\n"), "sheet.yaml:1:9: number: expected a whole number, found text");
  EXPECT_EQ(error_of("flag: \"true\"\n"), "sheet.yaml:1:7: flag: expected true or false, found text");
}

TEST(Yaml, PlainNumbersAreNotTakenForText) {
  EXPECT_EQ(error_of("text: 7\n"), "sheet.yaml:1:7: text: expected text, found a whole number");
  EXPECT_EQ(error_of("names: [1.5]\n"), "sheet.yaml:1:9: names: [0]: expected text, found a number");
}

TEST(Yaml, HexadecimalNumbersReachAllSixtyFourBits) {
  EXPECT_EQ(read("count: 0xfffffffffffffff0\n").count, 0xfffffffffffffff0u);
  EXPECT_EQ(read("count: 0XFFFFFFFFFFFFFFFF\n").count, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(read("count: 0x0000000000000001\n").count, 1u);
  EXPECT_EQ(error_of("count: 0x10000000000000000\n"),
            "sheet.yaml:1:8: count: expected a whole number, found text");
  EXPECT_EQ(error_of("count: 0x\n"), "sheet.yaml:1:8: count: expected a whole number, found text");
}

TEST(Yaml, ANegativeNumberIsNoCount) {
  EXPECT_EQ(error_of("count: -1\n"), "sheet.yaml:1:8: count: the number is negative or out of range");
  EXPECT_EQ(error_of("maybe: -1\n"), "sheet.yaml:1:8: maybe: the number is negative or out of range");
  EXPECT_EQ(read("count: -0\n").count, 0u);
}

TEST(Yaml, NumbersReachTheEndsOfTheirTypesAndNotBeyond) {
  EXPECT_EQ(read("number: -9223372036854775808\n").number, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(read("number: 9223372036854775807\n").number, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(error_of("number: 9223372036854775808\n"), "sheet.yaml:1:9: number: the number is out of range");
  EXPECT_EQ(error_of("number: -9223372036854775809\n"), "sheet.yaml:1:9: number: the number is out of range");
  EXPECT_EQ(error_of("small: 2147483648\n"), "sheet.yaml:1:8: small: the number 2147483648 is out of range");
  EXPECT_EQ(error_of("count: 18446744073709551616\n"),
            "sheet.yaml:1:8: count: expected a whole number, found a number");
}

TEST(Yaml, RealsAreReadAndWhatIsNotFiniteIsNot) {
  EXPECT_EQ(read("real: -2.5e3\n").real, -2500);
  EXPECT_EQ(read("real: 3\n").real, 3);
  EXPECT_EQ(read("real: -7\n").real, -7);
  for (const char* text : {"real: nan\n", "real: inf\n", "real: .inf\n", "real: 1e999\n", "real: 1.5 m\n"})
    EXPECT_EQ(error_of(text), "sheet.yaml:1:7: real: expected a number, found text") << text;
}

TEST(Yaml, NothingMeansTheDefaultOfAnOptionalField) {
  const auto sheet = read("text: null\nnumber: ~\nmaybe:\n");
  EXPECT_EQ(sheet.text, "");
  EXPECT_EQ(sheet.number, 0);
  EXPECT_EQ(sheet.maybe, std::nullopt);
}

TEST(Yaml, AFileIsReadAndAMissingOneIsNotFound) {
  const test_support::TemporaryFolder folder;
  const auto file = folder.write("sheet.yaml", "number: -3\n");
  const auto sheet = read_yaml<Sheet>(file);
  ASSERT_TRUE(sheet) << sheet.error().message;
  EXPECT_EQ(sheet->number, -3);

  const auto missing = read_yaml<Sheet>(folder / "other.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(missing.error().message.starts_with((folder / "other.yaml").string()))
      << missing.error().message;
}

TEST(Yaml, AFolderOrAnEnormousFileIsRefused) {
  const test_support::TemporaryFolder folder;
  EXPECT_FALSE(read_yaml<Sheet>(folder.path()));
  const auto file = folder.write("huge.yaml", "# ");
  std::filesystem::resize_file(file, kMaxYamlBytes + 1);
  const auto huge = read_yaml<Sheet>(file);
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().message, file.string() + ": has 4194305 bytes; at most 4194304 are read");
}

TEST(Yaml, BytesThatAreNoTextAreAnErrorNotACrash) {
  for (const std::string& text :
       {std::string("\0", 1), std::string("\xff\xfe\x00\x00", 4), std::string("a: \x01\x02"),
        std::string("\xef\xbb\xbf"), std::string("%YAML 9.9\n---\n"), std::string("--- !<\n")})
    EXPECT_NE(error_of(text), "no error");
}

}  // namespace
}  // namespace synergy::documents
